"""The only module that names positions and groups: the four quarters of the quadrant, and who is compared with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.queries import INDEX_CODES, Place
from dashboard.rankings import name_size
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, NATURES, SIZE_CLASSES, WIDER_GROUPS, name_group
from indicators.peers import EVERYONE, KINDS, find_members
from indicators.tree import Floats

QUARTERS: Final = {
    (True, True): "attractif et rayonnant",
    (True, False): "attractif, discret",
    (False, True): "rayonnant, moins attractif",
    (False, False): "en retrait",
}
COMMUNE: Final = "COM"  # the one nature of communes


@dataclass(frozen=True)
class Medians:
    """The two lines that divide the quadrant: median score of the territories that have both.

    Attributes:
        attractivite: Median of attractivité.
        rayonnement: Median of rayonnement.
        on_floor: Indices of which half the territories or more share the lowest score: their line is that floor, and
            only what is over it is above (else every commune would be « rayonnante »).
    """

    attractivite: float
    rayonnement: float
    on_floor: frozenset[str] = frozenset()

    def find_above(self, index_code: str, scores: Floats) -> npt.NDArray[np.bool_]:
        """Which scores are above the line of an index; on the line counts as above, unless it is the floor."""
        line: float = getattr(self, index_code)
        return np.greater(scores, line) if index_code in self.on_floor else np.greater_equal(scores, line)

    def is_above(self, index_code: str, score: float) -> bool:
        """Whether one score is above the line of an index."""
        return bool(self.find_above(index_code, np.array(score)))

    def find_side(self, index_code: str, score: float, low: float, high: float) -> bool | None:
        """Whether a score is above the line of an index; None when its interval crosses it, as the reader sees it."""
        line: float = getattr(self, index_code)
        if pd.notna(low) and pd.notna(high):
            on_floor = index_code in self.on_floor
            crosses = low <= line < high if on_floor else round(low) <= round(line) <= round(high)
            if crosses:
                return None
        return self.is_above(index_code, score)

    def name_quarter(self, attractivite: Any, rayonnement: Any) -> str | None:
        """Name of the quarter of a pair of scores; None without both scores."""
        if pd.isna(attractivite) or pd.isna(rayonnement):
            return None
        return QUARTERS[self.is_above("attractivite", attractivite), self.is_above("rayonnement", rayonnement)]


def compute_medians(positions: pd.DataFrame) -> Medians:
    """Medians of both indices over the territories that have both scores."""
    both = positions.dropna(subset=["attractivite_score", "rayonnement_score"])
    lines = {code: float(both[f"{code}_score"].median()) for code in INDEX_CODES}
    floors = (code for code, line in lines.items() if line == both[f"{code}_score"].min())
    return Medians(lines["attractivite"], lines["rayonnement"], frozenset(floors if len(both) > 1 else ()))


def name_quarters(positions: pd.DataFrame, medians: Medians) -> pd.Series[str]:
    """Quarter of each row; None where a score is missing."""
    scores = {code: positions[f"{code}_score"].to_numpy(float) for code in INDEX_CODES}
    right, top = (medians.find_above(code, own) for code, own in scores.items())
    known = np.isfinite(scores["attractivite"]) & np.isfinite(scores["rayonnement"])
    names = np.full(len(positions), None, dtype=object)
    for (is_right, is_top), name in QUARTERS.items():
        names[known & (right == is_right) & (top == is_top)] = name
    return pd.Series(names, index=positions.index, dtype=object)


@dataclass(frozen=True)
class Group:
    """Comparable territories: one nature (or one of the wider groups of the rule), in one size class or in all.

    Attributes:
        family: METRO, CU, CA or CC (the Métropole de Lyon is among the métropoles), `ordinaire` or `tous`.
        size_class: A size class, or empty for all sizes.
        level: Level of its members.
    """

    family: str
    size_class: str = ""
    level: str = "epci"

    @property
    def code(self) -> str:
        """How the group is written in an address."""
        return f"{self.family}.{self.size_class}" if self.size_class else self.family

    @property
    def label(self) -> str:
        """« communautés urbaines de 200 000 à 500 000 habitants », « communes de moins de 2 000 habitants »."""
        if self.level == "epci":
            return name_group(self.family, self.size_class)
        plural = LEVELS[self.level][1]
        return f"{plural} de {name_size(self.size_class)}" if self.size_class else plural

    def find_members(self, positions: pd.DataFrame) -> pd.Series[bool]:
        """Which rows belong to the group."""
        same = positions["family"].eq(self.family)
        if self.family in WIDER_GROUPS:
            kinds = positions["family"].map(KINDS)
            same = kinds.eq(self.family) | (self.family == EVERYONE)
        return same & positions["size_class"].eq(self.size_class) if self.size_class else same


ALL_METROPOLES: Final = Group("METRO")


def parse_group(code: str | None, level: str = "epci") -> Group | None:
    """The group written in an address; None when it names no known one."""
    family, _, size_class = (code or "").partition(".")
    if level != "epci":
        is_known = family in (COMMUNE, EVERYONE) and (not size_class or re.fullmatch(r"\d+(\+|-\d+)", size_class))
        return Group(family, size_class, level) if is_known else None
    if family not in {*NATURES, *WIDER_GROUPS} - {"MET69"} or (size_class and size_class not in SIZE_CLASSES):
        return None
    return Group(family, size_class)


def assign_group(positions: pd.DataFrame, territory_code: str, level: str = "epci") -> Group:
    """The territories that the product's one rule compares a territory to."""
    own = positions.loc[positions["territory_code"].eq(territory_code), "peer_group"]
    return next((group for code in own if (group := parse_group(code, level))), Group(EVERYONE, level=level))


@dataclass(frozen=True)
class Peers:
    """The territories that the product's one rule compares a territory to, at any level.

    Attributes:
        label: What they are called.
        members: Their codes, the territory's own included.
    """

    label: str
    members: tuple[str, ...]


@per_build
def find_peers(build: Build, place: Place) -> Peers:
    """The comparable territories of a place: the group written in the build, else the one the rule gives."""
    places = read_places(build, place.level)
    group = str(places.loc[places["territory_code"].eq(place.territory_code), "peer_group"].iloc[0])
    members = tuple(places["territory_code"].iloc[find_members(places, group).astype(int)])
    return Peers(_name_peers(place.level, group), members)


def _name_peers(level: str, group: str) -> str:
    """« communautés urbaines de 200 000 à 500 000 habitants », « communes de moins de 2 000 habitants »."""
    return (parse_group(group, level) or Group(EVERYONE, level=level)).label


def list_groups(positions: pd.DataFrame, level: str = "epci") -> list[Group]:
    """The groups that have members: each nature whole, then by size class, largest first; communes by size class."""
    if level == "commune":  # the most populated come first
        return [Group(COMMUNE, size, level) for size in positions["size_class"].drop_duplicates() if size]
    if level != "epci":
        return [Group(EVERYONE, level=level)]
    present = set(zip(positions["family"], positions["size_class"], strict=True))
    groups: list[Group] = []
    for family in [f for f in NATURES if f != "MET69"]:
        own = [Group(family, size) for size in SIZE_CLASSES if (family, size) in present]
        if own:
            groups.extend([Group(family), *(own if len(own) > 1 else [])])
    return groups
