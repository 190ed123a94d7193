"""Maps: functions from a table to a Plotly figure. Contours come by address, never inside the figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.theme import Palette, lay_out, scale_bivariate, scale_sequential
from dashboard.words import ABSENT

FRAME: Final = {"lon": (-5.4, 9.8), "lat": (41.1, 51.3)}  # degrees: the hexagon, Corse, the overseas beside it


@dataclass(frozen=True)
class Ground:
    """What a map is drawn on.

    Attributes:
        palette: Colours of the scheme.
        contours: Address of the territories' GeoJSON.
        outlines: Address of the départements' GeoJSON.
        departements: Codes of the départements to outline.
    """

    palette: Palette
    contours: str
    outlines: str
    departements: tuple[str, ...]


def map_node(rows: pd.DataFrame, ground: Ground, *, title: str, hue: str) -> go.Figure:
    """Scores of one node, a single hue, in seven classes of equal numbers.

    Args:
        rows: territory_code, label, score (NaN without), rank_text.
        ground: What it is drawn on.
        title: What is shown, for the hover.
        hue: Hue of the index.
    """
    known = rows.dropna(subset=["score"])
    colours = scale_sequential(ground.palette, hue)
    classes = classify(known["score"], len(colours))
    hover = f"<b>%{{text}}</b><br>{title} %{{customdata[1]}}, rang %{{customdata[2]}}<extra></extra>"
    custom = [
        [code, f"{score:.0f}", rank]
        for code, score, rank in zip(known["territory_code"], known["score"], known["rank_text"], strict=True)
    ]
    return _draw(rows, known, classes, colours, hover, custom, ground)


def map_both(rows: pd.DataFrame, ground: Ground) -> go.Figure:
    """Both indices at once: thirds of one against thirds of the other, in nine colours.

    Args:
        rows: territory_code, label, `attractivite_third`, `rayonnement_third` (0, 1, 2; NaN without both scores),
            and the two ranks in words, `attractivite_text`, `rayonnement_text`.
        ground: What it is drawn on.
    """
    known = rows.dropna(subset=["attractivite_third", "rayonnement_third"])
    colours = [colour for line in scale_bivariate(ground.palette) for colour in line]
    classes = (known["rayonnement_third"] * 3 + known["attractivite_third"]).astype(int)
    hover = (
        "<b>%{text}</b><br>Attractivité : rang %{customdata[1]}<br>Rayonnement : rang %{customdata[2]}<extra></extra>"
    )
    custom = [
        list(c)
        for c in zip(known["territory_code"], known["attractivite_text"], known["rayonnement_text"], strict=True)
    ]
    return _draw(rows, known, classes, colours, hover, custom, ground)


def classify(scores: pd.Series[float], count: int) -> pd.Series[int]:
    """Class 0 to count − 1 of each score: equal numbers by rank, ties kept together."""
    share = scores.rank(pct=True, method="max")
    return (share * count).apply(lambda s: min(count - 1, max(0, int(-(-s // 1)) - 1)))


def bound_classes(scores: pd.Series[float], count: int) -> list[tuple[float, float] | None]:
    """Lowest and highest score of each class, None for an empty one."""
    known = scores.dropna()
    classes = classify(known, count)
    found: list[tuple[float, float] | None] = []
    for place in range(count):
        inside = known[classes == place]
        found.append((float(inside.min()), float(inside.max())) if len(inside) else None)
    return found


def _draw(
    rows: pd.DataFrame,
    known: pd.DataFrame,
    classes: pd.Series[int],
    colours: list[str],
    hover: str,
    custom: list[list[str]],
    ground: Ground,
) -> go.Figure:
    palette, contours = ground.palette, ground.contours
    figure = go.Figure(layout=_lay_out(palette))
    missing = rows[~rows["territory_code"].isin(known["territory_code"])]
    figure.add_trace(_missing(missing, palette, contours))  # first: the style sheet hatches the first trace
    figure.add_trace(
        go.Choropleth(
            geojson=contours,
            featureidkey="properties.territory_code",
            locations=known["territory_code"].tolist(),
            z=classes.tolist(),
            zmin=-0.5,
            zmax=len(colours) - 0.5,
            colorscale=_steps(colours),
            showscale=False,
            text=known["label"].tolist(),
            customdata=custom,
            hovertemplate=hover,
            marker={"line": {"width": 0.4, "color": palette.paper}},
        )
    )
    figure.add_trace(_outline(ground))
    return figure


def _missing(rows: pd.DataFrame, palette: Palette, contours: str) -> go.Choropleth:
    return go.Choropleth(
        geojson=contours,
        featureidkey="properties.territory_code",
        locations=rows["territory_code"].tolist(),
        z=[0] * len(rows),
        colorscale=_steps([palette.hairline]),
        showscale=False,
        text=rows["label"].tolist(),
        customdata=[[code] for code in rows["territory_code"]],
        hovertemplate=f"<b>%{{text}}</b><br>{ABSENT}<extra></extra>",
        marker={"line": {"width": 0.4, "color": palette.secondary}},
    )


def _outline(ground: Ground) -> go.Choropleth:
    """Départements as lines only, and deaf to the pointer."""
    return go.Choropleth(
        geojson=ground.outlines,
        featureidkey="properties.territory_code",
        locations=list(ground.departements),
        z=[0] * len(ground.departements),
        colorscale=_steps(["rgba(0,0,0,0)"]),
        showscale=False,
        hoverinfo="skip",
        marker={"line": {"width": 0.8, "color": ground.palette.secondary}},
    )


def _steps(colours: list[str]) -> list[list[Any]]:
    """A Plotly scale that jumps from one colour to the next."""
    ends = [place / len(colours) for place in range(len(colours) + 1)]
    return [[end, colour] for place, colour in enumerate(colours) for end in (ends[place], ends[place + 1])]


def _lay_out(palette: Palette) -> dict[str, Any]:
    layout = lay_out(palette, margin={"l": 0, "r": 0, "t": 0, "b": 0}, clickmode="event")
    del layout["xaxis"], layout["yaxis"]
    layout["geo"] = {
        "projection": {"type": "conic conformal", "rotation": {"lon": 2.5}, "parallels": [44, 49]},
        "lonaxis": {"range": list(FRAME["lon"])},
        "lataxis": {"range": list(FRAME["lat"])},
        "visible": False,
        "bgcolor": "rgba(0,0,0,0)",
    }
    return layout
