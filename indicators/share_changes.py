"""The only module that says whether inequality moved beyond chance: shares, Gini and Theil, last year less first.

    compute_share_changes({2015: …, 2024: …}, groups, population)

Territories are drawn anew inside each group, the same in both years (`gaps.Bootstrap`): what a territory always is
cancels out, and what is left is how much the change owes to which territories there are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.errors import MethodError
from indicators.gaps import DEFAULT, Bootstrap, Groups
from indicators.inequality import gini_of, theil_of
from indicators.tree import Floats


def compute_share_changes(
    years: Mapping[int, Floats], groups: Groups, population: Floats, *, bootstrap: Bootstrap = DEFAULT
) -> pd.DataFrame:
    """How shares and inequality per head moved; only territories with a figure in every year count.

    Args:
        years: Amounts ≥ 0 by year, the same territories in the same order; NaN where missing.
        groups: Group of each territory.
        population: Inhabitants of each.
        bootstrap: How the intervals are drawn.

    Returns:
        Indexed by measure (`gini`, `theil_between`, `theil_within`, `share_<group>`): first, last, change, low, high.

    Raises:
        MethodError: No territory has a figure in every year.
    """
    told = np.logical_and.reduce([np.isfinite(v) for v in years.values()]) & (population > 0)
    if not told.any():
        raise MethodError("amounts", "no territory has a figure in every year", "Choose fewer years")
    names, people = np.asarray(groups, dtype=object)[told], population[told]
    ends = [years[min(years)][told], years[max(years)][told]]
    times = _draw_times(names, bootstrap)
    times = times[np.logical_and.reduce([times @ amounts > 0 for amounts in ends])]  # a draw that holds nothing is void
    actual = [_measure(np.ones((1, len(names))), amounts, people, names) for amounts in ends]
    drawn = [_measure(times, amounts, people, names) for amounts in ends]
    rows = {}
    for measure in actual[0]:
        was, now = (float(year[measure][0]) for year in actual)
        low, high = bootstrap.bound(drawn[1][measure] - drawn[0][measure])
        rows[measure] = {"first": was, "last": now, "change": now - was, "low": low, "high": high}
    return pd.DataFrame.from_dict(rows, orient="index")


def _draw_times(names: npt.NDArray[np.object_], bootstrap: Bootstrap) -> Floats:
    """How many times each territory is drawn in each replication, group by group: replications × territories."""
    rng = np.random.default_rng(bootstrap.seed)
    times = np.zeros((bootstrap.draws, len(names)))
    for name in sorted(set(names), key=str):
        rows = np.flatnonzero(names == name)
        times[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=bootstrap.draws)
    return times


def _measure(times: Floats, amounts: Floats, people: Floats, names: npt.NDArray[np.object_]) -> dict[str, Floats]:
    """Shares, Gini and Theil per head where each territory counts `times` (replications × territories)."""
    held, living = times * amounts, times * people
    share = held / held.sum(axis=1, keepdims=True)
    reference = living / living.sum(axis=1, keepdims=True)
    order = np.argsort(amounts / people, kind="stable")
    groups = sorted(set(names), key=str)
    own = {g: share[:, names == g].sum(axis=1) for g in groups}
    living_of = np.stack([reference[:, names == g].sum(axis=1) for g in groups], axis=1)
    between = theil_of(np.stack(list(own.values()), axis=1), living_of)
    found = {
        "gini": gini_of(share[:, order], reference[:, order]),
        "theil_between": between,
        "theil_within": theil_of(share, reference) - between,
    }
    return found | {f"share_{g}": own[g] for g in groups}
