"""Figures of gaps and shares, a named row each: groups are told by shape and ink, a hue stands for its index only."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import thin
from dashboard.groups import FIRST, SECOND
from dashboard.theme import Palette, lay_out
from dashboard.words import FIXED, format_number

LINE: Final = 44  # letters of a name on a line, so that it fits a small screen
SECOND_LINE: Final = 0.34  # of a row
ROW: Final = 46  # px of a named row: its words, then its line
OVER, UNDER = 0.12, 0.34  # of a row, how far an upright line goes from a row's own: up to its words, down to the next
MARGIN: Final = {"l": 14, "r": 14, "t": 8, "b": 52}


def draw_gaps(rows: pd.DataFrame, told: Sequence[str], palette: Palette, *, title: str, bold: int = 0) -> go.Figure:
    """Gaps in points, a row each: its words above, its interval as a line, the gap as a point.

    Args:
        rows: label, index, difference, low, high, indexed by node_code, from top to bottom.
        told: The gap of each row in words.
        palette: Colours of the scheme.
        title: Title of the axis.
        bold: How many of the first rows are indices, drawn bolder and set apart.
    """
    figure = go.Figure(layout=lay_out(palette, height=measure_height(len(rows)), margin=MARGIN))
    places = [-place - (0.25 if place >= bold else 0) for place in range(len(rows))]
    low, high = min(0.0, rows["low"].min()) - 2, max(10.0, rows["high"].max()) + 2
    for index, is_index in {(str(i), place < bold): None for place, i in enumerate(rows["index"])}:
        own = [p for p, i in enumerate(rows["index"]) if i == index and (p < bold) == is_index]
        colour, at = palette.find_hue(index), [places[p] for p in own]
        figure.add_trace(_spans(at, rows["low"].iloc[own], rows["high"].iloc[own], colour, 7 if is_index else 4))
        figure.add_trace(_points(at, rows.iloc[own], colour, 15 if is_index else 11))
    names = [f"<b>{name}</b>" if place < bold else str(name) for place, name in enumerate(rows["label"])]
    figure.add_traces(_write_rows(places, names, told, palette, (low, high)))
    bottom = min(places, default=0) - 0.45
    figure.update_layout(shapes=[_rule(0, places, palette)], hovermode="closest")
    figure.update_xaxes(range=[low, high], title={"text": title, "standoff": 8}, fixedrange=True, nticks=8,
                        showgrid=True)  # fmt: skip
    figure.update_yaxes(visible=False, range=[bottom, 0.72], fixedrange=True)
    return figure


def measure_height(rows: int) -> int:
    """Height of a figure of named rows, px."""
    return ROW * rows + 64


def _spans(at: Sequence[float], low: pd.Series[float], high: pd.Series[float], colour: str, width: int) -> go.Scatter:
    """The lines of several rows in one trace, a hole between them."""
    x = [end for pair in zip(low.round(1), high.round(1), strict=True) for end in (*pair, None)]
    y = [end for one in at for end in (one, one, None)]
    line = {"color": colour, "width": width}
    return go.Scatter(x=x, y=y, mode="lines", line=line, opacity=0.4, hoverinfo="skip")


def _points(at: Sequence[float], rows: pd.DataFrame, colour: str, size: int) -> go.Scatter:
    return go.Scatter(
        x=thin(rows["difference"]), y=list(at), mode="markers", customdata=[[code] for code in rows.index],
        hovertext=rows["label"].tolist(), hovertemplate="<b>%{hovertext}</b><br>%{x:.0f} points<extra></extra>",
        marker={"color": colour, "size": size},
    )  # fmt: skip


def _write_rows(
    places: Sequence[float], names: Sequence[str], told: Sequence[str], palette: Palette, ends: tuple[float, float]
) -> list[go.Scatter]:
    """The name of each row at its left, its figures at its right, above its line."""
    y = [at + (0.38 if "<br>" not in name else 0.5) for at, name in zip(places, names, strict=True)]
    shared: dict[str, Any] = {"y": y, "mode": "text", "hoverinfo": "skip", "cliponaxis": False}
    return [
        go.Scatter(x=[x] * len(y), text=list(text), textposition=side, textfont={"size": size, "color": ink}, **shared)
        for x, text, side, size, ink in (
            (ends[0], names, "middle right", 15, palette.ink),
            (ends[1], told, "middle left", 14, palette.secondary),
        )
    ]


def _rule(x: float, places: Sequence[float], palette: Palette, dash: str = "solid") -> dict[str, Any]:
    """An upright line through the rows, broken at their words so that none is struck."""
    line = {"color": palette.ink, "width": 1, "dash": dash}
    path = "".join(f"M{x:.2f},{at - UNDER:.2f}L{x:.2f},{at + OVER:.2f}" for at in places)
    return {"type": "path", "path": path, "line": line, "layer": "below"}


def draw_shares(
    rows: pd.DataFrame, people: Mapping[str, float], names: Mapping[str, str], palette: Palette
) -> go.Figure:
    """What both groups hold of each series, against their part of the population.

    Args:
        rows: As `amounts.share_latest`, from top to bottom.
        people: Share of the population of each group, over the country.
        names: By group key, its name.
        palette: Colours of the scheme.
    """
    margin = MARGIN | {"t": 40}
    labels = [_date(row) for _, row in rows.iterrows()]
    places = _stack(labels)
    height = round(ROW * (1 - min(places, default=0.0))) + 96
    figure = go.Figure(layout=lay_out(palette, height=height, hovermode="closest", margin=margin))
    ends = rows[[f"share_{key}" for key in (FIRST, SECOND)]] * 100
    figure.add_trace(_spans(places, ends.min(axis=1), ends.max(axis=1), palette.secondary, 2))
    for key, mark, colour in ((FIRST, "diamond", palette.ink), (SECOND, "circle-open", palette.ink)):
        figure.add_trace(
            go.Scatter(
                x=thin(100 * rows[f"share_{key}"]), y=places, mode="markers",
                customdata=[[code] for code in rows.index], hovertext=rows["label"].tolist(),
                hovertemplate=f"<b>%{{hovertext}}</b><br>{names[key]} : %{{x:.0f}} %<extra></extra>",
                marker={"symbol": mark, "size": 12, "color": colour, "line": {"width": 2, "color": colour}},
            )
        )  # fmt: skip
    told = [f"{format_number(100 * a)} et {format_number(100 * b)}{FIXED}%"
            for a, b in zip(rows[f"share_{FIRST}"], rows[f"share_{SECOND}"], strict=True)]  # fmt: skip
    bottom = places[-1] - 0.45 if places else 0.0
    lines = [(FIRST, "dash", "right"), (SECOND, "dot", "left")] if people[FIRST] <= people[SECOND] else [
        (FIRST, "dash", "left"), (SECOND, "dot", "right")]  # fmt: skip
    figure.update_layout(
        shapes=[_rule(100 * people[key], places, palette, dash) for key, dash, _ in lines],
        annotations=[
            *(_name_line(100 * people[key], side, names[key], palette) for key, _, side in lines),
        ],
    )
    figure.add_traces(_write_rows(places, labels, told, palette, (0, 101)))
    figure.update_xaxes(range=[0, 101], ticksuffix=f"{FIXED}%", fixedrange=True, nticks=6, showgrid=True)
    figure.update_yaxes(visible=False, range=[bottom, 0.65], fixedrange=True)
    return figure


def _stack(labels: Sequence[str]) -> list[float]:
    """Where each row stands, downwards; a name of two lines takes more room."""
    places, at = [], 0.0
    for place, label in enumerate(labels):
        at -= (0.0 if not place else 1.0) + (SECOND_LINE if "<br>" in label else 0.0)
        places.append(at)
    return places


def _date(row: pd.Series[Any]) -> str:
    return "<br>".join(textwrap.wrap(f"{row['label']}, {row['year']}", LINE))


def _name_line(x: float, side: str, name: str, palette: Palette) -> dict[str, Any]:
    text = f"{name}<br>{format_number(x)}{FIXED}%"
    return {
        "x": x, "xanchor": side, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": text,
        "align": side, "font": {"size": 13, "color": palette.secondary}, "borderpad": 2,
    }  # fmt: skip
