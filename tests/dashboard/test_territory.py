"""The territory page over a build that has ties, comparable territories and a past."""

import duckdb
import numpy as np
import pytest

from dashboard.app import create_app
from dashboard.figures import past_curves
from dashboard.positions import find_peers
from dashboard.profiles import read_differences, read_levers, read_matrix, read_neighbours, read_past
from dashboard.queries import read_place
from dashboard.theme import LIGHT
from dashboard.ties import count_partners, group_ties, read_ties, say_partner
from dashboard.warehouse import Warehouse
from etl.countries import country_label
from etl.warehouse import find_current
from tests.dashboard.conftest import write_warehouse
from tests.dashboard.test_pages import text_of

GRENOBLE = "200040715"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tied")
    write_warehouse(folder)
    with duckdb.connect(str(find_current(folder))) as con:
        con.executemany(
            "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'culture_musees')",
            [
                ("epci", GRENOBLE, "reseau", "Energy-Cities", "FR", "1", "member", "Government", 1997, None),
                ("commune", "38185", "reseau", "Energy-Cities", "FR", "1", "member", "Government", None, None),
                ("commune", "38185", "jumelage", "<b>Essen</b>", "DE", "2", "foreign", "", None, None),
                ("commune", "38185", "jumelage", "Arles", "FR", "3", "domestic", "", None, None),
                ("commune", "38185", "poste", "Tunisie", "TN", "4", "consulate", "", None, None),
                ("commune", "38185", "projet", "USER", "FR", "5", "lead", "A very long sentence", 2013, 2015),
                ("commune", "38185", "label", "Fortifications", "", "6", "inscribed", "", 2008, None),
                ("commune", "42218", "label", "Lyon", "", "7", "member", "", None, None),
            ],
        )
        con.executemany(
            "INSERT INTO fit VALUES ('revenu_median', 'epci', 2026, ?, ?)",
            [("peer_mean:tous", 30.0), ("peer_spread:tous", 10.0), ("peer_count:tous", 7.0)],
        )
        con.execute("DELETE FROM peer WHERE level = 'epci'")
        con.execute("INSERT INTO peer SELECT 'epci', territory_code, 2026, 'tous' FROM territory WHERE level = 'epci'")
        con.execute(
            """INSERT INTO score SELECT 'epci', ?, edition, 'as_is', 'retro_attractivite', NULL, 40 + edition - 2015,
               NULL, NULL, 1, NULL, NULL, 1.0, NULL, NULL, NULL FROM range(2015, 2018) AS r(edition)""",
            [GRENOBLE],
        )
        con.execute(  # a pillar wholly above its comparable territories' median
            "UPDATE score SET score_low = 42, score_high = 50 WHERE node_code = 'notoriete' AND territory_code = ?",
            [GRENOBLE],
        )
    return folder


@pytest.fixture(scope="module")
def tied(folder):
    return Warehouse(folder).build()


@pytest.fixture(scope="module")
def tied_client(folder, catalogue, geo):
    return create_app(folder, catalogue=catalogue, geo=geo).server.test_client()


def test_ties_are_its_own_and_its_members_grouped_by_kind(tied):
    groups = group_ties(read_ties(tied, "epci", GRENOBLE))
    assert list(groups) == ["reseau", "jumelage", "poste", "projet", "patrimoine"]
    assert count_partners(groups["reseau"]) == 1  # one network, whoever holds it
    assert len(groups["reseau"]) == 2
    assert groups["projet"][0].years == "2013–2015"
    assert {t.years for t in groups["reseau"]} == {"depuis 1997", ""}


def test_a_commune_has_its_own_ties_only_and_a_region_those_of_all_its_members(tied):
    assert {t.holder for t in read_ties(tied, "commune", "38185")} == {"Grenoble"}
    assert {t.holder for t in read_ties(tied, "region", "84")} == {
        "Grenoble-Alpes-Métropole"
    }  # no commune is tied to it


def test_a_tie_is_told_in_french(tied):
    told = {say_partner(t) for t in read_ties(tied, "epci", GRENOBLE)}
    assert "Energy-Cities (gouvernement local\u202f; siège\u00a0: France)" in told
    assert "Tunisie (consulat)" in told
    assert "USER" in told
    assert country_label("CI") == "Côte d’Ivoire"
    assert country_label(None) == ""


def test_the_list_of_ties_is_escaped_and_says_its_source(tied_client):
    answer = tied_client.get(f"/chiffres/liens/{GRENOBLE}/jumelage")
    assert "&lt;b&gt;Essen&lt;/b&gt;" in answer.text
    assert "<b>Essen" not in answer.text
    assert "Fréquentation des musées de France" in answer.text
    assert tied_client.get(f"/chiffres/liens/{GRENOBLE}/nope").status_code == 404
    assert tied_client.get("/chiffres/liens/999999999/reseau").status_code == 404


def test_differences_are_told_only_from_one_standard_deviation_on(tied, catalogue):
    found = {c: read_differences(tied, catalogue, "epci", c) for c in (GRENOBLE, "200000001")}
    assert [(d.code, round(d.excess, 1)) for d in found[GRENOBLE]] == [("revenu_median", 1.7)]
    assert found["200000001"] == []  # at the mean


def test_a_neighbour_is_the_nearest_profile(tied, catalogue):
    nearest = read_neighbours(tied, catalogue, "epci", "200000001")[0]
    rows = read_matrix(tied, "epci", ("revenu_median", "visiteurs_musees")).rows
    assert nearest.row == rows["200000002"]
    assert read_neighbours(tied, catalogue, "epci", "200000003") == []


def test_a_lever_moves_the_rank_as_a_slow_count_says(tied, catalogue):
    table = read_levers(tied, catalogue, "epci", "attractivite", "200000002")
    matrix = read_matrix(tied, "epci", ("revenu_median",))
    others = np.delete(matrix.scores[:, 0], matrix.rows["200000002"])
    assert table.loc["revenu_median", "rank_up"] == 1 + np.sum(others > 30) == 4  # 20 and ten more points
    assert table.loc["revenu_median", "rank"] == 1 + np.sum(others > 20) == 5
    assert read_levers(tied, catalogue, "epci", "attractivite", "200000003").empty


def test_the_page_tells_strengths_likenesses_and_ties_but_no_pillar_within_its_interval(open_tied):
    words = text_of(open_tied(f"/territoire/{GRENOBLE}"))
    for heading in ("Atouts et points faibles", "Territoires de profil voisin", "Réseaux et liens"):
        assert heading in words
    assert ", au-dessus de la médiane (34)\u00a0: 48, entre 42 et 50." in words
    assert words.count("de la médiane (") == 1  # the other pillar has no interval: nothing is claimed of it
    assert "1\u00a0pays jumelé" in words
    assert "1\u00a0réseau, 2\u00a0jumelages" in words


@pytest.fixture(scope="module")
def open_tied(tied_client):
    def opened(address):
        tied_client.get("/_dash-layout")
        outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
        answer = tied_client.post(
            "/_dash-update-component",
            json={
                "output": ".._pages_content.children..._pages_store.data..",
                "outputs": outputs,
                "inputs": [{"id": "_pages_location", "property": "pathname", "value": address},
                           {"id": "_pages_location", "property": "search", "value": ""}],
                "changedPropIds": ["_pages_location.pathname"],
            },
        )  # fmt: skip
        assert answer.status_code == 200, answer.text[:500]
        return answer.get_json()["response"]

    return opened


def test_the_past_has_its_own_figure(tied):
    past = read_past(tied, "epci", GRENOBLE)
    figure = past_curves(past, {"retro_attractivite": "Attractivité"}, LIGHT)
    assert list(figure.data[0].x) == [2015, 2016, 2017]
    assert list(figure.data[0].y) == [40, 41, 42]
    assert figure.data[0].line.color == LIGHT.index["attractivite"]
    assert read_past(tied, "epci", "200000001").empty


def test_comparable_territories_are_found_at_every_level(tied, build):
    assert len(find_peers(tied, read_place(tied, "epci", GRENOBLE)).members) == 7
    assert find_peers(build, read_place(build, "departement", "38")).label == "départements"
    assert "200054781" in find_peers(build, read_place(build, "epci", GRENOBLE)).members  # no peer table: the rule


def test_where_a_figure_comes_from_is_fetched(client):
    told = client.get(f"/chiffres/lignage/{GRENOBLE}/visiteurs_musees").text
    assert "musees_visiteurs" in told
    assert "453\u202f825" in told
    assert "secret statistique" in client.get("/chiffres/lignage/200066793/visiteurs_musees").text
    assert client.get(f"/chiffres/lignage/{GRENOBLE}/nope").status_code == 404


def test_the_published_build_is_told_to_a_page_left_open(client, build):
    answer = client.get("/publication")
    assert answer.get_json() == {"build_id": build.build_id}
    assert answer.headers["Cache-Control"] == "no-store"
