"""Figures over the years: the gap on the retrospective index in its band, shares and inequality in ink."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import thin, tick_years
from dashboard.theme import Palette, lay_out
from dashboard.words import say_between

LINE: Final = 16  # letters of a name at the end of a line


def draw_past(table: pd.DataFrame, names: Mapping[str, str], palette: Palette) -> go.Figure:
    """The gap on the retrospective indices, edition by edition, in a band, named at its end.

    Args:
        table: As `gaps.Past.table`.
        names: By node, the name of its curve and the code of its hue.
        palette: Colours of the scheme.
    """
    figure = go.Figure(layout=lay_out(palette, hovermode="x unified", margin={"l": 40, "r": 112, "t": 10, "b": 36}))
    for node, name in names.items():
        own = table[table["node_code"].eq(node)]
        colour = palette.find_hue(node.removeprefix("retro_"))
        years = own["edition"].tolist()
        figure.add_trace(
            go.Scatter(
                x=years + years[::-1], y=[*own["high"].round(1), *own["low"].round(1)[::-1]], fill="toself",
                fillcolor=colour, opacity=0.14, line={"width": 0}, hoverinfo="skip", mode="lines",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=years, y=thin(own["difference"]), name=name, mode="lines+markers+text",
                text=[""] * (len(years) - 1) + [f" {name}"], textposition="middle right",
                textfont={"color": colour, "size": 15}, line={"color": colour, "width": 2.5}, marker={"size": 7},
                customdata=[[say_between(*ends)] for ends in zip(own["low"], own["high"], strict=True)],
                cliponaxis=False, hovertemplate="%{y:.0f} points, %{customdata[0]}",
            )
        )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", nticks=6, showgrid=True, fixedrange=True)
    figure.update_xaxes(showgrid=False, fixedrange=True, **tick_years(sorted(set(table["edition"].tolist()))))
    return figure


def draw_lines(
    years: Sequence[int],
    lines: Sequence[tuple[str, Sequence[float], str]],
    palette: Palette,
    *,
    suffix: str,
    digits: int,
) -> go.Figure:
    """Lines in ink over the years, told apart by their dash and named at their end.

    Args:
        years: The years.
        lines: Name, values, dash of each.
        palette: Colours of the scheme.
        suffix: Unit written after a figure.
        digits: After the comma.
    """
    figure = go.Figure(layout=lay_out(palette, hovermode="x unified", margin={"l": 48, "r": 124, "t": 10, "b": 36}))
    for name, values, dash in lines:
        figure.add_trace(
            go.Scatter(
                x=list(years), y=[round(float(v), digits + 1) for v in values], name=name, mode="lines+markers+text",
                text=[""] * (len(years) - 1) + ["<br>".join(textwrap.wrap(name, LINE))], textposition="middle right",
                textfont={"color": palette.ink, "size": 13}, line={"color": palette.ink, "width": 2, "dash": dash},
                marker={"size": 5}, cliponaxis=False, hovertemplate=f"%{{y:.{digits}f}}{suffix}",
            )
        )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", nticks=6, showgrid=True, ticksuffix=suffix, fixedrange=True)
    figure.update_xaxes(showgrid=False, fixedrange=True, **tick_years(years))
    return figure
