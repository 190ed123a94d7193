"""The only module that asks a build how far apart two groups are: on each node, over the years, at a given size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.amounts import list_series
from dashboard.groups import FIRST, SECOND, Sides, parse_sides, per_groups
from dashboard.rankings import find_index, name_node
from dashboard.reading import PUBLISHED, Reading, parse_reading
from dashboard.scenarios import draw_published
from dashboard.standings import read_places, read_standing
from dashboard.warehouse import Build, per_build
from etl.errors import MethodError
from indicators import robustness
from indicators.catalogue import Catalogue
from indicators.gaps import Bootstrap, Gap, compute_gap, compute_precedence
from indicators.size_trend import compute_surplus
from indicators.tree import Floats

LEVEL: Final = "epci"
NODE: Final = "rayonnement"
INTERVAL: Final = robustness.PUBLISHED
BOOTSTRAP: Final = Bootstrap(draws=1000, seed=INTERVAL.seed, confidence=INTERVAL.high - INTERVAL.low)
EMPTY: Final = {"first": np.nan, "second": np.nan, "difference": np.nan, "low": np.nan, "high": np.nan,
                "count_first": 0, "count_second": 0, "precedence": np.nan}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a reader asks of « Écarts ».

    Attributes:
        sides: The two groups.
        reading: Edition and variant.
        noeud: Index, pillar or indicator looked at closely.
        serie: Additive series looked at over the years.
    """

    sides: Sides
    reading: Reading = PUBLISHED
    noeud: str = NODE
    serie: str = ""

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        told = self.sides.items | self.reading.items
        told |= {"noeud": self.noeud if self.noeud != NODE else "", "serie": self.serie}
        return urlencode({name: value for name, value in told.items() if value}, safe=",")


def parse_asked(build: Build, catalogue: Catalogue, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever it holds that is not known falls back to the default."""
    nodes = list_nodes(catalogue)
    node, series = given.get("noeud") or NODE, given.get("serie") or ""
    return Asked(
        parse_sides(build, given),
        parse_reading(build, LEVEL, given),
        node if node in nodes else NODE if NODE in nodes else nodes[0],
        series if series in list_series(build) else "",
    )


def list_nodes(catalogue: Catalogue) -> tuple[str, ...]:
    """Every index, pillar and indicator of intercommunalités, context included."""
    own = [one.code for one in catalogue.indicators if LEVEL in one.levels]
    return (*(i.code for i in catalogue.indices), *(p.code for p in catalogue.pillars), *own)


def list_composites(catalogue: Catalogue) -> tuple[str, ...]:
    """Indices and pillars: the nodes that have an interval."""
    return (*(i.code for i in catalogue.indices), *(p.code for p in catalogue.pillars))


def has_scenarios(catalogue: Catalogue, reading: Reading) -> bool:
    """Whether the scores can be drawn again: the published reading only, and indices that can lose an indicator."""
    counts = [len(list_kin(catalogue, index.code)) for index in catalogue.indices]
    return reading == PUBLISHED and min(counts) > INTERVAL.varied.left_out


def read_node(build: Build, node: str, reading: Reading) -> pd.DataFrame:
    """Standing of every intercommunalité on a node; a variant that leaves it alone reads it as published."""
    found = read_standing(build, LEVEL, node, reading)
    if found.empty:
        found = read_standing(build, LEVEL, node, Reading(reading.edition))
    return found.reindex(read_places(build, LEVEL)["territory_code"])


@per_groups
def read_gaps(
    build: Build, catalogue: Catalogue, sides: Sides, reading: Reading, nodes: tuple[str, ...]
) -> pd.DataFrame:
    """The gap between the two groups on some nodes, in points of score: medians, with intervals.

    Returns:
        Indexed by node_code: label, index, then the fields of `gaps.Gap` and `precedence`; NaN where a group has fewer
        than two scores.
    """
    groups = sides.assign(read_places(build, LEVEL))
    inside = np.flatnonzero((groups == FIRST) | (groups == SECOND))
    composites = [node for node in nodes if node in list_composites(catalogue)]
    drawn = (
        draw_published(build, catalogue, composites, inside) if composites and has_scenarios(catalogue, reading) else {}
    )
    rows: dict[str, dict[str, object]] = {}
    for node in nodes:
        scores = read_node(build, node, reading)["score"].to_numpy(float)[inside]
        rows[node] = {"label": name_node(node, catalogue), "index": find_index(node, catalogue)}
        rows[node] |= measure_gap(scores, groups[inside], drawn.get(node))
    return pd.DataFrame.from_dict(rows, orient="index")


def list_kin(catalogue: Catalogue, node: str) -> tuple[str, ...]:
    """The scored indicators below an index or a pillar; those of its pillar for an indicator."""
    pillars = {node, *(p.code for p in catalogue.pillars if p.index == node)}
    pillars |= {one.pillar for one in catalogue.indicators if one.code == node}
    return tuple(one.code for one in catalogue.scored_at(LEVEL) if one.pillar in pillars)


def measure_gap(values: Floats, groups: npt.NDArray[np.object_], scenarios: Floats | None = None) -> dict[str, float]:
    """The fields of `gaps.Gap` between medians, and `precedence`; NaN where a group has fewer than two figures."""
    try:
        gap = compute_gap(values, groups, FIRST, SECOND, statistic="median", scenarios=scenarios, bootstrap=BOOTSTRAP)
    except MethodError:
        return EMPTY
    return vars(gap) | {"precedence": compute_precedence(values, groups, FIRST, SECOND)}


@dataclass(frozen=True)
class Spread:
    """How a node is distributed in the two groups.

    Attributes:
        rows: The territories of both groups: as `standings.read_places`, with group, x (what is drawn), and the columns
            of `standings.read_standing`.
        gap: Gap of the medians of x; None where a group has fewer than two figures.
        precedence: As `gaps.compute_precedence`; NaN without a gap.
        unit: Of x; empty for a score.
        decimals: Digits after the comma of x.
    """

    rows: pd.DataFrame
    gap: Gap | None
    precedence: float
    unit: str
    decimals: int = 0


def read_spread(build: Build, catalogue: Catalogue, asked: Asked) -> Spread:
    """The two groups on the node asked for: scores of an index or a pillar, raw figures of an indicator."""
    places = read_places(build, LEVEL)
    rows = places.join(read_node(build, asked.noeud, asked.reading), on="territory_code")
    rows = rows.assign(group=asked.sides.assign(places))
    rows = rows[rows["group"].isin([FIRST, SECOND])]
    one = next((i for i in catalogue.indicators if i.code == asked.noeud), None)
    is_raw = one is not None and (
        asked.reading.variant != "scale_adjusted" or asked.reading.variant not in one.variants
    )
    rows = rows.assign(x=rows["value" if is_raw else "score"].astype(float))
    measured: dict[str, Any] = (
        measure_gap(rows["x"].to_numpy(float), rows["group"].to_numpy(object))
        if is_raw
        else _read_gap(build, catalogue, asked)
    )
    fields = {name: measured[name] for name in Gap.__dataclass_fields__}
    gap = None if pd.isna(measured["difference"]) else Gap(**fields)
    unit = _write_unit(one.unit, asked.reading, one.variants) if one is not None and is_raw else ""
    return Spread(rows, gap, float(measured["precedence"]), unit, one.decimals if one is not None and is_raw else 0)


def _read_gap(build: Build, catalogue: Catalogue, asked: Asked) -> dict[str, Any]:
    composites = list_composites(catalogue)
    nodes = composites if asked.noeud in composites else (asked.noeud,)  # the summary's own, kept already
    found = read_gaps(build, catalogue, asked.sides, asked.reading, nodes)
    return {str(name): value for name, value in found.loc[asked.noeud].items()}


def _write_unit(unit: str, reading: Reading, variants: tuple[str, ...]) -> str:
    if reading.variant == "per_inhabitant" and reading.variant in variants:
        return f"{unit}, pour 1 000 habitants"
    return unit


def is_clear(low: float, high: float, decimals: int = 0) -> bool:
    """Whether an interval lies on one side of zero once rounded as the reader sees it."""
    return round(low, decimals) > 0 or round(high, decimals) < 0


def find_composite(node: str, catalogue: Catalogue) -> str:
    """The node itself where it has an interval, else the pillar of the indicator."""
    return node if node in list_composites(catalogue) else catalogue.find_indicator(node).pillar


@per_build
def read_surplus(build: Build, catalogue: Catalogue, node: str, reading: Reading) -> pd.DataFrame:
    """What size explains of an index or a pillar, among all intercommunalités, and what each has beyond.

    Returns:
        As `standings.read_places` and `standings.read_standing`, with expected, surplus, surplus_low, surplus_high (NaN
        where no interval is simulated); empty when too few have a score. `attrs["r2"]` is the share explained.
    """
    places = read_places(build, LEVEL)
    rows = places.join(read_node(build, node, reading), on="territory_code")
    drawn = draw_published(build, catalogue, (node,))[node] if has_scenarios(catalogue, reading) else None
    try:
        found = compute_surplus(
            rows["score"].to_numpy(float), rows["population"].to_numpy(float), drawn,
            low=INTERVAL.low, high=INTERVAL.high, seed=INTERVAL.seed,
        )  # fmt: skip
    except MethodError:
        return pd.DataFrame()
    rows = rows.assign(expected=found.expected, surplus=found.surplus, surplus_low=found.low, surplus_high=found.high)
    rows.attrs["r2"] = found.r2
    return rows


def pick_above(rows: pd.DataFrame, groups: npt.NDArray[np.object_], key: str) -> pd.DataFrame:
    """The territories of a group wholly above what their size makes expected, interval included, the farthest first."""
    if rows.empty:
        return rows
    kept: pd.DataFrame = rows[(groups == key) & (rows["surplus_low"].round() > 0)]
    return kept.sort_values(["surplus", "folded"], ascending=[False, True])


def pick_below(rows: pd.DataFrame, groups: npt.NDArray[np.object_], key: str) -> pd.DataFrame:
    """The territories of a group wholly below, the farthest first."""
    if rows.empty:
        return rows
    kept: pd.DataFrame = rows[(groups == key) & (rows["surplus_high"].round() < 0)]
    return kept.sort_values(["surplus", "folded"])
