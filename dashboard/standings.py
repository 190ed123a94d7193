"""The only module that asks a build for the standings of any level: who is ranked, on which node, how surely."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.queries import INDEX_CODES
from dashboard.reading import PUBLISHED, SQL, Reading
from dashboard.warehouse import Build, per_build
from dashboard.words import find_family, fold
from indicators.peers import assign_groups

PAST = "retro\\_%"  # nodes of the retrospective index, which is never mixed with the full one


@per_build
def read_places(build: Build, level: str) -> pd.DataFrame:
    """The territories of a level, most populated first.

    Returns:
        territory_code, label, folded (for sorting), nature, family, size_class, typology, population, departement,
        region, departement_label, region_label, peer_group.
    """
    names = build.read(
        """
        SELECT t.* EXCLUDE (centroid), d.label AS departement_label, r.label AS region_label, p.peer_group
        FROM territory t
        LEFT JOIN territory d ON d.level = 'departement' AND d.territory_code = t.departement
        LEFT JOIN territory r ON r.level = 'region' AND r.territory_code = t.region
        LEFT JOIN peer p ON p.level = t.level AND p.territory_code = t.territory_code
                         AND p.edition = (SELECT max(edition) FROM build)
        WHERE t.level = $level ORDER BY t.population DESC, t.territory_code
        """,
        {"level": level},
    )
    words = ["nature", "size_class", "typology", "departement_label", "region_label", "region", "departement"]
    names[words] = names[words].fillna("")
    names = names.assign(family=names["nature"].map(find_family), folded=names["label"].map(fold))
    ungrouped = names["peer_group"].isna()
    if ungrouped.any():  # a territory without a score is compared by the same rule
        names.loc[ungrouped, "peer_group"] = np.array(assign_groups(names), dtype=object)[ungrouped]
    return names


@per_build
def read_positions(build: Build, level: str = "epci", reading: Reading = PUBLISHED) -> pd.DataFrame:
    """The territories of a level with both indices, most populated first.

    Returns:
        As `read_places`, then by index `<code>_` before the columns of `read_standing`; NaN where there is no score.
    """
    places = read_places(build, level)
    for code in INDEX_CODES:
        standing = read_standing(build, level, code, reading)
        places = places.join(standing.add_prefix(f"{code}_"), on="territory_code")
    return places


@per_build
def read_standing(build: Build, level: str, node_code: str, reading: Reading = PUBLISHED) -> pd.DataFrame:
    """Every territory of a level that a node scores.

    Returns:
        Indexed by territory_code: value, score, low, high, rank, rank_low, rank_high, coverage, tied (how many share
        the rank), within (how many others have a rank interval that meets this one; NaN without an interval).
    """
    found = build.read(
        f"""
        SELECT territory_code, value, score, score_low AS low, score_high AS high, rank, rank_low, rank_high,
               coverage, CASE WHEN rank IS NOT NULL THEN count(*) OVER (PARTITION BY rank) END AS tied
        FROM score WHERE level = $level AND node_code = $node AND {SQL}
        """,
        {"level": level, "node": node_code, **reading.parameters},
    ).astype({"rank": float, "rank_low": float, "rank_high": float, "tied": float})
    found["within"] = count_within(found["rank_low"].to_numpy(float), found["rank_high"].to_numpy(float))
    return found.set_index("territory_code")


def count_within(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How many other intervals meet each one: all, less those wholly above and those wholly below.

    Args:
        low: Best rank of each interval, NaN where there is none.
        high: Worst rank of each.
    """
    known = np.isfinite(low) & np.isfinite(high)
    above = np.searchsorted(np.sort(high[known]), low[known], side="left")
    below = known.sum() - np.searchsorted(np.sort(low[known]), high[known], side="right")
    counts = np.full(len(low), np.nan)
    counts[known] = known.sum() - 1 - above - below
    return counts


@per_build
def count_ranked(build: Build, level: str, reading: Reading = PUBLISHED) -> dict[str, int]:
    """How many territories each node of an edition ranks at a level."""
    rows = build.read_rows(
        f"""
        SELECT node_code, count(rank) AS ranked FROM score
        WHERE level = $level AND {SQL} AND node_code NOT LIKE '{PAST}' ESCAPE '\\'
        GROUP BY node_code HAVING count(rank) > 0
        """,
        {"level": level, **reading.parameters},
    )
    return {str(r["node_code"]): int(r["ranked"]) for r in rows}


@per_build
def list_levels(build: Build) -> tuple[str, ...]:
    """The levels that have ranks, from the most read to the least."""
    found = {str(r["level"]) for r in build.read_rows("SELECT DISTINCT level FROM score WHERE rank IS NOT NULL")}
    return tuple(level for level in ("epci", "commune", "departement", "region") if level in found)
