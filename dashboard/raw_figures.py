"""The only module that asks a build for one raw figure of every territory: a series, an indicator before its score."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.reading import AS_PUBLISHED, SQL, Reading
from dashboard.warehouse import Build, per_build


@dataclass(frozen=True)
class Series:
    """A series observed at a level.

    Attributes:
        year: The newest year observed.
        is_whole: Whether all its figures are integers.
    """

    series_code: str
    label: str
    unit: str
    year: int
    is_whole: bool


@per_build
def list_series(build: Build, level: str) -> dict[str, Series]:
    """The series that have figures at a level, by code, in the order of their labels."""
    rows = build.read_rows(
        """
        SELECT o.series_code, coalesce(s.label, o.series_code) AS label, coalesce(s.unit, '') AS unit,
               max(o.year) AS year, bool_and(o.value IS NULL OR o.value = round(o.value)) AS is_whole
        FROM observation o LEFT JOIN series s USING (series_code)
        WHERE o.level = $level GROUP BY ALL HAVING count(o.value) > 0 ORDER BY 2
        """,
        {"level": level},
    )
    return {
        str(r["series_code"]): Series(
            str(r["series_code"]), str(r["label"]), str(r["unit"]), int(r["year"]), bool(r["is_whole"])
        )
        for r in rows
    }


@per_build
def read_latest(build: Build, level: str, series_code: str) -> pd.DataFrame:
    """A series in its newest year.

    Returns:
        Indexed by territory_code: value (NaN under secrecy), first_year, last_year, status.
    """
    return build.read(
        """
        SELECT territory_code, value, year AS first_year, year AS last_year, status FROM observation
        WHERE level = $level AND series_code = $series
          AND year = (SELECT max(year) FROM observation WHERE level = $level AND series_code = $series)
        """,
        {"level": level, "series": series_code},
    ).set_index("territory_code")


@per_build
def list_valued(build: Build, level: str, edition: int | None = None) -> tuple[str, ...]:
    """Codes of the indicators that have a raw figure at a level."""
    rows = build.read_rows(
        f"SELECT DISTINCT node_code FROM score WHERE level = $level AND {SQL} AND value IS NOT NULL AND last_year > 0",
        {"level": level, **Reading(edition, AS_PUBLISHED).parameters},
    )
    return tuple(sorted(str(r["node_code"]) for r in rows))


@per_build
def read_values(build: Build, level: str, indicator_code: str, edition: int | None = None) -> pd.DataFrame:
    """An indicator's raw figure.

    Returns:
        Indexed by territory_code: value, first_year, last_year, status.
    """
    return build.read(
        f"""
        SELECT territory_code, value, first_year, last_year, status FROM score
        WHERE level = $level AND node_code = $node AND {SQL}
        """,
        {"level": level, "node": indicator_code, **Reading(edition, AS_PUBLISHED).parameters},
    ).set_index("territory_code")
