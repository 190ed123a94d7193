"""Évolution: retrospective ranks, raw series over the years they have, and what remains of the hierarchy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.chooser import chooser, follow_controls, lead_to, suggest
from dashboard.chosen import Chosen, read_query, write_query
from dashboard.components import choice, fetched_table, labelled, numbers_table
from dashboard.downloads import Args, register_view, take_away
from dashboard.edge_names import leave_room
from dashboard.evolution_notes import read_ranks_note, read_series_note, read_tau_note
from dashboard.evolution_sheet import lay_out_orders, lay_out_ranks, lay_out_series
from dashboard.evolutions import (
    AMONG,
    PATH,
    Asked,
    draw_decay,
    draw_ranks,
    draw_series,
    find_field,
    find_series,
    list_indices,
    name_nodes,
    parse_asked,
)
from dashboard.histories import list_series, read_past
from dashboard.imprint import Caption
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.stability_section import answers, groups_table, moves_section, say_answer
from dashboard.standings import list_levels
from dashboard.theme import GRAPH_CONFIG, Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW, punctuate

RANKS: Final = "evolution-rangs"  # views taken away
SERIES: Final = "evolution-serie"
ORDERS: Final = "evolution-hierarchie"
SERIES_TITLE: Final = "Ce qui demeure et ce qui se rebat"
SERIES_NOTE: Final = (
    "L’ordre que donne chaque chiffre publié, du premier au dernier millésime, parmi les territoires qui en ont un aux "
    "deux dates, du plus stable au plus remué."
)

register_page(__name__, path=PATH, name="Évolution", order=5, title=title_page("Évolution"))


def layout(**given: str) -> Component:
    """The page as its address says: `?territoires=a,b&serie=…&noeud=…&parmi=…&niveau=…`."""
    build = get_build()
    asked = parse_asked(build, given)
    kept = {name: told for name, told in read_query(asked.query).items() if name not in ("territoires", "niveau")}
    complete = lead_to(PATH, asked.chosen, kept)
    return html.Div(
        [
            html.H1("Ce qui change, ce qui demeure"),
            html.P(say_answer(build, asked.chosen.level), className="lead"),
            _context(build, asked),
            *chooser("evolution-add", asked.chosen, asked.keep, complete),
            *([] if asked.chosen.places else [suggest(build, asked.chosen, asked.keep)]),
            *_ranks(build, asked),
            *_series(build, asked),
            *_hierarchy(build, asked),
            dcc.Store(id="evolution-query", data=asked.query),
            dcc.Store(id="evolution-here", data=asked.href),
        ],
        className="page evolution",
    )


def _context(build: Build, asked: Asked) -> Component:
    levels = {Asked(Chosen(one), "", "").href: LEVELS[one][1].capitalize() for one in list_levels(build)}
    levels = {asked.href if words == LEVELS[asked.chosen.level][1].capitalize() else href: words
              for href, words in levels.items()}  # fmt: skip
    return html.Div(
        [
            _choose("evolution-level", "Niveau", asked, levels, "10.5rem"),
            html.Span("· chiffres publiés année par année, et indice rétrospectif"),
            *(
                [dcc.Link("Les comparer aujourd’hui", href=f"/comparer?{write_query(asked.chosen.items)}")]
                if asked.chosen.places
                else []
            ),
        ],
        className="context",
    )


def _choose(
    name: str, label: str, asked: Asked, offered: Mapping[str, str], width: str, *, search: bool = False
) -> Component:
    options = [{"value": href, "label": words} for href, words in offered.items()]
    return choice(name, label, asked.href, options, width=width, searchable=search)


def _plate(name: str, said: str, figure: Figure, numbers: str, margin: list[Component]) -> Component:
    """A figure with its name and its numbers, and what stands in the margin."""
    graph = dcc.Graph(id=name, figure=figure, config=GRAPH_CONFIG, responsive=True)
    height = {"height": f"{figure.layout.height:.0f}px"}
    drawn = html.Figure(
        [
            html.Div(graph, id=f"{name}-name", role="img", style=height, **labelled(said)),
            html.Div(numbers_table(numbers)),
        ],
        className="figure evolution-main",
    )
    return html.Div([drawn, html.Div(margin, className="margin")], className="plate plate-wide")


def _ranks(build: Build, asked: Asked) -> list[Component]:
    past, nodes = get_site().catalogue.retrospective, name_nodes(build, asked.chosen.level)
    if past is None or asked.noeud not in nodes:
        text = "L’indice rétrospectif n’est pas calculé à ce niveau."
        return [html.Section([html.H2("Indice rétrospectif"), html.P(text)], className="sheet-section", id="rangs")]
    editions = read_past(build, asked.chosen.level, asked.noeud).editions
    group = find_field(build, asked.chosen).label
    said = f"{nodes[asked.noeud]}{FIXED}: rangs de {editions[0]} à {editions[-1]}, {group}"
    bar = [
        html.Span(f"Rangs{FIXED}:"),
        _choose("evolution-node", "Nœud", asked, {asked.change(noeud=c): w for c, w in nodes.items()}, "19rem"),
        _choose("evolution-among", "Parmi", asked, {asked.change(parmi=c): w for c, w in AMONG.items()}, "13rem"),
        html.Span(
            f"({group})" if asked.parmi == "comparables" else f"({LEVELS[asked.chosen.level][1]})", className="small"
        ),
    ]
    return [
        html.Section(
            [
                html.H2(past.label),
                html.P(punctuate(past.definition), className="small"),
                html.Div(bar, className="context"),
                _plate("evolution-ranks", said, draw_ranks(build, get_palette(), asked),
                       f"/chiffres/evolution/rangs?{asked.query}",
                       [read_ranks_note(), take_away(RANKS, asked.query)]),
            ],
            className="sheet-section",
            id="rangs",
        )
    ]  # fmt: skip


def _series(build: Build, asked: Asked) -> list[Component]:
    series = find_series(build, asked)
    if series is None:
        return []
    offered = {
        asked.change(serie=one.code): f"{one.label} ({one.first}–{one.last})"
        for one in list_series(build, asked.chosen.level)
    }
    places = ", ".join(place.label for place in asked.chosen.places) or "médiane seule"
    said = f"{series.label} ({series.unit}), de {series.first} à {series.last}{FIXED}: {places}"
    bar = _choose("evolution-series", "Chiffre", asked, offered, "30rem", search=True)
    margin = [read_series_note(build, asked), take_away(SERIES, asked.query)]
    return [
        html.Section(
            [
                html.H2("Un chiffre, année par année"),
                html.Div(bar, className="context"),
                _plate("evolution-serie-figure", said, draw_series(build, get_palette(), asked),
                       f"/chiffres/evolution/serie?{asked.query}", margin),
            ],
            className="sheet-section",
            id="serie",
        )
    ]  # fmt: skip


def _hierarchy(build: Build, asked: Asked) -> list[Component]:
    level = asked.chosen.level
    known = [index for index in list_indices() if index.code in name_nodes(build, level)]
    if not known:
        return []
    said = "Tau de Kendall de chaque édition de l’indice rétrospectif avec la première, par indice"
    own = [place.territory_code for place in asked.chosen.places]
    blocks = []
    for index in known:
        table = groups_table(build, level, index.code, index.label)
        body = (
            [html.Details([html.Summary("Par nature et par taille"), table], className="numbers-block")]
            if table
            else []
        )
        blocks.append(html.Div([html.H3(index.label, className=index.code.removeprefix("retro_")),
                                *moves_section(build, level, index.code, own), *body]))  # fmt: skip
    return [
        html.Section(
            [
                html.H2(f"«{FIXED}La hiérarchie des villes change peu{FIXED}»{FIXED}: est-ce vrai{NARROW}?"),
                *answers(build, level),
                _plate("evolution-decay", said, draw_decay(build, get_palette(), level),
                       f"/chiffres/evolution/tau/{level}", [read_tau_note(), take_away(ORDERS, asked.query)]),
                *blocks,
                html.H3("Chiffre par chiffre"),
                fetched_table(SERIES_TITLE, SERIES_NOTE, f"/chiffres/evolution/stabilite/{level}"),
            ],
            className="sheet-section",
            id="hierarchie",
        )
    ]  # fmt: skip


def caption_ranks(build: Build, args: Args) -> Caption:
    """What the image of the ranks says above its figure."""
    asked = parse_asked(build, args)
    label = name_nodes(build, asked.chosen.level).get(asked.noeud, "")
    reading = "Rang par édition, sans intervalle ; l’indice rétrospectif ne se compare pas à l’indice complet."
    return Caption(f"{label}, {find_field(build, asked.chosen).label}", reading)


def caption_series(build: Build, args: Args) -> Caption:
    """What the image of a series says above its figure."""
    series = find_series(build, parse_asked(build, args))
    return Caption(
        series.label if series else "", "En gris, la médiane des comparables ; une marque évidée est une estimation."
    )


def caption_orders(build: Build, args: Args) -> Caption:
    """What the image of the decay says above its figure."""
    answer = say_answer(build, parse_asked(build, args).chosen.level)
    return Caption("Ce qu’il reste d’une hiérarchie, édition après édition", answer)


def draw_ranks_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The bump chart, as an image."""
    return leave_room(draw_ranks(build, palette, parse_asked(build, args)))


def draw_series_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The series, as an image."""
    return leave_room(draw_series(build, palette, parse_asked(build, args)))


def draw_decay_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The decay, as an image."""
    return leave_room(draw_decay(build, palette, parse_asked(build, args).chosen.level))


register_view(RANKS, title="Rangs rétrospectifs", sheet=lay_out_ranks, figure=draw_ranks_asked, caption=caption_ranks)
register_view(SERIES, title="Série", sheet=lay_out_series, figure=draw_series_asked, caption=caption_series)
register_view(ORDERS, title="Stabilité", sheet=lay_out_orders, figure=draw_decay_asked, caption=caption_orders)


@callback(
    Output("evolution-ranks", "figure", allow_duplicate=True),
    Output("evolution-serie-figure", "figure", allow_duplicate=True),
    Output("evolution-decay", "figure", allow_duplicate=True),
    Input("scheme", "data"),
    State("evolution-query", "data"),
    prevent_initial_call=True,
)
def redraw(scheme: str, query: str) -> tuple[Figure, Figure, Figure]:
    """Another scheme."""
    build, palette = get_build(), get_palette(scheme)
    asked = parse_asked(build, read_query(query))
    return (
        draw_ranks(build, palette, asked),
        draw_series(build, palette, asked),
        draw_decay(build, palette, asked.chosen.level),
    )


follow_controls("evolution-here", "evolution-level", "evolution-node", "evolution-among", "evolution-series")
