"""The only module that knows shapes: decodes TopoJSON, places points, prepares contours for display."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

FloatArray = npt.NDArray[np.float64]
KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km


def decode_topojson(topology: dict[str, Any]) -> pd.DataFrame:
    """Decode the first object of a quantised TopoJSON.

    Returns:
        One row a geometry: its properties, then `geometry` (shapely), longitude and latitude in degrees.
    """
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.asarray(a, dtype=np.int64), axis=0) * scale + translate for a in topology["arcs"]]
    geometries = next(iter(topology["objects"].values()))["geometries"]
    rows = [{**g["properties"], "geometry": _decode_geometry(g, arcs)} for g in geometries]
    return pd.DataFrame(rows)


def _decode_geometry(geometry: dict[str, Any], arcs: list[FloatArray]) -> BaseGeometry:
    if geometry["type"] == "Polygon":
        return shapely.make_valid(_decode_polygon(geometry["arcs"], arcs))
    polygons = [_decode_polygon(p, arcs) for p in geometry["arcs"]]
    return shapely.make_valid(shapely.MultiPolygon(polygons))


def _decode_polygon(rings: list[list[int]], arcs: list[FloatArray]) -> shapely.Polygon:
    shell, *holes = [_decode_ring(r, arcs) for r in rings]
    return shapely.Polygon(shell, holes)


def _decode_ring(indices: list[int], arcs: list[FloatArray]) -> FloatArray:
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *[p[1:] for p in parts[1:]]])


def distances_km(lon: FloatArray, lat: FloatArray, to_lon: FloatArray, to_lat: FloatArray) -> FloatArray:
    """Great-circle distance (haversine), element by element, in km; NaN where a coordinate is."""
    lon, lat, to_lon, to_lat = (np.radians(a) for a in (lon, lat, to_lon, to_lat))
    half = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(half))) * KM_PER_DEGREE)


class Contours:
    """Real contours of the communes, to place points."""

    def __init__(self, codes: npt.NDArray[Any], geometries: npt.NDArray[Any]) -> None:
        """Index the geometries of the communes, in the order of their codes."""
        self.codes = codes
        self.geometries = geometries
        self._tree = shapely.STRtree(geometries)

    def locate(self, lon: FloatArray, lat: FloatArray, *, within_km: float = 5.0) -> npt.NDArray[np.object_]:
        """Commune that holds each point, else the nearest within `within_km` (a quay, a coarse shore), else None.

        Args:
            lon: Shape (n,), degrees.
            lat: Shape (n,), degrees.
        """
        found: npt.NDArray[np.object_] = np.full(len(lon), None, dtype=object)
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        points = shapely.points(lon[usable], lat[usable])
        hits = self._tree.query(points, predicate="intersects")
        found[usable[hits[0]]] = self.codes[hits[1]]
        lost = usable[[f is None for f in found[usable]]]
        if len(lost):
            near = self._tree.query_nearest(
                shapely.points(lon[lost], lat[lost]),
                max_distance=within_km / KM_PER_DEGREE,
                all_matches=False,
            )
            found[lost[near[0]]] = self.codes[near[1]]
        return found


def wind_for_plotly(geometry: BaseGeometry) -> BaseGeometry:
    """Exterior rings clockwise: one counter-clockwise polygon would fill the map (plotly.js#4984)."""
    return shapely.orient_polygons(geometry, exterior_cw=True)
