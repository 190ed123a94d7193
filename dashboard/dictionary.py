"""The only module that tells what the data are: every series, and every table of a build with its columns."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from dashboard.downloads import Args, notice_of
from dashboard.evidence import say_years
from dashboard.exports import Sheet
from dashboard.queries import list_records
from dashboard.site import get_site
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, fold, format_number
from indicators.catalogue import Catalogue

AGGREGATIONS: Final = {
    "sum": "somme des communes",
    "max": "plus grand chiffre des communes",
    "none": "publiée à chaque niveau",
    "zone_mean": "moyenne des zones d’emploi, pondérée par les actifs",
    "links": "comptée depuis les liens",
}
TABLES: Final = {
    "territory": "Un territoire à un niveau : nom, nature, classe de taille, population, centre.",
    "membership": "Une commune dans un territoire d’un autre niveau.",
    "passage": "Un ancien code de commune et la commune d’aujourd’hui.",
    "place_name": "Un nom de lieu et la commune où il se trouve.",
    "series": "Une série : libellé, unité, source, façon de l’agréger.",
    "observation": "Un chiffre : territoire, série, année, valeur, statut (ok, secret, estimated), source.",
    "cross_check": "Deux sources qui donnent le même chiffre, quand elles diffèrent.",
    "link": "Un lien avec le dehors : réseau, jumelage, convention, projet, poste, label.",
    "source": "Une source telle que chargée : fiche, édition, empreinte, lignes lues, gardées, refusées.",
    "rejected_row": "Une ligne refusée par les contrôles, avec son motif.",
    "fit": "Un repère utilisé pour noter.",
    "score": "Le score d’un élément de l’indice : valeur, score et rang avec leurs bornes, couverture, années.",
    "peer": "Le groupe auquel un territoire est comparé.",
    "audit": "Une mesure d’un contrôle de l’indice.",
    "composition": "Ce dont un indice est fait, et la part des territoires qu’il couvre.",
    "replicate": "Le rang d’une intercommunalité dans une simulation.",
    "correction": "Une erreur de producteur réglée à la main : où, valeur attendue, valeur mise à la place, état.",
    "run": "Une mise à jour : début, fin, issue, décomptes, versions des outils.",
    "build": "L’identité de l’édition : date, année.",
}
HEAD: Final = ("Série", "Code", "Unité", "Années", "Intercommunalités", "Agrégation", "Source", "Sert à")


def find_uses(catalogue: Catalogue, series_code: str) -> list[str]:
    """Labels of the indicators whose formula reads a series."""
    return [one.label for one in catalogue.indicators if series_code in one.series]


@per_build
def read_dictionary(build: Build) -> pd.DataFrame:
    """Every series, by label.

    Returns:
        series_code, label, unit, aggregation, source_code and its title, first_year, last_year, territories
        (intercommunalités that have a figure).
    """
    return build.read(
        """
        WITH told AS (
            SELECT series_code, min(year) AS first_year, max(year) AS last_year,
                   count(DISTINCT territory_code) FILTER (level = 'epci' AND value IS NOT NULL) AS territories
            FROM observation GROUP BY 1
        )
        SELECT s.series_code, s.label, s.unit, s.aggregation, s.source_code, coalesce(c.title, s.source_code) AS title,
               told.first_year, told.last_year, coalesce(told.territories, 0) AS territories
        FROM series s LEFT JOIN source c USING (source_code) LEFT JOIN told USING (series_code) ORDER BY s.label
        """
    )


@per_build
def list_tables(build: Build) -> list[dict[str, Any]]:
    """The tables of the build: name, columns in order, rows."""
    rows = build.read_rows(
        """
        SELECT table_name AS name, list(column_name ORDER BY column_index) AS columns
        FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal GROUP BY 1 ORDER BY 1
        """
    )
    counts = {
        str(row["name"]): int(row["rows"])
        for row in build.read_rows("SELECT table_name AS name, estimated_size AS rows FROM duckdb_tables()")
    }
    return [row | {"rows": counts[str(row["name"])]} for row in rows]


@per_build
def list_series(build: Build, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The series in words, by label: one cell per name of `HEAD`, and `source_code`."""
    return [
        {
            "Série": row["label"],
            "Code": row["series_code"],
            "Unité": row["unit"] or "",
            "Années": "" if pd.isna(row["first_year"]) else say_years(row["first_year"], row["last_year"]),
            "Intercommunalités": format_number(row["territories"]) if row["territories"] else "",
            "Agrégation": AGGREGATIONS.get(row["aggregation"], row["aggregation"]),
            "Source": row["title"],
            "Sert à": ", ".join(find_uses(catalogue, row["series_code"])),
            "source_code": row["source_code"],
        }
        for row in sorted(list_records(read_dictionary(build)), key=lambda row: fold(row["label"]))
    ]


def lay_out(build: Build, args: Args) -> Sheet:
    """The dictionary of the series as a sheet."""
    rows = list_series(build, get_site().catalogue)
    levels = ", ".join(plural for _, plural in LEVELS.values())
    notice = notice_of(build, args, f"dictionnaire des {len(rows)} séries ; niveaux : {levels}")
    return Sheet(notice, HEAD, [[row[name] for name in HEAD] for row in rows], "dictionnaire")
