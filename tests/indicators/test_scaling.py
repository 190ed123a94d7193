"""The scaling law against certified numbers (NIST StRD, Norris) and the published definition of the residual."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import MethodError
from indicators.scaling import Scaling, fit_scaling

PUBLISHED = Path(__file__).parents[1] / "fixtures" / "published"


def test_the_fit_equals_the_certified_regression():
    """NIST Statistical Reference Datasets, Norris; in logarithms, both axes a tenth so that exp stays finite."""
    norris = pd.read_csv(PUBLISHED / "nist_norris.csv")
    law = fit_scaling("norris", np.exp(norris["y"].to_numpy() / 10), np.exp(norris["x"].to_numpy() / 10))
    assert law.exponent == pytest.approx(1.00211681802045, rel=1e-11)
    assert law.error == pytest.approx(0.429796848199937e-03, rel=1e-9)
    assert law.intercept == pytest.approx(-0.262323073774029 / 10, rel=1e-9)
    assert law.r2 == pytest.approx(0.999993745883712, rel=1e-12)
    assert law.count == 36
    assert law.high - law.exponent == pytest.approx(2.0322445 * law.error, rel=1e-6)  # Student, 34 degrees


def test_the_residual_is_the_log_of_observed_over_expected():
    """Bettencourt et al. (2010), eq. 2, at the exponent they publish for the gross metropolitan product (1.126)."""
    law = Scaling(intercept=np.log(2.0), exponent=1.126)
    population = np.array([1e4, 1e6, 1e5])
    got = law.residual(np.array([2 * 1e4**1.126, 4 * 1e6**1.126, 0.0]), population)
    np.testing.assert_allclose(got, [0.0, np.log(2), np.nan], atol=1e-12)


def test_zero_and_missing_are_not_calculable_and_do_not_move_the_fit():
    population = np.geomspace(1e3, 1e6, 30)
    values = 0.01 * population**1.2
    law = fit_scaling("x", values, population)
    holed = fit_scaling("x", np.append(values, [0.0, np.nan]), np.append(population, [1e6, 1e6]))
    assert holed == law
    assert np.isnan(law.residual(np.array([0.0, np.nan]), np.array([10.0, 10.0]))).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(0.01, 100))
def test_residuals_sum_to_zero_are_free_of_size_and_of_units(seed, unit, heads):
    rng = np.random.default_rng(seed)
    population = np.exp(rng.uniform(7, 14, 40))
    values = np.exp(1.1 * np.log(population) + rng.normal(0, 1, 40))
    law = fit_scaling("x", values, population)
    left = law.residual(values, population)
    assert left.mean() == pytest.approx(0, abs=1e-9)
    assert np.corrcoef(left, np.log(population))[0, 1] == pytest.approx(0, abs=1e-7)
    other = fit_scaling("x", values * unit, population * heads)
    assert other.exponent == pytest.approx(law.exponent)
    np.testing.assert_allclose(other.residual(values * unit, population * heads), left, atol=1e-8)
    assert law.low < law.exponent < law.high


@pytest.mark.parametrize(
    ("values", "population", "said"),
    [(np.full(12, -1.0), np.arange(1, 13.0), "negative"), (np.array([1.0, 0, 0]), np.ones(3), "positive figure"),
     (np.arange(1, 13.0), np.ones(12), "one size")],
)  # fmt: skip
def test_what_has_no_law_is_refused_by_name(values, population, said):
    with pytest.raises(MethodError, match=f"musees.*{said}"):
        fit_scaling("musees", values, population)
