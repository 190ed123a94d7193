"""A gap shared out adds up, at every level, whatever the mean; each part has the sign of its own gap."""

import math

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.attribution import share_gap
from indicators.tree import Node, Tree

MISSING = float("nan")


def make_tree(method="power", **options):
    return Tree(
        (
            Node("index", method=method, options=options),
            Node("a", "index", 2.0),
            Node("b", "index", 1.0),
            Node("a1", "a", 1.0),
            Node("a2", "a", 0.5),
            Node("b1", "b", 1.0),
            Node("b2", "b", 1.0),
        )
    )


@pytest.mark.parametrize(
    "tree",
    [
        make_tree(power=0.5),
        make_tree(power=-2.0),
        make_tree("geometric"),
        make_tree("harmonic"),
        make_tree("arithmetic"),
    ],
    ids=["power 0.5", "power -2", "geometric", "harmonic", "arithmetic"],
)
def test_parts_add_up_to_the_gap_at_every_level(tree):
    rng = np.random.default_rng(4)
    for _ in range(20):
        own, reference = rng.uniform(1, 100, (2, 4))
        table = share_gap(tree, own, reference, "index")
        assert table.loc["index", "points"] == pytest.approx(
            table.loc["index", "score"] - table.loc["index", "reference"]
        )
        for parent in ("index", "a", "b"):
            below = table.loc[table["parent"].eq(parent), "points"].sum()
            assert below == pytest.approx(table.loc[parent, "points"])
        gaps = table["score"] - table["reference"]
        assert (np.sign(table["points"]) == np.sign(gaps)).all()


def test_an_arithmetic_mean_gives_weight_times_gap():
    table = share_gap(make_tree("arithmetic"), np.array([10.0, 40, 50, 50]), np.array([40.0, 40, 50, 20]), "index")
    assert table.loc["a1", "points"] == pytest.approx(2 / 3 * 2 / 3 * -30)
    assert table.loc["b2", "points"] == pytest.approx(1 / 3 * 1 / 2 * 30)
    assert table.loc["b1", "points"] == 0


def test_a_power_mean_gives_the_figure_worked_by_hand():
    table = share_gap(make_tree(power=0.5), np.array([64.0, 64, 16, 16]), np.array([36.0, 36, 16, 16]), "index")
    score, reference = (2 / 3 * 8 + 1 / 3 * 4) ** 2, (2 / 3 * 6 + 1 / 3 * 4) ** 2
    assert table.loc["index", "score"] == pytest.approx(score)
    assert table.loc["a", "points"] == pytest.approx(score - reference)
    assert table.loc["b", "points"] == 0


def test_gaps_that_cancel_within_a_pillar_are_still_told():
    table = share_gap(make_tree(power=0.5), np.array([60.0, 20, 30, 50]), np.array([60.0, 20, 50, 30]), "index")
    assert table.loc["b", "points"] == pytest.approx(0)
    assert table.loc["b2", "points"] == pytest.approx(-table.loc["b1", "points"])
    assert table.loc["b2", "points"] > 0
    assert math.isclose(table.loc["index", "score"], table.loc["index", "reference"])


def test_what_the_unit_lacks_counts_on_neither_side():
    table = share_gap(
        make_tree(power=0.5), np.array([60.0, MISSING, 30, 50]), np.array([50.0, 90, MISSING, 30]), "index"
    )
    assert "a2" not in table.index
    assert table.loc["a", "reference"] == 50
    assert table.loc["b1", "points"] == 0  # the reference lacks it
    assert table.loc[["a", "b"], "points"].sum() == pytest.approx(table.loc["index", "points"])


def test_a_unit_without_a_score_and_a_node_that_is_no_mean_are_refused():
    with pytest.raises(MethodError, match="no score"):
        share_gap(make_tree(power=0.5), np.full(4, MISSING), np.full(4, 50.0), "index")
    with pytest.raises(MethodError, match="mean_min is not a mean"):
        share_gap(make_tree("mean_min"), np.full(4, 50.0), np.full(4, 40.0), "index")
