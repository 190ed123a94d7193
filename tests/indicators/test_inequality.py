"""Inequality against published numbers: states of Mexico (Rey), tuna (Hollander & Wolfe)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import MethodError
from indicators.inequality import (
    Amounts,
    compute_gini,
    compute_mobility,
    compute_over_years,
    compute_theil,
)

PUBLISHED = Path(__file__).parents[1] / "fixtures" / "published"
AMOUNTS = st.lists(st.floats(0.01, 1e6), min_size=4, max_size=30)


@pytest.fixture
def mexico():
    """Income per head of 32 states and Hanson's regions (Rey; PySAL's documentation gives the results)."""
    return pd.read_csv(PUBLISHED / "rey_mexico_1940_2000.csv")


def amounts(values, population=None):
    return Amounts("x", "sum", np.array(values, dtype=float), population)


def test_gini_equals_the_published_figure(mexico):
    assert compute_gini(amounts(mexico["1940"])) == pytest.approx(0.35372371173452849, abs=1e-14)


def test_theil_equals_the_published_figures_over_the_years(mexico):
    total = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
    between = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]
    years = {year: mexico[str(year)].to_numpy(float) for year in range(1940, 2010, 10)}
    table = compute_over_years("pcgdp", "sum", years, mexico["region"].astype(str).to_numpy(object))
    np.testing.assert_allclose(table["theil"], total, atol=5e-9)
    np.testing.assert_allclose(table["theil_between"], between, atol=5e-9)
    np.testing.assert_allclose(table["theil_between"] + table["theil_within"], table["theil"], rtol=1e-12)
    assert list(table["year"]) == list(range(1940, 2010, 10))


@settings(max_examples=50, deadline=None)
@given(AMOUNTS, st.floats(0.1, 10))
def test_between_and_within_add_up_and_no_unit_or_order_matters(values, factor):
    groups = np.array([f"g{i % 3}" for i in range(len(values))], dtype=object)
    theil = compute_theil(amounts(values), groups)
    assert theil.between + theil.within == pytest.approx(theil.total, abs=1e-10)
    assert theil.between >= -1e-12
    assert theil.total <= np.log(len(values)) + 1e-12
    assert sum(p.share for p in theil.groups) == pytest.approx(1)
    assert compute_theil(amounts(values[::-1]), groups[::-1]).total == pytest.approx(theil.total, abs=1e-10)
    assert compute_gini(amounts(np.array(values) * factor)) == pytest.approx(compute_gini(amounts(values)), abs=1e-10)


def test_equal_amounts_are_0_and_all_for_one_is_the_bound():
    assert compute_gini(amounts([5, 5, 5, 5])) == pytest.approx(0)
    assert compute_gini(amounts([0, 0, 0, 5])) == pytest.approx(3 / 4)
    assert compute_theil(amounts([0, 0, 0, 5]), ["a"] * 4).total == pytest.approx(np.log(4))


def test_an_amount_in_proportion_to_population_is_no_inequality_per_head():
    population = np.array([10.0, 100.0, 1000.0])
    assert compute_gini(amounts(population * 3, population)) == pytest.approx(0)
    assert compute_theil(amounts(population * 3, population), ["a", "b", "b"]).total == pytest.approx(0)


def test_a_missing_amount_is_left_out_and_not_zero():
    assert compute_gini(amounts([1, np.nan, 1])) == pytest.approx(0)


@pytest.mark.parametrize(
    ("aggregation", "values", "said"),
    [
        ("none", [1, 2], "do not add up"),
        ("sum", [-1, 2], "negative"),
        ("sum", [0, 0], "sum to zero"),
        ("max", [1, 2], "max"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_by_name(aggregation, values, said):
    with pytest.raises(MethodError, match=f"scores.*{said}"):
        Amounts("scores", aggregation, np.array(values, dtype=float))


def test_mobility_equals_the_published_tau_and_is_told_by_group():
    """Hollander & Wolfe (1973), p. 187: tuna, T = 26 of 36 pairs, tau = 0.444."""
    one = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    other = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    before, after = np.array([*one, 1, 2, 3, 4, np.nan]), np.array([*other, 4, 3, 2, 1, 9])
    groups = ["tuna"] * 9 + ["turned"] * 4 + ["alone"]
    found = {m.group: m for m in compute_mobility(before, after, groups)}
    assert found["tuna"].tau == pytest.approx((26 - 10) / 36)
    assert found["turned"].tau == pytest.approx(-1)
    assert np.isnan(found["alone"].tau)
    assert (found[""].count, found["alone"].count) == (13, 0)


def test_years_compare_the_same_territories():
    years = {2019: np.array([1.0, 2, 7]), 2020: np.array([2.0, np.nan, 14])}
    table = compute_over_years("x", "sum", years, ["a", "a", "b"])
    assert list(table["count"]) == [2, 2]
    np.testing.assert_allclose(table["gini"], table["gini"][0])
    np.testing.assert_allclose(table["share_b"], 7 / 8)
    with pytest.raises(MethodError, match="every year"):
        compute_over_years("x", "sum", {1: np.array([1, np.nan]), 2: np.array([np.nan, 1])}, ["a", "b"])
