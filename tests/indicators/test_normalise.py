import numpy as np
import pytest

from etl.errors import MethodError
from indicators.normalise import (
    Figures,
    n_distance_reference,
    n_distance_target,
    n_goalposts,
    n_minmax,
    n_percentile,
    n_rank,
    n_scaled,
    n_share_best,
    n_zscore,
)
from indicators.scales import Affine

NAN = float("nan")
X = np.array([2.0, 4.0, NAN, 8.0, 4.0])


def test_goalposts_clip_carry_the_direction_and_score_another_edition_alike():
    scale = n_goalposts(Figures("chomage", X), worst=8.0, best=4.0, low=1.0, high=100.0)
    np.testing.assert_allclose(scale(X), [100, 100, NAN, 1, 100])
    np.testing.assert_allclose(scale(np.array([6.0])), [50.5])
    stored = scale.parameters
    np.testing.assert_array_equal(Affine(**stored, clip=True)(X), scale(X))


def test_the_direction_of_a_sign_is_not_applied_on_top_of_goalposts():
    up = n_goalposts(Figures("x", X, 1), worst=0, best=10)(X)
    np.testing.assert_array_equal(n_goalposts(Figures("x", X, -1), worst=0, best=10)(X), up)


def test_a_fitted_scale_does_not_move_with_the_figures_it_is_applied_to():
    scale = n_minmax(Figures("x", X), low=0, high=1)
    np.testing.assert_allclose(scale(np.array([14.0, 2.0])), [2.0, 0.0])
    rank = n_rank(Figures("x", X))
    np.testing.assert_array_equal(rank(X), [1, 2, NAN, 4, 2])
    np.testing.assert_array_equal(rank(np.array([100.0, -3.0, 5.0])), [4, 1, 4])


def test_percentiles_end_at_one_even_for_a_figure_beyond_the_reference():
    np.testing.assert_allclose(n_percentile(Figures("x", X, -1))(np.array([2.0, 8.0, -9.0])), [1, 0, 1])


def test_z_scores_use_the_sample_deviation():
    made = n_zscore(Figures("x", X, -1), mean=10, sd=2)(X)
    there = X[~np.isnan(X)]
    np.testing.assert_allclose(made, 10 - 2 * (X - there.mean()) / there.std(ddof=1))


def test_the_distance_to_a_target_is_held_at_one_or_goes_beyond():
    np.testing.assert_allclose(n_distance_target(Figures("x", X), target=4)(X), [0, 1, NAN, 1, 1])
    np.testing.assert_allclose(n_distance_target(Figures("x", X), target=4, clip=False)(X), [0, 1, NAN, 3, 1])
    np.testing.assert_allclose(n_distance_target(Figures("x", X, -1), target=5)(X), [1, 1, NAN, 0, 1])


def test_the_distance_to_a_unit_is_one_for_that_unit():
    units = ("a", "b", "c", "d", "e")
    np.testing.assert_allclose(n_distance_reference(Figures("x", X, 1, units), unit="b")(X), [0, 1, NAN, 3, 1])


def test_the_share_of_the_best_is_best_over_figure_where_low_is_good():
    np.testing.assert_allclose(n_share_best(Figures("x", X))(X), [0.25, 0.5, NAN, 1, 0.5])
    np.testing.assert_allclose(n_share_best(Figures("x", X, -1))(X), [1, 0.5, NAN, 0.25, 0.5])


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        (lambda: n_minmax(Figures("x", np.array([3.0, 3.0, NAN]))), "x: it is constant: every figure is 3"),
        (lambda: n_zscore(Figures("x", np.full(3, 0.1))), "x: it is constant"),
        (lambda: n_percentile(Figures("x", np.full(3, 0.1))), "x: it is constant"),
        (lambda: n_zscore(Figures("x", X), sd=0), "x, sd"),
        (lambda: n_scaled(Figures("x", X), spread=0), "x, spread"),
        (lambda: Figures("x", np.array([NAN, NAN])), "x: it has no figure at all"),
        (lambda: Figures("x", np.array([1.0, np.inf])), "x: a figure is infinite"),
        (lambda: Figures("x", X, 0), "x, direction"),
        (lambda: n_goalposts(Figures("x", X), worst=1, best=1), "x, goalposts: worst is 1 and best is 1"),
        (lambda: n_goalposts(Figures("x", X), worst=1, best=NAN), "x, goalposts: worst is 1 and best is nan"),
        (lambda: n_minmax(Figures("x", X), low=5, high=5), "from 5 to 5"),
        (lambda: n_share_best(Figures("x", np.array([-1.0, 2.0]))), "x: a share of the best needs positive"),
        (lambda: n_share_best(Figures("x", np.array([0.0, 2.0]), -1)), "x: a share of the best needs positive"),
        (lambda: n_distance_target(Figures("x", X), target=2), "x, target: 2 is not better than the worst"),
        (lambda: n_distance_reference(Figures("x", X, 1, tuple("abcde")), unit="z"), "no unit has the code “z”"),
        (lambda: n_distance_reference(Figures("x", X, 1, tuple("abcde")), unit="c"), "c has no figure"),
    ],
)
def test_what_no_scale_can_be_fitted_on_is_refused_by_name(fit, message):
    with pytest.raises(MethodError, match=message):
        fit()
