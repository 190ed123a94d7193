"""The table of a map's numbers, fetched when it is opened."""

from __future__ import annotations

import html

from flask import Blueprint, Response, request

from dashboard.fragments import write_table
from dashboard.map_address import parse_asked
from dashboard.map_plate import compose
from dashboard.map_sheet import sort_rows, write_cells, write_head
from dashboard.queries import list_records
from dashboard.rankings import address_of
from dashboard.site import get_build, get_site

map_tables = Blueprint("map_tables", __name__)


@map_tables.get("/chiffres/carte")
def map_table() -> Response:
    """The numbers of the map that the query asks for, the highest first."""
    build = get_build()
    plate = compose(build, parse_asked(build, get_site().catalogue, request.args.to_dict()))
    cells = [[_link(address_of(r), r["label"]), *write_cells(r, plate)] for r in list_records(sort_rows(plate))]
    shown = "Scores et rangs" if plate.shown.kind == "both" else plate.shown.label
    return write_table(f"{plate.title} : {shown}", write_head(plate), cells)


def _link(code: str, label: str) -> str:
    return f'<a href="/territoire/{html.escape(code)}">{html.escape(label)}</a>'
