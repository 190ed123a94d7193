"""The only module that prepares the small quadrant beside a map: where territories stand, where classes part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard.axes import Axis, choose_axis
from dashboard.classes import Shading
from dashboard.queries import INDEX_CODES

SIDE: Final = 1000  # length of each axis of the small quadrant, in units of its drawing


@dataclass(frozen=True)
class Dots:
    """The small quadrant: a dot a territory, in the order of the map.

    Attributes:
        x: Attractivité, 0 to SIDE; None without both scores.
        y: Rayonnement, 0 (lowest) to SIDE.
        axes: The scales that place them.
    """

    x: list[int | None]
    y: list[int | None]
    axes: tuple[Axis, Axis]


def place_dots(positions: pd.DataFrame) -> Dots:
    """Where each territory stands.

    Args:
        positions: As `standings.read_positions`, in the order of the map.
    """
    scores = [positions[f"{code}_score"] for code in INDEX_CODES]
    both = scores[0].notna() & scores[1].notna()
    axes = choose_axis(scores[0][both]), choose_axis(scores[1][both])
    x, y = (
        [round(SIDE * axis.place(score)) if known else None for score, known in zip(own, both, strict=True)]
        for own, axis in zip(scores, axes, strict=True)
    )
    return Dots(x, y, axes)


def place_cuts(shading: Shading, axes: tuple[Axis, Axis]) -> list[list[int]]:
    """Where the columns, then the lines, of a square of classes begin and end on the small quadrant."""
    if shading.kind != "square":
        return [[], []]
    return [
        [0, *(round(SIDE * axis.place(cut)) for cut in cuts), SIDE]
        for cuts, axis in zip(shading.cuts, axes, strict=True)
    ]
