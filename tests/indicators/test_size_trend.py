"""What size explains of a score: a known parabola is found again, and an interval holds what it should."""

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.size_trend import compute_surplus

PEOPLE = np.exp(np.linspace(8, 14, 25))
CURVE = 3 + 2 * (np.log(PEOPLE) - 8) ** 2  # 75 at most


def test_a_known_parabola_is_found_again():
    scores = CURVE.copy()
    found = compute_surplus(scores, PEOPLE, None, low=0.05, high=0.95)
    np.testing.assert_allclose(found.expected, CURVE, atol=1e-9)
    np.testing.assert_allclose(found.surplus, 0, atol=1e-9)
    assert found.r2 == pytest.approx(1)
    assert np.isnan(found.low).all()


def test_it_equals_ordinary_least_squares():
    rng = np.random.default_rng(3)
    scores = CURVE + rng.normal(0, 5, len(PEOPLE))
    found = compute_surplus(scores, PEOPLE, None, low=0.05, high=0.95)
    direct = np.polyval(np.polyfit(np.log(PEOPLE), scores, 2), np.log(PEOPLE))
    np.testing.assert_allclose(found.expected, direct, rtol=1e-8)


def test_scenarios_of_one_mind_leave_only_the_draw_of_territories():
    scores = CURVE.copy()
    scores[12] += 20
    found = compute_surplus(scores, PEOPLE, np.tile(scores, (300, 1)), low=0.05, high=0.95)
    assert found.low[12] > 5
    assert found.low[12] <= 20 <= found.high[12] + 1e-9
    again = compute_surplus(scores, PEOPLE, np.tile(scores, (300, 1)), low=0.05, high=0.95)
    np.testing.assert_array_equal(found.low, again.low)


def test_a_territory_without_score_is_expected_something_and_has_no_surplus():
    scores = CURVE.copy()
    scores[0] = np.nan
    found = compute_surplus(scores, PEOPLE, np.tile(scores, (50, 1)), low=0.05, high=0.95)
    assert found.expected[0] == pytest.approx(CURVE[0])
    assert np.isnan([found.surplus[0], found.low[0], found.high[0]]).all()


def test_a_trend_beyond_the_scale_says_nothing_of_what_was_expected():
    scores = np.minimum(100.0, 1.4 * CURVE)
    found = compute_surplus(scores, PEOPLE, np.tile(scores, (50, 1)), low=0.05, high=0.95)
    beyond = np.isnan(found.expected)
    assert beyond.any()
    assert np.isnan(found.surplus[beyond]).all()
    assert np.isnan(found.low[beyond]).all()
    assert np.isfinite(found.low[~beyond]).all()


def test_too_few_scores_and_one_size_are_refused():
    with pytest.raises(MethodError, match="9 territories"):
        compute_surplus(CURVE[:9], PEOPLE[:9], None, low=0.05, high=0.95)
    with pytest.raises(MethodError, match="one size"):
        compute_surplus(CURVE, np.full(len(CURVE), 1000.0), None, low=0.05, high=0.95)
