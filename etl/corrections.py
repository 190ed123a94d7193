"""The only module that corrects what a publisher wrote: data/registers/corrections.csv, one settled error a row.

A correction says where (source, file, the line by the value of some of its columns, column), the value that is expected
there, what to put instead, why, and who checked it. It is applied while the file is read. Where the value expected is
no longer found, nothing is touched: the correction has expired, and the refresh and the status say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandas as pd

from etl.registers import load_register

CORRECTION_COLUMNS = ("file", "line", "line_key", "column", "expected", "replacement", "found", "state")
CORRECTION_TABLE = "correction"  # its name among the tables that a source brings
APPLIED, EXPIRED = "applied", "expired"
NO_LINE, NOT_READ = "no such line", "no such file or column is read"
_AND, _IS = " & ", "="


@cache
def _load_all() -> pd.DataFrame:
    return load_register("corrections")


def load_corrections(source_code: str) -> pd.DataFrame:
    """The corrections of one source: file, line_key, column, expected, replacement (as text)."""
    every = _load_all()
    return every.loc[every["source_code"].eq(source_code), list(CORRECTION_COLUMNS[:1] + CORRECTION_COLUMNS[2:6])]


def parse_key(line_key: str) -> dict[str, str]:
    """Value by column that names a line: `nom=Lyon & annee=2020`; empty where it is not written so."""
    pairs = [part.partition(_IS) for part in line_key.split(_AND)]
    return {column.strip(): value.strip() for column, is_, value in pairs if is_ and column.strip()}


def correct(rows: pd.DataFrame, corrections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply to a file what concerns it.

    Args:
        rows: Text columns by line, `attrs["file"]` being the file.
        corrections: From `load_corrections`.

    Returns:
        The rows, those that were wrong put right; CORRECTION_COLUMNS, one row a correction and line, for those whose
        columns are read here.
    """
    told = []
    for one in corrections[corrections["file"].eq(rows.attrs["file"])].to_dict("records"):
        key = parse_key(one["line_key"])
        if not {*key, one["column"]} <= set(rows.columns):
            continue
        found = rows.loc[_names_line(rows, key), one["column"]]
        wrong = found.index[found.str.strip().eq(one["expected"])]
        if len(wrong):
            rows = rows.assign(
                **{one["column"]: rows[one["column"]].where(~rows.index.isin(wrong), one["replacement"])}
            )
        told += [one | {"line": line, "found": text, "state": APPLIED if line in wrong else EXPIRED}
                 for line, text in found.items()]  # fmt: skip
        if found.empty:
            told.append(one | {"line": 0, "found": NO_LINE, "state": EXPIRED})
    return rows, pd.DataFrame(told, columns=list(CORRECTION_COLUMNS))


def _names_line(rows: pd.DataFrame, key: Mapping[str, str]) -> pd.Series[bool]:
    here = pd.Series(data=bool(key), index=rows.index)
    for column, value in key.items():
        here &= rows[column].str.strip().eq(value)
    return here


def gather_told(corrections: pd.DataFrame, told: list[pd.DataFrame]) -> pd.DataFrame:
    """What came of every correction of a source, those that met no file or column expired.

    Args:
        corrections: From `load_corrections`.
        told: What `correct` said, file by file; a file may be read twice.
    """
    met = pd.concat(told).drop_duplicates() if told else pd.DataFrame(columns=list(CORRECTION_COLUMNS))
    where = ["file", "line_key", "column"]
    unmet = ~pd.MultiIndex.from_frame(corrections[where]).isin(pd.MultiIndex.from_frame(met[where]))
    rest = corrections[unmet].assign(line=0, found=NOT_READ, state=EXPIRED)
    return pd.concat([met, rest], ignore_index=True)[list(CORRECTION_COLUMNS)].astype({"line": "int64"})


def describe_expired(told: pd.DataFrame) -> list[str]:
    """One line a correction that has expired, for the operator."""
    expired = told[told["state"].eq(EXPIRED)] if not told.empty else told
    return [
        f"correction expired: {row['file']}, {row['line_key']}, {row['column']}: expected '{row['expected']}', found "
        f"'{row['found']}' (remove it from data/registers/corrections.csv, or mend it)"
        for row in expired.to_dict("records")
    ]
