"""The only module that asks a build for the state of its sources, as `make status` does, and for what they lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.queries import list_records, read_sources
from dashboard.reasons import say_cause
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED
from etl.status import QUERY, complete_status

LONGEST_LIST = 1000  # refused rows shown on one page


@dataclass(frozen=True)
class Waiting:
    """A source that keeps former figures: its code, its title, the day of its figures, and why (may be empty)."""

    source_code: str
    title: str
    retrieved_at: Any
    cause: str


@per_build
def _read_told(build: Build) -> pd.DataFrame:
    return build.read(QUERY)


def read_statuses(build: Build, raw: Path) -> list[dict[str, Any]]:
    """One record a source, by title: the columns of `etl.status.read_status`, with its title, producer and exclusions.

    Args:
        build: The build.
        raw: Folder of the raw files.
    """
    cards = {card["source_code"]: card for card in read_sources(build)}
    records = list_records(complete_status(_read_told(build), raw))
    more = ("title", "producer", "excluded", "citation")
    told = [r | {key: cards[r["source_code"]][key] for key in more} for r in records]
    return sorted(told, key=lambda r: list(cards).index(r["source_code"]))


def list_waiting(build: Build) -> list[Waiting]:
    """The sources that keep former figures."""
    return [
        Waiting(s["source_code"], s["title"], s["retrieved_at"], say_cause(s["message"]))
        for s in read_sources(build)
        if s["state"] == "stale"
    ]


def count_refused(build: Build) -> int:
    """How many rows the checks refused, over all sources."""
    return sum(int(s["rows_rejected"] or 0) for s in read_sources(build))


def name_sources(build: Build, reason: str) -> str:
    """A reason of exclusion with the titles of the sources that it names by their codes."""
    for card in read_sources(build):
        reason = reason.replace(str(card["source_code"]), f"«{FIXED}{card['title']}{FIXED}»")
    return reason


@per_build
def read_rejections(build: Build, source_code: str) -> pd.DataFrame:
    """Refused rows of a source by reason: reason, rows, and one example (file, line, column, value)."""
    return build.read(
        """
        SELECT split_part(reason, ';', 1) AS reason, count(*) AS "rows", arg_min("file", line) AS "file",
               min(line) AS line, arg_min("column", line) AS "column", arg_min(value, line) AS value
        FROM rejected_row WHERE source_code = $code GROUP BY 1 ORDER BY "rows" DESC, reason
        """,
        {"code": source_code},
    )


@per_build
def read_refused_rows(build: Build, source_code: str) -> pd.DataFrame:
    """Refused rows of a source, in the order of its files, `LONGEST_LIST` at most."""
    return build.read(
        f"""
        SELECT "file", line, "column", value, reason FROM rejected_row WHERE source_code = $code
        ORDER BY "file", line, "column" LIMIT {LONGEST_LIST}
        """,
        {"code": source_code},
    )
