"""The only module that lets one refresh run at a time: a lock file with the process id of who holds it."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from etl.errors import BusyError

LOCK_FILE = ".refresh.lock"


@contextlib.contextmanager
def hold_lock(warehouse: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the warehouse for writing; the system frees it however the process ends, `kill -9` included.

    Args:
        warehouse: Folder of the builds.
        wait: Wait for the other process instead of leaving.

    Raises:
        BusyError: Another process holds it; says which and since when.
    """
    warehouse.mkdir(parents=True, exist_ok=True)
    with (warehouse / LOCK_FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            file.seek(0)
            rule = f"another refresh runs ({file.read().strip() or 'it has just started'})"
            raise BusyError(str(warehouse), rule, "Wait for it to end, then run this one again") from error
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        yield
