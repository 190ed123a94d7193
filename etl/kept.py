"""The only module that finds the last good figures of a source: the published build's, else the snapshot's."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from etl.errors import BuildError, SourceError
from etl.ingest import Loaded
from etl.paths import DataPaths
from etl.store import LoadState, read_loaded, read_state
from etl.warehouse import find_builds, find_current, open_build

_SOURCES = "SELECT source_code, loaded_key, state, message FROM source WHERE state <> 'off'"


@dataclass(frozen=True)
class Shown:
    """A source as the published build shows it."""

    key: str
    freshness: str
    message: str


class Kept:
    """What can stand in for a source that brings nothing new."""

    def __init__(self, paths: DataPaths) -> None:
        """Look under these data folders."""
        self._paths = paths

    @cached_property
    def published(self) -> Mapping[str, Shown]:
        """Each source of the published build."""
        current = find_current(self._paths.warehouse)
        return {} if current is None else read_shown(current)

    def folder(self, code: str) -> Path:
        """Where the last good result of a source lies (or would lie)."""
        shown = self.published.get(code)
        folder = self._paths.loaded / code / (shown.key if shown else "none")
        return folder if read_state(folder) is not None else self._paths.snapshot / code

    def state(self, code: str) -> LoadState | None:
        """State of the last good result, or None where there is none."""
        return read_state(self.folder(code))

    def load(self, code: str) -> tuple[Loaded, LoadState]:
        """The last good result.

        Raises:
            SourceError: There is none.
        """
        folder = self.folder(code)
        if read_state(folder) is None:
            raise SourceError(code, "no figures kept, neither in a build nor in the snapshot",
                              "Run: MIRROR=<folder or address> make refresh")  # fmt: skip
        return read_loaded(folder)


def read_shown(build: Path) -> dict[str, Shown]:
    """Each source that a build shows."""
    try:
        with open_build(build) as con:
            rows = con.execute(_SOURCES).fetchall()
    except duckdb.Error as error:
        remedy = f"Remove it and run: make refresh ({build} is rebuilt from the raw files or the snapshot)"
        raise BuildError(str(build), f"the build cannot be read ({error})", remedy) from error
    return {code: Shown(key, freshness, message) for code, key, freshness, message in rows}


def prune_results(paths: DataPaths, in_use: Mapping[str, str]) -> None:
    """Remove the stored results that no kept build shows.

    Args:
        paths: Data folders.
        in_use: Key by source of the results of the running refresh: one that is held back would be parsed again.
    """
    kept = set(in_use.items())
    for build in find_builds(paths.warehouse):
        kept |= {(code, shown.key) for code, shown in read_shown(build).items()}
    for folder in paths.loaded.glob("*/*"):
        if (folder.parent.name, folder.name) not in kept:
            shutil.rmtree(folder, ignore_errors=True)
