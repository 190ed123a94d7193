"""The only module that prepares the contours of communes for display: a light file a département, in their true place.

A département fills a map of its own, so detail is measured by its side: what would be smaller than a pixel or two goes.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from etl.contours import wind_for_plotly

FINEST: Final = 1 / 130  # of the side: a corner whose triangle is smaller than that, squared, is cut
GRIDS: Final = (1e-4, 1e-3)  # degrees: of a small département, of the others
SMALL: Final = 0.7  # degrees: side of a small département
POLYGONS: Final = ("Polygon", "MultiPolygon")


def find_departement(commune_code: str) -> str:
    """Code of the département of a commune: two characters, three overseas."""
    return commune_code[:3] if commune_code.startswith("97") else commune_code[:2]


def write_by_departement(contours: pd.DataFrame) -> dict[str, str]:
    """GeoJSON text by code of département; the `id` of a feature is the commune's code, `bbox` is that of them all.

    Args:
        contours: commune_code, wkb.
    """
    rows = contours.sort_values("commune_code")
    return {
        str(code): _write_one(own["commune_code"].tolist(), shapely.from_wkb(own["wkb"].map(bytes).to_numpy()))
        for code, own in rows.groupby(rows["commune_code"].map(find_departement))
    }


def _write_one(codes: list[str], geometries: npt.NDArray[np.object_]) -> str:
    shapes = np.array([_keep_polygons(geometry) for geometry in geometries], dtype=object)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes).round(3))
    side = max(east - west, north - south)
    light = _lighten(shapes, side)
    features = [
        {"type": "Feature", "id": code, "properties": None, "geometry": _to_geometry(shape)}
        for code, shape in zip(codes, light, strict=True)
    ]
    collection = {"type": "FeatureCollection", "bbox": [west, south, east, north], "features": features}
    return json.dumps(collection, separators=(",", ":"))


def _keep_polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The areas of a geometry: mending one may leave lines beside them."""
    if geometry.geom_type in POLYGONS:
        return geometry
    return shapely.union_all([part for part in geometry.geoms if part.geom_type in POLYGONS])


def _lighten(shapes: npt.NDArray[np.object_], side: float) -> npt.NDArray[np.object_]:
    """Fewer corners and digits, borders still shared; a commune too small for it keeps its own shape."""
    grid = GRIDS[side > SMALL]
    light = shapely.set_precision(shapely.coverage_simplify(shapes, side * FINEST), grid)
    lost = shapely.is_empty(light)
    light[lost] = shapely.set_precision(shapes[lost], GRIDS[0])
    return np.asarray(light)


def _to_geometry(shape: BaseGeometry) -> Any:
    parts = shapely.get_parts(shape)
    return json.loads(shapely.to_geojson(wind_for_plotly(parts[0] if len(parts) == 1 else shape)))
