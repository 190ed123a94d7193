"""The only module that reads and tells a territory's ties with the outside world, its own and its members'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.queries import list_records
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, fold
from etl.countries import country_label

KINDS: Final = {  # key → title, singular and plural of what is counted
    "reseau": ("Réseaux de collectivités", "réseau", "réseaux"),
    "jumelage": ("Jumelages", "jumelage", "jumelages"),
    "poste": ("Postes diplomatiques et consulaires", "poste", "postes"),
    "projet": ("Projets Urbact", "projet Urbact", "projets Urbact"),
    "cooperation": ("Projets de coopération", "projet de coopération", "projets de coopération"),
    "convention": ("Convention des maires", "engagement", "engagements"),
    "patrimoine": ("Patrimoine mondial", "bien du patrimoine mondial", "biens du patrimoine mondial"),
    "creative": ("Villes créatives de l’Unesco", "ville créative", "villes créatives"),
    "label": ("Labels et titres internationaux", "label ou titre international", "labels ou titres internationaux"),
}
ROLES: Final = {
    "member": "membre", "associate": "membre associé", "published": "engagement publié", "on_hold": "en suspens",
    "titled": "titulaire", "cooperation": "partenaire", "lead": "chef de file",
    "partner": "partenaire", "inscribed": "inscrit", "foreign": "", "domestic": "en France",
    "consulate": "consulat", "consulate general": "consulat général", "embassy": "ambassade",
    "honorary consulate": "consulat honoraire", "apostolic nunciature": "nonciature apostolique",
    "de facto embassy": "représentation", "Quebec Government Office": "délégation du Québec",
}  # fmt: skip
_ABROAD: Final = ("reseau", "jumelage", "projet", "cooperation")  # kinds whose partner has a country of its own
_TOLD_APART: Final = {  # kind and role in the warehouse → key of KINDS
    ("label", "inscribed"): "patrimoine",
    ("label", "member"): "creative",
    ("projet", "cooperation"): "cooperation",
}
THEMES: Final = {
    "Amenities": "cadre de vie",
    "Government": "gouvernement local",
    "Society": "société",
    "Value Redistribution": "redistribution",
}


@dataclass(frozen=True)
class Tie:
    """One tie, in words.

    Attributes:
        kind: A key of KINDS.
        partner: Network, town, country, project or site.
        country: French name of the country: of the partner, or of the seat of a network or of a project's leader.
        role: What the territory is in it.
        theme: Of a network.
        years: « depuis 1997 », « 2013–2015 », or empty.
        holder: Name of the territory that holds it.
        source_code: Where it comes from.
    """

    kind: str
    partner: str
    country: str
    role: str
    theme: str
    years: str
    holder: str
    source_code: str


@per_build
def read_ties(build: Build, level: str, territory_code: str) -> tuple[Tie, ...]:
    """The ties of a territory and of its members (communes, and intercommunalités of a département or a région)."""
    found = build.read(
        """
        WITH inside AS (
            SELECT $level AS level, $code AS territory_code
            UNION SELECT 'commune', commune_code FROM membership WHERE level = $level AND territory_code = $code
            UNION SELECT 'epci', territory_code FROM territory WHERE level = 'epci'
                AND (($level = 'departement' AND departement = $code) OR ($level = 'region' AND region = $code))
        )
        SELECT l.kind, l.role, l.theme, l.partner_label, l.partner_country, l."start", l."end", l.source_code, t.label
        FROM link l JOIN inside USING (level, territory_code) JOIN territory t USING (level, territory_code)
        """,
        {"level": level, "code": territory_code},
    )
    order = {kind: at for at, kind in enumerate(KINDS)}
    ties = {_say(row) for row in list_records(found)}
    return tuple(sorted(ties, key=lambda t: (order[t.kind], fold(t.partner), fold(t.holder), t.years)))


def _say(row: dict[str, Any]) -> Tie:
    kind = str(row["kind"])
    kind = _TOLD_APART.get((kind, str(row["role"])), kind)
    role, theme = str(row["role"] or ""), str(row["theme"] or "")
    return Tie(
        kind=kind,
        partner=str(row["partner_label"]).replace("'", "’"),
        country=country_label(row["partner_country"]) if kind in _ABROAD else "",
        role=ROLES.get(role, role),
        theme=THEMES.get(theme, "") if kind == "reseau" else "",
        years=_say_years(row["start"], row["end"]),
        holder=str(row["label"]),
        source_code=str(row["source_code"]),
    )


def _say_years(start: float, end: float) -> str:
    if pd.isna(start):
        return "" if pd.isna(end) else f"jusqu’en {int(end)}"
    if pd.isna(end):
        return f"depuis {int(start)}"
    return f"{int(start)}" if start == end else f"{int(start)}–{int(end)}"


def group_ties(ties: tuple[Tie, ...]) -> dict[str, list[Tie]]:
    """Ties by kind, in the order of KINDS, the kinds that have some."""
    return {kind: own for kind in KINDS if (own := [tie for tie in ties if tie.kind == kind])}


def count_partners(ties: list[Tie]) -> int:
    """How many different partners: two communes in one network are one network."""
    return len({(tie.partner, tie.country) for tie in ties})


def say_partner(tie: Tie) -> str:
    """« Eurocities (cadre de vie ; siège : Belgique) », « Essen (Allemagne) », « Lituanie (consulat) »."""
    told = [tie.country] if tie.kind == "jumelage" else [tie.role] if tie.kind == "poste" else []
    if tie.kind == "reseau":
        told = [tie.theme, f"siège{FIXED}: {tie.country}" if tie.country else ""]
    inside = "\u202f; ".join(part for part in told if part)
    return f"{tie.partner} ({inside})" if inside else tie.partner
