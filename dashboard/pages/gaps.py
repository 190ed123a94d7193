"""Écarts: how wide the gap is between métropoles and ordinary towns, on what, and whether it is closing."""

from __future__ import annotations

from typing import Any, Final

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import open_points
from dashboard.downloads import Args, register_view
from dashboard.gap_controls import context, node_choice, other_groups, problems
from dashboard.gap_scene import Draw, Scene, scene_of
from dashboard.gap_sections import figure_gaps, figure_spread, gaps_section, node_section
from dashboard.gap_tables import write_sheet
from dashboard.gap_words import lower, name_in, say_answer, say_pillars
from dashboard.gaps import Asked, is_clear, list_composites, parse_asked, read_gaps
from dashboard.imprint import Caption
from dashboard.past_gaps import read_past
from dashboard.queries import find_row
from dashboard.share_sections import (
    figure_past,
    figure_series,
    figure_shares,
    past_section,
    series_choice,
    series_section,
    shares_section,
)
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.size_section import count_above, figure_size, size_section
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_number, say_between

TITLE: Final = "Métropoles et villes ordinaires"
register_page(__name__, path="/ecarts", name="Écarts", order=6, title=title_page(TITLE))


def layout(**given: str) -> Component:
    """The page as its address says: `?a=200040715,200046977&b=ca&noeud=notoriete&serie=etudiants&variante=…`."""
    build = get_build()
    asked = parse_asked(build, get_site().catalogue, given)
    scene = scene_of(build, asked, get_palette())
    return html.Div(
        [
            html.H1(TITLE if not asked.sides.items else _title(scene)),
            html.P(_answer(scene), className="lead gap-answer"),
            _key_figures(scene),
            context(scene),
            problems(asked),
            html.Div(gaps_section(scene), id="gaps-all"),
            node_choice(scene),
            html.Div(_node(scene), id="gaps-node"),
            html.Div(past_section(scene), id="gaps-years"),
            html.Div(shares_section(scene), id="gaps-parts"),
            series_choice(scene),
            html.Div(series_section(scene), id="gaps-history"),
            other_groups(asked),
            dcc.Store(id="gaps-asked", data={**asked.sides.items, **asked.reading.items}),
        ],
        className="page gaps",
    )


def _title(scene: Scene) -> str:
    one, other = scene.asked.sides.first.plural, scene.asked.sides.second.plural
    return f"{one[:1].upper()}{one[1:]} et {other}"


def _answer(scene: Scene) -> str:
    found = _read_composites(scene)
    return f"{say_answer(found, scene.asked.sides, scene.catalogue)} {say_pillars(found, scene.catalogue)}".strip()


def _read_composites(scene: Scene) -> Any:
    asked = scene.asked
    return read_gaps(scene.build, scene.catalogue, asked.sides, asked.reading, list_composites(scene.catalogue))


def _key_figures(scene: Scene) -> Component:
    """The three or four figures that answer the question."""
    told = [_key_gap(scene, index.code, index.label) for index in reversed(scene.catalogue.indices)]
    told += [_key_move(scene), _key_towns(scene)]
    return html.Dl([one for one in told if one], className="gap-keys")


def _key_gap(scene: Scene, code: str, label: str) -> Component | None:
    row = find_row(_read_composites(scene), code)
    if row is None or row["difference"] != row["difference"]:
        return None
    between = say_between(row["low"], row["high"])
    return _key(f"d’écart {name_in(label)}", f"{format_number(row['difference'])} points", between, code)


def _key_move(scene: Scene) -> Component | None:
    changes = read_past(scene.build, scene.catalogue, scene.asked.sides).changes
    retro = scene.catalogue.retrospective
    own = [changes[i.code] for i in retro.catalogue.indices if i.code in changes] if retro else []
    if not own:
        return None
    clear = [change for _, _, change in own if is_clear(change.low, change.high)]
    grown = sum(abs(change.second) > abs(change.first) for change in clear)
    word = "Sans direction établie" if not clear else "Se creuse" if grown == len(clear) else (
        "Se resserre" if not grown else "Selon l’indice")  # fmt: skip
    told = f"{own[0][0]} à {own[0][1]}, indice rétrospectif"
    return _key("évolution de l’écart", word, told, "")


def _key_towns(scene: Scene) -> Component | None:
    index = scene.catalogue.indices[-1]
    count, total = count_above(scene, index.code)
    if not count:
        return None
    name = f"{scene.asked.sides.second.plural} dont le {lower(index.label)} dépasse ce que leur taille annonce"
    return _key(name, f"{format_number(count)} sur {format_number(total)}", "intervalle compris", "")


def _key(name: str, figure: str, told: str, index: str) -> Component:
    return html.Div(
        [html.Dt(name), html.Dd([html.Strong(figure, className=index), html.Span(told, className="small")])]
    )


def _node(scene: Scene) -> list[Component]:
    return [node_section(scene), size_section(scene)]


def _asked(build: Build, kept: dict[str, str], node: str | None, series: str | None) -> Asked:
    return parse_asked(build, get_site().catalogue, {**kept, "noeud": node, "serie": series})


@callback(
    Output("gaps-node", "children"),
    Input("gaps-noeud", "value"),
    Input("scheme", "data"),
    State("gaps-asked", "data"),
    State("gaps-serie", "value"),
    prevent_initial_call=True,
)
def look_closer(node: str, scheme: str, kept: dict[str, str], series: str) -> list[Component]:
    """Another node, or another scheme."""
    build = get_build()
    return _node(scene_of(build, _asked(build, kept, node, series), get_palette(scheme)))


@callback(
    Output("gaps-history", "children"),
    Input("gaps-serie", "value"),
    Input("scheme", "data"),
    State("gaps-asked", "data"),
    State("gaps-noeud", "value"),
    prevent_initial_call=True,
)
def look_back(series: str, scheme: str, kept: dict[str, str], node: str) -> Component:
    """Another series, or another scheme."""
    build = get_build()
    return series_section(scene_of(build, _asked(build, kept, node, series), get_palette(scheme)))


@callback(
    Output("gaps-summary", "figure"),
    Output("gaps-past", "figure"),
    Output("gaps-shares", "figure"),
    Input("scheme", "data"),
    State("gaps-asked", "data"),
    prevent_initial_call=True,
)
def recolour(scheme: str, kept: dict[str, str]) -> tuple[Figure, Figure, Figure]:
    """Another scheme."""
    build = get_build()
    scene = scene_of(build, _asked(build, kept, None, None), get_palette(scheme))
    return figure_gaps(scene), figure_past(scene), figure_shares(scene)


def _draw(draw: Draw) -> Any:
    """A figure as `downloads` asks for it."""

    def drawn(build: Build, palette: Palette, args: Args) -> Figure:
        return draw(scene_of(build, parse_asked(build, get_site().catalogue, args), palette))

    return drawn


def _caption(title: str) -> Any:
    def told(build: Build, args: Args) -> Caption:
        asked = parse_asked(build, get_site().catalogue, args)
        scene = scene_of(build, asked, get_palette("light"))
        return Caption(f"{_title(scene)}{FIXED}: {title}", _answer(scene))

    return told


for _code, _what, _title_of, _figure in (
    ("ecarts", "noeuds", "écarts par pilier", figure_gaps),
    ("ecarts-repartition", "repartition", "répartition", figure_spread),
    ("ecarts-taille", "taille", "score et taille", figure_size),
    ("ecarts-evolution", "retrospectif", "évolution de l’écart", figure_past),
    ("ecarts-parts", "parts", "parts du total", figure_shares),
    ("ecarts-serie", "serie", "parts au fil des ans", figure_series),
):
    register_view(_code, title=f"Écarts, {_title_of}", sheet=write_sheet(_what), figure=_draw(_figure),
                  caption=_caption(_title_of))  # fmt: skip

clientside_callback(
    ClientsideFunction("gaps", "write"),
    Output("gaps-noeud", "aria-busy"),
    Input("gaps-noeud", "value"),
    Input("gaps-serie", "value"),
    State("gaps-asked", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("gaps", "regroup"),
    Output("go", "href", allow_duplicate=True),
    Input("gaps-a", "value"),
    Input("gaps-b", "value"),
    Input("gaps-variante", "value"),
    State("gaps-asked", "data"),
    prevent_initial_call=True,
)
for _graph in ("gaps-summary", "gaps-kin"):
    clientside_callback(
        ClientsideFunction("gaps", "pickNode"),
        Output("gaps-noeud", "value", allow_duplicate=True),
        Input(_graph, "clickData"),
        prevent_initial_call=True,
    )
clientside_callback(
    ClientsideFunction("gaps", "pickSeries"),
    Output("gaps-serie", "value", allow_duplicate=True),
    Input("gaps-shares", "clickData"),
    prevent_initial_call=True,
)
for _graph in ("gaps-spread", "gaps-size"):
    open_points(_graph)
