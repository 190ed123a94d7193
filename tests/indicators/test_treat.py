import numpy as np
import pandas as pd
import pytest
from scipy import stats

from etl.errors import MethodError
from indicators.treat import Rule, compute_moved, fit_treatment, fit_treatments, kurtosis, skewness

NAN = float("nan")
TAIL = np.array([1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.2, 4.4, 5.0, 5.1, 5.2, 90.0])


def forced(treatment: str | int) -> Rule:
    return Rule(forced={"x": treatment})


def test_skewness_and_kurtosis_are_bias_corrected():
    assert skewness(TAIL) == pytest.approx(stats.skew(TAIL, bias=False), rel=1e-12)
    assert kurtosis(TAIL) == pytest.approx(stats.kurtosis(TAIL, bias=False), rel=1e-12)


def test_an_outlier_is_brought_to_the_next_figure_and_the_others_stay():
    treatment = fit_treatment("x", TAIL, Rule())
    assert (treatment.kind, treatment.points, treatment.passed) == ("winsorise", 1, True)
    np.testing.assert_array_equal(treatment(TAIL), [*TAIL[:-1], 5.2])


def test_a_long_tail_on_the_left_is_brought_up():
    treatment = fit_treatment("x", -TAIL, Rule())
    np.testing.assert_array_equal(treatment(-TAIL), [*-TAIL[:-1], -5.2])
    marks = compute_moved(pd.DataFrame({"x": -TAIL}), {"x": treatment})["x"]
    assert list(marks) == [""] * 11 + ["winlo"]


def test_a_treatment_is_fitted_once_and_applies_to_another_edition():
    treatment = fit_treatment("x", TAIL, Rule())
    np.testing.assert_array_equal(treatment(np.array([500.0, 4.0, NAN])), [5.2, 4.0, NAN])


def test_points_that_tie_count_each_and_never_pass_the_most_allowed():
    x = np.array([*np.linspace(1, 2, 30), *[50.0] * 3, 80.0, 90.0])
    treatment = fit_treatment("x", x, Rule(max_points=4, skewness=0.1, kurtosis=-3))
    moved = np.count_nonzero(treatment(x) != x)
    assert treatment.kind == "log"
    assert moved == len(x)
    three = fit_treatment("x", x, Rule(max_points=4, forced={"x": 4}))
    assert three.points == 2  # the next step would move five


def test_what_winsorising_cannot_tame_is_taken_to_logarithms_from_the_original_figures():
    x = np.exp(np.linspace(0, 12, 40))
    treatment = fit_treatment("x", x, Rule(max_points=1))
    low, high = x.min(), x.max()
    assert treatment.kind == "log"
    np.testing.assert_allclose(treatment(x), np.log(x - low + 0.01 * (high - low)), rtol=1e-15)


def test_the_logarithm_of_a_long_left_tail_keeps_the_order():
    x = -np.exp(np.linspace(0, 12, 40))
    treatment = fit_treatment("x", x, Rule(max_points=1))
    assert treatment.mirrored
    assert (np.diff(treatment(x)) < 0).all()
    assert abs(skewness(treatment(x))) < abs(skewness(x))


def test_winsorising_never_makes_an_indicator_constant():
    x = np.array([0.0] * 60 + [1.0, 1.0])
    treated = fit_treatment("x", x, Rule())(x)
    assert np.unique(treated).size == 2


def test_forced_treatments_are_obeyed_even_where_the_rule_is_met():
    x = np.linspace(1, 10, 20)
    assert fit_treatment("x", x, Rule()).kind == "none"
    assert fit_treatment("x", x, forced("winsorise")).points == 1
    assert fit_treatment("x", x, forced(3)).points == 3
    np.testing.assert_allclose(fit_treatment("x", x, forced("ln"))(x), np.log(x))
    assert fit_treatment("x", x, forced("log")).kind == "log"
    untouched = fit_treatment("x", TAIL, forced("none"))
    np.testing.assert_array_equal(untouched(TAIL), TAIL)
    assert not untouched.passed


@pytest.mark.parametrize(
    ("treatment", "message"),
    [
        ("sqrt", "x, forced treatment: unknown treatment “sqrt”"),
        (True, "unknown treatment “True”"),
        ("ln", "x: a figure of -5"),
    ],
)
def test_a_forced_treatment_that_cannot_be_is_refused_by_name(treatment, message):
    with pytest.raises(MethodError, match=message):
        fit_treatment("x", np.linspace(-5, 5, 9), forced(treatment))


def test_forcing_an_indicator_that_is_not_there_is_refused():
    with pytest.raises(MethodError, match=r"x, forced treatment: no such indicator\. Choose among y"):
        fit_treatments(pd.DataFrame({"y": [1.0, 2.0]}), forced("log"))
