from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.draws import Cube, Draws, Seeded, Varied
from indicators.rank_stats import ahead_table, decile_shares, share_ahead, share_within
from indicators.ranks import compute_rank
from indicators.robustness import vary_aggregation
from indicators.score import Scorer
from indicators.simulation import Factor, Model, simulate
from indicators.tree import Node, Tree

from .simulated import figures, two_indices

WAYS = ("arithmetic", "geometric")
TREE = two_indices()
TABLE = figures(50, TREE)


def model() -> Model:
    return vary_aggregation(TREE, TABLE, WAYS)


def source(replicates: int = 120, seed: int = 5) -> Seeded:
    return Seeded(Cube(TREE, Varied(left_out=1), {"aggregation": 2}), seed, replicates)


class Backwards(Executor):
    """Runs what it is given in reverse order, by handfuls."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, fn, args, kwargs))
        if len(self.waiting) == 3:
            for ready, do, given, named in reversed(self.waiting):
                ready.set_result(do(*given, **named))
            self.waiting = []
        return future


@pytest.mark.parametrize("chunk", [1, 7, 50, 1000])
def test_results_do_not_depend_on_how_replicates_are_split(chunk):
    whole = simulate(model(), source(), keep_scores=True)
    parts = simulate(model(), source(), keep_scores=True, chunk=chunk)
    np.testing.assert_array_equal(parts.ranks, whole.ranks)
    np.testing.assert_array_equal(parts.scores, whole.scores)


def test_results_do_not_depend_on_the_order_in_which_chunks_end():
    backwards = simulate(model(), source(), executor=Backwards(), chunk=40)
    np.testing.assert_array_equal(backwards.ranks, simulate(model(), source()).ranks)


def test_other_processes_give_the_same():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        apart = simulate(model(), source(), executor=pool, chunk=60)
    np.testing.assert_array_equal(apart.ranks, simulate(model(), source()).ranks)


def test_a_cluster_of_two_workers_gives_the_same():
    distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            protocol="tcp://",
            dashboard_address=None,
            host="127.0.0.1",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        apart = simulate(
            model(),
            source(),
            executor=client.get_executor(),
            chunk=30,
            share=lambda shared: client.scatter(shared, broadcast=True),
        )
    np.testing.assert_array_equal(apart.ranks, simulate(model(), source()).ranks)


def test_a_replicate_is_the_same_alone_and_in_a_longer_simulation():
    long, short = simulate(model(), source(120)), simulate(model(), source(40))
    np.testing.assert_array_equal(long.ranks[:, :40], short.ranks)
    alone = source(120).rows(37, 38)
    np.testing.assert_array_equal(simulate(model(), alone).ranks[:, 0], long.ranks[:, 37])


def test_replicates_that_fail_are_counted_by_reason_and_the_others_are_kept():
    tree = Tree((Node("i"), Node("a", "i"), Node("b", "i")))
    weights = np.array([[1.0, 1, 2], [1.0, 0, 0], [1.0, 2, 1], [1.0, 0, 0]])
    table = np.array([[1.0, 5.0], [4.0, 3.0]])
    run = simulate(Model(tree, {(): Scorer(tree, table)}), Draws(weights, np.empty((4, 0), dtype=np.int64)))
    assert run.failures == 2
    assert [count for why, count in run.failed.items() if "all zero" in why] == [2]
    np.testing.assert_array_equal(run.of("i"), [[1, 2], [0, 0], [2, 1], [0, 0]])


def test_a_simulation_all_of_whose_replicates_fail_is_refused():
    tree = Tree((Node("i"), Node("a", "i")))
    run = Model(tree, {(): Scorer(tree, np.ones((2, 1)))})
    with pytest.raises(MethodError, match="every replicate failed"):
        simulate(run, Draws(np.zeros((3, 2)), np.empty((3, 0), dtype=np.int64)))


def test_progress_is_told_and_raising_there_stops_everything():
    told = []
    simulate(model(), source(), chunk=30, progress=lambda done, total: told.append((done, total)))
    assert told == [(30, 120), (60, 120), (90, 120), (120, 120)]

    class Stop(Exception):  # noqa: N818
        pass

    def stop(done, total):
        raise Stop

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(Stop):
            simulate(model(), source(50_000), chunk=500, executor=pool, progress=stop)
        assert pool.submit(int, 3).result(timeout=20) == 3  # what was waiting has been cancelled


def test_ranks_can_be_kept_on_a_disk(tmp_path):
    def store(shape, dtype):
        return np.memmap(tmp_path / "ranks", dtype, "w+", shape=shape)

    kept = simulate(model(), source(), store=store).ranks
    assert isinstance(kept, np.memmap)
    np.testing.assert_array_equal(kept, simulate(model(), source()).ranks)


def test_an_unknown_node_is_refused():
    with pytest.raises(MethodError, match="nowhere"):
        simulate(model(), source(), ("nowhere",))
    with pytest.raises(MethodError, match="not simulated"):
        simulate(model(), source(5), ("att",)).of("ray")


def test_a_replicate_takes_the_choice_it_drew():
    scorers = {(0,): Scorer(TREE, TABLE), (1,): Scorer(TREE, 101 - TABLE)}
    turned = Model(TREE, scorers, (Factor("turned", ("no", "yes")),))
    draws = Draws(np.tile(TREE.weights, (2, 1)), np.array([[1], [0]]))
    run = simulate(turned, draws, ("att",))
    for row, place in zip(run.of("att"), (1, 0), strict=True):
        expected = compute_rank(scorers[(place,)].score().column("att"))
        np.testing.assert_array_equal(row, np.nan_to_num(expected))


RANKS = np.array([[1, 2, 3, 0], [2, 1, 3, 4], [1, 1, 3, 4]], dtype=np.uint16)


def test_the_probability_of_being_ahead_leaves_ties_aside():
    assert share_ahead(RANKS, 0, 1) == (1 / 3, 1 / 3)
    assert share_ahead(RANKS, 2, 3) == (1.0, 0.0)
    assert np.isnan(share_ahead(np.zeros((2, 2), dtype=np.uint16), 0, 1)).all()
    whole = ahead_table(RANKS)
    np.testing.assert_array_equal([[share_ahead(RANKS, a, b)[0] for b in range(4)] for a in range(4)], whole)


def test_the_share_within_some_places_is_over_the_replicates_with_a_rank():
    nominal = np.array([1.0, 3.0, 3.0, np.nan])
    np.testing.assert_allclose(share_within(RANKS, nominal, 1), [1, 1 / 3, 1, np.nan])
    np.testing.assert_allclose(share_within(RANKS, nominal, 0), [2 / 3, 0, 1, np.nan])


def test_deciles_share_out_the_units_ranked_in_each_replicate():
    ranks = np.array([np.arange(1, 21), np.arange(20, 0, -1)], dtype=np.uint16)
    shares = decile_shares(ranks)
    np.testing.assert_array_equal(shares.sum(axis=1), 1)
    assert shares[0].tolist() == [0.5, *[0] * 8, 0.5]
    assert shares[2].tolist() == [0, 0.5, *[0] * 6, 0.5, 0]
    assert np.isnan(decile_shares(np.zeros((2, 1), dtype=np.uint16))).all()
