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
    filled = np.nan_to_num(scores)
    for unit in range(units):
        there = ~np.isnan(scores[unit])
        if there.any():
            best[unit], chosen[unit] = _solve_unit(filled, unit, there, (lower, upper), where)
    return best, chosen


def _solve_unit(
    filled: Floats, unit: int, there: np.ndarray, bounds: tuple[float, float], where: str
) -> tuple[float, Floats]:
    own = filled[unit]
    limits = np.concatenate([np.ones(len(filled)), np.zeros(2 * int(there.sum()))])
    rows = np.vstack([filled, _share_rows(own, there, bounds)])
    found = linprog(-own, A_ub=rows, b_ub=limits, bounds=(0, None), method="highs-ds")
    if not found.success or (own.any() and not own @ np.asarray(found.x) > 0):
        raise MethodError(
            f"{where}, unit {unit + 1}",
            f"no weights keep each share between {bounds[0]:g} and {bounds[1]:g}",
            "Widen the bounds; a child scored zero cannot make up a positive share",
        )
    chosen: Floats = np.maximum(np.asarray(found.x, dtype=np.float64), 0.0)
    reached = (filled @ chosen).max()  # one, up to the solver's tolerance: nobody goes beyond the best
    chosen = chosen / reached if reached > 0 else chosen
    return float(own @ chosen), chosen


def _share_rows(own: Floats, there: np.ndarray, bounds: tuple[float, float]) -> Floats:
    """Return the rows r with r·w ≤ 0 that keep lower ≤ w_i·y_i / Σ w·y ≤ upper for each child observed."""
    lower, upper = bounds
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
