"""The only module that follows the published build: opens it read-only, notices a switch, keeps what came of it."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import pandas as pd

from etl.errors import BuildError
from etl.warehouse import find_current, open_build

Kept = TypeVar("Kept")
Asked = ParamSpec("Asked")


class Build:
    """One published build, open for reading. What is computed from it is kept with it, and goes with it.

    Attributes:
        build_id: Name of the file without its suffix.
    """

    def __init__(self, path: Path) -> None:
        """Open the file read-only, with external access off."""
        self.build_id = path.stem
        self._connection = open_build(path)
        self._kept: dict[Hashable, Any] = {}

    def read(self, sql: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        """Rows of one query, through a cursor of its own: one connection shared by threads gives wrong results."""
        with self._connection.cursor() as cursor:
            frame = cursor.execute(sql, parameters or {}).df()
        return frame.astype(dict.fromkeys(_find_holed(frame), float))

    def read_rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Rows of one query as plain dictionaries, dates and lists kept as Python objects."""
        with self._connection.cursor() as cursor:
            found = cursor.execute(sql, parameters or {})
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def keep(self, key: Hashable, compute: Callable[[], Kept]) -> Kept:
        """The value kept under `key`, computed the first time (twice at worst, when two threads meet)."""
        if key not in self._kept:
            self._kept[key] = compute()
        kept: Kept = self._kept[key]
        return kept


def _find_holed(frame: pd.DataFrame) -> list[str]:
    """Columns of nullable numbers: an absent integer becomes NaN, as an absent figure is."""
    kinds = pd.api.types
    holed = (n for n, k in frame.dtypes.items() if kinds.is_extension_array_dtype(k) and kinds.is_numeric_dtype(k))
    return [str(name) for name in holed]


class Warehouse:
    """The folder of builds; always answers with the one that `current` points to."""

    def __init__(self, folder: Path) -> None:
        """Watch `folder`; nothing is opened yet (a worker opens after the fork)."""
        self.folder = folder
        self._build: Build | None = None
        self._lock = threading.Lock()

    def build(self) -> Build:
        """The published build.

        Raises:
            BuildError: Nothing is published, or the file cannot be opened.
        """
        path = find_current(self.folder)
        if path is None:
            raise BuildError(str(self.folder), "no build is published", "Run: make refresh, or make run")
        with self._lock:
            if self._build is None or self._build.build_id != path.stem:
                self._build = self._open(path)
            return self._build

    @staticmethod
    def _open(path: Path) -> Build:
        try:
            return Build(path)
        except duckdb.Error as error:
            raise BuildError(str(path), f"the build cannot be opened ({error})", "Run: make refresh") from error


def per_build(
    compute: Callable[Concatenate[Build, Asked], Kept],
) -> Callable[Concatenate[Build, Asked], Kept]:
    """Keep each answer with the build it comes from, so that no worker serves an old build's beside a new one."""

    @functools.wraps(compute)
    def kept(build: Build, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Kept:
        key = (compute.__module__, compute.__qualname__, args, tuple(sorted(kwargs.items())))
        return build.keep(key, lambda: compute(build, *args, **kwargs))

    return kept
