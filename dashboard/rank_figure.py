"""Ranks drawn edition by edition: the chosen territories in ink among the grey field of their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import tick_years
from dashboard.compare_figures import SHAPES, SIZES
from dashboard.edge_names import DASHES, EDGES, HEIGHT, measure_plot, name_axis, name_ends
from dashboard.history_figure import holed
from dashboard.theme import Palette, lay_out
from dashboard.words import format_number
from indicators.tree import Floats

MOST_NAMED: Final = 30  # lines of a field that can all be named at the edge
PER_RANK: Final = 19.0  # px
STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
MOST_TICKS: Final = 12


@dataclass(frozen=True)
class Named:
    """A line of a bump chart.

    Attributes:
        code: The territory.
        name: Its name.
        ranks: Its rank by edition, NaN where it has none.
        place: Its order among the chosen ones; None in the field.
    """

    code: str
    name: str
    ranks: Floats
    place: int | None = None


def rank_bump(lines: Sequence[Named], editions: Sequence[int], *, total: int, palette: Palette) -> go.Figure:
    """Ranks edition by edition.

    Args:
        lines: The field, then the chosen ones.
        editions: Years.
        total: How many territories are ranked, written on the axis.
        palette: Colours of the scheme.
    """
    known = [line for line in lines if np.isfinite(line.ranks).any()]
    is_named = len(known) <= MOST_NAMED
    height = max(HEIGHT, PER_RANK * len(known) + EDGES["t"] + EDGES["b"]) if is_named else HEIGHT + 120
    figure = go.Figure(layout=lay_out(palette, hovermode="closest", margin=EDGES, height=height))
    field = [line for line in known if line.place is None]
    figure.add_trace(_field(field, editions, palette, is_named=is_named))
    for line in known:
        if line.place is not None:
            figure.add_trace(_ink(line, line.place, editions, palette))
    best, worst = _find_ends(known)
    pad = 0.03 * (worst - best) + 0.6
    figure.update_yaxes(range=[worst + pad, best - pad], fixedrange=True, showgrid=False, tickvals=_ticks(best, worst))
    figure.update_xaxes(range=[editions[0] - 0.3, editions[-1] + 0.2], fixedrange=True, **tick_years(editions))
    name_axis(figure, f"rang, sur {format_number(total)} territoires", palette)
    shown = known if is_named else [line for line in known if line.place is not None]
    ends = {line.name: -_last_known(line.ranks) for line in shown}
    colours = {line.name: palette.secondary if line.place is None else palette.ink for line in shown}
    name_ends(figure, ends, (-worst - pad, pad - best), colours, measure_plot(height))
    return figure


def _find_ends(lines: Sequence[Named]) -> tuple[float, float]:
    """The best and the worst rank of any line."""
    if not lines:
        return 1.0, 2.0
    ranks = np.concatenate([line.ranks for line in lines])
    return float(np.nanmin(ranks)), float(np.nanmax(ranks))


def _ticks(best: float, worst: float) -> list[int]:
    """The best rank shown, then round ones."""
    step = next((step for step in STEPS if (worst - best) / step <= MOST_TICKS), STEPS[-1])
    start = int(best)
    return [start, *(tick for tick in range(step, int(worst) + 1, step) if tick > start + step / 3)]


def _last_known(ranks: Floats) -> float:
    known = ranks[np.isfinite(ranks)]
    return float(known[-1]) if len(known) else float("nan")


def _field(lines: Sequence[Named], editions: Sequence[int], palette: Palette, *, is_named: bool) -> go.Scatter:
    """All the lines of the field as one trace, broken between territories."""
    x = [year for _ in lines for year in (*editions, None)]
    y = [rank for line in lines for rank in (*holed(pd.Series(line.ranks)), None)]
    names = [line.name for line in lines for _ in (*editions, None)] if is_named else None
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": palette.receding if is_named else palette.hairline, "width": 1},
        hovertext=names, hoverinfo="text" if is_named else "skip",
    )  # fmt: skip


def _ink(line: Named, place: int, editions: Sequence[int], palette: Palette) -> go.Scatter:
    return go.Scatter(
        x=list(editions), y=holed(pd.Series(line.ranks)), mode="lines+markers", name=line.name, cliponaxis=False,
        line={"color": palette.ink, "width": 2.5, "dash": DASHES[place]},
        marker={"symbol": SHAPES[place], "size": SIZES[place] - 2, "color": palette.ink,
                "line": {"width": 2, "color": palette.ink}},
        hovertemplate="<b>%{fullData.name}</b>, %{x}<br>rang %{y}<extra></extra>",
    )  # fmt: skip
