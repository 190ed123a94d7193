"""The only module that compares a profile: whom a territory is like, in what it differs, what would move its rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.reading import AS_PUBLISHED
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from indicators.catalogue import Catalogue
from indicators.compute import build_tree
from indicators.goalposts import as_fit
from indicators.importance import compute_levers
from indicators.peers import Difference, Neighbour, find_differences, find_members, find_nearest
from indicators.singularity import read_peer_stats
from indicators.tree import Floats

STEP = 10.0  # points of score a lever is moved by
UNUSUAL = 1.0  # peer standard deviations from which a figure is told as an advantage or a weakness
MOST_TOLD = 4
MOST_LIKE = 5


@dataclass(frozen=True)
class Matrix:
    """Scores of the indicators of one level.

    Attributes:
        codes: Indicators, in the columns' order.
        rows: Place of each territory.
        scores: Territories × indicators, NaN where missing.
    """

    codes: tuple[str, ...]
    rows: dict[str, int]
    scores: Floats

    def pick(self, codes: tuple[str, ...]) -> Floats:
        """The columns of some indicators, in their order."""
        picked: Floats = self.scores[:, [self.codes.index(code) for code in codes]]
        return picked


@per_build
def read_matrix(build: Build, level: str, codes: tuple[str, ...]) -> Matrix:
    """Scores of indicators for every territory of a level, in the order of `standings.read_places`."""
    found = build.read(
        """
        SELECT territory_code, node_code, score FROM score
        WHERE level = $level AND variant = $variant AND node_code IN (SELECT unnest($codes))
              AND edition = (SELECT max(edition) FROM build)
        """,
        {"level": level, "variant": AS_PUBLISHED, "codes": list(codes)},
    )
    places = read_places(build, level)["territory_code"]
    rows = {str(code): row for row, code in enumerate(places)}
    scores = np.full((len(rows), len(codes)), np.nan)
    column = found["node_code"].map({code: at for at, code in enumerate(codes)})
    scores[found["territory_code"].map(rows), column] = found["score"]
    return Matrix(codes, rows, scores)


def list_observed(catalogue: Catalogue, level: str) -> tuple[str, ...]:
    """Scored indicators that come from figures, not from the scores of the others."""
    return tuple(one.code for one in catalogue.scored_at(level) if not one.is_derived)


@per_build
def read_neighbours(build: Build, catalogue: Catalogue, level: str, territory_code: str) -> list[Neighbour]:
    """The nearest profiles of the level; none for a territory without a score."""
    codes = list_observed(catalogue, level)
    matrix = read_matrix(build, level, codes)
    row = matrix.rows[territory_code]
    if not np.isfinite(matrix.scores[row]).any():
        return []
    return find_nearest(matrix.scores, row, codes, count=MOST_LIKE)


@per_build
def find_medians(build: Build, catalogue: Catalogue, level: str) -> dict[str, float]:
    """Median score of each indicator at a level, to say on which side of it two territories meet."""
    codes = list_observed(catalogue, level)
    scores = read_matrix(build, level, codes).scores
    return {c: float(np.nanmedian(scores[:, at])) for at, c in enumerate(codes) if np.isfinite(scores[:, at]).any()}


@per_build
def read_differences(build: Build, catalogue: Catalogue, level: str, territory_code: str) -> list[Difference]:
    """Unusual figures against the comparable territories, as stored with the goalposts, the most unusual first."""
    places = read_places(build, level)
    codes = list_observed(catalogue, level)
    matrix = read_matrix(build, level, codes)
    row = matrix.rows[territory_code]
    group = str(places["peer_group"].iloc[row])
    stats = read_peer_stats(_read_fit(build, level), codes).get(group)
    if stats is None:
        return []
    peers = matrix.scores[find_members(places, group)]
    found = find_differences(matrix.scores[row], stats, codes, peers)
    return [one for one in found if abs(one.excess) >= UNUSUAL]


@per_build
def _read_fit(build: Build, level: str) -> dict[str, dict[str, float]]:
    table = build.read(
        """
        SELECT * FROM fit WHERE level = $level AND edition = (SELECT max(edition) FROM build)
        """,
        {"level": level},
    )
    return as_fit(table)


@per_build
def read_levers(build: Build, catalogue: Catalogue, level: str, node_code: str, territory_code: str) -> pd.DataFrame:
    """The figures that would move a territory's rank most; empty without a rank. See `importance.compute_levers`.

    A derived indicator is left out: nobody acts on it but through the figures it is made of.
    """
    tree = build_tree(catalogue, level)
    matrix = read_matrix(build, level, tuple(tree.columns))
    row = matrix.rows[territory_code]
    if node_code not in tree.roots or not np.isfinite(matrix.scores[row]).any():
        return pd.DataFrame()
    if np.isnan(_score_of(build, level, node_code, territory_code)):
        return pd.DataFrame()
    table = compute_levers(tree, matrix.scores, node_code, row, step=STEP, count=None)
    observed = table.index.isin(list_observed(catalogue, level))
    moves = (table["gained"] > 0) | (table["lost"] > 0)
    return table[observed & moves].head(MOST_LIKE)


def _score_of(build: Build, level: str, node_code: str, territory_code: str) -> float:
    rows = build.read_rows(
        """
        SELECT score FROM score WHERE level = $level AND variant = $variant AND node_code = $node
               AND territory_code = $code AND edition = (SELECT max(edition) FROM build)
        """,
        {"level": level, "variant": AS_PUBLISHED, "node": node_code, "code": territory_code},
    )
    return float("nan") if not rows or rows[0]["score"] is None else float(rows[0]["score"])


@per_build
def read_past(build: Build, level: str, territory_code: str) -> pd.DataFrame:
    """The retrospective index of a territory: edition, node_code (`retro_…`), score; empty where it has none."""
    return build.read(
        """
        SELECT edition, node_code, score FROM score
        WHERE level = $level AND territory_code = $code AND variant = $variant AND score IS NOT NULL
              AND node_code IN ('retro_attractivite', 'retro_rayonnement')
        ORDER BY node_code, edition
        """,
        {"level": level, "code": territory_code, "variant": AS_PUBLISHED},
    )
