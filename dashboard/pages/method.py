"""Méthode: definitions, formulas, weights, goalposts and sources, all read from the catalogue and the source cards."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import labelled, link_source, scroll_table
from dashboard.evidence import find_sources
from dashboard.queries import count_scored, read_fits, read_observations, read_sources, read_stamp
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.warehouse import Build
from dashboard.words import FIXED, STATES, format_day, format_measure, format_number, name_mean, pluralise, punctuate
from indicators.catalogue import TARGETS, THEMES, Catalogue, Index, Indicator, Pillar
from indicators.peers import LEAST_MEMBERS

register_page(__name__, path="/methode", name="Méthode", order=4, title=title_page("Méthode et sources"))

TRANSFORMS = {
    "none": "aucune",
    "log1p": "logarithme de 1 + la valeur rapportée à la médiane des valeurs positives",
}


def layout(**_: str) -> Component:
    """The whole method on one page, each block with an anchor."""
    build, catalogue = get_build(), get_site().catalogue
    return html.Div(
        [
            html.H1("Méthode et sources"),
            html.P(
                "Tout ce qui suit est lu dans le catalogue des indicateurs et dans les fiches des sources telles "
                f"qu’elles ont été chargées{FIXED}: ce que l’outil calcule est ce qu’il dit.",
                className="lead",
            ),
            _contents(catalogue),
            _principles(build, catalogue),
            *[_index(build, catalogue, index) for index in catalogue.indices],
            _sources(build),
        ],
        className="page method",
    )


def _contents(catalogue: Catalogue) -> Component:
    links = [
        ("#principes", "Principes"),
        *((f"#{i.code}", i.label) for i in catalogue.indices),
        ("#sources", "Sources"),
    ]
    return html.Nav(
        html.Ul([html.Li(html.A(label, href=href)) for href, label in links]),
        className="contents",
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
        (
            "Les territoires comparables ont la même nature et la même classe de population ; quand ils sont moins de "
            f"{LEAST_MEMBERS}, le groupe s’élargit aux communautés urbaines et d’agglomération, puis à toutes les "
            "intercommunalités de cette taille. À score égal, rang égal."
        ),
    )
    return html.Section(
        [html.H2("Principes"), html.Ul([html.Li(punctuate(p)) for p in points], className="principles")], id="principes"
    )


def _index(build: Build, catalogue: Catalogue, index: Index) -> Component:
    return html.Section(
        [
            html.H2(index.label, className=index.code),
            html.P(punctuate(index.definition), className="lead"),
            *[_pillar(build, catalogue, pillar) for pillar in catalogue.pillars_of(index.code)],
        ],
        id=index.code,
    )


def _pillar(build: Build, catalogue: Catalogue, pillar: Pillar) -> Component:
    siblings = catalogue.pillars_of(pillar.index)
    share = _share(pillar.weight, [p.weight for p in siblings])
    indicators = catalogue.indicators_of(pillar.code)
    weights = [i.weight for i in indicators]
    return html.Section(
        [
            html.H3([pillar.label, html.Span(f" {share} de l’indice", className="weight")]),
            html.P(punctuate(pillar.question)),
            *[_indicator(build, one, _share(one.weight, weights)) for one in indicators],
        ],
        id=f"pilier-{pillar.code}",
        className="method-pillar",
    )


def _share(weight: float, weights: list[float]) -> str:
    return format_measure(100 * weight / sum(weights), "%", 0 if (100 * weight / sum(weights)).is_integer() else 1)


def _indicator(build: Build, one: Indicator, share: str) -> Component:
    weight = f"{share} du pilier" if one.is_scored else "contexte, sans score"
    facts: list[tuple[str, Any]] = [
        ("Unité", one.unit),
        ("Calcul", html.Code(one.formula)),
        ("Transformation", TRANSFORMS.get(one.transform, one.transform)),
        ("Repères", _say_goalposts(build, one)),
        ("Si absent", "zéro" if one.absent == "zero" else "inconnu, sans score"),
        ("Thème", THEMES[one.theme]),
        ("Publics", ", ".join(TARGETS[t] for t in one.targets)),
        ("Renseigné pour", _say_ranked(build, one)),
        ("Sources", _link_sources(build, one)),
    ]
    return html.Article(
        [
            html.H4([one.label, html.Span(f" {weight}", className="weight")]),
            html.P(punctuate(one.definition)),
            html.P(punctuate(one.rationale), className="small"),
            html.Details(
                [
                    html.Summary(["Calcul, repères, sources", html.Span(f"{FIXED}: {one.label}", className="unseen")]),
                    html.Dl([html.Div([html.Dt(t), html.Dd(d)]) for t, d in facts if d], className="card"),
                ]
            ),
        ],
        id=f"indicateur-{one.code}",
        className="method-indicator",
    )


def _say_goalposts(build: Build, one: Indicator) -> str:
    fits = read_fits(build)
    own = fits[fits["indicator_code"].eq(one.code)].set_index("parameter")["value"]
    scale = "" if one.transform == "none" else " (après transformation)"
    ends = [
        f"{label} {format_number(own[key], 2)}"
        for key, label in (("worst", "moins bon"), ("best", "meilleur"))
        if key in own.index
    ]
    return ", ".join(ends) + (scale if ends else "")


def _say_ranked(build: Build, one: Indicator) -> str:
    count = count_scored(build).get(one.code)
    return pluralise(count, "intercommunalité") if count else ""


def _link_sources(build: Build, one: Indicator) -> list[Component | str]:
    titles = {s["source_code"]: s["title"] for s in read_sources(build)}
    parts: list[Component | str] = []
    for code in find_sources(build, one, read_observations(build, "")):
        parts += [", ", link_source(code, titles.get(code, code))]
    return parts[1:]


def _sources(build: Build) -> Component:
    head = (
        "Source", "Producteur", "Licence", "Millésime", "Récupérée le", "Lignes retenues", "Refusées", "État",
    )  # fmt: skip
    body = [_source_row(card) for card in read_sources(build)]
    return html.Section([html.H2("Sources"), scroll_table(head, body, "Sources chargées")], id="sources")


def _source_row(card: dict[str, Any]) -> Component:
    return html.Tr(
        [
            html.Th(dcc.Link(card["title"], href=f"/source/{card['source_code']}"), scope="row"),
            html.Td(card["producer"]),
            html.Td(card["licence"]),
            html.Td(card["vintage"]),
            html.Td(format_day(card["retrieved_at"])),
            html.Td(_count(card["rows_kept"])),
            html.Td(_count(card["rows_rejected"])),
            html.Td(STATES.get(card["state"], card["state"])),
        ],
        id=f"source-{card['source_code']}",
    )


def _count(count: int | None) -> str:
    return format_number(None if count is None or pd.isna(count) else float(count))
