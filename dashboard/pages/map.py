"""Carte: both indices at once by default, or any node of the tree, or any raw figure, at any level."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from dash import ClientsideFunction, Input, Output, Patch, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.charted import BOTH, list_shown
from dashboard.components import choice, named_figure, note, numbers_table, territory_search
from dashboard.downloads import Args, link_all, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.imprint import Caption
from dashboard.map_address import EQUAL, SHADED, Asked, parse_asked
from dashboard.map_legend import legend
from dashboard.map_plate import Plate, compose, draw
from dashboard.map_print import print_legend
from dashboard.map_quadrant import place_cuts
from dashboard.map_sheet import lay_out_map
from dashboard.map_words import describe, how_to_read, say_why, tell_chosen, write_caption, write_lead
from dashboard.maps import list_changes
from dashboard.queries import read_stamp
from dashboard.reading import VARIANTS, list_editions, list_variants
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import list_levels, read_places
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, pluralise

register_page(__name__, path="/carte", name="Carte", order=3, title=title_page("Carte"))

VIEW: Final = "carte"  # what is taken away
CLASSES: Final = {EQUAL: "classes d’effectif égal", SHADED: "dégradé continu"}


def layout(**given: str) -> Component:
    """The page as its address says: `?niveau=…&departement=…&noeud=…&classes=…&variante=…&edition=…&territoire=…`."""
    build = get_build()
    asked = parse_asked(build, get_site().catalogue, given)
    plate = compose(build, asked)
    return html.Div(
        [
            html.H1(plate.title),
            html.P(write_lead(plate), id="map-lead", className="lead"),
            _context(build, asked),
            html.Div(
                [
                    named_figure(
                        "map",
                        draw(build, get_palette(), asked),
                        label=describe(plate),
                        numbers=_link_numbers(asked),
                        class_name="map map-local" if asked.departement else "map",
                        caption=write_caption(asked),
                    ),
                    html.Div(
                        [
                            html.Div(tell_chosen(build, plate), id="map-chosen"),
                            html.Div(_legend(plate), id="map-legend"),
                            _quadrant(plate),
                            html.Div(how_to_read(plate), id="map-reading"),
                            take_away(VIEW, asked.query),
                        ],
                        className="margin",
                    ),
                ],
                className="plate map-plate",
            ),
            dcc.Store(id="map-query", data=asked.query),
            dcc.Store(id="map-now", data=_list_now(build, asked)),
        ],
        className="page",
    )


def _list_now(build: Build, asked: Asked) -> dict[str, str]:
    """The choices that lay the page out again, as they are."""
    return {
        "niveau": asked.niveau,
        "departement": asked.departement,
        "edition": str(asked.reading.edition or read_stamp(build).edition),
        "variante": asked.reading.variant,
    }


def _context(build: Build, asked: Asked) -> Component:
    levels = [_option(level, LEVELS[level][1].capitalize()) for level in list_levels(build)]
    editions, variants = list_editions(build, asked.niveau), list_variants(build, asked.niveau)
    edition = str(asked.reading.edition or read_stamp(build).edition)
    listed = _list_departements(build, asked)
    dated = [_option(str(e), f"édition {e}") for e in editions]
    read = [_option(v, f"lecture {VARIANTS[v][0]}") for v in variants]
    classed = [_option(*one) for one in CLASSES.items()]
    return html.Div(
        [
            choice("map-niveau", "Niveau", asked.niveau, levels, width="10.5rem"),
            _filter(
                choice("map-departement", "Département", asked.departement, listed, width="13rem", searchable=True),
                is_shown=bool(asked.departement),
            ),
            *([] if len(editions) > 1 else [html.Span(["· édition ", html.Strong(edition)])]),
            _filter(choice("map-edition", "Édition", edition, dated, width="9rem"), is_shown=len(editions) > 1),
            _filter(
                choice("map-variante", "Lecture", asked.reading.variant, read, width="12rem"),
                is_shown=len(variants) > 1,
            ),
            html.Span(className="context-break"),
            html.Span("montrer"),
            choice(
                "map-node", "Ce que montre la carte", asked.noeud, _offer(build, asked), width="19rem", searchable=True
            ),
            html.Span("en"),
            choice("map-classes", "Classes", asked.classes, classed, width="13rem"),
            territory_search("map-search", "Situer un territoire sur la carte", _lead_to(asked), level=asked.niveau),
        ],
        className="context",
    )


def _list_departements(build: Build, asked: Asked) -> list[dict[str, str]]:
    """The départements to choose from, where one at a time is shown."""
    if not asked.departement:
        return []
    places = read_places(build, "departement").sort_values("territory_code")
    named = zip(places["territory_code"], places["label"], strict=True)
    return [_option(code, f"{label} ({code})") for code, label in named]


def _filter(select: Component, *, is_shown: bool) -> Component:
    return html.Div(select, className="filter" if is_shown else "filter filter-void")


def _option(code: str, label: str) -> dict[str, str]:
    return {"value": code, "label": label}


def _offer(build: Build, asked: Asked) -> list[dict[str, Any]]:
    groups = list_shown(build, get_site().catalogue, asked.niveau, asked.reading)
    return [
        {"group": group, "items": [_option(code, label) for code, label in codes.items()]}
        for group, codes in groups.items()
    ]


def _lead_to(asked: Asked) -> str:
    """Address that the code of a territory to outline completes; the browser keeps it up with the choices."""
    query = Asked(asked.niveau, asked.departement, asked.noeud, asked.classes, asked.reading).query
    return f"/carte?{query}&territoire=" if query else "/carte?territoire="


def _link_numbers(asked: Asked) -> str:
    return f"/chiffres/carte?{asked.query}" if asked.query else "/chiffres/carte"


def _legend(plate: Plate) -> Component:
    return legend(
        plate.shading,
        plate.shown,
        plate.asked.niveau,
        decimals=plate.decimals,
        cuts=place_cuts(plate.shading, plate.dots.axes),
        why=say_why(plate),
    )


def _quadrant(plate: Plate) -> Component:
    """Where the browser draws the small quadrant: a dot a territory, in the colours of the map."""
    chosen = plate.rows.index[plate.rows["territory_code"].eq(plate.asked.territoire)]
    dots = json.dumps([plate.dots.x, plate.dots.y], separators=(",", ":"))
    data: dict[str, Any] = {"data-dots": dots, "data-chosen": str(chosen[0]) if len(chosen) else ""}
    return note(
        "Dans le quadrant",
        html.Span("↑ Rayonnement", className="quadrant-axis rayonnement"),
        html.Div(id="map-quadrant", className="small-quadrant", **data),
        html.Span("Attractivité →", className="quadrant-axis quadrant-along attractivite"),
        html.P("Pointer une classe, ou la parcourir au clavier, l’éclaire sur la carte et ici.", className="small"),
    )


def lay_out_sheet(build: Build, args: Args) -> Sheet:
    """The numbers of the map as a sheet."""
    return lay_out_map(build, compose(build, _parse(build, args)), args)


def draw_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The map that an address asks for, with its legend drawn inside."""
    asked = _parse(build, args)
    return print_legend(draw(build, palette, asked), compose(build, asked), palette)


def caption_asked(build: Build, args: Args) -> Caption:
    """Title and reading line of the image."""
    plate = compose(build, _parse(build, args))
    both = "attractivité et rayonnement"
    what = both if plate.asked.noeud == BOTH else ", ".join(p for p in (plate.shown.label, plate.shown.unit) if p)
    variant = VARIANTS[plate.asked.reading.variant][0]
    count = pluralise(len(plate.rows), LEVELS[plate.asked.niveau][0].lower(), LEVELS[plate.asked.niveau][1])
    reading = f"{count}, lecture {variant}, {CLASSES[plate.asked.classes]}. Hachuré{FIXED}: {say_why(plate)}"
    return Caption(f"{plate.title}{FIXED}: {what}", reading)


register_view(VIEW, title="Carte", sheet=lay_out_sheet, figure=draw_asked, caption=caption_asked)


@callback(
    Output("map", "figure"),
    Output("map-name", "aria-label"),
    Output("map-legend", "children"),
    Output("map-chosen", "children"),
    Output("map-reading", "children"),
    Output("map-lead", "children"),
    Output("map-numbers", "children"),
    *outputs(VIEW),
    Input("map-node", "value"),
    Input("map-classes", "value"),
    Input("scheme", "data"),
    State("map-query", "data"),
    prevent_initial_call=True,
)
def redraw(node: str, classes: str, scheme: str, query: str) -> tuple[Any, ...]:
    """Another thing to show, other classes, or another scheme: values and colours only."""
    build = get_build()
    asked = _parse(build, dict(parse_qsl(query)) | {"noeud": node, "classes": classes})
    plate = compose(build, asked)
    return (
        _patch(draw(build, get_palette(scheme), asked)),
        describe(plate),
        _legend(plate),
        tell_chosen(build, plate),
        how_to_read(plate),
        write_lead(plate),
        numbers_table(_link_numbers(asked)),
        *link_all(VIEW, asked.query),
    )


def _parse(build: Build, given: Mapping[str, str | None]) -> Asked:
    return parse_asked(build, get_site().catalogue, given)


def _patch(figure: Figure) -> Patch:
    """The changes to a map already drawn."""
    patch = Patch()
    for (*path, name), value in list_changes(figure).items():
        place = patch
        for step in path:
            place = place[step]
        place[name] = value
    return patch


clientside_callback(
    ClientsideFunction("map", "write"),
    Output("map-node", "aria-busy"),
    Input("map-node", "value"),
    Input("map-classes", "value"),
    State("map-query", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("map", "go"),
    Output("go", "href", allow_duplicate=True),
    *[Input(f"map-{name}", "value") for name in ("niveau", "departement", "edition", "variante")],
    State("map-now", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("map", "open"),
    Output("go", "href", allow_duplicate=True),
    Input("map", "clickData"),
    State("map-niveau", "value"),
    prevent_initial_call=True,
)
