"""The only module that shades: which class a value falls in, how many classes there are, what each one holds.

Everything is an integer class, so that a map sends a short number a territory: equal numbers, fifty even shades along a
ramp, or the cell of a square that crosses the two indices.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from dashboard.axes import CROWDED, Axis, choose_axis
from dashboard.theme import STEPS, Palette, scale_bivariate, scale_sequential

UNKNOWN: Final = -1
LEAST: Final = 5  # territories a class should hold
SHADES: Final = 50  # of a ramp
TENTHS: Final = 10  # parts of a ramp that can be pointed at
SQUARE: Final = 3  # classes of each index, crossed
SMALL_SQUARE: Final = 2  # where territories are few
SHADED_SQUARE: Final = 6  # even steps of each index, crossed
FEW: Final = 27  # territories under which a square of nine says nothing


@dataclass(frozen=True)
class Shading:
    """Territories in classes.

    Attributes:
        kind: `steps` of equal numbers, `ramp` of even shades, `square` of two indices crossed.
        places: Class of each territory, from 0 (cells of a square line by line from the bottom); UNKNOWN without one.
        size: How many classes; of each index for a square.
        bounds: Lowest and highest value of each class; the two ends of a ramp.
        cuts: For a square, the scores that part its columns, then its lines.
        unit: For a ramp of equal ratios, the figure above the lowest that is neither small nor large; 0 for even steps.
    """

    kind: Literal["steps", "ramp", "square"]
    places: tuple[int, ...]
    size: int
    bounds: tuple[tuple[float, float], ...] = ()
    cuts: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    unit: float = 0.0

    @property
    def count(self) -> int:
        """How many colours there are."""
        return self.size**2 if self.kind == "square" else self.size

    def count_between(self, low: int, high: int) -> int:
        """How many territories are in the classes from `low` to `high`."""
        return sum(low <= place <= high for place in self.places)

    def find_value(self, edge: float) -> float:
        """The value at an edge between two shades of a ramp: 0 its start, `size` its end."""
        low, high = self.bounds[0]
        if not self.unit:
            return low + edge / self.size * (high - low)
        return low + self.unit * math.expm1(edge / self.size * math.log1p((high - low) / self.unit))

    def list_colours(self, palette: Palette, hue: str) -> list[str]:
        """Colour of each class."""
        if self.kind == "square":
            return [colour for line in scale_bivariate(palette, self.size) for colour in line]
        return scale_sequential(palette, hue, self.size)


def choose_count(territories: int) -> int:
    """How many classes of equal numbers: seven, fewer where they would hold too few territories."""
    return min(STEPS, max(min(3, territories), territories // LEAST), max(1, territories))


def divide(values: pd.Series[float]) -> Shading:
    """Classes of equal numbers, ties kept together; classes that ties empty are not counted."""
    known = values.dropna()
    count = choose_count(len(known))
    classes = (known.rank(pct=True, method="max") * count).map(lambda share: min(count, math.ceil(share - 1e-9)))
    places = (classes.rank(method="dense") - 1).astype(int)
    size = int(places.max()) + 1 if len(places) else 1
    bounds = tuple(
        (float(known[places == p].min()), float(known[places == p].max())) for p in range(size) if len(known)
    )
    return Shading("steps", _spread(places, values), size, bounds)


def shade(values: pd.Series[float]) -> Shading:
    """Even shades from the lowest to the highest; equal ratios where half the values crowd the floor.

    The ratios are those of 1 + (v − lowest) / u, u the median of the figures above the lowest: zero has its shade too.
    """
    known = values.dropna()
    if known.empty:
        return Shading("ramp", (UNKNOWN,) * len(values), SHADES, ((0.0, 0.0),))
    low, high = float(known.min()), float(known.max())
    above = known[known > low] - low
    is_crowded = float(known.median()) - low < CROWDED * (high - low)
    unit = float(above.median()) if is_crowded and len(above) else 0.0
    shares = (
        known.map(lambda v: math.log1p((v - low) / unit) / math.log1p((high - low) / unit))
        if unit
        else ((known - low) / (high - low or 1.0))
    )
    places = (shares * SHADES).clip(0, SHADES - 1).astype(int)
    return Shading("ramp", _spread(places, values), SHADES, ((low, high),), unit=unit)


def cross(first: pd.Series[float], second: pd.Series[float], *, evenly: bool = False) -> Shading:
    """One index against the other: thirds (halves where territories are few), or even steps of each axis.

    Args:
        first: Scores along.
        second: Scores up.
        evenly: Even steps rather than equal numbers.
    """
    both = first.notna() & second.notna()
    size = SHADED_SQUARE if evenly else SQUARE if both.sum() >= FEW else SMALL_SQUARE
    sides = [_part(scores[both], size, evenly=evenly) for scores in (first, second)]
    places = sides[1][0] * size + sides[0][0]
    return Shading("square", _spread(places, first), size, cuts=(sides[0][1], sides[1][1]))


def _part(scores: pd.Series[float], size: int, *, evenly: bool) -> tuple[pd.Series[int], tuple[float, ...]]:
    """Class of each score and the scores that part the classes."""
    if evenly:
        axis = choose_axis(scores)
        steps = [axis.find(step / size) for step in range(1, size)]
        return scores.map(lambda score: _cut(axis, score, size)).astype(int), tuple(steps)
    share = scores.rank(pct=True, method="average")
    classes = (share * size).map(lambda s: min(size, max(1, math.ceil(s - 1e-9))) - 1).astype(int)
    parts = [scores[classes == place] for place in range(size)]
    return classes, tuple(
        float(below.max() + above.min()) / 2 for below, above in itertools.pairwise(parts) if len(below) and len(above)
    )


def _cut(axis: Axis, value: float, size: int) -> int:
    """Which of the even steps of an axis a value falls in."""
    if axis.high <= axis.low:
        return size - 1
    return min(size - 1, max(0, int(axis.place(min(value, axis.high)) * size)))


def _spread(places: pd.Series[int], onto: pd.Series[float]) -> tuple[int, ...]:
    return tuple(int(p) for p in places.reindex(onto.index).fillna(UNKNOWN))


def list_tenths() -> Sequence[tuple[int, int]]:
    """First and last shade of each part of a ramp that can be pointed at."""
    width = SHADES // TENTHS
    return [(start, start + width - 1) for start in range(0, SHADES, width)]
