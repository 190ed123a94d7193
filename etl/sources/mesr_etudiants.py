"""The ministry's count of students enrolled in each public establishment, each rentrée since 2006.

Traps: a BOM; four counts stand side by side (main or all enrolments, with or without those also enrolled in a CPGE):
ours is the main enrolments without CPGE; component establishments of an EPE stand beside the whole and are told apart
by `Attention` only; codes by arrondissement; New Caledonia and Polynesia; students are booked at the headquarters of
their establishment, so that a town of branches has none (see `mesr_implantations`).
"""

from __future__ import annotations

from typing import Any

from etl.card import Card, RawFile, Series, export_url
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-statistiques-sur-les-effectifs-d-etudiants-inscrits-par-etablissement-hcp"
_FILE = f"{_DATASET}.csv"
_ENROLLED = "Nombre d'étudiants inscrits (inscriptions principales) hors doubles inscriptions CPGE"
_MOBILE = "Etudiants en mobilité internationale"
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
    ),
    mode="live",
    note="Établissements publics sous tutelle du ministère. Tous les étudiants d’un établissement sont comptés dans "
    "la commune de son siège.",
)


def parse(p: Parser) -> None:
    """Enrolments of each establishment that is not a part of another one."""
    columns = ("Attention", "rentree", "Établissement", "etablissement_code_commune", _ENROLLED, _MOBILE)
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
