"""The only module that writes inside a figure what must leave the page with it: title, how to read it, source, date."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from dashboard.theme import TITLE_FONT, Palette

WIDTH: Final = 1200  # px
HEIGHT: Final = 800  # px, unless the figure has its own
EDGE: Final = 28  # px of paper around everything
GAP: Final = 10  # px between the figure and what is written around it
TITLE_SIZE: Final = 24
TEXT_SIZE: Final = 15
SMALL_SIZE: Final = 13
LEADING: Final = 1.3  # Plotly's line height, over the size of the letters
GLYPH: Final = 0.5  # mean width of a letter, over its size


@dataclass(frozen=True)
class Caption:
    """What an image says above its figure.

    Attributes:
        title: What is shown, of whom.
        reading: One line on how to read it.
    """

    title: str
    reading: str = ""


def imprint(figure: go.Figure, caption: Caption, source: str, palette: Palette) -> go.Figure:
    """A copy of a figure on opaque paper, 1,200 px wide, its caption above it and its source below.

    Args:
        figure: As drawn for the page; its own height is kept.
        caption: Title and reading line.
        source: Source, edition and date in one line.
        palette: Colours of the scheme it was drawn in.
    """
    printed = go.Figure(figure)
    title, reading, below = (
        _wrap(text, size)
        for text, size in ((caption.title, TITLE_SIZE), (caption.reading, TEXT_SIZE), (source, SMALL_SIZE))
    )
    margin = _read_margin(printed)
    above = _measure(title, TITLE_SIZE) + _measure(reading, TEXT_SIZE) + GAP
    left = -(margin["l"])
    lines = [
        _line(title, TITLE_SIZE, palette.ink, above + margin["t"], left, family=TITLE_FONT),
        _line(reading, TEXT_SIZE, palette.secondary, _measure(reading, TEXT_SIZE) + GAP + margin["t"], left),
        _line(below, SMALL_SIZE, palette.secondary, -margin["b"] - GAP, left, y=0),
    ]
    printed.update_layout(
        width=WIDTH,
        height=(figure.layout.height or HEIGHT),
        autosize=False,
        paper_bgcolor=palette.paper,
        annotations=[*printed.layout.annotations, *(line for line in lines if line["text"])],
        margin={
            "l": margin["l"] + EDGE,
            "r": margin["r"] + EDGE,
            "t": margin["t"] + above + EDGE,
            "b": margin["b"] + GAP + _measure(below, SMALL_SIZE) + EDGE,
        },
    )
    return printed


def _wrap(text: str, size: int) -> list[str]:
    """Lines as wide as the image; spaces that must not break do not."""
    return textwrap.wrap(text, int((WIDTH - 2 * EDGE) / (GLYPH * size)), break_on_hyphens=False)


def _measure(lines: list[str], size: int) -> float:
    return len(lines) * size * LEADING


def _read_margin(figure: go.Figure) -> dict[str, float]:
    """The margin of a figure, in px; Plotly's own where it says nothing."""
    usual = {"l": 80, "r": 80, "t": 100, "b": 80}
    return {side: usual[side] if (set_ := figure.layout.margin[side]) is None else set_ for side in usual}


def _line(
    lines: list[str], size: int, colour: str, shift: float, left: float, *, y: int = 1, family: str | None = None
) -> dict[str, Any]:
    """A text whose top is `shift` px above (or below, negative) an edge of the plot, from its left margin."""
    return {
        "text": "<br>".join(f"<b>{line}</b>" if family else line for line in lines),
        "xref": "paper", "yref": "paper", "x": 0, "y": y,
        "xanchor": "left", "yanchor": "top", "xshift": left, "yshift": shift,
        "align": "left", "showarrow": False, "borderpad": 0,
        "font": {"size": size, "color": colour} | ({"family": family} if family else {}),
    }  # fmt: skip
