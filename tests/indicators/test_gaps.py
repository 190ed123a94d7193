"""Gaps between groups against published numbers (the mice of Efron & Tibshirani) and tables counted by hand."""

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.gaps import Bootstrap, compute_gap, compute_gap_change, compute_precedence

# Efron & Tibshirani (1993), table 2.1: survival of mice, in days.
TREATED = [94.0, 197, 16, 38, 99, 141, 23]
CONTROL = [52.0, 104, 146, 10, 51, 30, 40, 27, 46]
MICE = np.array(TREATED + CONTROL)
ARMS = ["t"] * 7 + ["c"] * 9


def test_the_gap_equals_the_published_bootstrap():
    """Efron & Tibshirani (1993), ch. 8: difference 30.63, bootstrap standard error 26.85 (1,400 replications)."""
    gap = compute_gap(MICE, ARMS, "t", "c", bootstrap=Bootstrap(draws=20_000))
    assert gap.difference == pytest.approx(30.63, abs=0.005)
    assert (gap.high - gap.low) / (2 * 1.96) == pytest.approx(26.85, rel=0.03)
    assert gap.low < 0 < gap.high
    assert not gap.is_clear
    assert (gap.count_first, gap.count_second) == (7, 9)
    assert gap == compute_gap(MICE, ARMS, "t", "c", bootstrap=Bootstrap(draws=20_000))


def test_the_gap_of_medians_equals_the_published_bootstrap():
    """Efron & Tibshirani (1993), table 2.1 and ch. 2: medians 94 and 46, standard errors 37.83 and 13.02 in the limit.

    Two independent samples: the error of the difference is the root of the sum of squares, 40.0.
    """
    gap = compute_gap(MICE, ARMS, "t", "c", statistic="median", bootstrap=Bootstrap(draws=40_000, confidence=0.6827))
    assert (gap.first, gap.second, gap.difference) == (94, 46, 48)
    assert (gap.high - gap.low) / 2 == pytest.approx(40.0, rel=0.2)  # medians of seven are few: no normal law


def test_the_gap_turns_over_with_the_groups_and_needs_two_figures():
    values = np.array([1.0, 2, 3, 10, 11, np.nan])
    groups = ["a", "a", "a", "b", "b", "c"]
    one, other = compute_gap(values, groups, "a", "b"), compute_gap(values, groups, "b", "a")
    assert one.difference == -other.difference == pytest.approx(-8.5)
    assert one.high < 0
    assert one.is_clear
    with pytest.raises(MethodError, match="group c"):
        compute_gap(values, groups, "a", "c")


def test_scenarios_widen_the_interval_and_leave_the_gap():
    scenarios = np.stack([MICE + shift * (np.array(ARMS) == "t") for shift in (-60.0, 0.0, 60.0)])
    alone = compute_gap(MICE, ARMS, "t", "c")
    both = compute_gap(MICE, ARMS, "t", "c", scenarios=scenarios)
    assert both.difference == alone.difference
    assert both.high - both.low > 1.3 * (alone.high - alone.low)


def test_scenarios_alone_are_told_exactly():
    """Two territories alike in each group: only the method moves the gap, by 1, 2 or 3."""
    scenarios = np.array([[1.0, 1, 0, 0], [2, 2, 0, 0], [3, 3, 0, 0]])
    gap = compute_gap(scenarios[1], ["a", "a", "b", "b"], "a", "b", scenarios=scenarios)
    assert (gap.low, gap.difference, gap.high) == (1, 2, 3)


def test_a_missing_score_of_a_scenario_is_left_out():
    scenarios = np.array([[1.0, np.nan, 0, 0], [np.nan, 1, 0, 0]])
    gap = compute_gap(np.array([1.0, 1, 0, 0]), ["a", "a", "b", "b"], "a", "b", scenarios=scenarios)
    assert (gap.low, gap.high) == (1, 1)


def test_a_change_common_to_a_group_is_no_noise():
    before = np.array([1.0, 5, 9, 2, 4])
    after = before + np.array([3.0, 3, 3, 1, 1])
    change = compute_gap_change(before, after, ["a", "a", "a", "b", "b"], "a", "b")
    assert (change.first, change.second, change.difference) == pytest.approx((2, 4, 2))
    assert (change.low, change.high) == pytest.approx((2, 2))
    assert change.is_clear


def test_a_change_counts_the_territories_told_in_both_years():
    before = np.array([1.0, 5, np.nan, 2, 4])
    after = np.array([1.0, 7, 100, 2, 4])
    change = compute_gap_change(before, after, ["a", "a", "a", "b", "b"], "a", "b")
    assert (change.count_first, change.difference) == (2, 1)
    with pytest.raises(MethodError, match="group c"):
        compute_gap_change(before, after, ["a", "a", "c", "b", "b"], "a", "c")


def test_a_change_that_one_method_denies_is_not_clear():
    groups = ["a", "a", "b", "b"]
    before, after = np.array([10.0, 12, 1, 3]), np.array([14.0, 16, 1, 3])
    steady = np.stack([before, before]), np.stack([after, after - np.array([6.0, 6, 0, 0])])
    alone = compute_gap_change(before, after, groups, "a", "b")
    both = compute_gap_change(before, after, groups, "a", "b", scenarios=steady)
    assert alone.is_clear
    assert (both.difference, both.low, both.high) == pytest.approx((4, -2, 4))


def test_precedence_counts_pairs_by_hand():
    """3 × 2 pairs: 5 beats 1 and 4; 4 beats 1 and ties with 4; 0 beats none: 3.5 of 6."""
    values = np.array([5.0, 4, 0, 1, 4, np.nan])
    groups = ["a", "a", "a", "b", "b", "b"]
    assert compute_precedence(values, groups, "a", "b") == pytest.approx(3.5 / 6)
    assert compute_precedence(values, groups, "b", "a") == pytest.approx(2.5 / 6)
    assert compute_precedence(np.array([1.0, 1, 1]), ["a", "a", "b"], "a", "b") == pytest.approx(0.5)
    with pytest.raises(MethodError, match="group z"):
        compute_precedence(values, groups, "a", "z")
