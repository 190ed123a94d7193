"""The only place that says what the published interval is, and computes the intervals printed beside ranks and scores.

intervals = compute_intervals(tree, normalised, PUBLISHED)
intervals.table                      # unit, node_code, score_low, score_high, rank_low, rank_high, …
intervals.replicates.of("attractivite")   # replicates × units, for the nodes whose ranks were asked for
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.draws import Cube, Seeded, Varied
from indicators.rank_rows import Ranks, rank_dtype
from indicators.rank_stats import summarise_ranks, summarise_scores
from indicators.score import Scored, Scorer
from indicators.simulation import Factor, Model, Progress, Replicates, simulate
from indicators.tree import Floats, Tree

MEMORY = 400_000_000  # bytes of ranks and scores held at once; more nodes are taken in turns
BYTES = 6  # of a rank and a score
AGGREGATION = "aggregation"


@dataclass(frozen=True)
class Interval:
    """What an interval is made of: what varies, how often, between which quantiles.

    Attributes:
        varied: The weights, at every level, and the indicators left out.
        aggregations: How the nodes above pillars are made, drawn anew in each replicate; those declared if empty.
        replicates: How many.
        seed: Of the draws.
        low: The quantile at the bottom of the interval.
        high: The quantile at its top.
    """

    varied: Varied = field(default_factory=Varied)
    aggregations: tuple[str, ...] = ()
    replicates: int = 1000
    seed: int = 42
    low: float = 0.05
    high: float = 0.95

    def __post_init__(self) -> None:
        """Refuse what is no interval."""
        if self.replicates < 1:
            raise MethodError("replicates", f"there are {self.replicates}", "Ask for at least one")
        if not 0 <= self.low <= self.high <= 1:
            raise MethodError("interval", f"it goes from {self.low:g} to {self.high:g}", "Give rising shares in [0, 1]")


PUBLISHED = Interval(
    varied=Varied(spread=0.25, left_out=1), aggregations=("arithmetic", "geometric"), replicates=1000, seed=2026
)


@dataclass(frozen=True)
class Intervals:
    """The intervals of some nodes.

    Attributes:
        table: One row per node and unit: `unit` (its place), `node_code`, `score_low`, `score_high`, `score_mean`,
            `rank_low`, `rank_median`, `rank_high`, `rank_mean`, `replicates` (in how many it has a score). The bounds
            of ranks are whole: the low one rounded down, the high one up.
        replicates: The ranks of the nodes kept, nodes × replicates × units.
        failed: Why replicates failed, and how many did for each reason.
    """

    table: pd.DataFrame
    replicates: Replicates
    failed: Mapping[str, int]


def vary_aggregation(tree: Tree, normalised: Floats, aggregations: Iterable[str] = ()) -> Model:
    """Return the model in which nodes above pillars are made now in one way, now in another.

    A node above pillars is one with a child that is no indicator; pillars keep the method declared.

    Args:
        tree: The nominal tree.
        normalised: Normalised scores, units × `tree.columns`.
        aggregations: The ways, equally likely; none: as declared.
    """
    ways = tuple(aggregations)
    if not ways:
        return Model(tree, {(): Scorer(tree, normalised)})
    scorers: dict[tuple[int, ...], Scorer] = {
        (place,): Scorer(aggregate_above(tree, way), normalised) for place, way in enumerate(ways)
    }
    return Model(tree, scorers, (Factor(AGGREGATION, ways),))


def aggregate_above(tree: Tree, method: str) -> Tree:
    """Return the tree with the nodes above pillars made by one method."""
    above = {code for code, below in tree.children.items() if any(child in tree.children for child in below)}
    return Tree(tuple(replace(n, method=method, options={}) if n.code in above else n for n in tree.nodes))


def rank_scored(model: Model, nominal: Scored, nodes: Iterable[str]) -> Model:
    """Return the model that ranks, on each of these nodes, the units that have a nominal score, and no other."""
    return replace(model, ranked={code: ~np.isnan(nominal.column(code)) for code in nodes})


def compute_intervals(
    tree: Tree,
    normalised: Floats,
    interval: Interval = PUBLISHED,
    *,
    nodes: Iterable[str] | None = None,
    keep: Iterable[str] = (),
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Intervals:
    """Compute the interval of the score and rank of every unit, for some nodes.

    Args:
        tree: The index tree.
        normalised: Normalised scores, units × `tree.columns`; NaN where missing.
        interval: What varies, how often, between which quantiles.
        nodes: Codes of the nodes; indices and pillars (every node that is no indicator) if None.
        keep: Codes, among these, of the nodes whose ranks are returned replicate by replicate.
        executor: Where replicates are run; threads, one a core, if None.
        progress: Called with the replicates done and their number, over all turns.

    Returns:
        Bounds by unit and node, and the ranks kept. The draws depend on the seed alone: the same whatever the nodes.
        Ranks are among the units that have a nominal score, in every replicate: 1 ≤ low ≤ high ≤ their number. One of
        them whose weights observed fall below a threshold in some replicates is summed up over the others; a unit
        without a nominal score has no bounds.

    Raises:
        MethodError: An unknown node; every replicate failed.
    """
    wanted = tuple(code for code in tree.codes if code in tree.children) if nodes is None else tuple(nodes)
    nominal = Scorer(tree, normalised).score()
    model = rank_scored(vary_aggregation(tree, normalised, interval.aggregations), nominal, wanted)
    source = Seeded(Cube(tree, interval.varied, model.counts), interval.seed, interval.replicates)
    kept_codes = tuple(keep)
    turns = _turns(wanted, interval.replicates * model.units)
    frames, kept, failed = [], [], {}
    for turn, group in enumerate(turns):
        run = simulate(
            model, source, group, keep_scores=True, executor=executor, progress=_overall(progress, turn, len(turns))
        )
        frames += [_bounds(run, code, interval) for code in group]
        kept += [(code, run.of(code).copy()) for code in group if code in kept_codes]
        failed = dict(run.failed)
    empty = np.empty((0, interval.replicates, model.units), rank_dtype(model.units))
    ranks: Ranks = np.stack([rows for _, rows in kept]) if kept else empty
    return Intervals(
        pd.concat(frames, ignore_index=True), Replicates(tuple(code for code, _ in kept), ranks, failed=failed), failed
    )


def _bounds(run: Replicates, code: str, interval: Interval) -> pd.DataFrame:
    """Return the rows of one node, empty for the units that are not ranked."""
    ranks = summarise_ranks(run.of(code), (interval.low, 0.5, interval.high))
    scores = summarise_scores(run.scores_of(code), (interval.low, interval.high))
    low, median, high = ranks.quantiles
    bottom, top = scores.quantiles
    return pd.DataFrame(
        {
            "unit": np.arange(low.size),
            "node_code": code,
            "score_low": bottom,
            "score_high": top,
            "score_mean": scores.mean,
            "rank_low": pd.array(np.floor(low), dtype="Int64"),
            "rank_median": median,
            "rank_high": pd.array(np.ceil(high), dtype="Int64"),
            "rank_mean": ranks.mean,
            "replicates": ranks.count,
        }
    )


def _turns(nodes: tuple[str, ...], cells: int) -> list[tuple[str, ...]]:
    """Split nodes so that what is held for those of a turn fits in `MEMORY`."""
    size = max(1, MEMORY // (cells * BYTES))
    return [nodes[first : first + size] for first in range(0, len(nodes), size)]


def _overall(progress: Progress | None, turn: int, turns: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(turn * total + done, turns * total)
