"""The only module that remembers the refreshes, whatever came of them: `runs.jsonl` and a log."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.metadata
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from etl.paths import DataPaths

TOOLS = ("duckdb", "pandas", "numpy", "pandera", "shapely", "requests")
KEPT_RUNS = 100
MAX_LOG_BYTES = 1_000_000


@dataclass(frozen=True)
class RunRecord:
    """One refresh.

    Attributes:
        started: ISO time, UTC.
        ended: The same.
        outcome: `ok`, `unchanged`, `stale: <sources>`, `failed: <why>`.
        counts: Rows by table of the build, where one was made.
        tool_versions: Version by library.
    """

    started: str
    ended: str
    outcome: str
    counts: dict[str, int] = field(default_factory=dict)
    tool_versions: dict[str, str] = field(default_factory=dict)


def describe_run(started: dt.datetime, outcome: str, counts: Mapping[str, int] | None = None) -> RunRecord:
    """A refresh that ends now."""
    versions = {name: importlib.metadata.version(name) for name in TOOLS} | {"python": platform.python_version()}
    return RunRecord(_iso(started), _iso(dt.datetime.now(dt.UTC)), outcome, dict(counts or {}), versions)


def _iso(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def read_runs(warehouse: Path) -> list[RunRecord]:
    """The refreshes remembered, oldest first; a line that a killed run left unfinished is passed over."""
    try:
        lines = (warehouse / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    runs = []
    for line in lines:
        try:
            runs.append(RunRecord(**json.loads(line)))
        except (json.JSONDecodeError, TypeError):
            continue
    return runs


def remember_run(warehouse: Path, record: RunRecord) -> None:
    """Add a refresh to those remembered; the last hundred are kept."""
    runs = [*read_runs(warehouse), record][-KEPT_RUNS:]
    temporary = warehouse / ".runs.jsonl.tmp"
    text = "".join(json.dumps(asdict(run), ensure_ascii=False, sort_keys=True) + "\n" for run in runs)
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(warehouse / "runs.jsonl")


def log_path(paths: DataPaths) -> Path:
    """Where every refresh writes what it says."""
    return paths.root / "log" / "refresh.log"


def tee_to_log(paths: DataPaths, report: Callable[[str], None]) -> Callable[[str], None]:
    """A report that also goes to the log, each line with its time; past a megabyte the log starts anew."""
    path = log_path(paths)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))

    def say(line: str) -> None:
        report(line)
        with contextlib.suppress(OSError), path.open("a", encoding="utf-8") as log:  # a full disk has its own message
            for one in line.strip("\n").splitlines():
                log.write(f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S}  {one}\n")

    return say
