"""The only module that says what a parsed source is: its rows as published, before they are placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

FIGURE_COLUMNS = ("file", "line", "level", "code", "series_code", "year", "value", "status", "label")
LINK_COLUMNS = (
    "file", "line", "level", "code", "kind", "partner_label", "partner_country", "partner_code", "role", "theme",
    "start", "end",
)  # fmt: skip
REJECTED_COLUMNS = ("file", "line", "column", "value", "reason")


@dataclass(frozen=True)
class Parsed:
    """One source, read: rows as published, in publishers' codes.

    Attributes:
        figures: FIGURE_COLUMNS, one row a figure and raw line.
        links: LINK_COLUMNS, one row a tie and raw line.
        rejected: REJECTED_COLUMNS, rows refused and why.
        excluded: Rows out of the product's scope, counted by reason.
        rows_read: Rows of the main files.
        tables: Geography only: named tables for `etl.territories`; and for any source, what came of its corrections.
    """

    figures: pd.DataFrame
    links: pd.DataFrame
    rejected: pd.DataFrame
    excluded: dict[str, int]
    rows_read: int
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def stack(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """The rows of several frames as one table of these columns, empty where there are none."""
    kept = [frame for frame in frames if not frame.empty]
    if not kept:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(kept, ignore_index=True)[list(columns)]
