"""What lies beyond a territory's limits: airports shared out among those they serve, inhabitants covered."""

import ast

import duckdb
import numpy as np
import pandas as pd
import pytest

from etl.warehouse import DDL
from indicators.formula import parse_formula
from indicators.reach import Ground, list_calls, read_ground, read_reached, share_covered, share_nearby

NAN = np.nan
KM = 1 / 111.195  # degrees of latitude in a kilometre


def ground(*places):
    """Territories of one commune each, from (population, longitude, latitude)."""
    population, longitude, latitude = (np.array(column, dtype=float) for column in zip(*places, strict=True))
    codes = pd.Index([f"T{k}" for k in range(len(places))])
    communes = pd.DataFrame(
        {"row": range(len(places)), "population": population, "longitude": longitude, "latitude": latitude},
        index=[f"C{k}" for k in range(len(places))],
    )
    return Ground(codes, population, longitude, latitude, communes)


def test_passengers_are_shared_out_by_population_among_those_within_reach():
    here = ground((100, 2.0, 47.0), (300, 2.0, 47.0 + 29 * KM), (500, 2.0, 47.0 + 31 * KM))
    np.testing.assert_allclose(share_nearby(here, pd.Series({"C0": 1000.0}), 30), [250, 750, 0])


def test_what_is_shared_out_sums_to_what_there_is():
    rng = np.random.default_rng(0)
    here = ground(*zip(rng.uniform(1e3, 1e5, 40), rng.uniform(1, 3, 40), rng.uniform(45, 47, 40), strict=True))
    figures = pd.Series({"C3": 5e6, "C8": 2e5, "C30": 1e4})
    assert share_nearby(here, figures, 50).sum() == pytest.approx(figures.sum())


def test_an_airport_far_from_every_main_commune_serves_the_territory_it_stands_in():
    here = ground((100, 2.0, 47.0), (100, 2.0, 48.0))
    here.communes.loc["field"] = [1, 0.0, 2.0, 47.5]
    np.testing.assert_allclose(share_nearby(here, pd.Series({"field": 10.0}), 30), [0, 10])


def test_near_geneva_a_zero_is_unknown_and_a_figure_is_kept():
    annemasse, lyon = (90_000, 6.236, 46.193), (1_400_000, 4.835, 45.758)
    here = ground(annemasse, lyon)
    np.testing.assert_array_equal(share_nearby(here, pd.Series(dtype=float), 30), [NAN, 0])
    np.testing.assert_array_equal(share_nearby(here, pd.Series({"C0": 7.0}), 30), [7, 0])


def test_distances_are_those_of_the_sphere():
    """Paris–Lyon, 392 km as the crow flies (IGN)."""
    here = ground((1, 2.3522, 48.8566), (1, 4.8357, 45.7640))
    assert share_nearby(here, pd.Series({"C0": 10.0}), 390)[1] != 5
    assert share_nearby(here, pd.Series({"C0": 10.0}), 394)[1] == 5


def test_the_share_covered_is_of_inhabitants_not_of_communes():
    here = ground((900, 2.0, 47.0), (100, 2.0, 47.0))
    here.communes.loc["C1", "row"] = 0
    here.communes.loc["empty"] = [1, 0.0, 2.0, 47.0]
    both = Ground(here.codes, np.array([1000.0, 0.0]), here.longitude, here.latitude, here.communes)
    np.testing.assert_array_equal(share_covered(both, pd.Index(["C1"])), [10, NAN])


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.execute(DDL)
        for level, code, people in (("commune", "38185", 100), ("commune", "38421", 50), ("commune", "01004", 30),
                                    ("epci", "200000001", 150), ("epci", "200000002", 30)):  # fmt: skip
            con.execute(
                "INSERT INTO territory (level, territory_code, population, centroid) "
                "VALUES (?, ?, ?, {longitude: 5.7, latitude: 45.2})",
                [level, code, people],
            )
        for commune, epci in (("38185", "200000001"), ("38421", "200000001"), ("01004", "200000002")):
            con.execute("INSERT INTO membership VALUES (?, 'epci', ?, '2026')", [commune, epci])
        yield con


def test_inhabitants_are_covered_by_their_commune_or_by_its_epci_and_holds_do_not_count(con):
    for level, code, role in (("commune", "38421", "published"), ("commune", "38185", "onhold"),
                              ("epci", "200000002", "published")):  # fmt: skip
        con.execute(
            "INSERT INTO link (level, territory_code, role, source_code) VALUES (?, ?, ?, 'jrc_convention_des_maires')",
            [level, code, role],
        )
    call = next(list_calls(parse_formula("x", "covered(convention_des_maires)")))
    for level, codes, expected in (("epci", ["200000001", "200000002"], [100 * 50 / 150, 100]),
                                   ("commune", ["01004", "38185", "38421"], [100, 0, 100])):  # fmt: skip
        table = read_reached(con, read_ground(con, level, pd.Index(codes)), call, 2026)
        assert table.years == (2024,)
        np.testing.assert_allclose(table.values[:, 0], expected)


def test_airports_are_those_of_the_latest_year_of_the_edition(con):
    for year, value in ((2023, 150.0), (2024, 300.0)):
        con.execute(
            "INSERT INTO observation VALUES ('commune', '38421', 'aeroports_passagers', ?, ?, 'ok', 'dgac')",
            [year, value],
        )
    call = next(list_calls(parse_formula("x", "2 * near(aeroports_passagers, 30)")))
    assert ast.unparse(call) == "near(aeroports_passagers, 30)"
    ground = read_ground(con, "epci", pd.Index(["200000001", "200000002"]))
    for edition, year, expected in ((2026, 2024, [250, 50]), (2023, 2023, [125, 25])):
        table = read_reached(con, ground, call, edition)
        assert table.years == (year,)
        np.testing.assert_allclose(table.values[:, 0], expected)
    assert read_reached(con, ground, call, 2022).years == ()


def test_no_list_at_all_is_no_year(con):
    call = next(list_calls(parse_formula("x", "covered(convention_des_maires)")))
    assert read_reached(con, read_ground(con, "epci", pd.Index(["200000001"])), call, 2026).years == ()
