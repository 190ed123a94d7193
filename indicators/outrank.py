"""The only place that compares units two by two: the outranking matrix, dominance, Copeland's score.

Nothing is compensated: what counts is on how much of the weight one unit does better than the other, not by how much.

Source: OECD/JRC Handbook (2008), step 7, non-compensatory multi-criteria approach; COINr `outrankMatrix`, `a_copeland`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indicators.children import Children
from indicators.tree import Floats

ROWS = 256  # units compared with all others at a time: 256 × 34,875 floats are 71 MB
TOLERANCE = 1e-12  # share of weight below which two units are even; rounding of a sum, not a difference


def compute_margins(scores: Floats, weights: Floats, rows: slice = slice(None)) -> Floats:
    """Return by how much of the weight a unit does better than another, less by how much it does worse.

    Args:
        scores: units × children; NaN where missing.
        weights: One per child.
        rows: The units wanted on the left.

    Returns:
        Margins in [−1, 1], rows × units, over the children that both have; NaN where they share none.
    """
    margin = np.zeros((len(scores[rows]), len(scores)))
    shared = np.zeros_like(margin)
    for column, weight in zip(scores.T, weights, strict=True):
        difference = np.sign(column[rows, np.newaxis] - column)
        shared += np.where(np.isnan(difference), 0.0, weight)
        margin += np.where(np.isnan(difference), 0.0, weight * difference)
    with np.errstate(invalid="ignore"):
        return margin / shared


def compute_outranking(scores: Floats, weights: Floats) -> Floats:
    """Return the outranking matrix: the share of the weight on which a unit does better than another, ties for half.

    Args:
        scores: units × children; NaN where missing.
        weights: One per child.

    Returns:
        units × units in [0, 1], m_ij + m_ji = 1, 0 on the diagonal.
    """
    matrix: Floats = (compute_margins(scores, weights) + 1.0) / 2.0
    np.fill_diagonal(matrix, 0.0)
    return matrix


def count_dominant(outranking: Floats) -> int:
    """Return how many ordered pairs have one unit better than the other on all of the weight."""
    return int(np.count_nonzero(outranking >= 1.0 - TOLERANCE))


def a_copeland(children: Children, weights: Floats) -> Floats:
    """Copeland's score: the number of units outranked less the number of those that outrank, from −(n−1) to n−1.

    Args:
        children: Scores of the children.
        weights: Weights of the children; replicates are done one after the other.

    Returns:
        Scores, (…, units): whole numbers, of use for ranks; NaN where no child is observed.
    """
    values = np.broadcast_to(children.values, (*weights.shape, children.values.shape[-1]))
    tables = values.reshape(-1, *values.shape[-2:])
    rows = weights.reshape(-1, weights.shape[-1])
    scores = np.stack([_copeland(table.T, row) for table, row in zip(tables, rows, strict=True)])
    return scores.reshape(*weights.shape[:-1], -1)


def _copeland(scores: Floats, weights: Floats) -> Floats:
    wins = np.concatenate([_wins(scores, weights, rows) for rows in _blocks(len(scores))])
    return np.where(np.isnan(scores).all(axis=1), np.nan, wins)


def _wins(scores: Floats, weights: Floats, rows: slice) -> Floats:
    margins = np.nan_to_num(compute_margins(scores, weights, rows))
    wins: Floats = (margins > TOLERANCE).sum(axis=1) - (margins < -TOLERANCE).sum(axis=1).astype(np.float64)
    return wins


def _blocks(units: int) -> Iterator[slice]:
    return (slice(start, start + ROWS) for start in range(0, units, ROWS))
