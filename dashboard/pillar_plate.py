"""The pillars of a territory among its comparable territories, as a figure and as tables. Neither SQL nor Dash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import thin
from dashboard.figures import shorten
from dashboard.theme import Palette, lay_out, mix
from dashboard.words import FIXED, NARROW, format_number, format_score
from indicators.tree import Floats

ROW: Final = 58  # px a row
MOST_POINTS: Final = 130  # comparable territories drawn one by one; beyond, as a density
CELL: Final = 1.6  # points of score in which dots are spread not to hide one another
SPREAD: Final = 0.3  # of a row, above and below its line
GAP: Final = 0.35  # of a row, more above an index
BINS: Final = 50


@dataclass(frozen=True)
class Plate:
    """What is drawn.

    Attributes:
        rows: One row a node, indices then their pillars: node, label, index, is_index, score, low, high, peer_median.
        names: Names of the comparable territories, itself left out.
        peers: Their scores, territories × rows, NaN where missing.
    """

    rows: pd.DataFrame
    names: tuple[str, ...]
    peers: Floats

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        return [{str(name): value for name, value in row.items()} for row in self.rows.to_dict("records")]


def pillar_plate(plate: Plate, palette: Palette) -> go.Figure:
    """A strip a node, 1 to 100: each comparable territory a dot (a density where they are many), this one in hue."""
    places = _place_rows(plate.rows)
    draw = _dots if len(plate.names) <= MOST_POINTS else _density
    figure = go.Figure(layout=_lay_out(plate, places, palette))
    figure.add_trace(draw(plate, places, palette))
    figure.add_trace(_medians(plate, places, palette))
    for index in plate.rows["index"].unique():
        for trace in _own(plate, places, index, palette):
            figure.add_trace(trace)
    return figure


def _place_rows(rows: pd.DataFrame) -> list[float]:
    """Height of each row, downwards, a little more above an index but the first."""
    steps = [1 + GAP * (bool(is_index) and at > 0) for at, is_index in enumerate(rows["is_index"])]
    return [-float(y) for y in np.cumsum(steps)]


def _dots(plate: Plate, places: list[float], palette: Palette) -> go.Scatter:
    x, y, names = [], [], []
    for at, height in enumerate(places):
        known = np.flatnonzero(np.isfinite(plate.peers[:, at]))
        scores = plate.peers[known, at]
        x += thin(scores)
        y += (height + spread_dots(scores)).round(3).tolist()
        names += [plate.names[row] for row in known]
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 8, "color": palette.secondary, "opacity": 0.55, "line": {"width": 0}},
        text=names,
        hovertemplate="%{text}" + FIXED + ": %{x:.0f}<extra></extra>",
    )


def spread_dots(scores: Floats) -> Floats:
    """How far from its line each dot lies, so that equal scores are seen beside one another: 0, +1, −1, +2… steps.

    Args:
        scores: Scores of one row.

    Returns:
        Heights in rows, within ± SPREAD.
    """
    cells = np.round(scores / CELL)
    seats = np.zeros(len(scores))
    crowd = 1
    for cell in np.unique(cells):
        inside = np.flatnonzero(cells == cell)
        crowd = max(crowd, len(inside))
        order = np.arange(len(inside))
        seats[inside] = np.where(order % 2, (order + 1) // 2, -(order // 2))
    step = min(0.15, SPREAD / max(1, crowd // 2))
    return seats * step


def _density(plate: Plate, places: list[float], palette: Palette) -> go.Scatter:
    """A shape as high as there are territories, the same scale for all the rows (its square root: the floor crowds)."""
    x: list[float | None] = []
    y: list[float | None] = []
    for at, height in enumerate(places):
        scores = plate.peers[:, at]
        counts, edges = np.histogram(scores[np.isfinite(scores)], bins=BINS, range=(0.0, 100.0))
        heights = SPREAD * np.sqrt(counts / max(1, len(plate.names)))
        middles = (edges[:-1] + edges[1:]) / 2
        x += [*middles.round(1).tolist(), *middles[::-1].round(1).tolist(), None]
        y += [*(height + heights).round(3).tolist(), *(height - heights)[::-1].round(3).tolist(), None]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=mix(palette.paper, palette.secondary, 0.45),
        hoverinfo="skip",
    )


def _medians(plate: Plate, places: list[float], palette: Palette) -> go.Scatter:
    """The median of the comparable territories, a tick on each row."""
    x: list[float | None] = []
    y: list[float | None] = []
    for median, height in zip(plate.rows["peer_median"], places, strict=True):
        if pd.notna(median):
            x += thin([median]) * 2 + [None]
            y += [height - 0.2, height + 0.2, None]
    told = f"médiane des comparables{FIXED}: %{{x:.0f}}<extra></extra>"
    return go.Scatter(x=x, y=y, mode="lines", line={"color": palette.ink, "width": 2}, hovertemplate=told)


def _own(plate: Plate, places: list[float], index: str, palette: Palette) -> list[go.Scatter]:
    """This territory on the rows of one index: its intervals, its scores."""
    hue = palette.find_hue(index)
    rows = [(row, y) for row, y in zip(plate.records, places, strict=True) if row["index"] == index]
    scored = [(row, y) for row, y in rows if pd.notna(row["score"])]
    sure = [(row, y) for row, y in scored if pd.notna(row["low"]) and pd.notna(row["high"])]
    intervals = go.Scatter(
        x=[end for row, _ in sure for end in (round(float(row["low"]), 1), round(float(row["high"]), 1), None)],
        y=[end for _, y in sure for end in (y, y, None)],
        mode="lines",
        line={"color": hue, "width": 4},
        hoverinfo="skip",
    )
    scores = go.Scatter(
        x=thin(row["score"] for row, _ in scored),
        y=[y for _, y in scored],
        mode="markers",
        marker={
            "size": [15 if row["is_index"] else 12 for row, _ in scored],
            "color": hue,
            "opacity": 1,  # else Plotly lightens marks of several sizes
            "line": {"width": 2, "color": palette.paper},
        },
        text=[f"<b>{row['label']}</b>{FIXED}: {say_row(row)}" for row, _ in scored],
        hovertemplate="%{text}<extra></extra>",
    )
    return [intervals, scores]


def _lay_out(plate: Plate, places: list[float], palette: Palette) -> dict[str, Any]:
    layout = lay_out(palette, hovermode="closest", margin={"l": 4, "r": 4, "t": 4, "b": 26})
    layout["height"] = measure_height(plate)
    layout["yaxis"] = {"visible": False, "range": [places[-1] - 0.45, -0.3], "fixedrange": True}
    layout["xaxis"] = layout["xaxis"] | {
        "range": [-2.5, 102.5], "dtick": 25, "tick0": 0, "fixedrange": True, "showgrid": True,
    }  # fmt: skip
    rows = list(zip(plate.records, places, strict=True))
    layout["annotations"] = [label for row, y in rows for label in _name_row(row, y, palette)]
    line = {"color": palette.hairline, "width": 1}
    layout["shapes"] = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line, "layer": "below"}
        for _, y in rows
    ]
    return layout


def measure_height(plate: Plate) -> int:
    """Height of the figure, in px."""
    return round(ROW * (1 - _place_rows(plate.rows)[-1])) + 12


def _name_row(row: dict[str, Any], y: float, palette: Palette) -> list[dict[str, Any]]:
    """Over the strip: its name to the left, what it says to the right."""
    hue = palette.find_hue(row["index"])
    shared = {
        "xref": "paper", "y": y + 0.33, "yanchor": "bottom", "showarrow": False, "borderpad": 0, "yshift": 0,
    }  # fmt: skip
    size = 16 if row["is_index"] else 14
    name = f"<b>{row['label']}</b>" if row["is_index"] else row["label"]
    return [
        shared | {"x": 0, "xanchor": "left", "text": name, "font": {"size": size, "color": hue}},
        shared | {"x": 1, "xanchor": "right", "text": say_row(row), "font": {"size": 13, "color": palette.secondary}},
    ]


def say_row(row: dict[str, Any]) -> str:
    """« 57, entre 46 et 61 ; médiane 44 »."""
    score = "pas de score" if pd.isna(row["score"]) else format_score(row["score"], row["low"], row["high"])
    median = "" if pd.isna(row["peer_median"]) else f"{NARROW}; médiane {format_number(row['peer_median'])}"
    return score + median


def list_peer_rows(plate: Plate, most: int) -> list[list[str]]:
    """Name and scores of the comparable territories, those nearest on the first row first.

    Args:
        plate: What is drawn.
        most: How many at most.
    """
    own = plate.rows["score"].iloc[0]
    far = np.abs(plate.peers[:, 0] - own) if pd.notna(own) else np.arange(len(plate.names), dtype=float)
    order = np.argsort(np.where(np.isnan(far), np.inf, far), kind="stable")[:most]
    return [[plate.names[at], *(format_number(score) for score in plate.peers[at])] for at in order]


def shorten_names(labels: list[str]) -> tuple[str, ...]:
    """Names short enough to be pointed at."""
    return tuple(shorten(label) for label in labels)
