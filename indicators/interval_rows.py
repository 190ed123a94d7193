"""The only module that writes the published intervals of a build: bounds beside each score and rank, and replicates."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from indicators.robustness import PUBLISHED, Interval, Intervals, compute_intervals
from indicators.simulation import Replicates
from indicators.tree import Floats, Tree

BOUNDS = ("score_low", "score_high", "rank_low", "rank_high")


def add_intervals(rows: pd.DataFrame, intervals: Intervals, codes: Sequence[str]) -> pd.DataFrame:
    """Rows of indices and pillars with their bounds.

    Args:
        rows: Rows of the table `score` of one level, from `score_rows.index_rows`.
        intervals: From `compute_level_intervals`.
        codes: Territory of each unit.
    """
    bounds = intervals.table.assign(territory_code=np.asarray(codes, dtype=object)[intervals.table["unit"]])
    keys = ["territory_code", "node_code"]
    return rows.merge(bounds[[*keys, *BOUNDS]], on=keys, how="left", validate="one_to_one")


def compute_level_intervals(tree: Tree, normalised: Floats, *, keep: bool, interval: Interval = PUBLISHED) -> Intervals:
    """Intervals of the indices and pillars of one level.

    Args:
        tree: The index tree of the level.
        normalised: Scores of the indicators, units × `tree.columns`.
        keep: Whether the ranks of the two indices are kept replicate by replicate.
        interval: What is varied; the published one unless a test asks for less.
    """
    return compute_intervals(tree, normalised, interval, keep=tree.roots if keep else ())


def write_replicates(con: duckdb.DuckDBPyConnection, replicates: Replicates, codes: Sequence[str]) -> None:
    """Write the ranks kept into the table `replicate`; a unit without a rank in a replicate has no row."""
    units = pd.DataFrame({"unit": np.arange(len(codes)), "territory_code": list(codes)})
    con.register("units", units)
    for place, node in enumerate(replicates.nodes):
        ranks = replicates.ranks[place]
        turns, count = ranks.shape
        frame = pd.DataFrame(
            {
                "replicate": np.repeat(np.arange(turns, dtype=np.int32), count),
                "unit": np.tile(np.arange(count, dtype=np.int32), turns),
                "rank": ranks.reshape(-1).astype(np.int32),
            }
        )
        con.register("frame", frame)
        con.execute(
            "INSERT INTO replicate SELECT ?, replicate, territory_code, rank FROM frame JOIN units USING (unit) "
            "WHERE rank > 0 ORDER BY replicate, territory_code", [node],
        )  # fmt: skip
        con.unregister("frame")
    con.unregister("units")
