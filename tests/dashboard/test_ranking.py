import io

import numpy as np
import pytest
from openpyxl import load_workbook

from dashboard.rankings import Asked, filter_places, list_choices, name_size, parse_asked, rank_places, sort_places
from dashboard.standings import count_within, read_places


def bring(client, *, start=0, sort=None, **choices):
    """What the grid receives when it asks for rows."""
    values = {"niveau": "epci", "noeud": "attractivite", "nature": "toutes", "taille": "toutes",
              "caractere": "toutes", "region": "toutes"} | choices  # fmt: skip
    client.get("/_dash-layout")
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "ranking.getRowsResponse",
            "outputs": {"id": "ranking", "property": "getRowsResponse"},
            "inputs": [{"id": "ranking", "property": "getRowsRequest",
                        "value": {"startRow": start, "endRow": start + 100, "sortModel": sort or []}}],
            "state": [{"id": f"ranking-{k}", "property": "value", "value": v} for k, v in values.items()],
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


def test_an_unknown_sort_or_an_empty_filter_is_not_an_error(client):
    assert len(bring(client, sort=[{"colId": "nope", "sort": "asc"}])["rowData"]) == 7
    assert bring(client, nature="CU", region="11") == {"rowData": [], "rowCount": 0}
    assert bring(client, start=5000)["rowData"] == []


def test_absent_ranks_stay_last_in_both_directions(build):
    rows = rank_places(build, Asked(), "rayonnement")
    for descending in (False, True):
        assert np.isnan(sort_places(rows, "x_rank", descending=descending)["x_rank"].iloc[-1])


@pytest.mark.parametrize(("filters", "count"), [({"taille": "0-20000"}, 3), ({"nature": "METRO", "region": "84"}, 2),
                                                ({"caractere": "pole"}, 7)])  # fmt: skip
def test_filters_keep_only_what_they_say(build, filters, count):
    assert len(filter_places(read_places(build, "epci"), Asked(**filters))) == count


def test_an_address_that_holds_anything_falls_back_to_the_default(build):
    assert parse_asked(build, {"niveau": "x", "noeud": "<b>", "nature": "y", "tri": "z", "taille": ""}) == Asked()
    assert Asked().query == ""
    assert parse_asked(build, {"taille": "0-20000", "tri": "label"}).query == "taille=0-20000&tri=label"


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


def test_a_format_that_is_not_written_is_404(client):
    assert client.get("/export/classement.pdf").status_code == 404
