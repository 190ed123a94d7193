"""Visits to the musées de France, by museum and year.

Traps: a total of 0 means closed or not reported: missing, never zero visits; dates stand in the column `ferme`; two
keys (museum, year) stand twice (the first line is kept).
"""

from __future__ import annotations

from typing import Any

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_FILE = "entrees_et_categories_de_public.csv"
CARD = Card(
    code="culture_musees",
    producer="Ministère de la Culture",
    title="Fréquentation des musées de France",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/datasets/frequentation-des-musees-de-france-1",
    vintage="2014-2023",
    files=(RawFile(_FILE),),
    series=(
        Series("musees", "Musées de France recensés", "musées"),
        Series("musees_visiteurs", "Visiteurs des musées de France", "entrées", high=2e7),
    ),
    mode="manual",
    period="yearly",
    note="Un total de 0 signifie fermé ou non communiqué : le chiffre manque, il n’est pas nul.",
)


def parse(p: Parser) -> None:
    """Museums listed, and their visits where they are told."""
    rows = p.read_csv(_FILE, ("IDPatrimostat", "nom_du_musee", "codeInseeCommune", "annee", "total"))
    doubled = rows.duplicated(["IDPatrimostat", "annee"], keep="first")
    p.reject(rows[doubled], "IDPatrimostat", rows["IDPatrimostat"], "second line for the same museum and year")
    museums = rows[~doubled]
    year = museums["annee"].astype(int)
    place: dict[str, Any] = {"code": museums["codeInseeCommune"], "year": year, "label": museums["nom_du_musee"]}
    p.add_figures(museums, "musees", value=1.0, **place)
    p.add_figures(museums, "musees_visiteurs", value=museums["total"], missing=("", "0"), **place)
