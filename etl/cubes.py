"""The only module that reads INSEE's data cubes (Melodi): of millions of rows, those of the cells wanted.

A cube is a zip holding `<name>_<year>_data.csv`, one row a cell: a territory (`GEO`, `GEO_OBJECT`), a value of each
dimension (`_T` for its total), a year (`TIME_PERIOD`), a figure (`OBS_VALUE`, with a decimal point). Rows are sifted
while the text is read, so that hundreds of megabytes never stand in a table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from itertools import product
from operator import itemgetter

import pandas as pd

from etl.parsing import Parser

GEO, GEO_OBJECT, YEAR, VALUE = "GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_VALUE"
COMMUNE, TOTAL = "COM", "_T"
_MEMBER = "_data.csv"
_YEAR = r"\d{4}"


def read_cube(p: Parser, file: str, wanted: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """The communes' rows of a cube, for the cells wanted.

    Args:
        p: The source's parser.
        file: Raw file name of the archive.
        wanted: By dimension, the values kept.

    Returns:
        Text columns `GEO`, those of `wanted`, `TIME_PERIOD` and `OBS_VALUE`, by line of the member; a cell that stands
        a second time and a period that is no year are refused.
    """
    kept = {GEO_OBJECT: (COMMUNE,), **wanted}
    columns = [GEO, *kept, YEAR, VALUE]
    text = io.TextIOWrapper(io.BytesIO(p.read_bytes(file, _MEMBER)), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=";")
    header = next(reader, [])
    p.require_columns(file, header, columns)
    pick = itemgetter(*(header.index(column) for column in columns))
    cell = itemgetter(*(header.index(column) for column in kept))
    cells_kept, width = set(product(*kept.values())), len(header)
    lines, cells, broken = [], [], []
    for row in reader:
        if len(row) != width:
            broken.append(reader.line_num)
        elif cell(row) in cells_kept:
            lines.append(reader.line_num)
            cells.append(pick(row))
    return _judge(p, file, pd.DataFrame(cells, columns=columns, index=pd.Index(lines, name="line"), dtype=str), broken)


def _judge(p: Parser, file: str, rows: pd.DataFrame, broken: list[int]) -> pd.DataFrame:
    p.count_rows(len(rows) + len(broken))
    rows.attrs["file"] = file
    misshapen = pd.DataFrame({GEO: ""}, index=pd.Index(broken, name="line"))
    misshapen.attrs["file"] = file
    p.reject(misshapen, "", "", "the row has not as many cells as the header")
    doubled = rows.duplicated([c for c in rows.columns if c != VALUE])
    p.reject(rows[doubled], GEO, rows[GEO], "second figure for the same key")
    undated = ~doubled & ~rows[YEAR].str.fullmatch(_YEAR)
    p.reject(rows[undated], YEAR, rows[YEAR], "not a year")
    return rows[~doubled & ~undated]
