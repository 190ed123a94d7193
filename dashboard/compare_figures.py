"""The comparison drawn: a dot and its interval a territory, node by node, on one axis from 1 to 100."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures import shorten
from dashboard.theme import TITLE_FONT, Palette, lay_out
from dashboard.words import FIXED, format_score, format_score_briefly

SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "x-thin", "circle-open")  # told apart without colour
RIMS: Final = {"x-thin": 3, "circle-open": 2}  # px of the shapes that are lines; the others are set off by paper
SIZES: Final = (12, 11, 14, 14, 11, 11)  # px, so that they look as large as each other
TICKS: Final = (1, 25, 50, 75, 100)
LINE: Final = 24  # px of a territory
HEAD: Final = 40  # px of a node's name
FOOT: Final = 10
LONGEST: Final = 17  # letters of a name at the edge
EDGES: Final = {"l": 130, "r": 112, "t": 4, "b": 34}


@dataclass(frozen=True)
class Block:
    """A node and its rows.

    Attributes:
        label: Name of the node.
        index: Index it serves, for its colour.
        is_index: Whether it is the index itself.
        rows: One a territory, in the order chosen: score, low, high (NaN where unknown).
    """

    label: str
    index: str
    is_index: bool
    rows: pd.DataFrame


def dots_and_intervals(blocks: Sequence[Block], names: Sequence[str], palette: Palette) -> go.Figure:
    """Every territory on every node.

    Args:
        blocks: The nodes, top to bottom.
        names: Names of the territories, in the order of the rows.
        palette: Colours of the scheme.
    """
    tops, height = _stack(len(blocks), len(names))
    figure = go.Figure(layout=_lay_out(blocks, names, tops, height, palette))
    figure.add_trace(_rules(tops, len(names), palette))
    for place in range(len(names)):
        for index in dict.fromkeys(block.index for block in blocks):
            own = [(tops[at], block) for at, block in enumerate(blocks) if block.index == index]
            figure.add_trace(_dots(own, place, names[place], palette.find_hue(index), palette))
    return figure


def _stack(blocks: int, territories: int) -> tuple[list[float], float]:
    """Where each block starts, and the height of them all, px."""
    each = HEAD + territories * LINE + FOOT
    return [float(at * each) for at in range(blocks)], float(blocks * each)


def _line_of(top: float, place: int) -> float:
    return top + HEAD + (place + 0.5) * LINE


def _dots(own: Sequence[tuple[float, Block]], place: int, name: str, hue: str, palette: Palette) -> go.Scatter:
    rows = [block.rows.iloc[place] for _, block in own]
    scored = [(top, block, row) for (top, block), row in zip(own, rows, strict=True) if pd.notna(row["score"])]
    ends = [_reach(row) for _, _, row in scored]
    shape = SHAPES[place]
    return go.Scatter(
        x=[round(float(row["score"]), 1) for _, _, row in scored],
        y=[_line_of(top, place) for top, _, _ in scored],
        mode="markers",
        name=name,
        marker={
            "symbol": shape,
            "size": SIZES[place],
            "color": hue,
            "line": {"width": RIMS.get(shape, 1), "color": hue if shape in RIMS else palette.paper},
        },
        error_x={
            "array": [up for _, up in ends], "arrayminus": [down for down, _ in ends], "color": hue, "thickness": 3,
            "width": 0,
        },
        customdata=[[block.label, format_score(row["score"], row["low"], row["high"])] for _, block, row in scored],
        cliponaxis=False,
        yaxis="y2",  # laid over the hairlines
        hovertemplate="<b>%{fullData.name}</b><br>%{customdata[0]} %{customdata[1]}<extra></extra>",
    )  # fmt: skip


def _reach(row: pd.Series[Any]) -> tuple[float, float]:
    """How far the interval goes below and above; nowhere when there is none."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return 0.0, 0.0
    return round(float(row["score"] - row["low"]), 1), round(float(row["high"] - row["score"]), 1)


def _tell(row: pd.Series[Any]) -> str:
    """« 64 (58 à 69) »."""
    return "pas de score" if pd.isna(row["score"]) else format_score_briefly(row["score"], row["low"], row["high"])


def _lay_out(
    blocks: Sequence[Block], names: Sequence[str], tops: Sequence[float], height: float, palette: Palette
) -> dict[str, Any]:
    layout = lay_out(palette, hovermode="closest", margin=EDGES, height=height + EDGES["t"] + EDGES["b"])
    layout["xaxis"] = layout["xaxis"] | {
        "range": [0, 100], "tickvals": TICKS, "fixedrange": True, "showgrid": False,
    }  # fmt: skip
    places = [_line_of(top, place) for top in tops for place in range(len(names))]
    layout["yaxis"] = layout["yaxis"] | {
        "range": [height, 0], "fixedrange": True, "showgrid": False, "showline": False,
        "ticks": "outside", "tickcolor": "rgba(0,0,0,0)",
        "tickvals": places, "ticktext": [clip(name) for name in names] * len(tops), "ticklen": 10,
        "tickfont": {"size": 13, "color": palette.ink},
    }  # fmt: skip
    told = [_tell(block.rows.iloc[place]) for block in blocks for place in range(len(names))]
    layout["yaxis2"] = layout["yaxis"] | {"overlaying": "y", "side": "right", "ticktext": told}
    layout["annotations"] = [_name(block, top, palette) for block, top in zip(blocks, tops, strict=True)]
    return layout


def clip(name: str) -> str:
    """A name that fits at the edge of the figure."""
    short = re.sub(r"^(du|des|de la|de l['’]|de) ?(?=[A-ZÀ-Ý])", "", shorten(name))
    return short if len(short) <= LONGEST else f"{short[: LONGEST - 1].rstrip(' -')}…"


def _name(block: Block, top: float, palette: Palette) -> dict[str, Any]:
    return {
        "text": f"<b>{block.label}</b>" + (f"{FIXED}: l’indice" if block.is_index else ""),
        "xref": "paper", "x": 0, "xanchor": "left", "xshift": -EDGES["l"],
        "y": top + HEAD - 4, "yanchor": "bottom", "showarrow": False, "align": "left", "borderpad": 0,
        "font": {"family": TITLE_FONT, "size": 18 if block.is_index else 15, "color": palette.find_hue(block.index)},
    }  # fmt: skip


def _rules(tops: Sequence[float], count: int, palette: Palette) -> go.Scatter:
    """Hairlines through the lines of each node, drawn under the dots."""
    ends = [(top + HEAD, top + HEAD + count * LINE) for top in tops]
    x = [value for _ in ends for tick in TICKS for value in (tick, tick, None)]
    y = [value for start, end in ends for _ in TICKS for value in (start, end, None)]
    line = {"color": palette.hairline, "width": 1}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")
