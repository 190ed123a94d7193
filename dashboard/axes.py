"""The only module that chooses a scale: even steps, a logarithm where half the points crowd the floor, or years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

CROWDED: Final = 0.1  # of the span: a median lower than that hides half the points in a line
LEAST_SHARE: Final = 1 / 12  # of an axis, the least that may fill the figure
NOTHING: Final = 1e-6  # of an axis, too little to be seen
AROUND: Final = 0.12  # of what is framed, the room left on each side of it
FEW: Final = 4  # ticks under which a logarithmic axis takes finer ones
FEW_YEARS: Final = 4  # that can all be written, however narrow the figure
TICKS: Final = (1, 2, 5, 10, 20, 50, 100)
FINE_TICKS: Final = (1, 1.2, 1.5, 2, 2.5, *range(3, 11), 12, 15, 20, 25, *range(30, 110, 10))
STEPS: Final = ((60, 10), (25, 5), (12, 2), (0, 1))  # span of an even axis, score between its ticks


def thin(figures: Iterable[float]) -> list[float | None]:
    """Figures with one decimal, which weigh less, that still read as the same whole number: 57.46 is 57.4, never 57.5.

    A hover rounds what it is sent: sent 57.5, it would say 58 where the page says 57. None stands for NaN.
    """
    given = np.asarray(list(figures), dtype=float)
    short = np.round(given, 1)
    strayed = np.sign(short) * np.floor(np.abs(short) + 0.5) - np.rint(given)  # a browser rounds a half outwards
    return [None if np.isnan(one) else float(one) for one in np.round(short - 0.1 * np.sign(strayed), 1)]


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

    def find(self, share: float) -> float:
        """The score that lies at a share of the axis (the inverse of `place`)."""
        low, high = self._scale(self.low), self._scale(self.high)
        here: float = low + share * (high - low)
        return 10**here if self.is_log else here

    def holds(self, scores: pd.Series[float]) -> pd.Series[bool]:
        """Which scores are between its ends."""
        return scores.between(self.low, self.high)

    def narrow(self, low: float, high: float) -> Axis:
        """The part of the axis between two scores, never outside it, never under `LEAST_SHARE` of it."""
        start, end = sorted(self.place(min(max(end, self.low), self.high)) for end in (low, high))
        short = max(0.0, LEAST_SHARE - (end - start)) / 2
        start = min(max(0.0, start - short), 1 - LEAST_SHARE)
        end = max(min(1.0, end + short), start + LEAST_SHARE)
        is_whole = start < NOTHING and end > 1 - NOTHING
        return self if is_whole else Axis(self.find(start), self.find(end), self.is_log)

    def frame(self, scores: Iterable[float]) -> Axis:
        """The part of the axis that some scores take, with room around them; the whole axis when there is none."""
        known = (float(score) for score in scores if math.isfinite(score))
        shares = [self.place(min(max(score, self.low), self.high)) for score in known]
        if not shares:
            return self
        room = AROUND * max(max(shares) - min(shares), LEAST_SHARE)
        return self.narrow(self.find(max(0.0, min(shares) - room)), self.find(min(1.0, max(shares) + room)))

    def _scale(self, score: float) -> float:
        return math.log10(score) if self.is_log else score

    def describe(self) -> dict[str, Any]:
        """What Plotly is told: type, range and ticks."""
        ends = [round(self._scale(end), 4) for end in (self.low, self.high)]
        if not self.is_log:
            step = next(step for span, step in STEPS if self.high - self.low > span)
            return {"range": ends, "dtick": step}
        ticks = [tick for tick in TICKS if self.low <= tick <= self.high]
        if len(ticks) < FEW:
            ticks = [tick for tick in FINE_TICKS if self.low <= tick <= self.high]
        texts = [f"{tick:g}".replace(".", ",") for tick in ticks]
        return {"type": "log", "range": ends, "tickvals": ticks, "ticktext": texts}


Axes = tuple[Axis, Axis]  # of attractivité, of rayonnement


def choose_axis(scores: pd.Series[float]) -> Axis:
    """The axis that tells most of the scores apart; scores are positive (they live on 1–100)."""
    if scores.empty:
        return Axis(0.0, 100.0, is_log=False)
    low, high = float(scores.min()), float(scores.max())
    if low > 0 and float(scores.median()) - low < CROWDED * (high - low):
        return Axis(low * 0.62, high * 1.25, is_log=True)
    margin = 0.06 * (high - low + 1)
    return Axis(max(0.0, low - margin), high + margin, is_log=False)


def tick_years(years: Sequence[int]) -> dict[str, Any]:
    """Ticks of an axis of years: each of them when they are few, else as many as there is room for, never askew."""
    return {"tickformat": "d"} | ({"tickvals": list(years)} if len(years) <= FEW_YEARS else {})
