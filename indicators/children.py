"""The only place that holds the scores of siblings together: who is there, and their weighted sums.

Sums run over the children one after the other, not through BLAS, whose rounding depends on where a unit stands in the
array: two units with the same figures must get the same score to the last bit, or their tie is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from etl.errors import MethodError
from indicators.tree import Floats

Transform = Callable[[Floats], Floats]


class Children:
    """The scores of the children of one node, and what can be worked out once for any number of weightings.

    Attributes:
        values: Scores, (…, children, units); NaN where missing.
        node: The parent's code, for messages.
        codes: The children's codes, for messages.
        complete: Whether no score is missing.
    """

    def __init__(self, values: Floats, node: str = "aggregation", codes: Sequence[str] = ()) -> None:
        self.values = values
        self.node = node
        self.codes = tuple(codes) or tuple(f"child {c + 1}" for c in range(values.shape[-2]))
        self._missing = np.isnan(values)
        self.complete = not self._missing.any()
        self._terms: dict[str, Floats] = {}
        self._present: tuple[Floats, Floats] | None = None

    @cached_property
    def observed(self) -> Floats:
        """1 where the score is there, 0 where it is missing."""
        return (~self._missing).astype(np.float64)

    @classmethod
    def of(cls, table: Floats, node: str = "aggregation") -> Children:
        """Return the block of a table units × children."""
        return cls(np.ascontiguousarray(np.asarray(table, dtype=np.float64).T), node)

    def terms(self, name: str, transform: Transform) -> Floats:
        """Return the transformed scores, 0 where missing; kept, so that new weights cost only a weighted sum."""
        if name not in self._terms:
            self._terms[name] = self._transformed(transform)
        return self._terms[name]

    def _transformed(self, transform: Transform) -> Floats:
        if self.complete:
            return transform(self.values)
        terms = transform(self.values)  # a missing score stays missing, without a warning
        terms = terms.copy() if terms is self.values else terms
        np.copyto(terms, 0.0, where=self._missing)
        return terms

    def present(self, weights: Floats) -> Floats:
        """Return the weight that stands on a score: Σ w·[observed], (…, units), or (…, 1) where all are there.

        The last answer is kept with the weights it is for: a mean and the coverage ask the same thing in turn.
        """
        if self.complete:
            return total_weight(weights)
        known = self._present  # read once: another thread may be asking with its own weights
        if known is None or known[0] is not weights:
            known = self._present = (weights, weighted_sum(self.observed, weights))
        return known[1]

    def share(self, weights: Floats) -> Floats:
        """Return the share of the weights that stands on a score: Σ w·[observed] / Σ w, (…, units)."""
        share: Floats = self.present(weights) / total_weight(weights)
        return np.broadcast_to(share, (*weights.shape[:-1], self.values.shape[-1])) if self.complete else share


def total_weight(weights: Floats) -> Floats:
    """Return Σ w, (…, 1), in the order in which `weighted_sum` adds.

    So a unit that has all its scores has a share of exactly 1, and does not move by a rounding when another lacks one.
    """
    total: Floats = np.add.accumulate(weights, axis=-1)[..., -1:]
    return total


def weighted_sum(terms: Floats, weights: Floats) -> Floats:
    """Return Σ_c w_c · terms_c, children in order.

    Args:
        terms: (children, units), or (replicates, children, units).
        weights: (children,), or (replicates, children).

    Returns:
        (units,), or (replicates, units).
    """
    if terms.shape[-1] == 1:  # alone, a unit would be summed along the children, in another order
        return weighted_sum(np.repeat(terms, 2, axis=-1), weights)[..., :1]
    total: Floats = np.einsum("...c,...cu->...u", weights, terms)
    return total


def weighted_mean(children: Children, weights: Floats, terms: Floats) -> Floats:
    """Return the mean of the terms over the children present: Σ w·t / Σ w·[observed]; NaN where none is."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = weighted_sum(terms, weights) / children.present(weights)
    return mean


def require_positive(children: Children) -> None:
    """Refuse scores ≤ 0 under a mean that is defined for positive ones only.

    Raises:
        MethodError: Naming the node, the child and its lowest score.
    """
    if (children.values <= 0).any():
        lowest = np.where(np.isnan(children.values), np.inf, children.values).min(axis=-1, initial=np.inf)
        worst = int(lowest.reshape(-1, len(children.codes)).min(axis=0).argmin())
        raise MethodError(
            f"{children.node}, {children.codes[worst]}",
            f"a score of {lowest.min():g} stands under a mean that is defined for positive scores only",
            "Normalise to 1–100 instead of 0–100 or z-scores, or aggregate this node arithmetically",
        )
