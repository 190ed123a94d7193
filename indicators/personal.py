"""The only module that says how a reader may score otherwise: weights, normalisation, mean between pillars.

scorer = bind_choices(tree, raw, scores, towards_best, choices, (1.0, 100.0))
scorer.score(tree.weight_vector(dict(choices.weights)))        # the kernel of the build: equal to it at the default

At the default choices the scores are those of the build, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl.errors import MethodError
from indicators.normalise import Figures, n_minmax, n_percentile
from indicators.robustness import aggregate_above
from indicators.score import Scorer
from indicators.tree import Floats, Tree

GOALPOSTS, PERCENTILE, MINMAX = "goalposts", "percentile", "minmax"
NORMALISATIONS: Final = (GOALPOSTS, PERCENTILE, MINMAX)
DECLARED = "declared"
AGGREGATIONS: Final = (DECLARED, "arithmetic", "geometric")


@dataclass(frozen=True)
class Choices:
    """What a reader decides otherwise.

    Attributes:
        weights: Code and weight of the nodes whose weight is not the declared one.
        normalisation: One of `NORMALISATIONS`: as declared, by percentile rank, by min-max of the raw figures.
        aggregation: One of `AGGREGATIONS`: how pillars become an index.

    Raises:
        MethodError: A normalisation or an aggregation that is not offered.
    """

    weights: tuple[tuple[str, float], ...] = ()
    normalisation: str = GOALPOSTS
    aggregation: str = DECLARED

    def __post_init__(self) -> None:
        """Refuse what is not offered."""
        for where, value, offered in (
            ("normalisation", self.normalisation, NORMALISATIONS),
            ("aggregation", self.aggregation, AGGREGATIONS),
        ):
            if value not in offered:
                raise MethodError(where, f"“{value}” is not offered", f"Choose one of {', '.join(offered)}")

    @property
    def is_default(self) -> bool:
        """Whether nothing is decided otherwise."""
        return self == DEFAULT


DEFAULT: Final = Choices()


def bind_choices(
    tree: Tree, raw: Floats, scores: Floats, directions: Floats, choices: Choices, score_range: tuple[float, float]
) -> Scorer:
    """The kernel under a normalisation and an aggregation, ready for any weights.

    Args:
        tree: The index tree as declared.
        raw: Raw figures, units × `tree.columns`, NaN where missing.
        scores: Their scores as published, same shape.
        directions: 1 where a high figure is good, −1 where a low one is; one per column.
        choices: What is decided otherwise; its weights are left to `Scorer.score`.
        score_range: Lowest and highest score.

    Returns:
        The kernel; bound to `scores` themselves at the default normalisation. A column whose figures do not vary, which
        no other normalisation can spread, keeps its published scores.
    """
    if choices.normalisation != GOALPOSTS:
        columns = [
            _renormalise(code, raw[:, place], scores[:, place], int(directions[place]), choices, score_range)
            for place, code in enumerate(tree.columns)
        ]
        scores = np.column_stack(columns)
    return Scorer(tree if choices.aggregation == DECLARED else aggregate_above(tree, choices.aggregation), scores)


def _renormalise(
    code: str, raw: Floats, scores: Floats, direction: int, choices: Choices, score_range: tuple[float, float]
) -> Floats:
    """One column on `score_range` by another normalisation, missing where it has no published score."""
    low, high = score_range
    told = np.where(np.isfinite(scores), raw, np.nan)
    present = told[np.isfinite(told)]
    if not present.size or present.min() == present.max():
        return scores
    figures = Figures(code, told, direction)
    scale = n_percentile(figures) if choices.normalisation == PERCENTILE else n_minmax(figures)
    share = scale(told) / (1.0 if choices.normalisation == PERCENTILE else 100.0)
    spread: Floats = low + (high - low) * share
    return spread
