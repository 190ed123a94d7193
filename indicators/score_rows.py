"""The only module that writes figures and scores as rows of the table `score`."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.panel import Panel
from indicators.score import Scored
from indicators.tree import Floats


def index_rows(panel: Panel, scored: Scored, variant: str) -> pd.DataFrame:
    """Rows of the indices and pillars: score, rank, coverage."""
    inner = [c for c in scored.tree.codes if c in scored.tree.children]
    frames = []
    for code in inner:
        place = scored.tree.position[code]
        frame = _rows(panel, code, variant, scored.scores[:, place])
        frames.append(frame.assign(coverage=scored.coverage[:, place]))
    return pd.concat(frames, ignore_index=True)


def indicator_rows(
    panel: Panel, normalised: Floats, variant: str, places: Collection[int] | None = None
) -> pd.DataFrame:
    """Rows of the indicators that have a figure: raw figure, its years and status, score, rank.

    Args:
        panel: Raw figures.
        normalised: Their scores.
        variant: How they are read.
        places: The indicators wanted; all by default.
    """
    frames = []
    for place in range(len(panel.indicators)) if places is None else places:
        one, values = panel.indicators[place], panel.values[:, place]
        told = np.isfinite(values)
        # ranked on the raw figure in its direction of reading: clipped scores would tie
        frames.append(
            _rows(panel, one.code, variant, normalised[:, place] if one.is_scored else np.full(len(values), np.nan))
            .assign(
                value=values,
                coverage=told.astype(float),
                first_year=np.where(told, panel.first_year[:, place], 0),
                last_year=np.where(told, panel.last_year[:, place], 0),
                status=np.where(panel.estimated[:, place], "estimated", "ok"),
                rank=rank_descending(np.where(np.isfinite(normalised[:, place]), one.direction * values, np.nan)),
            )[told]
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _rows(panel: Panel, node: str, variant: str, scores: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "level": panel.level, "territory_code": panel.codes, "edition": panel.edition, "variant": variant,
            "node_code": node, "score": scores, "rank": rank_descending(scores),
        }
    )  # fmt: skip


def rank_descending(scores: npt.ArrayLike) -> pd.array:  # type: ignore[valid-type]
    """Rank of each score, 1 the greatest; ties share the best rank; no score, no rank.

    Args:
        scores: Shape (n,), unrounded.
    """
    return pd.Series(scores).rank(method="min", ascending=False).astype("Int64").array
