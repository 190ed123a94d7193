"""The only module that runs a whole refresh: observations from `etl`, scores written into them, checked, published."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.build import write_observations
from etl.errors import ProductError
from etl.fetch import Fetcher
from etl.paths import DataPaths, default_paths
from etl.refresh import Gathered, Report, gather
from etl.warehouse import discard_drafts, draft_path, find_current, new_build_id, publish, write_build
from indicators.catalogue import load_catalogue
from indicators.compute import write_scores

TOOLS = ("duckdb", "pandas", "numpy", "pandera", "shapely", "requests")
_SUMMARY_LINE = "{:<32} {:<6} {:>8} {:>8} {:>8} {:>7} {:>6} {:<10} {}"
EXIT_OK, EXIT_STALE, EXIT_FAILED = 0, 3, 2


def print_line(line: str) -> None:
    """Say a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def refresh(
    paths: DataPaths,
    *,
    mirror: str | None = None,
    only: Sequence[str] = (),
    accept: Sequence[str] = (),
    offline: bool = False,
    fetcher: Fetcher | None = None,
    report: Report = print_line,
) -> int:
    """Load the sources again and publish a new build, unless nothing changed.

    Args:
        paths: Data folders.
        mirror: A folder or an HTTP address laid out `<source_code>/<file>`; None for the publishers themselves.
        only: Refresh these sources only.
        accept: Sources whose large change is accepted.
        offline: Build from what is kept: the previous build, else the snapshot.
        fetcher: A fetcher with its own patience.
        report: Receives the lines to print.

    Returns:
        EXIT_OK, or EXIT_STALE when a source failed and its last good figures stand in.

    Raises:
        ProductError: Nothing was published.
    """
    started = dt.datetime.now(dt.UTC)
    paths.warehouse.mkdir(parents=True, exist_ok=True)
    discard_drafts(paths.warehouse)
    fetcher = fetcher or Fetcher(paths.raw, mirror)
    gathered = gather(paths, fetcher=fetcher, only=only, accept=accept, offline=offline, report=report)
    if gathered is None or (gathered.is_unchanged and find_current(paths.warehouse) is not None):
        report("Nothing changed: the published build stands.")
        return EXIT_OK if gathered is None or not gathered.failures else EXIT_STALE
    draft = draft_path(paths.warehouse, new_build_id(started))
    write_draft(draft, gathered, started)
    published = publish(draft)
    report("")
    for line in summarise(published):
        report(line)
    report(f"\nPublished: {published.name}")
    return EXIT_STALE if gathered.failures else EXIT_OK


def write_draft(draft: Path, gathered: Gathered, started: dt.datetime) -> None:
    """Write an unpublished build whole: observations, scores, and the account of the run."""
    catalogue = load_catalogue()
    write_observations(draft, gathered, edition=catalogue.edition, order=catalogue.sources)
    with write_build(draft) as con:
        write_scores(con, catalogue)
        _write_run(con, gathered, started)


def _write_run(con: duckdb.DuckDBPyConnection, gathered: Gathered, started: dt.datetime) -> None:
    outcome = "stale: " + ", ".join(sorted(gathered.failures)) if gathered.failures else "ok"
    counts = {
        table: (con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0]
        for table in ("territory", "observation", "link", "score", "rejected_row")
    }
    versions = {name: importlib.metadata.version(name) for name in TOOLS} | {"python": platform.python_version()}
    now = dt.datetime.now(dt.UTC)
    con.execute(
        "INSERT INTO run VALUES (?, ?, ?, ?, ?)",
        [started.replace(tzinfo=None), now.replace(tzinfo=None), outcome, counts, versions],
    )


def summarise(build: Path) -> list[str]:
    """The table that ends a refresh: rows read, kept, rejected and why, territories covered, years."""
    with duckdb.connect(str(build), read_only=True) as con:
        rows = con.execute("""
            WITH told AS (
                SELECT source_code, count(DISTINCT territory_code) FILTER (level = 'epci') AS epci,
                       min(year) AS first, max(year) AS last
                FROM observation GROUP BY 1),
            why AS (
                SELECT source_code, string_agg(reason || ' (' || n || ')', '; ' ORDER BY n DESC) AS reasons
                FROM (SELECT source_code, split_part(reason, ';', 1) AS reason, count(*) AS n
                      FROM rejected_row GROUP BY ALL)
                GROUP BY 1)
            SELECT s.source_code, s.state, s.rows_read, s.rows_kept, s.rows_rejected, s.rows_excluded,
                   coalesce(t.epci, 0), t.first, t.last, coalesce(w.reasons, '')
            FROM source s LEFT JOIN told t USING (source_code) LEFT JOIN why w USING (source_code)
            ORDER BY 1""").fetchall()
    lines = [_SUMMARY_LINE.format("source", "state", "read", "kept", "rejected", "out", "EPCI", "years", "why")]
    for code, state, read, kept, rejected, excluded, epci, first, last, why in rows:
        years = "" if first is None else f"{first}" if first == last else f"{first}-{last}"
        lines.append(_SUMMARY_LINE.format(code, state, read, kept, rejected, excluded, epci, years, why))
    return lines


def ensure_build(paths: DataPaths | None = None) -> Path:
    """The published build; where there is none, one is built from the snapshot, without a network.

    Raises:
        ProductError: The snapshot cannot be built.
    """
    paths = paths or default_paths()
    if find_current(paths.warehouse) is None:
        print_line("Building the warehouse from the snapshot (once)…")
        refresh(paths, offline=True)
    current = find_current(paths.warehouse)
    if current is None:
        raise ProductError(str(paths.warehouse), "nothing is published", "Run: make refresh")
    return current


def _listed(name: str) -> list[str]:
    return [word for word in os.environ.get(name, "").replace(",", " ").split() if word]


def run_from_environment() -> int:
    """`make refresh`: MIRROR, ONLY and ACCEPT come from the environment."""
    return refresh(
        default_paths(), mirror=os.environ.get("MIRROR") or None, only=_listed("ONLY"), accept=_listed("ACCEPT")
    )
