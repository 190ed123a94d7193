"""Fiche, Word document and slides of the tiny build, opened again to see what they hold."""

import dataclasses
import io
import re
import struct

import numpy as np
import pytest
from docx import Document
from pptx import Presentation

from dashboard.brief import read_brief
from dashboard.fiches import list_codes
from dashboard.positions import Medians
from dashboard.print_figures import DPI
from dashboard.print_position import Spot, caption_spot, describe_spot, draw_spot
from dashboard.routing import find_territory
from dashboard.slides import write_pptx
from etl.errors import RequestError
from tests.dashboard.test_pages import text_of

CODES = ["200040715", "200000003", "200000001", "29155", "departement-38", "region-84", "200066793"]


@pytest.fixture
def document(client):
    def opened(code: str):
        answer = client.get(f"/territoire/{code}/fiche.docx")
        assert answer.status_code == 200
        assert f"fiche-{code}-2026.docx" in answer.headers["Content-Disposition"]
        return Document(io.BytesIO(answer.data))

    return opened


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_territory_has_its_three_papers(client, open_page, document, code, build):
    label = find_territory(build, code).label
    page = open_page(f"/territoire/{code}/fiche")
    assert label in text_of(page)
    assert all(client.get(src).status_code == 200 for src in re.findall(r"'src': '([^']+)'", str(page)))
    assert document(code).paragraphs[0].text == label
    deck = Presentation(io.BytesIO(client.get(f"/territoire/{code}/fiche.pptx").data))
    assert deck.slides[0].shapes.title.text == label


def test_an_unknown_territory_or_format_is_not_found(client):
    assert client.get("/territoire/999999999/fiche").status_code == 404
    assert client.get("/territoire/999999999/fiche.docx").status_code == 404
    assert client.get("/territoire/200040715/fiche.odt").status_code == 404


def test_the_word_document_has_real_headings_tables_and_numbered_sources(document):
    paper = document("200040715")
    headings = [p.text for p in paper.paragraphs if p.style.name.startswith("Heading")]
    assert headings[0] == "Position"
    assert headings[-1] == "Sources"
    pillars = next(t for t in paper.tables if t.cell(0, 0).text == "Pilier")
    assert [cell.text for cell in pillars.columns[0].cells] == ["Pilier", "Qualité du territoire", "Notoriété"]
    assert pillars.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    figures = next(t for t in paper.tables if t.cell(0, 0).text == "Indicateur")
    assert figures.cell(1, 0).text == "Revenu médian"
    numbered = [p.text for p in paper.paragraphs if p.style.name == "List Number"]
    assert any("Fréquentation des musées de France" in text and "Licence Ouverte 2.0" in text for text in numbered)
    assert paper.styles.element.xpath(".//w:docDefaults//w:lang/@w:val") == ["fr-FR"]


def test_the_figure_of_the_word_document_has_200_dots_an_inch_and_words_in_its_place(document):
    paper = document("200040715")
    words = [picture._inline.docPr.get("descr") for picture in paper.inline_shapes]
    assert words[0].startswith("Grenoble-Alpes-Métropole, position «\u00a0attractif et rayonnant\u00a0»")
    assert "Scores des piliers de Grenoble-Alpes-Métropole" in words[1]
    for picture in paper.inline_shapes:
        name = picture._inline.graphic.graphicData.pic.blipFill.blip.embed
        wide, _ = struct.unpack(">II", paper.part.related_parts[name].blob[16:24])
        assert wide == pytest.approx(picture.width.inches * DPI, abs=2)


def test_the_position_is_drawn_where_both_scores_are_known_and_only_there(client, open_page):
    answer = client.get("/territoire/200040715/position.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.count(b"<use ") >= 7
    assert b"<text" not in answer.data  # drawn: it looks the same on every machine
    assert "/territoire/200040715/position.svg" in str(open_page("/territoire/200040715/fiche"))
    for code in ("200000003", "999999999"):
        assert client.get(f"/territoire/{code}/position.svg").status_code == 404
    assert "position.svg" not in str(open_page("/territoire/200000003/fiche"))


def test_beyond_some_thousands_a_position_is_drawn_over_cells_that_count():
    rng = np.random.default_rng(4)
    others = rng.uniform(1, 100, (30_000, 2))
    spot = Spot("Ouessant", "commune", others, np.ones(30_000, bool), Medians(50, 50), *np.full((3, 2), 20.0))
    assert len(draw_spot(spot)) < 500_000
    assert "Plus une case est foncée, plus elle compte de communes" in caption_spot(spot)
    alone = Spot("Seul", "region", others[:1], np.ones(1, bool), Medians(50, 50), others[0], *np.full((2, 2), np.nan))
    assert draw_spot(alone).startswith(b"<?xml")
    assert describe_spot(alone).startswith("Seul, position «")
    assert "entre" not in describe_spot(alone)


def test_the_slides_have_native_charts_with_the_scores_themselves(client, build, catalogue):
    deck = Presentation(io.BytesIO(client.get("/territoire/200040715/fiche.pptx").data))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    brief = read_brief(build, catalogue, find_territory(build, "200040715"))
    own = dict(zip(charts[0].plots[0].categories, charts[0].plots[0].series[1].values, strict=True))
    assert own == {line.label: line.score for line in brief.indices}
    assert len(charts) == 3
    notes = deck.slides[0].notes_slide.notes_text_frame.text
    assert brief.build_id in notes


def test_what_is_unknown_is_told_as_unknown_on_every_paper(document, open_page):
    words = text_of(open_page("/territoire/200000003/fiche"))
    assert "trop de données manquent" in words
    assert "sa position n’est pas donnée" in words
    assert any("trop de données manquent" in p.text for p in document("200000003").paragraphs)
    secret = document("200066793")
    figures = next(t for t in secret.tables if t.cell(0, 0).text == "Indicateur")
    assert "n.d." in [cell.text for cell in figures.columns[1].cells]


def test_codes_are_checked_before_any_fiche_is_written(build):
    assert list_codes(build, ["38185", "200040715", "38185"], None) == ["38185", "200040715"]
    assert set(list_codes(build, [], "11")) == {"200054781"}
    with pytest.raises(RequestError, match="xyz"):
        list_codes(build, ["200040715", "xyz"], None)
    with pytest.raises(RequestError, match="REGION=99"):
        list_codes(build, [], "99")
    with pytest.raises(RequestError, match="CODES"):
        list_codes(build, [], None)


def test_a_chart_of_the_slides_reads_as_the_sentence_beside_it(build, catalogue):
    brief = read_brief(build, catalogue, find_territory(build, "200040715"))
    close = tuple(dataclasses.replace(line, score=57.46) for line in brief.indices)
    deck = Presentation(io.BytesIO(write_pptx(dataclasses.replace(brief, indices=close))))
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert [f"{value:.0f}" for value in chart.plots[0].series[1].values] == ["57", "57"]
