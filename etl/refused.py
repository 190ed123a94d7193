"""The only module that tells what the published build left out: rows refused and why, rows out of scope by reason."""

from __future__ import annotations

import pandas as pd

from etl.errors import SourceError
from etl.paths import DataPaths
from etl.warehouse import open_current

_COUNTS = """
SELECT s.source_code, s.rows_read, s.rows_kept, s.rows_rejected,
       count(*) FILTER (r.reason LIKE 'no place%') AS unmatched,
       count(*) FILTER (r.reason LIKE 'doubtful%') AS doubtful,
       s.rows_excluded, s.excluded
FROM source s LEFT JOIN rejected_row r USING (source_code)
WHERE $source IS NULL OR s.source_code = $source GROUP BY ALL ORDER BY 1
"""
_ROWS = """
SELECT source_code, "file", line, "column", value, reason FROM rejected_row
WHERE $source IS NULL OR source_code = $source ORDER BY source_code, "file", line, "column"
"""


def read_counts(paths: DataPaths, source: str | None = None) -> pd.DataFrame:
    """One row a source.

    Args:
        paths: Data folders.
        source: One source only; None: all of them.

    Returns:
        Rows read, kept, refused (of which unmatched: no place of that name; doubtful: several), and out of scope, with
        the reasons of the latter in `excluded` (count by reason).

    Raises:
        SourceError: The build shows no such source.
    """
    with open_current(paths.warehouse) as con:
        frame = con.execute(_COUNTS, {"source": source}).df()
        known = [code for (code,) in con.execute("SELECT source_code FROM source ORDER BY 1").fetchall()]
    if frame.empty and source is not None:
        raise SourceError(
            f"source '{source}'", "the published build shows no such source", f"It shows: {', '.join(known)}"
        )
    return frame


def read_refused(paths: DataPaths, source: str | None = None) -> pd.DataFrame:
    """Every refused row: source_code, file, line, column, value, reason (with the nearest candidates of a name)."""
    with open_current(paths.warehouse) as con:
        return con.execute(_ROWS, {"source": source}).df()


def describe_refused(counts: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    """The counts by source, the reasons of what is out of scope, then each refused row, for a terminal."""
    form = "{:<32} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}"
    lines = [form.format("source", "read", "kept", "refused", "unmatched", "doubtful", "excluded")]
    for one in counts.to_dict("records"):
        columns = ("rows_read", "rows_kept", "rows_rejected", "unmatched", "doubtful", "rows_excluded")
        lines.append(form.format(one["source_code"], *(one[c] for c in columns)))
        lines += [f"    {count:>8} excluded: {reason}" for reason, count in sorted(dict(one["excluded"]).items())]
        mine = rows[rows["source_code"].eq(one["source_code"])]
        lines += [
            f"    {row['file']}:{row['line']}  {row['column']} '{row['value']}': {row['reason']}"
            for row in mine.to_dict("records")
        ]
    return lines
