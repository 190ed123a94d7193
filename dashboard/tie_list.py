"""A territory's networks and ties on its page: what it has by kind, the whole list fetched when it is opened."""

from __future__ import annotations

import html as markup

from dash import html
from dash.development.base_component import Component

from dashboard.components import numbers_table
from dashboard.queries import Place, read_source
from dashboard.rankings import address_of
from dashboard.ties import KINDS, Tie, count_partners, group_ties, read_ties, say_partner
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_number, pluralise

MOST_NAMED = 8
HEAD = ("Lien", "Pays", "Rôle", "Porté par", "Années", "Source")


def ties_section(build: Build, place: Place) -> Component:
    """The section: a sentence of counts, then each kind."""
    groups = group_ties(read_ties(build, place.level, place.territory_code))
    return html.Section(
        [
            html.H2("Réseaux et liens"),
            html.P(_summarise(groups, place), className="lead-small"),
            html.Div([_kind(place, kind, ties) for kind, ties in groups.items()], className="two-columns"),
        ],
        className="sheet-section",
        id="liens",
    )


def _summarise(groups: dict[str, list[Tie]], place: Place) -> str:
    if not groups:
        return "Les sources ne connaissent à ce territoire aucun lien avec l’extérieur."
    told = [pluralise(count_partners(ties), *KINDS[kind][1:]) for kind, ties in groups.items() if kind != "convention"]
    countries = {tie.country for tie in groups.get("jumelage", []) if tie.country and tie.country != "France"}
    across = f"{NARROW_SEMICOLON}{pluralise(len(countries), 'pays jumelé', 'pays jumelés')}" if countries else ""
    whose = "" if place.level == "commune" else ", en propre ou par ses membres"
    return f"{', '.join(told) or 'Convention des maires'}{across}{whose}."


NARROW_SEMICOLON = "\u202f; "


def _kind(place: Place, kind: str, ties: list[Tie]) -> Component:
    partners = list(dict.fromkeys(say_partner(tie) for tie in ties))
    count = len(ties) if kind == "convention" else count_partners(ties)
    rest = len(partners) - MOST_NAMED
    named = " · ".join(partners[:MOST_NAMED]) + (f" · et {format_number(rest)} autres" if rest > 1 else "")
    if rest == 1:
        named = " · ".join(partners)
    if kind == "convention":
        named = "Signée par " + ", ".join(
            f"{t.holder} ({', '.join(p for p in (t.years, t.role) if p)})" for t in ties[:8]
        )
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    return html.Div(
        [
            html.H3([KINDS[kind][0], html.Span(f"{FIXED}{format_number(count)}", className="quiet")]),
            html.P(f"{named}."),
            numbers_table(f"/chiffres/liens/{code}/{kind}", f"Détail, années et source ({format_number(len(ties))})"),
        ],
        className="tie-kind",
    )


def list_tie_cells(build: Build, ties: list[Tie]) -> list[list[str]]:
    """Cells of the whole list; the first and the last are markup, already escaped."""
    return [
        [markup.escape(tie.partner), tie.country, tie.role, tie.holder, tie.years or "n.d.", _source(build, tie)]
        for tie in ties
    ]


def _source(build: Build, tie: Tie) -> str:
    card = read_source(build, tie.source_code)
    return str(card["title"]) if card else tie.source_code
