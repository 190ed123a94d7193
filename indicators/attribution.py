"""The only place that shares out the gap between two units' scores among the indicators, exactly.

A node made by a mean satisfies f(S) = Σ w·f(x), with f the identity (arithmetic), a power or a logarithm (geometric).
Hence f(S) − f(R) = Σ w·(f(x) − f(r)), and

    S − R = Σ w · φ(x, r) / φ(S, R) · (x − r),      φ(a, b) = (f(a) − f(b)) / (a − b), f'(a) where a = b.

Every term has the sign of x − r, and they add up to S − R with nothing left over, at each level, hence down to the
indicators. For the logarithm this is the LMDI decomposition.

Source: Ang (2004), "Decomposition analysis for policymaking in energy", Energy Policy 32; Choi & Ang (2012),
"Attribution of changes in Divisia real energy intensity index", Energy Economics 34.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.score import Scorer
from indicators.tree import Floats, Node, Tree
from indicators.weights import compute_unit_weights

Slope = Callable[[float, float], float]


def share_gap(tree: Tree, own: Floats, reference: Floats, node: str) -> pd.DataFrame:
    """Share out a unit's gap to a reference among the nodes below one.

    The reference is read on the figures that the unit has: what the unit lacks counts on neither side. Where the
    reference lacks one, the two are equal there.

    Args:
        tree: The index tree; every node from `node` down is a mean.
        own: The unit's normalised scores, one per column of the tree, NaN where missing.
        reference: The reference's, likewise.
        node: The node explained.

    Returns:
        By node, `node` first, then as in the tree: `parent`, `score`, `reference`, `weight` (share of the node
        explained, weights of what is missing rescaled) and `points`. The points of the children of a node add up to its
        own, and those of `node` are its score less the reference's. Nodes without a score are left out.

    Raises:
        MethodError: The unit has no score, or a node is not a mean.
    """
    compared = np.where(np.isnan(reference), own, np.where(np.isnan(own), np.nan, reference))
    scored = Scorer(tree, np.vstack([own, compared])).score()
    place = tree.position
    if np.isnan(scored.scores[0, place[node]]):
        raise MethodError(f"{node}, gap", "the unit has no score", "Explain a unit that has one")
    weights = compute_unit_weights(scored)[0] / compute_unit_weights(scored)[0, place[node]]
    scores, references = scored.scores
    factors = {node: 1.0}
    rows = [(node, tree[node].parent, scores[place[node]], references[place[node]], 1.0)]
    for code in _below(tree, node):
        parent = str(tree[code].parent)
        at, up = place[code], place[parent]
        if np.isnan(scores[at]) or not weights[at] > 0:
            continue
        slope = _find_slope(tree[parent])
        ratio = slope(scores[at], references[at]) / slope(scores[up], references[up])
        factors[code] = factors[parent] * ratio * weights[at] / weights[up]
        rows.append((code, parent, scores[at], references[at], float(weights[at])))
    table = pd.DataFrame(rows, columns=["node", "parent", "score", "reference", "weight"]).set_index("node")
    return table.assign(points=(table["score"] - table["reference"]) * pd.Series(factors))


def _below(tree: Tree, node: str) -> list[str]:
    """Every node below one, parents before children."""
    found = []
    for child in tree.children.get(node, ()):
        found += [child, *_below(tree, child)]
    return found


def _find_slope(node: Node) -> Slope:
    """φ of the mean that makes a node."""
    powers = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
    if node.method == "power":
        power = float(node.options["power"])
    elif node.method in powers:
        power = powers[node.method]
    else:
        raise MethodError(f"{node.code}, gap", f"{node.method} is not a mean", "Explain an index made of means")
    return lambda a, b: _slope(power, a, b)


def _slope(power: float, a: float, b: float) -> float:
    """(f(a) − f(b)) / (a − b), f'(a) where they are equal."""
    if math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9):
        return 1.0 / a if power == 0 else power * math.pow(a, power - 1)
    if power == 0:
        return (math.log(a) - math.log(b)) / (a - b)
    return (math.pow(a, power) - math.pow(b, power)) / (a - b)
