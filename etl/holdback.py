"""The only module that judges a source against its previous edition: silent shrinkage and jumps are held back."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.card import Card
from etl.corrections import CORRECTION_TABLE
from etl.errors import HeldBackError
from etl.ingest import Loaded


def check_change(card: Card, loaded: Loaded, previous: Loaded | None) -> None:
    """Refuse a result that lost rows, territories or years, or whose totals moved, beyond the card's bounds.

    Raises:
        HeldBackError: Names what changed, by how much, and how to accept it.
    """
    if previous is None:
        return
    remedy = f"If this is right, run: make refresh ACCEPT={card.code}"
    for name, before, after in _counts(previous, loaded):
        if after < before * (1 - card.shrink_tolerance):
            rule = f"{name}: {after:,} instead of {before:,}, more than {card.shrink_tolerance:.0%} fewer"
            raise HeldBackError(card.code, rule, remedy)
    for name, one, other in _totals(previous.observation, loaded.observation):
        if one and not 1 / card.total_bound <= other / one <= card.total_bound:
            rule = f"the total of {name} goes from {one:,.0f} to {other:,.0f}, beyond a factor of {card.total_bound:g}"
            raise HeldBackError(card.code, rule, remedy)


def _counts(before: Loaded, after: Loaded) -> Iterator[tuple[str, int, int]]:
    """What may not shrink: rows kept, links, rows of the geography tables, territories told by each series."""
    yield "rows kept", before.counts.get("rows_kept", 0), after.counts.get("rows_kept", 0)
    yield "links", len(before.link), len(after.link)
    for name, table in before.tables.items():
        if name == CORRECTION_TABLE:
            continue
        yield f"rows of '{name}'", len(table), len(after.tables.get(name, ()))
    told = _told(after.observation)
    for series, count in _told(before.observation).items():
        yield f"territories with a figure of {series}", count, told.get(series, 0)


def _told(observation: pd.DataFrame) -> dict[str, int]:
    """Number of territories that have a figure, by series."""
    if observation.empty:
        return {}
    told = observation[observation["value"].notna()].drop_duplicates(["series_code", "level", "territory_code"])
    return {str(series): int(count) for series, count in told["series_code"].value_counts(sort=False).items()}


def _totals(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Total of each series and year of the previous edition, then and now (0 when it is gone)."""
    old, new = _sum_by_year(before), _sum_by_year(after)
    for series, years in old.items():
        now = new.get(series, {})
        if len(years) == len(now) == 1 and max(now) > max(years):  # a list of what there is today, dated anew
            now = {max(years): now[max(now)]}
        for year, total in years.items():
            yield f"{series} {year}", total, now.get(year, 0.0)


def _sum_by_year(observation: pd.DataFrame) -> dict[str, dict[int, float]]:
    totals: dict[str, dict[int, float]] = {}
    if observation.empty:
        return totals
    sums = observation.groupby(["series_code", "year"], as_index=False)["value"].sum()
    for series, year, value in zip(sums["series_code"], sums["year"], sums["value"], strict=True):
        totals.setdefault(str(series), {})[int(year)] = float(value)
    return totals
