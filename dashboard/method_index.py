"""The part of the method that tells the index as declared: pillars, indicators, weights, goalposts, sources."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import link_source
from dashboard.evidence import find_sources
from dashboard.queries import read_fits, read_observations, read_sources
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_measure, format_number, pluralise, punctuate
from indicators.catalogue import TARGETS, THEMES, Catalogue, Index, Indicator, Pillar

TRANSFORMS = {
    "none": "aucune",
    "log1p": "logarithme de 1 + la valeur rapportée à la médiane des valeurs positives",
}


def tell_index(build: Build, catalogue: Catalogue, index: Index) -> Component:
    """One index: its definition, then its pillars and their indicators."""
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
    share = say_share(pillar.weight, [p.weight for p in siblings])
    indicators = catalogue.indicators_of(pillar.code)
    weights = [i.weight for i in indicators]
    return html.Section(
        [
            html.H3([pillar.label, html.Span(f" {share} de l’indice", className="weight")]),
            html.P(punctuate(pillar.question)),
            html.Details(
                [
                    html.Summary(
                        [
                            f"Ses {pluralise(len(indicators), 'indicateur')}",
                            html.Span(f"{FIXED}: {pillar.label}", className="unseen"),
                        ]
                    ),
                    *[_indicator(build, one, say_share(one.weight, weights)) for one in indicators],
                ],
                className="method-inner",
            ),
        ],
        id=f"pilier-{pillar.code}",
        className="method-pillar",
    )


def say_share(weight: float, weights: list[float]) -> str:
    """The share of a weight among its siblings', itself included: « 25 % »."""
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
            html.Details(
                [
                    html.Summary(["Pourquoi, calcul, sources", html.Span(f"{FIXED}: {one.label}", className="unseen")]),
                    html.P(punctuate(one.rationale)),
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
    count = count_ranked(build, "epci").get(one.code)
    return pluralise(count, "intercommunalité") if count else ""


def _link_sources(build: Build, one: Indicator) -> list[Component | str]:
    titles = {s["source_code"]: s["title"] for s in read_sources(build)}
    parts: list[Component | str] = []
    for code in find_sources(build, one, read_observations(build, "")):
        parts += [", ", link_source(code, titles.get(code, code))]
    return parts[1:]
