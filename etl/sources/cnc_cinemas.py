"""Cinemas: screens, seats and admissions of the fixed ones.

Traps: byte-order mark and CRLF; the year of the admissions stands in the column name, and screens and seats are of the
latest; Paris, Lyon and Marseille are told by arrondissement; the itinerant cinemas are booked at their organiser's and
are left out; no cinema overseas is listed; figures bear a useless ".0".
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_FILE = "etablissements-cinematographiques.csv"
_ADMISSIONS = r"entrées (\d{4})"
_FIXED, _ITINERANT = "FIXE", "ITINERANT"
CARD = Card(
    code="cnc_cinemas",
    producer="Centre national du cinéma et de l’image animée (CNC)",
    title="Établissements cinématographiques",
    licence="Licence Ouverte 2.0",
    page="https://data.culture.gouv.fr/explore/dataset/etablissements-cinematographiques/",
    vintage="2022",
    files=(
        RawFile(
            _FILE,
            "https://data.culture.gouv.fr/api/explore/v2.1/catalog/datasets/etablissements-cinematographiques/exports/csv"
            "?use_labels=true&delimiter=%3B",
        ),
    ),
    series=(
        Series("cinemas_ecrans", "Écrans des cinémas fixes", "écrans", high=100),
        Series("cinemas_fauteuils", "Fauteuils des cinémas fixes", "fauteuils", high=60_000),
        Series("cinemas_entrees", "Entrées des cinémas fixes", "entrées", high=5e7),
    ),
    mode="live",
    period="yearly",
    note="Cinémas fixes seulement ; les départements d’outre-mer n’y figurent pas : absence n’y vaut pas zéro.",
)


def parse(p: Parser) -> None:
    """Screens and seats of the latest year, admissions of each year told."""
    rows = p.read_csv(_FILE, ("*",))
    p.require_columns(_FILE, list(rows.columns), ("nom", "code INSEE", "genre", "écrans", "fauteuils"))
    itinerant = rows["genre"].eq(_ITINERANT)
    p.exclude(int(itinerant.sum()), "cinéma itinérant")
    unknown = ~rows["genre"].isin([_FIXED, _ITINERANT])
    p.reject(rows[unknown], "genre", rows["genre"], "neither FIXE nor ITINERANT")
    fixed = rows[~itinerant & ~unknown]
    admissions = p.find_columns(rows, _ADMISSIONS)
    latest = max(admissions)
    for series, year, column in (
        ("cinemas_ecrans", latest, "écrans"),
        ("cinemas_fauteuils", latest, "fauteuils"),
        *(("cinemas_entrees", year, column) for year, column in admissions.items()),
    ):
        p.add_figures(
            fixed, series, code=fixed["code INSEE"].str.zfill(5), year=year, value=fixed[column], label=fixed["nom"]
        )
