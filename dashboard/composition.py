"""The only module that asks a build what its indices are made of: levels, peer groups, reduced tree of the past."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dashboard.queries import INDEX_CODES
from dashboard.reading import AS_PUBLISHED
from dashboard.warehouse import Build, per_build

FULL, REDUCED = "indice", "retrospectif"


@per_build
def read_levels(build: Build) -> list[dict[str, Any]]:
    """One record a level scored: level, territories, indicators, groups, and by index `<code>_ranked`."""
    told = ", ".join(f"any_value(scored.{code}_ranked) AS {code}_ranked" for code in INDEX_CODES)
    ranked = ", ".join(f"count(s.rank) FILTER (s.node_code = '{code}') AS {code}_ranked" for code in INDEX_CODES)
    return build.read_rows(
        f"""
        WITH now AS (SELECT max(edition) AS edition FROM build),
        scored AS (
            SELECT s.level, {ranked} FROM score s, now
            WHERE s.variant = $variant AND s.edition = now.edition GROUP BY 1),
        tree AS (
            SELECT c.level, count(*) FILTER (c.node_code NOT IN (
                       SELECT parent_code FROM composition WHERE parent_code IS NOT NULL)) AS indicators
            FROM composition c, now WHERE c.tree_code = $tree AND c.edition = now.edition GROUP BY 1),
        compared AS (
            SELECT p.level, count(DISTINCT p.peer_group) AS groups FROM peer p, now
            WHERE p.edition = now.edition GROUP BY 1)
        SELECT t.level, count(*) AS territories, any_value(tree.indicators) AS indicators,
               any_value(compared.groups) AS groups, {told}
        FROM territory t JOIN scored USING (level) LEFT JOIN tree USING (level) LEFT JOIN compared USING (level)
        GROUP BY 1 ORDER BY territories
        """,
        {"variant": AS_PUBLISHED, "tree": FULL},
    )


@per_build
def read_reduced(build: Build) -> pd.DataFrame:
    """The retrospective index of the intercommunalités, node by node, in the order of its tree.

    Returns:
        Columns node_code, parent_code, weight, first_edition, last_edition, first_coverage, last_coverage (shares of
        territories with a score in these editions), least_coverage (over all of them).
    """
    return build.read(
        """
        SELECT node_code, any_value(parent_code) AS parent_code, any_value(weight) AS weight,
               min(edition) AS first_edition, max(edition) AS last_edition,
               arg_min(coverage, edition) AS first_coverage, arg_max(coverage, edition) AS last_coverage,
               min(coverage) AS least_coverage
        FROM composition WHERE tree_code = $tree AND level = 'epci' GROUP BY 1
        """,
        {"tree": REDUCED},
    )
