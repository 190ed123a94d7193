"""The ranking as a figure: the first territories, each place a dot on the bar of its interval. Neither SQL nor Dash."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.theme import Palette, lay_out
from dashboard.words import ABSENT, format_number, format_ordinal, say_places

MOST: Final = 30  # territories that an image holds
ROW: Final = 26  # px of height a territory
AROUND: Final = 96  # px of height for the axis
TICKS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
BAR: Final = 7  # px of an interval
TOLD: Final = 230  # px of what is said at the right of a row


def draw_ranking(rows: pd.DataFrame, *, hue: str, palette: Palette, chosen: str = "") -> go.Figure:
    """The first rows that have a rank, the best on top; places on a logarithmic axis, where the first ones have room.

    Args:
        rows: territory_code, label, x_rank, x_rank_low, x_rank_high (NaN without an interval), x_score; in their order.
        hue: Colour of the index.
        palette: Colours of the scheme.
        chosen: Code of a territory told in bold.
    """
    shown = rows.dropna(subset=["x_rank"]).head(MOST)
    figure = go.Figure(layout=_lay_out(shown, palette))
    known = shown.dropna(subset=["x_rank_low", "x_rank_high"])
    heights = dict(zip(shown["territory_code"], range(len(shown)), strict=True))
    figure.add_trace(_bars(known, [heights[code] for code in known["territory_code"]], hue))
    figure.add_trace(
        go.Scatter(
            x=shown["x_rank"].tolist(),
            y=list(heights.values()),
            mode="markers",
            marker={"size": 10, "color": hue, "line": {"width": 1.5, "color": palette.paper}},
            hoverinfo="skip",
        )
    )
    names = [f"<b>{label}</b>" if code == chosen else label
             for code, label in zip(shown["territory_code"], shown["label"], strict=True)]  # fmt: skip
    figure.update_yaxes(tickvals=list(heights.values()), ticktext=names)
    for code, height in heights.items():
        row = shown[shown["territory_code"].eq(code)].iloc[0]
        figure.add_annotation(_say_place(row, height, palette))
    return figure


def _bars(rows: pd.DataFrame, heights: list[int], hue: str) -> go.Scatter:
    """Intervals as thick lines, parted by gaps, in one trace."""
    x = [end for low, high in zip(rows["x_rank_low"], rows["x_rank_high"], strict=True) for end in (low, high, None)]
    y = [height for at in heights for height in (at, at, None)]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": hue, "width": BAR}, opacity=0.35, hoverinfo="skip")


def _say_place(row: pd.Series[Any], height: int, palette: Palette) -> dict[str, Any]:
    """At the right of a row: « 12ᵉ, entre 9ᵉ et 17ᵉ · 64 »."""
    place = format_ordinal(int(row["x_rank"]))
    between = say_places(row["x_rank_low"], row["x_rank_high"], briefly=True)
    place += f", {between}" if between else ""
    score = format_number(row["x_score"])
    return {
        "text": place if score == ABSENT else f"{place} · <b>{score}</b>",
        "xref": "paper", "x": 1, "xanchor": "left", "xshift": 12, "yref": "y", "y": height, "yanchor": "middle",
        "align": "left", "width": TOLD, "showarrow": False, "font": {"size": 13, "color": palette.secondary},
    }  # fmt: skip


def _lay_out(rows: pd.DataFrame, palette: Palette) -> dict[str, Any]:
    highest = max([2.0, *rows["x_rank"].dropna(), *rows["x_rank_high"].dropna()])
    lowest = min([highest, *rows["x_rank"].dropna(), *rows["x_rank_low"].dropna()])
    ends = lowest * 0.85, highest * 1.15
    ticks = [tick for tick in TICKS if ends[0] <= tick <= ends[1]]
    layout = lay_out(palette, margin={"l": 300, "r": 250, "t": 8, "b": 56}, height=ROW * max(1, len(rows)) + AROUND)
    layout["xaxis"] = layout["xaxis"] | {
        "type": "log",
        "range": [math.log10(end) for end in ends],
        "tickvals": ticks,
        "ticktext": [format_number(tick) for tick in ticks],
        "title": {"text": "Place, échelle logarithmique", "font": {"size": 13, "color": palette.secondary}},
        "fixedrange": True,
    }
    layout["yaxis"] = layout["yaxis"] | {
        "range": [len(rows) - 0.4, -0.6],
        "showgrid": False,
        "fixedrange": True,
        "tickfont": {"size": 13, "color": palette.ink},
        "ticks": "",
    }
    return layout
