"""The only module that runs a whole refresh: observations from `etl`, scores written into them, checked, published."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.build import SourceOrder, write_observations
from etl.errors import BuildError, BusyError, ProductError
from etl.fetch import Fetcher
from etl.gathered import Gathered
from etl.journal import describe_run, read_runs, remember_run, tee_to_log
from etl.kept import prune_results
from etl.lock import hold_lock
from etl.paths import DataPaths, default_paths
from etl.refresh import Report, gather
from etl.warehouse import (
    discard_leftovers,
    draft_path,
    find_current,
    new_build_id,
    open_build,
    publish,
    write_build,
    write_runs,
)
from indicators.alert import run_alert
from indicators.catalogue import load_catalogue
from indicators.compute import write_scores
from indicators.identity import method_version

_SUMMARY_LINE = "{:<32} {:<6} {:>8} {:>8} {:>8} {:>7} {:>6} {:<10} {}"
EXIT_OK, EXIT_FAILED, EXIT_STALE, EXIT_BUSY = 0, 2, 3, 4
_COUNTED = ("territory", "observation", "link", "score", "rejected_row")


@dataclass(frozen=True)
class Scoring:
    """How observations are scored.

    Attributes:
        edition: Current edition of the index.
        order: For a series that several sources give, their codes by preference.
        write: Writes the scores into an unpublished build.
        version: Identity of the method; a published build that bears another one is scored again.
    """

    edition: int
    order: SourceOrder
    write: Callable[[duckdb.DuckDBPyConnection], None]
    version: str = ""


def load_scoring() -> Scoring:
    """The product's own catalogue and goalposts."""
    catalogue = load_catalogue()
    return Scoring(
        catalogue.edition, catalogue.sources, lambda con: write_scores(con, catalogue), version=method_version()
    )


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
    scoring: Callable[[], Scoring] = load_scoring,
    report: Report = print_line,
) -> int:
    """Load the sources again and publish a new build, unless nothing changed, figures or method.

    Args:
        paths: Data folders.
        mirror: A folder or an HTTP address laid out `<source_code>/<file>`; None for the publishers themselves.
        only: Refresh these sources only.
        accept: Sources whose large change is accepted.
        offline: Build from what is kept: the previous build, else the snapshot.
        fetcher: A fetcher with its own patience.
        scoring: Loads what scores the observations.
        report: Receives the lines to print.

    Returns:
        EXIT_OK, or EXIT_STALE when a source failed and its last good figures, if any, stand in.

    Raises:
        BusyError: Another refresh is running.
        ProductError: Nothing was published.
    """
    with hold_lock(paths.warehouse):
        started = dt.datetime.now(dt.UTC)
        discard_leftovers(paths.warehouse)
        try:
            method = scoring()
            scored = is_scored_by(paths, method)
            gathered = gather(paths, fetcher=fetcher or Fetcher(paths.raw, mirror), only=only, accept=accept,
                              offline=offline, anew=not scored, report=report)  # fmt: skip
            if gathered is None or (gathered.is_unchanged and scored):
                return _stand(paths, gathered, started, report)
            return _publish(paths, gathered, method, started, report)
        except ProductError as error:
            _note_failure(paths, started, error)
            raise
        except (OSError, duckdb.Error) as error:
            rule = f"the disk refused to write or to read ({_one_line(error)})"
            remedy = "Nothing was published; make room or mend the rights, then run: make refresh"
            refusal = BuildError(str(paths.root), rule, remedy)
            _note_failure(paths, started, refusal)
            raise refusal from error


def is_scored_by(paths: DataPaths, scoring: Scoring) -> bool:
    """Whether a build is published, and scored by this method."""
    current = find_current(paths.warehouse)
    if current is None:
        return False
    with open_build(current) as con:
        told = con.execute("SELECT * FROM build")
        names = [column[0] for column in told.description or ()]
        row = dict(zip(names, told.fetchone() or (), strict=False))
    return bool(row.get("method", "") == scoring.version)  # a build of an earlier version has no such column


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _note_failure(paths: DataPaths, started: dt.datetime, error: ProductError) -> None:
    discard_leftovers(paths.warehouse)
    with contextlib.suppress(OSError):  # a full disk has already been told
        remember_run(paths.warehouse, describe_run(started, f"failed: {_one_line(error)}"))


def _stand(paths: DataPaths, gathered: Gathered | None, started: dt.datetime, report: Report) -> int:
    """Leave the published build as it is."""
    stale = gathered.stale if gathered else {}
    report("Nothing changed: the published build stands.")
    _say_stale(stale, report)
    outcome = f"unchanged, stale: {', '.join(stale)}" if stale else "unchanged"
    remember_run(paths.warehouse, describe_run(started, outcome))
    return EXIT_STALE if stale else EXIT_OK


def _publish(paths: DataPaths, gathered: Gathered, scoring: Scoring, started: dt.datetime, report: Report) -> int:
    draft = draft_path(paths.warehouse, new_build_id(started))
    counts = write_draft(draft, gathered, scoring)
    record = describe_run(started, f"stale: {', '.join(gathered.stale)}" if gathered.stale else "ok", counts)
    with write_build(draft) as con:
        write_runs(con, [*read_runs(paths.warehouse), record])
    published = publish(draft)
    remember_run(paths.warehouse, record)
    prune_results(paths, gathered.keys)
    report("")
    for line in summarise(published):
        report(line)
    _say_stale(gathered.stale, report)
    report(f"\nPublished: {published.name}")
    return EXIT_STALE if gathered.stale else EXIT_OK


def _say_stale(stale: dict[str, str], report: Report) -> None:
    for code, message in stale.items():
        report(f"stale  {code}{message.removeprefix(code) if message.startswith(code) else f': {message}'}")


def write_draft(draft: Path, gathered: Gathered, scoring: Scoring) -> dict[str, int]:
    """Write an unpublished build: observations, then scores.

    Returns:
        Rows by table.
    """
    write_observations(draft, gathered, edition=scoring.edition, order=scoring.order, method=scoring.version)
    with write_build(draft) as con:
        scoring.write(con)
        return {table: (con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0] for table in _COUNTED}


def summarise(build: Path) -> list[str]:
    """The table that ends a refresh: rows read, kept, rejected and why, territories covered, years."""
    with open_build(build) as con:
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


def ensure_build(paths: DataPaths | None = None, scoring: Callable[[], Scoring] = load_scoring) -> Path:
    """The published build, scored by this method; else one is built without a network, from what is kept or shipped.

    Raises:
        ProductError: Nothing is published and nothing can be built.
    """
    paths, method = paths or default_paths(), scoring()
    if not is_scored_by(paths, method):
        with hold_lock(paths.warehouse, wait=True):
            pass  # whoever was building has ended
    if find_current(paths.warehouse) is None:
        print_line("Building the warehouse from the snapshot (once)…")
        refresh(paths, offline=True, scoring=scoring)
    elif not is_scored_by(paths, method):
        print_line("The method changed since the published build: scoring it again (once)…")
        try:
            refresh(paths, offline=True, scoring=scoring)
        except ProductError as error:
            print_line(f"It could not be scored again, and stands as it was: {_one_line(error)}")
    current = find_current(paths.warehouse)
    if current is None:
        raise BuildError(str(paths.warehouse), "nothing is published", "Run: make refresh")
    return current


def _listed(name: str) -> list[str]:
    return [word for word in os.environ.get(name, "").replace(",", " ").split() if word]


def run_from_environment() -> int:
    """`make refresh`: MIRROR, ONLY, ACCEPT and ON_FAILURE come from the environment.

    Returns:
        0: all is fresh; 2: nothing was published; 3: a source is stale; 4: another refresh is running.
    """
    paths = default_paths()
    report = tee_to_log(paths, print_line)
    try:
        code = refresh(paths, mirror=os.environ.get("MIRROR") or None, only=_listed("ONLY"), accept=_listed("ACCEPT"),
                       report=report)  # fmt: skip
        told = "a source is stale; see the log" if code == EXIT_STALE else ""
    except BusyError as error:
        code, told = EXIT_BUSY, _one_line(error)
    except ProductError as error:
        code, told = EXIT_FAILED, _one_line(error)
    if code in (EXIT_FAILED, EXIT_BUSY):
        tee_to_log(paths, lambda line: print(line, file=sys.stderr))(told)  # noqa: T201
    if code != EXIT_OK:
        run_alert(os.environ.get("ON_FAILURE", ""), code, told, report)
    return code


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `refresh`."""
    text = "load the sources again and publish a new build (MIRROR, ONLY, ACCEPT, ON_FAILURE in the environment)"
    commands.add_parser("refresh", help=text).set_defaults(run=lambda _args: run_from_environment())
