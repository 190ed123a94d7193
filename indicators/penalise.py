"""The aggregations that look at how unequal the scores of a unit are: ordered averages, mean-min, Mazziotta–Pareto."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from etl.errors import MethodError
from indicators.children import Children, weighted_mean
from indicators.tree import Floats


def a_owa(children: Children, weights: Floats, *, order: Sequence[float]) -> Floats:
    """Ordered weighted average: weights go to the positions, from the unit's best score to its worst.

    The children's own weights count too (Torra's weighted form): with scores sorted from the best, position k gets
    Q(w_1 + … + w_k) − Q(w_1 + … + w_{k−1}), Q being the line through (k/n, order_1 + … + order_k). At equal weights
    this is Yager's average, Σ order_k · x_(k). Where scores are missing, the line is read at the rescaled weights.

    Args:
        children: Scores of the children.
        weights: Weights of the children.
        order: Weights of the positions, best first, one per child, ≥ 0: (1, 0, 0) the maximum, (0, 0, 1) the minimum.

    Returns:
        Scores, (…, units); NaN where no child is observed.

    Raises:
        MethodError: As many positions as children are needed, none negative, not all zero.

    Source: Yager (1988); Torra (1997).
    """
    positions = _validate_order(children, order)
    ranked = np.argsort(-children.values, axis=-2, kind="stable")  # missing scores come last
    scores = np.take_along_axis(np.where(children.observed > 0, children.values, 0.0), ranked, axis=-2)
    reached = np.cumsum(_rescaled(children, weights, ranked), axis=-2)
    knots = np.linspace(0.0, 1.0, len(positions) + 1)
    line = np.interp(reached, knots, np.concatenate([[0.0], np.cumsum(positions)]))
    shares = np.diff(line, axis=-2, prepend=0.0)
    total: Floats = (shares * scores).sum(axis=-2)
    return np.where(np.isnan(reached[..., -1, :]), np.nan, total)


def a_mean_min(children: Children, weights: Floats, *, alpha: float = 1.0, beta: float = 1.0) -> Floats:
    """Mean-min function: M − α·(√((M − m)² + β²) − β), M the weighted mean and m the lowest score of the unit.

    Args:
        children: Scores of the children.
        weights: Weights of the children.
        alpha: How far to go from the mean (0) towards the minimum (1 with β = 0), in [0, 1].
        beta: How soft the penalty is for small gaps, ≥ 0, on the scale of the scores.

    Source: Casadio Tarabusi & Guarini (2013), Social Indicators Research 112.
    """
    mean = weighted_mean(children, weights, children.terms("identity", np.positive))
    lowest = np.where(children.observed > 0, children.values, np.inf).min(axis=-2)
    with np.errstate(invalid="ignore"):
        scores: Floats = mean - alpha * (np.sqrt((mean - lowest) ** 2 + beta**2) - beta)
    return scores


def a_mazziotta_pareto(children: Children, weights: Floats, *, penalty: str = "down") -> Floats:
    """Mazziotta–Pareto: M ∓ S·(S/M), M the weighted mean and S the sample standard deviation of the unit's scores.

    Meant for z-scores of mean 100 and deviation 10 (`n_zscore(mean=100, sd=10)`), so that M stays far from 0.

    Args:
        children: Scores of the children.
        weights: Weights of the children.
        penalty: "down" takes S²/M off, where more is better; "up" adds it, where the index measures a harm.

    Returns:
        Scores, (…, units). A unit with one child observed has no spread: its score is that child's.

    Raises:
        MethodError: A penalty that is neither, or a mean ≤ 0.

    Source: Mazziotta & Pareto (2016), Social Indicators Research 127.
    """
    if penalty not in ("down", "up"):
        raise MethodError(f"{children.node}, penalty", f"it is “{penalty}”", "Choose down or up")
    mean = weighted_mean(children, weights, children.terms("identity", np.positive))
    if (mean <= 0).any():
        raise MethodError(
            children.node,
            f"the coefficient of variation needs a positive mean, and one is {np.nanmin(mean):g}",
            "Normalise by z-scores of mean 100 and deviation 10",
        )
    spread = _sample_variance(children, weights, mean) / mean
    scores: Floats = mean - spread if penalty == "down" else mean + spread
    return scores


def _sample_variance(children: Children, weights: Floats, mean: Floats) -> Floats:
    """Return Σ w(x − M)² / Σ w · n/(n − 1) over the n children observed, (…, units); 0 where n is 1."""
    gaps = np.where(children.observed > 0, children.values - mean[..., np.newaxis, :], 0.0) ** 2
    count = children.observed.sum(axis=-2)
    variance: Floats = weighted_mean(children, weights, gaps) * count / np.maximum(count - 1, 1)
    return variance


def _validate_order(children: Children, order: Sequence[float]) -> Floats:
    positions = np.asarray(order, dtype=np.float64)
    if positions.shape != (len(children.codes),) or (positions < 0).any() or not positions.sum() > 0:
        raise MethodError(
            f"{children.node}, order",
            f"it is {list(order)} for {len(children.codes)} children",
            "Give one weight ≥ 0 per position, best first, not all zero",
        )
    shares: Floats = positions / positions.sum()
    return shares


def _rescaled(children: Children, weights: Floats, ranked: np.ndarray) -> Floats:
    """Return the weights of the children observed, rescaled to one and sorted as the scores; (…, children, units)."""
    present = weights[..., np.newaxis] * children.observed
    with np.errstate(invalid="ignore"):
        shares = present / present.sum(axis=-2, keepdims=True)
    return np.take_along_axis(shares, np.broadcast_to(ranked, shares.shape), axis=-2)
