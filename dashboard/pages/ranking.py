"""Classement: the territories of a level by any node of the tree, each rank with its interval, exported."""

from __future__ import annotations

from typing import Any, Final

import dash_ag_grid as dag
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard.components import choice, note
from dashboard.downloads import Args, link_all, notice_of, outputs, register_view, take_away
from dashboard.exports import Sheet
from dashboard.queries import list_records, read_stamp
from dashboard.rankings import (
    ALL,
    SORTS,
    Asked,
    address_of,
    filter_places,
    find_index,
    find_second,
    list_choices,
    name_node,
    parse_asked,
    rank_places,
    say_filters,
    sort_places,
)
from dashboard.sheets import lay_out_standings
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.standings import count_ranked, list_levels, read_places
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW, NATURES, format_number
from indicators.catalogue import Catalogue

register_page(__name__, path="/classement", name="Classement", order=2, title=title_page("Classement"))

VIEW: Final = "classement"  # what is taken away
PAGE: Final = 100  # rows a request brings
FILTERS: Final = {
    "nature": ("Nature", "toutes natures", "14rem"),
    "taille": ("Taille", "toutes tailles", "15rem"),
    "caractere": ("Caractère", "tout caractère", "13rem"),
    "region": ("Région", "toute la France", "14rem"),
}
FIELDS: Final = ("niveau", "noeud", *FILTERS)
LOCALE: Final = {
    "noRowsToShow": "Aucun territoire ne répond à ces filtres.",
    "ariaSortableColumn": "Entrée pour trier",
    "loadingOoo": "Chargement…",
}
SHORT_NATURES: Final = {"METRO": "Métropole", "CU": "C. urbaine", "CA": "C. d’agglo.", "CC": "C. de communes"}


def layout(**given: str) -> Component:
    """The page as its address says: `?niveau=epci&noeud=notoriete&nature=METRO&taille=…&caractere=…&region=84`."""
    build = get_build()
    asked = parse_asked(build, given)
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
                            html.P(_count(build, asked), id="ranking-count", className="count", role="status"),
                            html.Div(_grid(build, asked), id="ranking-holder"),
                        ],
                        className="ranking-main",
                    ),
                    html.Div([_how_to_read(), take_away(VIEW, asked.query)], className="margin"),
                ],
                className="plate plate-wide",
            ),
            dcc.Store(id="ranking-sort", data=asked.tri),
        ],
        className="page",
    )


def _context(build: Build, asked: Asked) -> Component:
    offered = list_choices(build, asked.niveau)
    levels = [{"value": level, "label": LEVELS[level][1].capitalize()} for level in list_levels(build)]
    parts: list[Component] = [
        choice("ranking-niveau", "Niveau", asked.niveau, levels, width="10.5rem"),
        html.Span(["édition ", html.Strong(str(read_stamp(build).edition)), " · par"]),
        choice(
            "ranking-noeud", "Classer par", asked.noeud, _offer(build, asked.niveau), width="17rem", searchable=True
        ),
    ]
    for name, (label, everything, width) in FILTERS.items():
        options = [{"value": ALL, "label": everything}]
        options += [{"value": v, "label": text} for v, text in offered.get(name, {}).items()]
        select = choice(f"ranking-{name}", label, getattr(asked, name), options, width=width)
        parts.append(html.Div(select, className="filter" if name in offered else "filter filter-void"))
    return html.Div(parts, className="context")


def _offer(build: Build, level: str) -> list[dict[str, Any]]:
    """Every node that ranks at a level: the indices, then pillars and their indicators."""
    catalogue, known = get_site().catalogue, count_ranked(build, level)
    offered = [{"group": "Indices", "items": [_option(i.code, i.label) for i in catalogue.indices if i.code in known]}]
    for pillar in catalogue.pillars:
        items = [_option(pillar.code, f"{pillar.label}, pilier")] if pillar.code in known else []
        items += [_option(i.code, i.label) for i in catalogue.indicators_of(pillar.code) if i.code in known]
        if items:
            offered.append({"group": f"{catalogue.find_index(pillar.index).label} · {pillar.label}", "items": items})
    return offered


def _option(code: str, label: str) -> dict[str, str]:
    return {"value": code, "label": label}


def _grid(build: Build, asked: Asked) -> Component:
    """The grid; another question makes another grid (`key`), so that none shows the rows of the one before."""
    grid: Component = dag.AgGrid(
        id="ranking",
        rowModelType="infinite",
        columnDefs=_columns(build, asked),
        defaultColDef={"sortable": True, "resizable": False, "suppressMovable": True, "suppressHeaderMenuButton": True},
        getRowId="params.data.code",
        dashGridOptions={
            "theme": {"function": "atlas.theme(themeQuartz)"},
            "localeText": LOCALE,
            "animateRows": False,
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": True,
            "cacheBlockSize": PAGE,
            "maxBlocksInCache": 12,
            "rowHeight": 60,
            "headerHeight": 32,
            "groupHeaderHeight": 28,
        },
        className="ranking",
        style={"height": None, "width": "100%"},
    )
    return html.Div(grid, key=asked.query)


def _columns(build: Build, asked: Asked) -> list[dict[str, Any]]:
    """Name (with nature and département), population, then the node that ranks and the one beside it."""
    catalogue = get_site().catalogue
    nodes = (("x", asked.noeud), ("y", find_second(asked, catalogue)))
    columns: list[dict[str, Any]] = [
        {"field": "label", "headerName": LEVELS[asked.niveau][0], "cellRenderer": "TerritoryLink", "flex": 1,
         "minWidth": 140},
        {"field": "population", "headerName": "Habitants", "width": 104, "headerClass": "figure-head",
         "cellClass": "figure-cell", "valueFormatter": {"function": "atlas.number(params.value)"},
         "sortingOrder": ["desc", "asc"]},
        *[_columns_of(build, lead, node, asked.niveau, catalogue) for lead, node in nodes],
    ]  # fmt: skip
    wanted = next(column for column, sort in SORTS.items() if sort == asked.tri)
    for column in [*columns[:2], *(child for group in columns[2:] for child in group["children"])]:
        if column["field"] == wanted:
            column["sort"] = "desc" if wanted == "population" else "asc"
    return columns


def _columns_of(build: Build, lead: str, node: str, level: str, catalogue: Catalogue) -> dict[str, Any]:
    hue = find_index(node, catalogue)
    total = count_ranked(build, level).get(node, 0)
    width = 196 if total < 10_000 else 236  # px: three ranks of five figures are longer
    shared = {"cellRendererParams": {"lead": lead, "total": total}}
    return {
        "headerName": name_node(node, catalogue),
        "headerClass": hue,
        "marryChildren": True,
        "children": [
            {"field": f"{lead}_rank", "headerName": "Rang et intervalle", "width": width, "cellRenderer": "RankBar",
             "headerClass": [hue], "cellClass": [hue, "bar-cell"], "sortingOrder": ["asc", "desc"], **shared},
            {"field": f"{lead}_score", "headerName": "Score", "width": 76, "cellRenderer": "ScoreInterval",
             "headerClass": "figure-head", "cellClass": "figure-cell", "sortingOrder": ["desc", "asc"], **shared},
        ],
    }  # fmt: skip


def list_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the grid: names, population, and under `x_` and `y_` the rank, its interval, the score and its own."""
    return [
        {
            "code": address_of(r),
            "label": r["label"],
            "told": _say_where(r),
            "population": _whole(r["population"]),
            **{f"{lead}_{end}": _whole(r[f"{lead}_{end}"])
               for lead in "xy" for end in ("rank", "rank_low", "rank_high", "within", "tied")},
            **{f"{lead}_{end}": _round(r[f"{lead}_{end}"]) for lead in "xy" for end in ("score", "low", "high")},
        }
        for r in list_records(rows)
    ]  # fmt: skip


def _say_where(row: dict[str, Any]) -> str:
    nature = SHORT_NATURES.get(str(row["family"]), "") if row["nature"] in NATURES else ""
    place = row["region_label"] if row["level"] == "departement" else row["departement_label"]
    return " · ".join(part for part in (nature, str(place or "")) if part)


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _round(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 1)


def _count(build: Build, asked: Asked) -> str:
    return f"{say_filters(build, len(filter_places(read_places(build, asked.niveau), asked)), asked)}."


def _how_to_read() -> Component:
    low, high = (format_number(end) for end in get_site().catalogue.score_range)
    return note(
        "Comment lire",
        html.P(
            f"«{FIXED}12ᵉ, entre 9ᵉ et 17ᵉ{FIXED}»{FIXED}: le trait va de la meilleure à la moins bonne place "
            f"plausible{NARROW}; le point est le rang publié. L’échelle s’étire vers les premières places."
        ),
        html.P(
            f"«{FIXED}8 indiscernables{FIXED}» compte les territoires dont l’intervalle recoupe "
            f"celui-ci{FIXED}: rien ne permet de dire lequel est devant."
        ),
        html.P(
            f"Un score va de {low} à {high}. Le rang compte tous les territoires du niveau, même quand la liste est "
            f"filtrée. «{FIXED}n.d.{FIXED}»{FIXED}: trop de données manquent. Un indicateur seul est classé sur le "
            "chiffre publié, sans intervalle."
        ),
        html.P(f"Un clic ou la touche Entrée sur un titre de colonne trie{NARROW}; sur un nom, ouvre sa page."),
    )


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


register_view(VIEW, title="Classement", sheet=lay_out_sheet)


_CHOICES: Final = [f"ranking-{name}" for name in FIELDS]


@callback(
    Output("ranking-holder", "children"),
    Output("ranking-count", "children"),
    *outputs(VIEW),
    *[Input(name, "value") for name in _CHOICES[1:]],
    State("ranking-niveau", "value"),
    prevent_initial_call=True,
)
def refilter(*values: str) -> tuple[Any, ...]:
    """Another node, or other filters."""
    build = get_build()
    asked = parse_asked(build, dict(zip((*FIELDS[1:], "niveau"), values, strict=True)))
    return _grid(build, asked), _count(build, asked), *link_all(VIEW, asked.query)


@callback(
    Output("ranking", "getRowsResponse"),
    Input("ranking", "getRowsRequest"),
    *[State(name, "value") for name in _CHOICES],
    prevent_initial_call=True,
)
def bring_rows(request: dict[str, Any] | None, *values: str) -> dict[str, Any] | None:
    """The rows that come into view, sorted by the server: 34,875 communes never travel whole."""
    if not request:
        return None
    build = get_build()
    asked = parse_asked(build, dict(zip(FIELDS, values, strict=True)))
    rows = rank_places(build, asked, find_second(asked, get_site().catalogue))
    sort = (request.get("sortModel") or [{"colId": "x_rank", "sort": "asc"}])[0]
    rows = sort_places(rows, sort["colId"], descending=sort["sort"] == "desc")
    start = max(0, int(request.get("startRow") or 0))
    return {"rowData": list_rows(rows.iloc[start : start + PAGE]), "rowCount": len(rows)}


clientside_callback(
    ClientsideFunction("standings", "write"),
    Output("ranking-count", "aria-busy"),
    *[Input(name, "value") for name in _CHOICES[1:]],
    Input("ranking", "columnState"),
    State("ranking-niveau", "value"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("standings", "changeLevel"),
    Output("go", "href", allow_duplicate=True),
    Input("ranking-niveau", "value"),
    prevent_initial_call=True,
)
