"""Real contours of the communes, generalised to 300 m: centroids, and the commune that holds a point.

Traps: TopoJSON; 34,871 communes (15031, 15035, 15047, 15171 are missing); four islands have no EPCI.
"""

from __future__ import annotations

import shapely

from etl.card import Card, RawFile
from etl.contours import decode_topojson
from etl.parsing import Parser

_FILE = "communes_2026_300m.topojson"
CARD = Card(
    code="contours_communes",
    producer="IGN, d’après Admin Express",
    title="Contours des communes 2026, généralisés à 300 m",
    licence="Licence Ouverte 2.0",
    page="https://geoservices.ign.fr/adminexpress",
    vintage="2026",
    files=(RawFile(_FILE),),
    mode="frozen",
    stage="geography",
    required=True,
)


def parse(p: Parser) -> None:
    """Geometry (WKB) and a point inside of each commune."""
    communes = decode_topojson(p.read_json(_FILE))
    p.count_rows(len(communes))
    shapes = communes["geometry"].to_numpy()
    centres = shapely.point_on_surface(shapes)
    p.tables["contour"] = communes[["code"]].rename(columns={"code": "commune_code"}).assign(
        longitude=shapely.get_x(centres), latitude=shapely.get_y(centres), wkb=shapely.to_wkb(shapes)
    )  # fmt: skip
