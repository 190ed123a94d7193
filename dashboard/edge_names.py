"""The only module that writes at the edges of a figure: names at the end of lines, kept apart, and what an axis is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from dashboard.compare_figures import clip
from dashboard.theme import Palette

LEADING: Final = 17.0  # px between two names
HEIGHT: Final = 440.0  # px of a figure, unless it needs more
AROUND: Final = 130.0  # px that an image adds: its title, how to read it, its source
EDGES: Final = {"l": 46, "r": 128, "t": 30, "b": 36}
DASHES: Final = ("solid", "dash", "dot", "longdash", "dashdot", "longdashdot")  # of territories, by their order


def measure_plot(height: float = HEIGHT) -> float:
    """Height of the plot itself, px."""
    return height - EDGES["t"] - EDGES["b"]


def leave_room(figure: go.Figure) -> go.Figure:
    """A copy as tall as the figure and what an image writes above and below it, so that its names keep apart."""
    taller = go.Figure(figure)
    taller.update_layout(height=figure.layout.height + AROUND)
    return taller


def name_axis(figure: go.Figure, text: str, palette: Palette) -> None:
    """Write above the vertical axis what it measures."""
    figure.add_annotation(
        text=text, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=8,
        xshift=4 - EDGES["l"], showarrow=False, font={"size": 13, "color": palette.secondary},
    )  # fmt: skip


def name_ends(
    figure: go.Figure, ends: Mapping[str, float], span: tuple[float, float], colours: Mapping[str, str], height: float
) -> None:
    """Write names at the right edge, each at the height of its last point, moved apart when they would meet.

    Args:
        figure: The figure.
        ends: By name, the last value, as the axis counts it (its logarithm on a logarithmic axis); NaN is not written.
        span: Bottom and top of the axis.
        colours: By name, its colour.
        height: Of the plot, px.
    """
    known = {name: value for name, value in ends.items() if np.isfinite(value)}
    low, high = span
    wanted = [(high - value) / (high - low) * height for value in known.values()]
    written = [
        {
            "text": clip(name), "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "yref": "paper",
            "y": 1 - y / height, "yanchor": "middle", "showarrow": False, "font": {"size": 13, "color": colours[name]},
        }
        for name, y in zip(known, spread_out(wanted, LEADING, height), strict=True)
    ]  # fmt: skip
    figure.update_layout(annotations=[*figure.layout.annotations, *written])  # all at once: one by one is quadratic


def spread_out(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Places as near as possible to those wanted, in the same order, at least `gap` apart and inside the height."""
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    placed = np.asarray(wanted, dtype=float)[order].copy()
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + gap)
    if len(placed) and placed[-1] > height:
        placed[-1] = height
        for at in range(len(placed) - 2, -1, -1):
            placed[at] = min(placed[at], placed[at + 1] - gap)
    result = np.empty(len(placed))
    result[order] = placed
    return [float(y) for y in result]
