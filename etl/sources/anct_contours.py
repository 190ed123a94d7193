"""Contours for display: EPCI, départements and régions, overseas laid beside the hexagon.

Traps: EPCI × département pieces, to be dissolved by SIREN; display only (overseas are not where they are); exterior
rings must be clockwise for the browser's charts.
"""

from __future__ import annotations

import json

import pandas as pd
import shapely
from shapely.geometry import shape

from etl.card import Card, RawFile
from etl.contours import wind_for_plotly
from etl.parsing import Parser

_FILES = {
    "epci": ("fr-drom-4326-pur-style1-epci.geojson", "siren_epci"),
    "departement": ("fr-drom-4326-pur-style1-dep.geojson", "insee_dep"),
    "region": ("fr-drom-4326-pur-style1-reg.geojson", "insee_reg"),
    "frame": ("cercles_drom.geojson", "Id"),
}
CARD = Card(
    code="anct_contours",
    producer="ANCT, d’après IGN Admin Express",
    title="Contours généralisés des EPCI, départements et régions, outre-mer rapproché",
    licence="Licence Ouverte 2.0",
    page="https://github.com/anct-carto",
    vintage="2022",
    files=tuple(RawFile(f) for f, _ in _FILES.values()),
    mode="frozen",
    stage="geography",
    note="Pour l’affichage seulement ; les contours des EPCI sont ceux de 2022.",
)


def parse(p: Parser) -> None:
    """One dissolved, clockwise geometry (WKB) a territory."""
    frames = []
    for level, (file, key) in _FILES.items():
        features = p.read_json(file)["features"]
        p.count_rows(len(features))
        pieces = pd.DataFrame(
            {
                "territory_code": [str(f["properties"][key]) for f in features],
                "geometry": [shapely.make_valid(shape(f["geometry"])) for f in features],
            }
        )
        if level == "frame":
            pieces["territory_code"] = [str(i) for i in range(len(pieces))]
        whole = pieces.groupby("territory_code")["geometry"].agg(lambda g: shapely.union_all(list(g), grid_size=1e-4))
        wound = shapely.to_wkb([wind_for_plotly(g) for g in whole])
        frames.append(pd.DataFrame({"level": level, "territory_code": whole.index, "wkb": wound}))
    p.tables["display_contour"] = pd.concat(frames, ignore_index=True)


def to_geojson(contours: pd.DataFrame, level: str) -> str:
    """The display contours of one level as GeoJSON text; property and id `territory_code`."""
    rows = contours[contours["level"].eq(level)].sort_values("territory_code")
    shapes = shapely.from_wkb(rows["wkb"].map(bytes).to_numpy())
    features = [
        {
            "type": "Feature", "id": code, "properties": {"territory_code": code},
            "geometry": json.loads(shapely.to_geojson(wind_for_plotly(geometry))),
        }
        for code, geometry in zip(rows["territory_code"], shapes, strict=True)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
