"""Et si… : the reader's own weights, normalisation and mean; scores, ranks and the quadrant follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard.chosen import read_query
from dashboard.comparables import list_offers
from dashboard.components import choice, named_figure, note, open_points, territory_search
from dashboard.downloads import link_all, outputs, take_away
from dashboard.queries import read_stamp
from dashboard.rescoring import rescore, say_choices
from dashboard.shifts import tell_changes
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import list_levels
from dashboard.warehouse import Build
from dashboard.weight_controls import list_declared, weight_form
from dashboard.what_if_address import RESCORED_LEVELS, Asked, parse_asked
from dashboard.what_if_sheet import PERSONAL, VIEW, draw
from dashboard.words import FIXED, LEVELS, NARROW
from indicators.catalogue import Catalogue

register_page(__name__, path="/et-si", name="Et si…", order=7, title=title_page("Et si…"))


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
            dcc.Store(id="whatif-state", data={"niveau": asked.niveau, "territoire": asked.chosen}),
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
        html.Span(["· édition ", html.Strong(str(read_stamp(build).edition)), " · en évidence"]),
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
    asked = parse_asked(build, catalogue, read_query(query))
    rows = rescore(build, catalogue, asked.niveau, asked.choices)
    return (
        draw(build, get_palette(scheme), asked).to_plotly_json(),
        _describe(asked),
        _say(catalogue, asked),
        tell_changes(build, catalogue, asked, rows),
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
open_points("whatif")
