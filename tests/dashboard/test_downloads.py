import csv
import io

import plotly.graph_objects as go
import pytest
from openpyxl import load_workbook

from dashboard.downloads import link_export
from dashboard.exports import Sheet, write_csv, write_xlsx
from dashboard.imprint import Caption, imprint
from dashboard.theme import LIGHT


@pytest.mark.parametrize("address", ["/export/nope.csv", "/export/nope.xlsx", "/export/classement.pdf",
                                     "/figure/nope.json", "/figure/donnees.json", "/figure/carte.png"])  # fmt: skip
def test_an_unknown_view_or_format_is_404(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("code", ["positionnement", "carte", "classement"])
def test_a_view_is_taken_away_with_its_notice(client, code):
    answer = client.get(f"/export/{code}.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    notice = [line for line in lines if line.startswith("# ")]
    for told in ("édition 2026", "Licence Ouverte 2.0", "Territoires comparables", "Méthode", "Lecture : telle quelle"):
        assert any(told in line for line in notice), told
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[len(notice) :])), delimiter=";"))
    assert [r["Code SIREN"] for r in rows].count("200040715") == 1
    assert len(rows) == 7
    assert f'filename="{code}' in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(client.get(f"/export/{code}.xlsx").data))
    assert len(book.sheetnames) == 2
    assert book.sheetnames[1] == "Notice"
    assert book.worksheets[0].column_dimensions["B"].width > 15
    assert {cell.data_type for cell in book.worksheets[0]["A"]} == {"s"}  # a code is a text


def test_the_positions_say_their_quarter_and_the_map_its_own_node(client):
    text = client.get("/export/positionnement.csv").data.decode("utf-8-sig")
    assert "attractif et rayonnant" in text
    node = client.get("/export/carte.csv?noeud=notoriete").data.decode("utf-8-sig")
    assert "Notoriété : rang, meilleur" in node
    assert "Attractivité : rang" not in node


def test_an_image_holds_its_title_its_reading_and_its_source(client):
    told = client.get("/figure/positionnement.json?territoire=200040715").get_json()
    assert told["name"] == "positionnement-2026"
    layout = told["figure"]["layout"]
    written = " ".join(note["text"].replace("<br>", " ") for note in layout["annotations"])
    assert "Où se situe chaque intercommunalité" in written
    assert "À droite les plus attractives" in written
    assert "édition 2026, calculée le 1ᵉʳ\u00a0janvier\u00a02026" in written
    assert (layout["width"], layout["height"], layout["paper_bgcolor"]) == (1200, 800, LIGHT.paper)


def test_the_figure_on_the_page_is_not_touched_by_its_image():
    figure = go.Figure(layout={"margin": {"l": 50, "r": 10, "t": 10, "b": 40}, "height": 500})
    before = figure.to_json()
    printed = imprint(figure, Caption("Un titre " * 20, "Une lecture"), "Source : ici", LIGHT)
    assert figure.to_json() == before
    assert printed.layout.height == 500
    assert "<br>" in printed.layout.annotations[0].text  # a long title goes to the line
    assert printed.layout.margin.t > 80


def test_a_cell_never_becomes_a_formula_nor_a_name_a_wrong_sheet():
    sheet = Sheet(["Une notice"], ["Code", "=Nom"], [["01001", "=1+1"], ["2A004", "-dash"], ["97105", None]])
    rows = list(csv.reader(io.StringIO(write_csv(sheet).lstrip("\ufeff").partition("\r\n")[2]), delimiter=";"))
    assert [row[1] for row in rows] == ["'=Nom", "'=1+1", "'-dash", ""]
    book = load_workbook(io.BytesIO(write_xlsx(sheet, "Et si… [un] nom/bien trop long pour Excel ?")))
    assert len(book.sheetnames[0]) <= 31
    assert all(cell.data_type != "f" for page in book for line in page.iter_rows() for cell in line)
    assert book.worksheets[0]["A2"].value == "01001"


def test_an_address_without_a_query_has_no_question_mark():
    assert link_export("carte", "", "xlsx") == "/export/carte.xlsx"
    assert link_export("carte", "noeud=qualite", "svg") == "/figure/carte.json?noeud=qualite"
