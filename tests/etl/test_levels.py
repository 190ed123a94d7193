"""What communes and zones tell of the levels above: on a country of two EPCI, one département and two zones."""

import pytest

from etl.card import Series
from etl.levels import write_upper_levels
from etl.warehouse import DDL, write_build

PEOPLE = {"01001": 940.0, "01002": 30.0, "01004": 30.0, "01005": 500.0}
A, B = "200000001", "200000002"
EPCI = {"01001": A, "01002": A, "01004": A, "01005": B}
ZONE = {"01001": "0001", "01002": "0002", "01004": "0002", "01005": "0002"}


@pytest.fixture
def con(tmp_path):
    with write_build(tmp_path / ".x.duckdb.draft") as con:
        assert "CREATE TABLE observation" in DDL
        territories = [("commune", c, p) for c, p in PEOPLE.items()]
        territories += [
            ("epci", A, 1000.0),
            ("epci", B, 500.0),
            ("departement", "01", 1500.0),
            ("ze", "0001", 940.0),
            ("ze", "0002", 560.0),
        ]
        con.executemany("INSERT INTO territory (level, territory_code, population) VALUES (?, ?, ?)", territories)
        members = [(c, "epci", e) for c, e in EPCI.items()] + [(c, "ze", z) for c, z in ZONE.items()]
        members += [(c, "departement", "01") for c in PEOPLE]
        con.executemany("INSERT INTO membership VALUES (?, ?, ?, '2026')", members)
        yield con


def tell(con, series, *figures, source="demo"):
    """Write base observations: (code, value, status) of 2023, and declare the series."""
    con.execute(
        "INSERT INTO series VALUES (?, '', '', ?, ?, ?)", [series.code, source, series.aggregation, series.complete]
    )
    for code, value, status in figures:
        level = "commune" if len(code) == 5 else "epci" if len(code) == 9 else "ze"
        con.execute(
            "INSERT INTO observation VALUES (?, ?, ?, 2023, ?, ?, ?)", [level, code, series.code, value, status, source]
        )


def read(con, level, code, series):
    query = "SELECT value, status FROM observation WHERE level = ? AND territory_code = ? AND series_code = ?"
    return con.execute(query, [level, code, series]).fetchall()


def test_an_additive_figure_is_the_sum_of_the_members_at_every_level(con):
    jobs = Series("emplois", "", "", complete=True)
    tell(con, jobs, ("01001", 10.0, "ok"), ("01002", 2.0, "ok"), ("01004", 3.0, "ok"), ("01005", 4.0, "ok"))
    write_upper_levels(con, [(jobs, "demo")])
    assert read(con, "epci", A, "emplois") == [(15.0, "ok")]
    assert read(con, "epci", B, "emplois") == [(4.0, "ok")]
    assert read(con, "departement", "01", "emplois") == [(19.0, "ok")]
    assert read(con, "ze", "0002", "emplois") == [(9.0, "ok")]


def test_a_sum_covering_97_percent_is_estimated(con):
    jobs = Series("emplois", "", "", complete=True)
    tell(con, jobs, ("01001", 10.0, "ok"), ("01002", 2.0, "ok"))
    write_upper_levels(con, [(jobs, "demo")])
    assert read(con, "epci", A, "emplois") == [(12.0, "estimated")]


def test_a_sum_covering_94_percent_is_missing(con):
    jobs = Series("emplois", "", "", complete=True)
    tell(con, jobs, ("01001", 10.0, "ok"))
    write_upper_levels(con, [(jobs, "demo")])
    assert read(con, "epci", A, "emplois") == []


def test_a_secret_is_not_zero(con):
    jobs = Series("emplois", "", "", complete=True)
    museums = Series("musees", "", "")
    for series in (jobs, museums):
        tell(con, series, ("01001", None, "secret"), ("01002", 2.0, "ok"), ("01004", 3.0, "ok"))
    write_upper_levels(con, [(jobs, "demo"), (museums, "demo")])
    assert read(con, "epci", A, "emplois") == []
    assert read(con, "epci", A, "musees") == []


def test_a_small_secret_makes_the_sum_an_estimate(con):
    museums = Series("musees", "", "")
    tell(con, museums, ("01001", 5.0, "ok"), ("01002", None, "secret"))
    write_upper_levels(con, [(museums, "demo")])
    assert read(con, "epci", A, "musees") == [(5.0, "estimated")]


def test_a_member_that_a_listing_does_not_name_has_none(con):
    museums = Series("musees", "", "")
    tell(con, museums, ("01002", 5.0, "ok"))
    write_upper_levels(con, [(museums, "demo")])
    assert read(con, "epci", A, "musees") == [(5.0, "ok")]
    assert read(con, "epci", B, "musees") == [], "a territory without any is left to the catalogue"


def test_an_estimated_part_makes_the_whole_estimated(con):
    museums = Series("musees", "", "")
    tell(con, museums, ("01001", 5.0, "estimated"), ("01002", 1.0, "ok"))
    write_upper_levels(con, [(museums, "demo")])
    assert read(con, "epci", A, "musees") == [(6.0, "estimated")]


def test_a_maximum_is_not_summed(con):
    names = Series("noms", "", "", aggregation="max")
    tell(con, names, ("01001", 5.0, "ok"), ("01002", 7.0, "ok"))
    write_upper_levels(con, [(names, "demo")])
    assert read(con, "epci", A, "noms") == [(7.0, "ok")]


def test_a_figure_that_is_not_additive_stays_at_its_level(con):
    income = Series("revenu", "", "", aggregation="none")
    tell(con, income, ("01001", 20_000.0, "ok"), ("01002", 30_000.0, "ok"), ("01004", 1.0, "ok"))
    write_upper_levels(con, [(income, "demo")])
    assert read(con, "epci", A, "revenu") == []


def test_what_the_source_says_of_an_epci_stands(con):
    museums = Series("musees", "", "")
    tell(con, museums, ("01001", 5.0, "ok"), (A, 6.0, "ok"))
    write_upper_levels(con, [(museums, "demo")])
    assert read(con, "epci", A, "musees") == [(6.0, "ok")]


def test_a_zone_reaches_an_epci_as_a_mean_weighted_by_active_people(con):
    active = Series("actifs_15_64", "", "", complete=True)
    rate = Series("taux_chomage", "", "", aggregation="zone_mean")
    tell(con, active, ("01001", 300.0, "ok"), ("01002", 60.0, "ok"), ("01004", 40.0, "ok"), ("01005", 50.0, "ok"))
    tell(con, rate, ("0001", 8.0, "ok"), ("0002", 12.0, "ok"))
    write_upper_levels(con, [(active, "demo"), (rate, "demo")])
    assert read(con, "epci", A, "taux_chomage") == [(9.0, "estimated")]  # (300 × 8 + 100 × 12) / 400
    assert read(con, "epci", B, "taux_chomage") == [(12.0, "estimated")]


def test_a_zone_mean_that_misses_a_zone_is_missing(con):
    active = Series("actifs_15_64", "", "", complete=True)
    rate = Series("taux_chomage", "", "", aggregation="zone_mean")
    tell(con, active, ("01001", 300.0, "ok"), ("01002", 60.0, "ok"), ("01004", 40.0, "ok"), ("01005", 50.0, "ok"))
    tell(con, rate, ("0001", 8.0, "ok"))
    write_upper_levels(con, [(active, "demo"), (rate, "demo")])
    assert read(con, "epci", A, "taux_chomage") == []


def link(con, level, code, partner, role="", source="demo"):
    con.execute(
        "INSERT INTO link (level, territory_code, partner_code, role, source_code) VALUES (?, ?, ?, ?, ?)",
        [level, code, partner, role, source],
    )


def test_ties_of_a_territory_and_of_its_communes_count_once_each_and_those_of_its_epci_do_not_climb(con):
    networks = Series("reseaux", "", "", aggregation="links", year=2018, link_roles=("membre",))
    link(con, "epci", A, "eurocities", "membre")
    link(con, "epci", A, "polis", "membre")
    link(con, "commune", "01001", "eurocities", "membre")
    link(con, "commune", "01001", "cglu", "membre")
    link(con, "commune", "01002", "cglu", "membre")
    link(con, "commune", "01004", "urbact", "ancien")
    link(con, "commune", "01004", "other", "membre", source="another")
    link(con, "departement", "01", "orpheline", "membre")
    write_upper_levels(con, [(networks, "demo")])
    rows = con.execute("SELECT level, territory_code, year, value FROM observation ORDER BY ALL").fetchall()
    assert rows == [
        ("commune", "01001", 2018, 2.0), ("commune", "01002", 2018, 1.0), ("departement", "01", 2018, 3.0),
        ("epci", A, 2018, 3.0),
    ]  # fmt: skip
