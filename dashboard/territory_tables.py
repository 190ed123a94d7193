"""The fragments that a territory's page fetches: lines of indicators, series over the years, comparable territories."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Response, abort, request

from dashboard.contributions import HEAD, list_contribution_cells
from dashboard.evidence import Told, write_lines
from dashboard.fragments import write_table
from dashboard.pillar_plate import list_peer_rows
from dashboard.positions import find_peers
from dashboard.profiles import read_full_profile
from dashboard.queries import Place
from dashboard.reading import parse_reading
from dashboard.reading_keys import KEYS, list_groups
from dashboard.routing import find_territory
from dashboard.site import get_build, get_site
from dashboard.territory_plate import read_plate
from dashboard.territory_series import list_evolutions, write_evolution
from dashboard.warehouse import Build
from dashboard.words import format_number

territory_tables = Blueprint("territory_tables", __name__)
MOST_PEERS = 60  # of thousands, those nearest


def _find_place(build: Build, code: str) -> Place:
    place = find_territory(build, code)
    if place is None:
        abort(404)
    return place


@territory_tables.get("/chiffres/evolution/<code>")
def evolution(code: str) -> Response:
    """The series of a territory over the years they have."""
    build = get_build()
    place = _find_place(build, code)
    lines = list_evolutions(build, place, get_site().catalogue)
    return Response(write_evolution(lines), mimetype="text/html")


@territory_tables.get("/chiffres/indicateurs/<code>/<kind>/<group_code>")
def indicators(code: str, kind: str, group_code: str) -> Response:
    """The lines of one group of indicators."""
    build, catalogue = get_build(), get_site().catalogue
    place = _find_place(build, code)
    groups = {(g.kind, g.code): g for key in KEYS for g in list_groups(catalogue, place.level, key)}
    if (kind, group_code) not in groups:
        abort(404)
    reading = parse_reading(build, place.level, request.args)
    members = find_peers(build, place).members
    profile = read_full_profile(build, catalogue, place.level, place.territory_code, members, reading)
    told = Told(build, place, profile, reading, catalogue)
    return Response(write_lines(told, groups[kind, group_code]), mimetype="text/html")


@territory_tables.get("/chiffres/contributions/<code>/<index_code>")
def shares(code: str, index_code: str) -> Response:
    """What each indicator brings to one index of a territory, and takes from it."""
    build, catalogue = get_build(), get_site().catalogue
    place = _find_place(build, code)
    index = next((one for one in catalogue.indices if one.code == index_code), None)
    rows = list_contribution_cells(build, place, index, catalogue) if index else []
    if index is None or not rows:
        abort(404)
    return write_table(f"Contributions en {index.label.lower()}", ("Pilier, indicateur", *HEAD[1:]), rows)


@territory_tables.get("/chiffres/comparables/<code>")
def comparables(code: str) -> Response:
    """Index and pillar scores of a territory and of those it is compared to, the nearest first."""
    build = get_build()
    place = _find_place(build, code)
    plate = read_plate(build, get_site().catalogue, place, parse_reading(build, place.level, request.args))
    own = [escape(place.label), *(format_number(score) for score in plate.rows["score"])]
    rows = [[escape(row[0]), *row[1:]] for row in list_peer_rows(plate, MOST_PEERS)]
    count = len(plate.names)
    which = "les plus proches" if count > MOST_PEERS else "du plus proche au plus lointain"
    caption = f"{place.label}, puis {format_number(len(rows))} de ses {format_number(count)} comparables, {which}"
    return write_table(caption, ("Territoire", *plate.rows["label"]), [own, *rows])
