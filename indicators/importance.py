"""The only module that says what one element does to ranks: leaving it out, or moving one figure of one territory."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.draws import leave_out
from indicators.ranks import compute_rank
from indicators.score import Scorer
from indicators.tree import Floats, Tree


def compute_removal_ranks(
    tree: Tree, normalised: Floats, node: str, removed: Iterable[str] | None = None
) -> pd.DataFrame:
    """Rank the units without each element in turn.

    Args:
        tree: The index tree.
        normalised: Normalised scores, units × `tree.columns`.
        node: The node ranked.
        removed: Codes taken away one at a time; every indicator below the node if None.

    Returns:
        units × (`nominal`, then one column an element); NaN where there is no score.

    Raises:
        MethodError: An element that does not count for the node, or without which nothing is left of it.
    """
    codes = tree.leaves_under(node) if removed is None else tuple(removed)
    weights = np.tile(tree.weights, (len(codes) + 1, 1))
    lost = np.zeros(weights.shape, dtype=bool)
    whole = set(tree.leaves_under(node))
    for row, code in enumerate(codes, start=1):
        part = set(tree.leaves_under(code))
        if code == node or not part <= whole:
            raise MethodError(f"{code}, removed from {node}", "it is not a part of it, or all of it", "Choose another")
        if part == whole:
            raise MethodError(f"{node} without {code}", "nothing of it is left", "Remove something smaller")
        lost[row, tree.position[code]] = True
    leave_out(tree, weights, lost)
    scores = Scorer(tree, normalised).replicate(weights, (node,))[:, 0]
    return pd.DataFrame({name: compute_rank(row) for name, row in zip(("nominal", *codes), scores, strict=True)})


def compute_removal_importance(
    tree: Tree, normalised: Floats, node: str, removed: Iterable[str] | None = None
) -> pd.DataFrame:
    """Say how much each element moves ranks when it is left out; see `compute_removal_ranks`.

    Returns:
        By element, the greatest first: `mean_shift`, mean number of places moved by the units ranked with and without
        it, `max_shift`, the most, and `lost`, how many units no longer have a rank.
    """
    ranks = compute_removal_ranks(tree, normalised, node, removed)
    shifts = ranks.drop(columns="nominal").sub(ranks["nominal"], axis=0).abs()
    lost = ranks.drop(columns="nominal")[ranks["nominal"].notna()].isna().sum()
    table = pd.DataFrame({"mean_shift": shifts.mean(), "max_shift": shifts.max(), "lost": lost})
    return table.sort_values("mean_shift", ascending=False, kind="stable").rename_axis("element")


def compute_levers(
    tree: Tree, normalised: Floats, node: str, unit: int, *, step: float = 10.0, count: int | None = 5
) -> pd.DataFrame:
    """Say which figures of one unit would move its rank most, all other units staying as they are.

    Args:
        tree: The index tree.
        normalised: Normalised scores, units × `tree.columns`.
        node: The node ranked.
        unit: The place of the unit.
        step: By how much each score is moved up, then down, in points; held within the scores observed.
        count: How many figures; all if None.

    Returns:
        By column of figures, the most moving first: `score`, `rank_up` and `rank_down` after the step, `gained` and
        `lost`, the places they make, and `rank_without`, the unit's rank if its own figure were missing. A figure it
        does not have cannot be moved, and is not in the table.

    Raises:
        MethodError: The unit has no rank.
    """
    columns = [c for c in tree.columns if any(tree[leaf].source == c for leaf in tree.leaves_under(node))]
    others = Scorer(tree, normalised).score().column(node)
    if np.isnan(others[unit]):
        raise MethodError(f"unit {unit}, {node}", "it has no score", "Choose a unit that has one")
    places = [tree.columns.index(c) for c in columns if not np.isnan(normalised[unit, tree.columns.index(c)])]
    up, down, without = (_moved(normalised, unit, places, move) for move in (step, -step, np.nan))
    scores = Scorer(tree, np.concatenate([up, down, without])).score().column(node)
    ranks = _rank_among(np.delete(others, unit), scores).reshape(3, len(places))
    nominal = _rank_among(np.delete(others, unit), others[[unit]])[0]
    table = pd.DataFrame(
        {
            "score": normalised[unit, places],
            "rank": nominal,
            "rank_up": ranks[0],
            "rank_down": ranks[1],
            "rank_without": ranks[2],
            "gained": nominal - ranks[0],
            "lost": ranks[1] - nominal,
        },
        index=pd.Index([tree.columns[place] for place in places], name="column"),
    )
    swing = (table["gained"].fillna(0) + table["lost"].fillna(0)).sort_values(ascending=False, kind="stable")
    return table.loc[swing.index[:count]]


def _moved(normalised: Floats, unit: int, places: list[int], move: float) -> Floats:
    """Return one copy of the unit's row per place, that score moved and held within those observed."""
    rows = np.tile(normalised[unit], (len(places), 1))
    each = np.arange(len(places))
    low, high = np.nanmin(normalised[:, places], axis=0), np.nanmax(normalised[:, places], axis=0)
    rows[each, places] = np.clip(rows[each, places] + move, low, high)
    return rows


def _rank_among(others: Floats, scores: Floats) -> Floats:
    """Return the rank each score would have among the others: 1 + #{others strictly greater}."""
    ordered = np.sort(others[~np.isnan(others)])
    ranks = ordered.size - np.searchsorted(ordered, scores, side="right") + 1.0
    return np.where(np.isnan(scores), np.nan, ranks)
