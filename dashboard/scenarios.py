"""The only module that draws again the scores behind the published interval, scenario by scenario."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dashboard.profiles import read_matrix
from dashboard.warehouse import Build
from indicators.catalogue import Catalogue
from indicators.compute import build_tree
from indicators.draws import Cube, Seeded
from indicators.robustness import PUBLISHED, Interval, vary_aggregation
from indicators.simulation import simulate
from indicators.tree import Floats, Tree

ALL = slice(None)


def draw_scenarios(
    tree: Tree, normalised: Floats, nodes: Sequence[str], *, interval: Interval = PUBLISHED
) -> dict[str, Floats]:
    """Scores in each scenario of method, for indices and pillars.

    A score does not depend on the other territories (goalposts are fixed): drawing a few gives what drawing all would.

    Args:
        tree: The index tree.
        normalised: Scores of the indicators, territories × `tree.columns`.
        nodes: Codes of indices and pillars.
        interval: What is varied; the published one unless a test asks for less.

    Returns:
        By node, scenarios × territories; NaN where a scenario gives no score.
    """
    model = vary_aggregation(tree, normalised, interval.aggregations)
    source = Seeded(Cube(tree, interval.varied, model.counts), interval.seed, interval.replicates)
    run = simulate(model, source, tuple(nodes), keep_scores=True)
    return {node: run.scores_of(node).astype(float) for node in nodes}


def draw_published(
    build: Build, catalogue: Catalogue, nodes: Sequence[str], rows: npt.NDArray[np.int64] | slice = ALL
) -> dict[str, Floats]:
    """The scenarios of the published index, for the intercommunalités at some places of `standings.read_places`."""
    tree = build_tree(catalogue, "epci")
    return draw_scenarios(tree, read_matrix(build, "epci", tuple(tree.columns)).scores[rows], nodes)
