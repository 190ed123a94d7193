"""The only module that asks a build how the gap moved over the editions of the retrospective index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.gaps import BOOTSTRAP, EMPTY, LEVEL, list_composites, measure_gap
from dashboard.groups import FIRST, SECOND, Sides, per_groups
from dashboard.reading import PUBLISHED
from dashboard.scenarios import draw_scenarios
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from etl.errors import MethodError
from indicators.catalogue import Catalogue
from indicators.compute import build_tree
from indicators.gaps import Gap, compute_gap_change


@dataclass(frozen=True)
class Past:
    """The gap on the retrospective index.

    Attributes:
        table: node_code (indices), edition, then the fields of `gaps.Gap`, whose interval is that of the territories.
        changes: By index or pillar: first edition, last one, and how the gap moved between the two; this interval holds
            the choices of method too.
    """

    table: pd.DataFrame
    changes: dict[str, tuple[int, int, Gap]]


@per_groups
def read_past(build: Build, catalogue: Catalogue, sides: Sides) -> Past:
    """How the gap moved over the editions of the retrospective index; empty where there is none."""
    past = catalogue.retrospective
    if past is None:
        return Past(pd.DataFrame(), {})
    places = read_places(build, LEVEL)
    groups = sides.assign(places)
    inside = np.flatnonzero((groups == FIRST) | (groups == SECOND))
    groups, codes = groups[inside], places["territory_code"].iloc[inside]
    found = _read_past_scores(build, catalogue)
    editions = {int(year): _lay_out(found[found["edition"].eq(year)], codes) for year in np.unique(found["edition"])}
    rows = [
        {"node_code": node, "edition": edition} | measure_gap(scores[node].to_numpy(float), groups)
        for edition, scores in editions.items()
        for node in (one.code for one in past.catalogue.indices)
        if node in scores
    ]
    table = pd.DataFrame(rows, columns=["node_code", "edition", *EMPTY]).dropna(subset=["difference"])
    return Past(table, _compare_ends(editions, past.catalogue, groups) if len(editions) > 1 else {})


def _lay_out(rows: pd.DataFrame, codes: pd.Series[str]) -> pd.DataFrame:
    """Scores of one edition: territories × nodes."""
    return rows.pivot(index="territory_code", columns="node_code", values="score").reindex(codes)


def _compare_ends(
    editions: dict[int, pd.DataFrame], catalogue: Catalogue, groups: npt.NDArray[np.object_]
) -> dict[str, tuple[int, int, Gap]]:
    """How the gap moved from the first edition to the last, in the scenarios of method of the published interval."""
    ends, tree, nodes = (min(editions), max(editions)), build_tree(catalogue, LEVEL), list_composites(catalogue)
    was, now = (editions[end].reindex(columns=[*nodes, *tree.columns]) for end in ends)
    drawn = [draw_scenarios(tree, year[list(tree.columns)].to_numpy(float), nodes) for year in (was, now)]
    found = {}
    for node in nodes:
        try:
            change = compute_gap_change(
                was[node].to_numpy(float), now[node].to_numpy(float), groups, FIRST, SECOND,
                statistic="median", scenarios=(drawn[0][node], drawn[1][node]), bootstrap=BOOTSTRAP,
            )  # fmt: skip
        except MethodError:
            continue
        found[node] = (*ends, change)
    return found


@per_build
def _read_past_scores(build: Build, catalogue: Catalogue) -> pd.DataFrame:
    """Scores of every node of the retrospective index: node_code, edition, territory_code, score."""
    past = catalogue.retrospective
    nodes = [] if past is None else [*list_composites(past.catalogue), *(one.code for one in past.catalogue.indicators)]
    return build.read(
        """
        SELECT node_code, edition, territory_code, score FROM score
        WHERE level = 'epci' AND variant = $variant AND node_code IN (SELECT unnest($nodes)) AND score IS NOT NULL
        """,
        {"nodes": nodes, "variant": PUBLISHED.variant},
    )


@per_build
def list_carried(build: Build, catalogue: Catalogue) -> list[tuple[str, int]]:
    """Figures of the retrospective index that its last edition takes from an earlier year: label, that year."""
    past = catalogue.retrospective
    if past is None:
        return []
    labels = {one.code: one.label for one in past.catalogue.indicators}
    rows = build.read_rows(
        """
        SELECT node_code, max(last_year) AS year FROM score
        WHERE level = 'epci' AND edition = (SELECT max(edition) FROM score WHERE node_code IN (SELECT unnest($nodes)))
              AND node_code IN (SELECT unnest($nodes))
        GROUP BY 1 HAVING max(last_year) < max(edition) ORDER BY 2, 1
        """,
        {"nodes": list(labels)},
    )
    return [(labels[str(r["node_code"])], int(r["year"])) for r in rows]
