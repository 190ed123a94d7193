"""Scores under a reader's own choices."""

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.personal import DEFAULT, Choices, bind_choices
from indicators.score import Scorer
from indicators.tree import Node, Tree

TREE = Tree(
    (
        Node("index", method="power", options={"power": 0.5}),
        Node("assets", parent="index"),
        Node("results", parent="index"),
        Node("income", parent="assets"),
        Node("jobless", parent="assets"),
        Node("growth", parent="results"),
    )
)
RAW = np.array([[20.0, 9.0, 1.0], [30.0, 7.0, 4.0], [np.nan, 5.0, 2.0], [22.0, 7.0, 2.0]])
SCORES = np.array([[10.0, 20.0, 5.0], [90.0, 60.0, 95.0], [np.nan, 100.0, 40.0], [25.0, 60.0, 40.0]])
DIRECTIONS = np.array([1.0, -1.0, 1.0])
RANGE = (1.0, 100.0)


def bind(choices):
    return bind_choices(TREE, RAW, SCORES, DIRECTIONS, choices, RANGE)


def test_the_default_choices_give_the_published_scores_to_the_last_bit():
    assert DEFAULT.is_default
    assert np.array_equal(bind(DEFAULT).score().scores, Scorer(TREE, SCORES).score().scores, equal_nan=True)


def test_percentile_ranks_read_the_raw_figures_in_their_direction():
    scored = bind(Choices(normalisation="percentile")).score()
    assert scored.column("growth").tolist() == [1.0, 100.0, 34.0, 34.0]  # 0, 3, 1, 1 of 3 others beaten
    assert scored.column("jobless").tolist() == [1.0, 34.0, 100.0, 34.0]
    assert np.isnan(scored.column("income")[2])


def test_min_max_spreads_the_raw_figures_without_goalposts():
    scored = bind(Choices(normalisation="minmax")).score()
    np.testing.assert_allclose(scored.column("income"), [1.0, 100.0, np.nan, 1 + 99 * 0.2])
    np.testing.assert_allclose(scored.column("jobless"), [1.0, 50.5, 100.0, 50.5])


@pytest.mark.parametrize("normalisation", ["percentile", "minmax"])
def test_a_column_that_does_not_vary_keeps_its_published_scores(normalisation):
    raw = RAW.copy()
    raw[:, 2] = 3.0
    scorer = bind_choices(TREE, raw, SCORES, DIRECTIONS, Choices(normalisation=normalisation), RANGE)
    assert np.array_equal(scorer.score().column("growth"), SCORES[:, 2])


def test_pillars_may_be_averaged_otherwise():
    geometric = bind(Choices(aggregation="geometric")).score()
    arithmetic = bind(Choices(aggregation="arithmetic")).score()
    np.testing.assert_allclose(geometric.column("index")[0], np.sqrt(15.0 * 5.0))
    np.testing.assert_allclose(arithmetic.column("index")[0], 10.0)
    assert np.array_equal(geometric.column("assets"), arithmetic.column("assets"))


def test_weights_change_the_scores_and_only_their_ratios_matter():
    scorer = bind(DEFAULT)
    once, twice = (scorer.score(TREE.weight_vector({"assets": w, "results": 2 * w})) for w in (1.0, 3.0))
    np.testing.assert_allclose(once.column("index"), twice.column("index"), rtol=1e-15)
    assert once.column("index")[0] != scorer.score().column("index")[0]


def test_a_choice_that_is_not_offered_is_refused_by_name():
    with pytest.raises(MethodError, match=r"normalisation: “log” is not offered\. Choose one of goalposts"):
        Choices(normalisation="log")
    with pytest.raises(MethodError, match="aggregation"):
        Choices(aggregation="median")
