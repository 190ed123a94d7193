"""The retrospective index of a territory: its own figure under its own name, never on one curve with the full one."""

from __future__ import annotations

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import labelled, scroll_table
from dashboard.figures import past_curves
from dashboard.profiles import read_past
from dashboard.queries import Place
from dashboard.site import get_build, get_palette, get_site
from dashboard.theme import GRAPH_CONFIG, Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import format_number, punctuate

NODES = {"retro_attractivite": "Attractivité", "retro_rayonnement": "Rayonnement"}


def past_section(build: Build, place: Place) -> list[Component]:
    """The section; none where the retrospective index is not computed."""
    past = get_site().catalogue.retrospective
    found = read_past(build, place.level, place.territory_code)
    if past is None or found.empty:
        return []
    label = past.label[:1].upper() + past.label[1:]
    graph = dcc.Graph(
        id="past",
        figure=draw(build, get_palette(), place.level, place.territory_code),
        config=GRAPH_CONFIG,
        responsive=True,
    )
    said = f"{label} de {place.label}, de {found['edition'].min()} à {found['edition'].max()}"
    return [
        html.Section(
            [
                html.H3(label),
                html.P(punctuate(past.definition), className="small"),
                html.Div(graph, id="past-name", role="img", className="past", **labelled(said)),
                html.Details([html.Summary("Voir les chiffres"), _table(build, place)], className="numbers-block"),
                dcc.Store(id="past-of", data=[place.level, place.territory_code]),
            ],
            className="past-section",
            id="retrospectif",
        )
    ]


def _table(build: Build, place: Place) -> Component:
    wide = read_past(build, place.level, place.territory_code).pivot(
        index="edition", columns="node_code", values="score"
    )
    known = [node for node in NODES if node in wide]
    body = [
        html.Tr([html.Th(str(edition), scope="row"), *(html.Td(format_number(row[node])) for node in known)])
        for edition, row in wide.iterrows()
    ]
    return scroll_table(("Édition", *(NODES[node] for node in known)), body, "Indice rétrospectif par édition")


@per_build
def draw(build: Build, palette: Palette, level: str, territory_code: str) -> Figure:
    """The two curves, kept with their build."""
    return past_curves(read_past(build, level, territory_code), NODES, palette)


@callback(Output("past", "figure"), Input("scheme", "data"), State("past-of", "data"), prevent_initial_call=True)
def redraw(scheme: str, of: list[str]) -> Figure:
    """Another scheme."""
    return draw(get_build(), get_palette(scheme), str(of[0]), str(of[1]))
