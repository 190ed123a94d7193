"""The only module that reads the facts kept by hand: data/registers/*.csv, each row with its source."""

from __future__ import annotations

from functools import cache

import pandas as pd

from etl.errors import FormatError
from etl.paths import ROOT

FOLDER = ROOT / "data" / "registers"


@cache
def load_register(name: str) -> pd.DataFrame:
    """A register as text, without the columns about the register itself: `source`, and `checked` (the day, or empty).

    Raises:
        FormatError: No such register, or a row that names no source.
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise FormatError(f"data/registers/{name}.csv", "the register is not there", "Restore it from git")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if "source" not in table or table["source"].eq("").any():
        line = 2 + int(table["source"].eq("").to_numpy().argmax()) if "source" in table else 1
        raise FormatError(
            f"data/registers/{name}.csv, line {line}", "a fact without a source", "Say where it comes from"
        )
    return table.drop(columns=["source", "checked"], errors="ignore")
