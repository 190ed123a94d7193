"""The only module that lays out the numbers of a map as rows: on the page as a table, in a file as a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dashboard.charted import NAMES, Shown, say_share, say_years
from dashboard.downloads import Args, notice_of
from dashboard.exports import Cell, Sheet
from dashboard.map_plate import Plate
from dashboard.queries import list_records
from dashboard.sheets import lay_out_standings, round_cell
from dashboard.warehouse import Build
from dashboard.words import ABSENT, LEVELS, STATUSES, format_number, format_ordinal, format_span, pluralise

ENDS: Final = ("score", "low", "high", "rank", "rank_low", "rank_high")


def sort_rows(plate: Plate) -> pd.DataFrame:
    """The rows of a map, the highest first, those unknown last."""
    column = {"both": "attractivite_score", "score": "score", "figure": "value"}[plate.shown.kind]
    return plate.rows.sort_values([column, "folded"], ascending=[False, True], na_position="last", kind="stable")


def list_leads(shown: Shown) -> dict[str, str]:
    """By lead of its columns, label of each node shown."""
    if shown.kind == "both":
        return {f"{code}_": name for code, name in NAMES.items()}
    return {"": shown.label} if shown.kind == "score" else {}


def write_head(plate: Plate) -> list[str]:
    """Names of the columns of the table."""
    head = [LEVELS[plate.asked.niveau][0]]
    if plate.shown.kind == "figure":
        unit = f", {plate.shown.unit}" if plate.shown.unit else ""
        return [*head, f"{plate.shown.label}{unit}", "Année", "Statut"]
    for lead, label in list_leads(plate.shown).items():
        head += [label if lead else "Score", "Intervalle", "Rang", "Intervalle", "Données connues"]
    return head


def write_cells(row: Mapping[str, Any], plate: Plate) -> list[str]:
    """The cells of a territory, after its name."""
    if plate.shown.kind == "figure":
        return [format_number(row["value"], plate.decimals), say_years(row), _say_status(row)]
    cells: list[str] = []
    for lead in list_leads(plate.shown):
        own = {end: row[f"{lead}{end}"] for end in ENDS}
        cells += [
            format_number(own["score"]),
            format_span(own["low"], own["high"]),
            _ordinal(own["rank"]),
            format_span(own["rank_low"], own["rank_high"], _ordinal),
            say_share(row[f"{lead}coverage"]),
        ]
    return cells


def _say_status(row: Mapping[str, Any]) -> str:
    status = row["status"]
    return ABSENT if pd.isna(status) or not status else STATUSES.get(str(status), "") or "publié"


def _ordinal(rank: float) -> str:
    return ABSENT if pd.isna(rank) else format_ordinal(int(rank))


def lay_out_map(build: Build, plate: Plate, args: Args) -> Sheet:
    """The numbers of a map as the rows of a file."""
    rows, shown, level = sort_rows(plate), plate.shown, plate.asked.niveau
    count = pluralise(len(rows), LEVELS[level][0].lower(), LEVELS[level][1])
    unit = f", {shown.unit}" if shown.unit else ""
    labels = {lead.removesuffix("_") or "x": label for lead, label in list_leads(shown).items()}
    named = rows.rename(columns={end: f"x_{end}" for end in ENDS}) if shown.kind == "score" else rows
    sheet = lay_out_standings(
        named,
        labels,
        level=level,
        notice=notice_of(build, args, f"{plate.title} : {shown.label}{unit}, {count}"),
        name=f"carte-{level}-{shown.code.replace('.', '-')}",
    )
    more = _list_more(rows, shown)
    columns = [more[name] for name in more]
    cells = [[*cells, *(column[place] for column in columns)] for place, cells in enumerate(sheet.rows)]
    return replace(sheet, header=[*sheet.header, *more], rows=cells)


def _list_more(rows: pd.DataFrame, shown: Shown) -> dict[str, Sequence[Cell]]:
    """The columns that standings have not: coverage, or a raw figure with its year and status."""
    if shown.kind == "figure":
        unit = f" ({shown.unit})" if shown.unit else ""
        return {
            f"{shown.label}{unit}": [round_cell(value) for value in rows["value"]],
            "Année": [say_years(row) for row in list_records(rows)],
            "Statut": [_say_status(row) for row in list_records(rows)],
        }
    return {
        f"{label} : données connues, %": [round_cell(100 * share, 0) for share in rows[f"{lead}coverage"]]
        for lead, label in list_leads(shown).items()
    }
