"""The only place where scores become ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.tree import Floats


def compute_rank(scores: Floats) -> Floats:
    """Return the rank of each unit, 1 the best: 1 + #{strictly greater scores}; ties share the best rank.

    Args:
        scores: One score per unit, unrounded; NaN where there is none.

    Returns:
        Ranks as whole floats, NaN where there is no score.
    """
    ordered = np.sort(scores[~np.isnan(scores)])
    above = ordered.size - np.searchsorted(ordered, scores, side="right")
    ranks: Floats = np.where(np.isnan(scores), np.nan, above + 1.0)
    return ranks


def compute_ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the ranks of a table units × nodes, node by node, as integers missing where there is no score."""
    ranks = {code: compute_rank(scores[code].to_numpy(float)) for code in scores}
    return pd.DataFrame(ranks, index=scores.index).astype("Int64")
