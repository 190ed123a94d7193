"""The only place that reads an index of any study backwards: what a unit does well and badly, what is under what."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from indicators.ranks import compute_rank
from indicators.tree import Tree


def compute_strengths(figures: pd.DataFrame, tree: Tree, directions: Mapping[str, int], unit: str) -> pd.DataFrame:
    """Rank one unit on every indicator, from its strengths to its weaknesses.

    Ranks are on the figures themselves, turned where low is good, before any treatment: 1 the best, ties sharing the
    best. Equal ranks follow the pillars' codes, then the tree's order.

    Args:
        figures: units × indicators, in their own units.
        tree: The index tree.
        directions: 1 where a high figure is good, −1 where a low one is.
        unit: The unit's code.

    Returns:
        One row per indicator that the unit has: `Name`, `Pillar`, `Rank`, `Value`, `Tied` (units sharing the rank).
    """
    rows = []
    for leaf in tree.leaves:
        column = figures[tree[leaf].source] * directions.get(leaf, 1)
        rank = pd.Series(compute_rank(column.to_numpy(float)), index=figures.index)
        value = figures.loc[unit, tree[leaf].source]
        tied = int((rank == rank[unit]).sum())
        rows.append((leaf, tree[leaf].label or leaf, tree[leaf].parent, rank[unit], value, tied))
    table = pd.DataFrame(rows, columns=["Code", "Name", "Pillar", "Rank", "Value", "Tied"])
    known = table.dropna(subset=["Rank"]).astype({"Rank": int})
    return known.sort_values(["Rank", "Pillar"], kind="stable").set_index("Code")


def compute_summary(scores: pd.DataFrame, ranks: pd.DataFrame, tree: Tree, unit: str) -> pd.DataFrame:
    """Return the score and rank of one unit for every node above indicators, the index first, then level by level."""
    codes = sorted(tree.aggregates, key=lambda code: (-tree.height(code), tree.position[code]))
    names = [tree[code].label or code for code in codes]
    rows = {"Name": names, "Score": scores.loc[unit, codes], "Rank": ranks.loc[unit, codes]}
    return pd.DataFrame(rows, index=codes)


def compute_lineage(tree: Tree) -> pd.DataFrame:
    """Return the ancestors of every indicator, from its pillar to its index; indicators × generations."""
    rows = {leaf: _ancestors(tree, leaf) for leaf in tree.leaves}
    return pd.DataFrame.from_dict(rows, orient="index").rename(columns=lambda k: k + 1).fillna("")


def _ancestors(tree: Tree, code: str) -> list[str]:
    parent = tree[code].parent
    return [] if parent is None else [parent, *_ancestors(tree, parent)]
