"""Formulas: arithmetic on whole columns, years, and what is missing stays missing."""

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.formula import SeriesTable, evaluate, parse_formula, series_of

NAN = np.nan


def table(years, rows, *, zero=False, secret=None):
    values = np.array(rows, dtype=float)
    hidden = np.zeros(values.shape, dtype=bool) if secret is None else np.array(secret)
    return SeriesTable(tuple(years), values, hidden, np.full(len(values), zero))


def run(text, tables, edition=2026):
    size = len(next(iter(tables.values())).values)
    return evaluate("test", parse_formula("test", text), tables, edition, size)


def test_a_bare_series_is_its_latest_year_not_later_than_the_edition():
    tables = {"a": table([2018, 2023, 2030], [[1, 2, 9], [3, NAN, 9]])}
    got = run("a", tables)
    np.testing.assert_array_equal(got.value, [2, NAN])
    np.testing.assert_array_equal(got.last, [2023, 0])


def test_a_negative_subscript_counts_back_from_the_latest_year():
    tables = {"a": table([2013, 2018], [[100, 110.408]])}
    got = run("100 * ((a / a[-5]) ** (1 / 5) - 1)", tables)
    np.testing.assert_allclose(got.value, [2.0], rtol=1e-4)
    assert (got.first[0], got.last[0]) == (2013, 2018)


def test_absent_is_zero_only_where_the_source_lists_those_who_have_something():
    tables = {"listing": table([2022], [[NAN], [4]], zero=True), "people": table([2023], [[10], [NAN]])}
    np.testing.assert_array_equal(run("listing / people", tables).value, [0, NAN])


def test_secret_is_not_zero():
    tables = {"listing": table([2022], [[NAN]], zero=True, secret=[[True]])}
    np.testing.assert_array_equal(run("listing", tables).value, [NAN])


def test_division_by_zero_is_missing_not_infinite():
    tables = {"a": table([2020], [[1.0]]), "b": table([2020], [[0.0]])}
    np.testing.assert_array_equal(run("a / b", tables).value, [NAN])


def test_recent_takes_each_territory_s_latest_figure_within_the_years_given():
    tables = {"a": table([2020, 2021, 2022, 2023], [[9, 8, NAN, NAN], [7, NAN, NAN, NAN], [1, 2, 3, 4]], zero=True)}
    got = run("recent(a, 3)", tables)
    np.testing.assert_array_equal(got.value, [8, 0, 4])
    np.testing.assert_array_equal(got.last, [2021, 2023, 2023])


def test_mean_is_over_the_years_that_are_there_and_total_over_all():
    tables = {"a": table([2018, 2019, 2020], [[1, NAN, 3], [NAN, NAN, NAN]])}
    np.testing.assert_array_equal(run("mean(a, 2)", tables).value, [3, NAN])
    np.testing.assert_array_equal(run("mean(a, 3)", tables).value, [2, NAN])
    np.testing.assert_array_equal(run("total(a)", tables).value, [4, NAN])


def test_a_series_without_the_year_asked_for_is_missing():
    np.testing.assert_array_equal(run("a[1999]", {"a": table([2020], [[1.0]])}).value, [NAN])


@pytest.mark.parametrize("text", ["__import__('os')", "a.b", "a[x]", "max(a, 3)", "a +", "a if b else c", "'a'"])
def test_a_formula_that_is_not_arithmetic_is_refused_with_its_place(text):
    with pytest.raises(MethodError, match="indicator x"):
        parse_formula("indicator x", text)


def test_series_are_listed_once_in_order():
    assert series_of("x", parse_formula("x", "100 * b / (a - b[-5]) + recent(c, 3)")) == ["b", "a", "c"]
