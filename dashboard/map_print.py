"""The only module that draws a map's legend inside its figure, for the image that leaves the page."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go

from dashboard.charted import describe_values
from dashboard.classes import UNKNOWN
from dashboard.map_plate import Plate
from dashboard.theme import Palette
from dashboard.words import ABSENT

LEFT: Final = 0.8  # share of the figure left to the map
CELL: Final = 46  # px: side of a cell of the square of nine
CHIP: Final = (34, 20)  # px: width and height of the mark of a class
TEXT: Final = 15
TOP: Final = 40  # px under the top of the figure


def print_legend(figure: go.Figure, plate: Plate, palette: Palette) -> go.Figure:
    """A copy of a map with its legend at its right.

    Args:
        figure: As drawn for the page.
        plate: What it shows.
        palette: Colours of the scheme it was drawn in.
    """
    printed = go.Figure(figure)
    colours = plate.shading.list_colours(palette, palette.find_hue(plate.shown.index))
    if plate.shading.kind == "square":
        shapes, texts, below = _square(plate.shading.size, colours, palette)
    else:
        shapes, texts, below = _column(plate, colours, palette)
    if UNKNOWN in plate.shading.places:
        shapes += _hatched(below + 14, palette)
        texts.append(_text(ABSENT, CHIP[0] + 10, below + 14 + CHIP[1] / 2, palette.secondary))
    printed.update_geos(domain={"x": [0, LEFT - 0.01], "y": [0, 1]})
    printed.update_layout(shapes=shapes, annotations=texts)
    return printed


def _square(
    size: int, colours: list[str], palette: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
    side = 3 * CELL / size
    shapes = [
        _rectangle((place % size) * side, (size - 1 - place // size) * side + TOP, side, side, colour, palette)
        for place, colour in enumerate(colours)
    ]
    below = TOP + 3 * CELL
    texts = [
        _text("Attractivité →", 0, below + 14, palette.index["attractivite"]),
        _text("↑ Rayonnement", 0, TOP - 14, palette.index["rayonnement"]),
    ]
    return shapes, texts, below + 28


def _column(
    plate: Plate, colours: list[str], palette: Palette
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
    """The highest class on top: its mark and its bounds; a ramp has its two ends and its middle."""
    shading, shown = plate.shading, plate.shown
    width, height = CHIP if shading.kind == "steps" else (CHIP[0], 3)
    step = height + (6 if shading.kind == "steps" else 0)
    shapes = [
        _rectangle(0, TOP + row * step, width, height, colour, palette) for row, colour in enumerate(reversed(colours))
    ]
    if shading.kind == "steps":
        said = [" à ".join(dict.fromkeys(describe_values(ends, shown, plate.decimals))) for ends in shading.bounds]
        rows = [(text, TOP + row * step + height / 2) for row, text in enumerate(reversed(said))]
    else:
        edges = [shading.find_value(shading.size * share) for share in (1, 0.5, 0)]
        total = step * shading.size
        tops = (TOP + 6, TOP + total / 2, TOP + total - 6)
        rows = list(zip(describe_values(edges, shown, plate.decimals), tops, strict=True))
    texts = [_text(text, width + 10, top, palette.ink) for text, top in rows]
    return shapes, texts, TOP + step * len(colours)


def _hatched(top: float, palette: Palette) -> list[dict[str, Any]]:
    width, height = CHIP
    frame = _rectangle(0, top, width, height, palette.paper, palette)
    frame["line"] = {"width": 1, "color": palette.secondary}
    strokes = [_line(start, top, start + 8, top + height, palette) for start in range(0, width - 7, 7)]
    return [frame, *strokes]


def _place(x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
    """Pixels from the left edge of the legend and from the top of the figure."""
    return {
        "xref": "paper", "yref": "paper", "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": LEFT, "yanchor": 1,
        "x0": x0, "x1": x1, "y0": -bottom, "y1": -top,
    }  # fmt: skip


def _rectangle(left: float, top: float, width: float, height: float, fill: str, palette: Palette) -> dict[str, Any]:
    line = {"width": 1 if height > CHIP[1] else 0, "color": palette.paper}
    return {"type": "rect", "fillcolor": fill, "line": line, **_place(left, top, left + width, top + height)}


def _line(x0: float, top: float, x1: float, bottom: float, palette: Palette) -> dict[str, Any]:
    ends = {"x0": x1, "x1": x0}  # from the top right to the bottom left
    return {"type": "line", "line": {"width": 1.4, "color": palette.secondary}, **_place(x0, top, x1, bottom), **ends}


def _text(text: str, left: float, top: float, colour: str) -> dict[str, Any]:
    return {
        "text": text, "xref": "paper", "yref": "paper", "x": LEFT, "y": 1, "xshift": left, "yshift": -top,
        "xanchor": "left", "yanchor": "middle", "align": "left", "showarrow": False, "borderpad": 0,
        "font": {"size": TEXT, "color": colour},
    }  # fmt: skip
