"""A tree of two indices and figures with holes and ties, as the tests of simulations share them."""

import numpy as np

from indicators.tree import Node, Tree


def two_indices(indicators: int = 12, pillars: int = 4) -> Tree:
    nodes = [Node(code, method="geometric", coverage=2 / 3) for code in ("att", "ray")]
    nodes += [Node(f"p{i}", "att" if i < pillars // 2 else "ray", coverage=0.6) for i in range(pillars)]
    nodes += [Node(f"x{i}", f"p{i % pillars}", weight=1 + i % 3) for i in range(indicators)]
    return Tree(tuple(nodes))


def figures(units: int, tree: Tree, seed: int = 0, missing: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    table = rng.uniform(1, 100, (units, len(tree.columns)))
    table[rng.random(table.shape) < missing] = np.nan
    table[: units // 4] = 1.0  # a floor where many are tied
    return table
