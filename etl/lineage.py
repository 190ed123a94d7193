"""The only module that traces a figure back: source, file, edition, checksum, rule, and the raw lines it came from."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from etl.card import Series
from etl.errors import ProductError
from etl.ingest import place
from etl.levels import ZONE_WEIGHT_SERIES
from etl.parsing import Parser
from etl.paths import DataPaths
from etl.raw_lock import checksum
from etl.registry import find_source, load_series
from etl.store import LoadState, read_loaded, read_state
from etl.territories import Territories, build_territories
from etl.warehouse import open_current

_RULES = {
    "sum": "sum of its communes' figures",
    "max": "greatest of its communes' figures",
    "none": "as published for this territory",
    "zone_mean": "mean of its zones d'emploi, weighted by the members' actifs_15_64",
    "links": "distinct partners of the territory and of its communes",
}
_SOURCE_QUERY = """
SELECT source_code, producer, title, licence, page, vintage, retrieved_at, state, loaded_key
FROM source WHERE source_code = ?
"""
_LINK_QUERY = """
SELECT '' AS file, 0 AS line, level, territory_code,
       partner_label || CASE WHEN partner_country <> '' THEN ', ' || partner_country ELSE '' END
           || CASE WHEN role <> '' THEN ' (' || role || ')' ELSE '' END AS label, 1.0 AS value,
       partner_code
FROM link
WHERE source_code = $source AND (len($roles) = 0 OR list_contains($roles, role))
AND ((level = $level AND territory_code = $code) OR (
    level = 'commune' AND territory_code IN (
        SELECT commune_code FROM membership WHERE level = $level AND territory_code = $code)))
ORDER BY partner_label
"""
_WEIGHT_QUERY = """
WITH actifs AS (
    SELECT territory_code AS commune_code, arg_max(value, year) AS actifs FROM observation
    WHERE level = 'commune' AND series_code = $weight GROUP BY 1)
SELECT z.territory_code, sum(a.actifs) AS weight
FROM membership m JOIN membership z ON z.commune_code = m.commune_code AND z.level = 'ze'
JOIN actifs a ON a.commune_code = m.commune_code
WHERE m.level = $level AND m.territory_code = $code GROUP BY 1
"""


@dataclass(frozen=True)
class Trace:
    """Where an observation comes from.

    Attributes:
        observation: level, territory_code, label, series_code, year, value, unit, status.
        source: source_code, producer, title, licence, page, vintage, retrieved_at, state.
        files: Checksum by raw file.
        rule: How the figure follows from the source's rows.
        lines: file, line, territory_code, territory, label, value, and for a mean of zones weight (the members'
            actifs_15_64 in each zone); None when the raw files are not here.
        how_to_get: What to run to have the raw files; empty when they are here.
    """

    observation: dict[str, object]
    source: dict[str, object]
    files: dict[str, str]
    rule: str
    lines: pd.DataFrame | None
    how_to_get: str


def trace(paths: DataPaths, code: str, series: str, year: int, *, level: str | None = None) -> Trace:
    """Trace one observation of the published build.

    Args:
        paths: Data folders.
        code: Territory code.
        series: Series code.
        year: Year of the figure.
        level: Needed when the code stands at several levels (the 18 région codes are département codes too).

    Raises:
        ProductError: No such observation, or an ambiguous code: says what exists instead.
    """
    with open_current(paths.warehouse) as con:
        observation = _find_observation(con, code, series, year, level)
        source_code = str(observation.pop("source_code"))
        source = _row(con, _SOURCE_QUERY, [source_code])
        where = str(observation["level"])
        state = _state(paths, source_code, str(source.pop("loaded_key")))
        found = load_series()[series][0]
        lines: pd.DataFrame | None
        if found.aggregation == "links":
            lines = _link_lines(con, source_code, code, where, list(found.link_roles))
        else:
            lines = _raw_lines(paths, source_code, state, found, year, _places(con, found, where, code), (where, code))
        if lines is not None:
            weighted = found.aggregation == "zone_mean" and where != "ze"
            lines = _label(con, _weigh(con, lines, where, code) if weighted else lines)
    missing = f"The raw files of {source_code} are not here in that edition. Run: make refresh ONLY={source_code}"
    return Trace(observation, source, state.files if state else {}, _RULES[found.aggregation], lines,
                 "" if lines is not None else missing)  # fmt: skip


def _row(con: duckdb.DuckDBPyConnection, query: str, values: list[object]) -> dict[str, object]:
    cursor = con.execute(query, values)
    names = [d[0] for d in cursor.description or []]
    rows = cursor.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else {}


def _find_observation(
    con: duckdb.DuckDBPyConnection, code: str, series: str, year: int, level: str | None
) -> dict[str, object]:
    rows = con.execute(
        "SELECT o.level, o.territory_code, t.label, o.series_code, o.year, o.value, s.unit, o.status, o.source_code "
        "FROM observation o JOIN territory t USING (level, territory_code) LEFT JOIN series s USING (series_code) "
        "WHERE territory_code = ? AND series_code = ? AND year = ? AND (? IS NULL OR level = ?)",
        [code, series, year, level, level],
    )
    names = [d[0] for d in rows.description or []]
    found = [dict(zip(names, r, strict=True)) for r in rows.fetchall()]
    where = f"observation {code} {series} {year}"
    if not found:
        query = "SELECT DISTINCT year FROM observation WHERE territory_code = ? AND series_code = ? ORDER BY 1"
        years = con.execute(query, [code, series]).fetchall()
        there = ", ".join(str(y) for (y,) in years)
        raise ProductError(where, "no such observation", f"Years of this series here: {there or 'none'}")
    if len(found) > 1:
        levels = ", ".join(str(f["level"]) for f in found)
        raise ProductError(where, f"the code stands at several levels: {levels}", "Say which: --level departement")
    return found[0]


def _places(con: duckdb.DuckDBPyConnection, series: Series, level: str, code: str) -> set[tuple[str, str]]:
    """Level and code of every territory whose lines can make the figure."""
    if series.aggregation == "none" or level == "ze":
        return {(level, code)}
    if series.aggregation == "zone_mean":
        return {("ze", zone) for zone in _weights(con, level, code)}
    communes = con.execute(
        "SELECT commune_code FROM membership WHERE level = ? AND territory_code = ?", [level, code]
    ).fetchall()
    return {("commune", c) for (c,) in communes} | {(level, code)}


def _weights(con: duckdb.DuckDBPyConnection, level: str, code: str) -> dict[str, float]:
    """Members' actifs_15_64 by zone d'emploi."""
    values = {"weight": ZONE_WEIGHT_SERIES, "level": level, "code": code}
    return dict(con.execute(_WEIGHT_QUERY, values).fetchall())


def _weigh(con: duckdb.DuckDBPyConnection, lines: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    return lines.assign(weight=lines["territory_code"].map(_weights(con, level, code)))


def _state(paths: DataPaths, source_code: str, key: str) -> LoadState | None:
    return read_state(paths.loaded / source_code / key) or read_state(paths.snapshot / source_code)


def _link_lines(
    con: duckdb.DuckDBPyConnection, source_code: str, code: str, level: str, roles: list[str]
) -> pd.DataFrame:
    """The ties that are counted: they are in the build itself."""
    return con.execute(_LINK_QUERY, {"source": source_code, "level": level, "code": code, "roles": roles}).df()


def _raw_lines(
    paths: DataPaths,
    source_code: str,
    state: LoadState | None,
    series: Series,
    year: int,
    places: set[tuple[str, str]],
    own: tuple[str, str],
) -> pd.DataFrame | None:
    """Raw lines behind a figure, by parsing the source again; None when its raw files are not here in that edition."""
    if state is None or not _has_files(paths.raw / source_code, state):
        return None
    territories = _load_territories(paths)
    source = find_source(source_code)
    parser = Parser(source.card, paths.raw / source_code,
                    None if source.card.stage == "geography" else territories.places)  # fmt: skip
    source.parse(parser)
    figures = place(source.card, parser.parsed(), territories).figures
    figures = figures[figures["series_code"].eq(series.code) & figures["year"].eq(year)]
    index = pd.MultiIndex.from_frame(figures[["level", "territory_code"]])
    here = (
        index.isin([own]) if index.isin([own]).any() else index.isin(list(places))
    )  # what the source itself says stands
    return figures.loc[here, ["file", "line", "level", "territory_code", "label", "value"]].reset_index(drop=True)


def _has_files(folder: Path, state: LoadState) -> bool:
    paths = {folder / name: sha256 for name, sha256 in state.files.items()}
    return bool(paths) and all(path.is_file() and checksum(path) == sha256 for path, sha256 in paths.items())


def _load_territories(paths: DataPaths) -> Territories:
    tables: dict[str, pd.DataFrame] = {}
    with open_current(paths.warehouse) as con:
        keys = dict(con.execute("SELECT source_code, loaded_key FROM source").fetchall())
    for code, key in keys.items():
        if find_source(code).card.stage == "geography":
            folder = paths.loaded / code / key
            tables |= read_loaded(folder if read_state(folder) else paths.snapshot / code)[0].tables
    return build_territories(tables)


def _label(con: duckdb.DuckDBPyConnection, lines: pd.DataFrame) -> pd.DataFrame:
    con.register("lines", lines)
    return con.execute(
        "SELECT l.* EXCLUDE (level), t.label AS territory FROM lines l "
        "LEFT JOIN territory t USING (level, territory_code) ORDER BY l.value DESC, l.file, l.line, l.label"
    ).df()


def describe(found: Trace) -> list[str]:
    """A trace as lines for the terminal."""
    seen, source = found.observation, found.source
    value = "secret" if seen["value"] is None else f"{seen['value']:,.10g}"
    title = f"{seen['label']} ({seen['level']} {seen['territory_code']}), {seen['series_code']} {seen['year']}"
    lines = [
        f"{title}: {value} {seen['unit'] or ''} [{seen['status']}]",
        f"  source    {source['source_code']}: {source['producer']}, {source['title']}",
        f"  licence   {source['licence']}; {source['page']}",
        f"  edition   {source['vintage']}, seen on {source['retrieved_at']} ({source['state']})",
        *(f"  file      {name}  sha256 {sha256}" for name, sha256 in found.files.items()),
        f"  rule      {found.rule}",
    ]
    if found.lines is None:
        return [*lines, f"  lines     {found.how_to_get}"]
    return [*lines, *(_describe_line(row) for row in found.lines.to_dict("records")), _sum_line(found)]


def _describe_line(row: Mapping[Hashable, Any]) -> str:
    place = f"{row['file']}:{row['line']}" if row["file"] else "link"
    weight = f" × {row['weight']:,.10g}" if "weight" in row else ""
    named = f"{row['territory']} ({row['territory_code']})"
    return f"  {row['value']:>14,.10g}{weight}  {named}  {row['label']}  [{place}]"


def _sum_line(found: Trace) -> str:
    """How the lines make the figure."""
    table = found.lines if found.lines is not None else pd.DataFrame()
    if found.rule == _RULES["links"]:
        return f"  {len(table)} ties with {table['partner_code'].nunique()} distinct partners"
    if "weight" in table:
        mean = (table["value"] * table["weight"]).sum() / table["weight"].sum()
        return f"  {mean:>14,.10g}  weighted mean of {len(table)} zones"
    if found.rule == _RULES["max"]:
        return f"  {table['value'].max():>14,.10g}  greatest of {len(table)} lines"
    if found.rule in (_RULES["none"], _RULES["zone_mean"]):
        return f"  {len(table)} lines, as published"
    return f"  {table['value'].sum():>14,.10g}  total of {len(table)} lines"
