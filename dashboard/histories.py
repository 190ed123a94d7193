"""The only module that asks a build for what territories were: raw series by year, retrospective scores and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dashboard.queries import Place
from dashboard.reading import AS_PUBLISHED
from dashboard.standings import PAST
from dashboard.warehouse import Build, per_build
from indicators.tree import Floats

LEAST_YEARS = 2  # from which there is something to follow


@dataclass(frozen=True)
class Series:
    """A published series that has several years at a level."""

    code: str
    label: str
    unit: str
    aggregation: str
    first: int
    last: int
    years: int


@per_build
def list_series(build: Build, level: str) -> tuple[Series, ...]:
    """The series with two years at least at a level, the longest first."""
    rows = build.read_rows(
        """
        SELECT o.series_code AS code, coalesce(any_value(s.label), o.series_code) AS label,
               coalesce(any_value(s.unit), '') AS unit, coalesce(any_value(s.aggregation), '') AS aggregation,
               min(o.year) AS first, max(o.year) AS last, count(DISTINCT o.year) AS years
        FROM observation o LEFT JOIN series s USING (series_code)
        WHERE o.level = $level GROUP BY 1 HAVING count(DISTINCT o.year) >= $least ORDER BY years DESC, label
        """,
        {"level": level, "least": LEAST_YEARS},
    )
    return tuple(Series(**row) for row in rows)


@per_build
def read_series_years(build: Build, level: str, series_code: str) -> pd.DataFrame:
    """Every figure of a series at a level: territory_code, year, value (NaN when secret), status, source_code."""
    return build.read(
        """
        SELECT territory_code, year, value, status, source_code FROM observation
        WHERE level = $level AND series_code = $series ORDER BY territory_code, year
        """,
        {"level": level, "series": series_code},
    )


def pick_history(years: pd.DataFrame, places: Sequence[Place]) -> pd.DataFrame:
    """The figures of some territories: those of `read_series_years`, with `place`, their order from 0."""
    order = {place.territory_code: at for at, place in enumerate(places)}
    own = years[years["territory_code"].isin(list(order))]
    return own.assign(place=own["territory_code"].map(order)).sort_values(["place", "year"])


def compute_medians(years: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
    """Median of some territories, year by year: year, median, count (how many have a figure that year)."""
    own = years[years["territory_code"].isin(list(members)) & years["value"].notna()]
    grouped = own.groupby("year")["value"]
    return pd.DataFrame({"median": grouped.median(), "count": grouped.size()}).reset_index()


@dataclass(frozen=True)
class Past:
    """A node of the retrospective index, every territory and every edition.

    Attributes:
        codes: Territories.
        editions: Years, ascending.
        scores: territories × editions, NaN where there is none.
    """

    codes: tuple[str, ...]
    editions: tuple[int, ...]
    scores: Floats

    def find_rows(self, codes: Sequence[str]) -> list[int]:
        """Places of some territories; those it does not score are left out."""
        places = {code: at for at, code in enumerate(self.codes)}
        return [places[code] for code in codes if code in places]

    def rank_among(self, rows: Sequence[int]) -> Floats:
        """Rank of some territories among themselves, edition by edition: 1 + how many have a higher score.

        Returns:
            rows × editions, NaN where there is no score.
        """
        ranks = pd.DataFrame(self.scores[list(rows)]).rank(ascending=False, method="min")
        return ranks.to_numpy(dtype=float)

    def count_scored(self, rows: Sequence[int]) -> int:
        """How many of them have a score in the last edition."""
        return int(np.isfinite(self.scores[list(rows), -1]).sum()) if self.editions else 0


@per_build
def read_past(build: Build, level: str, node_code: str) -> Past:
    """A node of the retrospective index at a level; empty where it is not computed."""
    found = build.read(
        f"""
        SELECT territory_code, edition, score FROM score
        WHERE level = $level AND node_code = $node AND variant = $variant AND node_code LIKE '{PAST}' ESCAPE '\\'
        """,
        {"level": level, "node": node_code, "variant": AS_PUBLISHED},
    )
    wide = found.pivot(index="territory_code", columns="edition", values="score").sort_index()
    return Past(
        tuple(str(code) for code in wide.index), tuple(int(year) for year in wide.columns), wide.to_numpy(dtype=float)
    )


@per_build
def list_past_nodes(build: Build, level: str) -> tuple[str, ...]:
    """Nodes of the retrospective index scored at a level."""
    rows = build.read_rows(
        f"SELECT DISTINCT node_code FROM score WHERE level = $level AND node_code LIKE '{PAST}' ESCAPE '\\' ORDER BY 1",
        {"level": level},
    )
    return tuple(str(row["node_code"]) for row in rows)


@per_build
def read_latest_years(build: Build, level: str) -> dict[str, int]:
    """By node of the retrospective index that rests on figures, the latest year they describe in the last edition."""
    rows: list[dict[str, Any]] = build.read_rows(
        f"""
        WITH past AS (
            SELECT node_code, edition, last_year FROM score
            WHERE level = $level AND node_code LIKE '{PAST}' ESCAPE '\\' AND last_year IS NOT NULL)
        SELECT node_code, max(last_year) AS latest FROM past
        WHERE edition = (SELECT max(edition) FROM past) GROUP BY 1 ORDER BY 1
        """,
        {"level": level},
    )
    return {str(row["node_code"]): int(row["latest"]) for row in rows}
