"""The only module that asks what size alone explains: the log-log fit against population, and what it leaves.

A figure Y of a territory of N inhabitants is expected at Y0·N^β. The residual ξ = ln(Y / (Y0·N^β)) compares a métropole
and an ordinary town fairly: 0 is what its size makes expected, ln 2 twice as much.

Source: Bettencourt, Lobo, Strumsky & West (2010), "Urban scaling and its deviations", PLoS ONE 5(11): e13541, eqs 1-2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import linregress
from scipy.stats import t as student

from etl.errors import MethodError
from indicators.tree import Floats

CONFIDENCE = 0.95
LEAST_COUNT = 10  # positive figures under which an exponent means nothing


@dataclass(frozen=True)
class Scaling:
    """The law Y = exp(intercept)·N^exponent.

    Attributes:
        intercept: ln Y0, Y in the figure's unit for one inhabitant.
        exponent: β; above 1 the large have more than their share, under 1 less.
        low: Lower end of the 95 % interval of the exponent (Student, n − 2 degrees of freedom).
        high: Upper end.
        error: Standard error of the exponent.
        r2: Share of the variance of ln Y that size explains.
        count: Territories the fit rests on: those with a positive figure.
    """

    intercept: float
    exponent: float
    low: float = float("nan")
    high: float = float("nan")
    error: float = float("nan")
    r2: float = float("nan")
    count: int = 0

    def residual(self, values: Floats, population: Floats) -> Floats:
        """ξ = ln(Y / Y0·N^β); NaN where Y is zero or missing (« non calculable »: a logarithm has no zero)."""
        positive = (values > 0) & (population > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.log(values) - self.intercept - self.exponent * np.log(population)
        return np.where(positive, left, np.nan)


def fit_scaling(code: str, values: Floats, population: Floats) -> Scaling:
    """Ordinary least squares of ln Y on ln N, over positive figures only.

    Args:
        code: The indicator, for messages.
        values: Y, one per territory, ≥ 0; zero and NaN are left out.
        population: N.

    Raises:
        MethodError: A negative figure; fewer than ten positive ones; every territory of one size.
    """
    if (values < 0).any():
        raise MethodError(code, f"a figure is negative ({np.nanmin(values):g})", "A power law is for amounts ≥ 0")
    there = (values > 0) & (population > 0)
    count = int(there.sum())
    if count < LEAST_COUNT:
        raise MethodError(code, f"{count} territories have a positive figure", f"A fit needs {LEAST_COUNT} at least")
    x, y = np.log(population[there]), np.log(values[there])
    if np.ptp(x) == 0:
        raise MethodError(code, "all territories are of one size", "There is no size effect to fit")
    line = linregress(x, y)
    margin = float(student.ppf((1 + CONFIDENCE) / 2, count - 2)) * float(line.stderr)
    slope = float(line.slope)
    return Scaling(float(line.intercept), slope, slope - margin, slope + margin, float(line.stderr),
                   float(line.rvalue) ** 2, count)  # fmt: skip
