"""The only place where figures in their own units become scores on one scale; fit and apply are two steps.

A method `n_…(figures, **options)` *fits*: it reads the reference figures of one indicator and returns a frozen scale.
The scale is then *applied* to any figures, those of another edition included, so that a score means the same next year:

    scale = n_goalposts(Figures("chomage", column), worst=12.0, best=4.0, low=1.0, high=100.0)
    scores = scale(column)
    Affine(worst=12.0, best=4.0, low=1.0, high=100.0)(column)     # the same, from stored goalposts

`worst` and `best` carry the direction: worst > best where a low figure is good. No figure is ever multiplied by a sign
to be put on a scale between goalposts. NaN stays NaN.

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5, and COINr's `n_` family for the variants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from etl.errors import MethodError
from indicators.methods import Family
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


class Scale(Protocol):
    """What fitting returns: figures to scores, with its parameters readable."""

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures; same shape, NaN stays NaN."""
        ...

    @property
    def parameters(self) -> Mapping[str, float]:
        """What was fitted, by name, to be stored beside the scores."""
        ...


Normalisation = Callable[..., Scale]
NORMALISATION: Family[Normalisation] = Family("n_", "normalisation")


@dataclass(frozen=True)
class Affine:
    """The line from `low` at `worst` to `high` at `best`: low + (high − low)·(x − worst)/(best − worst).

    Attributes:
        worst: The figure scored `low`, in the indicator's unit.
        best: The figure scored `high`.
        low: The score at worst.
        high: The score at best.
        clip: Whether figures beyond the goalposts are held at low and high.

    Raises:
        MethodError: Goalposts equal or not finite, a range that is empty or upside down.
    """

    worst: float
    best: float
    low: float = 0.0
    high: float = 100.0
    clip: bool = False

    def __post_init__(self) -> None:
        """Refuse goalposts between which no line can be drawn."""
        if not np.isfinite([self.worst, self.best, self.low, self.high]).all() or self.worst == self.best:
            raise MethodError(
                "goalposts",
                f"worst is {self.worst:g} and best is {self.best:g}: they must be finite and differ",
                "Correct them, or remove the indicator",
            )
        if not self.high > self.low:
            raise MethodError(
                "range", f"scores would go from {self.low:g} to {self.high:g}", "Give a high greater than low"
            )

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures."""
        share = (values - self.worst) / (self.best - self.worst)
        if self.clip:
            share = np.clip(share, 0.0, 1.0)
        scores: Floats = share * (self.high - self.low) + self.low
        return scores

    @property
    def parameters(self) -> Mapping[str, float]:
        """The goalposts and the range."""
        return {name: float(value) for name, value in asdict(self).items() if name != "clip"}


@dataclass(frozen=True)
class Shifted:
    """Centre and spread: mean + sd·direction·(x − centre)/spread.

    Attributes:
        centre: The figure scored `mean`.
        spread: How far from the centre one `sd` is, in the indicator's unit, > 0.
        direction: 1 where a high figure is good, −1 where a low one is.
        mean: The score at the centre.
        sd: The score one spread away, less `mean`.
    """

    centre: float
    spread: float
    direction: int = 1
    mean: float = 0.0
    sd: float = 1.0

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures."""
        scores: Floats = self.direction * (values - self.centre) / self.spread * self.sd + self.mean
        return scores

    @property
    def parameters(self) -> Mapping[str, float]:
        """Centre, spread, direction and the scale they are put on."""
        return {name: float(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Position:
    """How many reference figures a figure beats: first + step · #{reference strictly worse}; ties share the lower.

    Attributes:
        reference: The reference figures times direction, sorted.
        direction: 1 where a high figure is good, −1 where a low one is.
        first: The score of a figure that beats none.
        step: What one figure beaten is worth.
    """

    reference: tuple[float, ...]
    direction: int
    first: float
    step: float

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures."""
        beaten = np.searchsorted(np.asarray(self.reference), self.direction * values, side="left")
        most = len(self.reference) - 1
        scores: Floats = self.first + self.step * np.minimum(beaten, most)
        return np.where(np.isnan(values), np.nan, scores)

    @property
    def parameters(self) -> Mapping[str, float]:
        """The size of the reference and the scale; the reference figures are the observations themselves."""
        return {"reference": float(len(self.reference)), "first": self.first, "step": self.step}


@dataclass(frozen=True)
class Ratio:
    """Share of the best figure: x / best where high is good, best / x where low is good; 1 at the best.

    Attributes:
        best: The best figure, > 0.
        direction: 1 where a high figure is good, −1 where a low one is.
    """

    best: float
    direction: int = 1

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures."""
        scores: Floats = values / self.best if self.direction > 0 else self.best / values
        return scores

    @property
    def parameters(self) -> Mapping[str, float]:
        """The best figure."""
        return {"best": self.best, "direction": float(self.direction)}


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
