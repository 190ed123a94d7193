"""The only place that knows how the scores of children become the score of their parent.

A method is a function `a_…(children, weights) -> scores`: `children` is a `Children` block (children × units),
`weights` one per child, or several rows of them (replicates × children) for as many results (replicates × units).
A missing score never counts as zero: the weights of those present are rescaled to sum to one.

Sums run over the children one after the other, not through BLAS, whose rounding depends on where a unit stands in the
array: two units with the same figures must get the same score to the last bit, or their tie is lost.

In a notebook: `a_geometric(Children.of(table), weights)` with `table` units × children.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from etl.errors import MethodError
from indicators.methods import Family
from indicators.tree import Floats

Transform = Callable[[Floats], Floats]
Aggregation = Callable[..., Floats]
AGGREGATION: Family[Aggregation] = Family("a_", "aggregation")


class Children:
    """The scores of the children of one node, and what can be worked out once for any number of weightings.

    Attributes:
        values: Scores, (…, children, units); NaN where missing.
        node: The parent's code, for messages.
        complete: Whether no score is missing.
    """

    def __init__(self, values: Floats, node: str = "aggregation") -> None:
        self.values = values
        self.node = node
        self._missing = np.isnan(values)
        self.complete = not self._missing.any()
        self.observed = (~self._missing).astype(np.float64)
        self._terms: dict[str, Floats] = {}

    @classmethod
    def of(cls, table: Floats, node: str = "aggregation") -> Children:
        """Return the block of a table units × children."""
        return cls(np.ascontiguousarray(np.asarray(table, dtype=np.float64).T), node)

    def terms(self, name: str, transform: Transform) -> Floats:
        """Return the transformed scores, 0 where missing; kept, so that new weights cost only a weighted sum."""
        if name not in self._terms:
            filled = np.where(self._missing, 1.0, self.values)
            self._terms[name] = np.where(self._missing, 0.0, transform(filled))
        return self._terms[name]

    def share(self, weights: Floats) -> Floats:
        """Return the share of the weights that stands on a score: Σ w·[observed] / Σ w, (…, units)."""
        return weighted_sum(self.observed, normalised(weights))


def normalised(weights: Floats) -> Floats:
    """Return weights scaled so that those of the children sum to one."""
    total: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return total


def weighted_sum(terms: Floats, weights: Floats) -> Floats:
    """Return Σ_c w_c · terms_c, children in order.

    Args:
        terms: (children, units), or (replicates, children, units).
        weights: (children,), or (replicates, children).

    Returns:
        (units,), or (replicates, units).
    """
    total: Floats = weights[..., 0, np.newaxis] * terms[..., 0, :]
    for c in range(1, weights.shape[-1]):
        total += weights[..., c, np.newaxis] * terms[..., c, :]
    return total


def weighted_mean(children: Children, weights: Floats, terms: Floats) -> Floats:
    """Return the mean of the terms over the children present: Σ w·t / Σ w·[observed]; NaN where none is."""
    total = weighted_sum(terms, normalised(weights))
    if children.complete:
        return total
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = total / children.share(weights)
    return mean


@AGGREGATION.register
def a_arithmetic(children: Children, weights: Floats) -> Floats:
    """Weighted arithmetic mean, Σ w·x / Σ w over the children present.

    Full compensation: a bad score is made up for by a good one.

    Source: OECD/JRC Handbook (2008), step 7, linear aggregation.
    """
    return weighted_mean(children, weights, children.terms("identity", _same))


@AGGREGATION.register
def a_geometric(children: Children, weights: Floats) -> Floats:
    """Weighted geometric mean, exp(Σ w·ln x / Σ w): a bad score is made up for only in part.

    Raises:
        MethodError: A score ≤ 0.

    Source: OECD/JRC Handbook (2008), step 7, geometric aggregation.
    """
    require_positive(children)
    mean: Floats = np.exp(weighted_mean(children, weights, children.terms("log", np.log)))
    return mean


@AGGREGATION.register
def a_harmonic(children: Children, weights: Floats) -> Floats:
    """Weighted harmonic mean, Σ w / Σ (w / x): the least forgiving of the three means.

    Raises:
        MethodError: A score ≤ 0.
    """
    require_positive(children)
    mean: Floats = 1.0 / weighted_mean(children, weights, children.terms("inverse", np.reciprocal))
    return mean


@AGGREGATION.register
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


def require_positive(children: Children) -> None:
    """Refuse scores ≤ 0 under a mean that is defined for positive ones only.

    Raises:
        MethodError: Naming the node.
    """
    if not children.complete:
        lowest = np.min(children.values, where=~np.isnan(children.values), initial=np.inf)
    else:
        lowest = children.values.min(initial=np.inf)
    if lowest <= 0:
        raise MethodError(
            children.node,
            f"a score of {lowest:g} stands under a mean that is defined for positive scores only",
            "Normalise to 1–100 instead of 0–100 or z-scores, or aggregate this node arithmetically",
        )


def _same(values: Floats) -> Floats:
    return values
