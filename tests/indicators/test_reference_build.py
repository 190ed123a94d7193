"""The ASEM index, end to end from its two raw tables, against every stage of the reference build."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indicators.aggregate import a_benefit_of_doubt, a_mazziotta_pareto, a_mean_min, a_owa
from indicators.children import Children
from indicators.declaration import AggregateChoice, Choice, Method
from indicators.index import Results, compute_index, reference_method
from indicators.outrank import compute_outranking, count_dominant
from indicators.ranks import compute_rank
from indicators.score import Scorer
from indicators.screen import compute_availability
from indicators.treat import kurtosis, skewness
from indicators.weights import compute_effective_weights

from .asem import EXACT, assert_same, build, default_build, study, table


@pytest.fixture(scope="module")
def results(reference) -> Results:
    return default_build(reference)


STAGES = {
    "raw": "coin_Raw",
    "denominated": "coin_Denominated",
    "imputed": "coin_Imputed",
    "screened": "coin_Screened",
    "treated": "coin_Treated",
    "normalised": "coin_Normalised",
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_the_reference_s(stage, results, reference):
    assert_same(results.stages[stage], table(reference, STAGES[stage]))


def test_scores_of_every_node_are_the_reference_s(results, reference):
    assert_same(results.scores, table(reference, "coin_Aggregated"))
    assert results.scores.loc["CHE", "Index"] == pytest.approx(68.383724238341713, abs=1e-12)
    assert results.scores.loc["NLD", "Index"] == pytest.approx(64.819516169817504, abs=1e-12)


def test_ranks_are_the_reference_s_exactly(results, reference):
    published = table(reference, "results_aggs_ranks")
    assert (results.ranks.loc[published.index, list(published.columns)] == published).all(axis=None)


def test_the_treatment_log_is_the_reference_s(results, reference):
    log = table(reference, "treat_details")
    before, after = results.stages["screened"], results.stages["treated"]
    for code in before:
        x, treated = before[code].to_numpy(float), after[code].to_numpy(float)
        published = log.loc[code]
        np.testing.assert_allclose(skewness(x), published["check_SkewKurt0.Skew"], **EXACT)
        np.testing.assert_allclose(kurtosis(x), published["check_SkewKurt0.Kurt"], **EXACT)
        assert results.treatments[code].points == np.nan_to_num(published["winsorise.nwin"])
        if results.treatments[code].points:
            np.testing.assert_allclose(skewness(treated), published["check_SkewKurt1.Skew"], **EXACT)
            np.testing.assert_allclose(kurtosis(treated), published["check_SkewKurt1.Kurt"], **EXACT)


def test_the_points_moved_are_the_reference_s(results, reference):
    marks = table(reference, "treat_points").astype(object).fillna("")
    assert (results.marks["treated_points"].loc[marks.index, list(marks.columns)] == marks).all(axis=None)


def test_availability_is_the_reference_s(results, reference):
    assert_same(compute_availability(results.stages["raw"]), table(reference, "data_avail"))


def test_effective_weights_are_the_reference_s(results, reference):
    tree = results.scored.tree
    ours = pd.DataFrame({"EffWeight": compute_effective_weights(tree)}, index=list(tree.codes))
    assert_same(ours, table(reference, "weights_effective")[["EffWeight"]])


NORMALISATIONS = {
    "norm_n_minmax_0_100": Choice("minmax", {"low": 0, "high": 100}),
    "norm_n_minmax_1_100": Choice("minmax", {"low": 1, "high": 100}),
    "norm_n_zscore_0_1": Choice("zscore"),
    "norm_n_scaled": Choice("scaled"),
    "norm_n_rank": Choice("rank"),
    "norm_n_borda": Choice("borda"),
    "norm_n_prank": Choice("percentile"),
    "norm_n_dist2max": Choice("distance_best"),
}


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_every_normalisation_is_the_reference_s(name, reference):
    ours = build(reference, NORMALISATIONS[name], "arithmetic").stages["normalised"]
    assert_same(ours, table(reference, name))


def test_the_share_of_the_best_is_the_reference_s_where_high_is_good_and_right_where_low_is(reference):
    asem, published = study(reference), table(reference, "norm_n_fracmax")
    positive = [c for c in asem.figures if asem.directions[c] > 0 and (asem.figures[c].min() >= 0)]
    choices = {c: Choice("share_best") for c in positive}
    ours = compute_index(asem, replace(reference_method(asem), normalisation_of=choices)).stages["normalised"]
    assert len(positive) > 25
    assert_same(ours[positive], published[positive])
    # that tool divides by max(−x): the cheapest country to trade with gets no figure, others infinity
    assert np.isinf(published["CostImpEx"]).any()


AGGREGATIONS = {
    "a_amean": ("arithmetic",),
    "a_gmean": ("geometric",),
    "a_hmean": ("harmonic",),
    "mix_amean_gmean_amean": ("arithmetic", "geometric", "arithmetic"),
    "copeland_top": ("arithmetic", "arithmetic", "copeland"),
    "copeland_all": ("copeland",),
}


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_every_aggregation_is_the_reference_s(name, reference):
    published = table(reference, "variants_aggregation_minmax1_100").filter(like=f"{name}.")
    published.columns = [column.removeprefix(f"{name}.") for column in published]
    assert_same(build(reference, NORMALISATIONS["norm_n_minmax_1_100"], *AGGREGATIONS[name]).scores, published)


def test_outranking_at_equal_weights_is_the_reference_s(results, reference):
    published = table(reference, "outrank_matrix_equal")
    scores = results.stages["normalised"].loc[published.index].to_numpy(float)
    matrix = compute_outranking(scores, np.ones(49))
    np.testing.assert_allclose(matrix, published.to_numpy(float), **EXACT)
    assert count_dominant(matrix) == 0


def test_a_thousand_weightings_give_the_ranks_of_the_reference_exactly(results, reference):
    drawn, published = table(reference, "UA_weights_N1000_weights_used"), table(reference, "UA_weights_N1000_ranks")
    tree = results.scored.tree
    table_ = results.stages["normalised"].loc[published.index, list(tree.columns)].to_numpy(float)
    weights = drawn.reindex(columns=list(tree.codes), fill_value=1.0).to_numpy(float)
    index = Scorer(tree, table_).replicate(weights)[:, 0]
    ranks = np.stack([compute_rank(scores) for scores in index], axis=1)
    np.testing.assert_array_equal(ranks, published.drop(columns="Nominal").to_numpy(float))


def test_six_hundred_runs_with_other_treatments_scales_aggregations_and_weights_are_the_reference_s(reference):
    runs, published = table(reference, "SA_vignette4_N100_para"), table(reference, "SA_vignette4_N100_scores")
    asem = study(reference)
    scales = {
        "n_minmax": Choice("minmax", {"low": 1, "high": 100}),
        "n_zscore": Choice("zscore", {"mean": 10, "sd": 2}),
    }
    means = {"a_amean": "arithmetic", "a_gmean": "geometric"}
    for (points, scale, mean), group in runs.groupby(["Winmax", "Normalisation", "Aggregation"]):
        rule = replace(Method().treatment, max_points=int(points))
        method = replace(
            reference_method(asem),
            treatment=rule,
            normalisation=scales[scale],
            aggregation=AggregateChoice(Choice(means[mean])),
        )
        results = compute_index(asem, method)
        tree = results.scored.tree
        weights = group.filter(like="w.").rename(columns=lambda name: name.removeprefix("w."))
        rows = results.stages["normalised"].loc[published.index, list(tree.columns)].to_numpy(float)
        ours = Scorer(tree, rows).replicate(weights.reindex(columns=list(tree.codes), fill_value=1.0).to_numpy(float))
        theirs = published[[f"r_{run}" for run in group.index]].to_numpy(float)
        np.testing.assert_allclose(ours[:, 0].T, theirs, **EXACT)


def pillars(reference) -> tuple[Children, Children, pd.DataFrame]:
    """The eight pillars, the same as z-scores of mean 100 and deviation 10, and what another tool makes of them."""
    scores = table(reference, "input_pillars", "asem_pillars")
    standard = 100 + 10 * (scores - scores.mean()) / scores.std()
    return (
        Children.of(scores.to_numpy()),
        Children.of(standard.to_numpy()),
        table(reference, "compind_on_pillars", "asem_pillars"),
    )


def test_mazziotta_pareto_and_mean_min_are_the_published_ones(reference):
    _, standard, published = pillars(reference)
    equal = np.ones(8)
    np.testing.assert_allclose(a_mazziotta_pareto(standard, equal), published["mpi_pos"], **EXACT)
    np.testing.assert_allclose(a_mazziotta_pareto(standard, equal, penalty="up"), published["mpi_neg"], **EXACT)
    np.testing.assert_allclose(a_mean_min(standard, equal), published["mean_min_a1_b1"], **EXACT)


def test_ordered_averages_are_the_published_ones(reference):
    scores, _, published = pillars(reference)
    best, worst = [1.0] * 3 + [0.0] * 5, [0.0] * 5 + [1.0] * 3
    np.testing.assert_allclose(a_owa(scores, np.ones(8), order=best), published["owa_at_least3"], **EXACT)
    np.testing.assert_allclose(a_owa(scores, np.ones(8), order=worst), published["owa_more3"], **EXACT)


def test_the_benefit_of_the_doubt_is_the_published_one(reference):
    scores, _, published = pillars(reference)
    np.testing.assert_allclose(a_benefit_of_doubt(scores, np.ones(8)), published["bod"], **EXACT)
