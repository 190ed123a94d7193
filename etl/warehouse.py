"""The only module that writes, publishes and opens builds: one new file a build, an atomic switch, the last three kept.

Nobody opens the published file for writing, so the running dashboard and a refresh never meet in one file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from etl.errors import BuildError
from etl.journal import RunRecord

CURRENT = "current"
KEPT_BUILDS = 3
DDL = """
CREATE TABLE build (build_id VARCHAR, created_at TIMESTAMP, edition INTEGER, method VARCHAR);
CREATE TABLE territory (
    level VARCHAR, territory_code VARCHAR, label VARCHAR, nature VARCHAR, size_class VARCHAR, typology VARCHAR,
    population DOUBLE, centroid STRUCT(longitude DOUBLE, latitude DOUBLE), departement VARCHAR, region VARCHAR,
    PRIMARY KEY (level, territory_code));
CREATE TABLE membership (
    commune_code VARCHAR, level VARCHAR, territory_code VARCHAR, vintage VARCHAR, PRIMARY KEY (commune_code, level));
CREATE TABLE passage (old_code VARCHAR PRIMARY KEY, commune_code VARCHAR, kind VARCHAR);
CREATE TABLE place_name (name_key VARCHAR, name VARCHAR, commune_code VARCHAR, kind VARCHAR);
CREATE TABLE series (
    series_code VARCHAR PRIMARY KEY, label VARCHAR, unit VARCHAR, source_code VARCHAR, aggregation VARCHAR,
    complete BOOLEAN);
CREATE TABLE observation (
    level VARCHAR, territory_code VARCHAR, series_code VARCHAR, year INTEGER, value DOUBLE, status VARCHAR,
    source_code VARCHAR);
CREATE TABLE cross_check (
    level VARCHAR, territory_code VARCHAR, series_code VARCHAR, year INTEGER, value DOUBLE, source_code VARCHAR,
    other_value DOUBLE, other_source_code VARCHAR);
CREATE TABLE link (
    level VARCHAR, territory_code VARCHAR, kind VARCHAR, partner_label VARCHAR, partner_country VARCHAR,
    partner_code VARCHAR, role VARCHAR, theme VARCHAR, "start" INTEGER, "end" INTEGER, source_code VARCHAR);
CREATE TABLE source (
    source_code VARCHAR PRIMARY KEY, producer VARCHAR, title VARCHAR, licence VARCHAR, page VARCHAR,
    files STRUCT("name" VARCHAR, url VARCHAR)[], "mode" VARCHAR, shipping VARCHAR, vintage VARCHAR, retrieved_at DATE,
    sha256 VARCHAR, rows_read BIGINT, rows_kept BIGINT, rows_rejected BIGINT, rows_excluded BIGINT,
    excluded MAP(VARCHAR, BIGINT), state VARCHAR, message VARCHAR, citation VARCHAR, note VARCHAR, loaded_key VARCHAR);
CREATE TABLE rejected_row (
    source_code VARCHAR, "file" VARCHAR, line BIGINT, "column" VARCHAR, value VARCHAR, reason VARCHAR);
-- What came of each correction kept by hand (data/registers/corrections.csv): applied, or expired.
CREATE TABLE correction (
    source_code VARCHAR, "file" VARCHAR, line BIGINT, line_key VARCHAR, "column" VARCHAR, expected VARCHAR,
    replacement VARCHAR, found VARCHAR, state VARCHAR);
CREATE TABLE fit (indicator_code VARCHAR, level VARCHAR, edition INTEGER, parameter VARCHAR, value DOUBLE);
CREATE TABLE score (
    level VARCHAR, territory_code VARCHAR, edition INTEGER, variant VARCHAR, node_code VARCHAR, value DOUBLE,
    score DOUBLE, score_low DOUBLE, score_high DOUBLE, rank INTEGER, rank_low INTEGER, rank_high INTEGER,
    coverage DOUBLE, first_year INTEGER, last_year INTEGER, status VARCHAR);
-- The group each territory is compared in: nature and size class, or the declared fallback (indicators.peers).
CREATE TABLE peer (level VARCHAR, territory_code VARCHAR, edition INTEGER, peer_group VARCHAR);
-- One measure of one check of the index; a flag is what a reader must look at (indicators.audit).
CREATE TABLE audit (
    level VARCHAR, edition INTEGER, check_code VARCHAR, node_code VARCHAR, other_code VARCHAR, measure VARCHAR,
    value DOUBLE, flag VARCHAR);
-- What an index is made of in one edition, `indice` or `retrospectif`; coverage: share of territories with a score.
CREATE TABLE composition (
    level VARCHAR, edition INTEGER, tree_code VARCHAR, node_code VARCHAR, parent_code VARCHAR, weight DOUBLE,
    coverage DOUBLE);
CREATE TABLE replicate (node_code VARCHAR, replicate INTEGER, territory_code VARCHAR, rank INTEGER);
CREATE TABLE run (
    started TIMESTAMP, ended TIMESTAMP, outcome VARCHAR, counts MAP(VARCHAR, BIGINT),
    tool_versions MAP(VARCHAR, VARCHAR));
"""


def new_build_id(now: dt.datetime | None = None) -> str:
    """A sortable identity: the microsecond it started, and a few random characters."""
    return f"{(now or dt.datetime.now(dt.UTC)):%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"


def draft_path(warehouse: Path, build_id: str) -> Path:
    """Where an unpublished build is written; it takes its name only once published."""
    return warehouse / f".{build_id}.duckdb.draft"


@contextlib.contextmanager
def write_build(draft: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an unpublished build for writing; a new one gets its tables."""
    draft.parent.mkdir(parents=True, exist_ok=True)
    is_new = not draft.exists()
    con = duckdb.connect(str(draft))
    try:
        if is_new:
            con.execute(DDL)
        yield con
        con.execute("CHECKPOINT")
    finally:
        con.close()


def write_runs(con: duckdb.DuckDBPyConnection, runs: Iterable[RunRecord]) -> None:
    """Write the refreshes remembered, the one under way included, into the table `run`."""
    rows = [[r.started, r.ended, r.outcome, r.counts, r.tool_versions] for r in runs]
    con.executemany("INSERT INTO run VALUES (?, ?, ?, ?, ?)", rows)


def discard_leftovers(warehouse: Path) -> None:
    """Remove what a killed run left: drafts, unused links, a build that took its name and was never switched to.

    Call it only under the refresh lock.
    """
    current = find_current(warehouse)
    for left in (*warehouse.glob(".*.duckdb.draft*"), *warehouse.glob(f".{CURRENT}.*")):
        left.unlink(missing_ok=True)
    for build in find_builds(warehouse):
        if current is None or build.name > current.name:
            build.unlink()


def publish(draft: Path) -> Path:
    """Give a checked build its name and switch `current` to it, atomically; keep the last three.

    Returns:
        The published file.
    """
    warehouse = draft.parent
    target = warehouse / draft.name.removeprefix(".").removesuffix(".draft")
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.rename(target)
    switch = warehouse / f".{CURRENT}.{target.stem}"
    switch.symlink_to(target.name)
    switch.replace(warehouse / CURRENT)
    prune(warehouse)
    return target


def prune(warehouse: Path) -> None:
    """Remove the builds older than the last three (an open reader keeps its file until it lets go)."""
    current = find_current(warehouse)
    for old in find_builds(warehouse)[:-KEPT_BUILDS]:
        if current is None or old.name != current.name:
            old.unlink(missing_ok=True)


def find_builds(warehouse: Path) -> list[Path]:
    """The named builds, oldest first."""
    return sorted(warehouse.glob("*.duckdb"))


def find_current(warehouse: Path) -> Path | None:
    """The published file, or None."""
    link = warehouse / CURRENT
    return link.resolve() if link.exists() else None


def open_build(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a build read-only, with no access to anything outside it; use `cursor()` for each query."""
    return duckdb.connect(str(path), read_only=True, config={"enable_external_access": False})


def open_current(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open the published build.

    Raises:
        BuildError: Nothing is published.
    """
    path = find_current(warehouse)
    if path is None:
        raise BuildError(str(warehouse), "no build is published", "Run: make refresh, or make run")
    return open_build(path)
