"""The only module that says in sentences where the territories compared differ, and where nothing tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.evidence import say_years
from dashboard.queries import Place
from dashboard.sides import MOST_TOLD, Contrast, find_contrasts, list_indicators, list_nodes, pick_node, split_contrasts
from dashboard.words import FIXED, NARROW, format_number, format_score, pluralise, punctuate
from indicators.catalogue import Catalogue


def contrast_sections(sides: pd.DataFrame, places: Sequence[Place], catalogue: Catalogue) -> list[Component]:
    """The pillars that tell the territories apart, then the figures that differ most."""
    level, count = places[0].level, len(places)
    pillars = [n for i in catalogue.indices for n in list_nodes(catalogue, i.code) if n.kind == "pillar"]
    figures = [
        node
        for pillar in catalogue.pillars
        for node in list_indicators(catalogue, level, pillar.code)
        if catalogue.find_indicator(node.code).is_scored and not catalogue.find_indicator(node.code).is_derived
    ]
    clear, unclear = split_contrasts(find_contrasts(sides, pillars, count))
    told = [_say_pillar(one, sides, places) for one in clear[:MOST_TOLD]]
    widest = find_contrasts(sides, figures, count)[:MOST_TOLD]
    shown = [_say_figure(one, sides, places, catalogue) for one in widest if one.gap >= 1]
    if not told and not shown and not unclear:
        return []
    return [
        html.Section(
            [
                html.H2("Où ils diffèrent le plus"),
                html.Div(
                    [
                        _column("Par pilier, au-delà de l’incertitude", told, _say_unclear(unclear)),
                        _column("Par chiffre", shown, ""),
                    ],
                    className="two-columns",
                ),
            ],
            className="sheet-section",
            id="ecarts",
        )
    ]


def _column(title: str, lines: list[Component], after: str) -> Component:
    body = html.Ul(lines, className="sentences") if lines else html.P("Aucun écart net.", className="small")
    return html.Div([html.H3(title), body, *([html.P(after, className="small after")] if after else [])])


def _say_unclear(unclear: Sequence[Contrast]) -> str:
    if not unclear:
        return ""
    names = ", ".join(one.node.label for one in unclear)
    return f"Rien ne les départage sur {pluralise(len(unclear), 'pilier')}{FIXED}: {names}."


def lead_sentence(sides: pd.DataFrame, places: Sequence[Place], catalogue: Catalogue) -> str:
    """The widest of the gaps that exceed uncertainty, index by index, or that there is none."""
    parts = []
    for index in catalogue.indices:
        pillars = [n for n in list_nodes(catalogue, index.code) if n.kind == "pillar"]
        clear, _ = split_contrasts(find_contrasts(sides, pillars, len(places)))
        if clear:
            first, last = places[clear[0].first].label, places[clear[0].last].label
            parts.append(f"en {index.label.lower()}, «{FIXED}{clear[0].node.label}{FIXED}» ({first} devant {last})")
    if not parts:
        return "Aucun pilier ne les départage nettement, une fois l’incertitude comptée."
    return f"Ce qui les distingue le plus sûrement{FIXED}: {f'{NARROW}; '.join(parts)}."


def _say_pillar(one: Contrast, sides: pd.DataFrame, places: Sequence[Place]) -> Component:
    rows = pick_node(sides, one.node.code, len(places))
    name = html.Strong(one.node.label, className=one.node.index)
    return html.Li([name, f"{FIXED}: ", _say_both(one, places, lambda place: _tell_score(rows.iloc[place]))])


def _say_figure(one: Contrast, sides: pd.DataFrame, places: Sequence[Place], catalogue: Catalogue) -> Component:
    """« Voyageurs en gare (voyageurs par an et par habitant) : Lyon (42,7, 2024) devant … »: no unit to make agree."""
    indicator = catalogue.find_indicator(one.node.code)
    rows = pick_node(sides, one.node.code, len(places))

    def tell(place: int) -> str:
        row = rows.iloc[place]
        years = f", {say_years(row['first_year'], row['last_year'])}" if pd.notna(row["last_year"]) else ""
        return f"{format_number(row['value'], indicator.decimals)}{years}"

    name = html.Span(one.node.label, className=one.node.index)
    unit = html.Span(f" ({punctuate(indicator.unit)})", className="quiet")
    return html.Li([name, unit, f"{FIXED}: ", _say_both(one, places, tell)])


def _tell_score(row: pd.Series[Any]) -> str:
    return format_score(row["score"], row["low"], row["high"])


def _say_both(one: Contrast, places: Sequence[Place], tell: Callable[[int], str]) -> str:
    ends = [f"{places[place].label} ({tell(place)})" for place in (one.first, one.last)]
    return f"{ends[0]} devant {ends[1]}."
