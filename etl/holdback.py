"""The only module that judges a source against its previous edition: silent shrinkage and jumps are held back."""

from __future__ import annotations

import pandas as pd

from etl.card import Card
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
    before, after = previous.counts.get("rows_kept", 0), loaded.counts.get("rows_kept", 0)
    if before and after < before * (1 - card.shrink_tolerance):
        raise HeldBackError(card.code, f"{after:,} rows kept instead of {before:,}, more than "
                            f"{card.shrink_tolerance:.0%} fewer", remedy)  # fmt: skip
    for name, (one, other) in _totals(previous.observation, loaded.observation).items():
        if one and not 1 / card.total_bound <= other / one <= card.total_bound:
            raise HeldBackError(card.code, f"the total of {name} goes from {one:,.0f} to {other:,.0f}", remedy)


def _totals(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Total of each series and year of the previous edition, then and now (0 when it is gone)."""
    if before.empty:
        return {}
    keys = ["series_code", "year"]
    old = before.groupby(keys)["value"].sum()
    new = after.groupby(keys)["value"].sum().reindex(old.index).fillna(0.0) if len(after) else old * 0.0
    return {f"{series} {year}": (float(old[series, year]), float(new[series, year])) for series, year in old.index}
