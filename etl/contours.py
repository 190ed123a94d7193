"""The only module that knows shapes: decodes TopoJSON, places points, prepares contours for display."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

FloatArray = npt.NDArray[np.float64]
SHORE_KM = 5.0  # from the nearest commune, within which a point is in it
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


@dataclass(frozen=True)
class _Arcs:
    """Every arc, end to end.

    Attributes:
        points: Shape (n, 2), degrees.
        starts: Shape (arcs,), where each arc starts in `points`.
        lengths: Shape (arcs,), its points.
    """

    points: FloatArray
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]


def _decode_arcs(topology: dict[str, Any]) -> _Arcs:
    """Arcs in degrees: deltas summed along each arc, all at once."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    lengths = np.array([len(a) for a in topology["arcs"]])
    flat = chain.from_iterable(chain.from_iterable(topology["arcs"]))
    steps = np.fromiter(flat, dtype=np.int64, count=2 * lengths.sum()).reshape(-1, 2)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    walked = np.cumsum(steps, axis=0)
    before = np.repeat(walked[starts] - steps[starts], lengths, axis=0)
    return _Arcs((walked - before) * scale + translate, starts, lengths)


def _decode_geometries(geometries: list[dict[str, Any]], arcs: _Arcs) -> npt.NDArray[np.object_]:
    """All the geometries in one call, from ragged arrays; the few invalid ones are mended."""
    shapes = [[g["arcs"]] if g["type"] == "Polygon" else g["arcs"] for g in geometries]
    polygons = [polygon for shape in shapes for polygon in shape]
    rings = [ring for polygon in polygons for ring in polygon]
    points, ends = _decode_rings(rings, arcs)
    offsets = (ends, np.cumsum([0, *map(len, polygons)]), np.cumsum([0, *map(len, shapes)]))
    decoded = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets)
    broken = ~shapely.is_valid(decoded)
    decoded[broken] = shapely.make_valid(decoded[broken])
    return np.asarray(decoded)


def _decode_rings(rings: list[list[int]], arcs: _Arcs) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Points of all the rings, end to end, and where each ring ends (0 first).

    A ring is a list of arcs, the reversed ones as `~arc`; each arc starts where the one before it ends, so that its
    first point is not said again.
    """
    sizes = np.array([len(ring) for ring in rings])
    numbers = np.fromiter(chain.from_iterable(rings), dtype=np.int64, count=sizes.sum())
    backward = numbers < 0
    arc = np.where(backward, ~numbers, numbers)
    skipped = np.ones(len(arc), dtype=np.int64)
    skipped[np.cumsum(sizes) - sizes] = 0  # the first arc of a ring is said whole
    counts = arcs.lengths[arc] - skipped
    step = np.where(backward, -1, 1)
    first = arcs.starts[arc] + np.where(backward, arcs.lengths[arc] - 1, 0) + step * skipped
    rank = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    points = arcs.points[np.repeat(first, counts) + np.repeat(step, counts) * rank]
    said = np.concatenate([[0], np.cumsum(counts)])
    return points, said[np.concatenate([[0], np.cumsum(sizes)])]


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

    def locate(self, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.object_]:
        """Commune that holds each point, else the nearest within `SHORE_KM` (a quay, a coarse shore), else None.

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
                max_distance=SHORE_KM / KM_PER_DEGREE,
                all_matches=False,
            )
            found[lost[near[0]]] = self.codes[near[1]]
        return found


def wind_for_plotly(geometry: BaseGeometry) -> BaseGeometry:
    """Exterior rings clockwise: one counter-clockwise polygon would fill the map (plotly.js#4984)."""
    return shapely.orient_polygons(geometry, exterior_cw=True)
