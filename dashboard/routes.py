"""What the server answers outside Dash: search, tables of the figures, contours, status and headers."""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from typing import Any, Final

import pandas as pd
from flask import Blueprint, Response, abort, request

from dashboard.components import score_words
from dashboard.fragments import write_table
from dashboard.lineage import write_lineage
from dashboard.queries import (
    INDEX_CODES,
    list_records,
    read_stamp,
)
from dashboard.routing import find_territory
from dashboard.search import search_territories
from dashboard.site import get_build, get_site
from dashboard.standings import count_ranked, read_positions
from dashboard.tie_list import HEAD, list_tie_cells
from dashboard.ties import KINDS, group_ties, read_ties

routes = Blueprint("routes", __name__)
FOR_EVER: Final = "public, max-age=31536000, immutable"
LONGEST_QUERY: Final = 100


@routes.get("/recherche")
def search() -> Response:
    """Territories for the search field, as small JSON."""
    asked = request.args.get("q", "")[:LONGEST_QUERY]
    found = search_territories(get_build(), asked, level=request.args.get("niveau", ""))
    return Response(json.dumps([asdict(f) for f in found], ensure_ascii=False), mimetype="application/json")


@routes.get("/geo/<digest>/<path:name>.geojson")
def contours(digest: str, name: str) -> Response:
    """Contours of a level, or of the communes of a département; their digest is in the address: kept for ever."""
    site = get_site()
    if digest == "absent" or site.contours.get(name) != f"/geo/{digest}/{name}.geojson":
        abort(404)
    answer = Response(site.read_contours(name), mimetype="application/geo+json")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


def _score_cells(row: dict[str, Any], totals: dict[str, int]) -> list[str]:
    cells: list[str] = []
    for code in INDEX_CODES:
        ends = ("score", "low", "high", "rank", "rank_low", "rank_high", "tied")
        cells += score_words(pd.Series({end: row[f"{code}_{end}"] for end in ends}), totals.get(code, 0))
    return cells


@routes.get("/chiffres/membres/<code>")
def members_table(code: str) -> Response:
    """The intercommunalités of a département or a région, most populated first, with their intervals."""
    build = get_build()
    place = find_territory(build, code)
    if place is None or place.level not in ("departement", "region"):
        abort(404)
    rows, totals = read_positions(build), count_ranked(build, "epci")
    rows = rows[rows[place.level].eq(place.territory_code)]
    cells = [[_link(r["territory_code"], r["label"]), *_score_cells(r, totals)] for r in list_records(rows)]
    head = ["Intercommunalité", "Attractivité", "Rang", "Rayonnement", "Rang"]
    return write_table(f"Intercommunalités, {place.label}", head, cells)


@routes.get("/chiffres/liens/<code>/<kind>")
def ties_table(code: str, kind: str) -> Response:
    """Every tie of one kind of a territory and its members, with its years and its source."""
    build = get_build()
    place = find_territory(build, code)
    ties = group_ties(read_ties(build, place.level, place.territory_code)).get(kind) if place else None
    if place is None or ties is None:
        abort(404)
    return write_table(f"{KINDS[kind][0]}, {place.label}", HEAD, list_tie_cells(build, ties))


@routes.get("/chiffres/lignage/<code>/<indicator_code>")
def lineage(code: str, indicator_code: str) -> Response:
    """Where one figure of a territory comes from."""
    build = get_build()
    place = find_territory(build, code)
    one = next((i for i in get_site().catalogue.indicators if i.code == indicator_code), None)
    if place is None or one is None:
        abort(404)
    return Response(write_lineage(build, place, one), mimetype="text/html")


@routes.get("/publication")
def publication() -> Response:
    """Identity of the published build, for a page left open while another one is published."""
    answer = Response(json.dumps({"build_id": read_stamp(get_build()).build_id}), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _link(code: str, label: str) -> str:
    return f'<a href="/territoire/{html.escape(code)}">{html.escape(label)}</a>'
