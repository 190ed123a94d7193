"""The only place where a scale is fitted, that turns figures in their own units into scores (handbook step 5).

A method `n_…(figures, **options)` *fits*: it reads the reference figures of one indicator and returns a frozen scale.
The scale is then *applied* to any figures, those of another edition included, so that a score means the same next year:

    scale = n_goalposts(Figures("chomage", column), worst=12.0, best=4.0, low=1.0, high=100.0)
    scores = scale(column)
    Affine(worst=12.0, best=4.0, low=1.0, high=100.0)(column)     # the same, from stored goalposts (`scales`)

`worst` and `best` carry the direction: worst > best where a low figure is good. No figure is ever multiplied by a sign
to be put on a scale between goalposts.

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5, and COINr's `n_` family for the variants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from etl.errors import MethodError
from indicators.methods import Family
from indicators.scales import Affine, Position, Ratio, Scale, Shifted
from indicators.tree import Floats


@dataclass(frozen=True)
class Figures:
    """The reference figures of one indicator.

    Attributes:
        code: Its code, for messages.
        values: Its figures over the units, in its own unit; NaN where missing.
        direction: 1 where a high figure is good, −1 where a low one is.
        units: The units' codes, where one of them is the reference.

    Raises:
        MethodError: Nothing but missing figures, an infinite figure, a direction that is neither 1 nor −1.
    """

    code: str
    values: Floats
    direction: int = 1
    units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no scale can be fitted on."""
        if self.direction not in (1, -1):
            raise MethodError(
                f"{self.code}, direction", f"it is {self.direction}", "Give 1 (high is good) or -1 (low is good)"
            )
        if np.isinf(self.values).any():
            raise MethodError(self.code, "a figure is infinite", "Correct it, or leave it missing")
        if not self.present.size:
            raise MethodError(self.code, "it has no figure at all", "Remove the indicator, or complete it")

    @property
    def present(self) -> Floats:
        """The figures that are there."""
        there: Floats = self.values[~np.isnan(self.values)]
        return there

    @property
    def worst(self) -> float:
        """The least good figure."""
        return float(self.present.min() if self.direction > 0 else self.present.max())

    @property
    def best(self) -> float:
        """The best figure."""
        return float(self.present.max() if self.direction > 0 else self.present.min())


Normalisation = Callable[..., Scale]
NORMALISATION: Family[Normalisation] = Family("n_", "normalisation")


@NORMALISATION.register
def n_minmax(figures: Figures, *, low: float = 0.0, high: float = 100.0) -> Affine:
    """Min-max: the worst figure of the reference scores `low`, the best `high`.

    Raises:
        MethodError: A constant indicator.
    """
    require_spread(figures)
    return Affine(figures.worst, figures.best, low, high)


@NORMALISATION.register
def n_goalposts(
    figures: Figures, *, worst: float, best: float, low: float = 0.0, high: float = 100.0, clip: bool = True
) -> Affine:
    """Goalposts given in the indicator's own unit; figures beyond them are held at `low` and `high`.

    The direction is that of the goalposts. The reference figures only give the indicator's name.

    Raises:
        MethodError: Goalposts equal or not finite.
    """
    try:
        return Affine(worst, best, low, high, clip)
    except MethodError as error:
        raise MethodError(f"{figures.code}, goalposts", error.rule, error.remedy) from None


@NORMALISATION.register
def n_zscore(figures: Figures, *, mean: float = 0.0, sd: float = 1.0) -> Shifted:
    """Z-score: mean + sd·(x − x̄)/s, s the sample standard deviation (n − 1), turned over where low is good.

    Raises:
        MethodError: A constant indicator, a deviation that is not positive.
    """
    require_spread(figures)
    if not sd > 0:
        raise MethodError(f"{figures.code}, sd", f"it is {sd:g}", "Give a positive deviation")
    present = figures.present
    return Shifted(float(present.mean()), float(present.std(ddof=1)), figures.direction, mean, sd)


@NORMALISATION.register
def n_scaled(figures: Figures, *, centre: float = 0.0, spread: float = 1.0) -> Shifted:
    """Given centre and spread: direction·(x − centre)/spread.

    Raises:
        MethodError: A spread that is not positive.
    """
    if not spread > 0:
        raise MethodError(f"{figures.code}, spread", f"it is {spread:g}", "Give a positive spread")
    return Shifted(centre, spread, figures.direction)


@NORMALISATION.register
def n_rank(figures: Figures) -> Position:
    """Rank from the worst (1) to the best (n), ties sharing the lower."""
    return _position(figures, first=1.0, step=1.0)


@NORMALISATION.register
def n_borda(figures: Figures) -> Position:
    """Borda points: the number of units beaten, 0 to n − 1, ties sharing the lower."""
    return _position(figures, first=0.0, step=1.0)


@NORMALISATION.register
def n_percentile(figures: Figures) -> Position:
    """Percentile rank: the share of the other units beaten, 0 to 1, ties sharing the lower.

    Raises:
        MethodError: A constant indicator.
    """
    require_spread(figures)
    return _position(figures, first=0.0, step=1.0 / (figures.present.size - 1))


@NORMALISATION.register
def n_distance_best(figures: Figures) -> Affine:
    """One less the distance to the best, in shares of the distance from worst to best: 1 − (best − x)/(best − worst).

    Raises:
        MethodError: A constant indicator.
    """
    require_spread(figures)
    return Affine(figures.worst, figures.best, 0.0, 1.0)


@NORMALISATION.register
def n_distance_target(figures: Figures, *, target: float, clip: bool = True) -> Affine:
    """One less the distance to a target, in shares of its distance from the worst figure; held at 1 beyond if clipped.

    Raises:
        MethodError: No figure is worse than the target.
    """
    _require_beyond(figures, target, "target")
    return Affine(figures.worst, target, 0.0, 1.0, clip)


@NORMALISATION.register
def n_distance_reference(figures: Figures, *, unit: str) -> Affine:
    """One less the distance to a unit taken as reference: 1 at its figure, more for those that do better.

    Raises:
        MethodError: No such unit, no figure for it, or none worse than it.
    """
    if unit not in figures.units:
        raise MethodError(f"{figures.code}, reference", f"no unit has the code “{unit}”", "Correct the code")
    reference = float(figures.values[figures.units.index(unit)])
    if np.isnan(reference):
        raise MethodError(f"{figures.code}, reference", f"{unit} has no figure", "Choose another unit, or impute")
    _require_beyond(figures, reference, "reference")
    return Affine(figures.worst, reference, 0.0, 1.0)


@NORMALISATION.register
def n_share_best(figures: Figures) -> Ratio:
    """Share of the best: x / max where high is good, min / x where low is good.

    Raises:
        MethodError: A negative figure, or a zero where low is good or the best itself.
    """
    lowest = figures.present.min()
    if lowest < 0 or figures.best <= 0:
        raise MethodError(
            figures.code,
            f"a share of the best needs positive figures, and one is {min(lowest, figures.best):g}",
            "Normalise it by min-max or goalposts",
        )
    return Ratio(figures.best, figures.direction)


def require_spread(figures: Figures) -> None:
    """Refuse a constant indicator, which no method can spread over a scale.

    Raises:
        MethodError: Naming the indicator and its only figure.
    """
    if figures.worst == figures.best:
        raise MethodError(
            figures.code,
            f"it is constant: every figure is {figures.best:g}",
            "Remove the indicator, or give it goalposts",
        )


def _position(figures: Figures, first: float, step: float) -> Position:
    ordered = np.sort(figures.direction * figures.present)
    return Position(tuple(ordered.tolist()), figures.direction, first, step)


def _require_beyond(figures: Figures, goal: float, name: str) -> None:
    if not (goal - figures.worst) * figures.direction > 0:
        raise MethodError(
            f"{figures.code}, {name}",
            f"{goal:g} is not better than the worst figure, {figures.worst:g}",
            f"Correct the {name} or the direction",
        )
