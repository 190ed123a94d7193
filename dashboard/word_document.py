"""The only module that writes the fiche as a Word document: real headings and tables, numbered sources at the end."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from docx import Document
from docx.document import Document as Paper
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt

from dashboard.brief import Brief
from dashboard.print_figures import WIDTH, describe_pillars, draw_pillars
from dashboard.print_position import SIZE, caption_spot, describe_spot, draw_spot
from dashboard.site import NAME
from dashboard.words import FIXED, format_day, format_score

READING: Final = (
    "Un score va de 1 à 100 ; ce n’est pas un pourcentage. L’intervalle dit l’effet des choix de méthode ; deux "
    "territoires dont les intervalles se recouvrent ne sont pas départagés. Les deux indices ne s’additionnent pas."
)


def write_docx(brief: Brief) -> bytes:
    """The brief as a Word document, to be finished in one's own words."""
    paper = Document()
    _set_language(paper)
    _set_page(paper)
    paper.core_properties.title = f"{brief.place.label}, attractivité et rayonnement, édition {brief.edition}"
    paper.core_properties.author = NAME
    paper.core_properties.language = "fr-FR"
    paper.add_heading(brief.place.label, level=0)
    paper.add_paragraph(f"Attractivité et rayonnement, édition {brief.edition}", style="Subtitle")
    _add_table(paper, (), brief.facts, (40, 130))
    paper.add_heading("Position", level=1)
    for said in (brief.position, *brief.told, brief.peers):
        paper.add_paragraph(said)
    if brief.spot is not None:
        _add_figure(paper, draw_spot(brief.spot, "png"), SIZE[0], describe_spot(brief.spot), caption_spot(brief.spot))
    if brief.pillars:
        paper.add_heading("Les piliers face aux territoires comparables", level=1)
        caption = f"Point{FIXED}: le score, avec son intervalle. Barre grise{FIXED}: moitié centrale des comparables."
        _add_figure(
            paper, draw_pillars(brief.pillars), WIDTH, describe_pillars(brief.place.label, brief.pillars), caption
        )
        _add_table(
            paper, ("Pilier", "Score et intervalle", "Médiane des comparables"), _list_pillars(brief), (60, 60, 50)
        )
    for title, lines in (("Atouts", brief.strengths), ("Points faibles", brief.weaknesses)):
        paper.add_heading(title, level=1)
        for line in lines:
            paper.add_paragraph(line, style="List Bullet")
    paper.add_heading("Liens avec le dehors", level=1)
    paper.add_paragraph(brief.ties)
    paper.add_heading("Les chiffres", level=1)
    _add_table(paper, ("Indicateur", "Chiffre", "Année", "Score", "Source"), _list_figures(brief), (52, 63, 22, 15, 18))
    paper.add_heading("Comment lire", level=1)
    paper.add_paragraph(READING)
    paper.add_heading("Sources", level=1)
    for source in brief.sources:
        paper.add_paragraph(say_source(source), style="List Number")
    paper.add_paragraph(say_stamp(brief))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def say_source(source: dict[str, Any]) -> str:
    """A source card in one line: title, producer, edition, licence, address."""
    return f"{source['title']}, {source['producer']}, {source['vintage']}, {source['licence']}. {source['page']}"


def say_stamp(brief: Brief) -> str:
    """Edition, date and build, as every paper ends with."""
    return f"{NAME}, édition {brief.edition}, calculée le {format_day(brief.created_at)} (données {brief.build_id})."


def _list_pillars(brief: Brief) -> list[tuple[str, str, str]]:
    return [
        (line.label, format_score(line.score, line.low, line.high), format_score(line.peer_median))
        for line in brief.pillars
    ]


def _list_figures(brief: Brief) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            one.label,
            f"{one.value} ({one.status})" if one.status else one.value,
            one.years,
            format_score(one.score),
            ", ".join(str(number) for number in one.sources),
        )
        for one in brief.figures
    ]


def _add_figure(paper: Paper, png: bytes, width: float, words: str, caption: str) -> None:
    """A picture of a width in inches, the words that replace it, and its caption."""
    picture = paper.add_picture(io.BytesIO(png), width=Inches(width))
    picture._inline.docPr.set("descr", words)  # noqa: SLF001 - no other way
    paper.add_paragraph(caption, style="Caption")


def _add_table(paper: Paper, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """A table of some widths in mm, with a heading row repeated on each page when there is one."""
    table: Any = paper.add_table(rows=0, cols=len(widths))
    table.style = "Light List" if head else "Light Shading"
    table.style.paragraph_format.space_after = Pt(1)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in [head, *rows] if head else rows:
        for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
            cell.text, cell.width = text, Mm(width)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    if head:
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - no other way
    else:
        table._tblPr.find(qn("w:tblLook")).set(qn("w:firstRow"), "0")  # noqa: SLF001 - no other way
    paper.add_paragraph()


def _set_page(paper: Paper) -> None:
    """A4, 20 mm of margin."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)


def _set_language(paper: Paper) -> None:
    """French, for the spelling and for those who listen."""
    properties = paper.styles.element.xpath(".//w:docDefaults//w:rPr")[0]
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    properties.append(language)
