"""INSEE's table of memberships of 2022: zones d'emploi 2020, categories of the aires d'attraction, EPCI of 2022.

Traps: a workbook in a zip; five title rows above the header; the codes of 2022 need the passage table.
"""

from __future__ import annotations

from etl.card import Card, RawFile
from etl.parsing import Parser

_FILE = "table-appartenance-geo-communes-22.zip"
CARD = Card(
    code="insee_appartenance",
    producer="INSEE",
    title="Table d’appartenance géographique des communes au 1er janvier 2022",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/information/2028028",
    vintage="2022",
    files=(RawFile(_FILE),),
    mode="frozen",
    stage="geography",
    required=True,
    note="Zones d’emploi 2020 et aires d’attraction des villes 2020, sur les communes de 2022.",
)


def parse(p: Parser) -> None:
    """Zone, category and EPCI of each commune of 2022; labels of the zones."""
    rows = p.read_excel(_FILE, ("CODGEO", "EPCI", "ZE2020", "CATEAAV2020"), sheet="COM", header=5, member=".xlsx")
    names = {"CODGEO": "code", "EPCI": "epci", "ZE2020": "ze", "CATEAAV2020": "category"}
    p.tables["commune_2022"] = rows.rename(columns=names).reset_index(drop=True)
    zones = p.read_excel(
        _FILE,
        ("NIVGEO", "CODGEO", "LIBGEO"),
        sheet="Zones_supra_communales",
        header=5,
        member=".xlsx",
        counted=False,
    )
    zones = zones[zones["NIVGEO"].eq("ZE2020")]
    p.tables["zone"] = zones.rename(columns={"CODGEO": "code", "LIBGEO": "label"})[["code", "label"]].reset_index(
        drop=True
    )
