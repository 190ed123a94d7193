"""What must hold of any figures, trees and weights, not only of an example."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indicators.aggregate import AGGREGATION
from indicators.children import Children
from indicators.normalise import NORMALISATION, Figures, n_goalposts, n_minmax
from indicators.outrank import compute_outranking
from indicators.ranks import compute_rank
from indicators.score import Scorer
from indicators.treat import Rule, fit_treatment, skewness
from indicators.tree import Node, Tree
from indicators.weights import Siblings, compute_effective_weights, w_optimised, w_pca_squared

house = settings(deadline=None, max_examples=30, derandomize=True)

MEANS = ["arithmetic", "geometric", "harmonic", "power"]
BOUNDED = [*MEANS, "owa"]
MONOTONE = [*BOUNDED, "copeland"]
ALL = [*MONOTONE, "mean_min", "mazziotta_pareto"]

scores = st.floats(1, 100, allow_subnormal=False)
weights = arrays(float, 4, elements=st.floats(0.01, 10))


def tables(missing: bool = False, columns: int = 4):
    elements = st.one_of(scores, st.just(np.nan)) if missing else scores
    return arrays(float, st.tuples(st.integers(2, 12), st.just(columns)), elements=elements)


def aggregate(method: str, table: np.ndarray, weight: np.ndarray) -> np.ndarray:
    options = {"power": {"power": -0.5}, "owa": {"order": [0.1, 0.2, 0.3, 0.4]}}.get(method, {})
    return AGGREGATION.get(method)(Children.of(table), weight, **options)


@pytest.mark.parametrize("method", BOUNDED)
@house
@given(table=tables(missing=True), weight=weights)
def test_a_mean_lies_between_the_worst_and_the_best_score_of_the_unit(method, table, weight):
    there = ~np.isnan(table).all(axis=1)
    made = aggregate(method, table, weight)
    assert (np.isnan(made) == ~there).all()
    assert (made[there] >= np.nanmin(table[there], axis=1) - 1e-9).all()
    assert (made[there] <= np.nanmax(table[there], axis=1) + 1e-9).all()


@pytest.mark.parametrize("method", MONOTONE)
@house
@given(table=tables(), weight=weights, gain=st.floats(0, 50), data=st.data())
def test_a_better_score_never_lowers_the_aggregate(method, table, weight, gain, data):
    row, column = data.draw(st.integers(0, len(table) - 1)), data.draw(st.integers(0, 3))
    better = table.copy()
    better[row, column] += gain
    assert aggregate(method, better, weight)[row] >= aggregate(method, table, weight)[row] - 1e-9


@pytest.mark.parametrize("method", ALL)
@house
@given(table=tables(missing=True), weight=weights, data=st.data())
def test_the_order_of_units_and_of_children_changes_nothing(method, table, weight, data):
    rows = data.draw(st.permutations(range(len(table))))
    made = aggregate(method, table, weight)
    np.testing.assert_array_equal(aggregate(method, table[rows], weight), made[rows])
    columns = data.draw(st.permutations(range(4)))
    turned = aggregate(method, table[:, columns], weight[columns])
    np.testing.assert_allclose(turned, made, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", ALL)
@house
@given(table=tables(missing=True), weight=weights, scale=st.floats(0.001, 1000))
def test_the_scale_of_weights_says_nothing(method, table, weight, scale):
    made = aggregate(method, table, weight)
    np.testing.assert_allclose(aggregate(method, table, weight * scale), made, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", MEANS)
@house
@given(table=tables(missing=True), weight=weights)
def test_an_indicator_said_twice_with_half_its_weight_changes_nothing(method, table, weight):
    twice = np.column_stack([table, table[:, 0]])
    halved = np.append(weight, weight[0] / 2)
    halved[0] /= 2
    np.testing.assert_allclose(aggregate(method, twice, halved), aggregate(method, table, weight), rtol=1e-9)


@pytest.mark.parametrize("method", ["arithmetic", "mean_min", "owa"])
@house
@given(table=tables(), weight=weights, data=st.data())
def test_a_missing_score_is_not_a_zero(method, table, weight, data):
    row, column = data.draw(st.integers(0, len(table) - 1)), data.draw(st.integers(0, 3))
    missing, zero = table.copy(), table.copy()
    missing[row, column], zero[row, column] = np.nan, 0.0
    without, with_zero = aggregate(method, missing, weight)[row], aggregate(method, zero, weight)[row]
    assert np.isfinite(without)
    assert without > with_zero
    others = np.delete(np.arange(len(table)), row)
    np.testing.assert_array_equal(aggregate(method, missing, weight)[others], aggregate(method, table, weight)[others])


@house
@given(table=tables(missing=True), weight=weights)
def test_harmonic_geometric_and_arithmetic_means_stand_in_that_order(table, weight):
    harmonic, geometric, arithmetic = (aggregate(m, table, weight) for m in ("harmonic", "geometric", "arithmetic"))
    there = ~np.isnan(arithmetic)
    assert (harmonic[there] <= geometric[there] + 1e-9).all()
    assert (geometric[there] <= arithmetic[there] + 1e-9).all()


figures = arrays(
    float,
    st.integers(3, 25),
    elements=st.one_of(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), st.just(np.nan)),
)

SCALES = {
    "minmax": {"low": 1.0, "high": 100.0},
    "goalposts": {"worst": -50.0, "best": 80.0},
    "zscore": {},
    "scaled": {"centre": 3.0, "spread": 2.0},
    "rank": {},
    "borda": {},
    "percentile": {},
    "distance_best": {},
}


def spread(values: np.ndarray) -> bool:
    present = values[~np.isnan(values)]
    return present.size > 1 and np.ptp(present) > 1e-3


@pytest.mark.parametrize("name", SCALES)
@house
@given(values=figures, direction=st.sampled_from([1, -1]))
def test_a_better_figure_never_gets_a_lower_score_and_a_missing_one_gets_none(name, values, direction):
    assume(spread(values))
    options = dict(SCALES[name])
    if name == "goalposts" and direction < 0:
        options = {"worst": 80.0, "best": -50.0}
    made = NORMALISATION.get(name)(Figures("x", values, direction), **options)(values)
    np.testing.assert_array_equal(np.isnan(made), np.isnan(values))
    there = ~np.isnan(values)
    order = np.argsort(direction * values[there], kind="stable")
    assert (np.diff(made[there][order]) >= -1e-9).all()


@house
@given(values=figures, direction=st.sampled_from([1, -1]))
def test_min_max_stays_in_its_range_and_reaches_both_ends(values, direction):
    assume(spread(values))
    made = n_minmax(Figures("x", values, direction), low=1.0, high=100.0)(values)
    assert np.nanmin(made) == 1
    assert np.nanmax(made) == pytest.approx(100, abs=1e-9)


@house
@given(values=figures, other=figures)
def test_goalposts_hold_any_edition_within_their_range_and_do_not_move(values, other):
    assume(spread(values))
    scale = n_goalposts(Figures("x", values), worst=-10.0, best=10.0, low=1.0, high=100.0)
    made = scale(other)
    assert ((made >= 1) & (made <= 100) | np.isnan(made)).all()
    np.testing.assert_array_equal(scale(np.append(other, 5.0))[-1], scale(np.array([5.0]))[0])


@house
@given(values=figures)
def test_treating_outliers_never_turns_two_units_round_nor_moves_more_than_five(values):
    assume(spread(values))
    treatment = fit_treatment("x", values, Rule())
    treated = treatment(values)
    there = ~np.isnan(values)
    np.testing.assert_array_equal(np.isnan(treated), ~there)
    order = np.argsort(values[there], kind="stable")
    assert (np.diff(treated[there][order]) >= -1e-9).all()
    assert treatment.points <= 5
    if treatment.kind == "winsorise":
        assert np.count_nonzero(treated[there] != values[there]) == treatment.points


@house
@given(values=figures, scale=st.floats(0.5, 100), shift=st.floats(-100, 100))
def test_skewness_does_not_depend_on_the_unit_and_turns_with_the_sign(values, scale, shift):
    assume(spread(values))
    assert skewness(values * scale + shift) == pytest.approx(skewness(values), abs=1e-5)
    assert skewness(-values) == pytest.approx(-skewness(values), abs=1e-9)


@house
@given(values=figures, scale=st.integers(1, 50))
def test_ranks_start_at_one_ties_share_the_best_and_no_score_has_no_rank(values, scale):
    rank = compute_rank(values)
    np.testing.assert_array_equal(np.isnan(rank), np.isnan(values))
    for score, place in zip(values, rank, strict=True):
        if not np.isnan(score):
            assert place == 1 + np.count_nonzero(values > score)
    np.testing.assert_array_equal(rank, compute_rank(values * scale))


@st.composite
def trees(draw) -> Tree:
    """Any tree of up to four levels with means at every node."""
    nodes, parents = [Node("r", method=draw(st.sampled_from(["arithmetic", "geometric"])))], ["r"]
    for level in range(draw(st.integers(1, 3))):
        children = []
        for parent in parents:
            for k in range(draw(st.integers(1, 3))):
                weight, method = draw(st.floats(0.1, 5)), draw(st.sampled_from(["arithmetic", "geometric", "harmonic"]))
                children.append(Node(f"{parent}.{level}{k}", parent, weight, method))
        nodes += children
        parents = [child.code for child in children]
    return Tree(tuple(nodes))


@house
@given(tree=trees(), seed=st.integers(0, 2**32 - 1))
def test_in_any_tree_scores_stay_in_range_coverage_is_the_observed_share_and_units_are_independent(tree, seed):
    rng = np.random.default_rng(seed)
    table = rng.uniform(1, 100, (9, len(tree.columns)))
    table[rng.random(table.shape) < 0.3] = np.nan
    scored = Scorer(tree, table).score()
    present = scored.scores[~np.isnan(scored.scores)]
    assert ((present >= 1 - 1e-9) & (present <= 100 + 1e-9)).all()
    effective = dict(zip(tree.codes, compute_effective_weights(tree), strict=True))
    nominal = np.array([effective[leaf] for leaf in tree.leaves])
    assert nominal.sum() == pytest.approx(1)
    np.testing.assert_allclose(scored.coverage[:, tree.position["r"]], (~np.isnan(table)) @ nominal, atol=1e-12)
    order = rng.permutation(9)
    np.testing.assert_array_equal(Scorer(tree, table[order]).score().column("r"), scored.column("r")[order])


@house
@given(tree=trees(), seed=st.integers(0, 2**32 - 1))
def test_the_order_in_which_a_tree_is_written_changes_nothing(tree, seed):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.uniform(1, 100, (5, len(tree.columns))), columns=list(tree.columns))
    other = Tree(tuple(tree.nodes[k] for k in rng.permutation(len(tree.nodes))))
    ours = Scorer(tree, table.to_numpy()).score()
    theirs = Scorer(other, table[list(other.columns)].to_numpy()).score()
    for code in tree.codes:
        np.testing.assert_allclose(theirs.column(code), ours.column(code), rtol=1e-9)


@house
@given(table=tables(missing=True), weight=weights)
def test_what_one_unit_wins_over_another_the_other_loses(table, weight):
    matrix = compute_outranking(table, weight)
    both = ~np.isnan(matrix + matrix.T) & ~np.eye(len(table), dtype=bool)
    np.testing.assert_allclose((matrix + matrix.T)[both], 1, atol=1e-12)


@settings(house, max_examples=10)
@given(table=arrays(float, (20, 4), elements=st.floats(1, 100), unique=True), wish=weights)
def test_optimised_and_component_weights_are_shares(table, wish):
    group = Siblings("p", ("a", "b", "c", "d"), np.ones(4), table)
    for weighting in (w_optimised(group, importance=dict(zip("abcd", wish, strict=True))), w_pca_squared(group)):
        assert (weighting.weights >= 0).all()
        assert weighting.weights.sum() == pytest.approx(1)
        assert weighting.residual >= 0
