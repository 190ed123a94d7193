"""The only module that climbs levels: what communes and zones tell of EPCI, départements and régions.

Rules (DESIGN §3): an additive figure is the sum over the members; covering less than 95 % of the population it is
missing, between 95 and 100 % it is `estimated`. A figure by zone d'emploi reaches a territory as the mean of its zones
weighted by the members' `actifs_15_64`, and is an estimate. A count of ties is the number of distinct partners of the
territory and of its members.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from etl.card import Series

COVERAGE_MISSING = 0.95
COVERAGE_FULL = 0.999999
ZONE_WEIGHT_SERIES = "actifs_15_64"
_SUMMED = f"""
INSERT INTO observation
WITH figure AS (
    SELECT m.level, m.territory_code, o.series_code, o.year,
           sum(o.value) AS total, max(o.value) AS top,
           sum(t.population) FILTER (o.status <> 'secret') AS told,
           sum(t.population) FILTER (o.status = 'secret') AS withheld,
           bool_or(o.status = 'estimated') AS guessed,
           min(o.source_code) AS source_code
    FROM observation o
    JOIN membership m ON m.commune_code = o.territory_code
    JOIN territory t ON t.level = 'commune' AND t.territory_code = o.territory_code
    WHERE o.level = 'commune' AND o.series_code IN (SELECT series_code FROM series WHERE aggregation IN ('sum', 'max'))
    GROUP BY ALL
),
judged AS (
    SELECT f.*, s.aggregation,
           CASE WHEN s.complete THEN coalesce(told, 0) ELSE t.population - coalesce(withheld, 0) END
               / nullif(t.population, 0) AS coverage
    FROM figure f
    JOIN series s USING (series_code)
    JOIN territory t ON t.level = f.level AND t.territory_code = f.territory_code
)
SELECT level, territory_code, series_code, year,
       CASE aggregation WHEN 'max' THEN top ELSE total END,
       CASE WHEN guessed OR coverage < {COVERAGE_FULL} THEN 'estimated' ELSE 'ok' END, source_code
FROM judged
ANTI JOIN observation USING (level, territory_code, series_code, year)  -- what the source itself says stands
WHERE coverage >= {COVERAGE_MISSING} AND total IS NOT NULL
"""
_ZONE_MEAN = f"""
INSERT INTO observation
WITH weight AS (
    SELECT territory_code AS commune_code, arg_max(value, year) AS actifs FROM observation
    WHERE level = 'commune' AND series_code = '{ZONE_WEIGHT_SERIES}' GROUP BY 1
),
part AS (
    SELECT m.level, m.territory_code, z.territory_code AS zone, sum(w.actifs) AS actifs
    FROM membership m JOIN membership z ON z.commune_code = m.commune_code AND z.level = 'ze'
    JOIN weight w ON w.commune_code = m.commune_code
    WHERE m.level IN ('epci', 'departement', 'region') GROUP BY ALL
),
whole AS (SELECT level, territory_code, sum(actifs) AS actifs FROM part GROUP BY ALL)
SELECT p.level, p.territory_code, o.series_code, o.year, sum(o.value * p.actifs) / sum(p.actifs), 'estimated',
       min(o.source_code)
FROM observation o
JOIN part p ON o.level = 'ze' AND o.territory_code = p.zone
JOIN whole w ON w.level = p.level AND w.territory_code = p.territory_code
WHERE o.series_code IN (SELECT series_code FROM series WHERE aggregation = 'zone_mean') AND o.value IS NOT NULL
GROUP BY p.level, p.territory_code, o.series_code, o.year, w.actifs
HAVING sum(p.actifs) >= {COVERAGE_MISSING} * w.actifs
"""
_LINKS = """
INSERT INTO observation
WITH tie AS (
    SELECT level, territory_code, partner_code FROM link
    WHERE source_code = $source AND (len($roles) = 0 OR list_contains($roles, role))
),
told AS (
    SELECT level, territory_code, partner_code FROM tie
    UNION
    SELECT m.level, m.territory_code, tie.partner_code FROM tie
    JOIN membership m ON tie.level = 'commune' AND m.commune_code = tie.territory_code
    WHERE m.level IN ('epci', 'departement', 'region')
)
SELECT level, territory_code, $series, $year, count(DISTINCT partner_code), 'ok', $source
FROM told GROUP BY level, territory_code
"""


def write_upper_levels(con: duckdb.DuckDBPyConnection, series: Iterable[tuple[Series, str]]) -> None:
    """Add to `observation` what follows from its communes, its zones and the links.

    Args:
        con: A build whose `territory`, `membership`, `series`, `link` and base `observation` are written.
        series: Declared series with their source codes; those counted from links are read here.
    """
    for one, source_code in series:
        if one.aggregation == "links":
            con.execute(
                _LINKS,
                {"source": source_code, "roles": list(one.link_roles), "series": one.code, "year": one.year},
            )
    con.execute(_SUMMED)
    con.execute(_ZONE_MEAN)
