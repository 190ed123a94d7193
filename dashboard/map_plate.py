"""The only module that puts together what a map needs: its rows, their classes, its ground."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

import pandas as pd
from plotly.graph_objects import Figure

from dashboard.charted import (
    Shown,
    choose_decimals,
    find_shown,
    list_values,
    read_rows,
    tell,
)
from dashboard.classes import Shading, cross, divide, shade
from dashboard.map_address import SHADED, Asked
from dashboard.map_quadrant import Dots, place_dots
from dashboard.maps import FRAME, Ground, draw_map
from dashboard.site import get_site
from dashboard.standings import read_places, read_positions
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS

WIDER: Final = {"epci": "departement", "departement": "region"}  # whose outlines are drawn over a level
ROOM: Final = 0.03  # of the side of a département, left around it


@dataclass(frozen=True)
class Plate:
    """A map, less its colours.

    Attributes:
        asked: What was asked.
        shown: What it shows.
        rows: As `charted.read_rows`.
        shading: Class of each row.
        decimals: Of a raw figure.
        dots: The small quadrant.
        title: « La carte des communes, Isère ».
    """

    asked: Asked
    shown: Shown
    rows: pd.DataFrame
    shading: Shading
    decimals: int
    dots: Dots
    title: str


@per_build
def compose(build: Build, asked: Asked) -> Plate:
    """What an address asks, read and classed; kept with its build."""
    shown = find_shown(build, get_site().catalogue, asked.niveau, asked.noeud)
    rows = read_rows(build, asked.niveau, asked.departement, shown, asked.reading)
    decimals = choose_decimals(rows, shown) if shown.kind == "figure" else 0
    dots = place_dots(_take(read_positions(build, asked.niveau, asked.reading), asked.departement))
    return Plate(asked, shown, rows, _class(rows, shown, asked), decimals, dots, _name(build, asked))


def _take(rows: pd.DataFrame, departement: str) -> pd.DataFrame:
    return rows[rows["departement"].eq(departement)] if departement else rows


def _class(rows: pd.DataFrame, shown: Shown, asked: Asked) -> Shading:
    is_shaded = asked.classes == SHADED
    if shown.kind == "both":
        return cross(rows["attractivite_score"], rows["rayonnement_score"], evenly=is_shaded)
    values = list_values(rows, shown)
    return shade(values) if is_shaded else divide(values)


def _name(build: Build, asked: Asked) -> str:
    whole = f"La carte des {LEVELS[asked.niveau][1]}"
    if not asked.departement:
        return whole
    places = read_places(build, "departement")
    labels = places.loc[places["territory_code"].eq(asked.departement), "label"]
    return f"{whole}, {labels.iloc[0]}"


@per_build
def draw(build: Build, palette: Palette, asked: Asked) -> Figure:
    """The map on its ground; kept with its build."""
    plate = compose(build, asked)
    return draw_map(
        plate.rows,
        plate.shading,
        tell(plate.rows, plate.shown),
        _find_ground(build, palette, asked),
        hue=palette.find_hue(plate.shown.index),
        chosen=asked.territoire,
    )


def _find_ground(build: Build, palette: Palette, asked: Asked) -> Ground:
    site = get_site()
    if asked.departement:
        name = f"commune/{asked.departement}"
        contours = site.contours.get(name)
        if contours is None:
            return Ground(palette, f"/geo/absent/{name}.geojson")
        west, south, east, north = json.loads(site.read_contours(name))["bbox"]
        room = ROOM * max(east - west, north - south)
        bounds = (west - room, south - room, east + room, north + room)
        return Ground(palette, contours, bounds=bounds, is_local=True)
    wider = WIDER.get(asked.niveau)
    if wider is None:
        return Ground(palette, site.contours[asked.niveau], bounds=FRAME)
    codes = tuple(read_places(build, wider)["territory_code"])
    return Ground(palette, site.contours[asked.niveau], site.contours[wider], codes)
