"""The only module that shares work between processes: several sources parsed at once, where that saves time.

Workers are forked, so that what they read (the geography) is not copied to them. Whatever goes wrong there is left for
the caller to do again by itself, and to meet the same error in the ordinary way.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Done = TypeVar("Done")
Work = Callable[[str], object]
PARENT_SEEN_EVERY = 0.2  # seconds
_given: list[Work] = []


def count_workers() -> int:
    """How many processes can work at once: one when this system cannot fork safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def share(work: Callable[[str], Done], codes: Iterable[str]) -> Iterator[tuple[str, Done]]:
    """Do the work for each code in forked processes; what fails is left out.

    Args:
        work: Called with each code in a worker; what it returns is sent back.
        codes: The longest work first.

    Yields:
        Each code with what its work returned, as it comes.
    """
    with ProcessPoolExecutor(
        count_workers(), get_context("fork"), initializer=_begin, initargs=(work, os.getpid())
    ) as pool:
        waited = {pool.submit(_do, code): code for code in codes}
        try:
            for future in as_completed(waited):
                if future.exception() is None:
                    yield waited[future], future.result()  # type: ignore[misc]
        except BrokenExecutor:
            return
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(work: Work, parent: int) -> None:
    """Take the work, and leave with the parent: a worker that outlived it would go on holding its lock."""
    _given.append(work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_SEEN_EVERY)
    os._exit(1)


def _do(code: str) -> object:
    return _given[-1](code)
