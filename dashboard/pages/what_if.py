"""Et si… : the reader's own weights, normalisation and mean; scores, ranks and the quadrant follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

import pandas as pd
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.comparables import list_offers
from dashboard.components import choice, named_figure, note, territory_search
from dashboard.downloads import Args, link_all, notice_of, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.figures import quadrant
from dashboard.imprint import Caption
from dashboard.queries import INDEX_CODES, read_place, read_stamp
from dashboard.rescoring import (
    RESCORED_LEVELS,
    Asked,
    list_moved,
    measure_shift,
    parse_asked,
    rescore,
    say_choices,
    sort_changed,
)
from dashboard.sheets import lay_out_standings
from dashboard.shifts import list_shifts, say_place, say_shift
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import list_levels
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.weight_controls import list_declared, weight_form
from dashboard.words import FIXED, LEVELS, NARROW
from indicators.catalogue import Catalogue

register_page(__name__, path="/et-si", name="Et si…", order=7, title=title_page("Et si…"))

VIEW: Final = "et-si"
PERSONAL: Final = "pondération personnelle"


def layout(**given: str) -> Component:
    """The page as its address says: `?poids=cibles:2,festivals:0&normalisation=percentile&moyenne=geometric&…`."""
    build, catalogue = get_build(), get_site().catalogue
    asked = parse_asked(build, catalogue, given)
    return html.Div(
        [
            html.H1("Et si l’on pesait autrement ?".replace(" ?", f"{NARROW}?")),
            html.P(
                "Par défaut, chaque pilier d’un indice compte autant que les autres. C’est un choix, discutable comme "
                "tout autre. Changez-le ici, et voyez qui gagne, qui perd, et ce qui ne bouge pas.",
                className="lead",
            ),
            _context(build, asked),
            html.Div([html.P(told, role="alert") for told in asked.refused], className="refused"),
            html.P(_say(catalogue, asked), id="whatif-said", className="count", role="status"),
            html.Div(
                [
                    named_figure(
                        "whatif",
                        None,
                        label=_describe(asked),
                        numbers=f"/chiffres/et-si?{asked.query}",
                        class_name="quadrant",
                        caption=["Un point mène à la page du territoire."],
                    ),
                    html.Div([weight_form(catalogue, asked)], className="margin"),
                ],
                className="plate plate-whatif",
            ),
            html.Div(id="whatif-changes"),
            html.Div([_how_to_read(), take_away(VIEW, asked.query)], className="two-columns whatif-foot"),
            dcc.Store(id="whatif-state", data={"niveau": asked.niveau, "territoire": asked.territoire}),
            dcc.Store(id="whatif-declared", data=list_declared(catalogue, asked.niveau)),
            dcc.Store(id="whatif-asked", data=asked.query),
            dcc.Store(id="whatif-drawn"),
        ],
        className="page",
    )


def _context(build: Build, asked: Asked) -> Component:
    levels = [
        {"value": level, "label": LEVELS[level][1].capitalize()}
        for level in list_levels(build)
        if level in RESCORED_LEVELS
    ]
    parts: list[Component] = [
        choice("whatif-niveau", "Niveau", asked.niveau, levels, width="10.5rem"),
        html.Span(["édition ", html.Strong(str(read_stamp(build).edition)), " · en évidence"]),
        choice(
            "whatif-groupe", "Territoires mis en évidence", asked.groupe, _offer_groups(build, asked), width="20rem"
        ),
        html.Span([html.Span("· ", className="dot"), "suivre"]),
        territory_search("whatif-follow", "Suivre un territoire", _lead(asked), level=asked.niveau),
    ]
    if asked.niveau != "epci":
        parts[2] = html.Div(parts[2], className="filter-void")
    return html.Div(parts, className="context")


def _lead(asked: Asked) -> str:
    """Address of the same choices, for another territory followed."""
    query = replace(asked, territoire="").query
    return f"/et-si?{query}&territoire=" if query else "/et-si?territoire="


def _offer_groups(build: Build, asked: Asked) -> list[dict[str, Any]]:
    """Groups to choose from, by nature."""
    blocks: dict[str, list[dict[str, str]]] = {}
    for offer in list_offers(build, asked.niveau, None):
        blocks.setdefault(offer.block, []).append({"value": offer.code, "label": offer.label})
    return [{"group": name, "items": items} for name, items in blocks.items()]


def _say(catalogue: Catalogue, asked: Asked) -> list[Component | str]:
    told = say_choices(catalogue, asked.choices)
    if not told:
        return ["Pondération par défaut, celle des autres pages."]
    return [html.Strong(f"{PERSONAL.capitalize()}"), f"{FIXED}: {f'{NARROW}; '.join(told)}."]


def _describe(asked: Asked) -> str:
    how = "à la pondération par défaut" if asked.choices.is_default else f"avec une {PERSONAL}"
    return (
        f"Nuage des {LEVELS[asked.niveau][1]}, {how}{FIXED}: attractivité en abscisse, rayonnement en ordonnée. "
        f"En évidence{FIXED}: {asked.group.label}."
    )


def draw(build: Build, palette: Palette, asked: Asked) -> Figure:
    """The quadrant under the reader's choices."""
    rows = rescore(build, get_site().catalogue, asked.niveau, asked.choices)
    everyone = asked.niveau != "epci"
    peers = rows["territory_code"] if everyone else rows.loc[asked.group.find_members(rows), "territory_code"]
    return quadrant(rows, peers=peers.tolist(), chosen=asked.territoire or None, palette=palette)


def _changes(build: Build, catalogue: Catalogue, asked: Asked, rows: pd.DataFrame) -> list[Component]:
    """What moved: the territory followed first, then by index how far the order moves, and who moves most."""
    followed = _tell_followed(build, asked, rows)
    if asked.choices.is_default:
        default = html.P("Rien n’a changé encore. Déplacez un poids.", className="small")
        return [html.Section([html.H2("Ce qui change"), *followed, default], className="sheet-section")]
    columns = [_tell_index(catalogue, asked, rows, code) for code in INDEX_CODES if f"{code}_gained" in rows]
    body = [html.H2("Ce qui change"), *followed, html.Div(columns, className="two-columns")]
    return [html.Section(body, className="sheet-section")]


def _tell_followed(build: Build, asked: Asked, rows: pd.DataFrame) -> list[Component]:
    place = read_place(build, asked.niveau, asked.territoire) if asked.territoire else None
    if place is None:
        return []
    row = rows[rows["territory_code"].eq(place.territory_code)].iloc[0]
    lines = [
        html.Li([html.Strong(index.label, className=index.code), f"{FIXED}: {say_place(row, index.code)}"])
        for index in get_site().catalogue.indices
        if f"{index.code}_gained" in rows
    ]
    return [
        html.H3(dcc.Link(place.label, href=f"/territoire/{place.territory_code}")),
        html.Ul(lines, className="sentences"),
    ]


def _tell_index(catalogue: Catalogue, asked: Asked, rows: pd.DataFrame, code: str) -> Component:
    index = catalogue.find_index(code)
    up, down = (list_moved(rows, code, up=way) for way in (True, False))
    return html.Div(
        [
            html.H3(index.label, className=code),
            html.P(say_shift(measure_shift(rows, code), LEVELS[asked.niveau][1])),
            *list_shifts("Gagnent le plus de places", up, code),
            *list_shifts("En perdent le plus", down, code),
        ]
    )


def _how_to_read() -> Component:
    return note(
        "Comment lire",
        html.P(
            f"Un poids dit combien compte un pilier face aux autres du même indice{FIXED}: 2 compte deux fois plus que "
            "1, 0 ne compte pas. Seuls les rapports comptent. Les scores sont refaits par le même calcul que l’édition "
            "publiée, sur les mêmes chiffres."
        ),
        html.P(
            "Un rang personnel n’a pas d’intervalle à lui. Il est donné à côté du rang publié et de son intervalle"
            f"{FIXED}: tant qu’il y reste, votre pondération ne dit rien de plus que l’incertitude déjà affichée."
        ),
        html.P(
            "La singularité garde les écarts publiés aux territoires comparables, seul son poids change. L’adresse de "
            f"la page contient vos choix, et les fichiers emportés disent «{FIXED}{PERSONAL}{FIXED}»."
        ),
    )


def _parse_query(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def lay_out(build: Build, args: Args) -> Sheet:
    """Scores and ranks under the reader's choices beside the published ones, the notice saying so."""
    catalogue = get_site().catalogue
    asked = parse_asked(build, catalogue, args)
    rows = sort_changed(rescore(build, catalogue, asked.niveau, asked.choices))
    nodes = {}
    for index in catalogue.indices:
        if f"{index.code}_gained" in rows:
            nodes[index.code] = index.label if asked.choices.is_default else f"{index.label}, {PERSONAL}"
            nodes[f"{index.code}_was"] = f"{index.label}, publié"
    told = say_choices(catalogue, asked.choices)
    how = f"Pondération personnelle : {' ; '.join(told)}" if told else "Pondération par défaut"
    return lay_out_standings(
        rows, nodes, level=asked.niveau, name=VIEW, notice=notice_of(build, args, LEVELS[asked.niveau][1], how)
    )


def _draw_taken(build: Build, palette: Palette, args: Args) -> Figure:
    return draw(build, palette, parse_asked(build, get_site().catalogue, args))


def _caption(build: Build, args: Args) -> Caption:
    catalogue = get_site().catalogue
    asked = parse_asked(build, catalogue, args)
    told = say_choices(catalogue, asked.choices)
    how = f"{PERSONAL.capitalize()}{FIXED}: {f'{NARROW}; '.join(told)}." if told else "Pondération par défaut."
    return Caption(f"Attractivité et rayonnement des {LEVELS[asked.niveau][1]}", how)


register_view(VIEW, title="Et si", sheet=lay_out, figure=_draw_taken, caption=_caption)


@callback(
    Output("whatif-drawn", "data"),
    Output("whatif-name", "aria-label"),
    Output("whatif-said", "children"),
    Output("whatif-changes", "children"),
    *outputs(VIEW),
    Input("whatif-asked", "data"),
    Input("scheme", "data"),
)
def follow(query: str, scheme: str) -> tuple[Any, ...]:
    """What follows from the choices: when the page opens, when they change, in another scheme."""
    build, catalogue = get_build(), get_site().catalogue
    asked = parse_asked(build, catalogue, _parse_query(query))
    rows = rescore(build, catalogue, asked.niveau, asked.choices)
    return (
        draw(build, get_palette(scheme), asked).to_plotly_json(),
        _describe(asked),
        _say(catalogue, asked),
        _changes(build, catalogue, asked, rows),
        *link_all(VIEW, asked.query),
    )


clientside_callback(
    ClientsideFunction("whatif", "pair"),
    Output({"type": "pillar", "code": MATCH}, "value"),
    Output({"type": "slide", "code": MATCH}, "value"),
    Input({"type": "pillar", "code": MATCH}, "value"),
    Input({"type": "slide", "code": MATCH}, "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("whatif", "gather"),
    Output("whatif-asked", "data"),
    Input({"type": "pillar", "code": ALL}, "value"),
    Input({"type": "indicator", "code": ALL}, "value"),
    Input("whatif-normalisation", "value"),
    Input("whatif-moyenne", "value"),
    Input("whatif-groupe", "value"),
    State("whatif-state", "data"),
    State("whatif-declared", "data"),
    State("whatif-asked", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("whatif", "reset"),
    Output({"type": "pillar", "code": ALL}, "value", allow_duplicate=True),
    Output({"type": "indicator", "code": ALL}, "value"),
    Output("whatif-normalisation", "value"),
    Output("whatif-moyenne", "value"),
    Input("whatif-reset", "n_clicks"),
    State("whatif-declared", "data"),
    State({"type": "pillar", "code": ALL}, "id"),
    State({"type": "indicator", "code": ALL}, "id"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("whatif", "travel"),
    Output("whatif", "figure"),
    Input("whatif-drawn", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("whatif", "changeLevel"),
    Output("go", "href", allow_duplicate=True),
    Input("whatif-niveau", "value"),
    State("whatif-asked", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("atlas", "openPoint"),
    Output("go", "href", allow_duplicate=True),
    Input("whatif", "clickData"),
    prevent_initial_call=True,
)
