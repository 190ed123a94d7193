"""The territory page over a build that has ties, comparable territories and a past."""

import json
import re

import duckdb
import numpy as np
import pandas as pd
import pytest

from dashboard.app import create_app
from dashboard.contributions import say_points
from dashboard.figures import past_curves
from dashboard.levers import agree, list_levers, round_told, say_count
from dashboard.pillar_plate import MOST_POINTS, SPREAD, Plate, list_peer_rows, pillar_plate, spread_dots
from dashboard.positions import find_peers
from dashboard.profiles import (
    read_contributions,
    read_differences,
    read_levers,
    read_matrix,
    read_neighbours,
    read_past,
)
from dashboard.queries import read_place, read_profile
from dashboard.reading import PUBLISHED, Reading
from dashboard.reading_keys import Asked, count_above, list_groups, parse_asked
from dashboard.series_lines import draw_line, say_ends, say_marks
from dashboard.territory_plate import read_plate
from dashboard.territory_series import list_lines
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
        con.executemany(
            "INSERT INTO observation VALUES ('epci', ?, 'musees_visiteurs', ?, ?, ?, 'culture_musees')",
            [
                (GRENOBLE, 2019, 400_000, "ok"),
                (GRENOBLE, 2020, 90_000, "estimated"),
                ("200066793", 2021, 5, "ok"),  # a year the series has, that Grenoble has not
                (GRENOBLE, 2022, None, "secret"),
            ],
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


def read_place_of(build, code, level="epci"):
    place = read_place(build, level, code)
    assert place is not None
    return place


def test_a_lever_says_the_figure_to_reach_on_the_indicator_s_own_scale(tied, catalogue):
    place = read_place_of(tied, "200000002")
    profile = read_profile(tied, "epci", "200000002", find_peers(tied, place).members)
    lever = list_levers(tied, place, "attractivite", profile, catalogue)[0]
    assert lever.indicator.code == "revenu_median"
    assert lever.gained == 10
    assert lever.value_up == pytest.approx(17_000 + 9_000 * (30 - 1) / 99)
    assert (lever.rank_up, lever.rank_down) == (4, 5)  # it has the least score observed: nothing to lose
    assert say_count(lever) == ""  # a median income is not a count of anything


def test_a_count_is_told_with_no_more_digits_than_it_deserves():
    assert [round_told(x) for x in (7, 999, 1_012_207, -14_698)] == [7, 999, 1_010_000, -14_700]
    assert round_told(886, 2) == 890


def test_a_unit_agrees_with_what_it_counts():
    told = [
        agree(1, "réseaux"),
        agree(3, "réseaux"),
        agree(0.4, "étudiants pour 1\u202f000 habitants"),
        agree(1, "% par an"),
    ]
    assert told == ["réseau", "réseaux", "étudiant pour 1\u202f000 habitants", "% par an"]


def test_contributions_add_up_to_the_gap_on_every_epci_that_has_a_score(tied, catalogue):
    for index in catalogue.indices:
        for code in (GRENOBLE, "200054781", "200000002"):
            table = read_contributions(tied, catalogue, "epci", index.code, code)
            whole = table.loc[index.code]
            assert table.loc[table["parent"].eq(index.code), "points"].sum() == pytest.approx(whole["points"])
            assert whole["points"] == pytest.approx(whole["score"] - whole["reference"])
    assert read_contributions(tied, catalogue, "epci", "attractivite", "200000003").empty
    assert [say_points(p) for p in (4.76, -0.2, 0.04)] == ["+4,8", "−0,2", "0"]


def test_contributions_are_told_pillar_by_pillar_and_fetched_by_indicator(open_tied, tied_client):
    words = text_of(open_tied(f"/territoire/{GRENOBLE}"))
    assert "Score 47, comme le territoire médian." in words  # of 60, 61, 47, 30 and 20, the secret one left out
    far = text_of(open_tied("/territoire/200000002"))
    assert "Score 20\u202f; le territoire médian aurait 47\u00a0: un écart de −27,0\u00a0points." in far
    answer = tied_client.get(f"/chiffres/contributions/{GRENOBLE}/attractivite")
    assert "#indicateur-revenu_median" in answer.text
    assert tied_client.get(f"/chiffres/contributions/{GRENOBLE}/nope").status_code == 404
    assert tied_client.get("/chiffres/contributions/200000003/attractivite").status_code == 404


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
        address, _, query = address.partition("?")
        tied_client.get("/_dash-layout")
        outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
        answer = tied_client.post(
            "/_dash-update-component",
            json={
                "output": ".._pages_content.children..._pages_store.data..",
                "outputs": outputs,
                "inputs": [{"id": "_pages_location", "property": "pathname", "value": address},
                           {"id": "_pages_location", "property": "search", "value": f"?{query}" if query else ""}],
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
    assert figure.layout.xaxis.dtick is None  # as many years as there is room for, none of them askew
    assert figure.layout.xaxis.tickangle == 0
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


def test_a_series_keeps_its_gaps_and_marks_what_is_not_plainly_published(tied):
    line = list_lines(tied, read_place_of(tied, GRENOBLE), ("musees_visiteurs", "revenu_median"))[0]
    assert list(line.known) == [2019, 2020, 2023]
    assert line.gaps == (2021,)
    assert say_ends(line) == "400\u202f000 en 2019, 453\u202f825 en 2023"
    assert say_marks(line) == "sans chiffre\u00a0: 2021\u202f; estimé\u00a0: 2020\u202f; secret statistique\u00a0: 2022"
    drawn = draw_line(line)
    assert drawn.count("M") == 1  # 2019 to 2020 alone: neither 2021, unknown, nor 2022, secret, is crossed
    assert drawn.count("series-estimated") == 1
    assert drawn.count("series-secret") == 1


def test_the_series_are_fetched_with_their_figures_as_a_table(tied_client):
    told = tied_client.get(f"/chiffres/evolution/{GRENOBLE}").text
    assert "series-line" in told
    assert '<th scope="row">2021</th><td>n.d.</td>' in told
    assert '<th scope="row">2022</th><td>secret statistique</td>' in told
    assert "series-line" not in tied_client.get("/chiffres/evolution/200066793").text  # two years, one of them secret
    assert tied_client.get("/chiffres/evolution/999999999").status_code == 404
    assert "series-line" in tied_client.get(f"/chiffres/lignage/{GRENOBLE}/visiteurs_musees").text


def test_an_address_that_asks_what_is_not_known_reads_by_pillar_as_published(tied):
    assert parse_asked(tied, "epci", {"lecture": "nope", "variante": "<b>", "edition": "12"}) == Asked()
    asked = parse_asked(tied, "epci", {"lecture": "themes", "variante": "per_inhabitant"})
    assert asked == Asked("themes", Reading(None, "per_inhabitant"))
    assert asked.query == "lecture=themes&variante=per_inhabitant"
    assert Asked().query == ""


def test_every_key_groups_the_same_indicators_and_themes_have_no_score(tied, catalogue, open_tied):
    pillars = {one.code for group in list_groups(catalogue, "epci", "piliers") for one in group.indicators}
    themes = list_groups(catalogue, "epci", "themes")
    assert {one.code for group in themes for one in group.indicators} == pillars
    assert [group.label for group in themes] == ["Culture"]
    profile = read_profile(tied, "epci", "200054781", find_peers(tied, read_place_of(tied, "200054781")).members)
    assert count_above(themes[0], profile) == (2, 0, 2)
    words = text_of(open_tied("/territoire/200054781?lecture=themes"))
    assert "2 sur 2\u00a0indicateurs notés au-dessus de la médiane des comparables." in words
    assert "pilier-notoriete" not in words
    assert "theme-culture" in words


def test_a_target_groups_the_indicators_that_speak_to_it():
    from indicators.catalogue import load_catalogue

    groups = list_groups(load_catalogue(), "epci", "cibles")
    assert [group.label for group in groups] == ["Habitants", "Étudiants", "Visiteurs", "Entreprises"]
    assert "acces_ferroviaire" in {one.code for one in groups[0].indicators} & {o.code for o in groups[2].indicators}


def test_the_key_changes_in_place(tied_client):
    tied_client.get("/_dash-layout")
    answer = tied_client.post(
        "/_dash-update-component",
        json={
            "output": "territory-groups.children",
            "outputs": {"id": "territory-groups", "property": "children"},
            "inputs": [{"id": "territory-lecture", "property": "value", "value": "themes"}],
            "state": [{"id": "territory-of", "property": "data", "value": [GRENOBLE, "variante=per_inhabitant"]}],
            "changedPropIds": ["territory-lecture.value"],
        },
    )
    words = text_of(answer.get_json()["response"])
    assert "theme-culture" in words
    assert "variante=per_inhabitant" in words  # the lines are fetched as the page is read


def test_a_variant_has_its_own_scores_and_says_what_it_leaves_out(open_tied):
    words = text_of(open_tied("/territoire/200000002?variante=per_inhabitant"))
    assert "1ʳᵉ sur\u00a06" in words  # 101 less the least score
    assert "l’indice tel quel" in words
    assert "Ce qui fait le score" not in words


def test_the_rank_of_a_pillar_without_an_interval_says_that_there_is_none(open_tied):
    words = text_of(open_tied(f"/territoire/{GRENOBLE}"))
    assert re.search("3ᵉ sur\u00a06 +sans intervalle pillar-rank", words)


def test_a_level_of_one_variant_offers_none(open_tied, open_page):
    assert "par habitant" in text_of(open_tied(f"/territoire/{GRENOBLE}"))
    assert "par habitant" not in text_of(open_page("/territoire/departement-38"))


def test_comparable_territories_are_dots_with_their_names(tied, catalogue):
    plate = read_plate(tied, catalogue, read_place_of(tied, GRENOBLE), PUBLISHED)
    assert list(plate.rows["node"]) == ["attractivite", "qualite", "rayonnement", "notoriete"]
    assert "Grenoble-Alpes" not in plate.names
    figure = pillar_plate(plate, LIGHT)
    dots = figure.data[0]
    assert set(dots.text) == {
        "Grand Paris",
        "Lyon",
        "Évry-sur-Œuvre",
        "Evreux",
        "de l'Île Saint-Ouen",
    }  # all but no score
    own = [trace for trace in figure.data if trace.mode == "markers" and trace.marker.color == "#0B6A8A"]
    assert [list(trace.x) for trace in own] == [[47.0, 47.0]]  # the index and its pillar
    assert list_peer_rows(plate, 1)[0][0] == "Évry-sur-Œuvre"  # as attractive


def test_too_many_territories_are_a_density_and_equal_ones_do_not_hide_each_other():
    rows = pd.DataFrame(
        [{"node": "a", "label": "A", "index": "a", "is_index": True, "score": float("nan"), "low": float("nan"),
          "high": float("nan"), "peer_median": 1.0}]
    )  # fmt: skip
    count = MOST_POINTS + 1
    figure = pillar_plate(Plate(rows, ("x",) * count, np.ones((count, 1))), LIGHT)
    assert figure.data[0].fill == "toself"
    assert list(figure.data[1].x) == [1.0, 1.0, None]  # the median
    assert [len(trace.x) for trace in figure.data[2:]] == [0, 0]  # no score: no interval, no point
    heights = spread_dots(np.array([10.0] * 9 + [50.0]))
    assert len(set(heights[:9].round(6))) == 9
    assert np.abs(heights).max() <= SPREAD + 1e-9
    assert heights[9] == 0


def test_the_scores_of_comparable_territories_are_a_table_the_nearest_first(tied_client):
    told = tied_client.get(f"/chiffres/comparables/{GRENOBLE}").text
    assert told.index("Grenoble-Alpes-Métropole</th>") < told.index("Évry") < told.index("Evreux")
    assert tied_client.get("/chiffres/comparables/xyz").status_code == 404


def test_what_is_taken_away_holds_every_node_and_its_raw_figure(tied_client):
    answer = tied_client.get(f"/export/territoire.csv?territoire={GRENOBLE}&niveau=epci")
    lines = [line for line in answer.text.removeprefix("\ufeff").splitlines() if not line.startswith("#")]
    assert lines[0].startswith("Indice;Pilier;Indicateur;Thème")
    assert len(lines) == 1 + 2 + 2 + 3
    assert any("453825" in line and "Fréquentation des musées de France" in line for line in lines)
    assert "Gares (pour contexte)" in answer.text
    assert "# Contenu : Grenoble-Alpes-Métropole (200040715)" in answer.text
    assert tied_client.get("/export/territoire.csv?territoire=nope").status_code == 404
    printed = json.loads(tied_client.get(f"/figure/territoire.json?territoire={GRENOBLE}&niveau=epci").text)
    assert "Grenoble-Alpes-Métropole" in json.dumps(printed["figure"]["layout"]["annotations"], ensure_ascii=False)


@pytest.mark.parametrize("query", ["", "?lecture=themes", "?lecture=cibles", "?variante=per_inhabitant"])
@pytest.mark.parametrize("code", ["200000003", "200066793", "200054781", "200000002", "29155", "departement-38"])
def test_the_first_the_last_a_tie_a_secret_and_a_territory_without_score_have_their_page(open_tied, code, query):
    assert len(text_of(open_tied(f"/territoire/{code}{query}"))) > 100


def test_a_group_that_does_not_exist_is_not_found(tied_client):
    assert tied_client.get(f"/chiffres/indicateurs/{GRENOBLE}/pilier/nope").status_code == 404
    assert tied_client.get("/chiffres/indicateurs/xyz/pilier/qualite").status_code == 404
    assert tied_client.get(f"/chiffres/indicateurs/{GRENOBLE}/theme/culture").status_code == 200
