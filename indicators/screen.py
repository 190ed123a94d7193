"""The only place that leaves units out for lack of figures (handbook step 1–2: availability)."""

from __future__ import annotations

import pandas as pd

from etl.errors import MethodError


def compute_availability(figures: pd.DataFrame) -> pd.DataFrame:
    """Count what is missing and what is zero for each unit.

    Args:
        figures: units × indicators, NaN where missing.

    Returns:
        One row per unit: `N_missing`, `N_zero`, `N_miss_or_zero` (counts), `Dat_Avail` (share of figures present),
        `Non_Zero` (share of the figures present that are not zero).
    """
    missing = figures.isna().sum(axis=1)
    zero = (figures == 0).sum(axis=1)
    present = figures.shape[1] - missing
    return pd.DataFrame(
        {
            "N_missing": missing,
            "N_zero": zero,
            "N_miss_or_zero": missing + zero,
            "Dat_Avail": present / figures.shape[1],
            "Non_Zero": 1 - zero / present,
        }
    )


def screen_units(figures: pd.DataFrame, availability: float = 0.0) -> pd.DataFrame:
    """Keep the units whose share of figures present is at least `availability`.

    Args:
        figures: units × indicators, NaN where missing.
        availability: The least share, in [0, 1]; 0 keeps every unit.

    Returns:
        The rows kept, in order.

    Raises:
        MethodError: No unit would be left.

    Source: COINr `Screen(unit_screen = "byNA")`.
    """
    kept = figures[compute_availability(figures)["Dat_Avail"] >= availability - 1e-9]
    if kept.empty:
        raise MethodError(
            "screen", f"no unit has {availability:.0%} of its figures", "Lower the availability, or complete the data"
        )
    return kept
