"""Positionnement: the quadrant of the two indices, its four named positions, comparable territories standing out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from dash import (
    ClientsideFunction,
    Input,
    Output,
    Patch,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    no_update,
)
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.chosen import write_query
from dashboard.comparables import list_offers
from dashboard.components import (
    button,
    choice,
    labelled,
    named_figure,
    numbers_table,
    offers_own,
    open_points,
    territory_search,
)
from dashboard.downloads import link_all, outputs, take_away
from dashboard.figures import CHOSEN, NAMES, draw_chosen
from dashboard.plate import Plate, read_plate
from dashboard.position_notes import (
    count_quarters,
    describe,
    how_to_read,
    say_context,
    say_title,
    summarise,
    tell_chosen,
    tell_comparables,
)
from dashboard.position_tables import CODE
from dashboard.quarters import lay_out_quadrant
from dashboard.queries import read_stamp
from dashboard.reading import VARIANTS, list_editions, list_variants
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.situations import AROUND_CHOSEN, AROUND_COMPARABLES, Situation, parse_situation, write_codes
from dashboard.standings import list_levels
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS

register_page(__name__, path="/", name="Positionnement", order=1, title=title_page("Positionnement"))

FRAMES: Final = {  # parts of the figure: words, and what the button says in full
    "": ("Tout", "Voir toute la figure"),
    AROUND_COMPARABLES: ("Comparables", "Agrandir autour des territoires mis en évidence"),
    AROUND_CHOSEN: ("Choisis", "Agrandir autour des territoires choisis"),
}
STEPS: Final = {"in": ("+", "Agrandir"), "out": ("−", "Réduire")}
_HIDDEN: Final[dict[str, Any]] = {"aria-hidden": "true"}


def layout(**given: str) -> Component:
    """The page as its address says: `?niveau=commune&territoires=38185,69123&groupe=profil&zoom=choisis&variante=…`."""
    build = get_build()
    plate = _read(build, parse_situation(build, given))
    query = plate.situation.query
    return html.Div(
        [
            html.H1(say_title(plate)),
            html.P(summarise(plate), id="home-lead", className="lead", role="status"),
            offers_own("/?territoires="),
            _context(build, plate),
            html.Div(
                [
                    html.Div([_zoom(plate), _figure(build, plate)], className="home-main"),
                    html.Div(
                        [
                            html.Div(tell_chosen(plate), id="chosen-note"),
                            html.Div(_margin(plate), id="home-notes"),
                            take_away(CODE, query),
                        ],
                        className="margin",
                    ),
                ],
                className="plate",
            ),
            dcc.Store(id="home-chosen", data=write_codes(plate.situation.chosen)),
            dcc.Store(id="home-zoom", data=plate.situation.zoom),
            dcc.Store(id="home-query", data=query),
        ],
        className="page home",
    )


def _read(build: Build, situation: Situation) -> Plate:
    return read_plate(build, get_site().catalogue, situation)


def _context(build: Build, plate: Plate) -> Component:
    """What is shown, as a sentence changed in place; on a small screen the sentence, above the sheet of its choices."""
    level, reading = plate.situation.level, plate.situation.reading
    edition = str(reading.edition or read_stamp(build).edition)
    compared = "comparés aux" if level == "departement" else "comparées aux"
    variants = {variant: VARIANTS[variant][0] for variant in list_variants(build, level)}
    levels = {one: LEVELS[one][1].capitalize() for one in list_levels(build)}
    editions = {str(one): str(one) for one in list_editions(build, level)}
    offered, group = _offer(build, plate), plate.comparables.code
    controls = [
        choice("home-niveau", "Niveau", level, _options(levels), width="10.5rem"),
        html.Span("édition"),
        *_choose("home-edition", "Édition", edition, editions, "5rem"),
        html.Span(["· ", compared]),
        choice("home-group", "Territoires mis en évidence", group, offered, width="23rem", searchable=True),
        html.Span("·", className="dot"),
        *_choose("home-variante", "Lecture", reading.variant, variants, "9rem"),
        territory_search("situer", "Situer un territoire sur le graphique", "/?territoires="),
    ]
    return html.Div(
        [
            html.P(say_context(plate, int(edition)), id="home-sentence"),
            html.Div(controls, className="context"),
        ],
        className="home-context",
    )


def _options(labels: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in labels.items()]


def _choose(choice_id: str, label: str, value: str, labels: dict[str, str], width: str) -> list[Component]:
    """A choice; the only answer in words, its field out of sight, where there is one."""
    select = choice(choice_id, label, value, _options(labels), width=width)
    if len(labels) > 1:
        return [select]
    return [html.Strong(labels.get(value, value)), html.Div(select, className="filter-void")]


def _offer(build: Build, plate: Plate) -> list[dict[str, Any]]:
    blocks: dict[str, list[dict[str, str]]] = {}
    for offer in list_offers(build, plate.situation.level, plate.situation.first):
        blocks.setdefault(offer.block, []).append({"value": offer.code, "label": offer.label})
    return [{"group": name, "items": items} for name, items in blocks.items()]


def _zoom(plate: Plate) -> Component:
    """What brings a part of the figure nearer, by mouse, by finger or by keyboard."""
    frames = [
        button(word, title=told, disabled=value == AROUND_CHOSEN and not plate.situation.chosen,
                    **{"data-zoom": value, "aria-pressed": str(plate.situation.zoom == value).lower()})
        for value, (word, told) in FRAMES.items()
    ]  # fmt: skip
    steps = [
        button(html.Span(sign, **_HIDDEN), title=told, **labelled(told), **{"data-step": way})
        for way, (sign, told) in STEPS.items()
    ]
    return html.Div(
        [html.Span("Cadrer", className="small"), *frames, *steps],
        id="home-frames", className="frames", role="group", **labelled("Partie de la figure"),
    )  # fmt: skip


def _figure(build: Build, plate: Plate) -> Component:
    hint = "Glisser sur la figure, ou Ctrl et la molette, agrandit une partie."
    return named_figure(
        "quadrant",
        draw(build, get_palette(), plate),
        label=describe(plate),
        numbers=_link_numbers(plate),
        class_name="quadrant",
        caption=["Un point mène à la page du territoire. ", html.Span(hint, className="fine-pointer")],
    )


def _link_numbers(plate: Plate) -> str:
    query = replace(plate.situation, zoom="").query
    return f"/chiffres/positions{'?' if query else ''}{query}"


def _margin(plate: Plate) -> list[Component]:
    return [how_to_read(plate), count_quarters(plate), tell_comparables(plate)]


def draw(build: Build, palette: Palette, plate: Plate) -> Figure:
    """The figure; kept with its build as it is before anything is chosen."""
    asked = plate.situation
    at_rest = not asked.chosen and not asked.group and not asked.zoom
    return _draw_at_rest(build, palette, replace(asked, refused=())) if at_rest else plate.draw(palette)


@per_build
def _draw_at_rest(build: Build, palette: Palette, situation: Situation) -> Figure:
    return _read(build, situation).draw(palette)


def change_figure(plate: Plate, palette: Palette) -> Patch:
    """What changes in the figure when only the chosen territories or the frame do."""
    traces = draw_chosen(
        plate.shown, peers=plate.points, chosen=plate.situation.codes, palette=palette, axes=plate.axes
    )
    patch = Patch()
    for at, trace in zip((CHOSEN, NAMES), traces, strict=True):
        patch["data"][at] = trace
    patch["layout"] = lay_out_quadrant(plate.axes, plate.medians, palette, is_dense=plate.is_dense)
    return patch


@callback(
    Output("quadrant", "figure"),
    Output("quadrant-name", "aria-label"),
    Output("quadrant-numbers", "children"),
    Output("home-lead", "children"),
    Output("home-sentence", "children"),
    Output("chosen-note", "children"),
    Output("home-notes", "children"),
    Output("home-group", "data"),
    Output("home-group", "value"),
    Output("home-query", "data"),
    *outputs(CODE),
    Input("home-group", "value"),
    Input("home-edition", "value"),
    Input("home-variante", "value"),
    Input("home-chosen", "data"),
    Input("home-zoom", "data"),
    Input("scheme", "data"),
    State("home-query", "data"),
    prevent_initial_call=True,
)
def follow(group: str, edition: str, variant: str, chosen: str, zoom: str, scheme: str, query: str) -> tuple[Any, ...]:
    """Other comparable territories, another reading, other chosen territories, another frame or another scheme."""
    build, palette = get_build(), get_palette(scheme)
    before = dict(parse_qsl(query))
    if ctx.triggered_id == "home-group":
        before["groupe"] = group
    changed = {"edition": edition, "variante": variant, "territoires": chosen, "zoom": zoom, "territoire": ""}
    plate = _read(build, parse_situation(build, before | changed))
    was = _read(build, parse_situation(build, dict(parse_qsl(query))))
    same_ground = was.ground == plate.ground and ctx.triggered_id != "scheme"
    found = plate.situation.query
    return (
        change_figure(plate, palette) if same_ground else draw(build, palette, plate),
        describe(plate),
        numbers_table(_link_numbers(plate)) if _link_numbers(was) != _link_numbers(plate) else no_update,
        summarise(plate),
        say_context(plate, plate.situation.reading.edition or read_stamp(build).edition),
        tell_chosen(plate),
        _margin(plate),
        _offer(build, plate),
        plate.comparables.code,
        found,
        *link_all(CODE, found),
    )


@callback(
    Output("go", "href", allow_duplicate=True),
    Input("home-niveau", "value"),
    State("home-query", "data"),
    prevent_initial_call=True,
)
def change_level(level: str, query: str) -> Any:
    """The same page at another level: what stands there for the chosen territories, and the same reading."""
    build = get_build()
    now = parse_situation(build, dict(parse_qsl(query)))
    if not level or level == now.level:
        return no_update
    query = write_query(
        {"niveau": level if level != "epci" else "", **now.reading.items, "territoires": write_codes(now.chosen)}
    )
    return f"/?{query}" if query else "/"


clientside_callback(
    ClientsideFunction("home", "write"),
    Output("home-frames", "aria-busy"),
    Input("home-query", "data"),
)
open_points("quadrant")
