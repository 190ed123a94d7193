import numpy as np
import pandas as pd
import pytest

from etl.errors import MethodError
from indicators.audit_stats import (
    compute_components,
    compute_correlations,
    compute_cronbach,
    compute_importance,
)
from indicators.explain import compute_lineage, compute_strengths, compute_summary
from indicators.index import Results
from indicators.tables import Study
from indicators.weights import Siblings, w_optimised, w_pca, w_pca_squared

from .asem import EXACT, default_build, study, table


@pytest.fixture(scope="module")
def results(reference) -> Results:
    return default_build(reference)


@pytest.fixture(scope="module")
def asem(reference) -> Study:
    return study(reference)


def test_cronbach_is_the_reference_s_for_every_group(results, reference):
    tree, scores = results.scored.tree, results.scores
    groups = {code: tree.children[code] for code in tree.aggregates if tree.height(code) == 1}
    groups |= {f"pillars_{code}": tree.children[code] for code in ("Conn", "Sust")}
    groups["ALL_indicators"] = tree.leaves
    for group, published in table(reference, "cronbach")["Cronbach"].items():
        np.testing.assert_allclose(compute_cronbach(scores[list(groups[group])]), published, **EXACT)


@pytest.mark.parametrize("node", ["Conn", "Sust"])
def test_components_are_the_reference_s(node, results, reference):
    components = compute_components(results.scores[list(results.scored.tree.children[node])])
    published = table(reference, f"pca_level2_{node}").to_numpy(float)
    np.testing.assert_allclose(components.deviations, published[0], **EXACT)
    np.testing.assert_allclose(components.shares, published[1], atol=5e-6)  # published with five decimals
    np.testing.assert_allclose(components.cumulative, published[2], atol=5e-6)


def test_correlations_of_pillars_are_the_reference_s(results, reference):
    ours = compute_correlations(results.scores)
    published = pd.read_csv(reference / "asem" / "corr_pillar_pillar.csv")
    theirs = published["Correlation"].to_numpy(float)
    np.testing.assert_allclose([ours.loc[a, b] for a, b in published[["Var1", "Var2"]].to_numpy()], theirs, **EXACT)


def siblings(results: Results, node: str) -> Siblings:
    codes = results.scored.tree.children[node]
    return Siblings(node, codes, np.ones(len(codes)), results.scores[list(codes)].to_numpy(float))


def test_weights_of_the_first_component_are_the_reference_s_up_to_their_scale(results, reference):
    published = table(reference, "weights_PCA_level2")["Weight"]
    conn = siblings(results, "Conn")
    theirs = published[list(conn.codes)].to_numpy(float)
    np.testing.assert_allclose(w_pca(conn).weights, theirs / theirs.sum(), **EXACT)
    sust = siblings(results, "Sust")
    np.testing.assert_allclose(w_pca_squared(sust).weights, published[list(sust.codes)].to_numpy(float) ** 2, **EXACT)


def test_weights_that_would_be_negative_are_refused_by_name_where_another_tool_returns_them(results, reference):
    assert table(reference, "weights_PCA_level2").loc["Social", "Weight"] < 0
    with pytest.raises(MethodError, match=r"Sust, \w+: it loads at -0\.\d+ on the first component"):
        w_pca(siblings(results, "Sust"))


def gap_to_balance(group: Siblings, weights: np.ndarray) -> float:
    index = group.scores @ (weights / weights.sum())
    squares = np.array([np.corrcoef(column, index)[0, 1] ** 2 for column in group.scores.T])
    return float(np.sqrt(np.mean((squares / squares.sum() - 1 / len(squares)) ** 2)))


@pytest.mark.parametrize("node", ["Conn", "Sust"])
def test_optimised_weights_are_nonnegative_closer_to_the_wish_and_say_how_far(node, results, reference):
    group = siblings(results, node)
    ours = w_optimised(group)
    theirs = table(reference, "weights_opt_balance_level2").loc[list(group.codes), "Weight"].to_numpy(float)
    assert (ours.weights >= 0).all()
    assert ours.residual == pytest.approx(gap_to_balance(group, ours.weights))
    assert ours.residual < gap_to_balance(group, theirs) / 2


def test_a_wish_that_can_be_met_is_met_and_one_that_cannot_leaves_a_stated_residual(results):
    assert w_optimised(siblings(results, "Sust")).residual < 1e-6
    wish = {"Environ": 1, "Social": 1, "SusEcFin": 2}
    assert w_optimised(siblings(results, "Sust"), importance=wish).residual < 1e-6
    assert w_optimised(siblings(results, "Conn")).residual == pytest.approx(0.0315846, abs=1e-6)


def test_strengths_and_weaknesses_of_france_are_the_reference_s(results, reference, asem):
    ours = compute_strengths(asem.figures, results.scored.tree, asem.directions, "FRA")
    published = pd.read_csv(reference / "asem" / "str_weak_FRA.csv")
    extremes = pd.concat([ours.head(5), ours.tail(5)])
    assert list(extremes.index) == list(published["Code"])
    assert list(extremes["Rank"]) == list(published["Rank"])
    assert list(extremes["Pillar"]) == list(published["Pillar"])
    # that tool prints three significant digits
    np.testing.assert_allclose(extremes["Value"], published["Value"], rtol=5e-3)


def test_the_summary_of_france_is_the_reference_s(results, reference):
    ours = compute_summary(results.scores, results.ranks, results.scored.tree, "FRA")
    published = table(reference, "unit_summary_FRA")
    assert list(ours.index) == list(published.index)
    np.testing.assert_allclose(ours["Score"].to_numpy(float), published["Score"], **EXACT)
    assert list(ours["Rank"]) == list(published["Rank"])


def test_the_lineage_is_the_reference_s(results, reference):
    published = table(reference, "lineage")
    ours = compute_lineage(results.scored.tree).loc[published.index]
    assert (ours.to_numpy() == published.to_numpy()).all()


def test_importance_is_one_for_an_item_that_makes_the_index_and_small_for_noise():
    rng = np.random.default_rng(0)
    x, noise = rng.normal(size=400), rng.normal(size=400)
    table_ = compute_importance(pd.DataFrame({"x": x, "noise": noise, "bent": x}), pd.Series(x))
    assert table_.loc["x"].min() > 0.95
    assert table_.loc["noise"].max() < 0.1


def test_the_correlation_ratio_sees_what_bends_where_the_square_of_the_correlation_does_not():
    x = np.linspace(-1, 1, 201)
    importance = compute_importance(pd.DataFrame({"x": x}), pd.Series(x**2)).loc["x"]
    assert importance["linear"] < 1e-20
    assert importance["ratio"] > 0.5


def test_importance_holds_for_an_indicator_that_is_mostly_zero():
    x = np.array([0.0] * 480 + [1.0] * 20)
    y = np.random.default_rng(2).normal(size=500) + 3 * x
    importance = compute_importance(pd.DataFrame({"x": x}), pd.Series(y)).loc["x"]
    assert importance["ratio"] == pytest.approx(importance["linear"], abs=1e-6)


def test_alpha_of_one_item_and_components_of_a_constant_are_refused():
    with pytest.raises(MethodError, match="1 item"):
        compute_cronbach(pd.DataFrame({"a": [1.0, 2.0]}))
    with pytest.raises(MethodError, match="b: it is constant"):
        compute_components(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 1.0, 1.0]}))
