"""The only module that lays a score or a raw figure along one axis: even steps, or ratios with room for zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.words import format_number

SKEWED: Final = (
    12.0  # greatest figure, in medians of the positive ones, beyond which half the points would crowd the floor
)
MOST_TICKS: Final = 6


@dataclass(frozen=True)
class GapAxis:
    """An axis; `place` gives where a figure lies, in the axis' own coordinates.

    Attributes:
        low: Least figure.
        high: Greatest.
        unit: Written as its title.
        root: In the figure's unit, where ratios begin: places are ln(1 + x / root); None for even steps.
    """

    low: float
    high: float
    unit: str
    root: float | None = None

    def place(self, x: float) -> float:
        """Coordinate of a figure."""
        return x if self.root is None else math.log1p(x / self.root)

    def describe(self) -> dict[str, Any]:
        """What Plotly is told: range, ticks, title."""
        start, end = self.place(self.low), self.place(self.high)
        margin = 0.03 * (end - start or 1.0)
        told = {"range": [start - margin, end + margin], "title": {"text": self.title, "standoff": 8}}
        if self.root is None:
            return told | {"nticks": 8}
        ticks = list_ticks(self.low, self.high, self.root)
        return told | {
            "tickvals": [self.place(t) for t in ticks],
            "ticktext": [_write(t) for t in ticks],
        }

    @property
    def title(self) -> str:
        """Title of the axis."""
        return f"{self.unit}, échelle resserrée vers la droite" if self.root is not None else self.unit


def list_ticks(low: float, high: float, root: float) -> list[float]:
    """Zero where it is there, then the powers of ten that ratios tell apart, the last ones when they are too many."""
    start = math.ceil(math.log10(max(low, 2 * root)))
    powers = [10.0**power for power in range(start, math.floor(math.log10(high)) + 1)]
    return ([0.0] if low <= 0 else []) + powers[-MOST_TICKS:]


def _write(tick: float) -> str:
    if tick >= 1e6:
        return f"{format_number(tick / 1e6)}\u00a0M"
    return format_number(tick, 0 if tick >= 1 or tick == 0 else round(-math.log10(tick)))


def choose_gap_axis(x: pd.Series[float], unit: str) -> GapAxis:
    """Scores on 0–100; raw figures on even steps, or on ratios where a few are far beyond the others."""
    known = x.dropna()
    if not unit:
        return GapAxis(0.0, 100.0, "score, de 1 à 100")
    if known.empty:
        return GapAxis(0.0, 1.0, unit)
    positive = known[known > 0]
    low, high = float(known.min()), float(known.max())
    if low >= 0 and len(positive) and high > SKEWED * float(positive.median()):
        return GapAxis(low, high, unit, float(positive.median()) / 10)
    return GapAxis(low, high, unit)
