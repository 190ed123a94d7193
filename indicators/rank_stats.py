"""The only place that sums up replicates: intervals, means, deciles, who is ahead, how often a rank holds.

Every figure is over the replicates in which the unit has a score; a replicate that failed counts for none.
Quantiles are of type 7: h = (n − 1)·q, linear between the two neighbours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.rank_rows import NO_RANK, Ranks
from indicators.tree import Floats

BLOCK = 256  # units summed up at once
DECILES = 10


@dataclass(frozen=True)
class Distribution:
    """How a figure is spread over the replicates, unit by unit; NaN for a unit that never has one.

    Attributes:
        mean: Its mean.
        quantiles: quantiles asked for × units.
        count: In how many replicates the unit has one.
    """

    mean: Floats
    quantiles: Floats
    count: npt.NDArray[np.int64]


def summarise_ranks(ranks: Ranks, quantiles: Sequence[float]) -> Distribution:
    """Return mean and quantiles of the rank of every unit.

    Args:
        ranks: replicates × units, 0 where there is none.
        quantiles: Shares in [0, 1].
    """

    def one(block: np.ndarray) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
        rows = np.ascontiguousarray(block.T, dtype=np.uint32)  # sorted faster than 16 bits
        rows.sort(axis=1)
        count = rows.shape[1] - (np.zeros(len(rows), int) if rows[:, 0].all() else (rows == NO_RANK).sum(axis=1))
        return _summary(rows, rows.sum(axis=1, dtype=np.uint64), count, rows.shape[1] - count, quantiles)

    return _by_block(one, ranks)


def summarise_scores(scores: npt.NDArray[np.float32], quantiles: Sequence[float]) -> Distribution:
    """Return mean and quantiles of the score of every unit; replicates × units, NaN where there is none."""

    def one(block: np.ndarray) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
        rows = np.ascontiguousarray(block.T)
        rows.sort(axis=1)  # NaN last
        count = (~np.isnan(rows)).sum(axis=1)
        return _summary(
            rows,
            np.where(np.isnan(rows), 0.0, rows).sum(axis=1, dtype=np.float64),
            count,
            np.zeros_like(count),
            quantiles,
        )

    return _by_block(one, scores)


def _by_block(
    one: Callable[[np.ndarray], tuple[Floats, Floats, npt.NDArray[np.int64]]], values: np.ndarray
) -> Distribution:
    """Sum up blocks of units on every core."""
    blocks = [values[:, first : first + BLOCK] for first in range(0, values.shape[1], BLOCK)]
    if len(blocks) == 1:
        parts = [one(blocks[0])]
    else:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            parts = list(pool.map(one, blocks))
    means, quantiles, counts = zip(*parts, strict=True)
    return Distribution(np.concatenate(means), np.concatenate(quantiles, axis=1), np.concatenate(counts))


def _summary(
    rows: np.ndarray,
    total: npt.NDArray[Any],
    count: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    quantiles: Sequence[float],
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Sum up sorted rows whose figures stand at `first`, `first` + 1…, `count` of them."""
    never = count == 0
    with np.errstate(invalid="ignore"):
        mean = total / np.where(never, np.nan, count)
    cuts = np.stack([_quantile(rows, np.maximum(count, 1), np.where(never, 0, first), q) for q in quantiles])
    cuts[:, never] = np.nan
    return mean, cuts, count


def _quantile(rows: np.ndarray, count: npt.NDArray[np.int64], first: npt.NDArray[np.int64], q: float) -> Floats:
    """Return the quantile of type 7, rounded as R rounds it: positions from 1, (1 − h)·below + h·above."""
    position = 1 + (count - 1) * q
    below = np.floor(position).astype(np.int64)
    share = position - below
    places = np.stack([below, np.minimum(below + 1, count)], axis=1) - 1 + first[:, np.newaxis]
    low, high = np.take_along_axis(rows, places, axis=1).astype(np.float64).T
    between: Floats = np.where(high == low, low, (1 - share) * low + share * high)
    return between


def decile_shares(ranks: Ranks) -> Floats:
    """Return the share of replicates in which each unit is in each decile of the units ranked; the first is the best.

    The decile of rank r among n is ⌊10·(r − 1)/n⌋ + 1, so that tied units share the better one.

    Args:
        ranks: replicates × units, 0 where there is none.

    Returns:
        units × 10, rows summing to one; NaN for a unit that never has a rank.
    """
    ranked = ranks != NO_RANK
    sizes = ranked.sum(axis=1)
    counts = np.zeros((ranks.shape[1], DECILES), dtype=np.int64)
    units = np.arange(ranks.shape[1])
    for row, there, size in zip(ranks, ranked, sizes, strict=True):
        decile = (row[there].astype(np.int64) - 1) * DECILES // max(int(size), 1)
        counts[units[there], decile] += 1
    return _shares(counts, ranked.sum(axis=0)[:, np.newaxis])


def share_within(ranks: Ranks, nominal: Floats, places: int) -> Floats:
    """Return the share of replicates in which each unit is at most so many places from its nominal rank.

    Args:
        ranks: replicates × units.
        nominal: The nominal rank of each unit; NaN where it has none.
        places: The distance k, in places.
    """
    there = ranks != NO_RANK
    target = np.where(np.isnan(nominal), -(10**9), nominal).astype(np.int64)
    near = np.zeros(ranks.shape[1], dtype=np.int64)
    for row, ranked in zip(ranks, there, strict=True):
        near += ranked & (np.abs(row.astype(np.int64) - target) <= places)
    return np.where(np.isnan(nominal), np.nan, _shares(near, there.sum(axis=0)))


def share_ahead(ranks: Ranks, one: int, other: int) -> tuple[float, float]:
    """Return the share of replicates in which one unit is ahead of another, and in which they are tied.

    Args:
        ranks: replicates × units.
        one: The place of the first unit.
        other: The place of the second.

    Returns:
        Shares of the replicates in which both have a rank; NaN if there is none.
    """
    first, second = ranks[:, one].astype(np.int64), ranks[:, other].astype(np.int64)
    both = (first != NO_RANK) & (second != NO_RANK)
    if not both.any():
        return float("nan"), float("nan")
    return float((first < second)[both].mean()), float((first == second)[both].mean())


def ahead_table(ranks: Ranks) -> Floats:
    """Return the share of replicates in which each unit (row) is ahead of each other (column); ties are for neither.

    Args:
        ranks: replicates × units.

    Returns:
        units × units, over the replicates in which both have a rank; NaN where there is none.
    """
    units = ranks.shape[1]
    ahead, both = np.zeros((units, units), dtype=np.int64), np.zeros((units, units), dtype=np.int64)
    for row in ranks:
        there = row != NO_RANK
        pairs = there[:, np.newaxis] & there
        ahead += pairs & (row[:, np.newaxis] < row)
        both += pairs
    return _shares(ahead, both)


def share_apart(low: Floats, high: Floats) -> float:
    """Return the share of pairs of units whose intervals have no place in common, over units that have one.

    Args:
        low: The best plausible rank of each unit.
        high: The worst one, not under `low`.

    Returns:
        A share in [0, 1]; NaN under two units. Each interval that ends before another begins is one pair: n·log n.
    """
    if low.size < 2:
        return float("nan")
    ended = np.searchsorted(np.sort(high), low, side="left").sum()
    return float(ended / (low.size * (low.size - 1) / 2))


def _shares(counts: npt.NDArray[np.int64], total: npt.NDArray[np.int64]) -> Floats:
    with np.errstate(invalid="ignore"):
        shares: Floats = counts / np.where(total == 0, np.nan, total)
    return shares
