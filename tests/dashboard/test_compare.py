import io
import json
from urllib.parse import quote

import duckdb
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from dashboard.app import create_app
from dashboard.chosen import Chosen, parse_chosen, write_query
from dashboard.compare_figures import HEAD, LINE, Block, clip, dots_and_intervals
from dashboard.duels import compute_duels, say_duels, say_share, say_why_none
from dashboard.queries import read_place
from dashboard.reading import PUBLISHED, Reading
from dashboard.sides import Node, find_contrasts, pick_node, read_sides, split_contrasts
from dashboard.theme import LIGHT
from dashboard.warehouse import Warehouse
from tests.dashboard.conftest import lay_out_page, write_warehouse

LYON, GRENOBLE, PARIS, UNSCORED = "200046977", "200040715", "200054781", "200000003"
# By scenario, ranks of Lyon, Grenoble and Paris: Lyon ahead of Grenoble in two of four, tied in one.
RANKS = [(1, 2, 3), (1, 1, 3), (2, 1, 3), (1, 2, 0)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The tiny build with four scenarios."""
    made = tmp_path_factory.mktemp("compared")
    with duckdb.connect(write_warehouse(made)) as con:
        for replicate, ranks in enumerate(RANKS):
            for code, rank in zip((LYON, GRENOBLE, PARIS), ranks, strict=True):
                if rank:
                    con.execute("INSERT INTO replicate VALUES ('attractivite', ?, ?, ?)", [replicate, code, rank])
    return made


@pytest.fixture(scope="module")
def build(folder):
    return Warehouse(folder).build()


@pytest.fixture(scope="module")
def client(folder, catalogue, geo):
    return create_app(folder, catalogue=catalogue, geo=geo).server.test_client()


@pytest.fixture(scope="module")
def open_page(client):
    def opened(query=""):
        answer = lay_out_page(client, f"/comparer{query}")
        assert len(answer.data) < 150_000
        return json.dumps(answer.get_json()["response"], ensure_ascii=False)

    return opened


def list_codes(chosen):
    return [place.territory_code for place in chosen.places]


def test_ties_count_for_half_over_the_scenarios_where_both_have_a_rank():
    duels = compute_duels(np.array(RANKS, dtype=np.uint32))
    assert duels.ahead[0, 1] == pytest.approx((2 + 0.5) / 4)
    assert duels.ahead[1, 0] == pytest.approx(1 - duels.ahead[0, 1])
    assert duels.ahead[0, 2] == 1.0
    assert (duels.scenarios[0, 1], duels.scenarios[0, 2]) == (4, 3)
    assert np.isnan(duels.ahead[0, 0])


def test_a_pair_is_told_from_the_one_ahead_and_a_doubt_is_told_as_a_doubt(build):
    places = [read_place(build, "epci", code) for code in (GRENOBLE, LYON)]
    sentences = say_duels(places, compute_duels(np.array(RANKS, dtype=np.uint32)[:, [1, 0]]))
    (sentence,) = sentences
    assert sentence.startswith("Métropole de Lyon devance Grenoble-Alpes-Métropole dans 62\u00a0% des scénarios")
    assert sentence.endswith("les choix de méthode en décident.")


@pytest.mark.parametrize(("share", "told"), [(1.0, "100\u00a0%"), (0.0, "0\u00a0%"), (0.9996, "plus de 99\u00a0%"),
                                             (0.0004, "moins de 1\u00a0%"), (0.931, "93\u00a0%")])  # fmt: skip
def test_rounding_never_turns_a_doubt_into_a_certainty(share, told):
    assert say_share(share, 1000) == told


def test_a_share_without_scenarios_is_unknown():
    assert say_share(float("nan"), 0) == "n.d."


def test_the_absence_of_scenarios_is_explained_at_other_levels_and_in_other_readings():
    assert say_why_none("epci", PUBLISHED) == ""
    assert "intercommunalités" in say_why_none("departement", PUBLISHED)
    assert "telle quelle" in say_why_none("epci", Reading(variant="per_inhabitant"))


def test_an_address_keeps_its_order_and_says_what_it_left_out(build):
    chosen = parse_chosen(build, {"territoires": f"{LYON},{GRENOBLE},38185,zzz,{LYON}"})
    assert list_codes(chosen) == [LYON, GRENOBLE]
    assert chosen.items == {"territoires": f"{LYON},{GRENOBLE}"}
    assert any("zzz" in sentence for sentence in chosen.refused)
    assert any(
        s.startswith("Grenoble est une commune\u00a0: une comparaison tient à un seul niveau") for s in chosen.refused
    )


def test_six_territories_are_the_most(build):
    codes = [LYON, GRENOBLE, PARIS, "200066793", "200000001", "200000002", UNSCORED]
    chosen = parse_chosen(build, {"territoires": ",".join(codes)})
    assert list_codes(chosen) == codes[:6]
    assert chosen.refused == ("Une comparaison compte 6 territoires au plus\u00a0: CC Sans Score n’y est pas.",)


def test_a_level_is_kept_while_nobody_is_chosen_and_an_unknown_one_is_not(build):
    assert parse_chosen(build, {"niveau": "<b>"}) == Chosen("epci")
    assert write_query(Chosen("departement").items) == "niveau=departement"
    assert write_query({"territoires": "a,b"}) == "territoires=a,b"


def frame(rows):
    """A table of sides from (node, place, score, low, high)."""
    table = pd.DataFrame(rows, columns=["node_code", "place", "score", "low", "high"])
    return table.set_index(["node_code", "place"])


def test_the_widest_contrast_comes_first_and_is_clear_only_when_intervals_do_not_meet():
    nodes = [Node("a", "A", "pillar", "i"), Node("b", "B", "pillar", "i"), Node("c", "C", "pillar", "i")]
    sides = frame([("a", 0, 50, 44, 56), ("a", 1, 40, 36, 44.4), ("b", 0, 20, 18, 22), ("b", 1, 70, 66, 74),
                   ("b", 2, 45, 40, 50), ("c", 0, 30, np.nan, np.nan)])  # fmt: skip
    found = find_contrasts(sides, nodes, 3)
    assert [(one.node.code, one.first, one.last, one.gap, one.is_clear) for one in found] == [
        ("b", 1, 0, 50.0, True),
        ("a", 0, 1, 10.0, False),  # 44 against 44.4: the reader sees 44 and 44
    ]
    clear, unclear = split_contrasts(found)
    assert ([one.node.code for one in clear], [one.node.code for one in unclear]) == (["b"], ["a"])


def test_sides_are_in_the_order_chosen_and_an_unscored_territory_keeps_its_row(build):
    sides = read_sides(build, parse_chosen(build, {"territoires": f"{GRENOBLE},{UNSCORED},{LYON}"}))
    rows = pick_node(sides, "attractivite", 3)
    assert rows["score"].tolist()[::2] == [47.0, 61.0]
    assert np.isnan(rows["score"].iloc[1])
    assert (rows.loc[0, "low"], rows.loc[0, "high"]) == (42.0, 52.0)


def test_each_territory_has_its_line_its_shape_and_its_interval():
    rows = pd.DataFrame({"score": [40.0, np.nan], "low": [35.0, np.nan], "high": [50.0, np.nan]})
    drawn = dots_and_intervals([Block("Cibles", "attractivite", False, rows)], ["Un", "Deux"], LIGHT)
    dots = [trace for trace in drawn.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in dots] == [1, 0]
    assert (dots[0].x[0], dots[0].error_x.array[0], dots[0].error_x.arrayminus[0]) == (40.0, 10.0, 5.0)
    assert dots[0].y[0] == HEAD + LINE / 2
    assert dots[0].marker.symbol != dots[1].marker.symbol
    assert list(drawn.layout.yaxis2.ticktext) == ["40 (35 à 50)", "pas de score"]


def test_a_name_at_the_edge_is_short_and_without_its_article():
    assert clip("CA du Grand Annecy") == "Grand Annecy"
    assert clip("Métropole du Grand Paris") == "Grand Paris"
    assert len(clip("CC des Monts et Vallées de la Haute Rivière")) <= 17


def test_two_territories_are_compared_in_sentences_figures_and_duels(open_page):
    page = open_page(f"?territoires={LYON},{GRENOBLE}")
    assert "Métropole de Lyon devance Grenoble-Alpes-Métropole dans 62\u00a0% des scénarios" in page
    assert "aucun scénario ne les classe ensemble" in page  # on rayonnement, where the tiny build has none
    assert "pas de score" not in page
    assert f"/chiffres/comparer/notoriete?territoires={LYON},{GRENOBLE}" in page
    assert f"/comparer?territoires={GRENOBLE},{LYON}" in page  # one step earlier
    assert f'"/comparer?territoires={LYON}"' in page  # without Grenoble


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "Les 3 métropoles les plus peuplées"),
        (f"?territoires={GRENOBLE}", "Grenoble-Alpes-Métropole\u00a0: avec qui"),
        ("?territoires=zzz", "Aucun territoire ne porte le code"),
        (f"?territoires={GRENOBLE},38185", "une comparaison tient à un seul niveau"),
        (f"?territoires={LYON},{GRENOBLE},{PARIS},200066793,200000001,200000002,{UNSCORED}", "6 territoires au plus"),
        (f"?territoires={LYON},{GRENOBLE}&variante=per_inhabitant", "il faut comparer les intervalles"),
        (f"?territoires={LYON},{UNSCORED}", "pas de score"),
        ("?territoires=departement-38,departement-69", "Les scénarios un par un ne sont conservés que"),
        (f"?territoires={quote('<b>,é')}", "Aucun territoire ne porte le code"),
    ],
)
def test_whatever_the_address_holds_the_page_answers_and_says_why(open_page, query, told):
    assert told in open_page(query)


def test_raw_figures_come_with_unit_year_status_and_source_and_a_secret_is_told(client):
    told = client.get(f"/chiffres/comparer/notoriete?territoires={GRENOBLE},200066793").text
    assert "453\u202f825" in told
    assert "entrées par an" in told
    assert "2023" in told
    assert 'href="/source/culture_musees"' in told
    assert "secret statistique" in told
    assert "CU d&#x27;Évry-sur-Œuvre" in told


def test_the_numbers_of_the_figure_are_a_table(client):
    told = client.get(f"/chiffres/comparer?territoires={GRENOBLE},{UNSCORED}").text
    assert "47, entre 42 et 52" in told
    assert "3ᵉ ex\u00a0æquo, entre la 2ᵉ et la 5ᵉ\u00a0place" in told
    assert "n.d." in told
    assert client.get("/chiffres/comparer").status_code == 404
    assert client.get(f"/chiffres/comparer/nope?territoires={GRENOBLE},{LYON}").status_code == 404


def test_the_file_holds_every_node_of_each_territory_with_its_notice(client):
    book = load_workbook(io.BytesIO(client.get(f"/export/comparer.xlsx?territoires={LYON},{GRENOBLE}").data))
    rows = list(book["Comparer"].values)
    assert len(rows) == 1 + 2 * 7  # two indices, two pillars, three indicators
    own = next(row for row in rows if row[3] == "attractivite" and row[4] == GRENOBLE)
    assert own[11:18] == (47, 42, 52, 3, 2, 5, 6)
    assert any(
        "comparaison de Métropole de Lyon, Grenoble-Alpes-Métropole" in str(line[0]) for line in book["Notice"].values
    )


def test_the_figure_is_an_image_with_its_title(client):
    told = client.get(f"/figure/comparer.json?territoires={LYON},{GRENOBLE}").get_json()["figure"]
    assert any("Comparer Métropole de Lyon" in str(note.get("text")) for note in told["layout"]["annotations"])


def test_search_keeps_to_one_level_when_asked(client):
    found = client.get("/recherche?q=gre&niveau=commune").get_json()
    assert [one["label"] for one in found] == ["Grenoble"]
    assert len(client.get("/recherche?q=gre").get_json()) > 1
