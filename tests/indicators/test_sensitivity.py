import numpy as np
import pytest

from etl.errors import MethodError
from indicators.declaration import Method
from indicators.draws import Cube, Varied
from indicators.importance import compute_levers, compute_removal_importance, compute_removal_ranks
from indicators.index import compute_index, reference_method
from indicators.ranks import compute_rank
from indicators.robustness import vary_aggregation
from indicators.score import Scorer
from indicators.sensitivity import (
    causes_of,
    compute_sobol,
    count_resampled,
    design,
    estimate,
    groups_of,
    mean_shift,
    rank_of,
)
from indicators.tree import Node, Tree
from indicators.variants import vary_method

from .asem import default_build, study, table
from .simulated import figures, two_indices
from .test_robustness_reference import vignette

CAUSES = ("Winmax", "Normalisation", "Weights", "Aggregation")


def designed(function, causes: int, size: int = 4096, seed: int = 1) -> np.ndarray:
    """Outputs of a function of independent uniform numbers on the three kinds of designs."""
    rng = np.random.default_rng(seed)
    first, second = rng.random((size, causes)), rng.random((size, causes))
    rows = [first, second]
    for cause in range(causes):
        mixed = first.copy()
        mixed[:, cause] = second[:, cause]
        rows.append(mixed)
    return np.stack([function(x) for x in rows])


def ishigami(x):
    """Ishigami & Homma (1990), a = 7, b = 0.1, on [−π, π]."""
    a, b, c = (np.pi * (2 * x - 1)).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def test_the_indices_of_a_function_whose_own_are_known_are_found():
    found = estimate(designed(ishigami, 3, size=2**14), ("a", "b", "c"), resamplings=20).table
    np.testing.assert_allclose(found["first"], [0.3139, 0.4424, 0.0], atol=0.03)
    np.testing.assert_allclose(found["total"], [0.5576, 0.4424, 0.2437], atol=0.03)


def test_a_great_mean_does_not_spoil_the_estimates():
    outputs = designed(ishigami, 3, size=512)
    near, far = estimate(outputs, ("a", "b", "c")), estimate(outputs + 1e4, ("a", "b", "c"))
    np.testing.assert_allclose(far.table, near.table, atol=1e-6)


def test_an_additive_output_leaves_nothing_to_interactions():
    found = estimate(designed(lambda x: x @ [1.0, 2.0, 3.0], 3), ("a", "b", "c"))
    np.testing.assert_allclose(found.table["first"], np.array([1, 4, 9]) / 14, atol=0.04)
    np.testing.assert_allclose(found.table["total"], np.array([1, 4, 9]) / 14, atol=0.04)
    assert found.first_sum[1] <= 1 <= found.first_sum[2] + 0.02


def test_bounds_by_counting_are_those_of_resampling_the_rows():
    outputs = designed(ishigami, 3, size=64)
    counts = count_resampled(64, 200, 42)
    assert (counts.sum(axis=1) == 64).all()
    rows = [np.repeat(np.arange(64), c.astype(int)) for c in counts]
    totals = [estimate(outputs[:, r], ("a", "b", "c"), resamplings=1).table["total"] for r in rows]
    alone = estimate(outputs, ("a", "b", "c"), resamplings=200, seed=42).table
    np.testing.assert_allclose(alone["total_high"], np.quantile(totals, 0.95, axis=0), rtol=1e-9)


def test_on_the_reference_s_600_runs_the_centred_estimator_is_sound(reference):
    ranks = table(reference, "SA_vignette4_N100_ranks")
    shift = mean_shift(ranks["Nominal"].to_numpy(float))
    found = estimate(shift(ranks.drop(columns="Nominal").to_numpy(np.uint16).T).reshape(6, 100), CAUSES)
    assert found.first_sum[0] == pytest.approx(0.81, abs=0.01)
    assert (found.table["first"] <= found.table["total"]).all()
    published = table(reference, "SA_vignette4_N100_sensitivity")
    np.testing.assert_allclose(found.table["total"], published["STi"], rtol=0.02)  # theirs divides by n − 1, on A
    assert published["Si"].sum() > 1  # what ours must not do


def test_the_whole_method_study_of_the_reference_is_sound_at_3000_runs(reference):
    asem = study(reference)
    model = vary_method(asem, reference_method(asem), vignette())
    nominal = compute_index(asem, reference_method(asem)).ranks["Index"].to_numpy(float)
    cube = Cube(model.tree, Varied(0.25), model.counts)
    found = compute_sobol(model, cube, "Index", mean_shift(nominal), size=500)
    assert found.runs == 3000
    assert found.first_sum[0] <= found.first_sum[2]
    assert found.first_sum[1] <= 1
    assert (found.table["first_low"] <= found.table["total_high"]).all()
    assert (found.table["first"] <= found.table["total"] + 0.02).all()


def test_a_cause_that_does_nothing_has_no_index_and_the_rest_explains_all():
    tree = Tree((Node("i"), Node("a", "i"), Node("b", "i"), Node("j"), Node("c", "j"), Node("d", "j")))
    scores = np.random.default_rng(0).uniform(1, 100, (60, 4))
    model = vary_aggregation(tree, scores)
    nominal = compute_rank(Scorer(tree, scores).score().column("i"))
    found = compute_sobol(model, Cube(tree), "i", mean_shift(nominal), groups_of(tree), size=1024).table
    assert found.loc["j", "total"] == 0
    assert found.loc["i", "total"] == pytest.approx(1, abs=0.1)


def test_groups_choices_and_left_out_indicators_can_all_be_causes():
    tree = two_indices()
    model = vary_aggregation(tree, figures(50, tree, missing=0), ("arithmetic", "geometric"))
    cube = Cube(tree, Varied(0.25, left_out=1), model.counts)
    assert list(causes_of(model, cube)) == ["aggregation", "weights", "left_out"]
    found = compute_sobol(model, cube, "att", rank_of(30), size=128)
    assert list(found.table.index) == ["aggregation", "weights", "left_out"]
    assert found.table["total"].between(0, 1.5).all()


def test_the_mixed_designs_take_only_their_cause_from_the_other():
    tree = two_indices()
    cube = Cube(tree, Varied(0.25))
    draws = design(cube, groups_of(tree), 16, seed=1)
    first, second, att = (draws.rows(16 * k, 16 * k + 16).weights for k in range(3))
    own = [tree.position[child] for child in tree.children["att"]]
    rest = [place for place in range(len(tree.codes)) if place not in own]
    np.testing.assert_array_equal(att[:, own], second[:, own])
    np.testing.assert_array_equal(att[:, rest], first[:, rest])


@pytest.mark.parametrize(
    ("outputs", "what"), [(np.ones((3, 8)), "never varies"), (np.random.default_rng(0).random((5, 8)), "5 rows")]
)
def test_outputs_that_say_nothing_are_refused(outputs, what):
    with pytest.raises(MethodError, match=what):
        estimate(outputs, ("a",))


def test_an_unknown_block_and_an_empty_design_are_refused():
    tree = two_indices()
    with pytest.raises(MethodError, match="left_out att"):
        design(Cube(tree), {"leaving out": ("left_out att",)}, 8, seed=1)
    with pytest.raises(MethodError, match="two rows"):
        design(Cube(tree), groups_of(tree), 1, seed=1)


def test_leaving_out_each_pillar_moves_ranks_as_the_reference_says(reference):
    results = default_build(reference)
    tree = results.scored.tree
    normalised = results.stages["normalised"][list(tree.columns)].to_numpy(float)
    published = table(reference, "remove_elements_L2")["MeanAbsRankDiff"].drop("Nominal")
    ranks = compute_removal_ranks(tree, normalised, "Index", published.index)
    theirs = table(reference, "remove_elements_L2_ranks").loc[results.scores.index]
    np.testing.assert_array_equal(ranks.to_numpy(), theirs.to_numpy())
    found = compute_removal_importance(tree, normalised, "Index", published.index)
    assert found.index[0] == "Social"
    np.testing.assert_allclose(found["mean_shift"].loc[published.index], published, rtol=1e-12)


def test_removing_what_is_not_a_part_is_refused():
    tree = two_indices()
    for part in ("ray", "att", "p3"):
        with pytest.raises(MethodError, match=f"{part}, removed from att"):
            compute_removal_importance(tree, figures(20, tree), "att", (part,))


def test_an_index_cannot_be_left_without_anything():
    tree = Tree((Node("i"), Node("a", "i")))
    with pytest.raises(MethodError, match="without a: nothing of it is left"):
        compute_removal_ranks(tree, np.array([[1.0], [2.0]]), "i", ["a"])


def test_the_levers_of_a_unit_are_the_ranks_of_the_whole_index_with_its_figure_moved():
    tree = two_indices()
    scores = figures(60, tree, missing=0.05)
    unit = 40
    levers = compute_levers(tree, scores, "att", unit, step=15.0, count=None)
    for code, lever in levers.iterrows():
        column = tree.columns.index(code)
        for move, rank in ((15.0, "rank_up"), (-15.0, "rank_down"), (np.nan, "rank_without")):
            changed = scores.copy()
            observed = np.nanmin(scores[:, column]), np.nanmax(scores[:, column])
            changed[unit, column] = np.clip(changed[unit, column] + move, *observed)
            np.testing.assert_array_equal(compute_rank(Scorer(tree, changed).score().column("att"))[unit], lever[rank])
    assert (levers["gained"] >= 0).all()
    assert (levers["lost"] >= 0).all()
    assert levers["gained"].add(levers["lost"]).is_monotonic_decreasing
    assert len(compute_levers(tree, scores, "att", unit)) == 5


def test_a_unit_without_score_has_no_levers():
    tree = two_indices()
    scores = figures(20, tree)
    scores[3] = np.nan
    with pytest.raises(MethodError, match="no score"):
        compute_levers(tree, scores, "att", 3)


def test_a_method_with_nothing_varied_is_the_index_itself(reference):
    asem = study(reference)
    model = vary_method(asem, Method())
    ours = model.scorers[()].score().column("Index")
    np.testing.assert_array_equal(ours, compute_index(asem, Method()).scores["Index"])
