import io
import json
import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboard.app import create_app
from dashboard.charted import BOTH, find_shown, list_shown, read_rows, tell
from dashboard.classes import FEW, SHADES, UNKNOWN, choose_count, cross, divide, shade
from dashboard.map_address import Asked, parse_asked
from dashboard.map_legend import name_cell
from dashboard.map_plate import draw
from dashboard.map_quadrant import SIDE, place_cuts, place_dots
from dashboard.maps import CHOSEN, KNOWN, MISSING, NOBODY, OUTLINES, Ground, Told, draw_map, list_changes
from dashboard.reading import Reading
from dashboard.standings import read_positions
from dashboard.theme import DARK, LIGHT
from dashboard.warehouse import Warehouse
from etl.warehouse import find_current
from tests.dashboard.conftest import EDITION, lay_out_page, write_warehouse
from tests.dashboard.test_pages import text_of

LIMIT = 150_000  # bytes of JSON that a callback may send
GROUND = Ground(LIGHT, "/geo/a/epci.geojson", "/geo/b/departement.geojson", ("38", "69"))
HUE = LIGHT.index["attractivite"]
SCORES = st.lists(st.floats(1, 100), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tiny build, and scores of communes and régions; one commune has no interval, one no rank, one nothing."""
    folder = tmp_path_factory.mktemp("levels")
    write_warehouse(folder)
    with duckdb.connect(str(find_current(folder))) as con:
        for node in ("attractivite", "rayonnement"):
            con.execute(
                """INSERT INTO score VALUES
                   ('commune', '38185', $e, 'as_is', $n, NULL, 60, 50, 70, 1, 1, 2, 0.9, NULL, NULL, NULL),
                   ('commune', '42218', $e, 'as_is', $n, NULL, 40, NULL, NULL, 2, NULL, NULL, 0.8, NULL, NULL, NULL),
                   ('region', '84', $e, 'as_is', $n, NULL, 40, 30, 50, 1, 1, 2, 1, NULL, NULL, NULL),
                   ('region', '11', $e, 'as_is', $n, NULL, 30, 20, 40, 2, 1, 2, 1, NULL, NULL, NULL)""",
                {"e": EDITION, "n": node},
            )
        con.execute("UPDATE territory SET departement = '38' WHERE territory_code = '42218'")
    return folder


@pytest.fixture
def levels(folder):
    return Warehouse(folder).build()


@pytest.fixture(scope="module")
def geo_with_communes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("geo")
    (folder / "commune").mkdir()
    for name in ("epci", "departement", "region"):
        (folder / f"{name}.geojson").write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    text = '{"type":"FeatureCollection","bbox":[5.0,45.0,6.0,46.0],"features":[]}'
    (folder / "commune" / "38.geojson").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def level_app(folder, catalogue, geo_with_communes):
    return create_app(folder, catalogue=catalogue, geo=geo_with_communes)


@pytest.fixture(scope="module")
def visitor(level_app):
    return level_app.server.test_client()


# Classes


@given(SCORES)
def test_classes_follow_the_order_of_figures_and_keep_ties_together(scores):
    series = pd.Series(scores)
    shading = divide(series)
    ordered = [shading.places[i] for i in series.sort_values().index]
    assert ordered == sorted(ordered)
    assert pd.Series(shading.places).groupby(series).nunique().eq(1).all()
    assert set(shading.places) == set(range(shading.size))  # no class is empty


@given(SCORES)
def test_the_bounds_of_classes_hold_every_figure(scores):
    series = pd.Series(scores)
    shading = divide(series)
    assert all(shading.bounds[p][0] <= v <= shading.bounds[p][1] for v, p in zip(series, shading.places, strict=True))


@pytest.mark.parametrize(("territories", "count"), [(1, 1), (2, 2), (4, 3), (18, 3), (25, 5), (101, 7), (1255, 7)])
def test_classes_adapt_to_the_number_of_territories(territories, count):
    assert choose_count(territories) == count


def test_what_is_unknown_has_no_class():
    assert divide(pd.Series([1.0, np.nan, 2.0])).places[1] == UNKNOWN
    assert divide(pd.Series([np.nan, np.nan])).places == (UNKNOWN, UNKNOWN)
    assert shade(pd.Series([np.nan])).places == (UNKNOWN,)
    assert cross(pd.Series([1.0, np.nan]), pd.Series([1.0, 2.0])).places[1] == UNKNOWN


@given(st.lists(st.floats(-50, 1e6), min_size=1, max_size=60))
def test_shades_go_from_the_lowest_to_the_highest(figures):
    series = pd.Series(figures)
    shading = shade(series)
    ordered = [shading.places[i] for i in series.sort_values().index]
    assert ordered == sorted(ordered)
    assert 0 <= min(ordered) <= max(ordered) < SHADES
    low, high = shading.bounds[0]
    assert math.isclose(shading.find_value(0), low, abs_tol=1e-6)
    assert math.isclose(shading.find_value(SHADES), high, rel_tol=1e-9, abs_tol=1e-6)


def test_shades_leave_room_to_a_crowd_at_zero_and_give_zero_its_own():
    crowded = shade(pd.Series([0.0] * 6 + [1.0, 2.0, 4.0, 1000.0]))
    assert crowded.unit > 0
    assert crowded.places[0] == 0 < crowded.places[6] < crowded.places[8] < crowded.places[9] == SHADES - 1
    assert shade(pd.Series([1.0, 50.0, 100.0])).unit == 0


def test_thirds_are_crossed_and_few_territories_are_parted_in_four():
    scores = pd.Series(np.linspace(1, 100, 90))
    shading = cross(scores, scores[::-1].reset_index(drop=True))
    assert (shading.size, shading.places[0], shading.places[-1]) == (3, 6, 2)
    assert sum(shading.count_between(p, p) for p in range(9)) == 90
    few = cross(scores[: FEW - 1], scores[: FEW - 1])
    assert (few.size, few.places[0], few.places[-1]) == (2, 0, 3)
    assert name_cell(few, 3) == "attractif et rayonnant"


def test_even_steps_of_both_indices_cover_the_square():
    scores = pd.Series(np.linspace(1, 100, 90))
    shading = cross(scores, scores, evenly=True)
    assert shading.places[0] == 0
    assert shading.places[-1] == shading.size**2 - 1
    assert [len(cuts) for cuts in shading.cuts] == [shading.size - 1] * 2


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_each_class_has_a_colour_of_its_own(palette):
    scores = pd.Series(np.linspace(1, 100, 90))
    for shading in (divide(scores), shade(scores), cross(scores, scores), cross(scores, scores, evenly=True)):
        colours = shading.list_colours(palette, palette.ink)
        assert len(set(colours)) == len(colours) == shading.count


# The figure


def _many(count):
    rows = pd.DataFrame({"territory_code": [f"2000{n:05d}" for n in range(count)], "label": ["Nom"] * count})
    scores = pd.Series(np.linspace(1, 100, count))
    cells = [[64, 1234, 1000, 1255, 64, 1234, 1000, 1255, 100]] * count
    return rows, cross(scores, scores), Told(cells, "<b>%{text}</b>")


def test_the_map_carries_no_geometry_and_hatches_what_is_missing():
    rows = pd.DataFrame({"territory_code": ["a", "b", "c"], "label": ["A", "B", "C"]})
    shading = divide(pd.Series([1.0, np.nan, 3.0]))
    figure = draw_map(rows, shading, Told([["x"]] * 3, "t"), GROUND, hue=HUE, chosen="c")
    assert figure.data[MISSING].locations == ("b",)
    assert figure.data[KNOWN].locations == ("a", "b", "c")
    assert figure.data[KNOWN].geojson == "/geo/a/epci.geojson"
    assert figure.data[OUTLINES].locations == ("38", "69")
    assert figure.data[CHOSEN].locations == ("c",)
    assert "coordinates" not in figure.to_json()


def test_a_trace_without_a_place_is_drawn_all_the_same():
    rows = pd.DataFrame({"territory_code": ["a"], "label": ["A"]})
    ground = Ground(LIGHT, "/geo/a/region.geojson")
    figure = draw_map(rows, divide(pd.Series([1.0])), Told([["x"]], "t"), ground, hue=HUE, chosen="")
    assert [list(figure.data[place].locations) for place in (MISSING, OUTLINES, CHOSEN)] == [NOBODY] * 3


def test_the_colour_of_a_class_is_the_one_its_legend_shows():
    rows, shading, told = _many(90)
    trace = draw_map(rows, shading, told, GROUND, hue=HUE, chosen="").data[KNOWN]
    colours = shading.list_colours(LIGHT, HUE)
    for place in set(shading.places):
        share = (place - trace.zmin) / (trace.zmax - trace.zmin)
        found = next(colour for start, colour in reversed(trace.colorscale) if start <= share)
        assert found == colours[place]


def test_another_choice_sends_values_only_and_little():
    rows, shading, told = _many(1300)
    changes = list_changes(draw_map(rows, shading, told, GROUND, hue=HUE, chosen=""))
    sent = {path[-1] for path in changes if path[:2] == ("data", KNOWN)}
    assert sent == {"z", "zmin", "zmax", "colorscale", "customdata", "hovertemplate", "marker"}
    assert len(json.dumps(list(changes.values()))) < LIMIT


def test_a_page_that_opens_on_the_map_is_light_too():
    rows, shading, told = _many(1300)
    rows["label"] = "CC de la Vallée de l’Ubaye"
    assert len(draw_map(rows, shading, told, GROUND, hue=HUE, chosen="").to_json()) < LIMIT - 15_000


def test_a_part_of_france_is_drawn_in_its_true_place():
    rows, shading, told = _many(30)
    ground = Ground(LIGHT, "/geo/a/commune/38.geojson", bounds=(4.0, 44.0, 6.0, 46.0), is_local=True)
    geo = draw_map(rows, shading, told, ground, hue=HUE, chosen="").layout.geo
    assert geo.projection.type == "mercator"
    assert geo.lonaxis.range == (4.0, 6.0)


def test_the_small_quadrant_has_a_dot_a_territory_in_the_order_of_the_map(build):
    positions = read_positions(build)
    dots = place_dots(positions)
    assert len(dots.x) == len(dots.y) == len(positions)
    assert dots.x[-1] is None  # without a score
    assert all(0 <= x <= SIDE for x in dots.x if x is not None)
    cuts = place_cuts(cross(positions["attractivite_score"], positions["rayonnement_score"]), dots.axes)
    assert all(line[0] == 0 and line[-1] == SIDE and line == sorted(line) for line in cuts)
    assert place_cuts(divide(positions["attractivite_score"]), dots.axes) == [[], []]


# What is asked


def test_an_address_that_holds_anything_falls_back_to_the_default(build, catalogue):
    given = {"niveau": "x", "noeud": "serie.<b>", "classes": "y", "departement": "z", "variante": "t", "edition": "u",
             "territoire": "v"}  # fmt: skip
    assert parse_asked(build, catalogue, given) == Asked()
    assert Asked().query == ""


def test_an_address_comes_back_as_it_was_asked(build, catalogue):
    given = {"noeud": "valeur.revenu_median", "classes": "continu", "territoire": "200040715"}
    query = parse_asked(build, catalogue, given).query
    assert query == "noeud=valeur.revenu_median&classes=continu&territoire=200040715"
    read = parse_asked(build, catalogue, {"variante": "per_inhabitant", "noeud": "qualite"})
    assert read.reading == Reading(None, "per_inhabitant")
    assert read.noeud == BOTH  # a pillar has no rank in that reading, in the tiny build


def test_a_territory_of_another_level_outlines_the_one_it_belongs_to(levels, catalogue):
    assert parse_asked(levels, catalogue, {"territoire": "38185"}).territoire == "200040715"
    assert parse_asked(levels, catalogue, {"territoires": "200040715,200066793"}).territoire == "200040715"
    assert parse_asked(levels, catalogue, {"territoire": "region-84"}).niveau == "region"
    upper = parse_asked(levels, catalogue, {"niveau": "region", "territoire": "200040715"})
    assert (upper.territoire, upper.query) == ("84", "niveau=region&territoire=region-84")


def test_a_commune_brings_its_departement_and_another_departement_forgets_it(levels, catalogue):
    asked = parse_asked(levels, catalogue, {"niveau": "commune", "territoire": "38185"})
    assert (asked.departement, asked.territoire) == ("38", "38185")
    asked = parse_asked(levels, catalogue, {"niveau": "commune", "departement": "69", "territoire": "38185"})
    assert (asked.departement, asked.territoire) == ("69", "")


def test_what_may_be_shown_is_what_the_build_has(build, catalogue):
    offered = list_shown(build, catalogue, "epci")
    assert list(offered["Ensemble"]) == [BOTH]
    assert list(offered["Attractivité"]) == ["attractivite", "qualite", "revenu_median"]
    assert "valeur.visiteurs_musees" in offered["Chiffres des indicateurs"]
    assert list(offered["Chiffres publiés, dernière année"].values()) == ["Visiteurs des musées de France (2023)"]
    assert "Chiffres des indicateurs" not in list_shown(build, catalogue, "region")


def test_the_pointer_is_told_the_rank_with_its_interval_or_that_there_is_none(levels, catalogue):
    shown = find_shown(levels, catalogue, "commune", "attractivite")
    told = tell(read_rows(levels, "commune", "38", shown), shown)
    assert told.cells == [[40, 2, "n.d.", "n.d.", 80], [60, 1, 1, 2, 90]]
    assert (
        "Attractivité %{customdata[0]}, rang %{customdata[1]}<br>intervalle %{customdata[2]}–%{customdata[3]}<br>"
        in told.template
    )
    bare = tell(read_rows(levels, "commune", "69", shown), shown)
    assert bare.cells == [["n.d.", "n.d.", "n.d."]]
    assert "rang %{customdata[1]} (sans intervalle)" in bare.template
    both = find_shown(levels, catalogue, "commune", BOTH)
    told = tell(read_rows(levels, "commune", "38", both), both)
    assert told.cells[1] == [60, 1, 1, 2, 60, 1, 1, 2, 90]
    assert "Rayonnement %{customdata[4]}, rang %{customdata[5]}" in told.template


def test_the_pointer_is_told_a_figure_with_its_year_its_status_or_its_secret(build, catalogue):
    shown = find_shown(build, catalogue, "epci", "serie.musees_visiteurs")
    rows = read_rows(build, "epci", "", shown)
    told = dict(zip(rows["territory_code"], (cells[0] for cells in tell(rows, shown).cells), strict=True))
    assert told["200040715"] == "453\u202f825 (2023)"
    assert told["200066793"] == "n.d. (secret statistique)"
    assert told["200000001"] == "n.d."
    shown = find_shown(build, catalogue, "epci", "valeur.revenu_median")
    rows = read_rows(build, "epci", "", shown)
    told = dict(zip(rows["territory_code"], (cells[0] for cells in tell(rows, shown).cells), strict=True))
    assert told["200046977"] == "453\u202f825 (2023, estimé)"


# The page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/carte", ["quatre couleurs", "attractif et rayonnant", "trop de données manquent"]),
        ("/carte?noeud=qualite", ["Ses propres atouts.", "n.d., 1", "Score"]),
        ("/carte?noeud=valeur.visiteurs_musees", ["Définition de Visiteurs des musées.", "ni score, ni rang"]),
        ("/carte?noeud=serie.musees_visiteurs&classes=continu", ["chiffre publié pour 2023", "dégradé continu"]),
        ("/carte?variante=per_inhabitant", ["rapporté à sa population"]),
        ("/carte?territoire=38185", ["Grenoble-Alpes-Métropole", "entre la 2ᵉ et la 5ᵉ", "100\u00a0% des données"]),
        ("/carte?niveau=region", ["La carte des régions"]),
        ("/carte?niveau=commune&departement=38", ["La carte des communes, Isère", "toutes les communes de France"]),
    ],
)
def test_the_page_says_what_its_address_asks(visitor, address, words):
    page = lay_out_page(visitor, address).get_json()["response"]
    told = text_of(page) + json.dumps(page, ensure_ascii=False)
    for word in words:
        assert word in told


def test_another_node_sends_a_patch_of_values_and_follows_what_is_taken_away(visitor):
    visitor.get("/_dash-layout")
    ids = [("map", "figure"), ("map-name", "aria-label"), ("map-legend", "children"), ("map-chosen", "children"),
           ("map-reading", "children"), ("map-lead", "children"), ("map-numbers", "children"),
           *((f"carte-{suffix}", "href") for suffix in ("csv", "xlsx", "png", "svg"))]  # fmt: skip
    answer = visitor.post(
        "/_dash-update-component",
        json={
            "output": f"..{'...'.join('.'.join(one) for one in ids)}..",
            "outputs": [{"id": one, "property": name} for one, name in ids],
            "inputs": [{"id": "map-node", "property": "value", "value": "qualite"},
                       {"id": "map-classes", "property": "value", "value": "continu"},
                       {"id": "scheme", "property": "data", "value": "dark"}],
            "state": [{"id": "map-query", "property": "data", "value": "territoire=200040715"}],
            "changedPropIds": ["map-node.value"],
        },
    )  # fmt: skip
    assert answer.status_code == 200, answer.text[:500]
    response = answer.get_json()["response"]
    changed = {tuple(step["location"]) for step in response["map"]["figure"]["operations"]}
    assert ("data", KNOWN, "z") in changed
    assert not {place for place in changed if place[-1] in ("text", "geojson") or place == ("data", KNOWN, "locations")}
    assert response["carte-csv"]["href"] == "/export/carte.csv?noeud=qualite&classes=continu&territoire=200040715"
    assert len(answer.data) < LIMIT


def test_the_numbers_of_the_map_are_a_table_with_intervals_and_coverage(visitor):
    table = visitor.get("/chiffres/carte?noeud=attractivite").text
    assert "Données connues" in table
    assert '<a href="/territoire/200040715">Grenoble-Alpes-Métropole</a>' in table
    assert "2ᵉ à 5ᵉ" in table
    assert "42 à 52" in table
    assert table.index("Métropole de Lyon") < table.index("Grand Paris")
    upper = visitor.get("/chiffres/carte?niveau=region").text
    assert '<a href="/territoire/region-84">' in upper
    assert "secret statistique" in visitor.get("/chiffres/carte?noeud=serie.musees_visiteurs").text


def test_the_numbers_of_the_map_are_taken_away_with_their_notice(visitor):
    answer = visitor.get("/export/carte.xlsx?noeud=attractivite")
    assert "carte-epci-attractivite-2026.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book["Carte"].values)
    assert {"Attractivité : score", "Attractivité : rang, meilleur", "Attractivité : données connues, %"} <= set(
        rows[0]
    )
    grenoble = dict(zip(rows[0], next(row for row in rows if row[0] == "200040715"), strict=True))
    assert grenoble["Attractivité : données connues, %"] == 100
    assert grenoble["Attractivité : rang, meilleur"] == 2
    figures = visitor.get("/export/carte.csv?noeud=serie.musees_visiteurs").data.decode("utf-8-sig")
    assert "Visiteurs des musées de France (entrées);Année;Statut" in figures
    assert "secret statistique" in figures


@pytest.mark.parametrize("query", ["", "noeud=qualite", "noeud=qualite&classes=continu", "classes=continu"])
def test_the_image_of_the_map_has_its_legend_inside(visitor, query):
    told = visitor.get(f"/figure/carte.json?{query}").get_json()["figure"]
    assert len(told["layout"]["shapes"]) >= 4
    assert any(note["text"] == "n.d." for note in told["layout"]["annotations"])
    assert told["layout"]["geo"]["domain"]["x"][1] < 1


def test_the_communes_of_a_departement_have_their_own_contours(visitor, level_app, levels):
    with level_app.server.test_request_context():
        figure = draw(levels, LIGHT, Asked("commune", "38"))
        elsewhere = draw(levels, LIGHT, Asked("commune", "75"))
    answer = visitor.get(figure.data[KNOWN].geojson)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert figure.layout.geo.lonaxis.range[0] < 5.0
    assert visitor.get(elsewhere.data[KNOWN].geojson).status_code == 404
    assert visitor.get("/geo/000000000000/commune/38.geojson").status_code == 404
