"""The only module that runs replicates: split, spread over workers, put back together, whatever order they end in.

A *model* is what is recomputed: one kernel (`Scorer`) per combination of the choices of method that vary. A *source*
says what each replicate draws (`draws`). Replicates go in chunks to any `concurrent.futures.Executor`: threads by
default, which share the figures; processes; or a cluster, whose workers receive the model once:

    client = distributed.Client("scheduler:8786")
    simulate(model, source, executor=client.get_executor(), share=lambda model: client.scatter(model, broadcast=True))

For 34,875 communes × 100,000 replicates, ask for the nodes one at a time, and give `store=lambda shape, dtype:
numpy.memmap(path, dtype, "w+", shape=shape)`: the ranks of a node are then 7 GB on a disk instead of in memory.
"""

from __future__ import annotations

import copyreg
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from etl.errors import MethodError
from indicators.draws import Draws, Source
from indicators.rank_rows import Ranks, rank_dtype, rank_rows
from indicators.score import Scorer
from indicators.tree import Floats, Tree

CACHED = 40_000  # scores of a node handled at once: about what a core's cache holds beside the figures
CHUNK = 50  # the fewest replicates a worker is given at a time; more where there are few units
WINDOW = 64  # chunks handed out ahead of those put back
Progress = Callable[[int, int], None]
Store = Callable[[tuple[int, ...], Any], np.ndarray]
Scores32 = npt.NDArray[np.float32]


def read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a read-only view: what workers in other processes make again of a tree's mappings."""
    return MappingProxyType(mapping)


# A tree keeps read-only mappings, which pickle does not know.
copyreg.pickle(MappingProxyType, lambda mapping: (read_only, (dict(mapping),)))


@dataclass(frozen=True)
class Factor:
    """A choice of method that varies.

    Attributes:
        name: What is chosen ("normalisation").
        choices: The choices, equally likely.
    """

    name: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """What is recomputed in each replicate.

    Attributes:
        tree: The nominal tree.
        scorers: One kernel per combination of choices, their places in the order of `factors`.
        factors: The choices of method that vary.
        ranked: By node, which units are ranked; all those that have a score where a node is not named. Weights that
            vary give a score to some that have none at the declared ones: let in, they would push the others down.
    """

    tree: Tree
    scorers: Mapping[tuple[int, ...], Scorer]
    factors: tuple[Factor, ...] = ()
    ranked: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many choices each factor has: what a `Cube` asks for."""
        return {factor.name: len(factor.choices) for factor in self.factors}

    @property
    def units(self) -> int:
        """How many units are scored."""
        units: int = next(iter(self.scorers.values())).units
        return units


@dataclass(frozen=True)
class Replicates:
    """Ranks, and scores if they were asked for, of some nodes in every replicate.

    Attributes:
        nodes: Codes of the nodes.
        ranks: nodes × replicates × units; 0 where a unit has no score or is not ranked, and all along a replicate that
            failed.
        scores: The same shape, to seven digits; None if not asked for.
        failed: Why replicates failed, and how many did for each reason.
    """

    nodes: tuple[str, ...]
    ranks: Ranks
    scores: Scores32 | None = None
    failed: Mapping[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        """How many replicates failed; none of the others is left out of anything."""
        return sum(self.failed.values())

    def of(self, node: str) -> Ranks:
        """Return the ranks of one node, replicates × units."""
        rows: Ranks = self.ranks[self._place(node)]
        return rows

    def scores_of(self, node: str) -> Scores32:
        """Return the scores of one node, replicates × units."""
        if self.scores is None:
            raise MethodError(node, "the scores of its replicates were not kept", "Simulate with keep_scores")
        rows: Scores32 = self.scores[self._place(node)]
        return rows

    def _place(self, node: str) -> int:
        if node not in self.nodes:
            raise MethodError(node, "this node was not simulated", f"Choose among {', '.join(self.nodes)}")
        return self.nodes.index(node)


@dataclass(frozen=True)
class Chunk:
    """What a worker returns: see `Replicates`; `start` is its first replicate."""

    start: int
    ranks: Ranks
    scores: Scores32 | None
    failed: Mapping[str, int]


def compute_scores(model: Model, draws: Draws, nodes: tuple[str, ...]) -> tuple[Floats, Counter[str]]:
    """Return the scores of some nodes, replicates × nodes × units, and the replicates that failed, by reason.

    A replicate that fails is NaN all along; so is a unit that is not ranked.
    """
    failed: Counter[str] = Counter()
    if (draws.choices == draws.choices[:1]).all():
        scores = _replicate(model.scorers[tuple(draws.choices[0].tolist())], draws.weights, nodes, failed)
    else:
        scores = np.empty((draws.size, len(nodes), model.units))
        for choice in np.unique(draws.choices, axis=0):
            rows = (draws.choices == choice).all(axis=1)
            scores[rows] = _replicate(model.scorers[tuple(choice.tolist())], draws.weights[rows], nodes, failed)
    for place, node in enumerate(nodes):
        if node in model.ranked:
            scores[:, place, ~model.ranked[node]] = np.nan
    return scores, failed


def _replicate(scorer: Scorer, weights: Floats, nodes: tuple[str, ...], failed: Counter[str]) -> Floats:
    """Score together; where something is refused, one by one, to tell which."""
    try:
        return scorer.replicate(weights, nodes)
    except MethodError as error:
        if len(weights) == 1:
            failed[str(error)] += 1
            return np.full((1, len(nodes), scorer.units), np.nan)
        return np.concatenate([_replicate(scorer, row[np.newaxis], nodes, failed) for row in weights])


def run_chunk(model: Model, draws: Draws, start: int, nodes: tuple[str, ...], keep_scores: bool) -> Chunk:  # noqa: FBT001, crosses processes by position
    """Compute some replicates, a few at a time so that they stay in the cache."""
    shape = (len(nodes), draws.size, model.units)
    ranks = np.empty(shape, dtype=rank_dtype(model.units))
    kept = np.empty(shape, dtype=np.float32) if keep_scores else None
    failed: Counter[str] = Counter()
    step = max(1, CACHED // model.units)
    order = np.lexsort(draws.choices.T) if draws.choices.size else np.arange(draws.size)
    for first in range(0, draws.size, step):
        rows = order[first : first + step]
        scores, refused = compute_scores(model, Draws(draws.weights[rows], draws.choices[rows]), nodes)
        failed += refused
        ranked = rank_rows(scores.reshape(-1, model.units)).reshape(scores.shape)
        ranks[:, rows] = ranked.swapaxes(0, 1)
        if kept is not None:
            kept[:, rows] = scores.swapaxes(0, 1)
    return Chunk(start, ranks, kept, failed)


def simulate(
    model: Model,
    source: Source,
    nodes: Iterable[str] | None = None,
    *,
    keep_scores: bool = False,
    executor: Executor | None = None,
    chunk: int | None = None,
    progress: Progress | None = None,
    share: Callable[[Model], Any] | None = None,
    store: Store = np.empty,
) -> Replicates:
    """Run every replicate of a source.

    Args:
        model: What is recomputed.
        source: What each replicate draws.
        nodes: Codes wanted; the indices if None.
        keep_scores: Whether scores are kept too.
        executor: Where chunks are run; threads, one a core, if None. It is left open.
        chunk: Replicates in a chunk, by default as many as keep a worker busy; of no effect on the results.
        progress: Called with the replicates done and their number; an exception raised there stops everything.
        share: What is sent to the workers in place of the model (a future of it, on a cluster).
        store: Where ranks and scores are put.

    Raises:
        MethodError: An unknown node; every replicate failed.
    """
    wanted = tuple(model.tree[code].code for code in (model.tree.roots if nodes is None else nodes))
    kept = _Kept.empty((len(wanted), source.size, model.units), keep_scores, store)
    size = chunk or _chunk_size(source.size, model.units)
    pool = ThreadPoolExecutor(os.cpu_count() or 1) if executor is None else executor
    sent = share(model) if share else model

    def submit(start: int) -> Future[Chunk]:
        draws = source.rows(start, min(start + size, source.size))
        return pool.submit(run_chunk, sent, draws, start, wanted, keep_scores)

    try:
        for part in _in_window(submit, range(0, source.size, size)):
            kept.put(part)
            if progress:
                progress(kept.done, source.size)
    finally:
        if executor is None:
            pool.shutdown(cancel_futures=True)
    if source.size and sum(kept.failed.values()) == source.size:
        why = next(iter(kept.failed))
        raise MethodError("simulation", f"every replicate failed: {why}", "Vary less, or other choices")
    return Replicates(wanted, kept.ranks, kept.scores, dict(kept.failed))


@dataclass
class _Kept:
    """What has come back so far."""

    ranks: Ranks
    scores: Scores32 | None
    failed: Counter[str]
    done: int = 0

    @classmethod
    def empty(cls, shape: tuple[int, ...], keep_scores: bool, store: Store) -> _Kept:  # noqa: FBT001
        scores = store(shape, np.float32) if keep_scores else None
        return cls(store(shape, rank_dtype(shape[-1])), scores, Counter())

    def put(self, part: Chunk) -> None:
        """Put a chunk in its place."""
        count = part.ranks.shape[1]
        rows = slice(part.start, part.start + count)
        self.ranks[:, rows] = part.ranks
        if self.scores is not None and part.scores is not None:
            self.scores[:, rows] = part.scores
        self.failed.update(part.failed)
        self.done += count


def _chunk_size(replicates: int, units: int) -> int:
    """Return how many replicates make a chunk: a few for each core, more where each is small."""
    shared = -(-replicates // (2 * (os.cpu_count() or 1)))
    return max(CHUNK, min(shared, 4 * CACHED // units))


def _in_window(submit: Callable[[int], Future[Chunk]], starts: Iterable[int]) -> Iterator[Chunk]:
    """Yield chunks as they end, a bounded number ahead; what is left is cancelled if the reader stops."""
    pending: set[Future[Chunk]] = set()
    try:
        for start in starts:
            pending.add(submit(start))
            if len(pending) >= WINDOW:
                ended, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ended)
        while pending:
            ended, pending = wait(pending, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in ended)
    finally:
        for future in pending:
            future.cancel()
