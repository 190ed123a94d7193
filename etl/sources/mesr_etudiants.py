"""The ministry's count of students enrolled in each public establishment, each rentrée since 2006.

Traps: a BOM; four counts stand side by side (main or all enrolments, with or without those also enrolled in a CPGE):
ours is the main enrolments without CPGE; component establishments of an EPE stand beside the whole and are told apart
by `Attention` only; codes by arrondissement; New Caledonia and Polynesia; students are booked at the headquarters of
their establishment, so that a town of branches has none: a second count of the mobile ones shares them out by the
enrolments of its sites in 2017 (`data/registers/sites_universitaires.csv`, by UAI, those of merged universities added
up), as an estimate; an establishment without known sites stays at its headquarters.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from etl.card import Card, RawFile, Series, export_url
from etl.numbers import read_numbers
from etl.parsing import Parser
from etl.registers import load_register

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-statistiques-sur-les-effectifs-d-etudiants-inscrits-par-etablissement-hcp"
_FILE = f"{_DATASET}.csv"
_ENROLLED = "Nombre d'étudiants inscrits (inscriptions principales) hors doubles inscriptions CPGE"
_MOBILE = "Etudiants en mobilité internationale"
_UAI = "Identifiant(s) UAI"
_COUNTED_ONCE = "Sans double compte"
CARD = Card(
    code="mesr_etudiants",
    producer="Ministère de l’enseignement supérieur et de la recherche (SIES)",
    title="Effectifs d’étudiants inscrits par établissement, hors doubles inscriptions CPGE",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2006-2022",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(
        Series("etudiants", "Étudiants inscrits, au siège des établissements", "étudiants"),
        Series(
            "etudiants_mobilite_internationale",
            "Étudiants en mobilité internationale, au siège des établissements",
            "étudiants",
        ),
        Series(
            "etudiants_internationaux_sur_site",
            "Étudiants en mobilité internationale, répartis sur les sites",
            "étudiants",
        ),
    ),
    mode="live",
    period="yearly",
    note="Établissements publics sous tutelle du ministère. Tous les étudiants d’un établissement sont comptés dans "
    "la commune de son siège.",
)


def parse(p: Parser) -> None:
    """Enrolments of each establishment that is not a part of another one."""
    columns = ("Attention", "rentree", "Établissement", "etablissement_code_commune", _UAI, _ENROLLED, _MOBILE)
    rows = p.read_csv(_FILE, columns)
    once = rows["Attention"].str.startswith(_COUNTED_ONCE)
    p.exclude(int((~once).sum()), "établissement-composante, déjà compté dans son ensemble")
    kept = rows[once]
    year = kept["rentree"].where(kept["rentree"].str.fullmatch(r"\d{4}"))
    p.reject(kept[year.isna()], "rentree", kept["rentree"], "not a year")
    kept, year = kept[year.notna()], year.dropna().astype(int)
    place: dict[str, Any] = {"code": kept["etablissement_code_commune"], "year": year, "label": kept["Établissement"]}
    p.add_figures(kept, "etudiants", value=kept[_ENROLLED], **place)
    p.add_figures(kept, "etudiants_mobilite_internationale", value=kept[_MOBILE], **place)
    _share_out(p, kept, year)


def _share_out(p: Parser, rows: pd.DataFrame, year: pd.Series[int]) -> None:
    """The mobile students of each establishment, shared out among its sites in proportion to their enrolments."""
    sites = load_register("sites_universitaires")
    enrolled = sites["etudiants"].astype(float)
    sites = sites.assign(share=enrolled / enrolled.groupby(sites["uai"]).transform("sum"))
    uai = rows[_UAI].str.split(",").explode().str.strip()
    known = uai[uai.isin(sites["uai"])]
    parts = rows.assign(
        uai=known[~known.index.duplicated()], year=year, told=read_numbers(rows[_MOBILE]).value
    ).reset_index(names="line").merge(sites, on="uai", how="left").set_index("line")  # fmt: skip
    parts.attrs["file"] = rows.attrs["file"]
    p.add_figures(
        parts,
        "etudiants_internationaux_sur_site",
        code=parts["commune_code"].fillna(parts["etablissement_code_commune"]),
        year=parts["year"],
        value=parts["told"] * parts["share"].fillna(1.0),
        status="estimated",
        label=parts["Établissement"],
    )
