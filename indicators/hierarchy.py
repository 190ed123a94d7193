"""The only module that measures how far a hierarchy persists between two dates: tau, pairs kept, who moved.

Orders are compared, not figures: a hierarchy where everybody gains alike has not moved. In a notebook:

    compute_persistence(before, after, {"": all_rows, "CU": rows_of_cu})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau, rankdata

from indicators.tree import Floats

LEAST: Final = 3  # territories under which an order says nothing
FAR: Final = 0.1  # of the ranking: how far a territory must go to be counted as moved
NORMAL: Final = 1.959963984540054  # 97.5th centile of the standard normal
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Persistence:
    """What remains of an order, in one group.

    Attributes:
        count: Territories that have a figure at both dates.
        tau: Kendall's tau-b: 1 the same order, 0 no relation, −1 turned over; NaN where there is no order.
        chance: If the two orders were unrelated, tau would lie within ± this in 95 cases out of 100.
        kept: Share of the pairs ordered at both dates that kept their order; by chance one half.
        moved: Share of the territories that moved by more than `FAR` of the ranking; by chance (1 − FAR)².
    """

    count: int
    tau: float
    chance: float
    kept: float
    moved: float


MOVED_BY_CHANCE: Final = (1 - FAR) ** 2  # of two independent uniform places, how often they lie farther apart


def compute_persistence(before: Floats, after: Floats, groups: Mapping[str, Rows]) -> dict[str, Persistence]:
    """How far the order of some groups persists between two dates, by name of the group.

    Args:
        before: Figures at one date; NaN where there is none.
        after: Figures at another, the same territories.
        groups: By name, which territories belong to it.
    """
    both = np.isfinite(before) & np.isfinite(after)
    return {name: _compare(before[rows & both], after[rows & both]) for name, rows in groups.items()}


def _compare(before: Floats, after: Floats) -> Persistence:
    count = len(before)
    if count < LEAST or np.ptp(before) == 0 or np.ptp(after) == 0:
        return Persistence(count, np.nan, np.nan, np.nan, np.nan)
    tau = float(kendalltau(before, after, method="asymptotic").statistic)
    return Persistence(count, tau, find_chance(count), share_kept(before, after, tau), share_moved(before, after))


def find_chance(count: int) -> float:
    """Half-width of the 95 % interval of tau for unrelated orders without ties: 1.96·√(2(2n+5) / 9n(n−1)).

    Source: Kendall (1938), "A new measure of rank correlation", Biometrika 30.
    """
    return float(NORMAL * np.sqrt(2 * (2 * count + 5) / (9 * count * (count - 1))))


def share_kept(before: Floats, after: Floats, tau: float) -> float:
    """Share of the pairs tied at neither date that kept their order, in O(n log n) from tau-b and the ties.

    With n₀ all pairs, n₁ and n₂ those tied at each date, n₃ at both: C − D = τ·√((n₀−n₁)(n₀−n₂)) and
    C + D = n₀ − n₁ − n₂ + n₃; the share is C / (C + D). NaN when every pair is tied at one date or the other.
    """
    pairs = len(before) * (len(before) - 1) / 2
    first, second = _count_tied(before), _count_tied(after)
    ordered = pairs - first - second + _count_tied(np.column_stack([before, after]))
    if not ordered:
        return float("nan")
    balance = tau * np.sqrt((pairs - first) * (pairs - second))
    return float((1 + balance / ordered) / 2)


def _count_tied(values: Floats) -> float:
    _, sizes = np.unique(values, axis=0, return_counts=True)
    return float((sizes * (sizes - 1) / 2).sum())


def share_moved(before: Floats, after: Floats) -> float:
    """Share of the territories whose place moved by more than `FAR` of the ranking; ties share their mean place."""
    shift = np.abs(rankdata(before) - rankdata(after))
    return float((shift > FAR * len(before)).mean())
