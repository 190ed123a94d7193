import csv
import io

import pytest


def test_search_answers_small_json(client):
    answer = client.get("/recherche?q=grenoble")
    assert answer.get_json()[0] == {
        "code": "200040715",
        "label": "Grenoble-Alpes-Métropole",
        "hint": "Intercommunalité · Isère",
        "target": "200040715",
    }
    assert client.get("/recherche").get_json() == []
    assert client.get("/recherche?q=" + "a" * 5000).get_json() == []


def test_contours_are_kept_for_ever_at_an_address_with_their_digest(app, client):
    with app.server.app_context():
        from dashboard.site import get_site

        address = get_site().contours["epci"]
    answer = client.get(address)
    assert answer.mimetype == "application/geo+json"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/geo/000000000000/epci.geojson").status_code == 404
    assert client.get("/geo/absent/commune.geojson").status_code == 404


def test_the_tables_hold_the_numbers_of_the_figures(client):
    table = client.get("/chiffres/positions?groupe=CC").text
    assert table.index("CC d&#x27;Evreux") < table.index("Grand Paris")  # the comparable ones first
    assert "Grenoble-Alpes-Métropole</a></th><td>47, entre 42 et 52</td><td>3ᵉ ex\u00a0æquo, entre la 2ᵉ" in table
    assert "<td>n.d.</td>" in table


def test_what_comes_from_a_file_is_escaped(client, open_page):
    assert "<b>xx</b>" not in client.get("/chiffres/positions").text


@pytest.mark.parametrize(
    ("query", "count"), [("", 7), ("nature=METRO", 3), ("nature=CC&region=84", 3), ("region=11", 1)]
)
def test_the_csv_has_its_notice_and_the_rows_on_screen(client, query, count):
    answer = client.get(f"/export/classement.csv?{query}")
    text = answer.data.decode("utf-8-sig")
    lines = text.splitlines()
    notice = [line for line in lines if line.startswith("# ")]
    assert any("édition 2026" in line for line in notice)
    assert any("Licence Ouverte 2.0" in line for line in notice)
    assert any("Territoires comparables" in line for line in notice)
    assert any("Méthode" in line for line in notice)
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[len(notice) :])), delimiter=";"))
    assert len(rows) == count


def test_the_csv_writes_french_decimals_and_leaves_the_unknown_empty(client):
    text = client.get("/export/classement.csv").data.decode("utf-8-sig")
    body = [line for line in text.splitlines() if not line.startswith("# ")]
    rows = {r["Code SIREN"]: r for r in csv.DictReader(io.StringIO("\n".join(body)), delimiter=";")}
    assert rows["200040715"]["Attractivité : score"] == "47,00"
    assert rows["200040715"]["Attractivité : bas"] == "42,00"
    assert rows["200040715"]["Rayonnement : bas"] == ""
    assert rows["200000003"]["Rayonnement : rang"] == ""
    assert rows["200046977"]["Territoires comparables"] == "intercommunalités"


def test_answers_are_compressed(client):
    answer = client.get("/chiffres/positions", headers={"Accept-Encoding": "br"})
    assert answer.headers.get("Content-Encoding") == "br"
