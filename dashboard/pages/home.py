"""Positionnement: the quadrant of the two indices, its four named positions, comparable territories standing out."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.axes import choose_axis
from dashboard.components import choice, named_figure, note, score_words, territory_search
from dashboard.downloads import Args, link_all, notice_of, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.figures import quadrant
from dashboard.imprint import Caption
from dashboard.positions import (
    ALL_METROPOLES,
    QUARTERS,
    Group,
    assign_group,
    compute_medians,
    list_groups,
    name_quarters,
    parse_group,
)
from dashboard.queries import Place, read_epci_of, read_place, read_stamp
from dashboard.sheets import lay_out_standings
from dashboard.site import get_build, get_palette, register_page, title_page
from dashboard.standings import read_positions
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, NARROW, NATURES, format_number, pluralise, punctuate

register_page(__name__, path="/", name="Positionnement", order=1, title=title_page("Positionnement"))

VIEW: Final = "positionnement"  # what is taken away


def layout(territoire: str | None = None, groupe: str | None = None, **_: str) -> Component:
    """The page as its address says: `?territoire=<EPCI, or a commune of it>&groupe=<group>`."""
    build = get_build()
    positions = read_positions(build)
    group, place = _read_asked(build, territoire, groupe)
    code = place.territory_code if place else None
    return html.Div(
        [
            html.H1("Où se situe chaque intercommunalité"),
            html.P(_summarise(positions), className="lead"),
            _context(build, positions, group),
            html.Div(
                [
                    named_figure(
                        "quadrant",
                        draw(build, get_palette(), group.code, code),
                        label=_describe(positions, group),
                        numbers=f"/chiffres/positions?groupe={group.code}",
                        class_name="quadrant",
                        caption=["Un point mène à la page du territoire."],
                    ),
                    html.Div(
                        [
                            html.Div(_tell_chosen(positions, place), id="chosen-note"),
                            _how_to_read(positions),
                            _count_quarters(positions),
                            take_away(VIEW, urlencode({"groupe": group.code} | ({"territoire": code} if code else {}))),
                        ],
                        className="margin",
                    ),
                ],
                className="plate",
            ),
            dcc.Store(id="home-chosen", data=code),
        ],
        className="page",
    )


def _read_asked(build: Build, territoire: str | None, groupe: str | None) -> tuple[Group, Place | None]:
    place = read_place(build, "epci", territoire or "") or read_epci_of(build, territoire or "")
    own = assign_group(read_positions(build), place.territory_code) if place else ALL_METROPOLES
    return parse_group(groupe) or own, place


def _context(build: Build, positions: pd.DataFrame, group: Group) -> Component:
    return html.Div(
        [
            html.Span(["Intercommunalités · édition ", html.Strong(str(read_stamp(build).edition)), " · en évidence"]),
            choice("home-group", "Territoires mis en évidence", group.code, _offer(positions), width="25rem"),
            html.Span([html.Span("· ", className="dot"), "situer"]),
            territory_search("situer", "Situer un territoire sur le graphique", "/?territoire="),
        ],
        className="context",
    )


def _offer(positions: pd.DataFrame) -> list[dict[str, Any]]:
    """Groups to choose from, by nature."""
    groups = list_groups(positions)
    blocks: dict[str, list[dict[str, str]]] = {}
    for group in groups:
        count = int(group.find_members(positions).sum())
        label = f"{group.label[:1].upper()}{group.label[1:]} ({format_number(count)})"
        blocks.setdefault(NATURES[group.family][0], []).append({"value": group.code, "label": label})
    return [{"group": name, "items": items} for name, items in blocks.items()]


def _summarise(positions: pd.DataFrame) -> str:
    medians = compute_medians(positions)
    quarters = name_quarters(positions, medians).dropna()
    both = int((quarters == QUARTERS[True, True]).sum())
    share = format_number(100 * both / max(1, len(quarters)))
    return (
        "Deux questions, deux indices, jamais fondus en un seul palmarès. "
        f"Sur {pluralise(len(quarters), 'intercommunalité')}, {format_number(both)} ({share}{FIXED}%) "
        "dépassent la médiane des deux à la fois."
    )


def _describe(positions: pd.DataFrame, group: Group) -> str:
    shown = positions.dropna(subset=["attractivite_score", "rayonnement_score"])
    return (
        f"Nuage de {pluralise(len(shown), 'intercommunalité')}{FIXED}: attractivité en abscisse, rayonnement en "
        f"ordonnée, divisé en quatre par les médianes. En évidence{FIXED}: {group.label}."
    )


def _how_to_read(positions: pd.DataFrame) -> Component:
    is_log = choose_axis(positions["rayonnement_score"].dropna()).is_log
    return note(
        "Comment lire",
        html.P(
            punctuate(
                "Chaque point est une intercommunalité. Plus il est à droite, plus elle est attractive ; plus il est "
                "haut, plus elle rayonne. Les pointillés sont les médianes : la moitié des territoires est de chaque "
                "côté."
            )
        ),
        html.P(
            punctuate(
                "La plupart des territoires rayonnent peu : l’échelle verticale est logarithmique, elle donne autant "
                "de place de 1 à 10 que de 10 à 100."
            )
        )
        if is_log
        else "",
        html.Ul(
            [
                html.Li([html.Span(className="key key-metro"), "métropole"]),
                html.Li([html.Span(className="key key-cu"), "communauté urbaine"]),
                html.Li([html.Span(className="key key-ca"), "communauté d’agglomération ou de communes"]),
            ],
            className="keys",
        ),
    )


def _count_quarters(positions: pd.DataFrame) -> Component:
    quarters = name_quarters(positions, compute_medians(positions))
    counts = quarters.value_counts()
    lines = [
        html.Tr([html.Th(name, scope="row"), html.Td(format_number(int(counts.get(name, 0))))])
        for name in QUARTERS.values()
    ]
    without = int(quarters.isna().sum())
    if without:
        lines.append(html.Tr([html.Th("sans les deux scores", scope="row"), html.Td(format_number(without))]))
    return note("Quatre positions", html.Table(html.Tbody(lines), className="counts"))


def _tell_chosen(positions: pd.DataFrame, place: Place | None) -> list[Component]:
    if place is None:
        return []
    row = positions[positions["territory_code"].eq(place.territory_code)].iloc[0]
    quarter = compute_medians(positions).name_quarter(row["attractivite_score"], row["rayonnement_score"])
    lines = []
    for code, label in (("attractivite", "Attractivité"), ("rayonnement", "Rayonnement")):
        own = pd.Series({str(i).removeprefix(f"{code}_"): row[i] for i in row.index if str(i).startswith(code)})
        total = int(positions[f"{code}_rank"].notna().sum())
        score, rank = score_words(own, total)
        lines.append(html.P([html.Strong(f"{label} {score}", className=code), html.Br(), rank]))
    return [
        note(
            place.label,
            html.P(html.Em(quarter or "sans les deux scores")),
            *lines,
            html.P(dcc.Link("Ouvrir sa page", href=f"/territoire/{place.territory_code}")),
        )
    ]


@per_build
def draw(build: Build, palette: Palette, group_code: str, chosen: str | None) -> Figure:
    """The quadrant, kept with its build."""
    positions = read_positions(build)
    group = parse_group(group_code) or ALL_METROPOLES
    peers = positions.loc[group.find_members(positions), "territory_code"].tolist()
    return quadrant(positions, peers=peers, chosen=chosen, palette=palette)


def lay_out_sheet(build: Build, args: Args) -> Sheet:
    """The points of the quadrant, with the position of each, as a sheet."""
    positions = read_positions(build)
    rows = positions.assign(quarter=name_quarters(positions, compute_medians(positions)))
    return lay_out_standings(
        rows,
        {"attractivite": "Attractivité", "rayonnement": "Rayonnement"},
        level="epci",
        notice=notice_of(build, args, pluralise(len(rows), "intercommunalité")),
        more={"quarter": "Position"},
    )


def draw_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The quadrant that an address asks for."""
    group, place = _read_asked(build, args.get("territoire"), args.get("groupe"))
    return draw(build, palette, group.code, place.territory_code if place else None)


def caption(build: Build, args: Args) -> Caption:
    """What its image says."""
    group, _ = _read_asked(build, args.get("territoire"), args.get("groupe"))
    return Caption(
        "Où se situe chaque intercommunalité",
        f"À droite les plus attractives, en haut celles qui rayonnent le plus{NARROW}; pointillés{FIXED}: médianes. "
        f"En évidence{FIXED}: {group.label}.",
    )


register_view(VIEW, title="Positionnement", sheet=lay_out_sheet, figure=draw_asked, caption=caption)


@callback(
    Output("quadrant", "figure"),
    Output("quadrant-name", "aria-label"),
    *outputs(VIEW),
    Input("home-group", "value"),
    Input("scheme", "data"),
    State("home-chosen", "data"),
    prevent_initial_call=True,
)
def redraw(group_code: str, scheme: str, chosen: str | None) -> tuple[Any, ...]:
    """Other comparable territories, or another scheme."""
    build = get_build()
    group = parse_group(group_code) or ALL_METROPOLES
    query = urlencode({"groupe": group.code} | ({"territoire": chosen} if chosen else {}))
    figure = draw(build, get_palette(scheme), group.code, chosen)
    return figure, _describe(read_positions(build), group), *link_all(VIEW, query)


clientside_callback(
    ClientsideFunction("atlas", "writeHome"),
    Output("home-group", "aria-busy"),
    Input("home-group", "value"),
    State("home-chosen", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("atlas", "openPoint"),
    Output("go", "href", allow_duplicate=True),
    Input("quadrant", "clickData"),
    prevent_initial_call=True,
)
