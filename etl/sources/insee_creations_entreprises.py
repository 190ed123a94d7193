"""INSEE's business creations (SIDE), by commune and year since 2012.

Traps: 8.6 million rows, of which the totals by commune are 5 %; activities and legal forms stand beside their total
(`_T`), and each sums to it; the year of the edition stands in the address; firms are counted at their registered
office, where a domiciliation company may hold thousands; agriculture is left out; a commune without any creation in a
year has no row: absent is zero; `OBS_STATUS` W marks a commune that received another's figures, which count.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.cubes import GEO, TOTAL, VALUE, YEAR, read_cube
from etl.parsing import Parser

_FILE = "DS_SIDE_CREA_ENT_COM_CSV_FR.zip"
CARD = Card(
    code="insee_creations_entreprises",
    producer="INSEE",
    title="Créations d’entreprises par commune",
    licence="Licence Ouverte 2.0",
    page="https://catalogue-donnees.insee.fr/fr/catalogue/recherche/DS_SIDE_CREA_ENT_COM",
    vintage="2012-2025",
    files=(RawFile(_FILE, "https://api.insee.fr/melodi/file/DS_SIDE_CREA_ENT_COM/DS_SIDE_CREA_ENT_COM_2025_CSV_FR"),),
    series=(Series("creations_entreprises", "Créations d’entreprises dans l’année", "entreprises"),),
    mode="live",
    period="yearly",
    note="Au siège de l’entreprise, microentreprises comprises, hors agriculture. Une commune absente n’a eu aucune "
    "création.",
)


def parse(p: Parser) -> None:
    """Total of each commune and year."""
    rows = read_cube(p, _FILE, {"ACTIVITY": (TOTAL,), "LEGAL_FORM": (TOTAL,)})
    p.add_figures(rows, "creations_entreprises", code=rows[GEO], year=rows[YEAR].astype(int), value=rows[VALUE])
