import numpy as np
import pytest

from etl.errors import MethodError
from indicators.draws import Cube, Seeded, Varied, given_weights
from indicators.tree import Node, Tree

from .simulated import two_indices

TREE = two_indices()
MANY = 20_000


def drawn(varied: Varied, size: int = MANY, seed: int = 1, tree: Tree = TREE, factors=None):
    return Seeded(Cube(tree, varied, factors or {}), seed, size).rows(0, size)


def test_every_weight_stays_within_the_spread_and_fills_it():
    ratios = drawn(Varied(0.25)).weights / TREE.weights
    below = [place for place, node in enumerate(TREE.nodes) if node.parent]
    assert ratios[:, below].min(axis=0).max() < 0.752
    assert ratios[:, below].max(axis=0).min() > 1.248
    assert ratios.min() >= 0.75
    assert ratios.max() <= 1.25
    np.testing.assert_allclose(ratios[:, below].mean(axis=0), 1, atol=0.005)


def test_weights_are_drawn_independently():
    ratios = drawn(Varied(0.25)).weights[:, 2:]
    correlations = np.corrcoef(ratios.T) - np.eye(ratios.shape[1])
    assert np.abs(correlations).max() < 0.04


def test_dirichlet_weights_have_the_nominal_shares_as_their_mean_and_the_law_s_variance():
    weights = drawn(Varied(concentration=20.0)).weights
    places = [TREE.position[child] for child in TREE.children["p0"]]
    shares = weights[:, places] / weights[:, places].sum(axis=1, keepdims=True)
    nominal = TREE.weights[places] / TREE.weights[places].sum()
    np.testing.assert_allclose(shares.mean(axis=0), nominal, atol=0.003)
    np.testing.assert_allclose(shares.var(axis=0), nominal * (1 - nominal) / 21, rtol=0.05)


def test_a_weight_of_zero_stays_zero():
    tree = Tree((Node("i"), Node("a", "i", weight=0), Node("b", "i")))
    for varied in (Varied(0.5), Varied(concentration=3.0)):
        assert (drawn(varied, tree=tree, size=100).weights[:, 1] == 0).all()


def test_choices_are_equally_likely():
    choices = drawn(Varied(), factors={"a": 2, "b": 5}).choices
    np.testing.assert_allclose(np.bincount(choices[:, 0]) / MANY, 1 / 2, atol=0.015)
    np.testing.assert_allclose(np.bincount(choices[:, 1]) / MANY, 1 / 5, atol=0.015)


@pytest.mark.parametrize("count", [1, 2])
def test_each_index_loses_so_many_indicators_all_equally_likely(count):
    weights = drawn(Varied(left_out=count)).weights
    for root in TREE.roots:
        leaves = [TREE.position[leaf] for leaf in TREE.leaves_under(root)]
        gone = weights[:, leaves] == 0
        assert (gone.sum(axis=1) == count).all()
        np.testing.assert_allclose(gone.mean(axis=0), count / len(leaves), atol=0.015)


def test_an_indicator_read_twice_is_left_out_of_both_places():
    tree = Tree(
        (
            Node("i"),
            Node("p", "i"),
            Node("q", "i"),
            Node("a@p", "p", column="a"),
            Node("b", "p"),
            Node("a@q", "q", column="a"),
            Node("c", "q"),
        )
    )
    weights = drawn(Varied(left_out=1), tree=tree, size=400).weights
    together = weights[:, [tree.position["a@p"], tree.position["a@q"]]] == 0
    assert (together[:, 0] == together[:, 1]).all()
    assert together.any()


def test_a_pillar_that_loses_its_only_indicator_counts_for_nothing():
    tree = Tree((Node("i"), Node("p", "i"), Node("q", "i"), Node("a", "p"), Node("b", "q"), Node("c", "q")))
    weights = drawn(Varied(left_out=1), tree=tree, size=300).weights
    lost_a = weights[:, 1] == 0
    assert 0.2 < lost_a.mean() < 0.5
    assert (weights[:, 3] > 0).all()
    assert ((weights[:, 4:] == 0).sum(axis=1) == ~lost_a).all()


def test_a_draw_depends_on_the_seed_and_its_number_only():
    source = Seeded(Cube(TREE, Varied(left_out=1), {"a": 3}), 9, 100)
    whole = source.rows(0, 100)
    for start, stop in ((0, 1), (13, 50), (99, 100)):
        part = source.rows(start, stop)
        np.testing.assert_array_equal(part.weights, whole.weights[start:stop])
        np.testing.assert_array_equal(part.choices, whole.choices[start:stop])
    assert not np.array_equal(Seeded(source.cube, 10, 100).rows(0, 100).weights, whole.weights)


def test_given_weights_are_taken_by_code_and_the_others_are_nominal():
    draws = given_weights(TREE, {"x0": np.array([5.0, 6.0])})
    assert draws.weights[:, TREE.position["x0"]].tolist() == [5, 6]
    np.testing.assert_array_equal(
        np.delete(draws.weights, TREE.position["x0"], axis=1)[0], np.delete(TREE.weights, TREE.position["x0"])
    )
    with pytest.raises(MethodError, match="nowhere"):
        given_weights(TREE, {"nowhere": np.ones(2)})


@pytest.mark.parametrize("wrong", [{"spread": 1.0}, {"spread": -0.1}, {"concentration": 0.0}, {"left_out": -1}])
def test_what_cannot_be_drawn_is_refused(wrong):
    with pytest.raises(MethodError):
        Varied(**wrong)


def test_leaving_out_all_an_index_has_is_refused():
    with pytest.raises(MethodError, match="att: it has 6 indicators"):
        drawn(Varied(left_out=6), size=2)
