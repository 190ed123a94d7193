"""A build scored whole: levels, past editions, readings of size, peers, composition, audit; on figures drawn for it."""

import dataclasses

import duckdb
import numpy as np
import pytest

from etl.errors import BuildError
from etl.warehouse import DDL
from indicators.catalogue import Retrospective
from indicators.compute import build_tree, fit_goalposts_of, write_scores
from indicators.goalposts import write_goalposts
from indicators.robustness import Interval

from .study import indicator, small_catalogue

BOTH = ("per_inhabitant", "scale_adjusted")
QUICK = Interval(replicates=8)
LEVELS = {
    "commune": ("38{:03d}", 40),
    "epci": ("2000{:05d}", 40),
    "departement": ("{:02d}", 30),
    "region": ("{:02d}", 12),
}


def declared():
    """Every level, two editions of a reduced tree, one stock read three ways, one indicator of EPCI alone."""
    small = small_catalogue()
    indicators = (
        indicator("emploi", "qualite", "emplois", levels=("epci",)),
        indicator("revenu", "qualite", "logements"),
        indicator("musees", "notoriete", "musees_visiteurs", variants=BOTH, transform="log1p", worst=0.0),
        indicator("ecart", "singularite", "singularity()", worst=0.0, best="max"),
    )
    reduced = dataclasses.replace(
        small,
        edition=2024, reference_edition=2023, outside=(),
        indices=tuple(dataclasses.replace(i, code=f"retro_{i.code}") for i in small.indices),
        pillars=tuple(dataclasses.replace(p, code=f"retro_{p.code}", index=f"retro_{p.index}")
                      for p in small.pillars[:2]),
        indicators=(indicator("retro_revenu", "retro_qualite", "logements"),
                    indicator("retro_musees", "retro_notoriete", "musees_visiteurs")),
    )  # fmt: skip
    past = Retrospective("Indice rétrospectif", "", (2023, 2024), ("epci",), reduced)
    return dataclasses.replace(small, indicators=indicators, outside=("festivals",), retrospective=past)


@pytest.fixture(scope="module")
def con():
    rng = np.random.default_rng(7)
    with duckdb.connect() as con:
        con.execute(DDL)
        for level, (form, count) in LEVELS.items():
            for rank in range(1, count + 1):
                code, people = form.format(rank), float(rng.uniform(1e4, 1e6))
                con.execute(
                    "INSERT INTO territory (level, territory_code, label, nature, size_class, population, departement) "
                    "VALUES (?, ?, ?, 'CA', '0-20000', ?, '38')", [level, code, code, people],
                )  # fmt: skip
                for year in (2023, 2024):
                    figures = {
                        "emplois": rng.uniform(1, 9),
                        "logements": rng.uniform(1, 9) + year - 2023,
                        "musees_visiteurs": people * rng.uniform(0.1, 1),
                        "festivals": rng.uniform(1, 9),
                    }
                    for series, value in figures.items():
                        con.execute("INSERT INTO observation VALUES (?, ?, ?, ?, ?, 'ok', 'test')",
                                    [level, code, series, year, value])  # fmt: skip
        yield con


@pytest.fixture(scope="module")
def built(con, tmp_path_factory):
    catalogue = declared()
    path = tmp_path_factory.mktemp("goalposts") / "goalposts.csv"
    write_goalposts(list(fit_goalposts_of(con, catalogue)), path)
    write_scores(con, catalogue, path, QUICK)
    return con


def ask(con, query):
    return con.execute(query).fetchall()


def test_every_level_is_scored_on_its_own_tree(built):
    found = ask(
        built, "SELECT level, count(score) FROM score WHERE node_code = 'attractivite' AND variant = 'as_is' GROUP BY 1"
    )
    assert dict(found) == {level: count for level, (_, count) in LEVELS.items()}
    assert ask(built, "SELECT DISTINCT level FROM score WHERE node_code = 'emploi'") == [("epci",)]
    assert "emploi" not in build_tree(declared(), "region").codes


def test_past_editions_have_their_own_codes_composition_and_fixed_goalposts(built):
    years = ask(
        built,
        "SELECT edition, count(score), avg(score) FROM score WHERE node_code = 'retro_qualite' GROUP BY 1 ORDER BY 1",
    )
    assert [(y, n) for y, n, _ in years] == [(2023, 40), (2024, 40)]
    assert years[1][2] > years[0][2]  # dwellings rose by one everywhere: with moving goalposts nothing would show
    told = ask(built, "SELECT DISTINCT edition FROM composition WHERE tree_code = 'retrospectif' ORDER BY 1")
    assert told == [(2023,), (2024,)]
    assert ask(built, "SELECT DISTINCT edition FROM score WHERE node_code = 'attractivite'") == [(2026,)]


def test_composition_says_weights_and_the_share_covered(built):
    rows = ask(
        built,
        "SELECT node_code, parent_code, weight, coverage FROM composition WHERE level = 'epci' AND edition = 2026",
    )
    told = {code: (parent, weight, coverage) for code, parent, weight, coverage in rows}
    assert told["musees"] == ("notoriete", 1.0, 1.0)
    assert told["rayonnement"][0] is None


def test_readings_of_size_move_the_index_they_touch_only(built):
    scores = {
        (variant, node): value
        for variant, node, value in ask(
            built,
            "SELECT variant, node_code, sum(score) FROM score WHERE level = 'epci' AND edition = 2026 GROUP BY ALL",
        )
    }
    for variant in BOTH:
        assert scores[variant, "attractivite"] == pytest.approx(scores["as_is", "attractivite"])
        assert scores[variant, "rayonnement"] != pytest.approx(scores["as_is", "rayonnement"])
        assert (variant, "musees") in scores
        assert (variant, "revenu") not in scores


def test_every_rank_of_an_index_or_pillar_has_its_interval_in_every_reading(built):
    bare = ask(
        built,
        "SELECT level, variant, node_code, count(*) FROM score WHERE rank IS NOT NULL AND edition = 2026 "
        "AND node_code IN ('attractivite', 'rayonnement', 'qualite', 'notoriete') "
        "AND (rank_low IS NULL OR score_low IS NULL OR rank_low > rank_high OR score_low > score_high) GROUP BY ALL",
    )
    assert bare == []


def test_each_territory_has_a_peer_group(built):
    groups = dict(ask(built, "SELECT level, any_value(peer_group) FROM peer GROUP BY 1"))
    assert groups["epci"] == "CA.0-20000"
    assert ask(built, "SELECT count(*) FROM peer") == [(sum(n for _, n in LEVELS.values()),)]


def test_the_audit_is_kept_with_the_figures_outside(built):
    assert ask(built, "SELECT DISTINCT other_code FROM audit WHERE check_code = 'outside'") == [("festivals",)]


def test_a_goalpost_is_written_once(built):
    doubled = "SELECT indicator_code, level, parameter FROM fit GROUP BY ALL HAVING count(*) > 1"
    assert ask(built, doubled) == []


def test_a_level_without_any_score_stops_the_build(con, tmp_path):
    catalogue = declared()
    write_goalposts(list(fit_goalposts_of(con, catalogue)), tmp_path / "g.csv")
    with duckdb.connect() as empty:
        empty.execute(DDL)
        for level, (form, _) in LEVELS.items():
            empty.execute("INSERT INTO territory (level, territory_code) VALUES (?, ?)", [level, form.format(1)])
        with pytest.raises(BuildError, match="make status"):
            write_scores(empty, catalogue, tmp_path / "g.csv", QUICK)
