"""The only module that lays out standings as the rows of a file: who, among whom, then scores and ranks in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from dashboard.exports import Cell, Sheet
from dashboard.positions import Group, parse_group
from dashboard.queries import list_records
from dashboard.words import LEVELS
from indicators.peers import EVERYONE

ENDS: Final = {
    "score": "score",
    "low": "bas",
    "high": "haut",
    "rank": "rang",
    "rank_low": "rang, meilleur",
    "rank_high": "rang, moins bon",
}
DECIMALS: Final = 2  # of a score; a rank has none


def lay_out_standings(
    rows: pd.DataFrame,
    nodes: Mapping[str, str],
    *,
    level: str,
    notice: Sequence[str],
    name: str = "",
    more: Mapping[str, str] | None = None,
) -> Sheet:
    """Territories, each with its standing on one or several nodes.

    Args:
        rows: As `standings.read_places`, with `<lead>_` before the columns of `standings.read_standing`.
        nodes: By lead, label of the node.
        level: Level of the territories.
        notice: From `downloads.notice_of`.
        name: Name of the file.
        more: Columns of words to add at the end: by column of `rows`, its header.
    """
    more = more or {}
    header = ["Code SIREN" if level == "epci" else "Code", LEVELS[level][0], "Nature", "Département", "Région"]
    header += ["Population", "Territoires comparables"]
    header += [f"{label} : {said}" for label in nodes.values() for said in ENDS.values()]
    header += more.values()
    cells = [
        [*write_identity(row), *write_standing(row, list(nodes)), *(str(row[column] or "") for column in more)]
        for row in list_records(rows)
    ]
    return Sheet(notice, header, cells, name)


def write_identity(row: Mapping[str, Any]) -> list[Cell]:
    """The cells that say who a territory is, and whom it is compared with."""
    words = ("territory_code", "label", "nature", "departement_label", "region_label")
    group = (parse_group(str(row["peer_group"])) or Group(EVERYONE)).label if row["level"] == "epci" else ""
    return [*(str(row[column] or "") for column in words), round_cell(row["population"], 0), group]


def write_standing(row: Mapping[str, Any], leads: Sequence[str]) -> list[Cell]:
    """The cells of each node: score, rank, and the ends of their intervals."""
    return [
        round_cell(row[f"{lead}_{end}"], 0 if end.startswith("rank") else DECIMALS) for lead in leads for end in ENDS
    ]


def round_cell(value: object, decimals: int = DECIMALS) -> float | None:
    """A figure as a cell; None when it is unknown."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return round(float(str(value)), decimals or None)
