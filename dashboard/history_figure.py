"""A raw series drawn over the years it really has: gaps stay gaps, what is estimated or secret is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import tick_years
from dashboard.compare_figures import SHAPES, SIZES
from dashboard.edge_names import DASHES, EDGES, HEIGHT, measure_plot, name_axis, name_ends
from dashboard.theme import Palette, lay_out
from dashboard.words import FIXED

ESTIMATED: Final = ("circle-open", "square-open", "diamond-open", "triangle-up-open", "x-thin", "circle-open-dot")
CROWDED: Final = 30.0  # ratio of the greatest line to the least from which a straight axis would flatten the latter
DECADES: Final = 4.0  # of a logarithmic axis, up to which each one is written


def history_lines(
    history: pd.DataFrame, medians: pd.DataFrame, names: Sequence[str], *, unit: str, median_name: str, palette: Palette
) -> go.Figure:
    """A series of some territories, and the median of the comparable ones.

    Args:
        history: As `histories.pick_history`: place, year, value, status.
        medians: As `histories.compute_medians`: year, median, count.
        names: Names of the territories, by place.
        unit: Unit of the series, written on the axis.
        median_name: What the line of the median is called.
        palette: Colours of the scheme.
    """
    figure = go.Figure(layout=lay_out(palette, hovermode="closest", margin=EDGES, height=HEIGHT))
    years = _list_years(history, medians)
    is_log = _is_crowded(history)
    figure.add_trace(_median_line(medians, years, median_name, palette))
    groups = {int(str(place)): own for place, own in history.groupby("place")}
    for place, own in groups.items():
        figure.add_trace(_history(own, place, years, names[place], palette))
    _mark_secret(figure, history, names, palette)
    span = _find_span(pd.concat([history["value"], medians["median"]]).dropna(), is_log=is_log)
    dtick = "D1" if is_log and span[1] - span[0] < DECADES else None
    figure.update_yaxes(type="log" if is_log else "linear", range=span, fixedrange=True, nticks=6, dtick=dtick,
                        tickformat=",~f", automargin=True)  # fmt: skip
    figure.update_xaxes(range=[years[0] - 0.4, years[-1] + 0.4], showgrid=False, fixedrange=True, **tick_years(years))
    name_axis(figure, f"{unit}, échelle logarithmique" if is_log else unit, palette)
    ends = {names[place]: _last(own["year"], own["value"]) for place, own in groups.items()}
    ends[median_name] = _last(medians["year"], medians["median"])
    if is_log:
        ends = {name: np.log10(value) if value > 0 else np.nan for name, value in ends.items()}
    colours = dict.fromkeys(ends, palette.ink) | {median_name: palette.secondary}
    name_ends(figure, ends, span, colours, measure_plot())
    return figure


def _is_crowded(history: pd.DataFrame) -> bool:
    told = history["value"].dropna()
    tops = history.groupby("place")["value"].max().dropna()
    return bool(len(told) and told.min() > 0 and tops.max() > CROWDED * tops.min())


def _find_span(values: pd.Series[float], *, is_log: bool) -> tuple[float, float]:
    """Ends of the axis, with zero on it; of its logarithm where it is logarithmic."""
    if values.empty:
        return 0.0, 1.0
    if is_log:
        logs = np.log10(values[values > 0])
        return float(logs.min()) - 0.1, float(logs.max()) + 0.1
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return low, high + 0.06 * (high - low or 1.0)


def _list_years(history: pd.DataFrame, medians: pd.DataFrame) -> list[int]:
    years = pd.concat([history["year"], medians["year"]]).astype(int)
    return list(range(years.min(), years.max() + 1)) if len(years) else [0]


def _median_line(medians: pd.DataFrame, years: Sequence[int], name: str, palette: Palette) -> go.Scatter:
    values = medians.set_index("year")["median"].reindex(list(years))
    counts = medians.set_index("year")["count"].reindex(list(years))
    return go.Scatter(
        x=list(years), y=holed(values), customdata=[[_whole(n)] for n in counts], mode="lines+markers", name=name,
        line={"color": palette.receding, "width": 2}, marker={"size": 5, "color": palette.receding},
        hovertemplate="<b>%{fullData.name}</b>, %{x}<br>%{y:,.1f} (%{customdata[0]} territoires)<extra></extra>",
    )  # fmt: skip


def holed(values: pd.Series[float]) -> list[float | None]:
    """Figures as Plotly reads them: None where there is none, so that a line breaks."""
    return [None if pd.isna(value) else float(value) for value in values]


def _whole(value: float) -> int:
    return 0 if pd.isna(value) else int(value)


def _history(own: pd.DataFrame, place: int, years: Sequence[int], name: str, palette: Palette) -> go.Scatter:
    by_year = own.set_index("year")
    values, statuses = by_year["value"].reindex(list(years)), by_year["status"].reindex(list(years))
    estimated = statuses.eq("estimated")
    return go.Scatter(
        x=list(years), y=holed(values), mode="lines+markers", name=name, connectgaps=False, cliponaxis=False,
        line={"color": palette.ink, "width": 2, "dash": DASHES[place]},
        marker={
            "symbol": [ESTIMATED[place] if guess else SHAPES[place] for guess in estimated], "size": SIZES[place] - 2,
            "color": palette.ink, "line": {"width": 2, "color": palette.ink},
        },
        customdata=[[", estimé" if guess else ""] for guess in estimated],
        hovertemplate="<b>%{fullData.name}</b>, %{x}<br>%{y:,.1f}%{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _mark_secret(figure: go.Figure, history: pd.DataFrame, names: Sequence[str], palette: Palette) -> None:
    """A year kept secret is told at the foot of the figure, never drawn as a figure."""
    secret = history[history["status"].eq("secret")]
    for row in secret.to_dict("records"):
        figure.add_annotation(
            text="secret", hovertext=f"{names[int(row['place'])]}{FIXED}: secret statistique", x=int(row["year"]),
            yref="paper", y=0, yanchor="bottom", showarrow=False, font={"size": 13, "color": palette.secondary},
        )  # fmt: skip


def _last(years: pd.Series[int], values: pd.Series[float]) -> float:
    """The figure of the latest year that has one; NaN when none does."""
    known = [(year, value) for year, value in zip(years, values, strict=True) if pd.notna(value)]
    return float(max(known)[1]) if known else float("nan")
