import io

import numpy as np
import pandas as pd
import pytest
from flask import Flask
from openpyxl import load_workbook

from dashboard.fragments import write_table
from dashboard.ranking_figure import MOST, draw_ranking
from dashboard.rankings import (
    Asked,
    count_without,
    filter_places,
    find_row,
    list_choices,
    name_size,
    order_asked,
    parse_asked,
    rank_places,
    sort_places,
)
from dashboard.standings import count_within, read_places
from dashboard.theme import LIGHT
from tests.dashboard.test_pages import text_of


def bring(client, *, start=0, sort=None, variant="as_is", **choices):
    """What the grid receives when it asks for rows."""
    values = {"noeud": "attractivite", "nature": "toutes", "taille": "toutes", "caractere": "toutes",
              "departement": "toutes", "region": "toutes"} | choices  # fmt: skip
    now = {"niveau": "epci", "edition": "2026", "variante": variant, "territoire": "", "tri": ""}
    client.get("/_dash-layout")
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "ranking.getRowsResponse",
            "outputs": {"id": "ranking", "property": "getRowsResponse"},
            "inputs": [{"id": "ranking", "property": "getRowsRequest",
                        "value": {"startRow": start, "endRow": start + 100, "sortModel": sort or []}}],
            "state": [*({"id": f"ranking-{k}", "property": "value", "value": v} for k, v in values.items()),
                      {"id": "ranking-now", "property": "data", "value": now}],
            "changedPropIds": ["ranking.getRowsRequest"],
        },
    )  # fmt: skip
    assert answer.status_code == 200, answer.text[:500]
    return answer.get_json()["response"]["ranking"]["getRowsResponse"]


def test_rows_come_by_rank_with_their_interval_and_those_without_a_rank_last(client):
    found = bring(client)
    assert found["rowCount"] == 7
    assert [r["x_rank"] for r in found["rowData"]] == [1, 2, 3, 3, 5, 6, None]
    grenoble = next(r for r in found["rowData"] if r["code"] == "200040715")
    assert (grenoble["x_rank_low"], grenoble["x_rank_high"]) == (2, 5)
    assert (grenoble["x_low"], grenoble["x_high"]) == (42.0, 52.0)
    assert grenoble["y_rank_low"] is None  # rayonnement has no interval there, and none is invented


def test_rows_are_sorted_by_the_server_with_accents_folded(client):
    names = [r["label"] for r in bring(client, sort=[{"colId": "label", "sort": "asc"}])["rowData"]]
    assert names[:3] == ["CC d'Evreux", "CC de l'Île Saint-Ouen", "CC Sans Score"]
    people = [r["population"] for r in bring(client, sort=[{"colId": "population", "sort": "desc"}])["rowData"]]
    assert people == sorted(people, reverse=True)


def test_a_variant_has_its_own_ranks_and_no_interval(client):
    found = bring(client, variant="per_inhabitant")["rowData"]
    assert [r["code"] for r in found[:2]] == ["200000002", "200000001"]  # the least populated first
    assert all(r["x_rank_low"] is None for r in found)


def test_an_unknown_sort_or_an_empty_filter_is_not_an_error(client):
    assert len(bring(client, sort=[{"colId": "nope", "sort": "asc"}])["rowData"]) == 7
    assert bring(client, nature="CU", region="11") == {"rowData": [], "rowCount": 0}
    assert bring(client, start=5000)["rowData"] == []


def test_absent_ranks_stay_last_in_both_directions(build):
    rows = rank_places(build, Asked(), "rayonnement")
    for descending in (False, True):
        assert np.isnan(sort_places(rows, "x_rank", descending=descending)["x_rank"].iloc[-1])


@pytest.mark.parametrize(("filters", "count"), [({"taille": "0-20000"}, 3), ({"nature": "METRO", "region": "84"}, 2),
                                                ({"caractere": "pole"}, 7), ({"departement": "38"}, 3)])  # fmt: skip
def test_filters_keep_only_what_they_say(build, filters, count):
    assert len(filter_places(read_places(build, "epci"), Asked(**filters))) == count


def test_an_address_that_holds_anything_falls_back_to_the_default(build):
    given = {"niveau": "x", "noeud": "<b>", "nature": "y", "tri": "z", "taille": "", "variante": "w", "edition": "v",
             "departement": "u", "territoire": "t"}  # fmt: skip
    assert parse_asked(build, given) == Asked()
    assert Asked().query == ""
    assert parse_asked(build, {"taille": "0-20000", "tri": "label"}).query == "taille=0-20000&tri=label"


def test_an_address_comes_back_with_its_reading_and_the_reader_s_own_territory(build):
    given = {"departement": "38", "variante": "per_inhabitant", "territoire": "38185"}
    asked = parse_asked(build, given)
    assert asked.territoire == "200040715"  # the intercommunalité of the commune
    assert parse_asked(build, {"territoires": "200040715,200066793"}).territoire == "200040715"
    assert asked.query == "departement=38&variante=per_inhabitant&territoire=200040715"


def test_the_reader_s_own_territory_is_found_where_it_stands(build):
    asked = parse_asked(build, {"territoire": "200040715"})
    assert find_row(rank_places(build, asked, "rayonnement"), asked) == 3  # two share the third place, by name
    by_size = parse_asked(build, {"territoire": "200040715", "tri": "population"})
    assert find_row(order_asked(build, by_size, "rayonnement"), by_size) == 2
    elsewhere = parse_asked(build, {"territoire": "200040715", "departement": "69"})
    assert find_row(rank_places(build, elsewhere, "rayonnement"), elsewhere) is None


def test_an_empty_list_says_which_filter_to_take_away(build, open_page):
    asked = parse_asked(build, {"nature": "CU", "region": "11", "taille": "200000-500000"})
    assert count_without(build, asked) == {"nature": 0, "taille": 0, "region": 1}
    page = text_of(open_page("/classement?nature=CU&region=11&taille=200000-500000"))
    assert "Aucun territoire ne répond à ces filtres réunis." in page
    assert "/classement?nature=CU&taille=200000-500000" in page
    assert "Retirer tous les filtres" in page


def test_the_page_tells_the_reader_s_own_place_and_offers_what_the_level_has(open_page):
    page = text_of(open_page("/classement?territoire=200040715"))
    assert "entre la 2ᵉ et la 5ᵉ" in page
    assert "4ᵉ\u00a0ligne sur 7" in page
    assert "lecture par habitant" in page
    assert "Isère (38)" in page
    assert "/methode#intervalle" in page
    hidden = text_of(open_page("/classement?territoire=200040715&departement=69"))
    assert "Hors de cette liste filtrée" in hidden


def test_a_filter_of_one_value_is_not_offered(build):
    assert "caractere" not in list_choices(build, "epci")  # every territory of the tiny build is a pole
    assert list(list_choices(build, "epci")["taille"])[-1] == "0-20000"


@pytest.mark.parametrize(("size", "name"), [("500000+", "plus de 500\u202f000\u00a0habitants"),
                                            ("0-2000", "moins de 2\u202f000\u00a0habitants"),
                                            ("2000-10000", "2\u202f000 à 10\u202f000\u00a0habitants")])  # fmt: skip
def test_a_size_is_named(size, name):
    assert name_size(size) == name


def test_intervals_that_meet_are_counted_as_a_slow_count_does():
    low = np.array([1.0, 2.0, 4.0, 9.0, np.nan])
    high = np.array([3.0, 4.0, 8.0, 9.0, np.nan])
    slow = [sum(low[j] <= high[i] and high[j] >= low[i] for j in range(4) if j != i) for i in range(4)]
    assert count_within(low, high)[:4].tolist() == slow == [1, 2, 1, 0]
    assert np.isnan(count_within(low, high)[4])


def test_the_workbook_has_its_notice_its_numbers_and_no_formula(client):
    answer = client.get("/export/classement.xlsx?noeud=notoriete&nature=METRO")
    assert "classement-epci-notoriete-2026.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book["Classement"].values)
    assert rows[0][0] == "Code SIREN"
    assert "Notoriété : rang, meilleur" in rows[0]
    assert len(rows) == 4
    assert rows[1][1:3] == ("Métropole du Grand Paris", "METRO")
    assert rows[1][7] == 97
    told = "\n".join(str(line[0]) for line in book["Notice"].values)
    assert "Licence Ouverte 2.0" in told
    assert "3\u00a0métropoles" in told
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)


def test_the_image_draws_each_place_on_the_bar_of_its_interval(build):
    rows = rank_places(build, Asked(), "rayonnement")
    figure = draw_ranking(rows, hue="#000", palette=LIGHT, chosen="200040715")
    bars, dots = figure.data
    assert list(bars.x) == [2, 5, None]  # one interval is known, and none is invented
    assert list(dots.x) == [1, 2, 3, 3, 5, 6]  # the territory without a rank is left out
    assert "<b>Grenoble-Alpes-Métropole</b>" in figure.layout.yaxis.ticktext
    assert any(note.text == "3ᵉ, entre 2ᵉ et 5ᵉ · <b>47</b>" for note in figure.layout.annotations)
    sure = draw_ranking(rows.assign(x_rank_low=1, x_rank_high=1), hue="#000", palette=LIGHT)
    assert any(note.text.startswith("1ʳᵉ, seule place plausible · ") for note in sure.layout.annotations)
    assert len(draw_ranking(rows[:0], hue="#000", palette=LIGHT).data[1].x) == 0


def test_the_image_holds_the_first_thirty_and_says_so(client):
    many = pd.DataFrame({"territory_code": [str(n) for n in range(50)], "label": "Nom", "x_score": 50.0})
    many = many.assign(x_rank=range(1, 51), x_rank_low=range(1, 51), x_rank_high=range(2, 52))
    assert len(draw_ranking(many, hue="#000", palette=LIGHT).data[1].x) == MOST
    told = client.get("/figure/classement.json?nature=METRO").get_json()["figure"]
    words = " ".join(note["text"] for note in told["layout"]["annotations"])
    assert "3\u00a0métropoles" in words
    assert "premières lignes" not in words


def test_columns_of_figures_are_aligned_and_columns_of_words_are_not():
    rows = [["<a>", "1\u202f234", "12ᵉ", "9ᵉ à 17ᵉ", "93\u00a0%", "n.d.", "12, entre 3 et 4"],
            ["<a>", "n.d.", "1ʳᵉ", "1ʳᵉ à 2ᵉ", "\u22120,5\u00a0%", "n.d.", "n.d."]]  # fmt: skip
    with Flask("any").app_context():
        text = write_table("t", list("abcdefg"), rows).get_data(as_text=True)
    assert text.count('<td class="figure-cell">') == 8
    assert '<th scope="col" class="figure-cell">e</th>' in text
    assert "<td>12, entre 3 et 4</td>" in text


def test_a_format_that_is_not_written_is_404(client):
    assert client.get("/export/classement.pdf").status_code == 404
