"""The faults found in today's tools that this engine could repeat: one test each, named after the fault avoided.

The faults of simulations (seeds, draws, lost replicates) are guarded where simulations are.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from etl.errors import MethodError
from indicators.declaration import AggregateChoice, Choice, Method
from indicators.impute import IMPUTATION, i_mean_group
from indicators.index import compute_index
from indicators.screen import screen_units
from indicators.tables import Study
from indicators.treat import Rule
from indicators.tree import Node, Tree
from indicators.weights import Siblings, w_budget, w_optimised, w_pca

NAN = float("nan")
CODES = ("taux_de_chomage", "part_2", "emploi", "train")
TREE = Tree(
    (
        Node("mon_indice"),
        Node("pilier_1", "mon_indice"),
        Node("pilier_2", "mon_indice"),
        *(Node(code, f"pilier_{1 + k // 2}") for k, code in enumerate(CODES)),
    )
)
FIGURES = pd.DataFrame(
    [[9.0, 1.0, 5.0, 100.0], [5.0, NAN, 6.0, 0.0], [7.0, 3.0, 8.0, 7.0], [4.0, 4.0, 2.0, 3.0]],
    index=pd.Index(["u_1", "u_2", "u_3", "u_4"], name="uCode"),
    columns=list(CODES),
)
STUDY = Study(FIGURES, TREE, {code: -1 if code.startswith("taux") else 1 for code in CODES})


def test_an_underscore_in_a_name_changes_nothing():
    results = compute_index(STUDY)
    assert list(results.scores.columns) == list(TREE.codes)
    assert results.scores.notna().sum().sum() == results.scores.size - 1


def test_one_missing_figure_is_not_a_zero_and_takes_no_other_score_away():
    results = compute_index(STUDY)
    unit = results.scores.loc["u_2"]
    assert np.isnan(unit["part_2"])
    assert unit["pilier_1"] == unit["taux_de_chomage"] == 80
    assert results.scores.drop(columns="part_2").notna().all(axis=None)


def test_a_constant_indicator_is_refused_by_name_instead_of_scoring_nan():
    with pytest.raises(MethodError, match="emploi: it is constant: every figure is 5"):
        replace(STUDY, figures=FIGURES.assign(emploi=5.0))


def test_a_geometric_mean_works_on_1_to_100_and_says_so_on_0_to_100():
    geometric = AggregateChoice(Choice("geometric"))
    method = Method(aggregation=geometric, normalisation=Choice("minmax", {"low": 1.0, "high": 100.0}))
    assert compute_index(STUDY, method).scores["mon_indice"].notna().all()
    with pytest.raises(MethodError, match=r"pilier_1, taux_de_chomage: a score of 0 .* Normalise to 1–100"):
        compute_index(STUDY, Method(aggregation=geometric))


def test_a_forced_treatment_is_obeyed():
    rule = Rule(forced={"emploi": "log", "part_2": 1, "train": "none"})
    results = compute_index(STUDY, Method(treatment=rule))
    kinds = {code: treatment.kind for code, treatment in results.treatments.items()}
    assert kinds == {"taux_de_chomage": "none", "part_2": "winsorise", "emploi": "log", "train": "none"}
    assert results.marks["treated_points"].loc["u_1", "part_2"] == "winlo"


def test_groups_of_one_level_may_be_made_by_different_methods():
    choices = {"pilier_1": AggregateChoice(Choice("owa", {"order": [0, 1]}))}
    method = Method(aggregation_of=choices, normalisation_of={"emploi": Choice("percentile"), "train": Choice("rank")})
    scores = compute_index(STUDY, method).scores
    pillar = scores[["taux_de_chomage", "part_2"]].min(axis=1)
    np.testing.assert_allclose(scores["pilier_1"], pillar)
    np.testing.assert_allclose(scores["pilier_2"], scores[["emploi", "train"]].mean(axis=1))


def test_weights_never_add_to_the_score_and_nominal_ones_are_used():
    heavy = dict.fromkeys(TREE.codes, 10.0)
    same = compute_index(STUDY, Method(given=heavy)).scores
    pd.testing.assert_frame_equal(same, compute_index(STUDY).scores)
    tilted = compute_index(STUDY, Method(given={"emploi": 3.0})).scores.loc["u_1"]
    assert tilted["pilier_2"] == pytest.approx((3 * tilted["emploi"] + tilted["train"]) / 4)


def test_no_weight_is_negative_whatever_the_method_promises():
    rng = np.random.default_rng(0)
    x = rng.normal(size=80)
    table = np.column_stack([x, -x + 0.3 * rng.normal(size=80), 0.5 * x + rng.normal(size=80)])
    group = Siblings("pilier", ("a", "b", "c"), np.ones(3), table)
    with pytest.raises(MethodError, match="pilier, b: it loads at -"):
        w_pca(group)
    optimised = w_optimised(group)
    assert (optimised.weights >= 0).all()
    assert optimised.residual > 0.001  # they pull apart: the wish cannot be met, and that is said


def test_a_group_without_any_figure_stays_missing_instead_of_becoming_zero():
    groups = pd.DataFrame({"size": ["s", "s", "l", "l"]}, index=FIGURES.index)
    figures = FIGURES.assign(emploi=[NAN, NAN, 1.0, 3.0])
    filled = i_mean_group(figures, groups, group="size")
    assert filled["emploi"].isna().tolist() == [True, True, False, False]
    assert filled.loc["u_2", "part_2"] == 1.0


@pytest.mark.parametrize("method", ["none", "mean", "median", "mean_group", "median_group"])
def test_imputing_never_touches_a_figure_that_is_there(method):
    groups = pd.DataFrame({"size": ["s", "s", "l", "l"]}, index=FIGURES.index)
    filled = IMPUTATION.get(method)(FIGURES, groups)
    pd.testing.assert_frame_equal(filled.where(FIGURES.notna()), FIGURES)
    assert filled.loc["u_2", "part_2"] != 0


def test_people_s_points_count_alike_whatever_the_points_each_had_to_give():
    group = Siblings("p", ("a", "b"), np.ones(2), np.ones((3, 2)))
    points = {"Anne": {"a": 90, "b": 10}, "Bruno": {"a": 1, "b": 4}, "Chloé": {"other": 5}}
    np.testing.assert_allclose(w_budget(group, allocations=points).weights, [0.55, 0.45])
    with pytest.raises(MethodError, match="p: nobody gave points"):
        w_budget(group, allocations={"Chloé": {"other": 5}})


def test_screening_keeps_who_has_enough_and_refuses_to_keep_nobody():
    assert list(screen_units(FIGURES, 0.75).index) == ["u_1", "u_2", "u_3", "u_4"]
    assert list(screen_units(FIGURES, 0.76).index) == ["u_1", "u_3", "u_4"]
    with pytest.raises(MethodError, match="screen: no unit has 100%"):
        screen_units(FIGURES.assign(train=NAN), 1.0)
