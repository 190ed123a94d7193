"""Territoire: identity, the two scores, pillars among its likes, what makes them, every figure back to its source."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.comparison import advantages, similar
from dashboard.components import labelled, numbers_table
from dashboard.contributions import contributions
from dashboard.downloads import register_view, take_away
from dashboard.evidence import Told, list_group
from dashboard.levers import levers
from dashboard.past import past_section
from dashboard.positions import find_peers
from dashboard.profiles import read_full_profile
from dashboard.queries import Place, read_members_of, read_published_years
from dashboard.rankings import address_of
from dashboard.reading import PUBLISHED
from dashboard.reading_keys import KEYS, Asked, list_groups, parse_asked
from dashboard.routing import find_territory
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import count_ranked
from dashboard.territory_head import context, find_newest, how_to_read, identity, interpret, plate, summary
from dashboard.territory_plate import draw_plate, read_plate
from dashboard.territory_sheet import caption_territory, draw_territory, lay_out_territory, write_query
from dashboard.theme import GRAPH_CONFIG
from dashboard.tie_list import ties_section
from dashboard.unknown import say_unknown
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, pluralise, punctuate
from indicators.catalogue import Catalogue

VIEW: Final = "territoire"
NOTES: Final = {  # by reading key, how to read its groups
    "themes": "Les mêmes indicateurs, par thème. Un thème groupe, il ne note pas : chaque marque est un indicateur, "
    "pleine au-dessus de la médiane des comparables.",
    "cibles": "Les indicateurs de l’attractivité, par public visé ; un indicateur peut en viser plusieurs. Le "
    "rayonnement ne s’adresse pas à une cible. Chaque marque est un indicateur, pleine au-dessus de la médiane des "
    "comparables.",
}
TOP: Final = ("scores", "piliers")  # sections within the first plate


def title(code: str | None = None) -> str:
    """The territory's name in the browser's tab."""
    place = find_territory(get_build(), code)
    return title_page(place.label if place else "Page introuvable")


register_page(__name__, path_template="/territoire/<code>", name="Territoire", title=title)


def layout(code: str | None = None, **given: str) -> Component:
    """The page of the territory that the address names: `?lecture=themes&edition=…&variante=…`."""
    build = get_build()
    place = find_territory(build, code)
    if place is None:
        return say_unknown(f"Aucun territoire ne porte le code «{FIXED}{code}{FIXED}».")
    return _sheet(build, place, parse_asked(build, place.level, given), get_site().catalogue)


def _sheet(build: Build, place: Place, asked: Asked, catalogue: Catalogue) -> Component:
    group = find_peers(build, place)
    profile = read_full_profile(build, catalogue, place.level, place.territory_code, group.members, asked.reading)
    is_ranked = bool(count_ranked(build, place.level, asked.reading))
    sections = _list_sections(build, place, asked, profile, catalogue) if is_ranked else []
    sections += [
        ties_section(build, place),
        *_evolution(build, place),
        *(_figures(build, place, asked, profile, catalogue) if is_ranked else []),
        *_lead_around(build, place),
    ]
    return html.Div(
        [
            identity(build, place, group.label),
            html.P(interpret(build, place, asked.reading, profile), className="lead"),
            *context(build, place, asked.reading, group.label),
            summary([*TOP * is_ranked, *(str(getattr(section, "id", "")) for section in sections)]),
            *sections,
            dcc.Store(id="territory-of", data=[_address(place), asked.query, find_newest(build, place.level)]),
        ],
        className="page sheet",
    )


def _list_sections(
    build: Build, place: Place, asked: Asked, profile: pd.DataFrame, catalogue: Catalogue
) -> list[Component]:
    """Scores and pillars, then what compares them; that reads the published index alone."""
    peers = find_peers(build, place).label
    known = [index for index in catalogue.indices if index.code in count_ranked(build, place.level, asked.reading)]
    top = html.Div(
        [
            html.Div(
                [
                    html.Section(
                        [plate(build, place, index, profile, asked.reading) for index in known],
                        className="scores",
                        id="scores",
                        **labelled("Les deux scores"),
                    ),
                    _pillars(build, place, asked, catalogue),
                ],
                className="territory-main",
            ),
            html.Div(
                [how_to_read(profile, peers, catalogue), take_away(VIEW, write_query(place, asked.query))],
                className="margin",
            ),
        ],
        className="plate plate-wide",
    )
    if asked.reading != PUBLISHED:
        return [top, _say_published_only(place)]
    return [
        top,
        *advantages(build, place, profile, catalogue, peers),
        *contributions(build, place, catalogue, peers),
        *levers(build, place, profile, catalogue),
        *similar(build, place, catalogue),
    ]


def _say_published_only(place: Place) -> Component:
    link = dcc.Link("l’indice tel quel", href=f"/territoire/{_address(place)}")
    told = "Atouts, contributions, leviers et profils voisins se lisent sur "
    return html.P([told, link, "."], className="small published-only")


def _pillars(build: Build, place: Place, asked: Asked, catalogue: Catalogue) -> Component:
    """Where the comparable territories stand, pillar by pillar, and this one among them."""
    drawn = read_plate(build, catalogue, place, asked.reading)
    figure = draw_plate(build, get_palette(), catalogue, place, asked.reading)
    said = f"Scores de {place.label} parmi ceux de ses comparables, indices et piliers, de 1 à 100"
    graph = dcc.Graph(
        id="pillars", figure=figure, config=GRAPH_CONFIG, responsive=True, style={"height": figure.layout.height}
    )
    count = pluralise(len(drawn.names), "territoire comparable", "territoires comparables")
    query = f"?{asked.query}" if asked.query else ""
    return html.Section(
        [
            html.H2("Parmi ses comparables"),
            html.Div(graph, id="pillars-name", role="img", className="pillars", **labelled(said)),
            numbers_table(f"/chiffres/comparables/{_address(place)}{query}", f"Voir les scores de {count}"),
        ],
        className="pillars-section",
        id="piliers",
    )


def _evolution(build: Build, place: Place) -> list[Component]:
    """Raw series over their years, fetched when they come into view; the retrospective index under its own name."""
    if not read_published_years(build, place.level):
        return []
    data: dict[str, Any] = {"data-seen": f"/chiffres/evolution/{_address(place)}"}
    told = (
        "Chaque série du territoire qui compte au moins trois années, à son propre pas. Une ligne interrompue est une "
        f"année sans chiffre{NARROW}; un point vide est une estimation, une bande hachurée un secret statistique."
    )
    return [
        html.Section(
            [
                html.H2("Évolution"),
                html.P(told, className="small"),
                html.Div(className="numbers series-holder", **data),
                *past_section(build, place),
            ],
            className="sheet-section",
            id="evolution",
        )
    ]


def _figures(build: Build, place: Place, asked: Asked, profile: pd.DataFrame, catalogue: Catalogue) -> list[Component]:
    switch = dmc.SegmentedControl(
        id="territory-lecture",
        value=asked.lecture,
        data=[{"value": key, "label": label} for key, label in KEYS.items()],
        className="reading-key",
        transitionDuration=0,
        attributes={"root": labelled("Lire par")},
    )
    groups = _list_groups(Told(build, place, profile, asked.reading, catalogue), asked)
    return [
        html.Section(
            [
                html.H2("Du score aux chiffres"),
                html.Div([html.Span("Lire par"), switch, _open_all()], className="reading-line"),
                html.Div(groups, id="territory-groups"),
            ],
            className="sheet-section",
            id="chiffres",
        )
    ]


def _open_all() -> Component:
    return html.Button("Tout ouvrir", type="button", className="open-all", id="open-all")


def _list_groups(told: Told, asked: Asked) -> list[Component]:
    """The indicators by pillar under their index, or by theme or target."""
    catalogue = told.catalogue
    groups = list_groups(catalogue, told.place.level, asked.lecture)
    query = urlencode(asked.reading.items)
    if asked.lecture in NOTES:
        key = html.P(punctuate(NOTES[asked.lecture]), className="small")
        return [key, *[list_group(told, group, query) for group in groups]]
    return [
        html.Section(
            [
                html.H3(index.label, className=f"index-title {index.code}"),
                *[list_group(told, group, query) for group in groups if group.index == index.code],
            ],
            className="index-section",
        )
        for index in catalogue.indices
        if any(group.index == index.code for group in groups)
    ]


def _lead_around(build: Build, place: Place) -> list[Component]:
    """The intercommunalités of a département or a région."""
    if place.level not in ("departement", "region"):
        return []
    count = len(read_members_of(build, place.level, place.territory_code))
    told = f"Voir les scores et les rangs de {pluralise(count, 'intercommunalité')}"
    return [
        html.Section(
            [html.H2("Ses intercommunalités"), numbers_table(f"/chiffres/membres/{_address(place)}", told)],
            className="sheet-section",
            id="membres",
        )
    ]


def _address(place: Place) -> str:
    return address_of({"level": place.level, "territory_code": place.territory_code})


register_view(VIEW, title="Territoire", sheet=lay_out_territory, figure=draw_territory, caption=caption_territory)


@callback(
    Output("territory-groups", "children"),
    Input("territory-lecture", "value"),
    State("territory-of", "data"),
    prevent_initial_call=True,
)
def regroup(lecture: str, of: list[str]) -> list[Component]:
    """Another reading key: the same indicators, grouped otherwise."""
    build, catalogue = get_build(), get_site().catalogue
    place, asked = _parse_of(build, of)
    asked = Asked(lecture if lecture in KEYS else asked.lecture, asked.reading)
    members = find_peers(build, place).members
    profile = read_full_profile(build, catalogue, place.level, place.territory_code, members, asked.reading)
    return _list_groups(Told(build, place, profile, asked.reading, catalogue), asked)


@callback(
    Output("pillars", "figure"), Input("scheme", "data"), State("territory-of", "data"), prevent_initial_call=True
)
def redraw(scheme: str, of: list[str]) -> Figure:
    """Another scheme."""
    build = get_build()
    place, asked = _parse_of(build, of)
    return draw_plate(build, get_palette(scheme), get_site().catalogue, place, asked.reading)


def _parse_of(build: Build, of: list[str]) -> tuple[Place, Asked]:
    """The territory and what its page was asked, as the page keeps them."""
    place = find_territory(build, of[0])
    if place is None:
        raise LookupError(of[0])
    return place, parse_asked(build, place.level, dict(parse_qsl(of[1])))


clientside_callback(
    ClientsideFunction("territory", "writeKey"),
    Output("territory-groups", "aria-busy"),
    Input("territory-lecture", "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("territory", "changeReading"),
    Output("go", "href", allow_duplicate=True),
    Input("territory-variante", "value"),
    Input("territory-edition", "value"),
    State("territory-of", "data"),
    prevent_initial_call=True,
)
