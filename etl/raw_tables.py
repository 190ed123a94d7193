"""The only module that reads a raw table: every cell as text, each row with its line, and the rows at fault.

A row is at fault when it has not the cells of the header (its columns have shifted), or when it stands a second time in
the file, cell for cell (it would be summed twice).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.errors import FormatError

csv.field_size_limit(10_000_000)  # characters; some publishers put a contour in a cell
EVERY = ("*",)  # asks for all the columns that have a name


@dataclass(frozen=True)
class RawTable:
    """A table as published.

    Attributes:
        rows: Text columns by `line`, the line of the file (of the member, of the sheet) where the row starts, or the
            rank of the object in a list.
        faults: value, reason, by `line`: the rows to be refused.
    """

    rows: pd.DataFrame
    faults: pd.DataFrame


def read_csv(
    where: str, content: str, columns: Sequence[str], *, sep: str, header: int, unique: bool = True
) -> RawTable:
    """Read a CSV text.

    Args:
        where: Source and file, for messages.
        content: The text.
        columns: Columns needed; each must be there. `EVERY` reads all those that have a name.
        sep: What stands between two cells.
        header: How many lines stand above the header.
        unique: Whether a row that stands twice is at fault.

    Raises:
        FormatError: A column is missing, the table is broken or empty, or most rows have shifted.
    """
    names = next(csv.reader(io.StringIO(_nth_line(content, header)), delimiter=sep), [])
    every = tuple(columns) == EVERY
    require_columns(where, names, () if every else columns)
    wanted = [n for n in names if n] if every else list(columns)
    try:
        rows = _read_text_columns(content, sep, header, wanted)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise FormatError(where, f"the table is broken ({error})",
                          "Compare the file with the publisher's page") from error  # fmt: skip
    if rows.empty:
        raise FormatError(where, "the file has a header and no row", "Fetch it again")
    lines, cells = _survey(content, sep, header)
    if len(lines) != len(rows):
        raise FormatError(where, f"the table is broken ({len(lines)} rows or {len(rows)})",
                          "Look for a quote that is not closed")  # fmt: skip
    rows.index = pd.Index(lines, name="line", dtype="int64")
    misshapen = _find_misshapen(where, pd.Series(cells, index=rows.index), len(names))
    if not unique or _has_no_doubled_line(content):
        return RawTable(rows, misshapen)
    whole = _read_text_columns(content, sep, header).set_axis(rows.index)
    return RawTable(rows, pd.concat([misshapen, _doubled(rows.index[whole.duplicated()].difference(misshapen.index))]))


def read_sheet(
    where: str, content: bytes, columns: Sequence[str], *, sheet: str, header: int, unique: bool = True
) -> RawTable:
    """Read one sheet of a workbook; arguments and result as `read_csv`."""
    try:
        whole = pd.read_excel(
            io.BytesIO(content), sheet_name=sheet, header=header, dtype=str, keep_default_na=False, engine="calamine"
        )
    except Exception as error:
        raise FormatError(where, f"the sheet '{sheet}' cannot be read ({error})", "Fetch it again") from error
    whole.columns = whole.columns.astype(str)
    every = tuple(columns) == EVERY
    require_columns(where, list(whole.columns), () if every else columns)
    whole = whole.fillna("").astype(str)
    whole.index = pd.RangeIndex(header + 2, header + 2 + len(whole), name="line")
    doubled = whole.duplicated() & ~whole.isin([""]).all(axis=1) & unique
    return RawTable(whole if every else whole[list(columns)].copy(), _doubled(whole.index[doubled]))


def read_records(where: str, records: Any, columns: Sequence[str], *, unique: bool = True) -> RawTable:
    """Read a JSON list of objects; `line` is the rank of the object, from 1; arguments as `read_csv`."""
    if not isinstance(records, list) or not records:
        raise FormatError(where, "not a list of records", "Fetch it again: make refresh")
    require_columns(where, sorted(set().union(*(r.keys() for r in records))), columns)
    cells = {c: ["" if r.get(c) is None else str(r[c]) for r in records] for c in columns}
    rows = pd.DataFrame(cells, index=pd.RangeIndex(1, len(records) + 1, name="line"), dtype=str)
    alike = rows.index[rows.duplicated(keep=False)] if unique else rows.index[:0]
    whole = pd.Series([json.dumps(records[n - 1], sort_keys=True) for n in alike], index=alike, dtype=str)
    return RawTable(rows, _doubled(alike[whole.duplicated()]))


def require_columns(where: str, present: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a file in which a needed column is missing, naming what stands there instead."""
    missing = [c for c in wanted if c not in present]
    if missing:
        there = ", ".join(f"'{c}'" for c in present[:40]) + ("…" if len(present) > 40 else "")
        raise FormatError(
            where,
            f"column '{missing[0]}' is missing; the file has: {there}",
            "If the publisher renamed it, change its name in the source module",
        )


def find_columns(where: str, present: Sequence[str], stem: str) -> dict[int, str]:
    """Columns named by a stem and a year: column by year, oldest first, never empty.

    Args:
        where: Source and file, for messages.
        present: Columns of the file.
        stem: Regular expression of the whole name, whose group 1 is the year, of two digits or four.
    """
    hits = ((column, re.fullmatch(stem, column)) for column in present)
    found = {_full_year(hit[1]): column for column, hit in hits if hit}
    if not found:
        require_columns(where, present, [stem])
    return dict(sorted(found.items()))


def _full_year(digits: str) -> int:
    """The year written with two digits or four ("18" → 2018, "99" → 1999)."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _read_text_columns(content: str, sep: str, header: int, columns: list[str] | None = None) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(content), sep=sep, header=header, dtype=str, keep_default_na=False, usecols=columns,
        index_col=False,
    )  # fmt: skip


def _nth_line(content: str, n: int) -> str:
    start = 0
    for _ in range(n):
        start = content.find("\n", start) + 1
    end = content.find("\n", start)
    return content[start:] if end < 0 else content[start:end]


def _survey(content: str, sep: str, header: int) -> tuple[list[int], list[int]]:
    """Line on which each row starts and how many cells it has (a quoted cell may hold line ends; blank lines: none)."""
    if '"' not in content:
        rows = [(n, line.count(sep) + 1) for n, line in enumerate(content.split("\n"), 1) if line.rstrip("\r")]
    else:
        rows, previous = [], 0
        reader = csv.reader(io.StringIO(content), delimiter=sep)
        for row in reader:
            if row:
                rows.append((previous + 1, len(row)))
            previous = reader.line_num
    return [n for n, _ in rows[header + 1 :]], [cells for _, cells in rows[header + 1 :]]


def _has_no_doubled_line(content: str) -> bool:
    lines = [line for line in content.split("\n") if line.rstrip("\r")]
    return len(set(lines)) == len(lines)


def _find_misshapen(where: str, cells: pd.Series[int], width: int) -> pd.DataFrame:
    """The rows that have more or fewer cells than the header."""
    odd = cells.ne(width)
    if odd.mean() > 0.5:
        rule = f"the header has {width} cells and most rows have {cells.median():.0f}: the columns have shifted"
        raise FormatError(where, rule, "Compare it with the publisher's page")
    return _faults(cells[odd].astype(str) + " cells", f"the row has not the {width} cells of the header")


def _doubled(lines: pd.Index[int]) -> pd.DataFrame:
    return _faults(pd.Series("", index=lines, dtype=str), "the very same row stands above")


def _faults(value: pd.Series[str], reason: str) -> pd.DataFrame:
    return pd.DataFrame({"value": value, "reason": reason})
