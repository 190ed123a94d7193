"""The only module that writes a build: what was gathered, into the tables of DESIGN §3, and checks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd

from etl.card import Series
from etl.corrections import CORRECTION_TABLE
from etl.errors import BuildError
from etl.gathered import Gathered, SourceResult
from etl.identity import digest_files
from etl.ingest import LINK_COLUMNS, Loaded
from etl.levels import write_upper_levels
from etl.store import StoredResult
from etl.warehouse import write_build

SourceOrder = Mapping[str, Sequence[str]]


def write_observations(
    draft: Path, gathered: Gathered, *, edition: int, order: SourceOrder | None = None, method: str = ""
) -> None:
    """Write an unpublished build up to `observation` and `link`; scores are written by `indicators`.

    Args:
        draft: From `etl.warehouse.draft_path`.
        gathered: From `etl.refresh.gather`.
        edition: Current edition of the index.
        order: For a series that several sources give, their codes by preference.
        method: Identity of what will score them.
    """
    with write_build(draft) as con:
        build_id = draft.name.removeprefix(".").removesuffix(".duckdb.draft")
        con.execute(
            "INSERT INTO build VALUES (?, ?, ?, ?)",
            [build_id, dt.datetime.now(dt.UTC).replace(tzinfo=None), edition, method],
        )
        _write_geography(con, gathered)
        series = _write_series(con, gathered.results, order or {})
        _write_links(con, gathered.results, {code for one, code in series if one.aggregation == "links"})
        _write_corrections(con, gathered.results)
        _write_base(con, gathered.results, order or {})
        write_upper_levels(con, series)
        _write_sources(con, gathered.results)
        check_build(con)


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, select: str = "*") -> None:
    if frame.empty:
        return
    con.register("frame", frame)
    con.execute(f'INSERT INTO "{table}" SELECT {select} FROM frame')
    con.unregister("frame")


def _write_geography(con: duckdb.DuckDBPyConnection, gathered: Gathered) -> None:
    geography = gathered.territories
    _insert(con, "territory", geography.territory,
            "level, territory_code, label, nature, size_class, typology, population, "
            "CASE WHEN isnan(longitude) OR longitude IS NULL THEN NULL ELSE "
            "{'longitude': longitude, 'latitude': latitude} END, departement, region")  # fmt: skip
    _insert(con, "membership", geography.membership, "commune_code, level, territory_code, vintage")
    _insert(con, "passage", geography.passage, "old_code, commune_code, kind")
    _insert(con, "place_name", geography.names, "name_key, name, commune_code, kind")


def _write_series(
    con: duckdb.DuckDBPyConnection, results: Mapping[str, SourceResult], order: SourceOrder
) -> list[tuple[Series, str]]:
    """Every series with the source that is preferred for it, among those that are here."""
    found: dict[str, tuple[Series, str]] = {}
    for code, result in results.items():
        for one in result.card.series:
            preferred = next((c for c in order.get(one.code, ()) if c in results), code)
            if one.code not in found or code == preferred:
                year = one.year or int(result.state.retrieved_at[:4])
                found[one.code] = (replace(one, year=year) if one.aggregation == "links" else one, code)
    rows = [(s.code, s.label, s.unit, code, s.aggregation, s.complete) for s, code in found.values()]
    con.executemany("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?)", rows)
    return list(found.values())


def _write_links(con: duckdb.DuckDBPyConnection, results: Mapping[str, SourceResult], counted: Set[str]) -> None:
    """Ties and refused rows; ties that are counted from a preferred source only are not told a second time.

    Args:
        con: The build.
        results: By source.
        counted: Sources that a series of ties is counted from.
    """
    for code, result in results.items():
        gives = any(one.aggregation == "links" for one in result.card.series)
        link = result.loaded.link if code in counted or not gives else result.loaded.link.iloc[:0]
        _insert(con, "link", link.reindex(columns=LINK_COLUMNS).assign(source_code=code),
                "level, territory_code, kind, partner_label, partner_country, partner_code, role, theme, "
                'CAST("start" AS INTEGER), CAST("end" AS INTEGER), source_code')  # fmt: skip
        _insert(con, "rejected_row", result.loaded.rejected_row.assign(source_code=code),
                'source_code, "file", line, "column", value, reason')  # fmt: skip


def _write_corrections(con: duckdb.DuckDBPyConnection, results: Mapping[str, SourceResult]) -> None:
    for code, result in results.items():
        told = result.loaded.tables.get(CORRECTION_TABLE, pd.DataFrame())
        _insert(con, "correction", told.assign(source_code=code),
                'source_code, "file", line, line_key, "column", expected, replacement, found, state')  # fmt: skip


def _write_base(con: duckdb.DuckDBPyConnection, results: Mapping[str, SourceResult], order: SourceOrder) -> None:
    """Base observations; where several sources give one key, the preferred one, the others as cross-checks."""
    con.execute("CREATE TEMP TABLE base (level VARCHAR, territory_code VARCHAR, series_code VARCHAR, year INTEGER, "
                "value DOUBLE, status VARCHAR, source_code VARCHAR)")  # fmt: skip
    for code, result in results.items():
        _insert_base(con, code, result.loaded)
    con.execute("CREATE TEMP TABLE preference (series_code VARCHAR, source_code VARCHAR, preference INTEGER)")
    preferences = [[series, code, rank] for series, codes in order.items() for rank, code in enumerate(codes)]
    if preferences:
        con.executemany("INSERT INTO preference VALUES (?, ?, ?)", preferences)
    con.execute("""
        CREATE TEMP TABLE shared AS
        SELECT series_code FROM base GROUP BY series_code HAVING count(DISTINCT source_code) > 1""")
    con.execute("""
        CREATE TEMP TABLE ranked AS SELECT base.*, row_number() OVER (
            PARTITION BY level, territory_code, series_code, year
            ORDER BY preference NULLS LAST, source_code) AS place
        FROM base SEMI JOIN shared USING (series_code) LEFT JOIN preference USING (series_code, source_code)""")
    con.execute("INSERT INTO observation SELECT * FROM base ANTI JOIN shared USING (series_code)")
    con.execute("INSERT INTO observation SELECT * EXCLUDE (place) FROM ranked WHERE place = 1")
    con.execute("""
        INSERT INTO cross_check
        SELECT o.level, o.territory_code, o.series_code, o.year, o.value, o.source_code, r.value, r.source_code
        FROM ranked r JOIN ranked o USING (level, territory_code, series_code, year)
        WHERE r.place > 1 AND o.place = 1""")
    con.execute("DROP TABLE ranked; DROP TABLE shared; DROP TABLE preference; DROP TABLE base")


def _insert_base(con: duckdb.DuckDBPyConnection, code: str, loaded: Loaded) -> None:
    """The observations of one source; those that are stored need not pass through here."""
    columns = f"level, territory_code, series_code, year, value, status, '{code}'"
    if not isinstance(loaded, StoredResult):
        _insert(con, "base", loaded.observation, columns)
    elif (path := loaded.find("observation")) is not None:
        con.execute(f"INSERT INTO base SELECT {columns} FROM read_parquet('{path}')")


def _write_sources(con: duckdb.DuckDBPyConnection, results: Mapping[str, SourceResult]) -> None:
    for code, result in sorted(results.items()):
        card, state, counts = result.card, result.state, result.state.counts
        files = [{"name": f.name, "url": f.url} for f in card.files]
        digest = digest_files(state.files)
        con.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                code, card.producer, card.title, card.licence, card.page, files, card.mode, card.shipping,
                state.vintage, state.retrieved_at, digest, counts.get("rows_read", 0), counts.get("rows_kept", 0),
                counts.get("rows_rejected", 0), counts.get("rows_excluded", 0), dict(state.excluded),
                result.freshness, result.message, card.citation, card.note, state.key,
            ],
        )  # fmt: skip


def check_build(con: duckdb.DuckDBPyConnection) -> None:
    """Refuse a build that breaks a rule of the tables.

    Raises:
        BuildError: Names the table, the rule and an offender.
    """
    rules = {
        "observation: two figures for one key": "SELECT level, territory_code, series_code, year FROM observation "
        "GROUP BY ALL HAVING count(*) > 1",
        "observation: a territory that does not exist": "SELECT DISTINCT level, territory_code FROM observation "
        "ANTI JOIN territory USING (level, territory_code)",
        "observation: a figure that is neither finite nor secret": "SELECT level, territory_code, series_code FROM "
        "observation WHERE (value IS NULL OR NOT isfinite(value)) AND status <> 'secret'",
        "link: a territory that does not exist": "SELECT DISTINCT level, territory_code FROM link "
        "ANTI JOIN territory USING (level, territory_code)",
        "membership: a territory that does not exist": "SELECT DISTINCT level, territory_code FROM membership "
        "ANTI JOIN territory USING (level, territory_code)",
    }
    for rule, query in rules.items():
        offender = con.execute(query + " LIMIT 1").fetchone()
        if offender is not None:
            raise BuildError(rule, f"for instance {offender}", "Nothing was published; this is a fault of ours")
