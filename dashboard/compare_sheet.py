"""The only module that lays out the comparison as the rows of a file: a row a node and a territory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.chosen import Chosen
from dashboard.exports import Cell, Sheet
from dashboard.queries import Place
from dashboard.sheets import ENDS, round_cell
from dashboard.sides import Node, list_indicators, list_nodes, pick_node
from dashboard.words import STATUSES
from indicators.catalogue import Catalogue

HEADER = ("Indice", "Pilier", "Nœud", "Code du nœud", "Code", "Territoire", "Valeur", "Unité", "Première année",
          "Dernière année", "État", *ENDS.values(), "territoires classés")  # fmt: skip
_KINDS = {"index": "indice", "pillar": "pilier", "indicator": "indicateur"}


def lay_out_sides(
    sides: pd.DataFrame, chosen: Chosen, catalogue: Catalogue, *, totals: dict[str, int], notice: Sequence[str]
) -> Sheet:
    """Every node of the tree for each territory.

    Args:
        sides: From `sides.read_sides`.
        chosen: The territories.
        catalogue: The index as declared.
        totals: By node, how many territories are ranked.
        notice: From `downloads.notice_of`.
    """
    rows: list[list[Cell]] = []
    for node, pillar in _list_all(catalogue, chosen.level):
        own = pick_node(sides, node.code, len(chosen.places))
        for place, (_, row) in zip(chosen.places, own.iterrows(), strict=True):
            told = [*_write_node(node, pillar, catalogue), *_write_place(place, row, node, catalogue)]
            rows.append([*told, *_write_standing(row), totals.get(node.code, 0)])
    return Sheet(notice, HEADER, rows, f"comparaison-{chosen.level}")


def _list_all(catalogue: Catalogue, level: str) -> list[tuple[Node, str]]:
    """Every node in the order of the tree, with the label of its pillar."""
    found: list[tuple[Node, str]] = []
    for index in catalogue.indices:
        first, *pillars = list_nodes(catalogue, index.code)
        found.append((first, ""))
        for pillar in pillars:
            found += [(node, pillar.label) for node in (pillar, *list_indicators(catalogue, level, pillar.code))]
    return found


def _write_node(node: Node, pillar: str, catalogue: Catalogue) -> list[Cell]:
    return [catalogue.find_index(node.index).label, pillar, f"{node.label} ({_KINDS[node.kind]})", node.code]


def _write_place(place: Place, row: pd.Series[Any], node: Node, catalogue: Catalogue) -> list[Cell]:
    is_figure = node.kind == "indicator"
    unit = catalogue.find_indicator(node.code).unit if is_figure else ""
    status = str(row.get("status") or "") if pd.notna(row.get("status")) else ""
    told = (STATUSES.get(status, status) or "publié") if is_figure and pd.notna(row.get("value")) else ""
    years = [round_cell(row.get(end), 0) if is_figure else None for end in ("first_year", "last_year")]
    value = round_cell(row.get("value")) if is_figure else None
    return [place.territory_code, place.label, value, unit, *years, told]


def _write_standing(row: pd.Series[Any]) -> list[Cell]:
    return [round_cell(row.get(end), 0 if end.startswith("rank") else 2) for end in ENDS]
