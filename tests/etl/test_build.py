import pandas as pd
import pytest

from etl.build import check_build, write_observations
from etl.card import Card, Series
from etl.errors import BuildError
from etl.gathered import Gathered, SourceResult
from etl.ingest import LINK_COLUMNS, OBSERVATION_COLUMNS, REJECTED_COLUMNS, Loaded
from etl.store import LoadState
from etl.warehouse import draft_path, new_build_id, write_build

GRENOBLE, SMH = "38185", "38421"


def result(code, *figures, series=None, links=(), freshness="fresh"):
    """What a source brings: (territory, value, status) of series `s` in 2023."""
    card = Card(code, "Producteur", "Titre", "Licence", "page", "2026", (), series=(series or Series("s", "S", "u"),))
    rows = [("commune", t, card.series[0].code, 2023, value, status) for t, value, status in figures]
    loaded = Loaded(
        pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS)),
        pd.DataFrame(list(links), columns=list(LINK_COLUMNS)),
        pd.DataFrame([("f.csv", 3, "total", "x", "not a figure")], columns=list(REJECTED_COLUMNS)),
    )
    state = LoadState(
        code, "key", "2026", "2026-01-02", {"f.csv": "ab"}, counts={"rows_read": 3}, excluded={"hors champ": 1}
    )
    return SourceResult(card, loaded, state, freshness, "why" if freshness == "stale" else "")


def build(tmp_path, territories, *results, order=None):
    draft = draft_path(tmp_path, new_build_id())
    gathered = Gathered({r.card.code: r for r in results}, territories, {}, is_unchanged=False)
    write_observations(draft, gathered, edition=2026, order=order)
    return draft


def ask(draft, query):
    with write_build(draft) as con:
        return con.execute(query).fetchall()


BOTH = (
    "SELECT value, source_code FROM observation WHERE level = 'commune' ORDER BY ALL",
    "SELECT value, source_code, other_value, other_source_code FROM cross_check",
)


@pytest.mark.parametrize(
    ("order", "first", "other"), [(("a", "b"), (10.0, "a"), (11.0, "b")), (("b", "a"), (11.0, "b"), (10.0, "a"))]
)
def test_the_catalogue_orders_sources_and_the_others_are_cross_checks(tmp_path, territories, order, first, other):
    draft = build(
        tmp_path,
        territories,
        result("a", (GRENOBLE, 10.0, "ok")),
        result("b", (GRENOBLE, 11.0, "ok")),
        order={"s": order},
    )
    assert ask(draft, BOTH[0]) == [first]
    assert ask(draft, BOTH[1]) == [(*first, *other)]


def test_a_source_that_is_not_ordered_comes_last(tmp_path, territories):
    draft = build(
        tmp_path,
        territories,
        result("a", (GRENOBLE, 10.0, "ok")),
        result("z", (GRENOBLE, 11.0, "ok")),
        order={"s": ("z",)},
    )
    assert ask(draft, BOTH[0]) == [(11.0, "z")]


def test_two_sources_complete_each_other(tmp_path, territories):
    draft = build(tmp_path, territories, result("a", (GRENOBLE, 10.0, "ok")), result("b", (SMH, 5.0, "ok")))
    assert ask(draft, BOTH[0]) == [(5.0, "b"), (10.0, "a")]
    assert ask(draft, BOTH[1]) == []
    assert ask(draft, "SELECT value FROM observation WHERE territory_code = '200040715'") == [(15.0,)]


def test_a_secret_has_no_value(tmp_path, territories):
    draft = build(tmp_path, territories, result("a", (GRENOBLE, None, "secret")))
    assert ask(draft, "SELECT value, status FROM observation WHERE level = 'commune'") == [(None, "secret")]
    assert ask(draft, "SELECT * FROM observation WHERE level = 'epci'") == []


def test_a_source_is_told_with_its_state_and_its_refusals(tmp_path, territories):
    draft = build(tmp_path, territories, result("a", (GRENOBLE, 1.0, "ok"), freshness="stale"))
    columns = "state, message, retrieved_at::VARCHAR, rows_read, excluded['hors champ']"
    assert ask(draft, f"SELECT {columns} FROM source") == [("stale", "why", "2026-01-02", 3, 1)]
    assert ask(draft, "SELECT * FROM rejected_row") == [("a", "f.csv", 3, "total", "x", "not a figure")]


def test_a_figure_of_an_unknown_territory_stops_the_build(tmp_path, territories):
    with pytest.raises(BuildError, match=r"observation: a territory that does not exist.*'99999'"):
        build(tmp_path, territories, result("a", ("99999", 1.0, "ok")))


def test_a_figure_that_is_none_stops_the_build(tmp_path, territories):
    with pytest.raises(BuildError, match="neither finite nor secret"):
        build(tmp_path, territories, result("a", (GRENOBLE, float("inf"), "ok")))


def test_two_figures_for_one_key_stop_the_build(tmp_path, territories):
    draft = build(tmp_path, territories, result("a", (GRENOBLE, 1.0, "ok")))
    with write_build(draft) as con:
        con.execute("INSERT INTO observation SELECT * FROM observation WHERE level = 'commune'")
        with pytest.raises(BuildError, match="two figures for one key"):
            check_build(con)


def test_a_link_to_nowhere_stops_the_build(tmp_path, territories):
    told = {
        "level": "commune",
        "territory_code": "99999",
        "kind": "reseau",
        "partner_code": "r",
        "start": None,
        "end": None,
    }
    link = [told.get(column, "") for column in LINK_COLUMNS]
    with pytest.raises(BuildError, match="link: a territory that does not exist"):
        build(tmp_path, territories, result("a", (GRENOBLE, 1.0, "ok"), links=[link]))


def test_the_order_of_the_sources_changes_no_figure(tmp_path, territories):
    a, b = result("a", (GRENOBLE, 10.0, "ok")), result("b", (GRENOBLE, 11.0, "ok"), (SMH, 5.0, "ok"))
    query = "SELECT * FROM observation ORDER BY ALL"
    assert ask(build(tmp_path, territories, a, b), query) == ask(build(tmp_path, territories, b, a), query)
