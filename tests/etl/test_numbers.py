"""Figures as publishers write them (PITFALLS §1, 7 and 8)."""

import pandas as pd
import pytest

from etl.numbers import read_numbers

FRENCH = {"decimal": ",", "thousands": " \u00a0\u202f"}


@pytest.mark.parametrize("mark", ["s", "ND", "nd", "NC", "-", "*", "N/A - résultat non disponible"])
def test_a_declared_secret_is_neither_zero_nor_refused(mark):
    numbers = read_numbers(pd.Series([mark, "0", ""]), secret=(mark,))
    assert numbers.secret.tolist() == [True, False, False]
    assert numbers.value.isna().tolist() == [True, False, True]
    assert not numbers.refused.any()


@pytest.mark.parametrize("mark", ["s", "ND", "n.d.", "***", "inf", "nan"])
def test_an_undeclared_mark_is_refused_not_guessed(mark):
    assert read_numbers(pd.Series([mark])).refused.tolist() == [True]


@pytest.mark.parametrize(
    ("text", "number_format", "value"),
    [
        ("12.5", {}, 12.5),
        ("12,5", FRENCH, 12.5),
        ("1 234,5", FRENCH, 1234.5),
        ("1\u00a0234", FRENCH, 1234.0),
        ("1\u202f234\u202f567", FRENCH, 1234567.0),
        (" 7 ", {}, 7.0),
        ("-3", {}, -3.0),
    ],
)
def test_a_figure_is_read_in_its_declared_format(text, number_format, value):
    assert read_numbers(pd.Series([text]), **number_format).value.tolist() == [value]


@pytest.mark.parametrize(
    ("text", "number_format"), [("12,5", {}), ("1 234", {}), ("12.5", FRENCH), ("12 %", {}), ("1.2.3", {})]
)
def test_a_figure_in_another_format_is_refused(text, number_format):
    numbers = read_numbers(pd.Series([text]), **number_format)
    assert (numbers.refused.tolist(), numbers.value.isna().tolist()) == ([True], [True])
