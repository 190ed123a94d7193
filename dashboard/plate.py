"""The only module that resolves what the quadrant shows of a situation: positions, comparable territories, zoom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pandas as pd
from plotly.graph_objects import Figure

from dashboard.axes import Axes
from dashboard.chosen import SEPARATOR
from dashboard.comparables import Comparables, find_comparables, find_default
from dashboard.density import Density, count_cells, density_trace
from dashboard.figures import BOTH, choose_axes, quadrant
from dashboard.positions import Medians, compute_medians, name_quarters
from dashboard.queries import INDEX_CODES
from dashboard.reading import Reading
from dashboard.situations import AROUND_CHOSEN, AROUND_COMPARABLES, Situation
from dashboard.standings import read_positions
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS
from indicators.catalogue import Catalogue

MOST_POINTS: Final = 1300  # territories drawn as points; beyond, they are counted by cell


@dataclass(frozen=True)
class Plate:
    """A situation, and what it shows.

    Attributes:
        situation: What is asked, its group and its zoom written as they were understood.
        comparables: Who stands out.
        positions: Every territory of the level, as `standings.read_positions`.
        quarters: Quarter of each, None without both scores.
        medians: The lines that divide the quadrant.
        axes: The part of the figure that is shown.
    """

    situation: Situation
    comparables: Comparables
    positions: pd.DataFrame
    quarters: pd.Series[str]
    medians: Medians
    axes: Axes

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The territories that have both scores."""
        return self.positions.dropna(subset=BOTH)

    @property
    def is_dense(self) -> bool:
        """Whether the level has too many territories for each to be a point."""
        return len(self.positions) > MOST_POINTS

    @property
    def points(self) -> tuple[str, ...]:
        """Comparable territories drawn as points; none where they are too many, the cells then count them alone."""
        return self.comparables.members if len(self.comparables.members) <= MOST_POINTS else ()

    @property
    def counted(self) -> pd.DataFrame:
        """The territories that the cells count."""
        if self.points:
            return self.shown
        return self.shown[self.shown["territory_code"].isin(self.comparables.members)]

    @property
    def ground(self) -> tuple[object, ...]:
        """What the figure rests on: while it is the same, only the chosen territories and the frame change."""
        dense = (self.situation.zoom,) if self.is_dense else ()
        return (self.situation.level, self.situation.reading, self.comparables.members, *dense)

    def find_rows(self, codes: tuple[str, ...]) -> pd.DataFrame:
        """Rows of some territories, in the order of their codes; those without a row are left out."""
        order = {code: place for place, code in enumerate(codes)}
        rows = self.positions[self.positions["territory_code"].isin(codes)]
        return rows.sort_values("territory_code", key=lambda found: found.map(order))

    def draw(self, palette: Palette) -> Figure:
        """The figure."""
        drawn = {*self.points, *self.situation.codes}
        return quadrant(
            self.shown[self.shown["territory_code"].isin(drawn)] if self.is_dense else self.shown,
            peers=self.points,
            chosen=self.situation.codes,
            palette=palette,
            axes=self.axes,
            medians=self.medians,
            ground=density_trace(self.density, palette, LEVELS[self.situation.level][1]) if self.is_dense else None,
        )

    @cached_property
    def density(self) -> Density:
        """How many territories stand in each cell, where they are too many to be points."""
        return count_cells(self.counted, self.axes)


def read_plate(build: Build, catalogue: Catalogue, situation: Situation) -> Plate:
    """What a situation shows."""
    level, first = situation.level, situation.first
    positions = read_positions(build, level, situation.reading)
    comparables = find_comparables(build, catalogue, level, situation.group, first)
    is_default = comparables.code == find_default(build, level, first).code
    whole = _choose_axes(build, level, situation.reading)
    axes = _zoom(whole, positions, situation, comparables)
    zoom = _write_zoom(axes) if situation.bounds else situation.zoom
    asked = replace(situation, group="" if is_default else comparables.code, zoom=zoom if axes != whole else "")
    medians = _read_medians(build, level, situation.reading)
    quarters = _read_quarters(build, level, situation.reading)
    return Plate(asked, comparables, positions, quarters, medians, axes)


@per_build
def _choose_axes(build: Build, level: str, reading: Reading) -> Axes:
    return choose_axes(read_positions(build, level, reading))


@per_build
def _read_medians(build: Build, level: str, reading: Reading) -> Medians:
    return compute_medians(read_positions(build, level, reading))


@per_build
def _read_quarters(build: Build, level: str, reading: Reading) -> pd.Series[str]:
    return name_quarters(read_positions(build, level, reading), _read_medians(build, level, reading))


def _zoom(whole: Axes, positions: pd.DataFrame, situation: Situation, comparables: Comparables) -> Axes:
    """The part of the figure asked for."""
    across, up = whole
    if situation.bounds:
        left, right, bottom, top = situation.bounds
        return across.narrow(left, right), up.narrow(bottom, top)
    around = {AROUND_CHOSEN: situation.codes, AROUND_COMPARABLES: comparables.members}.get(situation.zoom)
    if around is None:
        return whole
    rows = positions[positions["territory_code"].isin(around)].dropna(subset=BOTH)
    ends = ("score", "low", "high") if situation.zoom == AROUND_CHOSEN else ("score",)
    scores = (rows[[f"{code}_{end}" for end in ends]].to_numpy(float).ravel() for code in INDEX_CODES)
    return tuple(axis.frame(found) for axis, found in zip(whole, scores, strict=True))  # type: ignore[return-value]


def _write_zoom(axes: Axes) -> str:
    return SEPARATOR.join(f"{end:.3g}" for axis in axes for end in (axis.low, axis.high))
