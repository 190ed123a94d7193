"""The ministry's directory of doctoral schools, at the seat of their main establishment.

Traps: the directory is of 2018, its schools accredited from 2014 to 2018; no BOM, unlike the ministry's other files;
one school in Polynesia; codes by arrondissement.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series, export_url
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-ecoles_doctorales_annuaire"
_FILE = f"{_DATASET}.csv"
_YEAR = 2018
CARD = Card(
    code="mesr_ecoles_doctorales",
    producer="Ministère de l’enseignement supérieur et de la recherche",
    title="Annuaire des écoles doctorales",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2018",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(Series("ecoles_doctorales", "Écoles doctorales", "écoles"),),
    mode="live",
    period="never",
    note="Annuaire de 2018 : accréditations de 2014 à 2018, à l’adresse de l’école.",
)


def parse(p: Parser) -> None:
    """One doctoral school a line."""
    rows = p.read_csv(_FILE, ("Numero ED", "Libellé ED", "Code commune"))
    doubled = rows.duplicated("Numero ED")
    p.reject(rows[doubled], "Numero ED", rows["Numero ED"], "second line for the same school")
    kept = rows[~doubled]
    p.add_figures(kept, "ecoles_doctorales", code=kept["Code commune"], year=_YEAR, value=1.0, label=kept["Libellé ED"])
