"""Singularité as DESIGN §2 says it: excess over stored peers, counted only above them."""

import dataclasses

import numpy as np
import pytest

from etl.errors import MethodError
from indicators.formula import is_derived, parse_formula
from indicators.goalposts import as_fit, load_goalposts, normalise_panel, write_goalposts
from indicators.peers import PeerStats
from indicators.singularity import (
    CEILING,
    complete_panel,
    compute_singularity,
    fit_level,
    read_peer_stats,
)

from .study import small_catalogue, small_panel

NAN = np.nan
RANGE = (1.0, 100.0)
STATS = {"g": (PeerStats(50, 10, 20), PeerStats(20, 5, 20), PeerStats(50, 10, 20))}


@pytest.fixture
def catalogue():
    return small_catalogue()


@pytest.fixture
def panel(catalogue):
    return small_panel(catalogue, np.random.default_rng(3).normal(10, 2, (30, 4)), ["CA"] * 15 + ["METRO"] * 15)


def complete(catalogue, panel, fit):
    return complete_panel(catalogue, panel, normalise_panel(panel, fit, RANGE), fit)


def test_only_what_stands_above_the_peers_counts_and_up_to_the_ceiling():
    scores = np.array([[65.0, 10, 50], [35, 0, 10], [100, 100, 50]])
    np.testing.assert_allclose(compute_singularity(scores, ["g"] * 3, STATS), [1.5, 0.0, 2 * CEILING])


def test_missing_indicators_are_made_up_for_in_proportion_until_too_few_are_there():
    scores = np.array([[65.0, 20, NAN], [65, NAN, NAN]])
    np.testing.assert_allclose(compute_singularity(scores, ["g"] * 2, STATS), [1.5 * 3 / 2, NAN])


def test_a_group_whose_peers_are_not_stored_has_no_singularity():
    assert np.isnan(compute_singularity(np.array([[65.0, 20, 50]]), ["h"], STATS)).all()


def test_it_is_computed_from_stored_peers_and_completes_panel_and_scores(catalogue, panel):
    fit = as_fit(fit_level(catalogue, panel))
    done, scores, groups = complete(catalogue, panel, fit)
    assert set(groups) == {"CA.50000-100000", "METRO.50000-100000"}
    own = done.column("ecart")
    assert (own >= 0).all()
    assert scores[:, -1].max() == pytest.approx(100)
    np.testing.assert_allclose(scores[:, -1], 1 + 99 * own / own.max())
    assert (done.last_year[:, -1] == 2022).all()
    assert np.isnan(panel.column("ecart")).all()


def test_a_group_s_own_mean_and_deviation_are_what_is_stored(catalogue, panel):
    fit = as_fit(fit_level(catalogue, panel))
    scores = normalise_panel(panel, fit, RANGE)
    stats = read_peer_stats(fit, ["revenu", "chomage", "musees", "festivals"])["METRO.50000-100000"]
    np.testing.assert_allclose([s.mean for s in stats], scores[15:, :4].mean(axis=0))
    np.testing.assert_allclose([s.spread for s in stats], scores[15:, :4].std(axis=0, ddof=1))
    assert {s.count for s in stats} == {15}


def test_nobody_s_singularity_moves_because_a_neighbour_s_figure_changed(catalogue, panel, tmp_path):
    path = tmp_path / "goalposts.csv"
    write_goalposts([fit_level(catalogue, panel)], path)
    fit = as_fit(load_goalposts(catalogue, "epci", path))
    before = complete(catalogue, panel, fit)[0].column("ecart")
    values = panel.values.copy()
    values[0] = 40.0
    after = complete(catalogue, dataclasses.replace(panel, values=values), fit)[0].column("ecart")
    np.testing.assert_array_equal(before[1:], after[1:])
    assert after[0] > before[0]


def test_a_low_figure_that_is_good_is_an_excess_too(catalogue, panel):
    values = panel.values.copy()
    values[:, 1] = 10.0
    values[0, 1] = 5.0  # the lowest unemployment
    low = dataclasses.replace(panel, values=values)
    fit = as_fit(fit_level(catalogue, low))
    scores = normalise_panel(low, fit, RANGE)
    stats = read_peer_stats(fit, ["revenu", "chomage", "musees", "festivals"])["CA.50000-100000"]
    assert stats[1].excess(scores[:1, 1]).item() >= CEILING


def test_the_indicators_of_the_other_index_are_compared_to_peers_but_do_not_make_singularity(catalogue, panel):
    fit = as_fit(fit_level(catalogue, panel))
    values = panel.values.copy()
    values[0, 0] = 100.0  # the richest, by far: an asset of attractivité
    before, after = (
        complete(catalogue, p, fit)[0].column("ecart") for p in (panel, dataclasses.replace(panel, values=values))
    )
    np.testing.assert_array_equal(before, after)
    assert "peer_mean:CA.50000-100000" in fit["revenu"]


def test_the_formula_stands_alone():
    assert is_derived(parse_formula("x", "singularity()"))
    assert not is_derived(parse_formula("x", "recent(a, 3)"))
    for text in ("singularity() + a", "singularity(a)", "2 * singularity()"):
        with pytest.raises(MethodError, match="x"):
            parse_formula("x", text)
