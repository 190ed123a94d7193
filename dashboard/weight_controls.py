"""The form of « Et si… »: a weight for each pillar and indicator, by slider or typed, and the choices of method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components import choice, labelled
from dashboard.rescoring import AGGREGATED, NORMALISED
from dashboard.what_if_address import HEAVIEST, Asked
from dashboard.words import FIXED, format_number, pluralise
from indicators.catalogue import Catalogue, Pillar

STEP: Final = 0.25  # of a slider; a typed weight may be finer


def list_declared(catalogue: Catalogue, level: str) -> dict[str, float]:
    """Declared weight of every node that may be weighed at a level."""
    indicators = catalogue.scored_at(level)
    alive = {one.pillar for one in indicators}
    return {p.code: p.weight for p in catalogue.pillars if p.code in alive} | {i.code: i.weight for i in indicators}


def weight_form(catalogue: Catalogue, asked: Asked) -> Component:
    """Weights by index and pillar, method, and the way back; ids `{type: pillar|slide|indicator, code}`."""
    declared = list_declared(catalogue, asked.niveau)
    weights = declared | dict(asked.choices.weights)
    blocks = [
        html.Fieldset(
            [
                html.Legend(f"{index.label}{FIXED}: poids des piliers", className=index.code),
                *[
                    _pillar(catalogue, pillar, weights)
                    for pillar in catalogue.pillars_of(index.code)
                    if pillar.code in weights
                ],
            ],
            className="weights",
        )
        for index in catalogue.indices
    ]
    normalised = [{"value": code, "label": label} for code, label in NORMALISED.items()]
    means = [{"value": "declared", "label": "comme publié"}]
    means += [{"value": code, "label": label} for code, label in AGGREGATED.items()]
    return html.Form(
        [
            *blocks,
            html.Fieldset(
                [
                    html.Legend("Méthode"),
                    html.Div(
                        ["Notes ", choice("whatif-normalisation", "Notes", asked.choices.normalisation, normalised)]
                    ),
                    html.Div(
                        ["Entre piliers ", choice("whatif-moyenne", "Entre piliers", asked.choices.aggregation, means)]
                    ),
                ],
                className="weights",
            ),
            html.Button("Revenir à la pondération par défaut", id="whatif-reset", type="button", className="reset"),
        ],
        **labelled("Pondération personnelle"),
    )


def _pillar(catalogue: Catalogue, pillar: Pillar, weights: Mapping[str, float]) -> Component:
    """A pillar's weight, by slider or typed, and its indicators' folded below."""
    indicators = [one for one in catalogue.indicators_of(pillar.code) if one.code in weights]
    siblings = [p.code for p in catalogue.pillars_of(pillar.index) if p.code in weights]
    beside: dict[str, Any] = {"data-siblings": " ".join(siblings)}
    return html.Div(
        [
            html.Div(
                [
                    html.Span(pillar.label, className="weight-label"),
                    html.Span(
                        _share(weights[pillar.code], [weights[code] for code in siblings]),
                        id={"type": "share", "code": pillar.code},
                        className="weight-share",
                        **beside,
                    ),
                ],
                className="weight-head",
            ),
            html.Div(
                [
                    dmc.Slider(
                        id={"type": "slide", "code": pillar.code},
                        value=weights[pillar.code],
                        min=0,
                        max=4,
                        step=STEP,
                        label=None,
                        thumbLabel=f"Poids du pilier {pillar.label}",
                        size="xs",
                        thumbSize=18,
                        color="dark",
                        className="weight-slide",
                    ),
                    _number("pillar", pillar.code, f"Poids du pilier {pillar.label}, nombre", weights[pillar.code]),
                ],
                className="weight-line",
            ),
            html.Details(
                [
                    html.Summary(f"Ses {pluralise(len(indicators), 'indicateur')}"),
                    *[
                        html.Div(
                            [
                                html.Span(one.label, className="weight-label"),
                                _number("indicator", one.code, f"Poids de l’indicateur {one.label}", weights[one.code]),
                            ],
                            className="weight-line",
                        )
                        for one in indicators
                    ],
                ],
                className="weight-inner",
            )
            if len(indicators) > 1
            else "",
        ],
        className="weight",
    )


def _number(kind: str, code: str, label: str, weight: float) -> Component:
    field: Component = dmc.NumberInput(
        id={"type": kind, "code": code},
        value=weight,
        min=0,
        max=HEAVIEST,
        step=STEP,
        decimalScale=3,
        decimalSeparator=",",
        allowedDecimalSeparators=[",", "."],
        clampBehavior="strict",
        debounce=400,
        label=label,
        classNames={"label": "unseen"},
        className="weight-number",
        size="xs",
    )
    return field


def _share(weight: float, siblings: list[float]) -> str:
    total = sum(siblings)
    return f"{format_number(100 * weight / total)}{FIXED}%" if total else ""
