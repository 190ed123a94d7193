"""The only module that writes the fiche as slides, with native charts that can be changed in the presentation."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, Final

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Inches, Pt

from dashboard.brief import Brief, RawFigure
from dashboard.sentences import Line
from dashboard.theme import LIGHT
from dashboard.word_document import READING, say_source, say_stamp
from dashboard.words import FIXED, format_score

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP, WIDE = Inches(0.7), Inches(1.6), Inches(11.9)
TITLE_ONLY, FIRST = 5, 0  # layouts of the default template
MOST_LINES: Final = 9  # sources a slide holds
MOST_ROWS: Final = 10  # figures a slide holds


def write_pptx(brief: Brief) -> bytes:
    """The brief as slides: position, pillars, advantages, figures, sources."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    deck.core_properties.title = f"{brief.place.label}, édition {brief.edition}"
    deck.core_properties.language = "fr-FR"
    _add_first(deck, brief)
    slide = _add_slide(deck, "Deux indices, jamais additionnés")
    if brief.indices:
        _add_chart(slide, brief.indices, brief.place.label)
    _add_text(slide, [*brief.told, brief.peers], top=Inches(5.4), height=Inches(1.8))
    for index in brief.indices:
        pillars = [line for line in brief.pillars if line.index == index.code]
        slide = _add_slide(deck, f"{index.label}, pilier par pilier")
        _add_chart(slide, pillars, brief.place.label)
        _add_text(slide, [_say_line(line) for line in pillars], top=Inches(5.2), height=Inches(2.1), size=13)
    for title, sentences in (("Atouts", brief.strengths), ("Points faibles", brief.weaknesses)):
        _add_text(_add_slide(deck, title), sentences, top=TOP, height=Inches(5.2), size=20)
    for start in range(0, len(brief.figures), MOST_ROWS):
        _add_figures(_add_slide(deck, "Les chiffres"), brief.figures[start : start + MOST_ROWS])
    _add_text(_add_slide(deck, "Liens avec le dehors"), [brief.ties], top=TOP, height=Inches(3), size=20)
    for start in range(0, len(brief.sources), MOST_LINES):
        told = [
            f"{start + place}. {say_source(s)}" for place, s in enumerate(brief.sources[start : start + MOST_LINES], 1)
        ]
        _add_text(_add_slide(deck, "Sources"), told, top=TOP, height=Inches(5.4), size=12)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _add_first(deck: Any, brief: Brief) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[FIRST])
    slide.shapes.title.text = brief.place.label
    slide.placeholders[1].text = f"{brief.position}\nAttractivité et rayonnement, édition {brief.edition}"
    for shape, top, size in ((slide.shapes.title, 2.0, 44), (slide.placeholders[1], 3.6, 24)):
        shape.left, shape.top, shape.width, shape.height = LEFT, Inches(top), WIDE, Inches(1.6)
        for paragraph in shape.text_frame.paragraphs:
            paragraph.font.size = Pt(size)
    slide.notes_slide.notes_text_frame.text = f"{READING}\n{say_stamp(brief)}"


def _add_slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    slide.shapes.title.text = title
    slide.shapes.title.left, slide.shapes.title.top = LEFT, Inches(0.5)
    slide.shapes.title.width, slide.shapes.title.height = WIDE, Inches(0.9)
    slide.shapes.title.text_frame.paragraphs[0].font.size = Pt(30)
    return slide


def _add_text(slide: Any, lines: Sequence[str], *, top: Any, height: Any, size: int = 16) -> None:
    frame = slide.shapes.add_textbox(LEFT, top, WIDE, height).text_frame
    frame.word_wrap = True
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = line
        paragraph.font.size = Pt(size)
        paragraph.space_after = Pt(6)


def _add_figures(slide: Any, figures: Sequence[RawFigure]) -> None:
    """Raw figures with their years, status and the numbers of their sources, as a native table."""
    head = ("Indicateur", "Chiffre", "Année", "Source")
    rows = [
        (one.label, f"{one.value} ({one.status})" if one.status else one.value, one.years, _cite(one.sources))
        for one in figures
    ]
    table = slide.shapes.add_table(len(rows) + 1, len(head), LEFT, TOP, WIDE, Inches(0.45 * (len(rows) + 1))).table
    for column, width in zip(table.columns, (4.4, 4.9, 1.5, 1.1), strict=True):
        column.width = Inches(width)
    for row, cells in enumerate((head, *rows)):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
            table.cell(row, column).text_frame.paragraphs[0].font.size = Pt(13)


def _cite(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _add_chart(slide: Any, lines: Sequence[Line], label: str) -> None:
    """Scores beside the median of the comparable territories, as a native bar chart."""
    data: Any = CategoryChartData(number_format="0")  # type: ignore[no-untyped-call]
    data.categories = [line.label for line in reversed(lines)]
    data.add_series("Médiane des territoires comparables", [_known(line.peer_median) for line in reversed(lines)])
    data.add_series(label, [_known(line.score) for line in reversed(lines)])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, LEFT, Inches(1.5), WIDE, Inches(3.7), data)
    frame.name = f"Scores de {label} et médianes des territoires comparables"
    chart = frame.chart
    chart.has_legend, chart.legend.include_in_layout = True, False
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
    chart.value_axis.has_major_gridlines = False
    plot = chart.plots[0]
    plot.has_data_labels, plot.gap_width = True, 60
    hues = {line.index for line in lines}
    colour = LIGHT.find_hue(hues.pop()) if len(hues) == 1 else LIGHT.ink
    for series, hue in zip(plot.series, (LIGHT.receding, colour), strict=True):
        series.format.fill.solid()
        red, green, blue = bytes.fromhex(hue.removeprefix("#"))
        series.format.fill.fore_color.rgb = RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value  # the chart rounds it: rounded twice, 57.46 became 58


def _say_line(line: Line) -> str:
    return f"{line.label}{FIXED}: {format_score(line.score, line.low, line.high)}"
