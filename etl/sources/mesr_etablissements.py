"""The ministry's list of the main higher-education establishments, one by line, at their headquarters.

Traps: a BOM; the list does not say its date (the card does); codes by arrondissement; four French schools abroad have
no commune code; a later column of students is stored as float text (unused: see `mesr_etudiants`).
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series, export_url
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-principaux-etablissements-enseignement-superieur"
_FILE = f"{_DATASET}.csv"
_YEAR = 2025
CARD = Card(
    code="mesr_etablissements",
    producer="Ministère de l’enseignement supérieur et de la recherche",
    title="Principaux établissements d’enseignement supérieur",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2025",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(Series("etablissements_superieurs", "Établissements d’enseignement supérieur", "établissements"),),
    mode="live",
    period="yearly",
    note="Liste des principaux établissements, publics et privés, à leur siège.",
)


def parse(p: Parser) -> None:
    """One establishment a line."""
    rows = p.read_csv(_FILE, ("identifiant interne", "libellé", "Code commune", "Pays"))
    doubled = rows.duplicated("identifiant interne")
    p.reject(
        rows[doubled], "identifiant interne", rows["identifiant interne"], "second line for the same establishment"
    )
    abroad = ~doubled & rows["Pays"].ne("France")
    p.exclude(int(abroad.sum()), "établissement français à l’étranger")
    kept = rows[~doubled & ~abroad]
    p.add_figures(
        kept, "etablissements_superieurs", code=kept["Code commune"], year=_YEAR, value=1.0, label=kept["libellé"]
    )
