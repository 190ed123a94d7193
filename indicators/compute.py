"""The only module that scores a build: panel, goalposts, tree, kernel, and the table `score`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.errors import BuildError
from indicators.catalogue import Catalogue
from indicators.goalposts import GOALPOST_FILE, as_fit, load_goalposts, normalise_panel
from indicators.panel import Panel, build_panel
from indicators.score import Scored, Scorer
from indicators.singularity import complete_panel
from indicators.tree import Node, Tree

FloatArray = npt.NDArray[np.float64]
SCORED_LEVELS = ("epci",)
AS_IS = "as_is"


@cache
def build_tree(catalogue: Catalogue) -> Tree:
    """The index tree: two roots, geometric between pillars, arithmetic within a pillar; context indicators left out."""
    indices = [Node(i.code, method="geometric", coverage=catalogue.coverage["index"]) for i in catalogue.indices]
    pillars = [Node(p.code, p.index, p.weight, coverage=catalogue.coverage["pillar"]) for p in catalogue.pillars]
    leaves = [Node(i.code, i.pillar, i.weight) for i in catalogue.scored]
    return Tree((*indices, *pillars, *leaves))


def score_panel(catalogue: Catalogue, panel: Panel, normalised: FloatArray) -> Scored:
    """Scores and coverage of every node, at the declared weights."""
    tree = build_tree(catalogue)
    place = [[i.code for i in panel.indicators].index(c) for c in tree.columns]
    return Scorer(tree, normalised[:, place]).score()


def write_scores(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, goalpost_file: Path = GOALPOST_FILE) -> None:
    """Write `fit` and `score` into an unpublished build, for every level that is scored.

    Raises:
        BuildError: No territory of a level has a score.
    """
    for level in SCORED_LEVELS:
        goalposts = load_goalposts(catalogue, level, goalpost_file)
        fit = as_fit(goalposts)
        panel = build_panel(con, catalogue, level=level)
        normalised = normalise_panel(panel, fit, catalogue.score_range)
        panel, normalised, _ = complete_panel(catalogue, panel, normalised, fit)
        scored = score_panel(catalogue, panel, normalised)
        for index in catalogue.indices:
            if np.isnan(scored.column(index.code)).all():
                raise BuildError(f"score of {index.code}, level {level}", "no territory has one",
                                 "Check that the sources of its pillars were loaded: make status")  # fmt: skip
        _insert(con, "fit", goalposts)
        _insert(con, "score", pd.concat([_index_rows(panel, scored), _indicator_rows(panel, normalised)]))


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    con.register("frame", frame)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM frame")
    con.unregister("frame")


def _index_rows(panel: Panel, scored: Scored) -> pd.DataFrame:
    """Rows of `score` for indices and pillars."""
    inner = [c for c in scored.tree.codes if c in scored.tree.children]
    frames = []
    for code in inner:
        place = scored.tree.position[code]
        frames.append(_rows(panel, code, scored.scores[:, place]).assign(coverage=scored.coverage[:, place]))
    return pd.concat(frames, ignore_index=True)


def _indicator_rows(panel: Panel, normalised: FloatArray) -> pd.DataFrame:
    """Rows of `score` for indicators: raw figure, its years and status, normalised score."""
    frames = []
    for place, one in enumerate(panel.indicators):
        values = panel.values[:, place]
        told = np.isfinite(values)
        frames.append(
            _rows(panel, one.code, normalised[:, place] if one.is_scored else np.full(len(values), np.nan)).assign(
                value=values,
                coverage=told.astype(float),
                first_year=np.where(told, panel.first_year[:, place], 0),
                last_year=np.where(told, panel.last_year[:, place], 0),
                status=np.where(panel.estimated[:, place], "estimated", "ok"),
                rank=rank_descending(_towards_best(one.worst, one.best, values, normalised[:, place])),
            )[told]
        )
    return pd.concat(frames, ignore_index=True)


def _towards_best(worst: object, best: object, values: FloatArray, normalised: FloatArray) -> FloatArray:
    """What an indicator is ranked on: the raw figure in its direction of reading (clipped scores would tie)."""
    falling = worst in ("p95", "max") or (not isinstance(worst, str) and not isinstance(best, str) and worst > best)  # type: ignore[operator]
    return np.where(np.isfinite(normalised), -values if falling else values, np.nan)


def _rows(panel: Panel, node: str, scores: FloatArray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "level": panel.level, "territory_code": panel.codes, "edition": panel.edition, "variant": AS_IS,
            "node_code": node, "score": scores, "rank": rank_descending(scores),
        }
    )  # fmt: skip


def rank_descending(scores: FloatArray) -> pd.array:  # type: ignore[valid-type]
    """Rank of each score, 1 the greatest; ties share the best rank; no score, no rank.

    Args:
        scores: Shape (n,), unrounded.
    """
    return pd.Series(scores).rank(method="min", ascending=False).astype("Int64").array
