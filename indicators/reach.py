"""The only module that follows a figure beyond the limits of a territory: airports within reach, inhabitants covered.

Two functions of formulas, on the communes' own figures:

    near(aeroports_passagers, 30)      passengers of the airports within 30 km of the main commune, shared out
    covered(convention_des_maires)     share of the inhabitants whose commune, or its EPCI, has such a tie
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.registry import load_series
from indicators.formula import SeriesTable
from indicators.tree import Floats

FUNCTIONS = ("near", "covered")
EARTH_KM = 6371.0
# Airports abroad that serve French territories and stand in no French source: near them a zero would be false.
ABROAD: Mapping[str, tuple[float, float]] = {"Genève": (6.109, 46.238), "Luxembourg": (6.211, 49.627)}


@dataclass(frozen=True)
class Ground:
    """Where the territories of one level stand.

    Attributes:
        codes: Their codes, in the order of the rows.
        population: Inhabitants of each.
        longitude: Of the centre of its most populated commune, in degrees; NaN where unknown.
        latitude: Idem.
        communes: commune_code (index), row of its territory (−1: none), population, longitude, latitude.
    """

    codes: pd.Index[str]
    population: Floats
    longitude: Floats
    latitude: Floats
    communes: pd.DataFrame


def read_ground(con: duckdb.DuckDBPyConnection, level: str, codes: pd.Index[str]) -> Ground:
    """Read communes, whose territory each is part of, and the main commune of each territory."""
    communes = con.execute(
        "SELECT t.territory_code, t.population, t.centroid.longitude AS longitude, t.centroid.latitude AS latitude, "
        "CASE WHEN $level = 'commune' THEN t.territory_code ELSE m.territory_code END AS home "
        "FROM territory t LEFT JOIN membership m ON m.commune_code = t.territory_code AND m.level = $level "
        "WHERE t.level = 'commune' ORDER BY 1", {"level": level},
    ).df().set_index("territory_code")  # fmt: skip
    communes["row"] = codes.get_indexer(pd.Index(communes["home"]))
    placed = communes[communes["row"] >= 0].sort_values("population", kind="stable")
    main = placed.drop_duplicates("row", keep="last").set_index("row").reindex(range(len(codes)))
    population = placed.groupby("row")["population"].sum().reindex(range(len(codes)))
    longitude, latitude = (main[axis].to_numpy(float) for axis in ("longitude", "latitude"))
    return Ground(codes, population.to_numpy(float), longitude, latitude, communes)


def list_calls(tree: ast.expr) -> Iterator[ast.Call]:
    """The calls of a formula to the functions of this module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            yield node


def read_reached(con: duckdb.DuckDBPyConnection, ground: Ground, call: ast.Call, edition: int) -> SeriesTable:
    """The table of one call: its latest year not later than the edition, the only one a formula reads."""
    name = str(getattr(call.args[0], "id", ""))
    if isinstance(call.func, ast.Name) and call.func.id == "covered":
        covered, year = _read_covered(con, name)
        return (
            _as_table(year, share_covered(ground, covered)) if 0 < year <= edition else _as_table(0, ground.longitude)
        )
    rows = con.execute(
        "SELECT territory_code, year, value FROM observation WHERE level = 'commune' AND series_code = $series "
        "AND value IS NOT NULL AND year = (SELECT max(year) FROM observation WHERE level = 'commune' "
        "AND series_code = $series AND year <= $edition) ORDER BY territory_code", {"series": name, "edition": edition},
    ).df()  # fmt: skip
    if rows.empty:
        return _as_table(0, ground.longitude)
    figures = rows.set_index("territory_code")["value"]
    return _as_table(int(rows["year"].iloc[0]), share_nearby(ground, figures, float(ast.literal_eval(call.args[1]))))


def _as_table(year: int, column: Floats) -> SeriesTable:
    """A table of one year, or of none where the year is 0."""
    values = column[:, np.newaxis] if year else np.empty((len(column), 0))
    none = np.zeros(len(column), dtype=bool)
    return SeriesTable((year,) if year else (), values, np.zeros(values.shape, dtype=bool), none)


def share_nearby(ground: Ground, figures: pd.Series[float], kilometres: float) -> Floats:
    """Share out each commune's figure among the territories it serves, in proportion to their inhabitants.

    Served: the territory it stands in, and those whose main commune is within reach. What is shared out sums to what
    there is: an airport is not counted once per territory around it.

    Args:
        ground: The territories.
        figures: By commune code.
        kilometres: The reach.

    Returns:
        One figure per territory; 0 where none is within reach, NaN where only an airport abroad is, or where the main
        commune is not placed.
    """
    total = np.zeros(len(ground.codes))
    people = np.nan_to_num(ground.population)
    places = ground.communes.reindex(figures.index)
    where = zip(places["longitude"], places["latitude"], places["row"].fillna(-1).astype(int), figures, strict=True)
    for longitude, latitude, row, value in where:
        served = _within(ground, longitude, latitude, kilometres)
        if row >= 0:
            served[row] = True
        reached = float(people[served].sum())
        total[served] += float(value) * people[served] / reached if reached > 0 else 0.0
    abroad = np.zeros(len(total), dtype=bool)
    for longitude, latitude in ABROAD.values():
        abroad |= _within(ground, longitude, latitude, kilometres)
    return np.where((total == 0) & (abroad | np.isnan(ground.longitude)), np.nan, total)


def _within(ground: Ground, longitude: float, latitude: float, kilometres: float) -> npt.NDArray[np.bool_]:
    """Whose main commune is within reach of a point (great-circle distance)."""
    x, y, x0, y0 = (np.radians(v) for v in (ground.longitude, ground.latitude, longitude, latitude))
    half = np.sin((y - y0) / 2) ** 2 + np.cos(y) * np.cos(y0) * np.sin((x - x0) / 2) ** 2
    with np.errstate(invalid="ignore"):
        near: npt.NDArray[np.bool_] = 2 * EARTH_KM * np.arcsin(np.sqrt(half)) <= kilometres
    return near


def share_covered(ground: Ground, covered: pd.Index[str]) -> Floats:
    """Share of each territory's inhabitants that live in the communes given, in %.

    Args:
        ground: The territories.
        covered: Codes of the communes.
    """
    inside = ground.communes[ground.communes["row"] >= 0]
    told = inside["population"].where(inside.index.isin(covered), 0.0).groupby(inside["row"]).sum()
    people = np.where(ground.population > 0, ground.population, np.nan)
    share: Floats = 100 * told.reindex(range(len(ground.codes))).to_numpy(float) / people
    return share


def _read_covered(con: duckdb.DuckDBPyConnection, series: str) -> tuple[pd.Index[str], int]:
    """Communes that have the tie themselves or through a territory they are part of, and the year of the list."""
    declared, sources = load_series()[series]
    rows = con.execute(
        "WITH tie AS (SELECT DISTINCT level, territory_code FROM link WHERE source_code = $source "
        "AND (len($roles) = 0 OR list_contains($roles, role))) "
        "SELECT territory_code FROM tie WHERE level = 'commune' UNION "
        "SELECT m.commune_code FROM tie JOIN membership m USING (level, territory_code) WHERE tie.level = 'epci'",
        {"source": sources[0], "roles": list(declared.link_roles)},
    ).fetchall()  # fmt: skip
    return pd.Index([code for (code,) in rows]), declared.year if rows else 0
