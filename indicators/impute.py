"""The only place that fills a missing figure; by default nothing does, and what is filled is marked.

A method `i_…(figures, groups, **options)` returns the table with its missing figures filled as far as it can; what it
cannot fill stays missing. A missing figure never becomes zero.

Source: OECD/JRC Handbook (2008), step 3.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from etl.errors import MethodError
from indicators.methods import Family

Imputation = Callable[..., pd.DataFrame]
IMPUTATION: Family[Imputation] = Family("i_", "imputation")


@IMPUTATION.register
def i_none(figures: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001, the family's signature
    """Leave every missing figure missing."""
    return figures.copy()


@IMPUTATION.register
def i_median(figures: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001
    """Fill with the median of the indicator over the units, in its own unit."""
    return figures.fillna(figures.median())


@IMPUTATION.register
def i_mean(figures: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:  # noqa: ARG001
    """Fill with the mean of the indicator over the units, in its own unit."""
    return figures.fillna(figures.mean())


@IMPUTATION.register
def i_mean_group(figures: pd.DataFrame, groups: pd.DataFrame, *, group: str = "") -> pd.DataFrame:
    """Fill with the mean of the indicator over the unit's peer group.

    Args:
        figures: units × indicators.
        groups: units × groupings, one label each; a unit without a label gets nothing.
        group: The grouping; the coarsest if empty (fewest groups, so the fewest without a figure).

    Returns:
        The table, still missing where a whole group is.

    Raises:
        MethodError: No such grouping.
    """
    return figures.fillna(figures.groupby(group_labels(figures, groups, group)).transform("mean"))


@IMPUTATION.register
def i_median_group(figures: pd.DataFrame, groups: pd.DataFrame, *, group: str = "") -> pd.DataFrame:
    """Fill with the median of the indicator over the unit's peer group; see `i_mean_group`."""
    return figures.fillna(figures.groupby(group_labels(figures, groups, group)).transform("median"))


def group_labels(figures: pd.DataFrame, groups: pd.DataFrame, group: str = "") -> pd.Series:
    """Return the group of each unit in the grouping named, or in the coarsest.

    Raises:
        MethodError: No such grouping, or none at all.
    """
    if groups.columns.empty or (group and group not in groups):
        raise MethodError(
            f"impute, group “{group}”",
            "no such grouping is declared",
            f"Declare a column of type Group, or choose among: {', '.join(groups.columns) or 'none'}",
        )
    name = group or str(groups.nunique().idxmin())
    return groups[name].loc[figures.index]
