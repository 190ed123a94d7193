import numpy as np
import pytest
from scipy.stats import kendalltau

from indicators.hierarchy import MOVED_BY_CHANCE, compute_persistence, find_chance, share_kept, share_moved

EVERYONE = {"": np.ones(5, dtype=bool)}
FIVE = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


def count_slowly(before, after):
    """Pairs kept and pairs turned over, one by one."""
    kept = turned = 0
    for i in range(len(before)):
        for j in range(i):
            sense = np.sign(before[i] - before[j]) * np.sign(after[i] - after[j])
            kept, turned = kept + (sense > 0), turned + (sense < 0)
    return kept, turned


def test_one_swap_among_five_turns_one_pair_in_ten():
    told = compute_persistence(FIVE, np.array([2.0, 1.0, 3.0, 4.0, 5.0]), EVERYONE)[""]
    assert told.tau == pytest.approx(0.8)  # (9 − 1) / 10
    assert told.kept == pytest.approx(0.9)
    assert told.moved == pytest.approx(0.4)  # two of five moved by one place, more than half a place


def test_the_same_order_and_the_order_turned_over_are_the_two_ends():
    same, turned = (compute_persistence(FIVE, other, EVERYONE)[""] for other in (FIVE * 10, -FIVE))
    assert (same.tau, same.kept, same.moved) == (pytest.approx(1.0), pytest.approx(1.0), 0.0)
    assert (turned.tau, turned.kept, turned.moved) == (pytest.approx(-1.0), pytest.approx(0.0), pytest.approx(0.8))


def test_a_territory_without_a_figure_at_either_date_is_left_out_of_its_group():
    before = np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    told = compute_persistence(before, np.array([1.0, 2.0, 3.0, np.nan, 5.0]), EVERYONE | {"two": FIVE < 3})
    assert told[""].count == 3
    assert told["two"].count == 2
    assert np.isnan(told["two"].tau)  # two territories are no hierarchy


def test_no_order_has_no_tau():
    assert np.isnan(compute_persistence(np.ones(5), FIVE, EVERYONE)[""].kept)


@pytest.mark.parametrize("seed", range(5))
def test_pairs_kept_with_ties_are_those_of_a_slow_count(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.integers(0, 6, 30).astype(float), rng.integers(0, 6, 30).astype(float)
    kept, turned = count_slowly(before, after)
    assert share_kept(before, after, kendalltau(before, after).statistic) == pytest.approx(kept / (kept + turned))


def test_territories_tied_at_the_floor_share_a_place_and_do_not_move_when_others_do_not():
    before = np.array([0.0] * 10 + [1.0, 2.0])
    assert share_moved(before, before) == 0.0
    after = before.copy()
    after[0] = 3.0  # leaves the floor for the first place: those that stay move by half a place only
    assert share_moved(before, after) == pytest.approx(1 / 12)


def test_chance_is_what_shuffled_orders_give():
    rng = np.random.default_rng(0)
    order = np.arange(200.0)
    others = [rng.permutation(order) for _ in range(300)]
    within = [abs(kendalltau(order, other).statistic) < find_chance(200) for other in others]
    assert 0.92 < np.mean(within) < 0.98
    assert np.mean([share_moved(order, other) for other in others]) == pytest.approx(MOVED_BY_CHANCE, abs=0.01)
