"""Écarts: groups from an address, gaps and shares against small tables counted by hand, honest sentences, files."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from dashboard.amounts import list_series, read_amounts, share_latest, share_over_years
from dashboard.app import create_app
from dashboard.gap_axes import choose_gap_axis
from dashboard.gap_figures import draw_gaps, draw_shares
from dashboard.gap_words import blunt, say_answer, say_gap, say_move, say_pillars, say_size
from dashboard.gaps import is_clear, parse_asked, pick_above, pick_below, read_gaps, read_spread, read_surplus
from dashboard.groups import describe_side, parse_sides
from dashboard.reading import PUBLISHED, Reading
from dashboard.spread_figures import draw_size, draw_spread, spread_out
from dashboard.standings import read_places
from dashboard.theme import DARK, LIGHT
from dashboard.warehouse import Build, Warehouse
from etl.warehouse import draft_path, publish, write_build
from indicators.gaps import Gap
from tests.dashboard.conftest import EDITION

METROPOLES = [100.0, 60.0, 50.0]
ORDINARY = [50.0, 30.0, 20.0, 10.0]
OTHERS = [float(v) for v in range(1, 9)]
PEOPLE = {"M": 500_000.0, "O": 100_000.0, "C": 10_000.0}
VISITORS = {2015: {"M0": 60.0, "M1": 20.0, "O0": 20.0}, 2020: {"M0": 80.0, "M1": 40.0, "O0": 10.0, "C0": 10.0}}
FEWEST = 3  # listed territories an amount needs here


def list_territories() -> list[tuple[str, str, str, float, float]]:
    """Key, code, nature, population, score of each territory."""
    found = []
    for kind, nature, scores in (("M", "METRO", METROPOLES), ("O", "CA", ORDINARY), ("C", "CC", OTHERS)):
        for place, score in enumerate(scores):
            code = f"2{'MOC'.index(kind)}{place:07d}"
            found.append((f"{kind}{place}", code, nature, PEOPLE[kind] * (1 + place / 10), score))
    return found


INDICATORS = ("visiteurs_musees", "revenu_median", "second_revenu", "seconds_musees")
CODES = {key: code for key, code, *_ in list_territories()}


def write_gap_warehouse(folder: Path) -> Path:
    """Fifteen territories whose gaps can be counted by hand."""
    build_id = "20260202T000000-gaps"
    draft = draft_path(folder, build_id)
    with write_build(draft) as con:
        con.execute("INSERT INTO build VALUES (?, '2026-02-02 08:00:00', ?, '')", [build_id, EDITION])
        for key, code, nature, people, score in list_territories():
            con.execute(
                """INSERT INTO territory VALUES ('epci', ?, ?, ?, '20000-50000', ?, ?,
                   {'longitude': 5.0, 'latitude': 45.0}, '38', '84')""",
                [code, f"Territoire {key}", nature, "pole", people],
            )
            for node in ("rayonnement", "attractivite", "notoriete", "qualite", *INDICATORS):
                low, high = (None, None) if "_" in node else (score - 1, score + 1)
                con.execute(
                    "INSERT INTO score VALUES ('epci', ?, ?, 'as_is', ?, ?, ?, ?, ?, 1, 1, 2, 1.0, 2023, 2023, 'ok')",
                    [code, EDITION, node, 10 * score if "_" in node else None, score, low, high],
                )
        con.execute(
            "INSERT INTO territory VALUES ('commune', '38185', 'Grenoble', NULL, NULL, 'pole', 1, NULL, '38', '84')"
        )
        con.execute("INSERT INTO membership VALUES ('38185', 'epci', ?, '2026')", [CODES["M0"]])
        con.execute(
            """INSERT INTO source BY NAME SELECT 'culture_musees' AS source_code, 'Ministère' AS producer,
               'Musées' AS title, 'Licence Ouverte' AS licence, 'https://example.org' AS page, 'manual' AS mode,
               '2023' AS vintage, DATE '2026-01-01' AS retrieved_at, 'fresh' AS state"""
        )
        con.execute(
            """INSERT INTO series VALUES
               ('musees_visiteurs', 'Visiteurs des musées', 'entrées', 'culture_musees', 'sum', false),
               ('revenu_median', 'Revenu médian', '€', 'culture_musees', 'none', false)"""
        )
        for year, figures in VISITORS.items():
            for key, value in figures.items():
                con.execute(
                    "INSERT INTO observation VALUES ('epci', ?, 'musees_visiteurs', ?, ?, 'ok', 'culture_musees')",
                    [CODES[key], year, value],
                )
    return publish(draft)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with that build."""
    where = tmp_path_factory.mktemp("gaps")
    write_gap_warehouse(where)
    return where


@pytest.fixture(autouse=True)
def few_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four territories are enough to share an amount out here."""
    monkeypatch.setattr("dashboard.amounts.LEAST_LISTED", FEWEST)


@pytest.fixture(scope="module")
def town_build(folder: Path) -> Build:
    """That build, open."""
    return Warehouse(folder).build()


@pytest.fixture(scope="module")
def listing(catalogue):
    """The tiny catalogue, whose museums list only those who have visitors."""
    income, museums, _ = catalogue.indicators
    museums = dataclasses.replace(museums, absent="zero")
    second = dataclasses.replace(income, code="second_revenu"), dataclasses.replace(museums, code="seconds_musees")
    return dataclasses.replace(catalogue, indicators=(income, museums, *second), retrospective=None)


@pytest.fixture(scope="module")
def town_app(folder: Path, listing, geo: Path) -> Dash:
    """The application over that build."""
    return create_app(folder, catalogue=listing, geo=geo)


def test_the_default_groups_are_the_metropoles_and_the_ordinary_towns(town_build):
    sides = parse_sides(town_build, {})
    groups = sides.assign(read_places(town_build, "epci"))
    assert [int((groups == key).sum()) for key in ("a", "b", "autres")] == [3, 4, 8]
    assert sides.items == {}
    assert sides.problems == ()


def test_a_list_of_codes_makes_a_group_named_a(town_build):
    sides = parse_sides(town_build, {"a": f"{CODES['O0']}, {CODES['O1']}", "b": "cc"})
    assert sides.first.plural == "intercommunalités du groupe\u00a0A"
    assert describe_side(read_places(town_build, "epci"), sides.first).startswith("2")
    assert sides.items == {"a": f"{CODES['O0']},{CODES['O1']}", "b": "cc"}
    assert parse_sides(town_build, sides.items) == sides


def test_a_code_that_cannot_be_used_is_told_by_name(town_build):
    sides = parse_sides(town_build, {"a": f"999999999,38185,{CODES['M0']},{CODES['M1']}"})
    assert len(sides.first.members) == 2
    assert any("999999999" in problem for problem in sides.problems)
    assert any("Grenoble" in problem and CODES["M0"] in problem for problem in sides.problems)


def test_a_group_too_small_falls_back_and_says_so(town_build):
    sides = parse_sides(town_build, {"a": CODES["O0"], "b": "metropoles"})
    assert sides.first.code == "metropoles"
    assert sides.second.code == "ordinaires"
    assert len(sides.problems) == 2


def test_a_territory_of_both_lists_stays_in_the_first(town_build):
    one, two, three = (CODES[key] for key in ("O0", "O1", "O2"))
    sides = parse_sides(town_build, {"a": f"{one},{two}", "b": f"{two},{three},{CODES['O3']}"})
    groups = sides.assign(read_places(town_build, "epci"))
    assert [int((groups == key).sum()) for key in "ab"] == [2, 2]
    assert "Territoire O1" in sides.problems[0]


def test_the_gap_is_that_of_the_medians_counted_by_hand(town_build, listing):
    found = read_gaps(town_build, listing, parse_sides(town_build, {}), PUBLISHED, ("rayonnement", "visiteurs_musees"))
    row = found.loc["rayonnement"]
    assert (row["first"], row["second"], row["difference"]) == (60, 25, 35)
    assert row["low"] <= 35 <= row["high"]
    assert row["precedence"] == pytest.approx((12 - 0.5) / 12)  # 50 and 50 tie
    assert (row["count_first"], row["count_second"]) == (3, 4)


def test_an_indicator_is_looked_at_in_its_own_unit(town_build, listing):
    asked = parse_asked(town_build, listing, {"noeud": "visiteurs_musees"})
    spread = read_spread(town_build, listing, asked)
    assert spread.gap is not None
    assert spread.gap.difference == 350
    assert spread.unit == "entrées par an"
    assert parse_asked(town_build, listing, {"noeud": "n’importe"}).noeud == "rayonnement"


def test_what_is_never_listed_is_zero_and_what_is_listed_once_is_unknown_before(town_build, listing):
    amounts = read_amounts(town_build, listing, "musees_visiteurs")
    codes = read_places(town_build, "epci")["territory_code"].tolist()
    assert amounts[2015][codes.index(CODES["O3"])] == 0
    assert np.isnan(amounts[2015][codes.index(CODES["C0"])])
    assert amounts[2020][codes.index(CODES["C0"])] == 10
    assert list(list_series(town_build)) == ["musees_visiteurs"]  # a median is not shared out


def test_shares_are_counted_by_hand(town_build, listing):
    sides = parse_sides(town_build, {})
    row = share_latest(town_build, listing, sides).loc["musees_visiteurs"]
    assert row["share_a"] == pytest.approx(120 / 140)
    assert row["share_b"] == pytest.approx(10 / 140)
    history = share_over_years(town_build, listing, sides, "musees_visiteurs")
    assert history is not None
    assert list(history.table["share_a"]) == pytest.approx([80 / 100, 120 / 130])  # without C0, unknown in 2015
    assert history.changes.loc["share_a", "change"] == pytest.approx(120 / 130 - 0.8)


def test_only_whole_intervals_above_the_trend_are_named():
    rows = pd.DataFrame(
        {
            "territory_code": ["1", "2", "3", "4"],
            "folded": list("abcd"),
            "surplus": [9.0, 5.0, 3.0, -9.0],
            "surplus_low": [2.0, 0.4, -1.0, -12.0],
            "surplus_high": [12.0, 9.0, 8.0, -3.0],
        }
    )
    groups = np.array(["b", "b", "b", "a"], dtype=object)
    assert pick_above(rows, groups, "b")["territory_code"].tolist() == ["1"]  # 0.4 is read as 0
    assert pick_below(rows, groups, "a")["territory_code"].tolist() == ["4"]
    assert pick_above(rows, groups, "a").empty


def test_size_is_told_without_interval_where_none_is_simulated(town_build, listing):
    rows = read_surplus(town_build, listing, "rayonnement", Reading(variant="per_inhabitant"))
    assert len(rows) == 15
    assert rows["surplus_low"].isna().all()
    assert rows["surplus"].notna().all()


def test_a_direction_is_said_only_beyond_its_interval():
    assert "s’est creusé" in say_move(Gap(10, 20, 10, 4, 15, 3, 3))
    assert "s’est resserré" in say_move(Gap(20, 10, -10, -15, -4, 3, 3))
    assert "sans qu’on puisse dire" in say_move(Gap(20, 19, -1, -5, 2, 3, 3))
    assert "sans qu’on puisse dire" in say_move(Gap(20, 24, 4, 0.3, 9, 3, 3))  # read as « entre 0 et 9 »
    assert not is_clear(-0.4, 5)
    assert is_clear(-0.4, -0.3, 1)


def test_the_answer_says_both_indices_once(town_build, listing):
    sides = parse_sides(town_build, {})
    codes = ("attractivite", "rayonnement", "qualite", "notoriete")
    found = read_gaps(town_build, listing, sides, PUBLISHED, codes)
    found[["low", "high"]] = [20.0, 50.0]
    said = say_answer(found, sides, listing)
    assert said.startswith("En rayonnement, les métropoles dépassent les villes ordinaires de 35\u00a0points")
    assert said.count("dépassent") == 1
    found.loc["notoriete", ["low", "high"]] = [-3.0, 5.0]
    assert "rien de net pour «\u00a0Notoriété\u00a0»" in say_pillars(found, listing)


def test_a_gap_that_goes_the_other_way_is_said_so(town_build):
    sides = parse_sides(town_build, {})
    assert "au-dessous des villes ordinaires, de 7\u00a0points, entre 5 et 9" in say_gap(
        Gap(1, 8, -7, -9, -5, 3, 3), sides
    )
    assert "rien ne sépare nettement" in say_gap(Gap(1, 2, -1, -9, 5, 3, 3), sides)


def test_the_axis_of_a_skewed_figure_keeps_room_for_zero_and_for_the_many():
    skewed = choose_gap_axis(pd.Series([0, 0, 10, 20, 30, 10_000.0]), "entrées")
    assert skewed.root is not None
    assert skewed.place(20) > 0.2 * skewed.place(10_000)
    assert choose_gap_axis(pd.Series([1.0, 2, 3]), "%").root is None
    assert choose_gap_axis(pd.Series([1.0, 2, 3]), "").high == 100


def test_a_gap_is_told_with_no_more_digits_than_its_interval_allows():
    gap = blunt(Gap(403_935, 19_331, 384_604, 302_437, 646_882, 22, 244))
    assert (gap.difference, gap.low, gap.high) == (380_000, 300_000, 650_000)
    score = Gap(45, 12, 32.4, 23.4, 45.3, 22, 244)
    assert blunt(score) == score


def test_a_difference_agrees_with_its_unit():
    assert say_size(1.0, "sites", 0) == "1\u00a0site"
    assert say_size(1.0, "réseaux", 0) == "1\u00a0réseau"
    assert say_size(8.0, "réseaux", 0) == "8\u00a0réseaux"
    assert say_size(1.3, "% des logements", 1) == "1,3\u00a0point (% des logements)"
    assert say_size(2.0, "", 0) == "2\u00a0points"


def test_ticks_are_far_enough_apart():
    axis = choose_gap_axis(pd.Series([0, 0, 20_000, 30_000, 5_000_000.0]), "entrées")
    told = axis.describe()
    assert told["ticktext"] == ["0", "10\u202f000", "100\u202f000", "1\u00a0M"]
    assert (np.diff(told["tickvals"]) > 0.05 * (told["range"][1] - told["range"][0])).all()


def test_marks_of_one_place_are_kept_apart_within_their_row():
    heights = spread_out(np.array([1.0] * 80 + [50.0]))
    assert len(set(heights[:80].round(6))) == 80
    assert np.abs(heights).max() <= 0.36 + 1e-9
    assert heights[80] == 0


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_figures_tell_groups_by_shape_and_keep_the_hue_for_the_index(town_build, listing, palette):
    asked = parse_asked(town_build, listing, {})
    spread = read_spread(town_build, listing, asked)
    names = {"a": "métropoles", "b": "villes ordinaires"}
    figure = draw_spread(
        spread.rows, names, choose_gap_axis(spread.rows["x"], ""), palette, index="rayonnement", hover=""
    )
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [set(trace.marker.symbol) for trace in marks] == [{2}, {0}]
    assert {trace.marker.color for trace in marks} == {palette.ink, palette.secondary}
    lines = [shape.line.color for shape in figure.layout.shapes if shape.type == "line"]
    assert lines == [palette.index["rayonnement"]] * 2
    assert sum(len(trace.x) for trace in marks) == 7


def test_rows_keep_their_order_their_words_and_a_place_each():
    rows = pd.DataFrame(
        {"label": ["Rayonnement", "Notoriété"], "index": "rayonnement", "difference": [30.0, 20.0], "low": [20.0, 10.0],
         "high": [40.0, 30.0]}, index=["rayonnement", "notoriete"],
    )  # fmt: skip
    figure = draw_gaps(rows, ["30", "20"], LIGHT, title="points", bold=1)
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.customdata[0][0] for trace in points] == ["rayonnement", "notoriete"]
    assert points[0].y[0] > points[1].y[0]
    assert points[0].marker.size > points[1].marker.size
    shares = pd.DataFrame({"label": ["Musées"], "year": [2023], "share_a": [0.6], "share_b": [0.3]}, index=["musees"])
    figure = draw_shares(shares, {"a": 0.3, "b": 0.4}, {"a": "métropoles", "b": "villes"}, LIGHT)
    assert [trace.x[0] for trace in figure.data if trace.mode == "markers"] == [60.0, 30.0]


def test_an_upright_line_strikes_no_word():
    labels = ["Musées", "Étudiants en mobilité internationale, répartis sur les sites", "Gares"]
    shares = pd.DataFrame({"label": labels, "year": 2023, "share_a": 0.6, "share_b": 0.3}, index=["m", "e", "g"])
    figure = draw_shares(shares, {"a": 0.3, "b": 0.4}, {"a": "métropoles", "b": "villes"}, LIGHT)
    words = next(trace for trace in figure.data if trace.mode == "text")
    half = {y: 0.36 if "<br>" in text else 0.17 for y, text in zip(words.y, words.text, strict=True)}  # rows
    assert max(half.values()) > 0.3
    rules = [shape.path for shape in figure.layout.shapes]
    assert len(rules) == 2
    for rule in rules:
        spans = [[float(end.split(",")[1]) for end in part.split("L")] for part in rule.split("M")[1:]]
        assert len(spans) == len(labels)
        assert not any(low < y + height and y - height < high for low, high in spans for y, height in half.items())


def test_the_chart_of_size_names_those_who_stand_clear(town_build, listing):
    rows = read_surplus(town_build, listing, "rayonnement", PUBLISHED)
    rows = rows.assign(group=parse_sides(town_build, {}).assign(read_places(town_build, "epci")))
    figure = draw_size(rows, [CODES["O0"]], [], LIGHT, index="rayonnement", score="score")
    assert "Territoire O0" in figure.data[-1].text
    coloured = [trace for trace in figure.data if trace.marker.color == LIGHT.index["rayonnement"]]
    assert [len(trace.x) for trace in coloured] == [1]


def test_the_page_answers_first_then_shows_every_section(town_app):
    client = town_app.server.test_client()
    text = json.dumps(open_gaps(client, "/ecarts"), ensure_ascii=False)
    assert "En rayonnement, les métropoles dépassent les villes ordinaires de 35\u00a0points" in text
    for anchor in ("tous-les-piliers", "un-noeud", "taille"):
        assert f'"id": "{anchor}"' in text
    assert "/chiffres/ecarts/noeuds?" in text
    custom = json.dumps(open_gaps(client, f"/ecarts?a={CODES['O0']},{CODES['O1']},xx&b=cc&noeud=visiteurs_musees"))
    assert "laiss\\u00e9 de c\\u00f4t\\u00e9" in custom


def test_the_page_survives_groups_without_scores(open_page):
    text = json.dumps(open_page("/ecarts"), ensure_ascii=False)
    assert "Trop peu de territoires" in text


def open_gaps(client, address: str) -> dict:
    """What the browser receives for an address."""
    path, _, query = address.partition("?")
    client.get("/_dash-layout")
    outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
    inputs = [
        {"id": "_pages_location", "property": "pathname", "value": path},
        {"id": "_pages_location", "property": "search", "value": f"?{query}" if query else ""},
    ]
    body = {"output": ".._pages_content.children..._pages_store.data..", "outputs": outputs, "inputs": inputs,
            "changedPropIds": ["_pages_location.pathname"]}  # fmt: skip
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text[:500]
    return answer.get_json()["response"]


@pytest.mark.parametrize("what", ["noeuds", "repartition", "taille", "au-dessus", "parts"])
def test_every_table_is_served_for_the_groups_asked(town_app, what):
    answer = town_app.server.test_client().get(f"/chiffres/ecarts/{what}?b=cc")
    assert answer.status_code == 200
    assert "<table>" in answer.text
    if what == "repartition":
        assert "communautés de communes" in answer.text
        assert f"/territoire/{CODES['M0']}" in answer.text


def test_an_unknown_table_is_not_found(town_app):
    assert town_app.server.test_client().get("/chiffres/ecarts/rien").status_code == 404


def test_the_file_says_groups_method_and_full_figures(town_app):
    text = town_app.server.test_client().get("/export/ecarts.csv").text
    assert "Groupes : métropoles (metropoles) et villes ordinaires (ordinaires)" in text
    assert "Graine" in text
    line = next(line for line in text.splitlines() if line.startswith("Rayonnement;"))
    assert line.split(";")[2:5] == ["60,00", "25,00", "35,00"]
    figure = town_app.server.test_client().get("/figure/ecarts.json")
    assert figure.status_code == 200
    assert (
        "écarts par pilier" in figure.get_data(as_text=True).encode().decode("unicode_escape", "ignore") or figure.data
    )
