"""The only module that reads an indicator's formula: arithmetic over series, evaluated on whole columns."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.errors import MethodError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_OPERATORS: Mapping[type, Callable[[FloatArray, FloatArray], FloatArray]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
FUNCTIONS = ("recent", "mean", "total", "near", "covered")
DERIVED = ("singularity",)  # the whole formula: computed from the scores of the other indicators


@dataclass(frozen=True)
class Figures:
    """A column of figures with the first and last year they describe.

    Attributes:
        value: Shape (n,), NaN missing.
        first: Shape (n,), earliest year used; 0 where none.
        last: Shape (n,), latest year used; 0 where none.
    """

    value: FloatArray
    first: IntArray
    last: IntArray


@dataclass(frozen=True)
class SeriesTable:
    """One series at one level, years as columns.

    Attributes:
        years: Ascending.
        values: Shape (n, years), NaN missing.
        absent_as_zero: A territory without a line has none (and not: unknown); secret figures stay missing.
        secret: Shape (n, years).
    """

    years: tuple[int, ...]
    values: FloatArray
    secret: npt.NDArray[np.bool_]
    absent_as_zero: npt.NDArray[np.bool_]

    def at(self, year: int) -> Figures:
        """The figures of one year; all missing where the series has no such year."""
        n = len(self.values)
        if year not in self.years:
            return Figures(np.full(n, np.nan), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))
        column = self.years.index(year)
        value = self.values[:, column].copy()
        empty = np.isnan(value) & ~self.secret[:, column]
        value[empty & self.absent_as_zero] = 0.0
        told = np.where(np.isfinite(value), year, 0)
        return Figures(value, told, told)

    def latest_year(self, edition: int) -> int:
        """Latest year not later than the edition; 0 when there is none."""
        return max((y for y in self.years if y <= edition), default=0)

    def recent(self, edition: int, within: int) -> Figures:
        """Each territory's latest figure within `within` years of the latest year."""
        last = self.latest_year(edition)
        out = self.at(last)
        told = ~np.isnan(self.values[:, self.years.index(last)]) if last else np.zeros(len(self.values), dtype=bool)
        value, year = out.value.copy(), out.last.copy()
        for back in range(1, within):
            older = self.at(last - back)
            listed = ~told & (np.nan_to_num(older.value) > 0)
            value[listed], year[listed] = older.value[listed], older.last[listed]
            told |= listed
        return Figures(value, year, year)

    def combine(self, edition: int, count: int | None, *, mean: bool) -> Figures:
        """Sum or mean of the years up to the edition (the last `count` of them, or all)."""
        years = [y for y in self.years if y <= edition][-count if count else None :]
        columns = [self.at(y) for y in years]
        if not columns:
            return self.at(0)
        stack = np.column_stack([c.value for c in columns])
        told = np.isfinite(stack)
        n = told.sum(axis=1)
        total = np.where(n > 0, np.nansum(stack, axis=1), np.nan)
        value = total / np.maximum(n, 1) if mean else total
        first = np.where(n > 0, np.array(years)[told.argmax(axis=1)], 0)
        last = np.where(n > 0, np.array(years)[len(years) - 1 - told[:, ::-1].argmax(axis=1)], 0)
        return Figures(value, first.astype(np.int64), last.astype(np.int64))


def parse_formula(where: str, text: str) -> ast.expr:
    """Parse a formula.

    Raises:
        MethodError: Not an arithmetic expression over series.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise MethodError(where, f"the formula '{text}' is not arithmetic ({error.msg})", "See README") from error
    if not is_derived(tree) and any(is_derived(inner) for inner in ast.walk(tree) if isinstance(inner, ast.expr)):
        raise MethodError(where, f"'{text}' mixes series with what the scores give", f"Write {DERIVED[0]}() alone")
    series_of(where, tree)
    return tree


def is_derived(tree: ast.expr) -> bool:
    """Whether a formula is one of `DERIVED`, which read no series."""
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in DERIVED


def series_of(where: str, tree: ast.expr) -> list[str]:
    """Series named in a formula, in order of appearance.

    Raises:
        MethodError: The formula holds something else than series, numbers, + - * / ** and our functions.
    """
    match tree:
        case ast.Constant(value=int() | float()):
            return []
        case ast.Call(func=ast.Name(id=function), args=[], keywords=[]) if function in DERIVED:
            return []
        case ast.Name(id=name):
            return [name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return series_of(where, inner)
        case ast.Subscript(value=ast.Name(id=name)):
            _year_of(where, tree)
            return [name]
        case ast.BinOp(left=left, right=right) if type(tree.op) in _OPERATORS:
            return list(dict.fromkeys(series_of(where, left) + series_of(where, right)))
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name), *_]) if function in FUNCTIONS:
            return [name]
    remedy = f"Use series, numbers, + - * / ** and {', '.join(FUNCTIONS)}"
    raise MethodError(where, f"'{ast.unparse(tree)}' is not allowed in a formula", remedy)


def _year_of(where: str, tree: ast.Subscript) -> int:
    """The subscript: a year (2018), or a number of years back (-5)."""
    try:
        return int(ast.literal_eval(tree.slice))
    except (ValueError, TypeError) as error:
        raise MethodError(where, f"'{ast.unparse(tree)}': the year is not a number", "Write [2018] or [-5]") from error


def evaluate(where: str, tree: ast.expr, tables: Mapping[str, SeriesTable], edition: int, size: int) -> Figures:
    """Evaluate a formula on whole columns.

    Args:
        where: The indicator, for messages.
        tree: From `parse_formula`.
        tables: By series code; what `near` and `covered` give, by the text of the call (see `reach`).
        edition: Years later than this are not used.
        size: Number of territories.
    """
    none = np.zeros(size, dtype=np.int64)
    match tree:
        case ast.Constant(value=int() | float() as number):
            return Figures(np.full(size, float(number)), none, none)
        case ast.Name(id=name):
            return tables[name].at(tables[name].latest_year(edition))
        case ast.UnaryOp(operand=inner):
            figures = evaluate(where, inner, tables, edition, size)
            return Figures(-figures.value, figures.first, figures.last)
        case ast.Subscript(value=ast.Name(id=name)):
            year = _year_of(where, tree)
            return tables[name].at(year if year > 0 else tables[name].latest_year(edition) + year)
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name), *rest]):
            count = int(ast.literal_eval(rest[0])) if rest else None
            if function == "recent":
                return tables[name].recent(edition, count or 1)
            if function in ("near", "covered"):
                reached = tables[ast.unparse(tree)]
                return reached.at(reached.latest_year(edition))
            return tables[name].combine(edition, count, mean=function == "mean")
        case ast.BinOp(left=left, right=right, op=op):
            one = evaluate(where, left, tables, edition, size)
            other = evaluate(where, right, tables, edition, size)
            return _combine(one, other, _OPERATORS[type(op)])
    raise MethodError(where, f"'{ast.unparse(tree)}' is not allowed in a formula", "See README")


def _combine(one: Figures, other: Figures, operation: Callable[[FloatArray, FloatArray], FloatArray]) -> Figures:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = operation(one.value, other.value)
    value = np.where(np.isfinite(value), value, np.nan)
    both = (one.first > 0) & (other.first > 0)
    first = np.where(both, np.minimum(one.first, other.first), np.maximum(one.first, other.first))
    return Figures(value, first, np.maximum(one.last, other.last))
