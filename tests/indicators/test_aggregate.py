import numpy as np
import pytest

from etl.errors import MethodError
from indicators.aggregate import (
    a_arithmetic,
    a_benefit_of_doubt,
    a_copeland,
    a_geometric,
    a_harmonic,
    a_mazziotta_pareto,
    a_mean_min,
    a_owa,
    a_power,
)
from indicators.benefit import solve_benefit
from indicators.children import Children
from indicators.outrank import compute_margins, compute_outranking, count_dominant

NAN = float("nan")
TABLE = np.array([[2.0, 8.0, 4.0], [NAN, 8.0, 4.0], [5.0, 5.0, 5.0], [NAN, NAN, NAN]])
WEIGHTS = np.array([1.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (a_arithmetic(Children.of(TABLE), WEIGHTS), [18 / 4, 16 / 3, 5, NAN]),
        (a_geometric(Children.of(TABLE), WEIGHTS), [4, 128 ** (1 / 3), 5, NAN]),
        (a_harmonic(Children.of(TABLE), WEIGHTS), [4 / (1 / 2 + 1 / 8 + 2 / 4), 3 / (1 / 8 + 2 / 4), 5, NAN]),
        (a_power(Children.of(TABLE), WEIGHTS, power=2), [5, np.sqrt(32), 5, NAN]),
        (a_power(Children.of(TABLE), WEIGHTS, power=0), [4, 128 ** (1 / 3), 5, NAN]),
        (a_mean_min(Children.of(TABLE), WEIGHTS, alpha=1, beta=0), [2, 4, 5, NAN]),
        (a_mean_min(Children.of(TABLE), WEIGHTS, alpha=0), [18 / 4, 16 / 3, 5, NAN]),
        (a_owa(Children.of(TABLE), np.ones(3), order=[1, 0, 0]), [8, 8, 5, NAN]),
        (a_owa(Children.of(TABLE), np.ones(3), order=[0, 0, 1]), [2, 4, 5, NAN]),
        (a_owa(Children.of(TABLE), WEIGHTS, order=[1, 1, 1]), [18 / 4, 16 / 3, 5, NAN]),
        (a_mazziotta_pareto(Children.of(TABLE), np.ones(3)), [14 / 3 - 28 / 3 / (14 / 3), 6 - 8 / 6, 5, NAN]),
        (a_copeland(Children.of(TABLE), np.ones(3)), [-1, 0, 1, NAN]),
    ],
)
def test_small_cases_worked_by_hand(made, expected):
    np.testing.assert_allclose(made, expected)


def test_many_weightings_at_once_are_the_same_as_one_at_a_time_for_every_method():
    draws = np.random.default_rng(1).uniform(0.5, 2, (4, 3))
    options = {a_power: {"power": 0.5}, a_owa: {"order": [3, 2, 1]}}
    methods = (a_arithmetic, a_geometric, a_harmonic, a_power, a_owa, a_mean_min, a_mazziotta_pareto, a_copeland)
    for method in methods:
        together = method(Children.of(TABLE), draws, **options.get(method, {}))
        alone = [method(Children.of(TABLE), draw, **options.get(method, {})) for draw in draws]
        np.testing.assert_array_equal(together, alone)


def test_copeland_compares_blocks_of_units_as_it_compares_them_all():
    table = np.random.default_rng(2).integers(0, 6, (600, 3)).astype(float)
    made = a_copeland(Children.of(table), np.ones(3))
    margins = compute_margins(table, np.ones(3))
    np.testing.assert_array_equal(made, np.sign(np.where(abs(margins) < 1e-12, 0, margins)).sum(axis=1))


def test_a_unit_better_on_everything_dominates():
    assert count_dominant(compute_outranking(np.array([[3.0, 3.0], [2.0, 1.0], [1.0, 2.0]]), np.ones(2))) == 2


def test_the_benefit_of_the_doubt_lets_each_unit_shine_where_it_is_best():
    scores, chosen = solve_benefit(np.array([[10.0, 1.0], [1.0, 10.0], [5.0, 5.0], [NAN, 5.0], [NAN, NAN]]))
    np.testing.assert_allclose(scores, [1, 1, 10 / 11, 0.5, NAN], atol=1e-12)
    assert (chosen[~np.isnan(chosen)] >= 0).all()


def test_bounds_on_the_shares_of_a_benefit_of_the_doubt_are_respected():
    table = np.random.default_rng(3).uniform(1, 100, (40, 5))
    _, chosen = solve_benefit(table, lower=0.1, upper=0.3)
    parts = chosen * table
    shares = parts / parts.sum(axis=1, keepdims=True)
    assert shares.min() >= 0.1 - 1e-9
    assert shares.max() <= 0.3 + 1e-9
    free = a_benefit_of_doubt(Children.of(table), np.ones(5))
    bound = a_benefit_of_doubt(Children.of(table), np.ones(5), lower=0.1, upper=0.3)
    assert (bound <= free + 1e-12).all()
    assert (bound < free - 1e-6).any()


def test_a_child_of_weight_zero_does_not_count_in_a_benefit_of_the_doubt():
    table = np.array([[10.0, 1.0], [5.0, 10.0]])
    np.testing.assert_allclose(a_benefit_of_doubt(Children.of(table), np.array([1.0, 0.0]), scale=100), [100, 50])


@pytest.mark.parametrize(
    ("aggregate", "message"),
    [
        (lambda: a_geometric(Children.of(np.array([[1.0, 0.0]]), "i"), np.ones(2)), "i, child 2: a score of 0"),
        (lambda: a_harmonic(Children.of(np.array([[-1.0, 2.0]]), "i"), np.ones(2)), "i, child 1: a score of -1"),
        (lambda: a_power(Children.of(np.array([[-1.0, 2.0]]), "i"), np.ones(2), power=2), "a score of -1"),
        (lambda: a_owa(Children.of(TABLE, "i"), WEIGHTS, order=[1, 2]), r"i, order: it is \[1, 2\] for 3 children"),
        (lambda: a_owa(Children.of(TABLE, "i"), WEIGHTS, order=[1, -1, 1]), "i, order"),
        (lambda: a_mazziotta_pareto(Children.of(TABLE, "i"), WEIGHTS, penalty="left"), "i, penalty"),
        (lambda: a_mazziotta_pareto(Children.of(-TABLE, "i"), WEIGHTS), "i: the coefficient of variation needs"),
        (lambda: a_benefit_of_doubt(Children.of(-TABLE, "i"), WEIGHTS), "i: a score of -8 is negative"),
        (lambda: a_benefit_of_doubt(Children.of(TABLE, "i"), WEIGHTS, lower=0.5), "i, bounds: shares of 3 children"),
        (lambda: solve_benefit(np.array([[0.0, 1.0], [1.0, 1.0]]), lower=0.2), "no weights keep each share"),
    ],
)
def test_what_a_method_is_not_defined_for_is_refused_by_name(aggregate, message):
    with pytest.raises(MethodError, match=message):
        aggregate()
