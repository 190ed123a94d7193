"""The scoring kernel: the only place where normalised scores and weights become the score and coverage of every node.

The build, the dashboard's live weights, the audit and the simulations all call it, so that a score has one definition.

    scorer = Scorer(tree, normalised)              # units × len(tree.columns), NaN where missing; done once
    scored = scorer.score()                        # declared weights
    scored = scorer.score(tree.weight_vector({"qualite": 2.0}))   # live weights: nothing is rebuilt
    scored.column("attractivite")                  # one node, one figure per unit
    scored.scores, scored.coverage                 # units × len(tree.codes), columns in the order of tree.codes

    draws = ...                                    # replicates × len(tree.codes): as many as what is returned may hold
    indices = scorer.replicate(draws, nodes=("attractivite", "rayonnement"))        # replicates × nodes × units

**Coverage** of a leaf is 1 if its score is there, else 0; of any other node, the share of its weight that stands on
observed figures: Σ w·coverage / Σ w over its children, a child without a score counting for none. A node whose coverage
is below its threshold has no score, and nothing above rests on it. Exactly two thirds counts as reached whatever the
rounding (`TOLERANCE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from etl.errors import MethodError
from indicators.aggregate import AGGREGATION, Aggregation
from indicators.children import Children, total_weight, weighted_sum
from indicators.tree import Floats, Node, Tree, validate_weights

CACHED = 65_536  # floats worked on at once in a simulation: half a megabyte stays in the processor's cache
TOLERANCE = 1e-9  # share of weight; far above the rounding of a sum, far below one indicator


@dataclass(frozen=True)
class Scored:
    """Scores and coverage of every node, kept by node and laid out as tables only when asked for.

    Attributes:
        tree: The tree they were computed on.
        score_rows: The scores of the units, by place of the node in `tree.codes`.
        coverage_rows: Their coverage, likewise.
    """

    tree: Tree
    score_rows: Mapping[int, Floats]
    coverage_rows: Mapping[int, Floats]

    @cached_property
    def scores(self) -> Floats:
        """Scores, units × nodes, in the order of `tree.codes`; NaN where there is none."""
        return self._table(self.score_rows)

    @cached_property
    def coverage(self) -> Floats:
        """Coverage, units × nodes, in [0, 1]."""
        return self._table(self.coverage_rows)

    def column(self, code: str) -> Floats:
        """Return the scores of one node, one per unit."""
        return self.score_rows[self.tree.position[self.tree[code].code]]

    def _table(self, rows: Mapping[int, Floats]) -> Floats:
        return np.stack([rows[place] for place in range(len(self.tree.codes))], axis=1)


@dataclass(frozen=True)
class _Step:
    """How one node is computed: its place, its children's places, its bound method, its threshold."""

    code: str
    place: int
    children: tuple[int, ...]
    method: Aggregation
    threshold: float


@dataclass(frozen=True)
class _State:
    """Rows known so far, by place of the node: (units,) or (replicates, units)."""

    scores: dict[int, Floats]
    coverage: dict[int, Floats]
    full: set[int]  # nodes below which nothing is missing


class Scorer:
    """A tree bound to one table of normalised scores, ready for any weights."""

    def __init__(self, tree: Tree, scores: Floats) -> None:
        """Bind a tree to normalised scores.

        Args:
            tree: The index tree.
            scores: Normalised scores, units × len(tree.columns), in that order; NaN where missing.

        Raises:
            MethodError: Shapes that disagree, an infinite score, an unknown method or option.
        """
        self.tree = tree
        rows = _validate_scores(tree, scores)
        self.units = rows.shape[1]
        self._leaves = {tree.position[leaf]: rows[tree.columns.index(tree[leaf].source)] for leaf in tree.leaves}
        self._observed = {place: (~np.isnan(row)).astype(np.float64) for place, row in self._leaves.items()}
        self._full = {place for place, row in self._observed.items() if row.all()}
        self._steps = tuple(self._step(tree[code]) for code in tree.aggregates)
        self._blocks = {step.place: self._block(step) for step in self._steps if self._of_leaves(step)}
        self._siblings = np.zeros((len(tree.codes), len(self._steps)))  # 1 where a node is a child in a step
        for k, step in enumerate(self._steps):
            self._siblings[list(step.children), k] = 1.0

    def score(self, weights: Floats | None = None) -> Scored:
        """Return the score and coverage of every node under one set of weights.

        Args:
            weights: One weight per node in the order of `tree.codes`; the declared ones if None. Only ratios between
                siblings matter.

        Raises:
            MethodError: Weights of the wrong length, negative, not finite, or all zero among siblings.
        """
        state = self._run(self._checked(self.tree.weights if weights is None else weights), self._steps)
        return Scored(self.tree, state.scores, state.coverage)

    def replicate(self, weights: Floats, nodes: Iterable[str] | None = None) -> Floats:
        """Return the scores of some nodes under many sets of weights at once.

        Args:
            weights: replicates × len(tree.codes).
            nodes: Codes wanted; the roots if None.

        Returns:
            Scores, replicates × nodes × units, units contiguous; NaN where there is no score.

        Raises:
            MethodError: As `score`.
        """
        wanted = [self.tree.position[self.tree[code].code] for code in (self.tree.roots if nodes is None else nodes)]
        weights = self._checked(weights)
        steps = self._steps_to(wanted)
        scores = np.empty((len(weights), len(wanted), self.units))
        step = max(1, CACHED // self.units)
        for start in range(0, len(weights), step):
            state = self._run(weights[start : start + step], steps)
            for k, place in enumerate(wanted):
                scores[start : start + step, k] = state.scores[place]
        return scores

    def _step(self, node: Node) -> _Step:
        AGGREGATION.validate_options(node.method, node.options, where=node.code)
        method = AGGREGATION.get(node.method, where=node.code)
        places = tuple(self.tree.position[child] for child in self.tree.children[node.code])
        bound = partial(method, **node.options) if node.options else method
        return _Step(node.code, self.tree.position[node.code], places, bound, node.coverage)

    def _of_leaves(self, step: _Step) -> bool:
        return all(place in self._leaves for place in step.children)

    def _block(self, step: _Step) -> Children:
        return Children(np.stack([self._leaves[place] for place in step.children]), step.code, self._names(step))

    def _names(self, step: _Step) -> tuple[str, ...]:
        return tuple(self.tree.codes[place] for place in step.children)

    def _checked(self, weights: Floats) -> Floats:
        weights = np.asarray(weights, dtype=np.float64)
        if weights.shape[-1:] != (len(self.tree.codes),):
            raise MethodError(
                "weights",
                f"their last dimension is {weights.shape[-1:]}, the tree has {len(self.tree.codes)} nodes",
                "Make them with tree.weight_vector, in the order of tree.codes",
            )
        sound = np.isfinite(weights).all() and (weights >= 0).all()
        if not sound or not (weights @ self._siblings > 0).all():
            self._refuse(weights.reshape(-1, len(self.tree.codes)))
        return weights

    def _refuse(self, weights: Floats) -> None:
        """Find the offender among weights known to be unsound, and name it."""
        for row in weights:
            for step in self._steps:
                group = {self.tree.codes[place]: float(row[place]) for place in step.children}
                validate_weights(step.code, group)

    def _steps_to(self, wanted: Iterable[int]) -> tuple[_Step, ...]:
        """Return the steps without which these nodes cannot be computed, in order."""
        needed = set(wanted)
        for step in reversed(self._steps):
            if step.place in needed:
                needed.update(step.children)
        return tuple(step for step in self._steps if step.place in needed)

    def _run(self, weights: Floats, steps: Iterable[_Step]) -> _State:
        state = _State(dict(self._leaves), dict(self._observed), set(self._full))
        for step in steps:
            self._advance(step, weights[..., list(step.children)], state)
        return state

    def _advance(self, step: _Step, weights: Floats, state: _State) -> None:
        """Compute one node from its children, and add it to the state."""
        block = self._blocks.get(step.place)
        if block is None:
            rows = _stack([state.scores[place] for place in step.children])
            block = Children(rows, step.code, self._names(step))
        scores = step.method(block, weights)
        if block.complete and state.full.issuperset(step.children):  # nothing is missing below: coverage is 1
            state.full.add(step.place)
            state.scores[step.place], state.coverage[step.place] = scores, np.broadcast_to(1.0, scores.shape)
            return
        share = self._share(step, block, weights, state)
        state.scores[step.place] = np.where(share < step.threshold - TOLERANCE, np.nan, scores)
        state.coverage[step.place] = share

    def _share(self, step: _Step, block: Children, weights: Floats, state: _State) -> Floats:
        """Return the coverage of a node: the observed share of its children's weights."""
        if step.place in self._blocks:
            return block.share(weights)
        observed = _stack([state.coverage[place] for place in step.children]) * block.observed
        return weighted_sum(observed, weights) / total_weight(weights)


def _stack(rows: list[Floats]) -> Floats:
    """Stack rows (units,) or (replicates, units) as children × units or replicates × children × units."""
    shape = np.broadcast_shapes(*{row.shape for row in rows})
    stacked = np.empty((*shape[:-1], len(rows), shape[-1]))
    for k, row in enumerate(rows):
        stacked[..., k, :] = row
    return stacked


def _validate_scores(tree: Tree, scores: Floats) -> Floats:
    """Return the scores as contiguous rows, one per column of the tree."""
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[1] != len(tree.columns):
        raise MethodError(
            "scores",
            f"their shape is {scores.shape}, the tree reads {len(tree.columns)} columns",
            "Give units × columns, in the order of tree.columns",
        )
    infinite = np.isinf(scores).any(axis=0)
    if infinite.any():
        raise MethodError(
            tree.columns[int(infinite.argmax())], "a score is infinite", "Correct the figure, or leave it missing"
        )
    return np.ascontiguousarray(scores.T)
