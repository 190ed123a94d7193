"""The only module that names positions and groups: the four quarters of the quadrant, and who is compared with whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.queries import Place
from dashboard.rankings import name_size
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, NATURES, SIZE_CLASSES, WIDER_GROUPS, name_group
from indicators.peers import EVERYONE, KINDS, find_members

QUARTERS: Final = {
    (True, True): "attractif et rayonnant",
    (True, False): "attractif, discret",
    (False, True): "rayonnant, moins attractif",
    (False, False): "en retrait",
}


@dataclass(frozen=True)
class Medians:
    """The two lines that divide the quadrant: median score of the territories that have both."""

    attractivite: float
    rayonnement: float

    def name_quarter(self, attractivite: Any, rayonnement: Any) -> str | None:
        """Name of the quarter of a pair of scores; on a line counts as above; None without both scores."""
        if pd.isna(attractivite) or pd.isna(rayonnement):
            return None
        return QUARTERS[bool(attractivite >= self.attractivite), bool(rayonnement >= self.rayonnement)]


def compute_medians(positions: pd.DataFrame) -> Medians:
    """Medians of both indices over the territories that have both scores."""
    both = positions.dropna(subset=["attractivite_score", "rayonnement_score"])
    return Medians(float(both["attractivite_score"].median()), float(both["rayonnement_score"].median()))


def name_quarters(positions: pd.DataFrame, medians: Medians) -> pd.Series[str]:
    """Quarter of each row; None where a score is missing."""
    pairs = zip(positions["attractivite_score"], positions["rayonnement_score"], strict=True)
    return pd.Series([medians.name_quarter(a, r) for a, r in pairs], index=positions.index, dtype=object)


@dataclass(frozen=True)
class Group:
    """Comparable territories: one nature (or one of the wider groups of the rule), in one size class or in all.

    Attributes:
        family: METRO, CU, CA or CC (the Métropole de Lyon is among the métropoles), `ordinaire` or `tous`.
        size_class: A size class, or empty for all sizes.
    """

    family: str
    size_class: str = ""

    @property
    def code(self) -> str:
        """How the group is written in an address."""
        return f"{self.family}.{self.size_class}" if self.size_class else self.family

    @property
    def label(self) -> str:
        """« communautés urbaines de 200 000 à 500 000 habitants »."""
        return name_group(self.family, self.size_class)

    def find_members(self, positions: pd.DataFrame) -> pd.Series[bool]:
        """Which rows belong to the group."""
        same = positions["family"].eq(self.family)
        if self.family in WIDER_GROUPS:
            kinds = positions["family"].map(KINDS)
            same = kinds.eq(self.family) | (self.family == EVERYONE)
        return same & positions["size_class"].eq(self.size_class) if self.size_class else same


ALL_METROPOLES: Final = Group("METRO")


def parse_group(code: str | None) -> Group | None:
    """The group written in an address; None when it names no known one."""
    family, _, size_class = (code or "").partition(".")
    if family not in {*NATURES, *WIDER_GROUPS} - {"MET69"} or (size_class and size_class not in SIZE_CLASSES):
        return None
    return Group(family, size_class)


def assign_group(positions: pd.DataFrame, territory_code: str) -> Group:
    """The territories that the product's one rule compares a territory to."""
    groups = dict(zip(positions["territory_code"], positions["peer_group"], strict=True))
    return parse_group(groups.get(territory_code)) or Group(EVERYONE)


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
    if level == "epci":
        return (parse_group(group) or Group(EVERYONE)).label
    size = group.partition(".")[2]
    return f"{LEVELS[level][1]} de {name_size(size)}" if size else LEVELS[level][1]


def list_groups(positions: pd.DataFrame) -> list[Group]:
    """The groups that have members: each nature whole, then by size class, largest first."""
    present = set(zip(positions["family"], positions["size_class"], strict=True))
    groups: list[Group] = []
    for family in [f for f in NATURES if f != "MET69"]:
        sizes = [Group(family, size) for size in SIZE_CLASSES if (family, size) in present]
        if sizes:
            groups.extend([Group(family), *(sizes if len(sizes) > 1 else [])])
    return groups
