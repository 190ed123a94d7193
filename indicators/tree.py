"""The only place that knows the shape of an index: indice → pilier → indicateur, at any depth.

A tree is frozen and checked once, when it is made; everything after may rely on it. Several roots are allowed: our two
indices are one tree with two roots, and are never merged.

    tree = Tree((
        Node("attractivite", method="geometric", coverage=2 / 3),
        Node("qualite", parent="attractivite", coverage=0.6),
        Node("chomage", parent="qualite", weight=1.0),
        ...
    ))
    tree = read_tree(Path("iMeta.csv")).tree      # the two-table form, see `tables`

An indicator that serves two pillars is two leaves reading one column: `Node("offre@qualite", parent="qualite",
column="offre")` and `Node("offre@notoriete", parent="notoriete", column="offre", weight=0.5)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.errors import MethodError

Floats = npt.NDArray[np.float64]

NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Node:
    """One node of an index tree.

    Attributes:
        code: Its name, unique in the tree.
        parent: The code of the node it counts for; None for an index.
        weight: Its weight among its siblings, ≥ 0, on any scale (2 and 4 say the same as 1 and 2).
        method: How the scores of its children become its own (an `a_` method); of no effect on a leaf.
        options: What the method needs beyond scores and weights (`{"power": 2.0}`).
        coverage: The least share of its weight that must be observed for it to have a score, in [0, 1].
        column: The column of figures a leaf reads; its own code unless said otherwise.
        label: Its name on a screen.
    """

    code: str
    parent: str | None = None
    weight: float = 1.0
    method: str = "arithmetic"
    options: Mapping[str, Any] = field(default_factory=lambda: NO_OPTIONS)
    coverage: float = 0.0
    column: str = ""
    label: str = ""

    @property
    def source(self) -> str:
        """The column of figures that a leaf reads."""
        return self.column or self.code


@dataclass(frozen=True)
class Tree:
    """A checked tree. Positions and weight vectors follow the order in which the nodes were given.

    Attributes:
        nodes: Every node, leaves included, in any order.

    Raises:
        MethodError: Duplicate, orphan, cycle, a weight or a coverage out of range, siblings whose weights are all zero.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        """Check the tree once, so that nothing after has to."""
        _validate_codes(self.nodes)
        _validate_parents(self.nodes)
        _validate_acyclic(self.nodes)
        for node in self.nodes:
            _validate_node(node)
        for code in self.aggregates:
            validate_weights(code, {c: self.nodes[self.position[c]].weight for c in self.children[code]})

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code, in the order given."""
        return tuple(node.code for node in self.nodes)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each code in `codes`."""
        return MappingProxyType({code: i for i, code in enumerate(self.codes)})

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The children of each node that has any, in the order given."""
        groups: dict[str, list[str]] = {}
        for node in self.nodes:
            if node.parent is not None:
                groups.setdefault(node.parent, []).append(node.code)
        return MappingProxyType({code: tuple(group) for code, group in groups.items()})

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The indices: the nodes that count for nothing else."""
        return tuple(node.code for node in self.nodes if node.parent is None)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The nodes without children, in the order given."""
        return tuple(code for code in self.codes if code not in self.children)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The distinct columns of figures the leaves read: the order of the arrays given to the kernel."""
        return tuple(dict.fromkeys(self[leaf].source for leaf in self.leaves))

    @cached_property
    def aggregates(self) -> tuple[str, ...]:
        """The nodes with children, each after all those below it."""
        return tuple(sorted(self.children, key=self.height))

    @cached_property
    def weights(self) -> Floats:
        """The declared weights, one per node in the order of `codes`."""
        return np.array([node.weight for node in self.nodes], dtype=np.float64)

    def __getitem__(self, code: str) -> Node:
        """Return the node of that code."""
        if code not in self.position:
            raise MethodError(code, "no node of the tree has this code", f"Known codes: {', '.join(self.codes)}")
        return self.nodes[self.position[code]]

    def height(self, code: str) -> int:
        """Return how many steps separate a node from the farthest leaf below it (0 for a leaf)."""
        below = self.children.get(code, ())
        return 1 + max(self.height(child) for child in below) if below else 0

    def leaves_under(self, code: str) -> tuple[str, ...]:
        """Return the leaves that count for a node (itself if it is one)."""
        below = self.children.get(code, ())
        return tuple(leaf for child in below for leaf in self.leaves_under(child)) if below else (code,)

    def weight_vector(self, weights: Mapping[str, float]) -> Floats:
        """Return a full vector of weights, the declared ones except where `weights` says otherwise.

        Args:
            weights: New weights by code.

        Returns:
            Weights in the order of `codes`, checked.

        Raises:
            MethodError: An unknown code, a negative or not finite weight, siblings all at zero.
        """
        return self.with_weights(weights).weights

    def with_weights(self, weights: Mapping[str, float]) -> Tree:
        """Return the same tree with other weights by code, checked."""
        for code in weights:
            self[code]
        return Tree(tuple(replace(n, weight=float(weights.get(n.code, n.weight))) for n in self.nodes))

    def without(self, code: str) -> Tree:
        """Return the tree without a node, nor anything that counts only for it.

        A parent left with no child goes too: an index does not score what it no longer measures.

        Raises:
            MethodError: Nothing would be left.
        """
        gone = {code, *self._under(code)}
        parent = self[code].parent
        while parent is not None and set(self.children[parent]) <= gone:
            gone.add(parent)
            parent = self[parent].parent
        kept = tuple(node for node in self.nodes if node.code not in gone)
        if not kept:
            raise MethodError(f"the tree without {code}", "nothing of it is left", "Remove something smaller")
        return Tree(kept)

    def _under(self, code: str) -> tuple[str, ...]:
        below = self.children.get(code, ())
        return below + tuple(c for child in below for c in self._under(child))


def validate_weights(where: str, weights: Mapping[str, float]) -> None:
    """Refuse weights of siblings from which no mean can be made.

    Raises:
        MethodError: A weight that is negative, missing or infinite, or siblings whose weights are all zero.
    """
    for code, weight in weights.items():
        if not np.isfinite(weight) or weight < 0:
            raise MethodError(
                f"{where}, weight of {code}",
                f"a weight is a finite number ≥ 0, here {weight}",
                "Correct it, or give 0 to leave this node out",
            )
    if not sum(weights.values()) > 0:
        raise MethodError(
            where,
            f"the weights of its children ({', '.join(weights)}) are all zero",
            "Give at least one of them a positive weight, or remove the node",
        )


def _validate_codes(nodes: Iterable[Node]) -> None:
    seen: set[str] = set()
    for node in nodes:
        if not node.code:
            raise MethodError("tree", "a node has no code", "Give each node a code")
        if node.code in seen:
            raise MethodError(node.code, "this code stands twice in the tree", "Keep one, or rename the other")
        seen.add(node.code)
    if not seen:
        raise MethodError("tree", "it has no node", "Declare an index and its indicators")


def _validate_parents(nodes: tuple[Node, ...]) -> None:
    known = {node.code for node in nodes}
    parents = {node.parent for node in nodes}
    for node in nodes:
        if node.parent is not None and node.parent not in known:
            raise MethodError(
                node.code, f"its parent “{node.parent}” is not in the tree", "Add the parent, or correct its code"
            )
        if node.parent is None and node.code not in parents:
            raise MethodError(
                node.code, "it has neither parent nor children", "Give it a parent, or remove it from the tree"
            )


def _validate_acyclic(nodes: tuple[Node, ...]) -> None:
    parent = {node.code: node.parent for node in nodes}
    for node in nodes:
        path = [node.code]
        while (above := parent[path[-1]]) is not None:
            if above in path:
                loop = " → ".join([*path[path.index(above) :], above])
                raise MethodError(above, f"the tree turns in a circle ({loop})", "Correct one of these parents")
            path.append(above)


def _validate_node(node: Node) -> None:
    if not 0 <= node.coverage <= 1:
        raise MethodError(node.code, f"its coverage threshold is {node.coverage}", "Give a share between 0 and 1")
    if not np.isfinite(node.weight) or node.weight < 0:
        raise MethodError(
            node.code, f"its weight is {node.weight}, and a weight is a finite number ≥ 0", "Correct the weight"
        )
