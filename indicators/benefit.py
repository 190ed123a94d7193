"""The only place that lets each unit choose the weights that suit it best: benefit of the doubt.

For each unit j, a linear programme: maximise Σ_i w_i·y_ij subject to Σ_i w_i·y_ik ≤ 1 for every unit k and w ≥ 0. The
score, in [0, 1], is the share of the best performance that anyone reaches with those weights. Bounds keep each child's
share of the score, w_i·y_ij / Σ_i w_i·y_ij, between `lower` and `upper`.

Source: Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), Social Indicators Research 82; OECD/JRC Handbook, step 6.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from etl.errors import MethodError
from indicators.children import Children
from indicators.tree import Floats

ADDED = 5  # units added to a programme at a time when some go beyond the best


def a_benefit_of_doubt(
    children: Children, weights: Floats, *, lower: float = 0.0, upper: float = 1.0, scale: float = 1.0
) -> Floats:
    """Benefit of the doubt: each unit's score under the weights that suit it best.

    The declared weights say only which children count (those at 0 do not); the shares are bounded by `lower`, `upper`.

    Args:
        children: Scores of the children, ≥ 0.
        weights: Weights of the children.
        lower: The least share of a unit's score that each child must make up.
        upper: The greatest.
        scale: What the best possible score is (100 to sit beside scores on 0–100).

    Returns:
        Scores in [0, scale], (…, units); NaN where no child is observed.

    Raises:
        MethodError: A negative score, bounds that cannot be met.
    """
    values = np.broadcast_to(children.values, (*weights.shape, children.values.shape[-1]))
    tables = values.reshape(-1, *values.shape[-2:])
    counted = weights.reshape(-1, weights.shape[-1]) > 0
    scores = [
        solve_benefit(table[used].T, lower, upper, children.node)[0]
        for table, used in zip(tables, counted, strict=True)
    ]
    return scale * np.stack(scores).reshape(*weights.shape[:-1], -1)


def solve_benefit(
    scores: Floats, lower: float = 0.0, upper: float = 1.0, where: str = "benefit of the doubt"
) -> tuple[Floats, Floats]:
    """Solve every unit's programme.

    Args:
        scores: units × children, ≥ 0; a missing score makes nothing of that unit's own total and binds nobody.
        lower: Least share of the score per child, in [0, 1/children].
        upper: Greatest share, in [1/children, 1].
        where: What is being computed, for messages.

    Returns:
        The scores (units,), and the weights each unit chose (units × children; one optimum among possibly several).

    Raises:
        MethodError: A negative score, bounds that cannot be met.
    """
    _validate_bounds(scores, lower, upper, where)
    units, children = scores.shape
    best, chosen = np.full(units, np.nan), np.full((units, children), np.nan)
    peers = _Peers(np.nan_to_num(scores))
    for unit in range(units):
        there = ~np.isnan(scores[unit])
        if there.any():
            best[unit], chosen[unit] = _solve_unit(peers, unit, _share_rows(scores[unit], there, (lower, upper)), where)
    return best, chosen


class _Peers:
    """The units, and those found so far that hold others back: few of them ever do, and the rest need no constraint."""

    def __init__(self, filled: Floats) -> None:
        self.filled = filled
        self.binding = list(dict.fromkeys(filled.argmax(axis=0).tolist()))

    def add_beyond(self, weights: Floats) -> bool:
        """Add the units whose total goes farthest beyond 1 under these weights; tell whether there was any."""
        totals = self.filled @ weights
        totals[self.binding] = 0.0
        beyond = [unit for unit in np.argsort(-totals)[:ADDED].tolist() if totals[unit] > 1.0 + 1e-12]
        self.binding += beyond
        return bool(beyond)


def _solve_unit(peers: _Peers, unit: int, shares: Floats, where: str) -> tuple[float, Floats]:
    """Solve one unit's programme on the peers that bind, adding those that turn out to, until none is left out."""
    own = peers.filled[unit]
    while True:
        limits = np.concatenate([np.ones(len(peers.binding)), np.zeros(len(shares))])
        rows = np.vstack([peers.filled[peers.binding], shares])
        found = linprog(-own, A_ub=rows, b_ub=limits, bounds=(0, None), method="highs-ds")
        if not found.success or (own.any() and not own @ np.asarray(found.x) > 0):
            raise MethodError(
                f"{where}, unit {unit + 1}",
                "no weights keep each share within its bounds",
                "Widen the bounds; a child scored zero cannot make up a positive share",
            )
        chosen: Floats = np.maximum(np.asarray(found.x, dtype=np.float64), 0.0)
        if not peers.add_beyond(chosen):
            break
    reached = (peers.filled @ chosen).max()  # one, up to the solver's tolerance: nobody goes beyond the best
    chosen = chosen / reached if reached > 0 else chosen
    return float(own @ chosen), chosen


def _share_rows(scores: Floats, there: np.ndarray, bounds: tuple[float, float]) -> Floats:
    """Return the rows r with r·w ≤ 0 that keep lower ≤ w_i·y_i / Σ w·y ≤ upper for each child observed."""
    lower, upper = bounds
    if (lower, upper) == (0.0, 1.0):
        return np.empty((0, len(scores)))
    own = np.nan_to_num(scores)
    slices = np.diag(own)[there]
    return np.vstack([lower * own - slices, slices - upper * own])


def _validate_bounds(scores: Floats, lower: float, upper: float, where: str) -> None:
    even = 1.0 / scores.shape[1]
    if not 0 <= lower <= even + 1e-12 or not even - 1e-12 <= upper <= 1:
        raise MethodError(
            f"{where}, bounds",
            f"shares of {scores.shape[1]} children cannot all lie between {lower:g} and {upper:g}",
            f"Keep lower in 0–{even:g} and upper in {even:g}–1",
        )
    if np.nanmin(scores, initial=0.0) < 0:
        raise MethodError(
            where, f"a score of {np.nanmin(scores):g} is negative", "Normalise to a scale that starts at 0 or above"
        )
