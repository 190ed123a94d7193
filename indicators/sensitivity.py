"""The only module that shares out the uncertainty of an index among its causes: Sobol indices.

A *cause* is a choice of method, the weights of a group of siblings, or an indicator left out: any set of the blocks of
a `Cube`. Its first-order index S is the share of the variance of an output that fixing it would remove on average; its
total index T the share that would remain if everything else were fixed. S ≤ T, and ΣS ≤ 1, up to sampling error.

Estimators, on two independent designs A and B and, for each cause i, A with the columns of i taken from B (ABi):

    S_i = mean((f(B) − f0)·(f(ABi) − f(A))) / V          T_i = mean((f(A) − f(ABi))²) / 2V

with f0 and V the mean and variance of f over A and B together. S is *centred*: without − f0 the sampling error of the
mean is multiplied by the mean itself, and sums above one follow.

Sources: Saltelli et al. (2010), Computer Physics Communications 181; Jansen (1999), ibid. 117; Sobol' & Levitan (1999)
for the centring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from etl.errors import MethodError
from indicators.draws import Cube, Draws
from indicators.rank_rows import NO_RANK, Ranks
from indicators.simulation import Model, simulate
from indicators.tree import Floats, Tree

Output = Callable[[Ranks], Floats]
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices and how sure they are.

    Attributes:
        table: One row per cause: `first`, `first_low`, `first_high`, `total`, `total_low`, `total_high`; the bounds are
            the 5 % and 95 % quantiles over resamplings of the design.
        first_sum: ΣS with its bounds: what no interaction is needed to explain.
        mean: Mean of the output.
        variance: Its variance.
        runs: How many times the index was computed.
    """

    table: pd.DataFrame
    first_sum: tuple[float, float, float]
    mean: float
    variance: float
    runs: int


def mean_shift(nominal: Floats) -> Output:
    """Return the output « mean number of places by which units move from their nominal rank », over the units ranked.

    Args:
        nominal: Nominal ranks, NaN where there is none.
    """

    def output(ranks: Ranks) -> Floats:
        shifts = np.where(ranks == NO_RANK, np.nan, np.abs(ranks.astype(np.float64) - nominal))
        there = ~np.isnan(shifts)
        total: Floats = np.where(there, shifts, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        return total

    return output


def rank_of(unit: int) -> Output:
    """Return the output « rank of one unit », by its place."""
    return lambda ranks: ranks[:, unit].astype(np.float64)


def causes_of(model: Model, cube: Cube) -> dict[str, tuple[str, ...]]:
    """Return the usual causes: each choice of method, all weights together, the indicators left out."""
    blocks = list(cube.blocks)
    causes: dict[str, tuple[str, ...]] = {name: (name,) for name in model.counts}
    for cause in ("weights", "left_out"):
        group = tuple(block for block in blocks if block.startswith(f"{cause} "))
        if group:
            causes[cause] = group
    return causes


def groups_of(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Return one cause per group of siblings: the weights of the children of each node, by the node's code."""
    return {code: (f"weights {code}",) for code in tree.children}


def design(cube: Cube, causes: Mapping[str, Iterable[str]], size: int, seed: int) -> Draws:
    """Return the draws of A, B, then ABi for each cause, `size` each.

    A and B are the two halves of a scrambled Sobol sequence.

    Raises:
        MethodError: A block that the layout does not have, a size below two.
    """
    if size < 2:
        raise MethodError("sensitivity", f"a design of {size}", "Ask for two rows or more")
    blocks = cube.blocks
    numbers = qmc.Sobol(2 * cube.width, scramble=True, rng=np.random.default_rng(seed)).random(_power_of_two(size))[
        :size
    ]
    first, second = numbers[:, : cube.width], numbers[:, cube.width :]
    mixed = []
    for cause, names in causes.items():
        for name in names:
            if name not in blocks:
                raise MethodError(f"cause {cause}", f"“{name}” does not vary", f"Choose among {', '.join(blocks)}")
        columns = [column for name in names for column in blocks[name]]
        mixed.append(first.copy())
        mixed[-1][:, columns] = second[:, columns]
    return cube.draw(np.concatenate([first, second, *mixed]))


def compute_sobol(
    model: Model,
    cube: Cube,
    node: str,
    output: Output,
    causes: Mapping[str, Iterable[str]] | None = None,
    *,
    size: int = 512,
    seed: int = 42,
    executor: Executor | None = None,
) -> Sensitivity:
    """Compute the Sobol indices of an output of the ranks of one node.

    Args:
        model: What is recomputed.
        cube: The layout of a draw, its factors those of the model.
        node: The node ranked.
        output: From the ranks, replicates × units, to one figure a replicate.
        causes: Blocks of the layout by cause; the usual ones if None. What belongs to no cause still varies.
        size: Rows of each design: size · (causes + 2) runs. A power of two balances them best.
        seed: Of the design and of the resamplings.
        executor: Where runs are made.

    Raises:
        MethodError: As `design` and `simulate`; a run that failed, for a hole would bias the estimates.
    """
    causes = causes_of(model, cube) if causes is None else causes
    draws = design(cube, causes, size, seed)
    run = simulate(model, draws, (node,), executor=executor)
    if run.failures:
        raise MethodError(
            f"sensitivity of {node}",
            f"{run.failures} of {draws.size} runs failed: {next(iter(run.failed))}",
            "Vary less, or choices that can be combined",
        )
    return estimate(output(run.of(node)).reshape(-1, size), tuple(causes), seed=seed)


def estimate(outputs: Floats, causes: tuple[str, ...], *, resamplings: int = 1000, seed: int = 42) -> Sensitivity:
    """Estimate the indices from the outputs of a design, with bounds by resampling its rows.

    Args:
        outputs: (causes + 2) × size: f(A), f(B), then f(ABi) in the order of the causes.
        causes: Their names.
        resamplings: How many times rows are drawn with replacement.
        seed: Of these drawings.

    Raises:
        MethodError: An output that never varies.
    """
    first, second, mixed = outputs[0], outputs[1], outputs[2:]
    if len(mixed) != len(causes):
        raise MethodError("sensitivity", f"{len(outputs)} rows of outputs for {len(causes)} causes", "Give causes + 2")
    if np.ptp(outputs[:2]) == 0:
        raise MethodError("sensitivity", "the output never varies", "Vary more, or ask about another output")
    size = outputs.shape[1]
    counts = count_resampled(size, resamplings, seed)
    best = _indices(first, second, mixed, np.ones((1, size)))
    again = _indices(first, second, mixed, counts)
    columns = {}
    for name, place in (("first", 0), ("total", 1)):
        columns[name] = best[place][:, 0]
        columns[f"{name}_low"], columns[f"{name}_high"] = np.quantile(again[place], (LOW, HIGH), axis=1)
    low, high = np.quantile(again[0].sum(axis=0), (LOW, HIGH))
    both = outputs[:2]
    return Sensitivity(
        pd.DataFrame(columns, index=pd.Index(causes, name="cause")),
        (float(best[0].sum()), float(low), float(high)),
        float(both.mean()),
        float(both.var()),
        outputs.size,
    )


def count_resampled(size: int, resamplings: int, seed: int) -> Floats:
    """Return how often each of `size` rows comes in each resampling with replacement, resamplings × size."""
    drawn = np.random.default_rng(seed).integers(0, size, (resamplings, size))
    drawn += np.arange(0, resamplings * size, size)[:, np.newaxis]
    counts = np.bincount(drawn.reshape(-1), minlength=resamplings * size)
    return counts.reshape(resamplings, size).astype(np.float64)


def _indices(first: Floats, second: Floats, mixed: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return S and T, causes × resamplings, each row of the design counted as often as a resampling drew it.

    With c the counts, every mean is a sum of products by c: nothing is resampled row by row.
    """
    total = counts.sum(axis=1)
    mean = counts @ (first + second) / (2 * total)
    variance = counts @ (first**2 + second**2) / (2 * total) - mean**2
    gap = mixed - first
    crossed = (second * gap) @ counts.T - mean * (gap @ counts.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        return crossed / (total * variance), (gap**2) @ counts.T / (2 * total * variance)


def _power_of_two(size: int) -> int:
    return 1 << (size - 1).bit_length()
