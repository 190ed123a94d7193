"""The only module that brings one raw file in slices: a publisher that limits each answer is asked many times.

Each slice is kept as it came in `.<file>.slices/` until all are there, so that a run that was interrupted resumes from
those it has; then they are put end to end, under one header, into the raw file. Slices older than a week are asked for
again: one file tells of one moment.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from etl.card import RawFile, Slice
from etl.errors import FetchError

LIFE_SECONDS = 7 * 86_400
_BROKEN = (b"java.util.concurrent.TimeoutException", b"SPARQL-QUERY: ")  # an answer cut short, with status 200


def gather_slices(file: RawFile, target: Path, fetch: Callable[[Slice, Path], None], pause: float) -> None:
    """Bring every slice that is not here yet, then write the whole file.

    Args:
        file: The raw file, with its slices.
        target: Where the whole is written.
        fetch: Brings one slice to a path, or raises FetchError.
        pause: Seconds between two requests.

    Raises:
        FetchError: A slice could not be brought; those that came before it stay for the next run.
    """
    folder = target.with_name(f".{file.name}.slices")
    folder.mkdir(exist_ok=True)
    missing = [one for one in file.slices if not _is_fresh(folder / one.name)]
    for number, one in enumerate(missing):
        if number:
            time.sleep(pause)
        part = folder / f".{one.name}"
        fetch(one, part)
        _check_slice(one, part)
        part.replace(folder / one.name)
    _join([folder / one.name for one in file.slices], target)
    shutil.rmtree(folder)


def _is_fresh(path: Path) -> bool:
    return path.is_file() and time.time() - path.stat().st_mtime < LIFE_SECONDS


def _check_slice(one: Slice, part: Path) -> None:
    content = part.read_bytes()
    if any(mark in content for mark in _BROKEN):
        part.unlink()
        raise FetchError(one.name, "the answer was cut short by the publisher's time limit",
                         "Run again later: the slices already here are kept")  # fmt: skip


def _join(parts: list[Path], target: Path) -> None:
    """Put tables end to end; the header of the first stands for all, which must be the same."""
    header = b""
    with target.open("wb") as out:
        for part in parts:
            first, _, rest = part.read_bytes().replace(b"\r\n", b"\n").partition(b"\n")
            if header and first != header:
                raise FetchError(part.name, "its header is not that of the other slices", "Run again: make refresh")
            if not header:
                out.write(first + b"\n")
                header = first
            out.write(rest if rest.endswith(b"\n") or not rest else rest + b"\n")
