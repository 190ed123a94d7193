"""The only module that says what the ranking's grid holds: its columns, and its rows as small records."""

from __future__ import annotations

from typing import Any, Final

import dash_ag_grid as dag
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.queries import list_records
from dashboard.rankings import SORTS, Asked, address_of, find_index, find_second, name_node
from dashboard.site import get_site
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import LEVELS, NATURES, NO_INTERVAL, ONLY_PLACE
from indicators.catalogue import Catalogue

PAGE: Final = 100  # rows a request brings
WORDS: Final = {"alone": ONLY_PLACE, "none": NO_INTERVAL}  # what the cells say of an interval, written once
LOCALE: Final = {
    "noRowsToShow": "Aucun territoire ne répond à ces filtres.",
    "ariaSortableColumn": "Entrée pour trier",
    "loadingOoo": "Chargement…",
}
SHORT_NATURES: Final = {"METRO": "Métropole", "CU": "C. urbaine", "CA": "C. d’agglo.", "CC": "C. de communes"}


def grid(build: Build, asked: Asked) -> Component:
    """The grid; another question makes another grid (`key`), so that none shows the rows of the one before."""
    drawn: Component = dag.AgGrid(
        id="ranking",
        rowModelType="infinite",
        columnDefs=_columns(build, asked),
        defaultColDef={"sortable": True, "resizable": False, "suppressMovable": True, "suppressHeaderMenuButton": True},
        getRowId="params.data.code",
        rowClassRules={"own-row": f"params.data && params.data.code === '{asked.chosen}'"} if asked.territoire else {},
        dashGridOptions={
            "theme": {"function": "atlas.theme(themeQuartz)"},
            "localeText": LOCALE,
            "animateRows": False,
            "ensureDomOrder": True,
            "suppressColumnVirtualisation": True,
            "cacheBlockSize": PAGE,
            "maxBlocksInCache": 12,
            "headerHeight": 32,
            "groupHeaderHeight": 28,
            "tabToNextCell": {"function": "atlas.leave()"},
        },
        className="ranking",
        style={"height": None, "width": "100%"},
    )
    return html.Div(drawn, key=asked.query)


def _columns(build: Build, asked: Asked) -> list[dict[str, Any]]:
    """Name (with nature and département), population, then the node that ranks and the one beside it."""
    catalogue = get_site().catalogue
    nodes = (("x", asked.noeud), ("y", find_second(asked, catalogue)))
    columns: list[dict[str, Any]] = [
        {"field": "label", "headerName": LEVELS[asked.niveau][0], "cellRenderer": "TerritoryLink", "flex": 1,
         "minWidth": 140, "colSpan": {"function": "atlas.span(params)"},
         "cellRendererParams": _describe("x", asked.noeud, build, asked, catalogue)},
        {"field": "population", "headerName": "Habitants", "width": 104, "headerClass": "figure-head",
         "cellClass": "figure-cell", "valueFormatter": {"function": "params.data ? atlas.number(params.value) : ''"},
         "sortingOrder": ["desc", "asc"]},
        *[_columns_of(build, lead, node, asked, catalogue) for lead, node in nodes],
    ]  # fmt: skip
    wanted = next(column for column, sort in SORTS.items() if sort == asked.tri)
    for column in [*columns[:2], *(child for group in columns[2:] for child in group["children"])]:
        if column["field"] == wanted:
            column["sort"] = "desc" if wanted == "population" else "asc"
    return columns


def _columns_of(build: Build, lead: str, node: str, asked: Asked, catalogue: Catalogue) -> dict[str, Any]:
    hue = find_index(node, catalogue)
    told = _describe(lead, node, build, asked, catalogue)
    width = 196 if told["total"] < 10_000 else 236  # px: three ranks of five figures are longer
    shared = {"cellRendererParams": told}
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


def _describe(lead: str, node: str, build: Build, asked: Asked, catalogue: Catalogue) -> dict[str, Any]:
    """What the cells that draw a node need: where its figures are in a row, how many are ranked, on what."""
    is_indicator = node in {one.code for one in catalogue.indicators}  # ranked on its figure, without an interval
    total = count_ranked(build, asked.niveau, asked.reading).get(node, 0)
    return {"lead": lead, "total": total, "sure": not is_indicator, "hue": find_index(node, catalogue),
            "words": WORDS}  # fmt: skip


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
