"""Figures of territories one by one: two groups side by side on one axis, and scores against size."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import thin
from dashboard.figures import shorten
from dashboard.gap_axes import GapAxis
from dashboard.groups import FIRST, OTHERS, SECOND
from dashboard.placement import Box, place_labels
from dashboard.theme import Palette, lay_out, mix
from dashboard.words import say_between

WIDTH: Final = 860.0  # px the labels are placed for
STRIP: Final = 414.0
CHART: Final = 536.0
TOP, BOTTOM = 1.56, -0.5  # of the two rows of a spread
HIGHEST: Final = 104.0  # score at the top of the chart
BINS: Final = 90
MARKS: Final = {"METRO": 2, "CU": 1, "CA": 0, "CC": 0}  # Plotly's diamond, square, circle
LABELLED: Final = 14
PARTICLE: Final = re.compile(r"^(?:du|de|de l[’']|des) (?=[A-ZÉÈÎŒ])|^(?:de l|d)[’']")  # « du Grand Chambéry »
SIZES: Final = {1e4: "10 000", 1e5: "100 000", 1e6: "1 million"}  # ticks, inhabitants: a small screen has room for them


def draw_spread(
    rows: pd.DataFrame, names: Mapping[str, str], axis: GapAxis, palette: Palette, *, index: str, hover: str
) -> go.Figure:
    """Both groups on one axis: every territory a mark, the middle half a band, the median a line.

    Args:
        rows: As `gaps.Spread.rows`.
        names: By group key, its name.
        axis: Where a figure lies.
        palette: Colours of the scheme.
        index: Whose hue the medians take.
        hover: How a figure is told: `%{customdata[1]}` and the like.
    """
    figure = go.Figure(layout=lay_out(palette, margin={"l": 12, "r": 12, "t": 30, "b": 56}, hovermode="closest"))
    hue, shapes = palette.find_hue(index), []
    for key, middle in ((FIRST, 1.0), (SECOND, 0.0)):
        own = rows[rows["group"].eq(key)].dropna(subset=["x"]).sort_values("x")
        if own.empty:
            continue
        at = np.array([axis.place(x) for x in own["x"]])
        heights = middle + spread_out(at)
        figure.add_trace(_marks(own, at, heights, palette, hover, strong=key == FIRST))
        shapes += _box(own["x"], middle, axis, palette, hue)
        figure.add_trace(_name_ends(own, at, heights, palette, axis, key))
    figure.update_layout(shapes=shapes, annotations=[_head(names[k], m, palette) for k, m in ((FIRST, 1), (SECOND, 0))])
    figure.update_xaxes(**axis.describe(), fixedrange=True, showgrid=True, ticks="outside", ticklen=4,
                        tickcolor=palette.hairline)  # fmt: skip
    figure.update_yaxes(visible=False, range=[BOTTOM, TOP], fixedrange=True)
    return figure


def spread_out(at: np.ndarray) -> np.ndarray:
    """Heights that keep marks of nearly the same place apart: around zero, at most 0.36 on each side."""
    slots = np.round((at - at.min()) / max(1e-9, float(np.ptp(at))) * BINS).astype(int)
    heights = np.zeros(len(at))
    for slot in set(slots):
        rows = np.flatnonzero(slots == slot)
        step = min(0.09, 0.72 / max(1, len(rows) - 1))
        heights[rows] = (np.arange(len(rows)) - (len(rows) - 1) / 2) * step
    return heights


def _marks(
    rows: pd.DataFrame, at: np.ndarray, heights: np.ndarray, palette: Palette, hover: str, *, strong: bool
) -> go.Scatter:
    ends = [[None if pd.isna(v) else int(v) for v in rows[end]] for end in ("rank", "rank_low", "rank_high")]
    return go.Scatter(
        x=at.round(4).tolist(),
        y=heights.round(3).tolist(),
        mode="markers",
        hovertext=rows["label"].tolist(),
        customdata=[list(one) for one in zip(rows["territory_code"], rows["x"].round(4), *ends, strict=True)],
        hovertemplate=f"<b>%{{hovertext}}</b><br>{hover}<extra></extra>",
        marker={
            "symbol": [MARKS.get(family, 0) for family in rows["family"]],
            "size": 11 if strong else 7,
            "color": palette.ink if strong else palette.secondary,
            "opacity": 0.9 if strong else 0.65,
            "line": {"width": 1, "color": palette.paper},
        },
    )


def _box(x: pd.Series[float], middle: float, axis: GapAxis, palette: Palette, hue: str) -> list[dict[str, Any]]:
    low, median, high = (axis.place(float(x.quantile(q))) for q in (0.25, 0.5, 0.75))
    band = mix(palette.paper, palette.ink, 0.11)
    return [
        {"type": "rect", "x0": low, "x1": high, "y0": middle - 0.4, "y1": middle + 0.4, "fillcolor": band,
         "line": {"width": 0}, "layer": "below"},
        {"type": "line", "x0": median, "x1": median, "y0": middle - 0.44, "y1": middle + 0.44,
         "line": {"color": hue, "width": 4}, "layer": "above"},
    ]  # fmt: skip


def _head(name: str, middle: float, palette: Palette) -> dict[str, Any]:
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": middle + 0.49, "yanchor": "middle", "showarrow": False,
        "text": f"<b>{name[:1].upper()}{name[1:]}</b>", "font": {"size": 15, "color": palette.ink},
    }  # fmt: skip


def _name_ends(
    rows: pd.DataFrame, at: np.ndarray, heights: np.ndarray, palette: Palette, axis: GapAxis, key: str
) -> go.Scatter:
    """Names of the farthest members: the first and the last of the first group, the first of the second."""
    order = list(range(len(rows)))
    wanted = list(dict.fromkeys([*order[-6:][::-1], *order[:4]] if key == FIRST else order[-7:][::-1]))
    start, end = axis.describe()["range"]
    points = [((x - start) / (end - start) * WIDTH, (TOP - y) / (TOP - BOTTOM) * STRIP)
              for x, y in zip(at, heights, strict=True)]  # fmt: skip
    return _write_labels(rows.iloc[wanted], [points[p] for p in wanted], (at[wanted], heights[wanted]),
                         [p for place, p in enumerate(points) if place not in wanted], palette, STRIP)  # fmt: skip


def _write_labels(
    rows: pd.DataFrame,
    points: Sequence[tuple[float, float]],
    places: tuple[np.ndarray, np.ndarray],
    others: Sequence[tuple[float, float]],
    palette: Palette,
    height: float,
) -> go.Scatter:
    """Short names beside their marks, clear of every other mark; those that find no room are left to the hover.

    Args:
        rows: The territories to name, by decreasing priority.
        points: Where they stand, px.
        places: The same, in the figure's own coordinates.
        others: Where the territories that are not named stand, px.
        palette: Colours of the scheme.
        height: Of the drawing, px.
    """
    texts = [PARTICLE.sub("", shorten(str(label))) for label in rows["label"]]
    taken = [Box(x - 5, y - 5, x + 5, y + 5) for x, y in others]
    sides = place_labels(list(points), texts, width=WIDTH, height=height, size=13, taken=taken)
    kept = [place for place, side in enumerate(sides) if side]
    return go.Scatter(
        x=[float(places[0][p]) for p in kept], y=[float(places[1][p]) for p in kept], text=[texts[p] for p in kept],
        textposition=[sides[p] for p in kept], mode="markers+text", marker={"size": 12, "opacity": 0}, hoverinfo="skip",
        textfont={"size": 13, "color": palette.ink},
    )  # fmt: skip


def draw_size(
    rows: pd.DataFrame, above: Sequence[str], below: Sequence[str], palette: Palette, *, index: str, score: str
) -> go.Figure:
    """Scores against population, the trend of size, and the territories that stand clear of it.

    Args:
        rows: As `gaps.read_surplus`, with group.
        above: Codes wholly above what their size makes expected, the farthest first: filled with the index's hue.
        below: Codes wholly below, the farthest first.
        palette: Colours of the scheme.
        index: Whose hue.
        score: Name of the score.
    """
    shown = rows.dropna(subset=["score"])
    hue = palette.find_hue(index)
    stands_out = shown["territory_code"].isin([*above])
    figure = go.Figure(layout=lay_out(palette, margin={"l": 44, "r": 16, "t": 12, "b": 52}, hovermode="closest"))
    figure.add_trace(_crowd(shown[shown["group"].eq(OTHERS)], palette.receding, 4, 0.6))
    figure.add_trace(_trend(shown, palette))
    figure.add_trace(_territories(shown[shown["group"].eq(SECOND) & ~stands_out], palette.secondary, 7, palette))
    figure.add_trace(_territories(shown[shown["group"].eq(FIRST) & ~stands_out], palette.ink, 11, palette))
    figure.add_trace(_territories(shown[stands_out], hue, 9, palette))
    named = [*above[:LABELLED], *below[:4]]
    own = shown.set_index("territory_code").reindex(named).dropna(subset=["score"])
    figure.add_trace(_name_territories(own, shown, palette))
    figure.update_xaxes(
        type="log", range=list(_reach(shown)), title={"text": "habitants, échelle logarithmique", "standoff": 8},
        tickvals=list(SIZES), ticktext=list(SIZES.values()), showgrid=False, fixedrange=True,
        ticks="outside", ticklen=4, tickcolor=palette.hairline,
    )  # fmt: skip
    figure.update_yaxes(range=[0, HIGHEST], title={"text": score, "font": {"color": hue, "size": 15}}, showgrid=True,
                        nticks=6, fixedrange=True)  # fmt: skip
    return figure


def _crowd(rows: pd.DataFrame, colour: str, size: int, opacity: float) -> go.Scatter:
    return go.Scatter(
        x=rows["population"].round(-2).astype(int).tolist(), y=rows["score"].round(1).tolist(), mode="markers",
        hoverinfo="skip",
        marker={"color": colour, "size": size, "opacity": opacity},
    )  # fmt: skip


def _trend(rows: pd.DataFrame, palette: Palette) -> go.Scatter:
    line = rows.dropna(subset=["expected"]).sort_values("population")
    line = line.iloc[np.unique(np.linspace(0, len(line) - 1, 80).astype(int))] if len(line) else line
    return go.Scatter(
        x=line["population"].tolist(), y=line["expected"].round(1).tolist(), mode="lines", hoverinfo="skip",
        line={"color": palette.ink, "width": 1.5, "dash": "dot"},
    )  # fmt: skip


def _territories(rows: pd.DataFrame, colour: str, size: int, palette: Palette) -> go.Scatter:
    surplus = [None if pd.isna(v) else round(float(v)) for v in rows["surplus"]]
    ends = zip(rows["surplus_low"], rows["surplus_high"], strict=True)
    between = [f" ({told})" if (told := say_between(*each)) else "" for each in ends]
    return go.Scatter(
        x=rows["population"].astype(int).tolist(), y=thin(rows["score"]), mode="markers",
        hovertext=rows["label"].tolist(),
        customdata=[list(one) for one in zip(rows["territory_code"], surplus, between, strict=True)],
        hovertemplate="<b>%{hovertext}</b><br>%{x:,.0f} habitants<br>score %{y:.0f}, écart à la tendance "
                      "%{customdata[1]}%{customdata[2]}<extra></extra>",
        marker={"symbol": [MARKS.get(f, 0) for f in rows["family"]], "size": size, "color": colour, "opacity": 0.85,
                "line": {"width": 1, "color": palette.paper}},
    )  # fmt: skip


def _name_territories(named: pd.DataFrame, shown: pd.DataFrame, palette: Palette) -> go.Scatter:
    """Names of the territories clear of the trend, kept away from every mark of the two groups."""
    start, end = _reach(shown)

    def locate(rows: pd.DataFrame) -> list[tuple[float, float]]:
        across = (np.log10(rows["population"].to_numpy(float)) - start) / (end - start) * WIDTH
        return list(zip(across, (1 - rows["score"].to_numpy(float) / HIGHEST) * CHART, strict=True))

    others = shown[shown["group"].ne(OTHERS) & ~shown["territory_code"].isin(named.index)]
    places = named["population"].to_numpy(float), named["score"].to_numpy(float)
    return _write_labels(named, locate(named), places, locate(others), palette, CHART)


def _reach(shown: pd.DataFrame) -> tuple[float, float]:
    """Ends of the axis of population, in powers of ten."""
    low, high = np.log10(shown["population"].min()), np.log10(shown["population"].max())
    return float(low) - 0.06, float(high) + 0.1
