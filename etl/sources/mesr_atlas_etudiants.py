"""The ministry's atlas of students: enrolments in every programme of higher education, by commune where they study.

Traps: one row a commune, rentrée, family of institutions (`regroupement`) and sex, all to be added up; the families are
codes (`UNIV`, `EC_COM`…); upper-secondary schools (STS, CPGE) and private schools stand beside the public universities,
so that the whole is another figure than `etudiants_sur_site`, which the families of the public establishments give as
`mesr_implantations` does, and each year (public engineering schools outside them stand with the private ones, under
`ING_autres`, and are left out); codes by arrondissement; overseas collectivities; labels instead of names of columns
when the export asks for them.
"""

from __future__ import annotations

from typing import Any

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-atlas_regional-effectifs-d-etudiants-inscrits_agregeables"
_FILE = f"{_DATASET}.csv"
_EXPORT = f"https://{_PORTAL}/api/explore/v2.1/catalog/datasets/{_DATASET}/exports/csv?lang=fr&delimiter=%3B"
_PUBLIC = ("UNIV", "INP", "UT", "ENS", "GE")  # universities, polytechnic institutes, UT, ENS, grands établissements
CARD = Card(
    code="mesr_atlas_etudiants",
    producer="Ministère de l’enseignement supérieur et de la recherche (SIES)",
    title="Atlas des effectifs d’étudiants par commune",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2001-2024",
    files=(RawFile(_FILE, _EXPORT),),
    series=(
        Series("etudiants_toutes_formations", "Étudiants de toutes les formations, là où ils étudient", "étudiants"),
        Series("etudiants_sur_site", "Étudiants inscrits, sur leur site", "étudiants"),
    ),
    mode="live",
    period="yearly",
    note="Étudiants comptés dans la commune où ils étudient. Sur site : universités, instituts polytechniques, "
    "universités de technologie, écoles normales supérieures et grands établissements.",
)


def parse(p: Parser) -> None:
    """All enrolments of a commune and rentrée, then those of the public establishments."""
    rows = p.read_csv(_FILE, ("rentree", "com_id", "regroupement", "effectif"))
    dated = rows["rentree"].str.fullmatch(r"\d{4}").astype(bool)
    p.reject(rows[~dated], "rentree", rows["rentree"], "not a year")
    kept = rows[dated]
    public = kept[kept["regroupement"].isin(_PUBLIC)]
    for series, some in (("etudiants_toutes_formations", kept), ("etudiants_sur_site", public)):
        place: dict[str, Any] = {"code": some["com_id"], "year": some["rentree"].astype(int)}
        p.add_figures(some, series, value=some["effectif"], label=some["regroupement"], **place)
