"""The only module that counts territories by cell, where they are too many to be points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.axes import Axes
from dashboard.theme import Palette, mix
from indicators.tree import Floats

ACROSS: Final = 58  # cells along the axis of attractivité
UP: Final = 40  # cells along the axis of rayonnement
FAINTEST: Final = 0.1  # of the way from paper to ink, one territory in a cell
GAP: Final = 0.6  # px between cells
DARKEST: Final = 0.55  # of the way from paper to ink, the fullest cell


@dataclass(frozen=True)
class Density:
    """How many territories stand in each cell of a figure.

    Attributes:
        across: Bounds of the cells along the first axis, scores, one more than cells.
        up: Bounds along the second.
        counts: Territories by cell, up × across.
    """

    across: Floats
    up: Floats
    counts: Floats


def count_cells(rows: pd.DataFrame, axes: Axes) -> Density:
    """Count the territories of a table by cells of equal size on the figure; those outside its axes are left out.

    Args:
        rows: `attractivite_score` and `rayonnement_score`.
        axes: Of attractivité, of rayonnement.
    """
    across, up = (
        np.array([axis.find(share) for share in np.linspace(0, 1, cells + 1)])
        for axis, cells in zip(axes, (ACROSS, UP), strict=True)
    )
    counts, _, _ = np.histogram2d(rows["rayonnement_score"], rows["attractivite_score"], bins=(up, across))
    return Density(across, up, counts)


def density_trace(density: Density, palette: Palette, plural: str) -> dict[str, Any]:
    """The cells in one neutral ink, darker where there are more (by their logarithm), none where there is no one.

    Args:
        density: From `count_cells`.
        palette: Colours of the scheme.
        plural: What the territories are called.
    """
    counts = np.where(density.counts, density.counts, np.nan)
    return {
        "type": "heatmap",
        "uid": "ground",
        "x": density.across.round(3),
        "y": density.up.round(3),
        "z": np.log10(counts).astype(np.float32),
        "text": density.counts.astype(np.min_scalar_type(int(density.counts.max(initial=0)))),
        "hovertemplate": f"%{{text}} {plural}<br>Attractivité %{{x:.0f}}<br>Rayonnement %{{y:.1f}}<extra></extra>",
        "hoverongaps": False,
        "showscale": False,
        "zmin": 0,
        "zmax": float(np.log10(max(10.0, density.counts.max(initial=1)))),
        "colorscale": [[0, mix(palette.paper, palette.ink, FAINTEST)], [1, mix(palette.paper, palette.ink, DARKEST)]],
        "xgap": GAP,
        "ygap": GAP,
    }
