"""The only module that tells the state of every source of the published build."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from etl.warehouse import open_current

_QUERY = """
WITH told AS (
    SELECT source_code, min(year) AS first_year, max(year) AS last_year,
           count(DISTINCT territory_code) FILTER (level = 'epci') AS epci,
           count(DISTINCT territory_code) FILTER (level = 'commune') AS communes,
           list(DISTINCT territory_code) FILTER (level = 'epci') AS codes
    FROM observation WHERE value IS NOT NULL GROUP BY 1),
people AS (
    SELECT source_code, sum(t.population) AS population
    FROM (SELECT source_code, unnest(codes) AS territory_code FROM told) c
    JOIN territory t ON t.level = 'epci' AND t.territory_code = c.territory_code GROUP BY 1)
SELECT s.source_code, s.state, s.vintage, s.retrieved_at, s.mode, t.first_year, t.last_year, s.rows_read, s.rows_kept,
       s.rows_rejected, s.rows_excluded,
       (SELECT count(*) FROM rejected_row r WHERE r.source_code = s.source_code
        AND (r.reason LIKE 'no place%' OR r.reason LIKE 'doubtful%')) AS unmatched,
       coalesce(t.epci, 0) AS epci, coalesce(t.communes, 0) AS communes,
       round(100 * coalesce(p.population, 0) / (SELECT sum(population) FROM territory WHERE level = 'epci'), 1)
           AS population_pct,
       s.licence, s.message
FROM source s LEFT JOIN told t USING (source_code) LEFT JOIN people p USING (source_code) ORDER BY 1
"""


def read_status(warehouse: Path) -> pd.DataFrame:
    """One row a source: state, edition, years, rows, unmatched, coverage of territories and of population, licence."""
    with open_current(warehouse) as con:
        frame = con.execute(_QUERY).df()
    frame["retrieved_at"] = frame["retrieved_at"].astype(str).str[:10]
    return frame


def as_json(status: pd.DataFrame) -> str:
    """The status for machines: a list of objects, missing values as null."""
    return json.dumps(json.loads(status.to_json(orient="records", force_ascii=False)), ensure_ascii=False, indent=1)


def as_lines(status: pd.DataFrame) -> list[str]:
    """The status for a terminal."""
    form = "{:<32} {:<6} {:<12} {:<10} {:<10} {:>8} {:>8} {:>9} {:>6} {:>6} {:>6}  {}"
    lines = [form.format("source", "state", "edition", "seen on", "years", "read", "rejected", "unmatched", "EPCI",
                         "com.", "pop.%", "licence")]  # fmt: skip
    for row in status.to_dict("records"):
        first, last = row["first_year"], row["last_year"]
        years = "" if pd.isna(first) else f"{first:.0f}-{last:.0f}"
        cells = [row[c] for c in ("rows_read", "rows_rejected", "unmatched", "epci", "communes", "population_pct")]
        head = (row["source_code"], row["state"], str(row["vintage"])[:12], row["retrieved_at"], years)
        lines.append(form.format(*head, *cells, row["licence"]))
        if row["message"]:
            lines.append(f"    {row['message']}")
    return lines
