"""The part of the method that tells the index as declared: pillars, indicators, weights, goalposts, sources."""

from __future__ import annotations

from html import escape

from dash import html
from dash.development.base_component import Component

from dashboard.components import fetched
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


def tell_index(catalogue: Catalogue, index: Index) -> Component:
    """One index: its definition, then its pillars and their indicators."""
    return html.Section(
        [
            html.H2(index.label, className=index.code),
            html.P(punctuate(index.definition), className="lead"),
            *[_pillar(catalogue, pillar) for pillar in catalogue.pillars_of(index.code)],
        ],
        id=index.code,
    )


def _pillar(catalogue: Catalogue, pillar: Pillar) -> Component:
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
                    *[_indicator(one, say_share(one.weight, weights)) for one in indicators],
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


def _indicator(one: Indicator, share: str) -> Component:
    weight = f"{share} du pilier" if one.is_scored else "contexte, sans score"
    return html.Article(
        [
            html.H4([one.label, html.Span(f" {weight}", className="weight")]),
            html.P(punctuate(one.definition)),
            html.Details(
                [
                    html.Summary(["Pourquoi, calcul, sources", html.Span(f"{FIXED}: {one.label}", className="unseen")]),
                    fetched(f"/chiffres/indicateur/{one.code}"),
                ]
            ),
        ],
        id=f"indicateur-{one.code}",
        className="method-indicator",
    )


def write_indicator(build: Build, one: Indicator) -> str:
    """Why an indicator, how it is computed and from what, as the fragment that its line fetches when it is opened."""
    facts = [
        ("Unité", escape(one.unit)),
        ("Calcul", f"<code>{escape(one.formula)}</code>"),
        ("Transformation", escape(TRANSFORMS.get(one.transform, one.transform))),
        ("Repères", escape(_say_goalposts(build, one))),
        ("Si absent", "zéro" if one.absent == "zero" else "inconnu, sans score"),
        ("Thème", escape(THEMES[one.theme])),
        ("Publics", escape(", ".join(TARGETS[t] for t in one.targets))),
        ("Renseigné pour", escape(_say_ranked(build, one))),
        ("Sources", _link_sources(build, one)),
    ]
    lines = "".join(f"<div><dt>{term}</dt><dd>{told}</dd></div>" for term, told in facts if told)
    return f'<p>{escape(punctuate(one.rationale))}</p><dl class="card">{lines}</dl>'


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


def _link_sources(build: Build, one: Indicator) -> str:
    titles = {s["source_code"]: s["title"] for s in read_sources(build)}
    codes = find_sources(build, one, read_observations(build, ""))
    return ", ".join(
        f'<a href="/source/{escape(code)}" class="source-link">{escape(titles.get(code, code))}</a>' for code in codes
    )
