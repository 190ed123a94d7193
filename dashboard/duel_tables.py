"""Who is ahead of whom, in words and as a small square table an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.chooser import mark
from dashboard.compare_figures import clip
from dashboard.components import labelled
from dashboard.duels import CLEAR, Duels, read_duels, say_duels, say_share, say_why_none
from dashboard.queries import Place
from dashboard.reading import Reading
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, format_number
from indicators.catalogue import Catalogue, Index

MOST_BESIDE = 4  # territories whose two tables fit beside each other
MOST_SAID = 3  # territories whose pairs are told one by one; beyond, the table says it


def ahead_section(build: Build, places: Sequence[Place], reading: Reading, catalogue: Catalogue) -> Component:
    """The section; why there is none where simulations are not kept."""
    why = say_why_none(places[0].level, reading)
    codes = tuple(place.territory_code for place in places)
    body: list[Component] = [html.P(why)]
    if not why:
        found = [(index, read_duels(build, index.code, codes)) for index in catalogue.indices]
        body = [
            html.P(_explain(max(duels.most for _, duels in found)), className="small"),
            html.Div(
                [_one(index, duels, places) for index, duels in found],
                className="two-columns" if len(places) <= MOST_BESIDE else "",
            ),
        ]
    return html.Section([html.H2("Qui devance qui"), *body], className="sheet-section", id="devance")


def _explain(scenarios: int) -> str:
    return (
        f"Part des {format_number(scenarios)} scénarios (poids, moyenne, indicateur retiré) où le territoire de la "
        f"ligne est mieux classé que celui de la colonne{NARROW}; une égalité compte pour moitié. De "
        f"{format_number(100 * (1 - CLEAR))} à {format_number(100 * CLEAR)}{FIXED}%, les choix de méthode décident de "
        "l’ordre. Ces scénarios ne disent rien des erreurs de mesure des sources."
    )


def _one(index: Index, duels: Duels, places: Sequence[Place]) -> Component:
    said: list[Component] = []
    if len(places) <= MOST_SAID:
        said = [html.Ul([html.Li(sentence) for sentence in say_duels(places, duels)], className="sentences")]
    return html.Div([html.H3(index.label, className=index.code), *said, _square(index, duels, places)])


def _square(index: Index, duels: Duels, places: Sequence[Place]) -> Component:
    heads = [
        html.Th([mark(at), html.Span(f" {clip(one.label)}", className="square-name")], scope="col")
        for at, one in enumerate(places)
    ]
    body = [
        html.Tr([html.Th([mark(at), " ", clip(one.label)], scope="row"), *_cells(duels, at, len(places))])
        for at, one in enumerate(places)
    ]
    table = html.Table(
        [html.Thead(html.Tr([html.Th("devance…", scope="col", className="quiet"), *heads])), html.Tbody(body)],
        className="square-table",
    )
    label = f"{index.label}{FIXED}: part des scénarios où chaque territoire devance chaque autre"
    return html.Div(table, className="scroll", tabIndex=0, role="region", **labelled(label))


def _cells(duels: Duels, at: int, count: int) -> list[Component]:
    cells: list[Component] = []
    for other in range(count):
        if other == at:
            cells.append(html.Td(html.Span("lui-même", className="unseen"), className="self"))
            continue
        share, scenarios = float(duels.ahead[at, other]), int(duels.scenarios[at, other])
        more: dict[str, Any] = {"className": "ahead"} if scenarios and share >= CLEAR else {}
        cells.append(html.Td(say_share(share, scenarios), **more))
    return cells
