"""Carte: both indices at once by default, or one index or pillar at a time."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import choice, labelled, named_figure, note, numbers_table
from dashboard.downloads import Args, link_all, notice_of, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.figures import count_classes
from dashboard.imprint import Caption
from dashboard.maps import Ground, bound_classes, map_both, map_node
from dashboard.queries import list_departements, read_stamp
from dashboard.sheets import lay_out_standings
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import read_places, read_positions, read_standing
from dashboard.theme import STEPS, Palette, scale_bivariate, scale_sequential
from dashboard.warehouse import Build, per_build
from dashboard.words import ABSENT, FIXED, format_number, format_rank_briefly, pluralise, punctuate
from indicators.catalogue import Catalogue

register_page(__name__, path="/carte", name="Carte", order=3, title=title_page("Carte"))

BOTH: Final = "deux"
VIEW: Final = "carte"  # what is taken away


def layout(noeud: str | None = None, **_: str) -> Component:
    """The page as its address says: `?noeud=rayonnement`."""
    build, catalogue = get_build(), get_site().catalogue
    node = check_node(noeud, catalogue)
    return html.Div(
        [
            html.H1("La carte des intercommunalités"),
            html.P(id="map-lead", children=_lead(node, catalogue), className="lead"),
            html.Div(
                [
                    html.Span(["Intercommunalités · édition ", html.Strong(str(read_stamp(build).edition)), " ·"]),
                    choice("map-node", "Ce que montre la carte", node, _offer(catalogue), width="21rem"),
                ],
                className="context",
            ),
            html.Div(
                [
                    named_figure(
                        "map",
                        draw(build, get_palette(), node),
                        label=_describe(node, catalogue),
                        numbers=link_numbers(node),
                        class_name="map",
                        caption=["L’outre-mer est rapproché de l’hexagone et n’est pas à l’échelle."],
                    ),
                    html.Div(
                        [
                            html.Div(_legend(build, node), id="map-legend"),
                            _how_to_read(),
                            take_away(VIEW, _write_query(node)),
                        ],
                        className="margin",
                    ),
                ],
                className="plate",
            ),
        ],
        className="page",
    )


def check_node(code: str | None, catalogue: Catalogue) -> str:
    """The index or pillar named by the address; both indices when it names none."""
    known = {i.code for i in catalogue.indices} | {p.code for p in catalogue.pillars}
    return code if code is not None and code in known else BOTH


def _offer(catalogue: Catalogue) -> list[dict[str, Any]]:
    offered: list[dict[str, Any]] = [{"group": "Ensemble", "items": [{"value": BOTH, "label": "les deux indices"}]}]
    for index in catalogue.indices:
        items = [{"value": index.code, "label": f"{index.label}, indice"}]
        items += [{"value": p.code, "label": p.label} for p in catalogue.pillars_of(index.code)]
        offered.append({"group": index.label, "items": items})
    return offered


def find_label(node: str, catalogue: Catalogue) -> tuple[str, str, str]:
    """Label, question and index code of an index or a pillar."""
    for index in catalogue.indices:
        if index.code == node:
            return index.label, index.question, index.code
    pillar = catalogue.find_pillar(node)
    return pillar.label, pillar.question, pillar.index


def _lead(node: str, catalogue: Catalogue) -> str:
    if node == BOTH:
        return (
            "Où l’on attire, où l’on rayonne, où l’on fait les deux. Chaque indice est partagé en trois tiers de même "
            f"effectif{FIXED}; leur croisement donne neuf couleurs."
        )
    return find_label(node, catalogue)[1]


def _describe(node: str, catalogue: Catalogue) -> str:
    what = "les deux indices croisés" if node == BOTH else find_label(node, catalogue)[0]
    return f"Carte des intercommunalités{FIXED}: {what}. Les mêmes chiffres sont dans le tableau qui suit."


def link_numbers(node: str) -> str:
    """Address of the table with the same numbers."""
    return "/chiffres/positions" if node == BOTH else f"/chiffres/noeud/{node}"


@per_build
def draw(build: Build, palette: Palette, node: str) -> Figure:
    """The map, kept with its build."""
    site = get_site()
    ground = Ground(palette, site.contours["epci"], site.contours["departement"], list_departements(build))
    positions = read_positions(build)
    if node == BOTH:
        return map_both(_cross(positions), ground)
    label, _, index = find_label(node, site.catalogue)
    rows = positions[["territory_code", "label"]].join(read_standing(build, "epci", node), on="territory_code")
    rows["rank_text"] = _say_ranks(rows)
    return map_node(rows, ground, title=label, hue=palette.find_hue(index))


def _cross(positions: pd.DataFrame) -> pd.DataFrame:
    first, second = count_classes(positions)
    return positions[["territory_code", "label"]].assign(
        attractivite_third=first,
        rayonnement_third=second,
        attractivite_text=_say_ranks(positions, "attractivite_"),
        rayonnement_text=_say_ranks(positions, "rayonnement_"),
    )


def _say_ranks(rows: pd.DataFrame, lead: str = "") -> list[str]:
    ends = (rows[f"{lead}{end}"] for end in ("rank", "rank_low", "rank_high"))
    return [format_rank_briefly(*each) for each in zip(*ends, strict=True)]


def _legend(build: Build, node: str) -> Component:
    return _legend_both() if node == BOTH else _legend_node(build, node)


def _legend_both() -> Component:
    """The small square with the quadrant's axes; its colours are drawn for both schemes, the style sheet shows one."""
    squares = []
    for palette in _palettes():
        lines = [
            html.Div([html.Span(style={"background": c}) for c in line], className="square-line")
            for line in reversed(scale_bivariate(palette))
        ]
        squares.append(html.Div(lines, className=f"square only-{palette.scheme}"))
    return note(
        "Légende",
        html.Div(
            [
                html.Span("Rayonnement →", className="square-up rayonnement"),
                *squares,
                html.Span("Attractivité →", className="square-along attractivite"),
            ],
            className="square-frame",
            role="img",
            **labelled("Légende croisée : l’attractivité croît vers la droite, le rayonnement vers le haut"),
        ),
        _missing_key(),
    )


def _legend_node(build: Build, node: str) -> Component:
    _, _, index = find_label(node, get_site().catalogue)
    bounds = bound_classes(read_standing(build, "epci", node)["score"], STEPS)
    scales = [(p.scheme, scale_sequential(p, p.find_hue(index))) for p in _palettes()]
    lines = []
    for place in reversed(range(STEPS)):
        ends = bounds[place]
        if ends is None:
            continue
        low, high = (format_number(end) for end in ends)
        chips = [html.Span(className=f"chip only-{s}", style={"background": colours[place]}) for s, colours in scales]
        lines.append(html.Li([*chips, f"{low} à {high}" if low != high else low]))
    return note("Score", html.Ul(lines, className="chips"), _missing_key())


def _palettes() -> tuple[Palette, Palette]:
    return get_palette("light"), get_palette("dark")


def _missing_key() -> Component:
    return html.Ul(
        [html.Li([html.Span(className="chip chip-missing"), f"{ABSENT}{FIXED}: trop de données manquent"])],
        className="chips",
    )


def _how_to_read() -> Component:
    return note(
        "Comment lire",
        html.P(
            "Plus la teinte est forte, plus le score est élevé. Les classes réunissent chacune le même nombre "
            "d’intercommunalités, sauf égalités. Les grandes surfaces attirent l’œil sans peser davantage."
        ),
    )


def _write_query(node: str) -> str:
    return "" if node == BOTH else f"noeud={node}"


def lay_out_sheet(build: Build, args: Args) -> Sheet:
    """What the map shows, as a sheet."""
    catalogue = get_site().catalogue
    node = check_node(args.get("noeud"), catalogue)
    rows = read_positions(build)
    nodes = {index.code: index.label for index in catalogue.indices}
    if node != BOTH:
        nodes = {node: find_label(node, catalogue)[0]}
        rows = read_places(build, "epci").join(
            read_standing(build, "epci", node).add_prefix(f"{node}_"), on="territory_code"
        )
    notice = notice_of(build, args, pluralise(len(rows), "intercommunalité"))
    return lay_out_standings(rows, nodes, level="epci", notice=notice)


def draw_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The map that an address asks for."""
    return draw(build, palette, check_node(args.get("noeud"), get_site().catalogue))


def caption(_: Build, args: Args) -> Caption:
    """What its image says."""
    catalogue = get_site().catalogue
    node = check_node(args.get("noeud"), catalogue)
    if node == BOTH:
        return Caption(
            "Les deux indices croisés",
            "Bleu : attractivité ; orange : rayonnement ; sombre : les deux. Hachures : n.d.",
        )
    return Caption(
        find_label(node, catalogue)[0], punctuate("Plus la teinte est forte, plus le score est élevé. Hachures : n.d.")
    )


register_view(VIEW, title="Carte", sheet=lay_out_sheet, figure=draw_asked, caption=caption)


@callback(
    Output("map", "figure"),
    Output("map-name", "aria-label"),
    Output("map-legend", "children"),
    Output("map-lead", "children"),
    Output("map-numbers", "children"),
    *outputs(VIEW),
    Input("map-node", "value"),
    Input("scheme", "data"),
    prevent_initial_call=True,
)
def redraw(node: str, scheme: str) -> tuple[Any, ...]:
    """Another node, or another scheme."""
    build, catalogue = get_build(), get_site().catalogue
    node = check_node(node, catalogue)
    return (
        draw(build, get_palette(scheme), node),
        _describe(node, catalogue),
        _legend(build, node),
        _lead(node, catalogue),
        numbers_table(link_numbers(node)),
        *link_all(VIEW, _write_query(node)),
    )


clientside_callback(
    ClientsideFunction("atlas", "writeMap"),
    Output("map-node", "aria-busy"),
    Input("map-node", "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("atlas", "openPoint"),
    Output("go", "href", allow_duplicate=True),
    Input("map", "clickData"),
    prevent_initial_call=True,
)
