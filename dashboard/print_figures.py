"""Figures for papers: the pillars of a brief as a PNG, and the type and format that every such figure shares."""

from __future__ import annotations

import atexit
import io
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import matplotlib as mpl
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from dashboard.sentences import Line
from dashboard.theme import LIGHT
from dashboard.words import FIXED, format_score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI: Final = 200
WIDTH: Final = 6.3  # inches: the text width of an A4 page
ROW: Final = 0.34  # inches a pillar
FONTS: Final = Path(__file__).parent / "assets" / "fonts"
FACES: Final = {
    "text": "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "title": "source-serif-4-latin-wght-italic.woff2",
}


@cache
def find_type(role: Literal["text", "title"]) -> FontProperties:
    """The type of the screens for the figures of a paper, unpacked from the web's format once a process."""
    unpacked = tempfile.TemporaryDirectory(prefix="type-")
    atexit.register(unpacked.cleanup)
    folder = Path(unpacked.name)
    face = TTFont(FONTS / FACES[role])
    face.flavor = None
    face.save(folder / f"{role}.ttf")
    return FontProperties(fname=str(folder / f"{role}.ttf"))


def save(figure: Figure, form: Literal["svg", "png"] = "png") -> bytes:
    """The bytes of a figure, on white; the same figure gives the same bytes."""
    out = io.BytesIO()
    metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}[form]
    with mpl.rc_context({"svg.hashsalt": "fiche"}):
        figure.savefig(out, format=form, dpi=DPI, facecolor="white", metadata=metadata)
    return out.getvalue()


def write_ticks(axes: Axes, size: float, colour: str) -> None:
    """Ticks without a mark, their words in the type of the screens."""
    axes.tick_params(length=0, labelcolor=colour)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(find_type("text"))
        label.set_fontsize(size)


def draw_pillars(lines: Sequence[Line]) -> bytes:
    """Each pillar from 0 to 100: interval and score in the index's hue, the comparable territories in grey.

    Returns:
        A PNG at `DPI`.
    """
    figure = Figure(figsize=(WIDTH, 0.6 + ROW * len(lines)), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    for place, line in enumerate(lines):
        _draw_line(axes, len(lines) - 1 - place, line)
    axes.set_xlim(0, 100)
    axes.set_ylim(-0.6, len(lines) - 0.4)
    axes.set_yticks(range(len(lines)), [line.label for line in reversed(lines)])
    write_ticks(axes, 8, LIGHT.ink)
    axes.xaxis.grid(visible=True, color=LIGHT.hairline, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    return save(figure)


def _draw_line(axes: Axes, y: int, line: Line) -> None:
    hue = LIGHT.find_hue(line.index)
    axes.plot([line.peer_q1, line.peer_q3], [y, y], color=LIGHT.receding, linewidth=7, solid_capstyle="butt")
    axes.plot([line.peer_median] * 2, [y - 0.26, y + 0.26], color=LIGHT.secondary, linewidth=1.2)
    axes.plot([line.low, line.high], [y, y], color=hue, linewidth=1.8)
    axes.plot([line.score], [y], "o", color=hue, markersize=5.5)


def describe_pillars(label: str, lines: Sequence[Line]) -> str:
    """What the figure says, for those who do not see it."""
    told = [
        f"{line.label} {format_score(line.score, line.low, line.high)} (médiane {format_score(line.peer_median)})"
        for line in lines
    ]
    return f"Scores des piliers de {label}, sur une échelle de 0 à 100{FIXED}: {' ; '.join(told)}."
