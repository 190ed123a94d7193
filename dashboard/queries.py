"""What most pages ask of a build, as tables and small records: territories, scores, figures, sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.reading import PUBLISHED, SQL, Reading
from dashboard.warehouse import Build, per_build

INDEX_CODES = ("attractivite", "rayonnement")

_NAMES = """
    SELECT t.*, d.label AS departement_label, r.label AS region_label
    FROM territory t
    LEFT JOIN territory d ON d.level = 'departement' AND d.territory_code = t.departement
    LEFT JOIN territory r ON r.level = 'region' AND r.territory_code = t.region
"""


@dataclass(frozen=True)
class Stamp:
    """What identifies the build on screen."""

    build_id: str
    created_at: dt.datetime
    edition: int


@dataclass(frozen=True)
class Place:
    """A territory's identity; a missing figure is NaN, a missing word is empty."""

    level: str
    territory_code: str
    label: str
    nature: str
    size_class: str
    typology: str
    population: float
    departement: str
    region: str
    departement_label: str
    region_label: str


@per_build
def read_stamp(build: Build) -> Stamp:
    """Identity, date and edition of the build."""
    row = build.read_rows("SELECT build_id, created_at, edition FROM build")[0]
    return Stamp(str(row["build_id"]), row["created_at"], int(row["edition"]))


@per_build
def read_profile(
    build: Build, level: str, territory_code: str, peers: tuple[str, ...], reading: Reading = PUBLISHED
) -> pd.DataFrame:
    """Everything scored about one territory, beside its comparable territories.

    Args:
        build: The build.
        level: Level of them all.
        territory_code: The territory.
        peers: Codes of the comparable territories, itself included.
        reading: Edition and variant.

    Returns:
        Indexed by node_code: value, score, low, high, rank, rank_low, rank_high, coverage, first_year, last_year,
        status, total (how many are ranked), tied, and the comparable territories' scores: `peer_min`, `peer_q1`,
        `peer_median`, `peer_q3`, `peer_max`, `peer_count`.
    """
    own = build.read(
        f"""
        WITH own AS (SELECT * FROM score WHERE level = $level AND {SQL} AND territory_code = $code),
        ranked AS (
            SELECT node_code, s.rank, count(*) AS tied FROM score s SEMI JOIN own USING (node_code, rank)
            WHERE level = $level AND {SQL} GROUP BY ALL
        )
        SELECT node_code, value, score, score_low AS low, score_high AS high, own.rank, rank_low, rank_high, coverage,
               first_year, last_year, status, coalesce(tied, 1) AS tied
        FROM own LEFT JOIN ranked USING (node_code, rank)
        """,
        {"level": level, "code": territory_code, **reading.parameters},
    ).set_index("node_code")
    return own.join(_read_spreads(build, level, peers, reading))


@per_build
def _read_spreads(build: Build, level: str, peers: tuple[str, ...], reading: Reading) -> pd.DataFrame:
    """How the scores of some territories spread, node by node, and how many the level ranks: kept, a group having many.

    Returns:
        Indexed by node_code: the `peer_` columns and `total` of `read_profile`.
    """
    return build.read(
        f"""
        WITH peer AS (SELECT unnest($peers) AS territory_code),
        scored AS (SELECT * FROM score WHERE level = $level AND {SQL}),
        total AS (SELECT node_code, count(rank) AS total FROM scored GROUP BY node_code),
        spread AS (
            SELECT node_code, min(score) AS peer_min, quantile_cont(score, 0.25) AS peer_q1,
                   quantile_cont(score, 0.5) AS peer_median, quantile_cont(score, 0.75) AS peer_q3,
                   max(score) AS peer_max, count(score) AS peer_count
            FROM scored SEMI JOIN peer USING (territory_code) GROUP BY node_code
        )
        SELECT * FROM total LEFT JOIN spread USING (node_code)
        """,
        {"level": level, "peers": list(peers), **reading.parameters},
    ).set_index("node_code")


def find_row(frame: pd.DataFrame, key: str) -> pd.Series[Any] | None:
    """The row indexed by `key`, or None."""
    at = int(frame.index.get_indexer(pd.Index([key]))[0])
    return frame.iloc[at] if at >= 0 else None


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@per_build
def read_place(build: Build, level: str, territory_code: str) -> Place | None:
    """A territory's identity, or None when nothing bears that code at that level."""
    rows = build.read_rows(
        f"SELECT * EXCLUDE (centroid) FROM ({_NAMES}) WHERE level = $level AND territory_code = $code",
        {"level": level, "code": territory_code},
    )
    if not rows:
        return None
    words: dict[str, Any] = {key: "" if value is None else value for key, value in rows[0].items()}
    population = float("nan") if words["population"] == "" else float(words["population"])
    return Place(**words | {"population": population})


@per_build
def read_epci_of(build: Build, commune_code: str) -> Place | None:
    """The intercommunalité of a commune; four islands have none."""
    rows = build.read_rows(
        "SELECT territory_code FROM membership WHERE level = 'epci' AND commune_code = $code",
        {"code": commune_code},
    )
    return read_place(build, "epci", str(rows[0]["territory_code"])) if rows else None


@per_build
def count_members(build: Build, territory_code: str, level: str = "epci") -> int:
    """How many communes a territory brings together."""
    rows = build.read_rows(
        "SELECT count(*) AS communes FROM membership WHERE level = $level AND territory_code = $code",
        {"code": territory_code, "level": level},
    )
    return int(rows[0]["communes"])


@per_build
def read_observations(build: Build, territory_code: str, level: str = "epci") -> pd.DataFrame:
    """Every figure observed for a territory: series_code, year, value, status, source_code, label, unit."""
    return build.read(
        """
        SELECT o.series_code, o.year, o.value, o.status, o.source_code, s.label, s.unit
        FROM observation o LEFT JOIN series s USING (series_code)
        WHERE o.level = $level AND o.territory_code = $code
        ORDER BY o.series_code, o.year
        """,
        {"code": territory_code, "level": level},
    )


@per_build
def read_published_years(build: Build, level: str) -> dict[str, tuple[int, ...]]:
    """Years that each series has at a level, for any territory, in order."""
    rows = build.read_rows(
        "SELECT series_code, list_sort(list(DISTINCT year)) AS years FROM observation WHERE level = $level GROUP BY 1",
        {"level": level},
    )
    return {str(row["series_code"]): tuple(int(year) for year in row["years"]) for row in rows}


@per_build
def read_series(build: Build) -> pd.DataFrame:
    """The series, indexed by series_code: label, unit, source_code."""
    return build.read("SELECT series_code, label, unit, source_code FROM series").set_index("series_code")


@per_build
def read_search_rows(build: Build) -> list[tuple[str, str, str, str, str, float]]:
    """What search looks through: code, label, level, address code, complement, population."""
    return [
        (
            str(r["code"]),
            str(r["label"]),
            str(r["level"]),
            str(r["target"]),
            r["complement"] or "",
            r["population"] or 0.0,
        )
        for r in build.read_rows(
            """
            SELECT t.territory_code AS code, t.label, t.level, t.population,
                   CASE WHEN t.level IN ('epci', 'commune') THEN t.territory_code
                        ELSE t.level || '-' || t.territory_code END AS target,
                   coalesce(e.label, CASE WHEN t.level = 'departement' THEN r.label ELSE d.label END) AS complement
            FROM territory t
            LEFT JOIN territory d ON d.level = 'departement' AND d.territory_code = t.departement
            LEFT JOIN territory r ON r.level = 'region' AND r.territory_code = t.region
            LEFT JOIN membership m ON t.level = 'commune' AND m.level = 'epci' AND m.commune_code = t.territory_code
            LEFT JOIN territory e ON e.level = 'epci' AND e.territory_code = m.territory_code
            WHERE t.level IN ('epci', 'commune', 'departement', 'region')
            """
        )
    ]


@per_build
def read_sources(build: Build) -> list[dict[str, Any]]:
    """The source cards as loaded, by title."""
    return build.read_rows("SELECT * FROM source ORDER BY title")


def read_source(build: Build, source_code: str) -> dict[str, Any] | None:
    """One source card, or None."""
    return next((s for s in read_sources(build) if s["source_code"] == source_code), None)


@dataclass(frozen=True)
class Age:
    """How old and how sure the figures of an indicator are.

    Attributes:
        last_year: Their most frequent year.
        estimated: Share of them that are estimated.
    """

    last_year: int
    estimated: float


@per_build
def read_ages(build: Build) -> dict[str, Age]:
    """How old and how sure the figures of the intercommunalités are, by indicator."""
    rows = build.read_rows(
        f"""
        SELECT node_code, mode(last_year) AS last_year, avg((status = 'estimated')::INTEGER) AS estimated
        FROM score WHERE level = 'epci' AND {SQL} AND value IS NOT NULL AND status IS NOT NULL GROUP BY 1
        """,
        PUBLISHED.parameters,
    )
    return {str(r["node_code"]): Age(int(r["last_year"]), float(r["estimated"])) for r in rows}


@per_build
def read_fits(build: Build) -> pd.DataFrame:
    """Goalposts used at EPCI level in the current edition: indicator_code, parameter, value."""
    return build.read(
        """
        SELECT indicator_code, parameter, any_value(value) AS value FROM fit
        WHERE level = 'epci' AND edition = (SELECT max(edition) FROM build) AND parameter IN ('worst', 'best', 'scale')
        GROUP BY ALL ORDER BY indicator_code, parameter
        """
    )


@per_build
def read_members_of(build: Build, level: str, territory_code: str) -> list[tuple[str, str]]:
    """Code and label of the intercommunalités of a département or a région, most populated first."""
    column = {"departement": "departement", "region": "region"}[level]
    rows = build.read_rows(
        f"""
        SELECT territory_code AS code, label FROM territory
        WHERE level = 'epci' AND {column} = $code ORDER BY population DESC
        """,
        {"code": territory_code},
    )
    return [(str(r["code"]), str(r["label"])) for r in rows]


@per_build
def read_member_codes(build: Build, epci_code: str) -> list[str]:
    """Codes of the communes of an intercommunalité, most populated first."""
    rows = build.read_rows(
        """
        SELECT t.territory_code AS code FROM membership m
        JOIN territory t ON t.level = 'commune' AND t.territory_code = m.commune_code
        WHERE m.level = 'epci' AND m.territory_code = $code ORDER BY t.population DESC NULLS LAST, 1
        """,
        {"code": epci_code},
    )
    return [str(row["code"]) for row in rows]
