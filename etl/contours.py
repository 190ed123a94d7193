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
        One row a geometry: its properties, then `geometry` (shapely, valid), in degrees.
    """
    geometries = next(iter(topology["objects"].values()))["geometries"]
    frame = pd.DataFrame([g["properties"] for g in geometries])
    frame["geometry"] = _decode_geometries(geometries, _decode_arcs(topology))
    return frame


def _decode_arcs(topology: dict[str, Any]) -> list[FloatArray]:
    """Arcs in degrees: deltas summed along each arc, all at once."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    lengths = np.array([len(a) for a in topology["arcs"]])
    steps = np.array([point for arc in topology["arcs"] for point in arc], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    walked = np.cumsum(steps, axis=0)
    before = np.repeat(walked[starts] - steps[starts], lengths, axis=0)
    return np.split((walked - before) * scale + translate, starts[1:])


def _decode_geometries(geometries: list[dict[str, Any]], arcs: list[FloatArray]) -> npt.NDArray[np.object_]:
    """All the geometries in one call, from ragged arrays; the few invalid ones are mended."""
    shapes = [[g["arcs"]] if g["type"] == "Polygon" else g["arcs"] for g in geometries]
    polygons = [polygon for shape in shapes for polygon in shape]
    rings = [_decode_ring(ring, arcs) for polygon in polygons for ring in polygon]
    offsets = (
        np.cumsum([0, *map(len, rings)]), np.cumsum([0, *map(len, polygons)]), np.cumsum([0, *map(len, shapes)]),
    )  # fmt: skip
    decoded = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, np.concatenate(rings), offsets)
    broken = ~shapely.is_valid(decoded)
    decoded[broken] = shapely.make_valid(decoded[broken])
    return np.asarray(decoded)


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
