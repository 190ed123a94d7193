"""The only place that lists how the scores of children become the score of their parent (handbook step 7).

A method is a function `a_…(children, weights) -> scores`: `children` is a `Children` block (children × units),
`weights` one per child, or several rows of them (replicates × children) for as many results (replicates × units).
A missing score never counts as zero: the weights of those present are rescaled to sum to one.

In a notebook: `a_geometric(Children.of(table), weights)` with `table` units × children.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from indicators.benefit import a_benefit_of_doubt
from indicators.children import Children, require_positive, weighted_mean
from indicators.methods import Family
from indicators.outrank import a_copeland
from indicators.penalise import a_mazziotta_pareto, a_mean_min, a_owa
from indicators.tree import Floats

Aggregation = Callable[..., Floats]
AGGREGATION: Family[Aggregation] = Family("a_", "aggregation")


def a_arithmetic(children: Children, weights: Floats) -> Floats:
    """Weighted arithmetic mean, Σ w·x / Σ w over the children present.

    Full compensation: a bad score is made up for by a good one.

    Source: OECD/JRC Handbook (2008), step 7, linear aggregation.
    """
    return weighted_mean(children, weights, children.terms("identity", _same))


def a_geometric(children: Children, weights: Floats) -> Floats:
    """Weighted geometric mean, exp(Σ w·ln x / Σ w): a bad score is made up for only in part.

    Raises:
        MethodError: A score ≤ 0.

    Source: OECD/JRC Handbook (2008), step 7, geometric aggregation.
    """
    require_positive(children)
    mean: Floats = np.exp(weighted_mean(children, weights, children.terms("log", np.log)))
    return mean


def a_harmonic(children: Children, weights: Floats) -> Floats:
    """Weighted harmonic mean, Σ w / Σ (w / x): the least forgiving of the three means.

    Raises:
        MethodError: A score ≤ 0.
    """
    require_positive(children)
    mean: Floats = 1.0 / weighted_mean(children, weights, children.terms("inverse", np.reciprocal))
    return mean


def a_power(children: Children, weights: Floats, *, power: float) -> Floats:
    """Weighted power mean, (Σ w·x^p / Σ w)^(1/p); p = 1 arithmetic, −1 harmonic, 0 geometric (the limit).

    Args:
        children: Scores of the children, > 0.
        weights: Weights of the children.
        power: The exponent p; the smaller, the less a bad score is made up for.

    Raises:
        MethodError: A score ≤ 0.
    """
    if power == 0:
        return a_geometric(children, weights)
    require_positive(children)
    terms = children.terms(f"power {power}", lambda values: np.power(values, power))
    mean: Floats = np.power(weighted_mean(children, weights, terms), 1.0 / power)
    return mean


def _same(values: Floats) -> Floats:
    return values


for _method in (
    a_arithmetic,
    a_geometric,
    a_harmonic,
    a_power,
    a_owa,
    a_mean_min,
    a_mazziotta_pareto,
    a_copeland,
    a_benefit_of_doubt,
):
    AGGREGATION.register(_method)
