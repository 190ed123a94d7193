"""Positionnement: what its address asks, what it shows at each level, and what it says of where territories stand."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from werkzeug.test import Client

from dashboard.app import create_app
from dashboard.comparables import PROFILE, SAME_EPCI, find_comparables, list_offers
from dashboard.figures import CHOSEN, COMPARABLE, GROUND
from dashboard.plate import MOST_POINTS, read_plate
from dashboard.position_notes import name_position, say_doubt
from dashboard.positions import Medians, compute_medians
from dashboard.queries import read_place
from dashboard.situations import parse_situation
from dashboard.theme import LIGHT
from dashboard.warehouse import Warehouse
from tests.dashboard.conftest import EDITION, write_warehouse
from tests.dashboard.test_pages import text_of

MANY = 1500  # communes, more than are drawn as points
GRENOBLE, LYON, EVRY, WITHOUT_SCORE = "200040715", "200046977", "200066793", "200000003"
OUTSIDE = "29155"  # a commune of no EPCI


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny build, with scores at every level: many communes most of which are on the floor of rayonnement."""
    folder = tmp_path_factory.mktemp("levels")
    path = write_warehouse(folder)
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            UPDATE territory SET nature = 'COM', size_class = CASE WHEN population > 100000 THEN '100000+'
                                                                   ELSE '0-2000' END WHERE level = 'commune';
            INSERT INTO territory
            SELECT 'commune', code, 'Village ' || code, 'COM', '0-2000', 'pole', 100.0, {'longitude': 5.0,
                   'latitude': 45.0}, left(code, 2), '84'
            FROM (SELECT CASE WHEN i < 900 THEN '38' ELSE '69' END || lpad((i % 900 + 1)::VARCHAR, 3, '0') AS code
                  FROM range($many) r(i)) WHERE code NOT IN (SELECT territory_code FROM territory);
            """.replace("$many", str(MANY))
        )
        con.execute(
            """
            INSERT INTO membership
            SELECT territory_code, 'epci', $epci, '2026' FROM territory
            WHERE level = 'commune' AND territory_code BETWEEN '38001' AND '38004'
            """,
            {"epci": GRENOBLE},
        )
        con.execute(
            """
            INSERT INTO score BY NAME
            WITH place AS (SELECT level, territory_code, row_number() OVER (PARTITION BY level ORDER BY
                           population DESC, territory_code) AS turn FROM territory WHERE level <> 'epci'),
            index AS (SELECT unnest(['attractivite', 'rayonnement']) AS node_code)
            SELECT level, territory_code, $edition AS edition, 'as_is' AS variant, node_code,
                   CASE WHEN node_code = 'rayonnement' AND level = 'commune' AND turn > 500 THEN 1.0
                        ELSE greatest(1.0, 90 - (turn * 7) % 80) END AS score, score - 0.5 AS score_low,
                   score + 3 AS score_high, rank() OVER (PARTITION BY level, node_code ORDER BY score DESC) AS rank,
                   1 AS rank_low, 9 AS rank_high, 1.0 AS coverage
            FROM place, index
            """,
            {"edition": EDITION},
        )
    return folder


@pytest.fixture
def levels(folder):
    return Warehouse(folder).build()


@pytest.fixture(scope="session")
def home(folder, catalogue, geo) -> Client:
    """A client of the dashboard over that build."""
    client = create_app(folder, catalogue=catalogue, geo=geo).server.test_client()
    client.get("/_dash-layout")
    return client


def post(client: Client, output: str, inputs: list[tuple], state: list[tuple], changed: str) -> dict:
    """What a callback answers."""
    parts = output.strip(".").split("...")
    outputs = [{"id": p.rpartition(".")[0], "property": p.rpartition(".")[2]} for p in parts]

    def write(values: list[tuple]) -> list[dict]:
        return [{"id": name, "property": prop, "value": value} for name, prop, value in values]

    answer = client.post(
        "/_dash-update-component",
        json={
            "output": output,
            "outputs": outputs if output.startswith("..") else outputs[0],
            "inputs": write(inputs),
            "state": write(state),
            "changedPropIds": [changed],
        },
    )
    assert answer.status_code == 200, answer.text[:500]
    return answer.get_json()["response"]


def show(client: Client, query: str = "") -> dict:
    """The page at an address."""
    inputs = [("_pages_location", "pathname", "/"), ("_pages_location", "search", f"?{query}" if query else "")]
    return post(client, ".._pages_content.children..._pages_store.data..", inputs, [], "_pages_location.pathname")


def follow(client: Client, changed: str, query: str = "", **values: str) -> dict:
    """What changes on the page when a control does."""
    given = {"group": "METRO", "edition": str(EDITION), "variante": "as_is", "chosen": "", "zoom": ""} | values
    inputs = [
        ("home-group", "value", given["group"]),
        ("home-edition", "value", given["edition"]),
        ("home-variante", "value", given["variante"]),
        ("home-chosen", "data", given["chosen"]),
        ("home-zoom", "data", given["zoom"]),
        ("scheme", "data", "light"),
    ]
    output = next(one["output"] for one in client.get("/_dash-dependencies").get_json()
                  if one["output"].startswith("..quadrant.figure"))  # fmt: skip
    return post(client, output, inputs, [("home-query", "data", query)], changed)


def draw(build, catalogue, **given):
    return read_plate(build, catalogue, parse_situation(build, given))


@pytest.mark.parametrize(
    ("query", "title", "told"),
    [
        ("", "chaque intercommunalité", "3 (50\u00a0%) dépassent la médiane des deux"),
        ("variante=per_inhabitant", "chaque intercommunalité", "rapporté à sa population"),
        ("niveau=commune", "chaque commune", "sortent du plancher de rayonnement"),
        ("niveau=departement", "chaque département", "Départements (3)"),
        ("niveau=region", "chaque région", "Régions (2)"),
    ],
)
def test_each_level_and_variant_has_its_page(home, query, title, told):
    page = show(home, query)
    words = text_of(page)
    assert f"Où se situe {title}" in words
    assert told in words
    assert len(json.dumps(page)) < 150_000


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("territoires=xyz", "Aucun territoire ne porte le code «\u00a0xyz\u00a0»"),
        (f"territoires={OUTSIDE}", "Ouessant n’appartient à aucune intercommunalité"),
        (f"territoires={WITHOUT_SCORE}", "trop de données manquent"),
        (f"niveau=epci&territoires={GRENOBLE},departement-38", "Isère est un département"),
        (
            f"niveau=commune&territoires={OUTSIDE},38185,42218,38001,38002,38003,38004",
            "6 territoires au plus à la fois\u00a0: Village 38004 n’y est pas",
        ),
    ],
)
def test_what_cannot_be_shown_is_told_in_words(home, query, told):
    assert told in text_of(show(home, query))


def test_the_former_address_still_leads_to_its_territory(levels):
    assert parse_situation(levels, {"territoire": "38185"}).codes == (GRENOBLE,)
    assert parse_situation(levels, {"territoires": "departement-38"}).level == "departement"


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"territoires={GRENOBLE},{LYON}&groupe=profil&zoom=choisis",
        "niveau=commune&territoires=38185&groupe=COM.0-2000&zoom=10,20,1,50",
        "variante=per_inhabitant&groupe=CC&zoom=comparables",
        "niveau=departement&territoires=departement-38,departement-69",
    ],
)
def test_an_address_is_written_as_it_is_read(levels, query):
    given = dict(part.split("=") for part in query.split("&") if part)
    assert parse_situation(levels, given).query == query


@pytest.mark.parametrize("zoom", ["x", "1,2,3", "5,5,1,2", "9,1,1,2", "nan,2,1,2", "choisis", "0,inf,0,1", "1,2,3,4,5"])
def test_a_zoom_that_makes_no_sense_shows_everything(levels, zoom):
    assert parse_situation(levels, {"zoom": zoom}).zoom == ""


def test_a_zoom_narrows_the_figure_and_one_beyond_it_is_forgotten(levels, catalogue):
    whole = draw(levels, catalogue)
    near = draw(levels, catalogue, territoires=GRENOBLE, zoom="choisis")
    assert whole.axes[0].low < near.axes[0].low < 42
    assert 52 < near.axes[0].high < whole.axes[0].high
    assert draw(levels, catalogue, zoom="0,900,0,900").situation.zoom == ""


def test_a_chosen_territory_has_its_scores_and_no_rank_without_its_interval(home):
    words = text_of(show(home, f"territoires={GRENOBLE}"))
    assert "Attractivité 47, entre 42 et 52" in words
    assert "3ᵉ ex\u00a0æquo, entre la 2ᵉ et la 5ᵉ\u00a0place, sur\u00a06" in words
    assert "rang non donné, faute d’intervalle" in words  # rayonnement has none
    assert "/methode#intervalle" in words
    assert "Retirer Grenoble-Alpes-Métropole" in words


def test_a_position_is_named_with_care():
    medians = Medians(40.0, 10.0)
    row = pd.Series({"attractivite_score": 47.0, "attractivite_low": 42.0, "attractivite_high": 52.0,
                     "rayonnement_score": 12.0, "rayonnement_low": 11.0, "rayonnement_high": 15.0})  # fmt: skip
    assert name_position(row, medians) == "attractif et rayonnant"
    assert say_doubt(row, medians) == ""
    row["attractivite_low"] = 40.4  # rounds to the line as the reader sees it
    assert name_position(row, medians) == (
        "à cheval sur «\u00a0attractif et rayonnant\u00a0» et «\u00a0rayonnant, moins attractif\u00a0»"
    )
    assert say_doubt(row, medians) == "Son intervalle d’attractivité franchit la médiane."
    row["rayonnement_low"] = 2.0
    assert name_position(row, medians) == "à cheval sur les quatre positions"
    row["rayonnement_score"] = float("nan")
    assert name_position(row, medians) == "sans les deux scores"


def test_where_half_are_on_the_floor_only_what_is_over_it_is_above(levels, catalogue):
    plate = draw(levels, catalogue, niveau="commune")
    assert plate.medians.on_floor == {"rayonnement"}
    assert not plate.medians.is_above("rayonnement", 1.0)
    assert plate.medians.is_above("rayonnement", 1.2)
    assert plate.medians.find_side("rayonnement", 1.4, 1.0, 1.6) is None
    assert plate.medians.find_side("rayonnement", 1.0, 1.0, 1.0) is False


def test_medians_of_a_level_without_a_floor_count_the_line_as_above():
    rows = pd.DataFrame({"attractivite_score": [1.0, 2.0, 3.0], "rayonnement_score": [4.0, 5.0, 6.0]})
    medians = compute_medians(rows)
    assert medians.on_floor == frozenset()
    assert medians.is_above("attractivite", 2.0)


def test_comparables_come_by_rule_by_profile_or_by_epci(levels, catalogue):
    grenoble = read_place(levels, "epci", GRENOBLE)
    assert find_comparables(levels, catalogue, "epci", "", None).code == "METRO"
    assert find_comparables(levels, catalogue, "epci", "CC.0-20000", grenoble).members[0] == "200000001"
    alike = find_comparables(levels, catalogue, "epci", PROFILE, grenoble)
    assert GRENOBLE not in alike.members
    assert "plus proches de Grenoble-Alpes-Métropole" in alike.how
    assert "pas le groupe de la règle" in alike.how
    commune = read_place(levels, "commune", "38185")
    assert set(find_comparables(levels, catalogue, "commune", "", commune).members) == {
        "38185", "38001", "38002", "38003", "38004",
    }  # fmt: skip
    island = read_place(levels, "commune", OUTSIDE)
    assert find_comparables(levels, catalogue, "commune", SAME_EPCI, island).code == "COM.0-2000"


@pytest.mark.parametrize("code", ["<b>", "METRO.9", "profil", SAME_EPCI, "COM.1-2", "CU.0-20000"])
def test_an_unknown_or_empty_group_falls_back_to_the_default(levels, catalogue, code):
    assert find_comparables(levels, catalogue, "epci", code, None).code == "METRO"


def test_every_offer_names_territories_and_none_comes_twice(levels, catalogue):
    for level, code in (("epci", GRENOBLE), ("commune", "38185"), ("departement", "38"), ("region", "84")):
        first = read_place(levels, level, code)
        offers = list_offers(levels, level, first)
        codes = [offer.code for offer in offers]
        assert len(codes) == len(set(codes))
        assert find_comparables(levels, catalogue, level, "", first).code in codes


def test_many_communes_are_counted_by_cell_and_never_sent_as_points(levels, catalogue):
    plate = draw(levels, catalogue, niveau="commune", territoires="38185")
    figure = plate.draw(LIGHT)
    assert figure.data[GROUND].type == "heatmap"
    assert figure.data[GROUND].text.sum() == len(plate.shown)
    assert len(figure.data[COMPARABLE].ids) == 5
    assert list(figure.data[CHOSEN].ids) == ["38185"]
    assert len(figure.to_json()) < 60_000


def test_a_group_too_large_to_be_points_is_what_the_cells_count(levels, catalogue):
    plate = draw(levels, catalogue, niveau="commune", groupe="COM.0-2000")
    assert len(plate.comparables.members) > MOST_POINTS
    assert plate.points == ()
    assert plate.draw(LIGHT).data[GROUND].text.sum() == len(plate.comparables.members)


def test_only_the_chosen_change_when_they_alone_do(home):
    found = follow(home, "home-chosen.data", "groupe=CC", group="CC", chosen=f"{GRENOBLE},{EVRY}")
    changes = found["quadrant"]["figure"]
    assert "data" not in changes
    assert {tuple(one["location"][:2]) for one in changes["operations"]} == {
        ("data", CHOSEN), ("data", CHOSEN + 1), ("layout",),
    }  # fmt: skip
    assert found["home-query"]["data"] == f"territoires={GRENOBLE},{EVRY}&groupe=CC"
    assert "Évry" in text_of(found["chosen-note"])
    assert found["positionnement-csv"]["href"].endswith(f"?territoires={GRENOBLE},{EVRY}&groupe=CC")


def test_another_group_draws_the_figure_again(home):
    found = follow(home, "home-group.value", group="CC")
    assert found["quadrant"]["figure"]["data"][COMPARABLE]["ids"] == ["200000001", "200000002"]
    assert found["home-query"]["data"] == "groupe=CC"


def test_a_group_that_starts_from_a_territory_leaves_with_it(home):
    found = follow(home, "home-chosen.data", f"territoires={GRENOBLE}&groupe=profil", group="profil", chosen="")
    assert found["home-group"]["value"] == "METRO"
    assert found["home-query"]["data"] == ""
    assert "data" in found["quadrant"]["figure"]


@pytest.mark.parametrize(
    ("level", "query", "address"),
    [
        ("commune", f"territoires={GRENOBLE}", f"/?niveau=commune&territoires={GRENOBLE}"),
        ("epci", "niveau=commune&territoires=38185", "/?territoires=38185"),
        ("region", "variante=per_inhabitant&groupe=CC", "/?niveau=region&variante=per_inhabitant"),
        ("epci", "niveau=region", "/"),
    ],
)
def test_another_level_keeps_what_it_can(home, level, query, address):
    output = next(one["output"] for one in home.get("/_dash-dependencies").get_json()
                  if one["output"].startswith("go.href") and one["inputs"][0]["id"] == "home-niveau")  # fmt: skip
    inputs, state = [("home-niveau", "value", level)], [("home-query", "data", query)]
    found = post(home, output, inputs, state, "home-niveau.value")
    assert next(iter(found["go"].values())) == address


def test_the_territories_of_one_level_stand_for_those_of_another(levels):
    assert parse_situation(levels, {"niveau": "commune", "territoires": GRENOBLE}).codes == ("38185",)
    assert parse_situation(levels, {"niveau": "departement", "territoires": f"38185,{LYON}"}).codes == ("38", "69")
    assert parse_situation(levels, {"niveau": "region", "territoires": f"38185,{LYON}"}).codes == ("84",)


def test_the_table_lists_the_chosen_first_and_no_crowd(home):
    table = home.get(f"/chiffres/positions?territoires={EVRY}").text
    assert table.index("Évry") < table.index("Grand Paris") < table.index("Evreux")
    assert table.count("<tr>") == 8
    communes = home.get("/chiffres/positions?niveau=commune&territoires=42218,38185").text
    assert communes.index("Saint-Étienne") < communes.index("Grenoble")
    assert communes.count("<tr>") == 3
    assert home.get("/chiffres/positions?niveau=commune&territoires=38185,42218").text.count("<tr>") == 7
    regions = home.get("/chiffres/positions?niveau=region").text
    assert 'href="/territoire/region-84"' in regions


@pytest.mark.parametrize("query", ["", "niveau=commune&territoires=38185", "niveau=region", "variante=per_inhabitant"])
def test_what_is_shown_is_taken_away_with_its_notice(home, query):
    lines = home.get(f"/export/positionnement.csv?{query}").data.decode("utf-8-sig").splitlines()
    notice = [line for line in lines if line.startswith("#")]
    head, *rows = [line.split(";") for line in lines if not line.startswith("#")]
    assert any("édition\u00a02026" in line for line in notice)
    assert head[-2:] == ["Position", "Sur la figure"]
    assert rows
    rank, best = head.index("Attractivité : rang"), head.index("Attractivité : rang, meilleur")
    assert all(bool(row[rank]) == bool(row[best]) for row in rows)
    figure = home.get(f"/figure/positionnement.json?{query}").get_json()["figure"]
    assert figure["layout"]["width"] == 1200
    assert len(figure["data"]) == 4
