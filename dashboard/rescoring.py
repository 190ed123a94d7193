"""The only module that scores a build again under a reader's own choices, by the kernel that made the build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.profiles import read_matrix
from dashboard.queries import INDEX_CODES
from dashboard.standings import read_positions
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, format_number
from indicators.catalogue import Catalogue, Indicator, Pillar
from indicators.compute import build_tree
from indicators.inequality import compute_mobility
from indicators.personal import AGGREGATIONS, NORMALISATIONS, Choices, bind_choices
from indicators.ranks import compute_rank
from indicators.score import Scorer

MOST_MOVED: Final = 6  # territories named on each side
NORMALISED: Final = {
    "goalposts": "entre bornes fixes",
    "percentile": "par rang",
    "minmax": "du plus faible au plus fort",
}
AGGREGATED: Final = {"arithmetic": "moyenne arithmétique", "geometric": "moyenne géométrique"}


@per_build
def _bind(build: Build, catalogue: Catalogue, level: str, normalisation: str, aggregation: str) -> Scorer:
    """The kernel of a level, kept with the build: other weights only cost a weighted sum."""
    tree = build_tree(catalogue, level)
    scores = read_matrix(build, level, tree.columns).scores
    raw = read_matrix(build, level, tree.columns, column="value").scores
    directions = np.array([catalogue.find_indicator(code).direction for code in tree.columns], dtype=float)
    choices = Choices((), normalisation, aggregation)
    return bind_choices(tree, raw, scores, directions, choices, catalogue.score_range)


def rescore(build: Build, catalogue: Catalogue, level: str, choices: Choices) -> pd.DataFrame:
    """The territories of a level scored under a reader's choices, beside what is published.

    Returns:
        As `standings.read_positions`, its `<index>_score` and `_rank` replaced and its `_low`, `_high`, `_rank_low`,
        `_rank_high` empty (no interval is computed for a reader's own weights), the published ones under
        `<index>_was_…`, and `<index>_gained`: places won (> 0) or lost.
    """
    positions = read_positions(build, level)
    scorer = _bind(build, catalogue, level, choices.normalisation, choices.aggregation)
    tree = build_tree(catalogue, level)
    scored = scorer.score(tree.weight_vector(dict(choices.weights)))
    for code in [code for code in INDEX_CODES if code in tree.position]:
        ends = [f"{code}_{end}" for end in ("score", "low", "high", "rank", "rank_low", "rank_high")]
        was = positions[ends].rename(columns={end: end.replace(f"{code}_", f"{code}_was_") for end in ends})
        ranks = compute_rank(scored.column(code))
        positions = positions.join(was).assign(
            **{f"{code}_score": scored.column(code), f"{code}_rank": ranks},
            **(
                {}
                if choices.is_default
                else dict.fromkeys((end for end in ends if "_low" in end or "_high" in end), np.nan)
            ),
            **{f"{code}_gained": positions[f"{code}_rank"] - ranks},
        )
        positions[f"{code}_tied"] = positions.groupby(f"{code}_rank")[f"{code}_rank"].transform("size")
    return positions


@dataclass(frozen=True)
class Shift:
    """How far the order of one index moves.

    Attributes:
        tau: Kendall's tau-b between the published ranks and these.
        moved: Territories whose rank changes.
        far: Territories that move by more than a tenth of the ranking.
        ranked: Territories ranked in both.
        beyond: Territories whose rank leaves their published interval.
    """

    tau: float
    moved: int
    far: int
    ranked: int
    beyond: int


def measure_shift(rows: pd.DataFrame, index: str) -> Shift:
    """How far an index's order moves, from the rows of `rescore`."""
    both = rows.dropna(subset=[f"{index}_rank", f"{index}_was_rank"])
    now, was = both[f"{index}_rank"].to_numpy(float), both[f"{index}_was_rank"].to_numpy(float)
    far = int((np.abs(now - was) > len(both) / 10).sum())
    beyond = int(((now < both[f"{index}_was_rank_low"]) | (now > both[f"{index}_was_rank_high"])).sum())
    moved = int((now != was).sum())
    return Shift(compute_mobility(was, now, [""] * len(both))[0].tau, moved, far, len(both), beyond)


def list_moved(rows: pd.DataFrame, index: str, *, up: bool) -> pd.DataFrame:
    """The territories that win (or lose) most places on an index, the farthest first."""
    gained = rows[f"{index}_gained"]
    moved = rows[gained > 0] if up else rows[gained < 0]
    return moved.sort_values(f"{index}_gained", ascending=not up, kind="stable").head(MOST_MOVED)


def sort_changed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `rescore` by rank of the first index, those without a rank last."""
    first = next(code for code in INDEX_CODES if f"{code}_gained" in rows)
    return rows.sort_values([f"{first}_rank", "folded"], na_position="last", kind="stable")


def say_choices(catalogue: Catalogue, choices: Choices) -> list[str]:
    """What is decided otherwise, one phrase each: « Cibles : poids 2 au lieu de 1 »."""
    weighed: list[Pillar | Indicator] = [*catalogue.pillars, *catalogue.indicators]
    labels = {one.code: one.label for one in weighed}
    declared = {one.code: one.weight for one in weighed}
    told = [
        f"{labels[code]}{FIXED}: poids {_say_weight(weight)} au lieu de {_say_weight(declared[code])}"
        for code, weight in choices.weights
    ]
    if choices.normalisation != NORMALISATIONS[0]:
        told.append(f"notes {NORMALISED[choices.normalisation]} au lieu de bornes fixes")
    if choices.aggregation != AGGREGATIONS[0]:
        told.append(f"{AGGREGATED[choices.aggregation]} entre piliers")
    return told


def _say_weight(weight: float) -> str:
    return format_number(weight, 2).rstrip("0").rstrip(",") if weight % 1 else format_number(weight)
