"""The only module that says what score a size makes expected, and by how much a territory departs from it, how surely.

Scores live on 1–100 and many stand at the floor: a log-log law (`scaling`) does not suit them. The trend is a parabola
in ln N, fitted by least squares over all territories of a level:

    expected(N) = a + b·z + c·z²,  z = ln N centred and scaled;   surplus = score − expected

In each scenario of method the trend is fitted again on the scores of that scenario, over territories drawn with
replacement: the interval of a surplus holds both the choices of method and what the trend owes to the territories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.errors import MethodError
from indicators.tree import Floats

CEILING = 100.0  # no score is above it: where the trend goes beyond, it says nothing of what was to be expected
LEAST_COUNT = 10  # territories under which a trend means nothing
TERMS = 3


@dataclass(frozen=True)
class Surplus:
    """What size explains of a score, and what it leaves.

    Attributes:
        expected: Score that the size of each territory makes expected; NaN where the trend leaves the scale.
        surplus: Score less expected; NaN without either.
        low: Lower end of the interval of the surplus; NaN where there is none.
        high: Upper end.
        r2: Share of the variance of the scores that the trend explains.
    """

    expected: Floats
    surplus: Floats
    low: Floats
    high: Floats
    r2: float


def compute_surplus(
    scores: Floats, population: Floats, scenarios: Floats | None, *, low: float, high: float, seed: int = 0
) -> Surplus:
    """Fit the trend, and what each territory has above it.

    Args:
        scores: One per territory; NaN where there is none.
        population: Inhabitants, > 0.
        scenarios: Scenarios × territories, the scores under other choices of method; None: no interval.
        low: Quantile at the bottom of the interval.
        high: Quantile at its top.
        seed: Of the draws of territories.

    Raises:
        MethodError: Fewer than ten scores, or all territories of one size.
    """
    terms = _spread_terms(population)
    known = np.isfinite(scores) & np.isfinite(terms).all(axis=1)
    if known.sum() < LEAST_COUNT:
        raise MethodError("trend of size", f"{int(known.sum())} territories have a score", "A trend needs ten at least")
    expected = terms @ _fit(terms[known], scores[None, known], np.ones((1, int(known.sum()))))[0]
    r2 = float(1 - np.var((scores - expected)[known]) / np.var(scores[known]))
    ends = np.full((2, len(scores)), np.nan)
    if scenarios is not None:
        ends[:, known] = _bound(_draw_surplus(terms[known], scenarios[:, known], seed), low, high)
    told = np.where(expected < CEILING, expected, np.nan)
    ends[:, np.isnan(told)] = np.nan
    return Surplus(told, scores - told, ends[0], ends[1], r2)


def _bound(drawn: Floats, low: float, high: float) -> Floats:
    """Quantiles of each territory over the scenarios that score it."""
    quantile = np.quantile if np.isfinite(drawn).all() else np.nanquantile
    found: Floats = quantile(drawn, [low, high], axis=0)
    return found


def _spread_terms(population: Floats) -> Floats:
    """1, z and z² of each territory."""
    size = np.log(population)
    if not np.nanmax(size) > np.nanmin(size):
        raise MethodError("trend of size", "all territories are of one size", "There is no effect of size to fit")
    z = (size - np.nanmean(size)) / np.nanstd(size)
    return np.stack([z**power for power in range(TERMS)], axis=1)


def _draw_surplus(terms: Floats, scenarios: Floats, seed: int) -> Floats:
    """Surplus of each territory in each scenario, on the trend of territories drawn with replacement."""
    count, size = scenarios.shape
    rng = np.random.default_rng(seed)
    times = rng.multinomial(size, np.full(size, 1 / size), size=count).astype(float)
    times[~np.isfinite(scenarios)] = 0.0
    left: Floats = scenarios - _fit(terms, np.nan_to_num(scenarios), times) @ terms.T
    return left


def _fit(terms: Floats, scores: Floats, times: Floats) -> Floats:
    """Coefficients of the least squares of each row of `scores`, each territory counting `times`: rows × terms."""
    normal = np.einsum("ri,ij,ik->rjk", times, terms, terms, optimize=True)
    moment = (times * scores) @ terms
    found: Floats = np.linalg.solve(normal, moment[:, :, None])[:, :, 0]
    return found
