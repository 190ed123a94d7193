"""The only module that chooses a figure's scale: even steps, or a logarithm where half the points crowd the floor."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

CROWDED: Final = 0.1  # of the span: a median lower than that hides half the points in a line
TICKS: Final = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Axis:
    """An axis of scores.

    Attributes:
        low: Where it starts, a score.
        high: Where it ends, a score.
        is_log: Whether equal lengths are equal ratios.
    """

    low: float
    high: float
    is_log: bool

    def place(self, score: float) -> float:
        """How far along the axis a score lies: 0 at its start, 1 at its end."""
        low, high, here = (self._scale(v) for v in (self.low, self.high, score))
        return (here - low) / (high - low)

    def _scale(self, score: float) -> float:
        return math.log10(score) if self.is_log else score

    def describe(self) -> dict[str, Any]:
        """What Plotly is told: type, range and ticks."""
        ends = [self._scale(self.low), self._scale(self.high)]
        if not self.is_log:
            return {"range": ends, "dtick": 10}
        return {"type": "log", "range": ends, "tickvals": list(TICKS), "ticktext": [str(t) for t in TICKS]}


def choose_axis(scores: pd.Series[float]) -> Axis:
    """The axis that tells most of the scores apart; scores are positive (they live on 1–100)."""
    if scores.empty:
        return Axis(0.0, 100.0, is_log=False)
    low, high = float(scores.min()), float(scores.max())
    if low > 0 and float(scores.median()) - low < CROWDED * (high - low):
        return Axis(low * 0.62, high * 1.25, is_log=True)
    margin = 0.06 * (high - low + 1)
    return Axis(low - margin, high + margin, is_log=False)
