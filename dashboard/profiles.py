"""The only module that compares a profile: whom it is like, in what it differs, what makes its score and moves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.queries import read_profile
from dashboard.reading import AS_PUBLISHED, PUBLISHED, SQL, Reading
from dashboard.standings import count_ranked, read_places
from dashboard.warehouse import Build, per_build
from indicators.attribution import share_gap
from indicators.catalogue import Catalogue
from indicators.compute import build_tree
from indicators.goalposts import as_fit
from indicators.importance import compute_levers
from indicators.peers import Difference, Neighbour, find_differences, find_members, find_nearest
from indicators.score import Scored, Scorer
from indicators.singularity import read_peer_stats
from indicators.tree import Floats

STEP = 10.0  # points of score a lever is moved by
UNUSUAL = 1.0  # peer standard deviations from which a figure is told as an advantage or a weakness
MOST_TOLD = 4
MOST_LIKE = 5
Column = Literal["score", "value"]


@dataclass(frozen=True)
class Matrix:
    """Scores of the nodes of one level, or their raw figures.

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
def read_matrix(
    build: Build, level: str, codes: tuple[str, ...], reading: Reading = PUBLISHED, column: Column = "score"
) -> Matrix:
    """Scores of nodes (raw figures: `value`) for every territory, in the order of `standings.read_places`."""
    whole = _read_whole(build, level, reading, column)
    at = {code: place for place, code in enumerate(whole.codes)}
    scores = np.full((len(whole.rows), len(codes)), np.nan)
    for place, code in enumerate(codes):
        if code in at:
            scores[:, place] = whole.scores[:, at[code]]
    return Matrix(codes, whole.rows, scores)


@per_build
def _read_whole(build: Build, level: str, reading: Reading, column: Column) -> Matrix:
    """Scores of all the nodes of a level; those of communes, a million, come as places in the table, not as names."""
    codes = tuple(count_ranked(build, level, reading))
    places = [str(code) for code in read_places(build, level)["territory_code"]]
    found = build.read(
        f"""
        WITH place AS (SELECT unnest($places) AS territory_code, unnest(range(len($places))) AS at),
        node AS (SELECT unnest($codes) AS node_code, unnest(range(len($codes))) AS "column")
        SELECT place.at, node."column", {column} AS figure
        FROM score JOIN place USING (territory_code) JOIN node USING (node_code)
        WHERE level = $level AND {SQL} AND {column} IS NOT NULL
        """,
        {"level": level, "places": places, "codes": list(codes), **reading.parameters},
    )
    scores = np.full((len(places), len(codes)), np.nan)
    scores[found["at"].to_numpy(int), found["column"].to_numpy(int)] = found["figure"]
    return Matrix(codes, {code: row for row, code in enumerate(places)}, scores)


@per_build
def find_group_rows(build: Build, level: str, group: str) -> npt.NDArray[np.int64]:
    """Places of the territories compared in a group, in the order of `standings.read_places`."""
    return find_members(read_places(build, level), group).astype(np.int64)


def find_group(build: Build, level: str, territory_code: str) -> str:
    """Code of the group a territory is compared in."""
    places = read_places(build, level)
    row = _read_whole(build, level, PUBLISHED, "score").rows[territory_code]
    return str(places["peer_group"].iloc[row])


@per_build
def read_full_profile(
    build: Build, catalogue: Catalogue, level: str, territory_code: str, peers: tuple[str, ...], reading: Reading
) -> pd.DataFrame:
    """As `queries.read_profile`, with the indicators that a variant reads as they are, which it has no rows for.

    Its columns hold objects: a page reads some sixty rows one by one, which is slow across columns of several types.
    """
    own = read_profile(build, level, territory_code, peers, reading)
    if reading.variant == AS_PUBLISHED:
        return own.astype(object)
    plain = read_profile(build, level, territory_code, peers, replace(reading, variant=AS_PUBLISHED))
    alike = [one.code for one in catalogue.indicators if reading.variant not in one.variants]
    return pd.concat([own, plain[plain.index.isin(alike) & ~plain.index.isin(own.index)]]).astype(object)


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
    codes = list_observed(catalogue, level)
    matrix = read_matrix(build, level, codes)
    row, group = matrix.rows[territory_code], find_group(build, level, territory_code)
    stats = read_peer_stats(read_fit(build, level), codes).get(group)
    if stats is None:
        return []
    peers = matrix.scores[find_group_rows(build, level, group)]
    found = find_differences(matrix.scores[row], stats, codes, peers)
    return [one for one in found if abs(one.excess) >= UNUSUAL]


@per_build
def read_fit(build: Build, level: str) -> dict[str, dict[str, float]]:
    """Goalposts of a level, by indicator then parameter."""
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

    Returns:
        As `importance.compute_levers`, with `score_up` and `score_down`, the scores after each step.
    """
    tree = build_tree(catalogue, level)
    matrix = read_matrix(build, level, tuple(tree.columns))
    row = matrix.rows[territory_code]
    if node_code not in tree.roots or not _has_score(build, catalogue, level, node_code, territory_code):
        return pd.DataFrame()
    table = compute_levers(tree, matrix.scores, node_code, row, step=STEP, count=None)
    observed = table.index.isin(list_observed(catalogue, level))
    moves = (table["gained"] > 0) | (table["lost"] > 0)
    kept = table[observed & moves].head(MOST_LIKE)
    reached = matrix.pick(tuple(kept.index))
    ends = np.nanmin(reached, axis=0), np.nanmax(reached, axis=0)
    return kept.assign(
        **{f"score_{way}": np.clip(kept["score"] + step, *ends) for way, step in (("up", STEP), ("down", -STEP))}
    )


@per_build
def _rescore(build: Build, catalogue: Catalogue, level: str) -> Scored:
    """The indices of a level from the stored scores of their indicators, by the kernel of the build."""
    tree = build_tree(catalogue, level)
    return Scorer(tree, read_matrix(build, level, tuple(tree.columns)).scores).score()


def _has_score(build: Build, catalogue: Catalogue, level: str, node_code: str, territory_code: str) -> bool:
    row = _read_whole(build, level, PUBLISHED, "score").rows[territory_code]
    return bool(np.isfinite(_rescore(build, catalogue, level).column(node_code)[row]))


@per_build
def read_contributions(
    build: Build, catalogue: Catalogue, level: str, node_code: str, territory_code: str
) -> pd.DataFrame:
    """The gap of a territory's index to that of its « median » (see `_read_median`), shared out among what makes it.

    Returns:
        As `attribution.share_gap`; empty without a score.
    """
    tree = build_tree(catalogue, level)
    if node_code not in tree.roots or not _has_score(build, catalogue, level, node_code, territory_code):
        return pd.DataFrame()
    matrix = read_matrix(build, level, tuple(tree.columns))
    own = matrix.scores[matrix.rows[territory_code]]
    median = _read_median(build, catalogue, level, find_group(build, level, territory_code))
    return share_gap(tree, own, median, node_code)


@per_build
def _read_median(build: Build, catalogue: Catalogue, level: str, group: str) -> Floats:
    """A territory that no one is: on each indicator, the median score of those compared in a group."""
    scores = read_matrix(build, level, tuple(build_tree(catalogue, level).columns)).scores
    told = scores[find_group_rows(build, level, group)]
    return np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else np.nan for c in told.T])


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
