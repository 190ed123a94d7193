"""The floor of the simulations: the tree of the bench in bare NumPy, without checks, names or choices.

Same missing values and coverage, matrix products, one argsort a replicate, shared ranks, small whole numbers, sorts in
place for the quantiles, on the same threads. It must give the ranks that the product gives for the same weights.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from indicators.tree import Tree

CACHED = 40_000  # figures of a node handled at once
SLACK = 1e-9


class Floor:
    """A tree of three levels, geometric above pillars."""

    def __init__(self, tree: Tree, table: np.ndarray) -> None:
        self.units, self.roots = len(table), []
        for root in tree.roots:
            pillars = []
            for pillar in tree.children[root]:
                leaves = [tree.position[leaf] for leaf in tree.children[pillar]]
                rows = np.ascontiguousarray(table[:, [tree.columns.index(leaf) for leaf in tree.children[pillar]]].T)
                there = ~np.isnan(rows)
                pillars.append((tree.position[pillar], leaves, np.where(there, rows, 0.0), there.astype(float)))
            self.roots.append(pillars)
        self.pillar_least, self.root_least = tree["p0"].coverage - SLACK, tree.nodes[0].coverage - SLACK

    def scores(self, weights: np.ndarray, root: int) -> np.ndarray:
        """Replicates × units."""
        shape = (len(weights), self.units)
        total, present, covered = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for place, leaves, rows, there in self.roots[root]:
            own, above = weights[:, leaves], weights[:, [place]]
            sums = own @ there
            coverage = sums / own.sum(axis=1, keepdims=True)
            with np.errstate(invalid="ignore", divide="ignore"):
                logs = np.log((own @ rows) / sums)
            kept = coverage >= self.pillar_least
            total += np.where(kept, above * logs, 0.0)
            present += above * kept
            covered += above * (coverage * kept)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.exp(total / present)
        found[covered / weights[:, [p[0] for p in self.roots[root]]].sum(axis=1, keepdims=True) < self.root_least] = (
            np.nan
        )
        return found

    def ranks(self, scores: np.ndarray) -> np.ndarray:
        """Replicates × units, 0 where there is no score."""
        falling = -scores
        order = np.argsort(falling, axis=1)
        ordered = np.take_along_axis(falling, order, axis=1)
        first = np.ones(scores.shape, dtype=bool)
        first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        kind = np.uint16 if self.units < 2**16 else np.uint32
        counted = np.where(first, np.arange(1, self.units + 1, dtype=kind), kind(0))
        np.maximum.accumulate(counted, axis=1, out=counted)
        counted[np.isnan(ordered)] = 0
        ranks = np.empty(scores.shape, dtype=kind)
        np.put_along_axis(ranks, order, counted, axis=1)
        return ranks

    def distribution(self, weights: np.ndarray) -> np.ndarray:
        """Mean, 5 %, 50 % and 95 % of the ranks of each root, on every core."""
        kind = np.uint16 if self.units < 2**16 else np.uint32
        ranks = np.empty((len(self.roots), len(weights), self.units), dtype=kind)
        step = max(1, CACHED // self.units)

        def run(start: int) -> None:
            block = weights[start : start + step]
            for root in range(len(self.roots)):
                ranks[root, start : start + step] = self.ranks(self.scores(block, root))

        def sum_up(start: int) -> np.ndarray:
            return np.stack([_cuts(rows[:, start : start + 256]) for rows in ranks])

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(run, range(0, len(weights), step)))
            return np.concatenate(list(pool.map(sum_up, range(0, self.units, 256))), axis=2)


def _cuts(block: np.ndarray) -> np.ndarray:
    """Mean and quantiles (type 7) over the replicates that have a rank."""
    rows = np.ascontiguousarray(block.T, dtype=np.uint32)
    rows.sort(axis=1)
    count = (rows != 0).sum(axis=1)
    cuts = [rows.sum(axis=1) / np.maximum(count, 1)]
    for share in (0.05, 0.5, 0.95):
        at = rows.shape[1] - count + np.maximum(count - 1, 0) * share
        low = np.minimum(at.astype(int), rows.shape[1] - 1)
        high = np.minimum(low + 1, rows.shape[1] - 1)
        each = np.arange(len(rows))
        cuts.append(rows[each, low] + (at - low) * (rows[each, high].astype(float) - rows[each, low]))
    return np.stack(cuts)
