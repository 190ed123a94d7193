"""Groups, nearest profiles and differences, against published examples where there is one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import MethodError
from indicators.peers import (
    PeerStats,
    assign_groups,
    compute_distances,
    find_differences,
    find_nearest,
    fit_peers,
    list_candidates,
)

NAN = np.nan


def places(*groups):
    """A table of territories from (nature, size_class, how many)."""
    rows = [(nature, size) for nature, size, count in groups for _ in range(count)]
    return pd.DataFrame(rows, columns=["nature", "size_class"])


def test_a_group_is_nature_and_size_and_a_small_one_falls_back_on_ordinary_towns():
    territory = places(
        ("METRO", "500000+", 10), ("MET69", "500000+", 1), ("CU", "100000-200000", 4), ("CA", "100000-200000", 71)
    )
    groups = assign_groups(territory)
    assert set(groups[:11]) == {"METRO.500000+"}
    assert set(groups[11:15]) == {"ordinaire.100000-200000"}
    assert set(groups[15:]) == {"CA.100000-200000"}


def test_a_lone_giant_is_compared_to_its_size_then_to_everyone():
    territory = places(("CC", "100000-200000", 1), ("CA", "100000-200000", 12), ("CC", "500000+", 1))
    groups = assign_groups(territory)
    assert (groups[0], groups[-1]) == ("tous.100000-200000", "tous")


def test_a_level_without_nature_or_size_is_one_group():
    assert assign_groups(places((None, None, 18))) == ["tous"] * 18
    assert list_candidates("COM", "0-2000") == ("COM.0-2000", "tous.0-2000", "tous")


def test_stored_groups_do_not_move_when_the_territories_do():
    known = {"METRO.500000+", "ordinaire.100000-200000", "tous"}
    assert assign_groups(places(("CU", "100000-200000", 30), ("CC", "0-20000", 30)), known) == [
        *["ordinaire.100000-200000"] * 30, *["tous"] * 30]  # fmt: skip


def test_distance_over_missing_values_equals_the_published_example():
    """Dixon's distance, on the example of scikit-learn's documentation of `nan_euclidean_distances`.

    Between (3, NA, NA, 6) and (1, NA, 4, 5): √(4/2 · ((3 − 1)² + (6 − 5)²)) = √10.
    """
    scores = np.array([[3, NAN, NAN, 6], [1, NAN, 4, 5]])
    distance, shared = compute_distances(scores, 0)
    assert distance[1] * np.sqrt(4) == pytest.approx(np.sqrt(10))
    assert shared[1] == 2


def test_a_profile_that_shares_too_few_indicators_is_not_near():
    scores = np.array([[50.0, 50, 50, 50], [50, NAN, NAN, NAN], [60, 60, 60, 60]])
    assert [n.row for n in find_nearest(scores, 0, list("abcd"))] == [2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_distances_are_symmetric_zero_on_itself_and_blind_to_the_order_of_rows(seed):
    rng = np.random.default_rng(seed)
    scores = rng.uniform(1, 100, (12, 6))
    scores[rng.random(scores.shape) < 0.1] = NAN
    scores[:2] = rng.uniform(1, 100, (2, 6))
    assert compute_distances(scores, 0)[0][0] == 0
    assert compute_distances(scores, 0)[0][1] == pytest.approx(compute_distances(scores, 1)[0][0])
    order = np.array([0, *rng.permutation(np.arange(1, 12))])
    near = [n.row for n in find_nearest(scores, 0, list("abcdef"))]
    again = [int(order[n.row]) for n in find_nearest(scores[order], 0, list("abcdef"))]
    assert near == again


def test_reasons_name_the_distinctive_traits_shared_and_where_they_part():
    scores = np.full((30, 4), 50.0)
    scores[:, :] += np.random.default_rng(0).normal(0, 5, (30, 4))
    scores[0] = [95, 50, 50, 30]
    scores[1] = [94, 50, 50, 60]
    near = find_nearest(scores, 0, ["musees", "b", "c", "gares"])[0]
    assert near.row == 1
    assert near.alike[0].code == "musees"
    assert near.apart[0].code == "gares"
    assert near.apart[0].gap == 30
    assert near.apart[0].share == pytest.approx(900 / 901, rel=1e-3)


def test_a_territory_without_any_score_has_no_neighbour():
    with pytest.raises(MethodError, match="row 0"):
        find_nearest(np.array([[NAN, NAN], [1, 2]]), 0, ["a", "b"])


def test_excess_equals_the_published_z_scores():
    """SciPy's documentation of `zscore` with ddof=1, the first row of its example (times 100: points of score)."""
    figures = 100 * np.array([0.3148, 0.0478, 0.6243, 0.4608])
    stats = fit_peers(figures[:, None], places(("CA", "s", 4)), ["CA.s"] * 4)["CA.s"][0]
    np.testing.assert_allclose(stats.excess(figures), [-0.19264823, -1.28415119, 1.07259584, 0.40420358], atol=5e-9)


def test_differences_are_ranked_by_how_unusual_and_say_how_many_do_as_well():
    stats = [PeerStats(50, 10, 20), PeerStats(50, 2, 20), PeerStats(50, 10, 20), PeerStats(NAN, 1, 0)]
    peers = np.column_stack(
        [np.linspace(30, 69, 20), np.linspace(45, 55, 20), np.linspace(30, 70, 20), np.full(20, NAN)]
    )
    found = find_differences(np.array([65, 42, NAN, 80]), stats, list("abcd"), peers)
    assert [(d.code, d.excess) for d in found] == [("b", -4.0), ("a", 1.5)]
    assert found[0].beyond == 0
    assert found[1].beyond == pytest.approx(2 / 20, abs=0.06)


def test_peers_all_alike_do_not_make_an_infinite_advantage():
    stats = fit_peers(np.ones((12, 1)), places(("CC", "s", 12)), ["CC.s"] * 12)["CC.s"][0]
    assert stats.excess(np.array([4.0]))[0] == 3.0


def test_a_missing_score_is_neither_in_the_mean_nor_an_advantage():
    scores = np.array([[10.0], [NAN], [20.0]])
    stats = fit_peers(scores, places(("CC", "s", 3)), ["CC.s"] * 3)["CC.s"]
    assert (stats[0].mean, stats[0].count) == (15.0, 2)
    assert find_differences(np.array([NAN]), stats, ["a"]) == []
