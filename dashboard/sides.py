"""The only module that sets territories side by side on every node, and says where they differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.chosen import Chosen
from dashboard.positions import find_peers
from dashboard.queries import read_profile
from dashboard.reading import PUBLISHED, Reading
from dashboard.warehouse import Build
from indicators.catalogue import Catalogue
from indicators.tree import Floats

MOST_TOLD: Final = 4


@dataclass(frozen=True)
class Node:
    """A node of the tree, as shown.

    Attributes:
        code: Its code.
        label: Its name.
        kind: `index`, `pillar` or `indicator`.
        index: The index it serves.
    """

    code: str
    label: str
    kind: str
    index: str


@dataclass(frozen=True)
class Contrast:
    """Where the first and the last of the territories stand on a node.

    Attributes:
        node: The node.
        first: Place of the territory with the highest score, in the order chosen.
        last: Place of the one with the lowest.
        gap: Difference of their scores, in points.
        is_clear: Whether their intervals, rounded as the reader sees them, do not meet; None when one is unknown.
    """

    node: Node
    first: int
    last: int
    gap: float
    is_clear: bool | None


def list_nodes(catalogue: Catalogue, index_code: str) -> list[Node]:
    """An index, then its pillars."""
    index = catalogue.find_index(index_code)
    pillars = [Node(p.code, p.label, "pillar", index_code) for p in catalogue.pillars_of(index_code)]
    return [Node(index.code, index.label, "index", index_code), *pillars]


def list_indicators(catalogue: Catalogue, level: str, pillar_code: str) -> list[Node]:
    """The indicators of a pillar that make sense at a level, context included."""
    index = catalogue.find_pillar(pillar_code).index
    found = [one for one in catalogue.indicators_of(pillar_code) if level in one.levels]
    return [Node(one.code, one.label, "indicator", index) for one in found]


def read_sides(build: Build, chosen: Chosen, reading: Reading = PUBLISHED) -> pd.DataFrame:
    """Everything scored about the chosen territories.

    Returns:
        Indexed by (node_code, place), place being the order of the territory from 0: the columns of
        `queries.read_profile`.
    """
    frames = [
        read_profile(build, place.level, place.territory_code, find_peers(build, place).members, reading)
        for place in chosen.places
    ]
    if not frames:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["node_code", "place"]))
    joined: pd.DataFrame = pd.concat(frames, keys=range(len(frames)), names=["place"])
    return joined.swaplevel().sort_index()


def pick_node(sides: pd.DataFrame, code: str, count: int) -> pd.DataFrame:
    """The rows of one node, one a territory in the order chosen; a row of NaN for a territory it does not score."""
    own = sides[sides.index.get_level_values("node_code") == code].droplevel("node_code")
    return own.reindex(range(count))


def find_contrasts(sides: pd.DataFrame, nodes: Sequence[Node], count: int) -> list[Contrast]:
    """The nodes by the gap between the first and the last territory, widest first; those scored twice at least.

    Args:
        sides: From `read_sides`.
        nodes: The nodes to look at.
        count: How many territories there are.
    """
    ends = {end: _spread(sides, end, count) for end in ("score", "low", "high")}
    found = [_contrast(node, {end: table[node.code] for end, table in ends.items()}) for node in nodes
             if node.code in ends["score"]]  # fmt: skip
    return sorted((one for one in found if one), key=lambda one: -one.gap)


def _spread(sides: pd.DataFrame, column: str, count: int) -> dict[str, Floats]:
    """A column by node, one figure a territory in the order chosen."""
    if column not in sides:
        return {}
    wide = sides[column].unstack("place").reindex(columns=range(count))
    return dict(zip(wide.index, wide.to_numpy(dtype=float), strict=True))


def _contrast(node: Node, ends: dict[str, Floats]) -> Contrast | None:
    scores = ends["score"]
    if np.isfinite(scores).sum() < 2:
        return None
    first, last = int(np.nanargmax(scores)), int(np.nanargmin(scores))
    low, high = float(ends["low"][first]), float(ends["high"][last])
    clear = None if np.isnan(low) or np.isnan(high) else round(low) > round(high)
    return Contrast(node, first, last, float(scores[first] - scores[last]), clear)


def split_contrasts(contrasts: Sequence[Contrast]) -> tuple[list[Contrast], list[Contrast]]:
    """Those whose intervals do not meet, widest first, and the others."""
    clear = [one for one in contrasts if one.is_clear]
    return clear, [one for one in contrasts if not one.is_clear]
