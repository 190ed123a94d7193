"""The only module that answers « la hiérarchie des villes change peu »: what remains of an order, and who moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.histories import Series, list_series, read_past, read_series_years
from dashboard.rankings import name_size
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, NATURES, SIZE_CLASSES
from indicators.hierarchy import Persistence, Rows, compute_persistence

CITIES: Final = "villes"  # métropoles, communautés urbaines et d'agglomération: the cities of the claim
CITY_FAMILIES: Final = ("METRO", "CU", "CA")
EVERYONE: Final = ""
MOST_MOVED: Final = 5
LONG_ENOUGH: Final = 5  # years between the first and the last figure of a series, to speak of a hierarchy
STILL, FIRM = 0.1, 0.3  # share of territories that moved, under which a hierarchy changes little, or somewhat


@dataclass(frozen=True)
class Stability:
    """What remains, at the last edition, of the order of the first.

    Attributes:
        first: First edition.
        last: Last edition.
        groups: By group, from the first to the last edition.
        decay: By later edition, all the territories of the headline group, from the first edition to that one.
        steps: By edition but the first, from the one before.
        at_floor: How many territories share the lowest score in the last edition.
        floor_share: The same, as a share of those scored.
    """

    first: int
    last: int
    groups: Mapping[str, Persistence]
    decay: Mapping[int, Persistence]
    steps: Mapping[int, Persistence]
    at_floor: int
    floor_share: float


def find_headline(level: str) -> str:
    """The group that the claim is about: the cities among the intercommunalités, everyone elsewhere."""
    return CITIES if level == "epci" else EVERYONE


@per_build
def list_groups(build: Build, level: str) -> dict[str, str]:
    """Names of the groups whose order is followed, by code; those without a member are left out."""
    named = {EVERYONE: f"Tous les territoires ({LEVELS[level][1]})"}
    if level != "epci":
        return named
    places = read_places(build, level)
    families = [family for family in NATURES if family in set(places["family"])]
    sizes = [size for size in SIZE_CLASSES if size in set(places["size_class"])]
    named |= {CITIES: "Métropoles, communautés urbaines et d’agglomération"}
    named |= {family: NATURES[family][1].capitalize() for family in families}
    return named | {size: name_size(size).capitalize() for size in sizes}


def _find_members(build: Build, level: str, codes: tuple[str, ...]) -> dict[str, Rows]:
    places = read_places(build, level).set_index("territory_code").reindex(list(codes))
    families, sizes = places["family"].to_numpy(object), places["size_class"].to_numpy(object)
    members: dict[str, Rows] = {}
    for group in list_groups(build, level):
        if group == EVERYONE:
            members[group] = np.ones(len(codes), dtype=bool)
        elif group == CITIES:
            members[group] = np.isin(families, CITY_FAMILIES)
        else:
            members[group] = (families == group) | (sizes == group)
    return members


@per_build
def read_stability(build: Build, level: str, node_code: str) -> Stability | None:
    """How far the order given by a node of the retrospective index persists; None with fewer than two editions."""
    past = read_past(build, level, node_code)
    if len(past.editions) < 2:
        return None
    members = _find_members(build, level, past.codes)
    headline = {find_headline(level): members[find_headline(level)]}
    columns = dict(zip(past.editions, past.scores.T, strict=True))
    first, last = past.editions[0], past.editions[-1]

    def follow(before: int, after: int) -> Persistence:
        return compute_persistence(columns[before], columns[after], headline)[find_headline(level)]

    at_floor = int((columns[last] == np.nanmin(columns[last])).sum())
    pairs = list(zip(past.editions, past.editions[1:], strict=False))
    return Stability(
        first,
        last,
        compute_persistence(columns[first], columns[last], members),
        {year: follow(first, year) for year in past.editions[1:]},
        {after: follow(before, after) for before, after in pairs},
        at_floor,
        at_floor / max(1, int(np.isfinite(columns[last]).sum())),
    )


@per_build
def read_moves(build: Build, level: str, node_code: str) -> pd.DataFrame:
    """How many places each territory of the headline group gained among them, the greatest gain first.

    Returns:
        territory_code, label, before, after (ranks among the group, 1 the best), gain (places, negative when lost).
    """
    past = read_past(build, level, node_code)
    group = _find_members(build, level, past.codes)[find_headline(level)] if past.codes else np.zeros(0, dtype=bool)
    rows = np.flatnonzero(group & np.isfinite(past.scores).all(axis=1)) if len(group) else np.zeros(0, dtype=int)
    ranks = past.rank_among(list(rows)) if len(rows) else np.zeros((0, 2))
    labels = read_places(build, level).set_index("territory_code")["label"]
    codes = [past.codes[row] for row in rows]
    table = pd.DataFrame(
        {"territory_code": codes, "label": [str(labels[code]) for code in codes], "before": ranks[:, 0],
         "after": ranks[:, -1]}
    )  # fmt: skip
    table["gain"] = table["before"] - table["after"]
    return table.sort_values(["gain", "label"], ascending=[False, True], ignore_index=True)


@per_build
def read_series_stability(build: Build, level: str) -> list[tuple[Series, Persistence]]:
    """How far the order given by each raw series that spans `LONG_ENOUGH` years persists, the firmest first."""
    long = [one for one in list_series(build, level) if one.last - one.first >= LONG_ENOUGH]
    found = [(one, follow_series(build, level, one)) for one in long]
    return sorted(((one, told) for one, told in found if not np.isnan(told.tau)), key=lambda pair: -pair[1].tau)


@per_build
def follow_series(build: Build, level: str, series: Series) -> Persistence:
    """How far the order of the headline group persists from the first to the last year of a series.

    Only the territories that have a figure at both ends are compared.
    """
    years = read_series_years(build, level, series.code)
    ends = years[years["year"].isin([series.first, series.last])]
    wide = ends.pivot(index="territory_code", columns="year", values="value")
    group, codes = find_headline(level), tuple(str(code) for code in wide.index)
    before, after = (wide[year].to_numpy(dtype=float) for year in (series.first, series.last))
    return compute_persistence(before, after, {group: _find_members(build, level, codes)[group]})[group]


def name_change(moved: float) -> str:
    """The verdict, from the share of territories that moved by more than a tenth of the ranking."""
    if moved < STILL:
        return "bouge peu"
    return "bouge en partie" if moved < FIRM else "bouge nettement"
