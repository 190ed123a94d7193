"""The only place where chance enters: what varies from one replicate to the next, and the draw of each.

Every choice of a replicate is read off one row of numbers in [0, 1), laid out in a `Cube`. The row of replicate r comes
from a counter-based generator put at r, so that a draw depends on the seed and on r alone: not on how replicates are
split, nor on the order in which they end. The same layout serves the designs of a sensitivity analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from etl.errors import MethodError
from indicators.tree import Floats, Tree

Ints = npt.NDArray[np.int64]
STEP = 4  # numbers a counter of the generator yields


@dataclass(frozen=True)
class Varied:
    """What varies in the weights; the choices of method that vary are those of the `Model`.

    Attributes:
        spread: Each weight, at every level, is drawn between w·(1 − spread) and w·(1 + spread).
        concentration: If given, siblings' weights are drawn instead from a Dirichlet law whose mean is their nominal
            shares s: parameters concentration · s; the greater, the closer to nominal.
        left_out: How many indicators each index loses, drawn anew in each replicate.

    Raises:
        MethodError: A figure out of range.
    """

    spread: float = 0.25
    concentration: float | None = None
    left_out: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not 0 <= self.spread < 1:
            raise MethodError("spread of the weights", f"it is {self.spread:g}", "Give a share from 0 to less than 1")
        if self.concentration is not None and not self.concentration > 0:
            raise MethodError("concentration of the weights", f"it is {self.concentration:g}", "Give a positive number")
        if self.left_out < 0:
            raise MethodError("indicators left out", f"there are {self.left_out}", "Give 0 or more")


@dataclass(frozen=True)
class Draws:
    """The draw of some replicates.

    Attributes:
        weights: replicates × nodes, in the order of `tree.codes`.
        choices: replicates × factors of the model: which of its choices each takes.
    """

    weights: Floats
    choices: Ints

    @property
    def size(self) -> int:
        """How many replicates."""
        return len(self.weights)

    def rows(self, start: int, stop: int) -> Draws:
        """Return the draws of replicates `start` to `stop` − 1."""
        return Draws(self.weights[start:stop], self.choices[start:stop])


class Source(Protocol):
    """Where draws come from: a seed, or a table."""

    @property
    def size(self) -> int:
        """How many replicates."""
        ...

    def rows(self, start: int, stop: int) -> Draws:
        """Return the draws of replicates `start` to `stop` − 1."""
        ...


@dataclass(frozen=True)
class Cube:
    """The layout of a draw: which columns of [0, 1) decide what.

    Attributes:
        tree: The nominal tree.
        varied: What varies in the weights.
        factors: How many choices each factor of the model has, by name.
        blocks: The columns of each block: a factor's name, `left_out <root>`, `weights <parent>`.
    """

    tree: Tree
    varied: Varied = field(default_factory=Varied)
    factors: Mapping[str, int] = field(default_factory=dict)

    @property
    def blocks(self) -> dict[str, list[int]]:
        """The columns of each block, in order."""
        sizes = dict.fromkeys(self.factors, 1)
        sizes |= {f"left_out {root}": self.varied.left_out for root in self.tree.roots if self.varied.left_out}
        sizes |= {f"weights {code}": len(children) for code, children in self.tree.children.items()}
        ends = np.cumsum(list(sizes.values())).tolist()
        return {name: list(range(end - size, end)) for (name, size), end in zip(sizes.items(), ends, strict=True)}

    @property
    def width(self) -> int:
        """How many numbers a draw takes."""
        return sum(len(columns) for columns in self.blocks.values())

    def draw(self, numbers: Floats) -> Draws:
        """Return the draws that rows of numbers stand for.

        Args:
            numbers: replicates × `width`, in [0, 1).
        """
        blocks = self.blocks
        choices = np.empty((len(numbers), len(self.factors)), dtype=np.int64)
        for place, (name, count) in enumerate(self.factors.items()):
            choices[:, place] = numbers[:, blocks[name][0]] * count
        weights = np.tile(self.tree.weights, (len(numbers), 1))
        for code, children in self.tree.children.items():
            places = [self.tree.position[child] for child in children]
            weights[:, places] = self._vary(self.tree.weights[places], numbers[:, blocks[f"weights {code}"]])
        if self.varied.left_out:
            self._leave_out(weights, numbers, blocks)
        return Draws(weights, choices)

    def _vary(self, nominal: Floats, numbers: Floats) -> Floats:
        if self.varied.concentration is None:
            return nominal * (1.0 + self.varied.spread * (2.0 * numbers - 1.0))
        shape = self.varied.concentration * nominal / nominal.sum()
        drawn: Floats = np.where(shape > 0, gammaincinv(np.maximum(shape, 1e-300), numbers), 0.0)
        return drawn

    def _leave_out(self, weights: Floats, numbers: Floats, blocks: Mapping[str, list[int]]) -> None:
        """Put the weights of the indicators left out to zero, in place."""
        lost = np.zeros(weights.shape, dtype=bool)
        for root in self.tree.roots:
            leaves = self.tree.leaves_under(root)
            columns = list(dict.fromkeys(self.tree[leaf].source for leaf in leaves))
            _require_more(root, len(columns), self.varied.left_out)
            reads = np.zeros((len(columns), weights.shape[1]), dtype=bool)
            for leaf in leaves:
                reads[columns.index(self.tree[leaf].source), self.tree.position[leaf]] = True
            for chosen in _without_repeat(numbers[:, blocks[f"left_out {root}"]], len(columns)):
                lost |= reads[chosen]
        leave_out(self.tree, weights, lost)


@dataclass(frozen=True)
class Seeded:
    """Draws from a seed: replicate r always gets the same, whoever asks for it.

    Attributes:
        cube: The layout of a draw.
        seed: The seed, ≥ 0.
        size: How many replicates.
    """

    cube: Cube
    seed: int
    size: int

    def rows(self, start: int, stop: int) -> Draws:
        """Return the draws of replicates `start` to `stop` − 1."""
        counters = -(-self.cube.width // STEP)  # a whole number of counters a replicate
        generator = np.random.Philox(key=self.seed)
        generator.advance(start * counters)
        numbers = np.random.Generator(generator).random((stop - start, counters * STEP))
        return self.cube.draw(numbers[:, : self.cube.width])


def leave_out(tree: Tree, weights: Floats, lost: npt.NDArray[np.bool_]) -> None:
    """Put weights to zero, in place, and those of the nodes that thereby lose all they are made of.

    Such a node counts for nothing above, and its own score is left as it was.

    Args:
        tree: The tree.
        weights: replicates × nodes.
        lost: Which weights, replicates × nodes.
    """
    kept = np.where(lost, 0.0, weights)
    for code in tree.aggregates:
        places = [tree.position[child] for child in tree.children[code]]
        empty = ~(kept[:, places].sum(axis=1) > 0)
        if empty.any() and tree[code].parent is not None:
            kept[np.ix_(empty, places)] = weights[np.ix_(empty, places)]
            kept[empty, tree.position[code]] = 0.0
    weights[:] = kept


def given_weights(tree: Tree, table: Mapping[str, Floats] | Iterable[tuple[str, Floats]], factors: int = 0) -> Draws:
    """Return draws whose weights are given, by code; nominal for the codes the table does not name.

    Raises:
        MethodError: A code that is not in the tree.
    """
    columns = {code: np.asarray(values, dtype=np.float64) for code, values in dict(table).items()}
    for code in columns:
        tree[code]
    size = len(next(iter(columns.values()))) if columns else 0
    weights = np.column_stack([columns.get(node.code, np.full(size, node.weight)) for node in tree.nodes])
    return Draws(weights, np.zeros((size, factors), dtype=np.int64))


def _without_repeat(numbers: Floats, count: int) -> list[Ints]:
    """Return distinct choices among `count`, equally likely: the n-th number chooses among those left."""
    left = np.tile(np.arange(count), (len(numbers), 1))
    rows, chosen = np.arange(len(numbers)), []
    for turn in range(numbers.shape[1]):
        at = turn + (numbers[:, turn] * (count - turn)).astype(np.int64)
        left[rows, at], left[rows, turn] = left[rows, turn].copy(), left[rows, at].copy()
        chosen.append(left[:, turn].copy())
    return chosen


def _require_more(root: str, count: int, left_out: int) -> None:
    if left_out >= count:
        raise MethodError(root, f"it has {count} indicators, and {left_out} are to be left out", "Leave out fewer")
