"""The only module that writes and reads what a source brought: one folder of Parquet files a source.

The same form serves twice: `data/warehouse/loaded/<source>/<key>/` (results kept with the builds, keyed by raw
checksums and parser version) and `data/snapshot/<source>/` (what a fresh clone shows without a network). Writing the
same result twice gives the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path

import duckdb
import pandas as pd

from etl.errors import BuildError
from etl.ingest import Loaded

STATE_FILE = "state.json"
OWN_TABLES = ("observation", "link", "rejected_row")


@dataclass(frozen=True)
class LoadState:
    """Where a result comes from.

    Attributes:
        source_code: Source code.
        key: Identity of the result: raw checksums, parser, geography.
        vintage: Edition of the publisher's files.
        retrieved_at: Day the raw files were last seen at the publisher or the mirror, ISO.
        files: Checksum (sha256) by raw file name.
        sizes: Bytes by raw file name.
        parser: Version of the code that read them.
        counts: rows_read, rows_kept, rows_rejected, rows_excluded.
        excluded: Rows out of scope, by reason.
    """

    source_code: str
    key: str
    vintage: str
    retrieved_at: str
    files: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    parser: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    excluded: dict[str, int] = field(default_factory=dict)


def write_loaded(folder: Path, loaded: Loaded, state: LoadState) -> None:
    """Write a result whole: into a temporary folder, then renamed."""
    temporary = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    with _connect() as con:
        for name, frame in _tables(loaded):
            if not frame.empty:
                _write_parquet(con, frame, temporary / f"{name}.parquet")
    write_state(temporary, state)
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def _tables(loaded: Loaded) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "observation", loaded.observation
    yield "link", loaded.link
    yield "rejected_row", loaded.rejected_row
    yield from sorted(loaded.tables.items())


def _write_parquet(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame, path: Path) -> None:
    con.register("frame", frame)
    con.execute(f"COPY (SELECT * FROM frame) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 6)")
    con.unregister("frame")


def write_state(folder: Path, state: LoadState) -> None:
    """Write where a result comes from."""
    text = json.dumps(asdict(state), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / STATE_FILE).write_text(text + "\n", encoding="utf-8")


def read_state(folder: Path) -> LoadState | None:
    """The state of a stored result, or None where there is none."""
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    try:
        return LoadState(**json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, TypeError) as error:
        raise BuildError(str(path), f"the state file is damaged ({error})", "Restore the folder from git") from error


def read_loaded(folder: Path) -> tuple[StoredResult, LoadState]:
    """Open a stored result."""
    state = read_state(folder)
    if state is None:
        raise BuildError(str(folder), "no stored result here", "Run: make refresh")
    return StoredResult(folder, state), state


class StoredResult(Loaded):
    """A stored result, each of whose tables is read when it is first asked for."""

    def __init__(self, folder: Path, state: LoadState) -> None:
        """Find the tables of this folder."""
        paths = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
        own = {name: paths.pop(name, None) for name in OWN_TABLES}
        fields = {"_paths": own, "tables": _Tables(paths), "counts": state.counts, "excluded": state.excluded}
        vars(self).update(fields)

    @cached_property
    def observation(self) -> pd.DataFrame:
        """As `Loaded.observation`."""
        return self._read("observation")

    @cached_property
    def link(self) -> pd.DataFrame:
        """As `Loaded.link`."""
        return self._read("link")

    @cached_property
    def rejected_row(self) -> pd.DataFrame:
        """As `Loaded.rejected_row`."""
        return self._read("rejected_row")

    def _read(self, name: str) -> pd.DataFrame:
        path = self.find(name)
        return pd.DataFrame() if path is None else _read_parquet(path)

    def find(self, name: str) -> Path | None:
        """The Parquet file of one of its own tables; None where it has no row."""
        found: Path | None = vars(self)["_paths"][name]
        return found


class _Tables(Mapping[str, pd.DataFrame]):
    """Tables of a geography source, by name."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = paths
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = _read_parquet(self._paths[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        with _connect() as con:
            return con.execute(f"SELECT * FROM '{path}'").df()
    except duckdb.Error as error:
        raise BuildError(str(path.parent), f"the stored result is damaged ({error})",
                         "Remove this folder and run: make refresh") from error  # fmt: skip


def _connect() -> duckdb.DuckDBPyConnection:
    """A connection to a database of this process, opened once: opening one takes longer than a small source."""
    return _open_database(os.getpid()).cursor()


@cache
def _open_database(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})  # one thread: the same bytes each time
