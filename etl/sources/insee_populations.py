"""INSEE's reference populations of 2023: a cross-check of the administrative division's population.

Traps: Paris, Lyon and Marseille stand as arrondissements only (folded and summed); Mayotte is absent.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_FILE = "donnees_communes.csv"
_YEAR = 2023
CARD = Card(
    code="insee_populations",
    producer="INSEE",
    title="Populations de référence des communes",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/8680726",
    vintage="RP2023",
    files=(RawFile(_FILE),),
    series=(Series("population", "Population municipale", "habitants", complete=True),),
    mode="manual",
    period="yearly",
    note="Sert à contrôler la population municipale de 2023 du découpage administratif.",
)


def parse(p: Parser) -> None:
    """Municipal population of each commune."""
    rows = p.read_csv(_FILE, ("COM", "Commune", "PMUN"))
    p.add_figures(rows, "population", code=rows["COM"], year=_YEAR, value=rows["PMUN"], label=rows["Commune"])
