"""Classement: the territories of a level by any node of the tree, each rank with its interval, exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import choice, territory_search
from dashboard.downloads import Args, link_all, notice_of, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.imprint import Caption
from dashboard.queries import read_stamp
from dashboard.ranking_figure import MOST, draw_ranking
from dashboard.ranking_grid import PAGE, grid, list_rows
from dashboard.ranking_words import count, how_to_read, say_empty, tell_own
from dashboard.rankings import (
    ALL,
    Asked,
    find_index,
    find_row,
    find_second,
    list_choices,
    name_node,
    order_asked,
    parse_asked,
    rank_places,
    say_filters,
    sort_places,
)
from dashboard.reading import VARIANTS, list_editions, list_variants
from dashboard.sheets import lay_out_standings
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.standings import count_ranked, list_levels
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW

register_page(__name__, path="/classement", name="Classement", order=2, title=title_page("Classement"))

VIEW: Final = "classement"  # what is taken away
FILTERS: Final = {
    "nature": ("Nature", "toutes natures", "14rem"),
    "taille": ("Taille", "toutes tailles", "15rem"),
    "caractere": ("Caractère", "tout caractère", "13rem"),
    "departement": ("Département", "tous départements", "13.5rem"),
    "region": ("Région", "toute la France", "14rem"),
}
LAID: Final = ("niveau", "edition", "variante")  # what lays the page out again
FIELDS: Final = ("noeud", *FILTERS)


def layout(**given: str) -> Component:
    """The page as its address says: `?niveau=epci&noeud=notoriete&nature=METRO&region=84&variante=…&territoire=…`."""
    build = get_build()
    asked = parse_asked(build, given)
    shown, kept = _show(build, asked)
    return html.Div(
        [
            html.H1("Le classement, à lire avec prudence"),
            html.P(
                f"Deux ou trois places d’écart ne veulent rien dire{FIXED}: chaque rang est donné avec l’intervalle où "
                "il peut raisonnablement se trouver.",
                className="lead",
            ),
            _context(build, asked),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(count(build, asked), id="ranking-count", className="count", role="status"),
                            html.Div(shown, id="ranking-holder"),
                        ],
                        className="ranking-main",
                    ),
                    html.Div(
                        [
                            html.Div(tell_own(build, asked, _order(build, asked)), id="ranking-own"),
                            how_to_read(asked),
                            take_away(VIEW, asked.query),
                        ],
                        className="margin",
                    ),
                ],
                className="plate plate-wide",
            ),
            dcc.Store(id="ranking-now", data=_list_now(build, asked)),
            dcc.Store(id="ranking-place", data=kept),
        ],
        className="page",
    )


def _show(build: Build, asked: Asked) -> tuple[Component, dict[str, int | None]]:
    """The grid, or what to do when it would be empty; and the rows where the reader's own territory stands."""
    rows = _order(build, asked)
    by_rank = rank_places(build, asked, find_second(asked, get_site().catalogue))
    places = {"now": find_row(rows, asked), "byRank": find_row(by_rank, asked)}
    return (grid(build, asked) if len(rows) else say_empty(build, asked)), places


def _order(build: Build, asked: Asked) -> Any:
    return order_asked(build, asked, find_second(asked, get_site().catalogue))


def _list_now(build: Build, asked: Asked) -> dict[str, str]:
    """The choices that lay the page out again, as they are, and the reader's own territory."""
    edition = str(asked.reading.edition or read_stamp(build).edition)
    own = {"territoire": asked.chosen, "tri": asked.tri}
    return {"niveau": asked.niveau, "edition": edition, "variante": asked.reading.variant} | own


def _context(build: Build, asked: Asked) -> Component:
    offered = list_choices(build, asked.niveau)
    levels = [_option(level, LEVELS[level][1].capitalize()) for level in list_levels(build)]
    parts: list[Component] = [
        choice("ranking-niveau", "Niveau", asked.niveau, levels, width="10.5rem"),
        *_readings(build, asked),
        html.Span("· par"),
        choice("ranking-noeud", "Classer par", asked.noeud, _offer(build, asked), width="17rem", searchable=True),
    ]
    for name, (label, everything, width) in FILTERS.items():
        options = [_option(ALL, everything)] + [_option(*one) for one in offered.get(name, {}).items()]
        is_long = name == "departement"
        select = choice(f"ranking-{name}", label, getattr(asked, name), options, width=width, searchable=is_long)
        parts.append(html.Div(select, className="filter" if name in offered else "filter filter-void"))
    parts.append(territory_search("ranking-search", "Trouver un territoire", _lead_to(asked), level=asked.niveau))
    return html.Div(parts, className="context")


def _readings(build: Build, asked: Asked) -> list[Component]:
    """Edition and variant, to choose from where the level has several."""
    editions, variants = list_editions(build, asked.niveau), list_variants(build, asked.niveau)
    edition = str(asked.reading.edition or read_stamp(build).edition)
    dated = [_option(str(one), f"édition {one}") for one in editions]
    read = [_option(one, f"lecture {VARIANTS[one][0]}") for one in variants]
    parts: list[Component] = [
        html.Div(
            choice("ranking-edition", "Édition", edition, dated, width="9rem"),
            className="filter" if len(editions) > 1 else "filter filter-void",
        ),
        html.Div(
            choice("ranking-variante", "Lecture", asked.reading.variant, read, width="12rem"),
            className="filter" if len(variants) > 1 else "filter filter-void",
        ),
    ]
    return parts if len(editions) > 1 else [html.Span(["· édition ", html.Strong(edition)]), *parts]


def _lead_to(asked: Asked) -> str:
    """Address that the code of the reader's own territory completes; the browser keeps it up with the choices."""
    query = replace(asked, territoire="").query
    return f"/classement?{query}&territoire=" if query else "/classement?territoire="


def _offer(build: Build, asked: Asked) -> list[dict[str, Any]]:
    """Every node that ranks at a level: the indices, then pillars and their indicators."""
    catalogue, known = get_site().catalogue, count_ranked(build, asked.niveau, asked.reading)
    offered = [{"group": "Indices", "items": [_option(i.code, i.label) for i in catalogue.indices if i.code in known]}]
    for pillar in catalogue.pillars:
        items = [_option(pillar.code, f"{pillar.label}, pilier")] if pillar.code in known else []
        items += [_option(i.code, i.label) for i in catalogue.indicators_of(pillar.code) if i.code in known]
        if items:
            offered.append({"group": f"{catalogue.find_index(pillar.index).label} · {pillar.label}", "items": items})
    return offered


def _option(code: str, label: str) -> dict[str, str]:
    return {"value": code, "label": label}


def lay_out_sheet(build: Build, args: Args) -> Sheet:
    """The ranking as filtered on screen, as a sheet."""
    asked, catalogue = parse_asked(build, args), get_site().catalogue
    nodes = {"x": asked.noeud, "y": find_second(asked, catalogue)}
    rows = rank_places(build, asked, nodes["y"])
    return lay_out_standings(
        rows,
        {lead: name_node(node, catalogue) for lead, node in nodes.items()},
        level=asked.niveau,
        notice=notice_of(build, args, say_filters(build, len(rows), asked)),
        name=f"classement-{asked.niveau}-{asked.noeud}",
    )


def draw_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """The first territories of the ranking that an address asks for."""
    asked = parse_asked(build, args)
    hue = palette.find_hue(find_index(asked.noeud, get_site().catalogue))
    return draw_ranking(_order(build, asked), hue=hue, palette=palette, chosen=asked.territoire)


def caption_asked(build: Build, args: Args) -> Caption:
    """Title and reading line of the image."""
    asked = parse_asked(build, args)
    rows = _order(build, asked)
    reading = f"Lecture {VARIANTS[asked.reading.variant][0]}. Le point est le rang, le trait va de la meilleure à la "
    reading += f"moins bonne place plausible{NARROW}; le rang compte tous les territoires du niveau."
    kept = say_filters(build, len(rows), asked)
    first = f", les {MOST} premières lignes" if len(rows) > MOST else ""
    return Caption(f"{name_node(asked.noeud, get_site().catalogue)}{FIXED}: {kept}{first}", reading)


register_view(VIEW, title="Classement", sheet=lay_out_sheet, figure=draw_asked, caption=caption_asked)


_CHOICES: Final = [f"ranking-{name}" for name in FIELDS]


def _read(build: Build, values: tuple[str, ...], now: Mapping[str, str]) -> Asked:
    """What the controls ask."""
    return parse_asked(build, dict(now) | dict(zip(FIELDS, values, strict=True)))


@callback(
    Output("ranking-holder", "children"),
    Output("ranking-place", "data"),
    Output("ranking-count", "children"),
    Output("ranking-own", "children"),
    *outputs(VIEW),
    *[Input(name, "value") for name in _CHOICES],
    State("ranking-now", "data"),
    prevent_initial_call=True,
)
def refilter(*given: Any) -> tuple[Any, ...]:
    """Another node, or other filters."""
    build = get_build()
    asked = _read(build, given[:-1], given[-1])
    own = tell_own(build, asked, _order(build, asked))
    return *_show(build, asked), count(build, asked), own, *link_all(VIEW, asked.query)


@callback(
    Output("ranking", "getRowsResponse"),
    Input("ranking", "getRowsRequest"),
    *[State(name, "value") for name in _CHOICES],
    State("ranking-now", "data"),
    prevent_initial_call=True,
)
def bring_rows(request: dict[str, Any] | None, *given: Any) -> dict[str, Any] | None:
    """The rows that come into view, sorted by the server: 34,875 communes never travel whole."""
    if not request:
        return None
    build = get_build()
    asked = _read(build, given[:-1], given[-1])
    rows = rank_places(build, asked, find_second(asked, get_site().catalogue))
    sort = (request.get("sortModel") or [{"colId": "x_rank", "sort": "asc"}])[0]
    rows = sort_places(rows, sort["colId"], descending=sort["sort"] == "desc")
    start = max(0, int(request.get("startRow") or 0))
    return {"rowData": list_rows(rows.iloc[start : start + PAGE]), "rowCount": len(rows)}


clientside_callback(
    ClientsideFunction("standings", "write"),
    Output("ranking-count", "aria-busy"),
    *[Input(name, "value") for name in _CHOICES],
    Input("ranking", "columnState"),
    State("ranking-now", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("standings", "go"),
    Output("go", "href", allow_duplicate=True),
    *[Input(f"ranking-{name}", "value") for name in LAID],
    State("ranking-now", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("standings", "settle"),
    Output("ranking-holder", "aria-busy"),
    Input("ranking-place", "data"),
)
