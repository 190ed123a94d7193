"""The scales that figures can be put on, once fitted: frozen, and applied to any edition alike. NaN stays NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from etl.errors import MethodError
from indicators.tree import Floats


class Scale(Protocol):
    """What fitting returns: figures to scores, with its parameters readable."""

    def __call__(self, values: Floats, /) -> Floats:
        """Return the scores of figures; same shape, NaN stays NaN."""
        ...

    @property
    def parameters(self) -> Mapping[str, float]:
        """What was fitted, by name, to be stored beside the scores."""
        ...


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
