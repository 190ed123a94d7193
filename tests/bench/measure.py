"""One measured figure, and how it is taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure, its baseline in the same run, and the bound it should keep.

    Attributes:
        name: What was measured.
        value: Figure, in `unit`.
        baseline: The same for the baseline; None when the figure stands alone.
        bound: Greatest value of the ratio, or of the figure where there is no baseline; None: only watched.
    """

    name: str
    value: float
    baseline: float | None = None
    bound: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Value over baseline, or the value itself."""
        return self.value / self.baseline if self.baseline else self.value

    @property
    def is_beyond(self) -> bool:
        """Whether the bound is passed."""
        return self.bound is not None and self.ratio > self.bound


def median_seconds(action: Callable[[], object], *, runs: int = 5, warmup: int = 1) -> float:
    """Median wall time of an action."""
    for _ in range(warmup):
        action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def describe(one: Measure) -> str:
    """A measure as a line."""
    text = f"  {one.name:<58} {one.value:>10.4g} {one.unit:<3}"
    if one.baseline is not None:
        text += f"  baseline {one.baseline:>8.4g}  ratio {one.ratio:>6.2f}"
    if one.bound is not None:
        text += f"  (bound {one.bound:g}){'  BEYOND' if one.is_beyond else ''}"
    return text
