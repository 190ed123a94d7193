import numpy as np
import pandas as pd
import pytest

from etl.errors import MethodError
from indicators.draws import Cube, Seeded, Varied
from indicators.rank_stats import summarise_ranks, summarise_scores
from indicators.ranks import compute_rank
from indicators.robustness import PUBLISHED, Interval, aggregate_above, compute_intervals, vary_aggregation
from indicators.score import Scorer
from indicators.simulation import simulate

from .simulated import figures, two_indices

SMALL = Interval(Varied(left_out=1), ("arithmetic", "geometric"), replicates=60, seed=3)


def test_the_published_interval_is_the_one_announced():
    assert (
        Interval(
            Varied(spread=0.25, concentration=None, left_out=1), ("arithmetic", "geometric"), 1000, 2026, 0.05, 0.95
        )
        == PUBLISHED
    )


def test_intervals_are_quantiles_of_what_the_kernel_gives_for_each_draw():
    tree = two_indices()
    table = figures(40, tree)
    model = vary_aggregation(tree, table, SMALL.aggregations)
    draws = Seeded(Cube(tree, SMALL.varied, model.counts), SMALL.seed, SMALL.replicates).rows(0, SMALL.replicates)
    alone = np.stack(
        [
            Scorer(aggregate_above(tree, SMALL.aggregations[choice]), table).score(weights).column("ray")
            for weights, (choice,) in zip(draws.weights, draws.choices, strict=True)
        ]
    )
    alone[:, np.isnan(Scorer(tree, table).score().column("ray"))] = np.nan
    ranks = np.stack([compute_rank(row) for row in alone])
    intervals = compute_intervals(tree, table, SMALL, keep=("ray",))
    ours = intervals.table[intervals.table["node_code"] == "ray"]
    np.testing.assert_array_equal(intervals.replicates.of("ray"), np.nan_to_num(ranks))
    there = ours["score_low"].notna().to_numpy()
    np.testing.assert_allclose(
        ours.loc[there, ["score_low", "score_high"]].T, np.nanquantile(alone[:, there], (0.05, 0.95), axis=0), rtol=1e-6
    )
    np.testing.assert_array_equal(ours.loc[there, "rank_low"], np.floor(np.nanquantile(ranks[:, there], 0.05, axis=0)))
    np.testing.assert_array_equal(ours.loc[there, "rank_high"], np.ceil(np.nanquantile(ranks[:, there], 0.95, axis=0)))


def test_a_unit_without_a_nominal_score_has_no_bounds():
    tree = two_indices()
    table = figures(40, tree)
    table[7] = np.nan
    bounds = compute_intervals(tree, table, SMALL).table.query("unit == 7")
    assert bounds[["score_low", "score_high", "rank_low", "rank_high"]].isna().all(axis=None)


@pytest.mark.parametrize("seed", range(5))
def test_ranks_are_among_the_units_that_have_a_nominal_score(seed):
    tree = two_indices()
    table = figures(200, tree, seed=seed, missing=0.35)  # many stand near a threshold
    intervals = compute_intervals(tree, table, SMALL, keep=tree.roots)
    nominal = Scorer(tree, table).score()
    free = vary_aggregation(tree, table, SMALL.aggregations)
    everyone = simulate(free, Seeded(Cube(tree, SMALL.varied, free.counts), SMALL.seed, SMALL.replicates), tree.roots)
    for node in tree.roots:
        ranked = ~np.isnan(nominal.column(node))
        assert everyone.of(node)[:, ~ranked].any(), "some replicates rank a unit that has no nominal score"
        assert not intervals.replicates.of(node)[:, ~ranked].any()
        bounds = intervals.table[intervals.table["node_code"] == node]
        known = bounds.dropna(subset=["rank_low"])
        assert set(known["unit"]) <= set(np.flatnonzero(ranked))
        assert known["rank_low"].ge(1).all()
        assert known["rank_low"].le(known["rank_high"]).all()
        assert known["rank_high"].le(ranked.sum()).all()
        assert bounds.loc[~ranked, ["score_low", "score_high", "rank_low", "rank_high"]].isna().all(axis=None)


def test_the_intervals_do_not_depend_on_which_nodes_are_asked_for_nor_on_turns(monkeypatch):
    tree = two_indices()
    table = figures(40, tree)
    whole = compute_intervals(tree, table, SMALL)
    alone = compute_intervals(tree, table, SMALL, nodes=("p1",))
    pd.testing.assert_frame_equal(
        whole.table.query("node_code == 'p1'").reset_index(drop=True), alone.table.reset_index(drop=True)
    )
    monkeypatch.setattr("indicators.robustness.MEMORY", 1)
    pd.testing.assert_frame_equal(compute_intervals(tree, table, SMALL).table, whole.table)


def test_the_seed_is_obeyed():
    tree = two_indices()
    table = figures(40, tree)
    again, other = (Interval(SMALL.varied, SMALL.aggregations, SMALL.replicates, seed) for seed in (3, 4))
    nominal = compute_intervals(tree, table, SMALL).table
    pd.testing.assert_frame_equal(compute_intervals(tree, table, again).table, nominal)
    assert not compute_intervals(tree, table, other).table.equals(nominal)


def test_an_interval_with_nothing_varied_is_the_nominal_rank():
    tree = two_indices()
    table = figures(40, tree)
    still = Interval(Varied(spread=0.0), replicates=5)
    bounds = compute_intervals(tree, table, still, nodes=("att",)).table
    ranks = compute_rank(Scorer(tree, table).score().column("att"))
    np.testing.assert_array_equal(bounds["rank_low"].astype(float), ranks)
    np.testing.assert_array_equal(bounds["rank_high"].astype(float), ranks)


def test_tied_units_keep_the_same_interval():
    tree = two_indices()
    bounds = compute_intervals(tree, figures(40, tree), SMALL, nodes=("att",)).table.iloc[:10]
    assert len(bounds.drop(columns="unit").drop_duplicates()) == 1


@pytest.mark.parametrize("wrong", [{"replicates": 0}, {"low": 0.9, "high": 0.1}, {"high": 1.2}])
def test_what_is_no_interval_is_refused(wrong):
    with pytest.raises(MethodError):
        Interval(**wrong)


def test_means_and_quantiles_leave_out_the_replicates_without_a_rank():
    ranks = np.array([[1, 0, 0], [3, 2, 0], [2, 0, 0]], dtype=np.uint16)
    summary = summarise_ranks(ranks, (0.0, 0.5, 1.0))
    np.testing.assert_array_equal(summary.quantiles, [[1, 2, np.nan], [2, 2, np.nan], [3, 2, np.nan]])
    np.testing.assert_array_equal(summary.mean, [2, 2, np.nan])
    assert summary.count.tolist() == [3, 1, 0]


def test_summaries_by_blocks_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    ranks = rng.integers(1, 900, (101, 700)).astype(np.uint16)
    scores = rng.uniform(1, 100, (101, 700)).astype(np.float32)
    for ours, values in (
        (summarise_ranks(ranks, (0.05, 0.95)), ranks),
        (summarise_scores(scores, (0.05, 0.95)), scores),
    ):
        np.testing.assert_allclose(ours.quantiles, np.quantile(values.astype(float), (0.05, 0.95), axis=0), rtol=1e-12)
        np.testing.assert_allclose(ours.mean, values.astype(float).mean(axis=0), rtol=1e-12)
