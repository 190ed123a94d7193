"""The only module that lists the territories of the quadrant, for its table, its files and its image."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, Response, request
from plotly.graph_objects import Figure

from dashboard.comparables import SAME_EPCI, find_comparables
from dashboard.downloads import Args, notice_of, register_view
from dashboard.exports import Sheet
from dashboard.fragments import write_table
from dashboard.imprint import Caption
from dashboard.plate import Plate, read_plate
from dashboard.position_notes import NAMES, WITHOUT, describe, name_position, say_context, say_title
from dashboard.queries import INDEX_CODES, list_records, read_stamp
from dashboard.rankings import address_of
from dashboard.sheets import lay_out_standings
from dashboard.site import get_build, get_site
from dashboard.situations import parse_situation
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import ABSENT, FIXED, LEVELS, NARROW, format_rank, format_score

CODE = "positionnement"

position_tables = Blueprint("position_tables", __name__)


def read_shown(build: Build, args: Mapping[str, str]) -> Plate:
    """What the page's own query shows."""
    return read_plate(build, get_site().catalogue, parse_situation(build, args))


def list_shown(build: Build, plate: Plate) -> pd.DataFrame:
    """The territories of the figure, the chosen first, then those that stand out, then the others.

    Where the others are counted by cell, they are not listed; the communes of the chosen one's EPCI are.

    Returns:
        As `standings.read_positions`, with `role` and `position`.
    """
    roles = dict.fromkeys(plate.points, "en évidence") | dict.fromkeys(plate.situation.codes, "choisi")
    if plate.is_dense:
        own = find_comparables(build, get_site().catalogue, plate.situation.level, SAME_EPCI, plate.situation.first)
        members = own.members if own.code == SAME_EPCI else ()
        roles = dict.fromkeys(members, "même intercommunalité") | roles
    rows = plate.find_rows(tuple(roles)) if plate.is_dense else plate.positions
    order = {"choisi": 0, "en évidence": 1, "même intercommunalité": 2, "": 3}
    rows = rows.assign(role=rows["territory_code"].map(roles).fillna(""))
    rows = rows.assign(position=plate.quarters.reindex(rows.index).fillna(WITHOUT))
    return rows.sort_values("role", key=lambda role: role.map(order), kind="stable")


@position_tables.get("/chiffres/positions")
def positions_table() -> Response:
    """The numbers of the quadrant."""
    build = get_build()
    plate = read_shown(build, request.args)
    totals = {code: int(plate.positions[f"{code}_rank"].notna().sum()) for code in INDEX_CODES}
    cells = [
        [_link(row), *_write_scores(row, totals), _write_position(row, plate)]
        for row in list_records(list_shown(build, plate))
    ]
    head = [LEVELS[plate.situation.level][0], NAMES["attractivite"], "Rang", NAMES["rayonnement"], "Rang", "Position"]
    plural = LEVELS[plate.situation.level][1]
    caption = f"Scores et rangs des {plural}" + (" choisies, puis mises en évidence" if plate.is_dense else "")
    return write_table(caption, head, cells)


def _link(row: Mapping[str, Any]) -> str:
    return f'<a href="/territoire/{html.escape(address_of(row))}">{html.escape(str(row["label"]))}</a>'


def _write_scores(row: Mapping[str, Any], totals: Mapping[str, int]) -> list[str]:
    """By index, the score and the rank, each with its interval; no rank where its interval is not known."""
    cells: list[str] = []
    for code in INDEX_CODES:
        score, low, high, rank, best, worst, tied = (
            row[f"{code}_{end}"] for end in ("score", "low", "high", "rank", "rank_low", "rank_high", "tied")
        )
        known = pd.notna(rank) and pd.notna(best) and pd.notna(worst)
        told = format_rank(rank, totals[code], low=best, high=worst, tied=int(tied)) if known else ABSENT
        cells += [format_score(score, low, high), told]
    return cells


def _write_position(row: dict[str, Any], plate: Plate) -> str:
    return name_position(pd.Series(row), plate.medians)


def lay_out(build: Build, args: Args) -> Sheet:
    """The same rows as a file; a rank goes without its interval nowhere."""
    plate = read_shown(build, args)
    rows = list_shown(build, plate)
    for code in INDEX_CODES:
        rows[f"{code}_rank"] = np.where(rows[f"{code}_rank_low"].notna(), rows[f"{code}_rank"], np.nan)
    level = plate.situation.level
    return lay_out_standings(
        rows,
        NAMES,
        level=level,
        notice=notice_of(build, args, say_context(plate, _find_edition(build, plate)), describe(plate)),
        name=f"{CODE}-{level}",
        more={"position": "Position", "role": "Sur la figure"},
    )


def draw_taken(build: Build, palette: Palette, args: Args) -> Figure:
    """The figure of the image."""
    return read_shown(build, args).draw(palette)


def caption(build: Build, args: Args) -> Caption:
    """Title and reading line of the image."""
    plate = read_shown(build, args)
    is_masculine = plate.situation.level == "departement"
    right, top = ("attractifs", "ceux") if is_masculine else ("attractives", "celles")
    bars = f"{NARROW}; traits{FIXED}: intervalles des territoires choisis" if plate.situation.chosen else ""
    cells = f"{NARROW}; cases{FIXED}: nombre de communes" if plate.is_dense else ""
    return Caption(
        say_title(plate),
        f"À droite les plus {right}, en haut {top} qui rayonnent le plus{NARROW}; pointillés{FIXED}: médianes"
        f"{bars}{cells}. {say_context(plate, _find_edition(build, plate))}.",
    )


def _find_edition(build: Build, plate: Plate) -> int:
    return plate.situation.reading.edition or read_stamp(build).edition


register_view(CODE, title="Positionnement", sheet=lay_out, figure=draw_taken, caption=caption)
