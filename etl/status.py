"""The only module that tells the state of every source of the published build."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd

from etl.card import Card
from etl.corrections import describe_expired
from etl.identity import digest_files
from etl.journal import RunRecord, read_runs
from etl.paths import DataPaths
from etl.raw_lock import read_lock
from etl.registry import load_sources
from etl.warehouse import open_current

QUERY = """
WITH told AS (
    SELECT source_code, min(year) AS first_year, max(year) AS last_year,
           count(DISTINCT territory_code) FILTER (level = 'epci') AS epci,
           count(DISTINCT territory_code) FILTER (level = 'commune') AS communes,
           list(DISTINCT territory_code) FILTER (level = 'epci') AS codes
    FROM observation WHERE value IS NOT NULL GROUP BY 1),
people AS (
    SELECT source_code, sum(t.population) AS population
    FROM (SELECT source_code, unnest(codes) AS territory_code FROM told) c
    JOIN territory t ON t.level = 'epci' AND t.territory_code = c.territory_code GROUP BY 1)
SELECT s.source_code, s.state, s.vintage, s.retrieved_at, s.mode, t.first_year, t.last_year, s.rows_read, s.rows_kept,
       s.rows_rejected, s.rows_excluded,
       (SELECT count(*) FROM rejected_row r WHERE r.source_code = s.source_code
        AND (r.reason LIKE 'no place%' OR r.reason LIKE 'doubtful%')) AS unmatched,
       coalesce(t.epci, 0) AS epci, coalesce(t.communes, 0) AS communes,
       round(100 * coalesce(p.population, 0) / (SELECT sum(population) FROM territory WHERE level = 'epci'), 1)
           AS population_pct,
       s.licence, s.message, s.sha256
FROM source s LEFT JOIN told t USING (source_code) LEFT JOIN people p USING (source_code) ORDER BY 1
"""


def read_status(paths: DataPaths, today: dt.date | None = None) -> pd.DataFrame:
    """One row a source of the published build.

    Args:
        paths: Data folders.
        today: Day that ages are counted from.

    Returns:
        State, edition, day last seen, age, next edition, years, rows, unmatched, coverage of territories and of
        population, licence.
    """
    with open_current(paths.warehouse) as con:
        frame = con.execute(QUERY).df()
    return complete_status(frame, paths.raw, today)


def complete_status(frame: pd.DataFrame, raw: Path, today: dt.date | None = None) -> pd.DataFrame:
    """Add to the rows of `QUERY` what the build cannot know: the day last seen, the age, the next edition.

    Args:
        frame: The rows of `QUERY` on a build.
        raw: Folder of the raw files, whose locks say when they were last found unchanged.
        today: Day that ages are counted from.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    seen = frame["retrieved_at"].astype(str).str[:10]
    days = [
        max(day, _last_seen(raw / code, digest))
        for code, day, digest in zip(frame["source_code"], seen, frame["sha256"], strict=True)
    ]
    following = [
        describe_next(code, last, today) for code, last in zip(frame["source_code"], frame["last_year"], strict=True)
    ]
    return frame.drop(columns="sha256").assign(
        retrieved_at=days,
        age_days=[(today - dt.date.fromisoformat(day)).days for day in days],
        next_edition=following,
    )


def _last_seen(folder: Path, digest: str) -> str:
    """Day on which the raw files shown were last found unchanged, by their lock; empty where it tells of others."""
    lock = read_lock(folder)
    if not lock or digest_files({name: state.sha256 for name, state in lock.items()}) != digest:
        return ""
    return min(state.retrieved_at for state in lock.values())


def describe_next(code: str, last_year: float, today: dt.date) -> str:
    """What the next edition should bring, and whether it is due: a yearly source tells the year after its last."""
    card = load_sources()[code].card if code in load_sources() else None
    period = "never" if card is None or card.mode == "frozen" else card.period
    if period != "yearly" or pd.isna(last_year):
        return {"never": "none", "daily": "any day", "quarterly": "every quarter"}.get(period, "unknown")
    following = int(last_year) + 1
    return f"figures of {following}" + (", due" if following < today.year else "")


def read_last_run(paths: DataPaths) -> RunRecord | None:
    """The last refresh, whatever came of it."""
    runs = read_runs(paths.warehouse)
    return runs[-1] if runs else None


def list_absent(shown: Iterable[str]) -> list[Card]:
    """Cards of the sources loaded by default that a build does not show: they have never given a figure.

    Args:
        shown: Codes of the sources of the build.
    """
    known = set(shown)
    cards = (source.card for source in load_sources().values())
    return [card for card in cards if card.shipping != "off" and card.code not in known]


def say_absent(status: pd.DataFrame) -> list[str]:
    """One line for the terminal, when a source has never been loaded."""
    codes = [card.code for card in list_absent(status["source_code"])]
    remedy = "make refresh asks their publishers; a mirror must carry their folder"
    return [f"never loaded: {', '.join(codes)} ({remedy})"] if codes else []


def say_expired(paths: DataPaths) -> list[str]:
    """One line a correction that the published build could not apply, with its source."""
    with open_current(paths.warehouse) as con:
        try:
            told = con.execute("SELECT * FROM correction ORDER BY source_code, file, line").df()
        except duckdb.CatalogException:  # a build of before there were any
            return []
    by_source = told.groupby("source_code", sort=False)
    return [f"{code}: {line}" for code, rows in by_source for line in describe_expired(rows)]


def as_json(status: pd.DataFrame) -> str:
    """The status for machines: a list of objects, missing values as null."""
    return json.dumps(json.loads(status.to_json(orient="records", force_ascii=False)), ensure_ascii=False, indent=1)


def as_lines(status: pd.DataFrame) -> list[str]:
    """The status for a terminal."""
    form = "{:<32} {:<6} {:<12} {:<10} {:>4}  {:<20} {:<10} {:>8} {:>8} {:>9} {:>6} {:>6} {:>6}  {}"
    lines = [form.format("source", "state", "edition", "seen on", "days", "next edition", "years", "read", "rejected",
                         "unmatched", "EPCI", "com.", "pop.%", "licence")]  # fmt: skip
    for row in status.to_dict("records"):
        first, last = row["first_year"], row["last_year"]
        years = "" if pd.isna(first) else f"{first:.0f}-{last:.0f}"
        cells = [row[c] for c in ("rows_read", "rows_rejected", "unmatched", "epci", "communes", "population_pct")]
        head = [row[c] for c in ("source_code", "state", "vintage", "retrieved_at", "age_days", "next_edition")]
        head[2] = str(head[2])[:12]
        lines.append(form.format(*head, years, *cells, row["licence"]))
        if row["message"]:
            lines.append(f"    {row['message']}")
    return lines
