import numpy as np
import pytest

from etl.errors import MethodError
from indicators.score import Scorer
from indicators.tree import Node, Tree

NAN = float("nan")


def index_of_two_pillars(threshold: float = 0.0, pillar_threshold: float = 0.0) -> Tree:
    return Tree(
        (
            Node("index", method="geometric", coverage=threshold),
            Node("p", "index", coverage=pillar_threshold),
            Node("q", "index", coverage=pillar_threshold),
            Node("a", "p", weight=2),
            Node("b", "p"),
            Node("c", "q"),
        )
    )


def test_pillars_are_means_of_their_indicators_and_the_index_a_geometric_mean_of_pillars():
    scored = Scorer(index_of_two_pillars(), np.array([[10.0, 40.0, 80.0]])).score()
    np.testing.assert_allclose(scored.scores[0], [np.sqrt(20 * 80), 20, 80, 10, 40, 80], rtol=1e-15)
    assert scored.coverage.tolist() == [[1, 1, 1, 1, 1, 1]]


def test_weights_of_what_is_missing_go_to_its_siblings_and_never_to_zero():
    scored = Scorer(index_of_two_pillars(), np.array([[NAN, 40.0, 80.0], [10.0, NAN, NAN]])).score()
    np.testing.assert_allclose(scored.column("p"), [40, 10])
    np.testing.assert_allclose(scored.column("index"), [np.sqrt(40 * 80), 10])
    np.testing.assert_allclose(scored.coverage[:, 0], [(1 / 3 + 1) / 2, (2 / 3) / 2])


def test_a_unit_without_any_figure_has_no_score_anywhere():
    scored = Scorer(index_of_two_pillars(), np.full((1, 3), NAN)).score()
    assert np.isnan(scored.scores).all()
    assert (scored.coverage == 0).all()


@pytest.mark.parametrize("weight", [1.0, 0.1, 1 / 3, 7.7])
def test_exactly_two_thirds_counts_as_reached_whatever_the_rounding(weight):
    nodes = [Node("index", coverage=2 / 3), *(Node(c, "index", weight=weight) for c in "abc")]
    scored = Scorer(Tree(tuple(nodes)), np.array([[1.0, 2.0, NAN], [1.0, NAN, NAN]])).score()
    np.testing.assert_allclose(scored.column("index"), [1.5, NAN])


def test_three_of_five_reaches_sixty_percent():
    nodes = [Node("p", coverage=0.6), *(Node(c, "p", weight=0.2) for c in "abcde")]
    scored = Scorer(Tree(tuple(nodes)), np.array([[1.0, 2.0, 3.0, NAN, NAN]])).score()
    np.testing.assert_allclose(scored.column("p"), [2.0])


def test_a_pillar_below_its_threshold_counts_for_nothing_above():
    tree = index_of_two_pillars(threshold=0.6, pillar_threshold=0.5)
    scored = Scorer(tree, np.array([[NAN, 40.0, 80.0]])).score()
    assert np.isnan(scored.column("p"))
    np.testing.assert_allclose(scored.coverage[0, :3], [0.5, 1 / 3, 1])
    assert np.isnan(scored.column("index"))


def test_live_weights_give_what_a_tree_declared_with_them_gives():
    tree, rng = index_of_two_pillars(0.5, 0.5), np.random.default_rng(3)
    table = rng.uniform(1, 100, (50, 3))
    table[rng.random(table.shape) < 0.2] = NAN
    other = {"a": 5.0, "q": 0.25}
    live = Scorer(tree, table).score(tree.weight_vector(other))
    np.testing.assert_array_equal(live.scores, Scorer(tree.with_weights(other), table).score().scores)


def test_replicates_are_the_same_to_the_last_bit_as_one_weighting_at_a_time():
    tree, rng = index_of_two_pillars(0.5, 0.5), np.random.default_rng(4)
    table = rng.uniform(1, 100, (33, 3))
    table[rng.random(table.shape) < 0.2] = NAN
    draws = rng.uniform(0.75, 1.25, (7, len(tree.codes)))
    scorer = Scorer(tree, table)
    together = scorer.replicate(draws, nodes=("p", "index"))
    for draw, replicate in zip(draws, together, strict=True):
        alone = scorer.score(draw)
        np.testing.assert_array_equal(replicate, [alone.column("p"), alone.column("index")])


def test_units_with_the_same_figures_tie_to_the_last_bit_wherever_they_stand():
    nodes = [Node("index"), *(Node(f"i{c}", "index", weight=0.1 + c / 7) for c in range(9))]
    row = np.random.default_rng(5).uniform(1, 100, 9)
    scores = Scorer(Tree(tuple(nodes)), np.tile(row, (1255, 1))).score().column("index")
    assert np.unique(scores).size == 1


@pytest.mark.parametrize(
    ("weights", "offender"),
    [
        ([1, 1, 1, -1, 1, 1], "weight of a"),
        ([1, 1, 1, np.nan, 1, 1], "weight of a"),
        ([1, 1, 1, 0, 0, 1], "p"),
        ([1, 1, 1], "weights"),
    ],
)
def test_unsound_live_weights_are_refused_by_name(weights, offender):
    with pytest.raises(MethodError) as refusal:
        Scorer(index_of_two_pillars(), np.ones((2, 3))).score(np.array(weights, dtype=float))
    assert offender in refusal.value.where


def test_a_score_of_zero_under_a_geometric_mean_is_refused_with_the_node_and_the_remedy():
    with pytest.raises(MethodError, match=r"index, p: a score of 0 .* 1–100"):
        Scorer(index_of_two_pillars(), np.array([[0.0, 0.0, 50.0]])).score()


def test_an_infinite_score_and_a_wrong_shape_are_refused():
    with pytest.raises(MethodError, match="b: a score is infinite"):
        Scorer(index_of_two_pillars(), np.array([[1.0, np.inf, 2.0]]))
    with pytest.raises(MethodError, match="3 columns"):
        Scorer(index_of_two_pillars(), np.ones((2, 4)))


def test_an_unknown_method_or_option_is_refused_with_those_that_exist():
    with pytest.raises(MethodError, match=r"index: unknown aggregation method “median”. Choose one of .*geometric"):
        Scorer(Tree((Node("index", method="median"), Node("a", "index"))), np.ones((1, 1)))
    with pytest.raises(MethodError, match="power needs the option “power”"):
        Scorer(Tree((Node("index", method="power"), Node("a", "index"))), np.ones((1, 1)))
    nodes = (Node("index", method="geometric", options={"power": 2}), Node("a", "index"))
    with pytest.raises(MethodError, match="geometric has no option “power”"):
        Scorer(Tree(nodes), np.ones((1, 1)))
