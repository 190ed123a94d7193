"""The only place that reads a score back: into the figure it stands for, and a rate into the count that makes it.

invert_score(hotels, 52.0, fitted, (1, 100))       # rooms per 1,000 inhabitants at which the score is 52
read_ratio(hotels)                                 # 1000 × hotels_chambres / (population + residences_secondaires)
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.catalogue import Indicator
from indicators.formula import SeriesTable, evaluate, series_of

COUNTED = ("recent", "total")  # functions that leave a count a count


@dataclass(frozen=True)
class Ratio:
    """A formula read as a count over something held fixed: factor × count / denominator.

    Attributes:
        series: The series counted.
        factor: What the rate is multiplied by.
        denominator: What the count is divided by; None for a count as it stands.
    """

    series: str
    factor: float = 1.0
    denominator: ast.expr | None = None

    def find_count(self, change: float, denominator: float = 1.0) -> float:
        """How much the count moves when the figure moves by `change`, the denominator staying as it is."""
        return change * denominator / self.factor


def invert_score(one: Indicator, score: float, fitted: Mapping[str, float], score_range: tuple[float, float]) -> float:
    """The figure at which an indicator has a score: the inverse of `goalposts.scale_scores` between its goalposts.

    Args:
        one: The indicator.
        score: A score within the range.
        fitted: Goalposts of the indicator: worst, best, and scale where there is a transform.
        score_range: Lowest and highest score.
    """
    low, high = score_range
    moved = fitted["worst"] + (fitted["best"] - fitted["worst"]) * (score - low) / (high - low)
    return moved if one.transform == "none" else fitted["scale"] * math.expm1(moved)


def read_ratio(one: Indicator) -> Ratio | None:
    """The count behind an indicator; None where its formula is not one count, alone or over something else."""
    tree = one.tree
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        factor, counted = _split_factor(tree.left)
        series = _name_count(counted)
        overlaps = series in series_of(one.code, tree.right)
        return None if series is None or overlaps else Ratio(series, factor, tree.right)
    series = _name_count(tree)
    return Ratio(series) if series else None


def _split_factor(tree: ast.expr) -> tuple[float, ast.expr]:
    match tree:
        case ast.BinOp(left=ast.Constant(value=int() | float() as factor), op=ast.Mult(), right=counted):
            return float(factor), counted
    return 1.0, tree


def _name_count(tree: ast.expr) -> str | None:
    match tree:
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name), *_]) if function in COUNTED:
            return name
    return None


def read_denominator(one: Indicator, ratio: Ratio, observed: pd.DataFrame, edition: int) -> float:
    """What one territory's count is divided by: 1 for a count as it stands, NaN where it is not known.

    Args:
        one: The indicator.
        ratio: From `read_ratio`.
        observed: The territory's figures: series_code, year, value, status.
        edition: Years later than this are not used.
    """
    if ratio.denominator is None:
        return 1.0
    tables = {code: _make_table(observed[observed["series_code"].eq(code)]) for code in one.series}
    return float(evaluate(one.code, ratio.denominator, tables, edition, 1).value[0])


def _make_table(rows: pd.DataFrame) -> SeriesTable:
    """One territory's series; an absent figure is unknown."""
    rows = rows.sort_values("year")
    secret = rows["status"].eq("secret").to_numpy()[np.newaxis]
    years = tuple(int(year) for year in rows["year"])
    return SeriesTable(years, rows["value"].to_numpy(float)[np.newaxis], secret, np.zeros(1, dtype=bool))
