"""What remains of an order, drawn: Kendall's tau with the first edition, and where chance alone would put it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import plotly.graph_objects as go

from dashboard.axes import tick_years
from dashboard.edge_names import EDGES, HEIGHT, measure_plot, name_axis, name_ends
from dashboard.theme import Palette, lay_out
from indicators.hierarchy import Persistence

SPAN: Final = (-0.12, 1.04)
CHANCE: Final = "au hasard"


def decay_curves(
    decays: Mapping[str, Mapping[int, Persistence]], names: Mapping[str, str], first: int, palette: Palette
) -> go.Figure:
    """Kendall's tau, from 1 (the same order) to 0 (no relation), a curve an index named at its end.

    Args:
        decays: By index code, by later edition.
        names: By index code, its name.
        first: First edition.
        palette: Colours of the scheme.
    """
    figure = go.Figure(layout=lay_out(palette, hovermode="x unified", margin=EDGES, height=HEIGHT))
    told = [one for decay in decays.values() for one in decay.values()]
    chance = max((one.chance for one in told), default=0.0)
    figure.add_shape(type="rect", xref="paper", x0=0, x1=1, y0=-chance, y1=chance, layer="below", line={"width": 0},
                     fillcolor=palette.hairline)  # fmt: skip
    for code, decay in decays.items():
        figure.add_trace(_curve(decay, names[code], first, palette.find_hue(code)))
    last = max((year for decay in decays.values() for year in decay), default=first)
    figure.update_yaxes(range=SPAN, tickvals=[0, 0.25, 0.5, 0.75, 1], fixedrange=True, showgrid=True)
    figure.update_xaxes(range=[first - 0.3, last + 0.2], showgrid=False, fixedrange=True,
                        **tick_years(range(first, last + 1)))  # fmt: skip
    name_axis(figure, f"tau de Kendall avec {first}", palette)
    ends = {names[code]: list(decay.values())[-1].tau for code, decay in decays.items() if decay}
    colours = {names[code]: palette.find_hue(code) for code in decays} | {CHANCE: palette.secondary}
    name_ends(figure, ends | {CHANCE: 0.0}, SPAN, colours, measure_plot())
    return figure


def _curve(decay: Mapping[int, Persistence], name: str, first: int, hue: str) -> go.Scatter:
    return go.Scatter(
        x=[first, *decay], y=[1.0, *(round(one.tau, 3) for one in decay.values())], name=name, mode="lines+markers",
        line={"color": hue, "width": 2.5}, marker={"size": 7, "color": hue}, hovertemplate="%{y:.2f}", cliponaxis=False,
    )  # fmt: skip
