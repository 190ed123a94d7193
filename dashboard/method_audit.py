"""The part of the method that tells how the index holds: levels and groups, intervals, audit, retrospective index."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.audit import Audit, read_audit, summarise_audit
from dashboard.audit_tables import CHECKS, Check
from dashboard.components import fetched_table, scroll_table
from dashboard.composition import read_levels, read_reduced
from dashboard.intervals import ANCHOR, INVITATION, describe_interval
from dashboard.method_index import say_share
from dashboard.queries import INDEX_CODES, list_records
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, format_number, pluralise, punctuate
from indicators.catalogue import Catalogue, Retrospective
from indicators.peers import LEAST_MEMBERS


def tell_interval() -> Component:
    """What the interval beside each rank is, and how to read it."""
    return html.Section(
        [html.H2(INVITATION), *[html.P(said) for said in describe_interval()]], id=ANCHOR, className="prose"
    )


def tell_levels(build: Build) -> Component:
    """The levels scored, and the rule of the comparable territories."""
    head = ("Niveau", "Territoires", "Indicateurs notés", "Classés, attractivité", "Classés, rayonnement", "Groupes")
    body = [_level_row(row) for row in read_levels(build)]
    return html.Section(
        [
            html.H2("Niveaux et territoires comparables"),
            html.P(
                "Chaque niveau est calculé par les mêmes formules, à partir des séries de ce niveau, avec ses propres "
                "repères. Un indicateur qui n’a pas de sens à un niveau n’y est pas compté comme manquant."
            ),
            scroll_table(head, body, "Niveaux calculés"),
            html.P(
                "Deux intercommunalités sont comparables quand elles ont la même nature et la même classe de "
                f"population. Un groupe de moins de {LEAST_MEMBERS} membres s’élargit{FIXED}: aux communautés urbaines "
                "et d’agglomération de cette taille, puis à toutes les intercommunalités de cette taille, enfin à "
                "toutes. La Métropole de Lyon est comparée comme une métropole. À score égal, rang égal."
            ),
        ],
        id="niveaux",
        className="prose",
    )


def _level_row(row: dict[str, Any]) -> Component:
    counts = [row["territories"], row["indicators"], *(row[f"{code}_ranked"] for code in INDEX_CODES), row["groups"]]
    name = LEVELS[row["level"]][1].capitalize()
    return html.Tr([html.Th(name, scope="row"), *[html.Td(format_number(c), className="number") for c in counts]])


def tell_audit(build: Build, catalogue: Catalogue) -> Component:
    """What the audit of the index says, then each of its checks, folded."""
    audit = read_audit(build, catalogue)
    if audit.rows.empty:
        return html.Section([html.H2("Audit de l’indice"), html.P("Cette édition n’a pas été auditée.")], id="audit")
    return html.Section(
        [
            html.H2("Audit de l’indice"),
            html.P(
                "Les contrôles que recommandent l’OCDE et le Centre commun de recherche pour un indice composite, "
                "refaits à chaque calcul sur les intercommunalités."
            ),
            html.Ul([html.Li(said) for said in summarise_audit(audit, catalogue)], className="principles"),
            html.Div([_tell_check(code, check, audit) for code, check in CHECKS.items()], className="folds"),
        ],
        id="audit",
        className="prose",
    )


def _tell_check(code: str, check: Check, audit: Audit) -> Component:
    flagged = int(audit.rows["flag"].ne("").sum())
    title = f"{check.title} ({flagged} sur {pluralise(len(audit.rows), 'mesure')})" if code == "remarques" else None
    return fetched_table(title or check.title, punctuate(check.note), f"/chiffres/audit/{code}")


def tell_past(build: Build, past: Retrospective | None) -> list[Component]:
    """The retrospective index: what it is made of, and how many territories it covers."""
    rows = read_reduced(build)
    if past is None or rows.empty:
        return []
    first, last = int(rows["first_edition"].min()), int(rows["last_edition"].max())
    head = ("Élément", "Part", f"Couverture {first}", f"Couverture {last}", "La plus basse")
    levels = ", ".join(LEVELS[level][1] for level in past.levels)
    return [
        html.Section(
            [
                html.H2(past.label),
                html.P(punctuate(past.definition)),
                html.P(
                    f"Éditions {first} à {last}, pour les niveaux{FIXED}: {levels}. Couverture{FIXED}: part des "
                    "intercommunalités qui ont un score dans l’édition."
                ),
                html.Details(
                    [
                        html.Summary("Composition et couverture"),
                        scroll_table(head, _past_rows(past, list_records(rows)), f"Composition de l’{past.label}"),
                    ]
                ),
            ],
            id="retrospectif",
            className="prose",
        )
    ]


def _past_rows(past: Retrospective, rows: list[dict[str, Any]]) -> list[Component]:
    """The nodes in the order of the tree, each under its parent."""
    tree, told = past.catalogue, {r["node_code"]: r for r in rows}
    lines: list[Component] = []
    for index in tree.indices:
        lines += _past_row(told, index.code, index.label, "depth-0")
        for pillar in tree.pillars_of(index.code):
            lines += _past_row(told, pillar.code, pillar.label, "depth-1")
            for one in tree.indicators_of(pillar.code):
                lines += _past_row(told, one.code, one.label, "depth-2")
    return lines


def _past_row(told: dict[str, dict[str, Any]], code: str, label: str, depth: str) -> list[Component]:
    row = told.get(code)
    if row is None:
        return []
    siblings = [r["weight"] for r in told.values() if r["parent_code"] == row["parent_code"]]
    share = say_share(row["weight"], siblings) if depth != "depth-0" else ""
    covered = [row[c] for c in ("first_coverage", "last_coverage", "least_coverage")]
    cells = [share, *(f"{format_number(100 * c)}{FIXED}%" for c in covered)]
    return [
        html.Tr([html.Th(label, scope="row", className=depth), *[html.Td(cell, className="number") for cell in cells]])
    ]
