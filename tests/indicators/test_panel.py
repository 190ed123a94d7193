"""From observations to scores, on a build small enough to reckon by hand."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl.errors import MethodError
from etl.warehouse import DDL
from indicators.catalogue import load_catalogue
from indicators.goalposts import as_fit, fit_goalposts, load_goalposts, normalise_panel, write_goalposts
from indicators.panel import build_panel, transform_values
from indicators.score_rows import rank_descending
from indicators.singularity import fit_level

EPCI = {"200000001": ("38", 100.0), "200000002": ("974", 50.0), "200000003": ("38", 10.0), "200000004": ("38", 1.0)}


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute(DDL)
        for code, (departement, population) in EPCI.items():
            con.execute(
                "INSERT INTO territory VALUES ('epci', ?, ?, 'CA', '0-20000', 'pole', ?, NULL, ?, '84')",
                [code, f"CA {code}", population, departement],
            )
        yield con


def observe(con, series, figures, year=2022, status="ok"):
    for code, value in figures.items():
        hidden = status == "secret"
        con.execute("INSERT INTO observation VALUES ('epci', ?, ?, ?, ?, ?, 'test')",
                    [code, series, year, None if hidden else value, status])  # fmt: skip


def column(con, code):
    panel = build_panel(con, load_catalogue(), level="epci")
    return panel, panel.column(code)


def test_a_rate_is_recomputed_and_absent_overseas_is_unknown(con):
    observe(con, "population", {c: p for c, (_, p) in EPCI.items()}, year=2023)
    observe(con, "cinemas_fauteuils", {"200000001": 2.0})
    panel, got = column(con, "offre_culturelle")
    np.testing.assert_array_equal(got, [20.0, np.nan, 0.0, 0.0])
    place = [i.code for i in panel.indicators].index("offre_culturelle")
    assert (panel.first_year[0, place], panel.last_year[0, place]) == (2022, 2023)


def test_secret_is_missing_where_absent_would_be_zero(con):
    observe(con, "festivals", {"200000001": 2.0})
    observe(con, "festivals", {"200000002": 2.0}, status="secret")
    np.testing.assert_array_equal(column(con, "festivals")[1], [2.0, np.nan, 0.0, 0.0])


def test_an_estimate_is_marked_and_only_there(con):
    observe(con, "revenu_median", {"200000001": 20000.0}, year=2019, status="estimated")
    observe(con, "revenu_median", {"200000002": 21000.0}, year=2019)
    panel, _ = column(con, "revenu_median")
    place = [i.code for i in panel.indicators].index("revenu_median")
    np.testing.assert_array_equal(panel.estimated[:, place], [True, False, False, False])


def test_a_figure_older_than_max_age_is_missing(con):
    observe(con, "revenu_median", {"200000001": 20000.0}, year=2009)
    assert np.isnan(column(con, "revenu_median")[1]).all()


def test_log1p_tells_a_small_stock_from_a_large_one():
    one = load_catalogue().find_indicator("visiteurs_musees")
    got = transform_values(one, np.array([0.0, 10.0, 1000.0, np.nan]), {"scale": 10.0})
    np.testing.assert_allclose(got, [0.0, np.log(2), np.log(101), np.nan])


def place(con, *, airport, signatory):
    """A commune for each EPCI, far from the others; an airport in one, a commitment of one EPCI."""
    for rank, (code, (departement, population)) in enumerate(EPCI.items(), start=1):
        commune = f"{departement}{rank:03d}"[:5]
        con.execute(
            "INSERT INTO territory (level, territory_code, population, centroid, departement) "
            "VALUES ('commune', ?, ?, {longitude: 2.0 + ?, latitude: 45.0}, ?)",
            [commune, population, rank, departement],
        )  # fmt: skip
        con.execute("INSERT INTO membership VALUES (?, 'epci', ?, '2026')", [commune, code])
    con.execute(
        "INSERT INTO observation VALUES ('commune', ?, 'aeroports_passagers', 2024, 5000, 'ok', 'test')", [airport]
    )
    con.execute(
        "INSERT INTO link (level, territory_code, role, source_code) "
        "VALUES ('epci', ?, 'published', 'jrc_convention_des_maires')", [signatory],
    )  # fmt: skip


def full(con):
    """Observations enough for every goalpost to be fitted."""
    catalogue = load_catalogue()
    rng = np.random.default_rng(1)
    series = sorted({s for i in catalogue.indicators for s in i.series})
    for name in series:
        for year in range(2013, 2027):
            observe(con, name, {c: float(rng.uniform(1, 9)) for c in EPCI}, year=year)
    place(con, airport="38001", signatory="200000001")
    return catalogue, build_panel(con, catalogue, level="epci")


def test_worst_is_1_best_is_100_whichever_is_greater_and_beyond_is_clipped(con):
    _, panel = full(con)
    fit = as_fit(fit_goalposts(panel))
    for one, scores in zip(panel.indicators, normalise_panel(panel, fit, (1, 100)).T, strict=True):
        if one.is_derived:
            assert np.isnan(scores).all()
            continue
        x = transform_values(one, panel.column(one.code), fit[one.code])
        assert np.nanmin(scores) >= 1
        assert np.nanmax(scores) <= 100
        better = np.sign(fit[one.code]["best"] - fit[one.code]["worst"])
        order = np.argsort(better * x)
        assert (np.diff(scores[order]) >= -1e-12).all(), one.code


def test_goalposts_do_not_move_when_another_territory_s_figure_changes(con, tmp_path):
    catalogue, panel = full(con)
    path = tmp_path / "goalposts.csv"
    write_goalposts([fit_level(catalogue, panel)], path)
    kept = as_fit(load_goalposts(catalogue, "epci", path))
    before = normalise_panel(panel, kept, (1, 100))
    con.execute("UPDATE observation SET value = 1000 WHERE territory_code = '200000004'")
    after = normalise_panel(build_panel(con, catalogue, level="epci"), kept, (1, 100))
    np.testing.assert_array_equal(before[:3], after[:3])


def test_goalposts_read_back_to_the_last_digit(con, tmp_path):
    catalogue, panel = full(con)
    fitted = fit_level(catalogue, panel)
    write_goalposts([fitted], tmp_path / "g.csv")
    again = load_goalposts(load_catalogue(), "epci", tmp_path / "g.csv")
    assert as_fit(again) == as_fit(fitted)


def test_an_indicator_without_figures_or_constant_is_refused_by_name(con):
    _, panel = full(con)
    place = [i.code for i in panel.indicators].index("revenu_median")
    panel.values[:, place] = np.nan
    with pytest.raises(MethodError, match="indicator revenu_median"):
        fit_goalposts(panel)
    panel.values[:, place] = 3.0
    with pytest.raises(MethodError, match="do not vary"):
        fit_goalposts(panel)


def test_missing_goalposts_say_what_to_run(tmp_path):
    path = tmp_path / "goalposts.csv"
    pd.DataFrame(columns=["indicator_code", "level", "edition", "parameter", "value"]).to_csv(path, index=False)
    with pytest.raises(MethodError, match="make refit"):
        load_goalposts(load_catalogue(), "epci", path)


def test_ties_share_the_best_rank_and_no_score_has_no_rank():
    got = rank_descending(np.array([3.0, 5.0, np.nan, 5.0]))
    assert got.tolist() == [3, 1, pd.NA, 1]
