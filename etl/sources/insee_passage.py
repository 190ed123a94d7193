"""INSEE's yearly table of passage: what each old commune code became.

Traps: a BOM; DEP and REG codes stand in the same file (keep COM and ARM); 25 old codes split into several.
"""

from __future__ import annotations

from etl.card import Card, RawFile
from etl.parsing import Parser

_FILE = "geocodes_passage_annuel.csv"
CARD = Card(
    code="insee_passage",
    producer="INSEE",
    title="Table de passage annuelle des codes des communes",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/information/7671867",
    vintage="2025",
    files=(RawFile(_FILE),),
    mode="frozen",
    stage="geography",
    required=True,
)


def parse(p: Parser) -> None:
    """Old and current code of every commune."""
    rows = p.read_csv(_FILE, ("Niveau", "Ancien Code Officiel", "Code Courant Officiel"))
    p.exclude(int((~rows["Niveau"].isin(["COM", "ARM"])).sum()), "code de département ou de région")
    communes = rows[rows["Niveau"].eq("COM")]
    names = {"Ancien Code Officiel": "code", "Code Courant Officiel": "commune_code"}
    p.tables["passage_2025"] = (
        communes.rename(columns=names)[list(names.values())].assign(kind="ancienne").reset_index(drop=True)
    )
