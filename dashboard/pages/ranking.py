"""Classement: the intercommunalités by either index, filtered by nature and région, exported with a notice."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import dash_ag_grid as dag
import pandas as pd
from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html
from dash.development.base_component import Component

from dashboard.components import choice, note
from dashboard.queries import list_records, read_positions, read_regions, read_stamp
from dashboard.rankings import ALL, check_choice, filter_positions, say_filters
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, NATURES, format_number

register_page(__name__, path="/classement", name="Classement", order=2, title=title_page("Classement"))

SORTS: Final = ("attractivite", "rayonnement", "population", "label")
FAMILIES: Final = tuple(f for f in NATURES if f != "MET69")
SHORT_NATURES: Final = {"METRO": "Métropole", "CU": "C. urbaine", "CA": "C. d’agglo.", "CC": "C. de communes"}
LOCALE: Final = {
    "noRowsToShow": "Aucun territoire ne répond à ces filtres.",
    "ariaSortableColumn": "Entrée pour trier",
    "loadingOoo": "Chargement…",
}


def layout(nature: str | None = None, region: str | None = None, tri: str | None = None, **_: str) -> Component:
    """The page as its address says: `?nature=METRO&region=84&tri=rayonnement`."""
    build = get_build()
    regions = read_regions(build)
    nature = check_choice(nature, list(FAMILIES))
    region = check_choice(region, [code for code, _ in regions])
    tri = check_choice(tri, list(SORTS), SORTS[0])
    return html.Div(
        [
            html.H1("Le classement, à lire avec prudence"),
            html.P(
                f"Deux ou trois places d’écart ne veulent rien dire{FIXED}: les rangs sont là pour situer un "
                "territoire, non pour le juger. Les territoires à égalité portent le même rang.",
                className="lead",
            ),
            _context(build, nature, region, regions),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(_count(build, nature, region), id="ranking-count", className="count", role="status"),
                            _grid(build, nature, region, tri),
                        ],
                        className="ranking-main",
                    ),
                    html.Div([_how_to_read(), _export(nature, region)], className="margin"),
                ],
                className="plate plate-wide",
            ),
        ],
        className="page",
    )


def _context(build: Build, nature: str, region: str, regions: list[tuple[str, str]]) -> Component:
    natures = [{"value": ALL, "label": "toutes natures"}]
    natures += [{"value": f, "label": NATURES[f][1]} for f in FAMILIES]
    places = [{"value": ALL, "label": "toute la France"}, *({"value": c, "label": n} for c, n in regions)]
    return html.Div(
        [
            html.Span(["Intercommunalités · édition ", html.Strong(str(read_stamp(build).edition)), " ·"]),
            choice("ranking-nature", "Nature", nature, natures, width="15rem"),
            html.Span("·", className="dot"),
            choice("ranking-region", "Région", region, places, width="15rem"),
        ],
        className="context",
    )


def _grid(build: Build, nature: str, region: str, tri: str) -> Component:
    grid: Component = dag.AgGrid(
        id="ranking",
        rowData=list_rows(build, nature, region),
        columnDefs=_columns(tri),
        defaultColDef={"sortable": True, "resizable": False, "suppressMovable": True, "suppressHeaderMenuButton": True},
        getRowId="params.data.code",
        dashGridOptions={
            "theme": {"function": "atlas.theme(themeQuartz)"},
            "localeText": LOCALE,
            "animateRows": False,
            "suppressCellFocus": False,
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": True,
            "rowHeight": 40,
            "headerHeight": 32,
            "groupHeaderHeight": 28,
        },
        className="ranking",
        style={"height": None, "width": "100%"},
    )
    return grid


def _columns(tri: str) -> list[dict[str, Any]]:
    """Name, nature, département, population, then under each index its rank and its score."""
    columns: list[dict[str, Any]] = [
        {
            "field": "label",
            "headerName": "Intercommunalité",
            "cellRenderer": "TerritoryLink",
            "flex": 1,
            "minWidth": 140,
            "comparator": {"function": "atlas.compareNames"},
        },
        {"field": "nature", "headerName": "Nature", "width": 136},
        {"field": "departement", "headerName": "Département", "width": 128},
        {"field": "population", "headerName": "Habitants", "width": 94, **_figure("atlas.number(params.value)")},
        *[_columns_of(index.code, index.label) for index in get_site().catalogue.indices],
    ]
    _sort_by(tri, columns)
    return columns


def _columns_of(code: str, label: str) -> dict[str, Any]:
    hue = {"headerClass": [code, "figure-head"], "cellClass": [code, "figure-cell"]}
    rank = _figure("atlas.rank(params)") | hue | {"comparator": {"function": "atlas.compareRanks"}}
    return {
        "headerName": label,
        "headerClass": code,
        "marryChildren": True,
        "children": [
            {"field": f"{code[0]}_rank", "headerName": "Rang", "width": 94, **rank},
            {"field": code[0], "headerName": "Score", "width": 64, **_figure("atlas.number(params.value)")},
        ],
    }


def _figure(formatter: str) -> dict[str, Any]:
    """A column of figures: aligned on the right, written in French."""
    return {
        "headerClass": "figure-head",
        "cellClass": "figure-cell",
        "valueFormatter": {"function": formatter},
        "sortingOrder": ["asc", "desc"] if "rank" in formatter else ["desc", "asc"],
    }


def _sort_by(tri: str, columns: list[dict[str, Any]]) -> None:
    """Mark the column that sorts the rows, among columns and their groups."""
    field, order = {
        "attractivite": ("a_rank", "asc"),
        "rayonnement": ("r_rank", "asc"),
        "population": ("population", "desc"),
        "label": ("label", "asc"),
    }[tri]
    for column in columns:
        _sort_by(tri, column.get("children", []))
        if column.get("field") == field:
            column["sort"] = order


def list_rows(build: Build, nature: str, region: str) -> list[dict[str, Any]]:
    """Rows of the grid, with short keys: 1,255 of them stay under 150 kB."""
    rows = filter_positions(read_positions(build), nature=nature, region=region)
    return [
        {
            "code": r["territory_code"],
            "label": r["label"],
            "nature": SHORT_NATURES.get(r["family"], r["family"]),
            "departement": r["departement_label"],
            "population": _whole(r["population"]),
            "a": _round(r["attractivite_score"]),
            "a_rank": _whole(r["attractivite_rank"]),
            "r": _round(r["rayonnement_score"]),
            "r_rank": _whole(r["rayonnement_rank"]),
        }
        for r in list_records(rows)
    ]


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _round(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 1)


def _count(build: Build, nature: str, region: str) -> str:
    rows = filter_positions(read_positions(build), nature=nature, region=region)
    return f"{say_filters(build, len(rows), nature=nature, region=region)}."


def _how_to_read() -> Component:
    catalogue = get_site().catalogue
    low, high = (format_number(end) for end in catalogue.score_range)
    return note(
        "Comment lire",
        html.P(
            f"Un score va de {low} à {high}. Le rang compte toutes les intercommunalités de France, même quand la "
            f"liste est filtrée. «{FIXED}n.d.{FIXED}» dit que trop de données manquent pour un score."
        ),
        html.P(f"Un clic ou la touche Entrée sur un titre de colonne trie{NARROW}; sur un nom, ouvre sa page."),
    )


def _export(nature: str, region: str) -> Component:
    return note(
        "Emporter",
        html.P(html.A("Télécharger en CSV", href=link_export(nature, region), id="ranking-export", download="")),
        html.P("Le fichier dit ses sources, leurs licences, l’édition et la méthode."),
    )


def link_export(nature: str, region: str) -> str:
    """Address of the CSV of what is on screen."""
    return f"/export/classement.csv?{urlencode({'nature': nature, 'region': region})}"


@callback(
    Output("ranking", "rowData"),
    Output("ranking-count", "children"),
    Output("ranking-export", "href"),
    Input("ranking-nature", "value"),
    Input("ranking-region", "value"),
    prevent_initial_call=True,
)
def refilter(nature: str, region: str) -> tuple[list[dict[str, Any]], str, str]:
    """Other filters."""
    build = get_build()
    return list_rows(build, nature, region), _count(build, nature, region), link_export(nature, region)


clientside_callback(
    ClientsideFunction("atlas", "writeRanking"),
    Output("ranking-count", "aria-busy"),
    Input("ranking-nature", "value"),
    Input("ranking-region", "value"),
    Input("ranking", "columnState"),
    prevent_initial_call=True,
)
