"""The only place that turns totals into rates before anything else is done with them (handbook step 5, scale)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.errors import MethodError


def compute_denominated(
    figures: pd.DataFrame, denominators: Mapping[str, str], context: pd.DataFrame, factor: float = 1.0
) -> pd.DataFrame:
    """Divide each indicator that declares a denominator: factor · x / d.

    Args:
        figures: units × indicators, in their own units.
        denominators: The column of `context` each indicator is divided by, by indicator.
        context: units × denominators; missing or zero makes the rate missing, for nothing is known per none.
        factor: What the rate is per (1,000 for « per 1,000 inhabitants » of a count of inhabitants).

    Returns:
        The same table, rates in place of totals.

    Raises:
        MethodError: A denominator that is not in the table, or negative.
    """
    rates = figures.copy()
    for code, name in denominators.items():
        if name not in context:
            raise MethodError(
                f"{code}, denominator",
                f"“{name}” is not a column of the figures",
                f"Correct it; the columns declared as denominators are: {', '.join(context.columns)}",
            )
        by = context[name].loc[figures.index]
        if (by < 0).any():
            raise MethodError(
                f"{name}, {by.index[by < 0][0]}", "a denominator is negative", "Correct it, or leave it missing"
            )
        rates[code] = figures[code] / by.where(by > 0) * factor
    return rates
