"""Etalab's division of 2021: the population of RP2019, and old names and codes that the current edition dropped.

Traps: keyed by the 2021 list of communes, so its codes need the passage table.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.parsing import Parser
from etl.sources.etalab_decoupage import read_old_communes

_COLUMNS = ("code", "nom", "type", "departement", "population", "chefLieu", "commune")
CARD = Card(
    code="etalab_decoupage_2021",
    producer="Etalab",
    title="Découpage administratif français, millésime 2021",
    licence="Licence Ouverte 2.0 (code sous licence MIT)",
    page="https://github.com/etalab/decoupage-administratif",
    vintage="2021",
    files=(RawFile("communes.json", "https://unpkg.com/@etalab/decoupage-administratif@1.1.1/data/communes.json"),),
    series=(Series("population", "Population municipale", "habitants", complete=True),),
    mode="frozen",
    stage="geography",
    note="Population municipale du recensement 2019, sur les communes de 2021.",
)


def parse(p: Parser) -> None:
    """Population 2019, and the old communes of 2021."""
    rows = p.read_records("communes.json", _COLUMNS)
    p.tables["old_commune_2021"] = read_old_communes(rows, p.read_json("communes.json"))
    current = rows[rows["type"].eq("commune-actuelle")]
    current.attrs["file"] = "communes.json"
    p.add_figures(current, "population", code=current["code"], year=2019, value=current["population"])
