"""The only place that tames outliers, by the skewness and kurtosis rule (handbook step 4; COINr `Treat`).

An indicator is treated when |skewness| > 2 and kurtosis > 3.5: its extreme points are brought one after the other to
the next figure, ties together, up to five points; if that is not enough, the *original* column is taken to logarithms
instead. Like a scale, a treatment is fitted once and can be applied to other figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.tree import Floats

Kind = Literal["none", "winsorise", "log", "ln"]
SHIFT = 0.01  # share of the range added under the logarithm, so that the least figure has one


@dataclass(frozen=True)
class Rule:
    """When and how to treat.

    Attributes:
        skewness: Above this absolute skewness…
        kurtosis: …and this excess kurtosis, an indicator is treated.
        max_points: The most points that may be moved.
        forced: What an indicator gets whatever the rule says: "none", "winsorise" (by the rule, one step at least), a
            number of points to move (less where ties would make it more), "log" (shifted, see `log_shifted`) or "ln"
            (plain, for positive figures).
    """

    skewness: float = 2.0
    kurtosis: float = 3.5
    max_points: int = 5
    forced: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Treatment:
    """What is done to one indicator, ready to be applied.

    Attributes:
        kind: "none", "winsorise", "log" or "ln".
        low: Figures below are brought to it, in the indicator's unit.
        high: Figures above are brought to it.
        mirrored: Whether the logarithm is of the distance to the greatest figure (a long tail on the left).
        points: How many figures were moved.
        passed: Whether the result meets the rule.
    """

    kind: Kind
    low: float
    high: float
    mirrored: bool = False
    points: int = 0
    passed: bool = True

    def __call__(self, values: Floats, /) -> Floats:
        """Return treated figures; NaN stays NaN."""
        held: Floats = np.clip(values, self.low, self.high)
        if self.kind == "log":
            return log_shifted(held, self.low, self.high, mirrored=self.mirrored)
        return np.log(held) if self.kind == "ln" else held


def skewness(values: Floats) -> float:
    """Return the bias-corrected (type 2) skewness, G1 = g1·√(n(n−1))/(n−2), with g1 = m3/m2^1.5.

    Source: Joanes & Gill (1998). 0 where it is not defined (fewer than 3 figures, or no spread).
    """
    x = values[~np.isnan(values)]
    n, second = x.size, _moment(x, 2)
    if n < 3 or second == 0:
        return 0.0
    return float(_moment(x, 3) / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: Floats) -> float:
    """Return the bias-corrected (type 2) excess kurtosis, G2 = (n−1)/((n−2)(n−3))·((n+1)·g2 + 6), g2 = m4/m2² − 3.

    Source: Joanes & Gill (1998). 0 where it is not defined (fewer than 4 figures, or no spread).
    """
    x = values[~np.isnan(values)]
    n, second = x.size, _moment(x, 2)
    if n < 4 or second == 0:
        return 0.0
    excess = _moment(x, 4) / second**2 - 3.0
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6.0))


def meets_rule(values: Floats, rule: Rule) -> bool:
    """Tell whether figures need no treatment: |skewness| ≤ 2 or kurtosis ≤ 3.5."""
    return abs(skewness(values)) <= rule.skewness or kurtosis(values) <= rule.kurtosis


def log_shifted(values: Floats, low: float, high: float, *, mirrored: bool = False) -> Floats:
    """Return ln(x − low + 0.01·(high − low)), or mirrored −ln(high − x + 0.01·(high − low)); both increase."""
    shift = SHIFT * (high - low)
    logged: Floats = -np.log(high - values + shift) if mirrored else np.log(values - low + shift)
    return logged


def fit_treatment(code: str, values: Floats, rule: Rule) -> Treatment:
    """Choose the treatment of one indicator.

    Args:
        code: The indicator, for messages and forced treatments.
        values: Its figures over the units; NaN where missing.
        rule: Thresholds, the most points moved, what is forced.

    Raises:
        MethodError: An unknown forced treatment; a figure ≤ 0 under a plain logarithm.
    """
    forced = rule.forced.get(code)
    if forced is None:
        return _fit_by_rule(values, rule)
    if isinstance(forced, int) and not isinstance(forced, bool):
        return _fit_winsorised(values, rule, most=forced, least=forced)
    match forced:
        case "none":
            return _untreated(values, rule)
        case "winsorise":
            return _fit_winsorised(values, rule, most=rule.max_points, least=1)
        case "log":
            return _fit_logged(values, rule)
        case "ln":
            return _fit_plain_log(code, values, rule)
    raise MethodError(
        f"{code}, forced treatment",
        f"unknown treatment “{forced}”",
        "Choose none, winsorise, log, ln or a number of points",
    )


def fit_treatments(figures: pd.DataFrame, rule: Rule) -> dict[str, Treatment]:
    """Choose the treatment of every indicator of a table units × indicators; see `fit_treatment`."""
    for code in rule.forced:
        if code not in figures:
            raise MethodError(
                f"{code}, forced treatment", "no such indicator", f"Choose among {', '.join(figures.columns)}"
            )
    return {str(code): fit_treatment(str(code), figures[code].to_numpy(float), rule) for code in figures}


def compute_treated(figures: pd.DataFrame, treatments: Mapping[str, Treatment]) -> pd.DataFrame:
    """Apply treatments to a table units × indicators."""
    return pd.DataFrame(
        {code: treatments[str(code)](figures[code].to_numpy(float)) for code in figures}, index=figures.index
    )


def compute_moved(figures: pd.DataFrame, treatments: Mapping[str, Treatment]) -> pd.DataFrame:
    """Mark the points winsorised: "winhi", "winlo", else empty; units × indicators."""
    marks = {}
    for code in figures:
        values, treatment = figures[code].to_numpy(float), treatments[str(code)]
        hits = treatment.kind == "winsorise"
        marks[code] = np.select(
            [hits & (values > treatment.high), hits & (values < treatment.low)], ["winhi", "winlo"], ""
        )
    return pd.DataFrame(marks, index=figures.index)


def _fit_by_rule(values: Floats, rule: Rule) -> Treatment:
    if meets_rule(values, rule):
        return _untreated(values, rule)
    winsorised = _fit_winsorised(values, rule, most=rule.max_points, least=0)
    return winsorised if winsorised.passed else _fit_logged(values, rule)


def _untreated(values: Floats, rule: Rule) -> Treatment:
    return Treatment("none", -np.inf, np.inf, passed=meets_rule(values, rule))


def _fit_winsorised(values: Floats, rule: Rule, most: int, least: int) -> Treatment:
    """Bring the extreme points of the longer tail to the next figure, until the rule is met or no step is left."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    held, points = values, 0
    while points < least or not meets_rule(held, rule):
        tail = _next_step(held)
        reached = (tail is not None) and _count_moved(values, *tail)
        if tail is None or not reached or reached > most:
            break
        (low, high), points = tail, int(reached)
        held = np.clip(values, low, high)
    return Treatment("winsorise", low, high, points=points, passed=meets_rule(held, rule))


def _next_step(held: Floats) -> tuple[float, float] | None:
    """Return the caps after one more step; None where it would leave a constant."""
    levels = np.unique(held[~np.isnan(held)])
    if levels.size < 3:
        return None
    if skewness(held) >= 0:
        return float(levels[0]), float(levels[-2])
    return float(levels[1]), float(levels[-1])


def _count_moved(values: Floats, low: float, high: float) -> int:
    return int(np.count_nonzero((values > high) | (values < low)))


def _fit_logged(values: Floats, rule: Rule) -> Treatment:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    mirrored = skewness(values) < 0
    logged = log_shifted(values, low, high, mirrored=mirrored)
    return Treatment("log", low, high, mirrored=mirrored, passed=meets_rule(logged, rule))


def _fit_plain_log(code: str, values: Floats, rule: Rule) -> Treatment:
    low = float(np.nanmin(values))
    if low <= 0:
        raise MethodError(
            code, f"a figure of {low:g} stands under a plain logarithm", "Force “log”, which shifts it, or leave it out"
        )
    return Treatment("ln", low, np.inf, passed=meets_rule(np.log(values), rule))


def _moment(values: Floats, order: int) -> float:
    return float(np.mean((values - values.mean()) ** order)) if values.size else 0.0
