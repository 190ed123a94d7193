"""The only module that draws a series over the years it has: a small line, its gaps left open, as SVG of a fragment."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

import pandas as pd

from dashboard.words import FIXED, NARROW, STATUSES, format_measure

WIDTH: Final = 220.0  # px of the drawing
HEIGHT: Final = 52.0
EDGE: Final = 6.0  # px kept free for the dots
LEAST_YEARS: Final = 2  # a single figure draws no line
MOST_YEARS: Final = 4  # named one by one


@dataclass(frozen=True)
class SeriesLine:
    """A series of one territory.

    Attributes:
        label: What is counted.
        unit: In what.
        published: Years of the series at this level, for anyone, in order.
        points: By year, value (NaN where it is secret) and status; a year without a figure is not there.
    """

    label: str
    unit: str
    published: tuple[int, ...]
    points: dict[int, tuple[float, str]]

    @property
    def name(self) -> str:
        """« Taux de chômage localisé, % »; a unit that the label says already is not said again."""
        is_told = not self.unit or self.unit.split()[0].casefold() in self.label.casefold()
        return self.label if is_told else f"{self.label}, {self.unit}"

    @property
    def is_drawn(self) -> bool:
        """Whether there are figures enough to draw."""
        return len(self.known) >= LEAST_YEARS

    @property
    def known(self) -> dict[int, float]:
        """Value by year, of the years that tell one."""
        return {year: value for year, (value, _) in sorted(self.points.items()) if pd.notna(value)}

    @property
    def span(self) -> tuple[int, ...]:
        """Published years from the territory's first figure to the series' last."""
        first = min(self.points)
        return tuple(year for year in self.published if year >= first)

    @property
    def gaps(self) -> tuple[int, ...]:
        """Published years, since its first figure, for which the territory has none."""
        return tuple(year for year in self.span if year not in self.points)


def make_line(rows: pd.DataFrame, published: tuple[int, ...]) -> SeriesLine:
    """A line from the rows of one series of `queries.read_observations`, in one unit."""
    label, unit = str(rows["label"].iloc[0] or rows["series_code"].iloc[0]), str(rows["unit"].iloc[0] or "")
    points = {
        int(year): (float(value), str(status))
        for year, value, status in zip(rows["year"], rows["value"], rows["status"], strict=True)
    }
    return SeriesLine(label, unit, published, points)


def draw_line(line: SeriesLine) -> str:
    """The drawing, with a name for those who do not see it, and each figure on the point that stands for it."""
    known = line.known
    low, high = min(known.values()), max(known.values())
    places = {year: _place(line, year, value, low, high) for year, value in known.items()}
    return (
        f'<svg class="series-line" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{escape(_say(line))}">'
        f"{_draw_strokes(line, places)}{''.join(_draw_point(line, year, *at) for year, at in places.items())}"
        f"{''.join(_draw_secret(line, year) for year, (_, status) in line.points.items() if status == 'secret')}</svg>"
    )


def _along(line: SeriesLine, year: int) -> float:
    first, last = line.span[0], max(line.span[-1], line.span[0] + 1)
    return EDGE + (WIDTH - 2 * EDGE) * (year - first) / (last - first)


def _place(line: SeriesLine, year: int, value: float, low: float, high: float) -> tuple[float, float]:
    up = 0.5 if high == low else (value - low) / (high - low)
    return _along(line, year), HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * up


def _draw_strokes(line: SeriesLine, places: dict[int, tuple[float, float]]) -> str:
    """Strokes between figures that follow one another among the published years; none across a gap."""
    strokes = [
        f"M{places[a][0]:.1f} {places[a][1]:.1f}L{places[b][0]:.1f} {places[b][1]:.1f}"
        for a, b in pairwise(line.span)
        if a in places and b in places
    ]
    return f'<path class="series-stroke" d="{"".join(strokes)}"/>' if strokes else ""


def _draw_point(line: SeriesLine, year: int, x: float, y: float) -> str:
    value, status = line.points[year]
    kind = "series-point series-estimated" if status == "estimated" else "series-point"
    said = f"{year}{FIXED}: {say_figure(value)}" + (f", {STATUSES[status]}" if STATUSES.get(status) else "")
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"><title>{escape(said)}</title></circle>'


def _draw_secret(line: SeriesLine, year: int) -> str:
    x = _along(line, year)
    return (
        f'<rect class="series-secret" x="{x - 3:.1f}" y="{EDGE:.0f}" width="6" height="{HEIGHT - 2 * EDGE:.0f}">'
        f"<title>{year}{FIXED}: {STATUSES['secret']}</title></rect>"
    )


def say_figure(value: float, unit: str = "") -> str:
    """A figure of a series in words; a decimal only where it tells something."""
    decimals = 0 if pd.isna(value) or float(value).is_integer() or abs(value) >= 1000 else 1
    return format_measure(value, unit, decimals)


def _say(line: SeriesLine) -> str:
    """« Taux de chômage, % : 8,1 en 2003, 6,5 en 2025 »."""
    return f"{line.name}{FIXED}: {say_ends(line)}"


def say_ends(line: SeriesLine) -> str:
    """« 8,1 en 2003, 6,5 en 2025 »: the unit is told with the name."""
    years = list(line.known)
    return ", ".join(f"{say_figure(line.known[year])} en {year}" for year in (years[0], years[-1]))


def say_marks(line: SeriesLine) -> str:
    """What is missing, or is not plainly published, in words; empty when all is."""
    told = [f"sans chiffre{FIXED}: {_shorten(line.gaps)}"] if line.gaps else []
    for status in ("estimated", "secret"):
        years = tuple(year for year, (_, own) in sorted(line.points.items()) if own == status)
        told += [f"{STATUSES[status]}{FIXED}: {_shorten(years)}"] if years else []
    return f"{NARROW}; ".join(told)


def _shorten(years: tuple[int, ...]) -> str:
    """All the years, or the first and the last of many."""
    if len(years) <= MOST_YEARS:
        return ", ".join(str(year) for year in years)
    return f"{len(years)} années, de {years[0]} à {years[-1]}"
