"""Méthode: definitions, formulas, weights, audit and sources, all read from the catalogue and the build on screen."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import labelled
from dashboard.glossary import tell_words
from dashboard.intervals import ANCHOR, INVITATION
from dashboard.limits import tell_limits
from dashboard.method_audit import tell_audit, tell_interval, tell_levels, tell_past
from dashboard.method_index import tell_index
from dashboard.method_sources import sum_up_sources
from dashboard.notions import draw_tree, tell_notions
from dashboard.queries import read_stamp
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_day, format_measure, format_number, name_mean, pluralise, punctuate
from indicators.catalogue import Catalogue

register_page(__name__, path="/methode", name="Méthode", order=8, title=title_page("Méthode et sources"))


def layout(**_: str) -> Component:
    """The whole method on one page, its table of contents in the margin."""
    build, site = get_build(), get_site()
    catalogue = site.catalogue
    past = tell_past(build, catalogue.retrospective)
    return html.Div(
        [
            html.H1("Méthode et sources"),
            html.P(
                "Tout ce qui suit est lu dans le catalogue des indicateurs et dans les données publiées"
                f"{FIXED}: ce que l’outil calcule est ce qu’il dit.",
                className="lead",
            ),
            html.Div(
                [
                    _contents(catalogue, has_past=bool(past)),
                    html.Div(
                        [
                            tell_notions(catalogue),
                            draw_tree(catalogue),
                            _principles(build, catalogue),
                            tell_interval(),
                            *[tell_index(catalogue, index) for index in catalogue.indices],
                            tell_levels(build),
                            tell_audit(build, catalogue),
                            *past,
                            tell_limits(build, catalogue),
                            tell_words(),
                            sum_up_sources(build, site.raw),
                        ],
                        className="method-body",
                    ),
                ],
                className="method-plate",
            ),
        ],
        className="page method",
    )


def _contents(catalogue: Catalogue, *, has_past: bool) -> Component:
    links = [
        ("notions", "Deux notions"),
        ("arbre", "L’arbre"),
        ("principes", "Principes"),
        (ANCHOR, INVITATION),
        *((i.code, i.label) for i in catalogue.indices),
        ("niveaux", "Niveaux et comparaisons"),
        ("audit", "Audit"),
        *([("retrospectif", "Indice rétrospectif")] if has_past else []),
        ("limites", "Ce qu’il ne dit pas"),
        ("glossaire", "Glossaire"),
        ("sources", "Sources"),
    ]
    return html.Nav(
        html.Ul([html.Li(html.A(label, href=f"#{anchor}")) for anchor, label in links]),
        className="toc",
        **labelled("Sommaire"),
    )


def _principles(build: Build, catalogue: Catalogue) -> Component:
    low, high = (format_number(end) for end in catalogue.score_range)
    context = len(catalogue.indicators) - len(catalogue.scored)
    pillar, index = (format_measure(100 * catalogue.coverage[k], "%") for k in ("pillar", "index"))
    points = (
        (
            f"{len(catalogue.scored)} indicateurs notés et {pluralise(context, 'indicateur')} de contexte, "
            f"{pluralise(len(catalogue.pillars), 'pilier')}, deux indices jamais fondus en un seul. "
            f"Édition {read_stamp(build).edition}, calculée le {format_day(read_stamp(build).created_at)}."
        ),
        (
            f"Chaque indicateur est une formule sur des séries publiées, ramenée entre {low} (repère le moins bon) "
            f"et {high} (meilleur repère). Les repères sont fixés une fois, sur l’édition "
            f"{catalogue.reference_edition} et les {catalogue.reference_population}, puis conservés : un score "
            "garde le même sens d’une année à l’autre."
        ),
        (
            f"Moyenne arithmétique pondérée dans un pilier ; moyenne {name_mean(catalogue.power)} pondérée entre les "
            "piliers : un pilier très faible n’est pas effacé par un pilier très fort."
        ),
        (
            "Une valeur absente n’est jamais comptée pour zéro en silence. Un pilier demande "
            f"{pillar} de son poids renseigné, un indice {index} du sien ; en deçà, pas de score."
        ),
    )
    return html.Section(
        [html.H2("Principes"), html.Ul([html.Li(punctuate(p)) for p in points], className="principles")], id="principes"
    )
