"""Travellers of each railway station, by year.

Traps: stations know no commune; they join the list of stations by UIC code, of which that list holds several in one
cell, separated by ";". 241 of 3,021 stations do not join (closed lines, mostly without travellers): those are placed by
name and postcode. Postcodes lost their zeros. Monaco is out of scope. Lyon, Marseille and Paris carry arrondissement
codes, and some codes are obsolete. The year stands in the column name.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.parsing import Parser

_FILE = "frequentation-gares.csv"
_STATIONS = "gares-de-voyageurs.csv"
_EXPORT = (
    "https://ressources.data.sncf.com/api/explore/v2.1/catalog/datasets/{}/exports/csv?use_labels=true&delimiter=%3B"
)
_MONACO = "98000"
_TRAVELLERS = r"Total Voyageurs (\d{4})"
CARD = Card(
    code="sncf_gares",
    producer="SNCF Voyageurs et SNCF Gares & Connexions",
    title="Fréquentation en gares",
    licence="ODbL 1.0",
    page="https://ressources.data.sncf.com/explore/dataset/frequentation-gares/",
    vintage="2015-2024",
    files=(
        RawFile(_FILE, _EXPORT.format("frequentation-gares")),
        RawFile(_STATIONS, _EXPORT.format("gares-de-voyageurs")),
    ),
    series=(Series("gares_voyageurs", "Voyageurs en gares", "voyageurs par an", high=5e8),),
    mode="live",
    period="yearly",
    shipping="apart",
    note="Montées et descentes estimées par l’exploitant ; une gare sert souvent plus que sa commune.",
)


def parse(p: Parser) -> None:
    """One figure a station and a year."""
    rows = p.read_csv(_FILE, ("*",))
    p.require_columns(_FILE, list(rows.columns), ("Nom de la gare", "Code UIC", "Code postal"))
    monaco = rows["Code postal"].eq(_MONACO)
    p.exclude(int(monaco.sum()), "à l’étranger")
    rows = rows[~monaco]
    code = _place_stations(p, rows)
    placed = rows[code.notna()]
    for year, column in p.find_columns(rows, _TRAVELLERS).items():
        p.add_figures(
            placed, "gares_voyageurs", code=code[placed.index], year=year, value=placed[column],
            label=placed["Nom de la gare"],
        )  # fmt: skip


def _place_stations(p: Parser, rows: pd.DataFrame) -> pd.Series[str]:
    """Commune code of each station: the list's, by UIC; else today's commune of that name and postcode."""
    stations = p.read_csv(_STATIONS, ("Code(s) UIC", "Code commune"), counted=False)
    known = stations.assign(uic=stations["Code(s) UIC"].str.split(";")).explode("uic")
    lookup = dict(zip(known["uic"].str.strip(), known["Code commune"], strict=True))
    code = rows["Code UIC"].map(lookup)
    lost = rows[code.isna()]
    match = match_communes(p.places, lost["Nom de la gare"], postcodes=lost["Code postal"])
    unplaced = match["commune_code"].isna()
    p.reject(lost[unplaced], "Nom de la gare", lost["Nom de la gare"], describe_unmatched(match)[unplaced])
    return code.fillna(match["commune_code"].dropna().astype(str))
