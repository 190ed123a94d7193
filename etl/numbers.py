"""The only module that casts a text column to figures, in the number format its publisher declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Numbers:
    """A text column read as figures.

    Attributes:
        value: float64, NaN where missing, secret or refused.
        secret: bool, the publisher withholds the figure.
        refused: bool, the text is no figure in the declared format.
    """

    value: pd.Series[float]
    secret: pd.Series[bool]
    refused: pd.Series[bool]


def read_numbers(
    text: pd.Series[str],
    *,
    decimal: str = ".",
    thousands: str = "",
    missing: Sequence[str] = ("",),
    secret: Sequence[str] = (),
) -> Numbers:
    """Cast a text column in its declared number format.

    Args:
        text: Shape (n,), as published.
        decimal: Decimal mark of the column.
        thousands: Every character used to separate thousands (any of them is dropped).
        missing: Cells that mean "no figure".
        secret: Cells that mean "withheld".
    """
    clean = text.str.strip()
    is_missing = clean.isin([*missing, *secret])
    if thousands:
        clean = clean.str.replace(f"[{thousands}]", "", regex=True)
    if decimal != ".":
        clean = clean.where(~clean.str.contains(".", regex=False), "?").str.replace(decimal, ".", regex=False)
    value = pd.to_numeric(clean.where(~is_missing, None), errors="coerce").astype(float)
    finite = np.isfinite(value)
    return Numbers(
        value=value.where(finite),
        secret=text.str.strip().isin(list(secret)),
        refused=~is_missing & ~finite,
    )
