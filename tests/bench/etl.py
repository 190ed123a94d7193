"""From raw files to `observation`, against DuckDB creating all-text tables from the same content.

Archives and workbooks are converted to CSV beforehand, untimed. Our own run starts from raw files already here and no
stored result: it parses, matches, judges, climbs levels and writes the build.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import duckdb
import pandas as pd

from etl.build import write_observations
from etl.fetch import Fetcher
from etl.paths import DataPaths
from etl.refresh import gather
from etl.warehouse import draft_path, new_build_id
from tests.bench.measure import Measure, median_seconds
from tests.conftest import SHARED

MAX_RATIO, MAX_MEMORY_MB = 6.0, 1500.0
SEEN_EVERY = 0.1  # seconds
MIRROR = Path(os.environ.get("MIRROR") or SHARED / "opendata")


def measure() -> list[Measure]:
    """Time and peak memory of the chain on the whole mirror."""
    if not MIRROR.is_dir():
        print(f"  skipped: no mirror at {MIRROR} (MIRROR=folder to name one)")
        return []
    with tempfile.TemporaryDirectory() as scratch:
        tables = _convert(MIRROR, Path(scratch))
        baseline = median_seconds(lambda: _create_text_tables(tables), runs=3)
        seconds, memory = _run_apart(Path(scratch))
    return [
        Measure("raw files to observation", seconds, baseline, MAX_RATIO),
        Measure("peak memory of that run", memory, bound=MAX_MEMORY_MB, unit="MB"),
    ]


def _convert(mirror: Path, scratch: Path) -> list[Path]:
    """The mirror's files as DuckDB reads them: CSV and JSON as they are, the others converted."""
    found: list[Path] = []
    for path in sorted(p for p in mirror.rglob("*") if p.is_file() and p.name != "SOURCES.csv"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                archive.extractall(scratch / path.stem)
            found += _convert(scratch / path.stem, scratch / "converted")
        elif path.suffix in (".xls", ".xlsx"):
            for name, sheet in pd.read_excel(path, sheet_name=None, dtype=str, header=None, engine="calamine").items():
                target = scratch / f"{path.stem}-{name}.csv"
                target.parent.mkdir(parents=True, exist_ok=True)
                sheet.to_csv(target, index=False)
                found.append(target)
        else:
            found.append(path)
    return found


def _create_text_tables(paths: list[Path]) -> None:
    with duckdb.connect() as con:
        for place, path in enumerate(paths):
            if path.suffix.lower() == ".csv":
                reader = f"read_csv('{path}', all_varchar = true, ignore_errors = true, strict_mode = false)"
            elif path.parent.name.startswith(("etalab", "mesr")):
                reader = f"read_json('{path}', maximum_object_size = 100000000, sample_size = -1)"
            else:
                reader = f"read_text('{path}')"
            con.execute(f"CREATE TABLE t{place} AS SELECT * FROM {reader}")


def _run_apart(scratch: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of the chain in processes of its own (median of three)."""
    runs = [_watch([sys.executable, "-m", "tests.bench.etl", str(scratch / f"data{turn}")]) for turn in range(3)]
    return sorted(runs)[1][0], max(m for _, m in runs)


def _watch(command: list[str]) -> tuple[float, float]:
    """What the chain says of itself; its memory is that of its workers too, seen from here, at its highest."""
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, sum(_memory_mb(pid) for pid in _family(process.pid)))
            time.sleep(SEEN_EVERY)
        if process.returncode or process.stdout is None:
            raise subprocess.CalledProcessError(process.returncode, command)
        seconds, own = map(float, process.stdout.read().split())
    return seconds, max(own, peak)


def _family(pid: int) -> list[int]:
    """A process and those it started."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _memory_mb(pid: int) -> float:
    """Megabytes of a process, each page that others share with it counted as a part (0 where the system tells none)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _chain(root: Path) -> tuple[float, float]:
    paths = DataPaths(root, root / "snapshot", root / "geo")
    fetcher = Fetcher(paths.raw, str(MIRROR))
    shutil.copytree(MIRROR, paths.raw)
    start = time.perf_counter()
    gathered = gather(paths, fetcher=fetcher)
    if gathered is None:
        raise SystemExit("nothing was gathered")
    draft = draft_path(paths.warehouse, new_build_id())
    write_observations(draft, gathered, edition=2026)
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(*_chain(Path(sys.argv[1])))
