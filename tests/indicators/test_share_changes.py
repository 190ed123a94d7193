"""Changes of shares and inequality: the same definitions as over the years, and intervals that mean something."""

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.gaps import Bootstrap
from indicators.inequality import compute_over_years
from indicators.share_changes import compute_share_changes

GROUPS = ["a", "a", "b", "b", "b"]
PEOPLE = np.array([10.0, 20, 5, 5, 10])
YEARS = {2015: np.array([100.0, 50, 10, 0, 5]), 2020: np.array([50.0, 50, 20, 10, 10])}


def test_ends_equal_the_table_over_the_years():
    changes = compute_share_changes(YEARS, GROUPS, PEOPLE, bootstrap=Bootstrap(draws=200))
    table = compute_over_years("x", "sum", YEARS, GROUPS, PEOPLE).set_index("year")
    for measure in ("gini", "theil_between", "theil_within", "share_a", "share_b"):
        assert changes.loc[measure, "first"] == pytest.approx(table.loc[2015, measure])
        assert changes.loc[measure, "last"] == pytest.approx(table.loc[2020, measure])
    assert changes.loc["share_a", "change"] == pytest.approx(100 / 140 - 150 / 165)


def test_shares_of_all_groups_move_by_nothing_together():
    changes = compute_share_changes(YEARS, GROUPS, PEOPLE)
    assert changes.loc[["share_a", "share_b"], "change"].sum() == pytest.approx(0)
    assert changes.loc["share_a", "low"] == pytest.approx(-changes.loc["share_b", "high"])


def test_a_growth_common_to_all_changes_nothing_whoever_is_drawn():
    years = {1: YEARS[2015], 2: YEARS[2015] * 3}
    changes = compute_share_changes(years, GROUPS, PEOPLE)
    np.testing.assert_allclose(changes[["change", "low", "high"]], 0, atol=1e-12)


def test_a_draw_that_holds_nothing_says_nothing():
    years = {1: np.array([1.0, 0, 0]), 2: np.array([3.0, 0, 0])}
    changes = compute_share_changes(years, ["a", "a", "b"], np.array([1.0, 1, 1]))
    assert tuple(changes.loc["share_a", ["first", "last", "low", "high"]]) == (1, 1, 0, 0)


def test_a_territory_not_told_in_every_year_is_left_out():
    years = {1: np.array([1.0, np.nan, 1]), 2: np.array([1.0, 9, 1])}
    changes = compute_share_changes(years, ["a", "a", "b"], np.array([1.0, 1, 1]))
    assert changes.loc["share_a", "last"] == pytest.approx(0.5)
    with pytest.raises(MethodError, match="every year"):
        compute_share_changes({1: np.array([np.nan]), 2: np.array([1.0])}, ["a"], np.array([1.0]))
