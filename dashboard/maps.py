"""Maps: functions from a table to a Plotly figure. Contours come by address, never inside the figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from dashboard.classes import UNKNOWN, Shading
from dashboard.theme import Palette, lay_out

FRAME: Final = (-5.4, 41.1, 9.8, 51.3)  # degrees: the hexagon, Corse, the overseas beside it
OVERSEAS: Final = {  # longitude and latitude under each of those laid beside the hexagon
    "Guadeloupe": (-4.0, 44.77), "Martinique": (-3.65, 43.56), "Guyane": (-2.85, 41.25),
    "La Réunion": (-2.3, 44.03), "Mayotte": (-2.1, 45.07),
}  # fmt: skip
NOBODY: Final = ["aucun"]  # a trace without a place would not be drawn, and the style sheet counts them
CLEAR: Final = "rgba(0,0,0,0)"
MISSING, KNOWN, OUTLINES, CHOSEN, NAMES = range(5)  # the traces, in the order the style sheet knows
VALUES: Final = ("z", "zmin", "zmax", "colorscale", "customdata", "hovertemplate")  # what another choice changes


@dataclass(frozen=True)
class Ground:
    """What a map is drawn on.

    Attributes:
        palette: Colours of the scheme.
        contours: Address of the territories' GeoJSON.
        outlines: Address of the GeoJSON of a wider level; empty for none.
        outlined: Codes of the wider level to outline.
        bounds: West, south, east and north, in degrees.
        is_local: Whether it is a part of France in its true place, which fills the map.
    """

    palette: Palette
    contours: str
    outlines: str = ""
    outlined: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] = FRAME
    is_local: bool = False


@dataclass(frozen=True)
class Told:
    """What the pointer is told of each territory: cells a row, and the Plotly template they complete."""

    cells: list[list[Any]]
    template: str


def draw_map(rows: pd.DataFrame, shading: Shading, told: Told, ground: Ground, *, hue: str, chosen: str) -> go.Figure:
    """Territories in the colours of their classes; those without one hatched; one outlined.

    Args:
        rows: territory_code, label.
        shading: Class of each row.
        told: What the pointer is told of each row.
        ground: What it is drawn on.
        hue: Hue of what is shown.
        chosen: Code of the territory outlined; empty for none.
    """
    palette = ground.palette
    figure = go.Figure(layout=_lay_out(ground))
    codes = rows["territory_code"].tolist()
    colours = [CLEAR, *shading.list_colours(palette, hue)]
    missing = [code for code, place in zip(codes, shading.places, strict=True) if place == UNKNOWN]
    figure.add_trace(_flat(ground.contours, missing, fill=palette.hairline, line=palette.secondary, width=0.4))
    figure.add_trace(
        go.Choropleth(
            geojson=ground.contours,
            featureidkey="id",
            locations=codes,
            z=list(shading.places),
            zmin=UNKNOWN - 0.5,
            zmax=len(colours) - 1.5,
            colorscale=step_colours(colours),
            showscale=False,
            text=rows["label"].tolist(),
            customdata=told.cells,
            hovertemplate=told.template,
            marker={"line": {"width": 0.4, "color": palette.paper}},
        )
    )
    figure.add_trace(_flat(ground.outlines or ground.contours, ground.outlined, line=palette.secondary, width=0.8))
    figure.add_trace(_flat(ground.contours, [chosen] if chosen else [], line=palette.ink, width=2.6))
    figure.add_trace(_name_overseas(ground))
    return figure


def _flat(contours: str, codes: Any, *, fill: str = CLEAR, line: str, width: float) -> go.Choropleth:
    """Territories in one colour or as lines only, deaf to the pointer."""
    places = list(codes) or NOBODY
    return go.Choropleth(
        geojson=contours,
        featureidkey="id",
        locations=places,
        z=[0] * len(places),
        colorscale=step_colours([fill]),
        showscale=False,
        hoverinfo="skip",
        marker={"line": {"width": width, "color": line}},
    )


def _name_overseas(ground: Ground) -> go.Scattergeo:
    """Names of the overseas territories, where they are laid beside the hexagon."""
    names = {} if ground.is_local else OVERSEAS
    return go.Scattergeo(
        lon=[lon for lon, _ in names.values()],
        lat=[lat for _, lat in names.values()],
        text=list(names),
        mode="text",
        hoverinfo="skip",
        textfont={"size": 11, "color": ground.palette.secondary},
    )


def step_colours(colours: list[str]) -> list[list[Any]]:
    """A Plotly scale that jumps from one colour to the next."""
    ends = [round(place / len(colours), 5) for place in range(len(colours) + 1)]
    return [[end, colour] for place, colour in enumerate(colours) for end in (ends[place], ends[place + 1])]


def list_changes(figure: go.Figure) -> dict[tuple[str | int, ...], Any]:
    """What another choice or another scheme changes in a map already drawn: no geometry, no label.

    Returns:
        By path in the figure, its new value.
    """
    drawn = figure.to_plotly_json()
    changed: dict[tuple[str | int, ...], Any] = {("data", KNOWN, name): drawn["data"][KNOWN][name] for name in VALUES}
    changed |= {("data", MISSING, name): drawn["data"][MISSING][name] for name in ("locations", "z", "colorscale")}
    changed |= {
        ("data", place, "marker"): drawn["data"][place]["marker"] for place in (KNOWN, MISSING, OUTLINES, CHOSEN)
    }
    changed[("data", NAMES, "textfont")] = drawn["data"][NAMES]["textfont"]
    return changed | {("layout", name): drawn["layout"][name] for name in ("font", "hoverlabel")}


def _lay_out(ground: Ground) -> dict[str, Any]:
    layout = lay_out(ground.palette, margin={"l": 0, "r": 0, "t": 0, "b": 0}, clickmode="event")
    del layout["xaxis"], layout["yaxis"]
    west, south, east, north = ground.bounds
    france = {"type": "conic conformal", "rotation": {"lon": 2.5}, "parallels": [44, 49]}
    layout["geo"] = {
        "projection": {"type": "mercator"} if ground.is_local else france,
        "lonaxis": {"range": [west, east]},
        "lataxis": {"range": [south, north]},
        "visible": False,
        "bgcolor": CLEAR,
    }
    return layout
