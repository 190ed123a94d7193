"""Etalab's administrative division: the reference vintage of communes, EPCI, départements and régions.

Traps: `population` of communes.json is RP2023, `populationMunicipale` of epci.json's members RP2022; 94 communes of the
overseas collectivities are out of scope; délégués and associés give old names and codes (`chefLieu` = today's commune);
Mayotte's population looks older than the rest.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_URL = "https://unpkg.com/@etalab/decoupage-administratif@6/data/"
CARD = Card(
    code="etalab_decoupage",
    producer="Etalab",
    title="Découpage administratif français (communes, EPCI, départements, régions)",
    licence="Licence Ouverte 2.0 (code sous licence MIT)",
    page="https://github.com/etalab/decoupage-administratif",
    vintage="2026",
    files=tuple(RawFile(f, _URL + f) for f in ("communes.json", "epci.json", "departements.json", "regions.json")),
    series=(Series("population", "Population municipale", "habitants", complete=True),),
    mode="live",
    period="yearly",
    stage="geography",
    required=True,
    note="Population municipale : recensements 2022 et 2023 ; la population de Mayotte est plus ancienne.",
)
OLD_KINDS = {
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
    "arrondissement-municipal": "arrondissement",
}
_COLUMNS = ("code", "nom", "type", "zone", "departement", "region", "population", "chefLieu", "commune")


def parse(p: Parser) -> None:
    """Territories of the reference vintage, and the populations of 2022 and 2023."""
    rows = p.read_records("communes.json", _COLUMNS)
    current = rows[rows["type"].eq("commune-actuelle") & rows["zone"].ne("com")]
    p.exclude(int((rows["type"].eq("commune-actuelle") & rows["zone"].eq("com")).sum()), "collectivité d’outre-mer")
    current.attrs["file"] = "communes.json"
    p.add_figures(current, "population", code=current["code"], year=2023, value=current["population"])
    p.tables["commune"] = pd.DataFrame(
        {
            "code": current["code"], "label": current["nom"], "departement": current["departement"],
            "region": current["region"], "population": pd.to_numeric(current["population"], errors="coerce"),
        }
    ).reset_index(drop=True)  # fmt: skip
    p.tables["old_commune"] = read_old_communes(rows, p.read_json("communes.json"))
    p.tables["postcode"] = _read_postcodes(p.read_json("communes.json"))
    _parse_epci(p)
    for level, file in (("departement", "departements.json"), ("region", "regions.json")):
        table = p.read_records(file, ("code", "nom", "zone"), counted=False)
        table = table[table["zone"].ne("com")]
        p.tables[level] = table.rename(columns={"nom": "label"})[["code", "label"]].reset_index(drop=True)


def read_old_communes(rows: pd.DataFrame, records: list[dict[str, object]]) -> pd.DataFrame:
    """Old codes and names: code, name, commune_code (the commune that took them in), kind."""
    old = rows[rows["type"].isin(list(OLD_KINDS))]
    target = old["chefLieu"].where(old["chefLieu"].ne(""), old["commune"])
    known = pd.DataFrame(
        {"code": old["code"], "name": old["nom"], "commune_code": target, "kind": old["type"].map(OLD_KINDS)}
    )
    former = [
        (code, "", r["code"], "ancienne")
        for r in records
        for code in r.get("anciensCodes", [])  # type: ignore[attr-defined]
    ]
    return pd.concat([known, pd.DataFrame(former, columns=list(known.columns))], ignore_index=True)


def _read_postcodes(records: list[dict[str, object]]) -> pd.DataFrame:
    pairs = [
        (postcode, r.get("commune", r["code"]))
        for r in records
        if r["type"] in ("commune-actuelle", "arrondissement-municipal") and r.get("zone") != "com"
        for postcode in r.get("codesPostaux", [])  # type: ignore[attr-defined]
    ]
    return pd.DataFrame(pairs, columns=["postcode", "commune_code"], dtype=str)


def _parse_epci(p: Parser) -> None:
    rows = p.read_records("epci.json", ("code", "nom", "type"))
    p.tables["epci"] = rows.rename(columns={"nom": "label", "type": "nature"}).reset_index(drop=True)
    members = [
        (line, e["code"], m["code"], m.get("populationMunicipale"))
        for line, e in enumerate(p.read_json("epci.json"), start=1)
        for m in e["membres"]
    ]
    frame = pd.DataFrame(members, columns=["line", "epci", "commune_code", "population"]).set_index("line")
    frame.attrs["file"] = "epci.json"
    p.add_figures(frame, "population", code=frame["commune_code"], year=2022, value=frame["population"].astype(float))
    p.tables["epci_member"] = frame[["epci", "commune_code"]].reset_index(drop=True)
