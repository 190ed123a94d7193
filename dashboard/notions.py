"""The part of the method that tells the two notions in the working group's words, and draws the tree of the index."""

from __future__ import annotations

from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components import labelled
from dashboard.method_index import say_share
from dashboard.words import FIXED, punctuate
from indicators.catalogue import Catalogue, Index, Pillar

# What the working group asked of each pillar (minutes of 12 December 2016), beside what the index measures of it.
ASKED: Final = {
    "qualite": "« D’abord ses propres atouts. »",
    "cibles": "« Quelles populations, quelles géographies vise-t-on ? par rapport à quoi ? »",
    "retombees": "« Quel objectif final ? »",
    "notoriete": "« Connu, et bien connu ? renommée, réputation, image. »",
    "influence": "« Visible ou non ? appartenance à des réseaux. »",
    "echanges": "« Exportation, échange, diffusion, excellence : quelle bonne pratique à échanger ? »",
    "singularite": "« Comment se démarque-t-on ? »",
    "reconnaissance": "« Représentation, reconnaissance. »",
}
CALLED: Final = {"attractivite": "mesurable et ciblée", "rayonnement": "plus diffus"}


def tell_notions(catalogue: Catalogue) -> Component:
    """The two notions side by side, pillar by pillar: what the group asks, what the index looks at."""
    return html.Section(
        [
            html.H2("Deux notions, deux indices"),
            html.P(
                punctuate(
                    "Le groupe de travail de Cités Unies France « L’internationalisation, un outil au service de "
                    "l’attractivité et du rayonnement » (compte rendu du 12 décembre 2016) distingue deux notions qui "
                    "se recouvrent : la promotion, le positionnement appartiennent aux deux. Il ne s’agit pas de les "
                    "hiérarchiser mais de penser leur cohabitation. C’est pourquoi les deux indices ne sont jamais "
                    "additionnés."
                )
            ),
            html.Div([_tell_notion(catalogue, index) for index in catalogue.indices], className="notions"),
        ],
        id="notions",
        className="prose",
    )


def _tell_notion(catalogue: Catalogue, index: Index) -> Component:
    called = CALLED.get(index.code)
    return html.Div(
        [
            html.H3([index.label, html.Span(f", {called}" if called else "", className="quiet")], className=index.code),
            html.Dl([_tell_pillar(pillar) for pillar in catalogue.pillars_of(index.code)]),
        ]
    )


def _tell_pillar(pillar: Pillar) -> Component:
    asked = ASKED.get(pillar.code)
    said = [html.Dd(html.Em(punctuate(asked)))] if asked else []
    return html.Div([html.Dt(pillar.label), *said, html.Dd(punctuate(pillar.question), className="small")])


def draw_tree(catalogue: Catalogue) -> Component:
    """The tree as a drawing: heights are weights; every part leads to what is said of it."""
    return html.Section(
        [
            html.H2("L’arbre des deux indices"),
            html.P(
                "De gauche à droite, l’indice, ses piliers, leurs indicateurs. La hauteur est le poids déclaré"
                f"{FIXED}; les indicateurs de contexte, sans poids, n’y sont pas.",
                className="small",
            ),
            html.Div([_draw_index(catalogue, index) for index in catalogue.indices], className="trees"),
        ],
        id="arbre",
    )


def _draw_index(catalogue: Catalogue, index: Index) -> Component:
    pillars = [p for p in catalogue.pillars_of(index.code) if _scored(catalogue, p)]
    total = sum(p.weight for p in pillars)
    branches = [
        html.Li(
            [
                _box(f"#pilier-{pillar.code}", pillar.label, say_share(pillar.weight, [p.weight for p in pillars])),
                html.Ul(
                    [
                        html.Li(
                            _box(f"#indicateur-{one.code}", one.label, ""),
                            style={"flexGrow": one.weight},
                        )
                        for one in _scored(catalogue, pillar)
                    ],
                    className="tree-leaves",
                ),
            ],
            className="tree-branch",
            style={"flexGrow": pillar.weight / total},
        )
        for pillar in pillars
    ]
    return html.Div(
        [html.A(index.label, href=f"#{index.code}", className=f"tree-root {index.code}"), html.Ul(branches)],
        className=f"tree tree-{index.code}",
        role="group",
        **labelled(f"Arbre de l’indice {index.label}"),
    )


def _scored(catalogue: Catalogue, pillar: Pillar) -> list[Any]:
    return [one for one in catalogue.indicators_of(pillar.code) if one.is_scored]


def _box(href: str, label: str, share: str) -> Component:
    inside: list[Component | str] = [label, html.Span(f" {share}", className="quiet")] if share else [label]
    return html.A(inside, href=href, className="tree-box")
