"""The only module that draws a position for papers: the quadrant of a level, and one territory with its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from dashboard.positions import QUARTERS, Medians, Peers, compute_medians
from dashboard.print_figures import DPI, find_type, save, write_ticks
from dashboard.queries import INDEX_CODES, Place
from dashboard.standings import read_positions
from dashboard.theme import LIGHT, mix
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, format_number, format_score, punctuate
from indicators.tree import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE: Final = (3.0, 2.5)  # inches
MOST_POINTS: Final = 3000  # above, cells that count territories: a paper of 35,000 marks would weigh megabytes
CELLS: Final = (48, 32)
STEPS: Final = (1, 2, 5, 10, 20, 50, 100)  # of the scale of rayonnement, as on screen


@dataclass(frozen=True)
class Spot:
    """What the position of one territory is drawn from.

    Attributes:
        label: Its name.
        level: Its level.
        others: Scores of every territory of the level that has both, territories × (attractivité, rayonnement).
        is_peer: Which of them are comparable.
        medians: The two lines.
        own: Its scores.
        low: The lower ends of its intervals, NaN without.
        high: The upper ones.
    """

    label: str
    level: str
    others: Floats
    is_peer: np.ndarray
    medians: Medians
    own: Floats
    low: Floats
    high: Floats

    @property
    def quarter(self) -> str | None:
        """Which of the four positions it is in."""
        return self.medians.name_quarter(*self.own)


@per_build
def _read_field(build: Build, level: str) -> tuple[pd.DataFrame, Floats, Medians]:
    """The territories of a level that have both scores, these scores, their medians: kept once for all its papers."""
    known = read_positions(build, level).dropna(subset=[f"{code}_score" for code in INDEX_CODES])
    return known, known[[f"{code}_score" for code in INDEX_CODES]].to_numpy(float), compute_medians(known)


def find_spot(build: Build, place: Place, peers: Peers) -> Spot | None:
    """The position of a territory among those of its level in the current edition; None without both scores."""
    known, scores, medians = _read_field(build, place.level)
    own = known[known["territory_code"].eq(place.territory_code)]
    if own.empty:
        return None

    def pick(end: str) -> Floats:
        return own.iloc[0][[f"{code}_{end}" for code in INDEX_CODES]].to_numpy(float)

    return Spot(
        place.label,
        place.level,
        scores,
        known["territory_code"].isin(peers.members).to_numpy(bool),
        medians,
        pick("score"),
        pick("low"),
        pick("high"),
    )


def draw_spot(spot: Spot, form: Literal["svg", "png"] = "svg") -> bytes:
    """The quadrant on paper: the others receding, the comparable ones darker, the territory in ink with its intervals.

    Returns:
        An SVG whose text is drawn, or a PNG at `DPI`.
    """
    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    axes = figure.subplots()
    axes.set_yscale("log")
    _draw_others(axes, spot)
    axes.axvline(spot.medians.attractivite, color=LIGHT.secondary, linewidth=0.7, linestyle=(0, (2, 2)))
    axes.axhline(spot.medians.rayonnement, color=LIGHT.secondary, linewidth=0.7, linestyle=(0, (2, 2)))
    reach = np.nan_to_num(np.abs(np.stack([spot.own - spot.low, spot.high - spot.own])), nan=0.0)
    axes.errorbar(
        spot.own[0], spot.own[1], xerr=reach[:, :1], yerr=reach[:, 1:], fmt="D", color=LIGHT.ink, markersize=5,
        capsize=2, linewidth=1.2,
    )  # fmt: skip
    _name(axes)
    return save(figure, form)


def _draw_others(axes: Axes, spot: Spot) -> None:
    across, up = spot.others.T
    if len(spot.others) > MOST_POINTS:
        edges = (np.linspace(across.min(), across.max(), CELLS[0] + 1), np.geomspace(up.min(), up.max(), CELLS[1] + 1))
        counts, *_ = np.histogram2d(across, up, edges)
        shades = LinearSegmentedColormap.from_list("paper", [mix("#FFFFFF", LIGHT.secondary, s) for s in (0.12, 0.8)])
        filled = np.ma.masked_equal(np.log1p(counts.T), 0)
        axes.pcolormesh(*edges, filled, cmap=shades, linewidth=0)
        return
    axes.scatter(across, up, s=2.5, color=LIGHT.receding, linewidth=0)
    axes.scatter(across[spot.is_peer], up[spot.is_peer], s=7, color=LIGHT.secondary, linewidth=0)


def _name(axes: Axes) -> None:
    """Axes in the hues of the indices, the four positions in their corners."""
    text, title = find_type("text"), find_type("title")
    steps = [step for step in STEPS if axes.get_ylim()[0] <= step <= axes.get_ylim()[1]]
    axes.yaxis.set_major_locator(FixedLocator(steps))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value)))
    write_ticks(axes, 6, LIGHT.secondary)
    axes.tick_params(pad=2)
    axes.set_xlabel("Attractivité", color=LIGHT.index["attractivite"], fontproperties=text, fontsize=7)
    axes.set_ylabel(
        "Rayonnement, échelle logarithmique", color=LIGHT.index["rayonnement"], fontproperties=text, fontsize=7
    )
    for (right, top), name in QUARTERS.items():
        axes.text(
            0.98 if right else 0.02, 0.98 if top else 0.02, name.replace(", ", ",\n").replace(" et ", "\net "),
            ha="right" if right else "left", va="top" if top else "bottom", transform=axes.transAxes,
            color=LIGHT.secondary, fontproperties=title, fontsize=6.5,
        )  # fmt: skip
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(LIGHT.hairline)


def describe_spot(spot: Spot) -> str:
    """What the figure says, for those who do not see it."""
    scores = (
        f"{name} {format_score(*ends)}"
        for name, *ends in zip(("attractivité", "rayonnement"), spot.own, spot.low, spot.high, strict=True)
    )
    return punctuate(f"{spot.label}, position « {spot.quarter} » : {', '.join(scores)}.")


def caption_spot(spot: Spot) -> str:
    """How to read the figure, in one line."""
    one, many = LEVELS[spot.level]
    if len(spot.others) > MOST_POINTS:
        said = f"Plus une case est foncée, plus elle compte de {many}"
    else:
        said = f"Un point par {one.lower()} ; en foncé, les comparables"
    return punctuate(f"{said} ; pointillés : les médianes.")
