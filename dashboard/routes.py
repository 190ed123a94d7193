"""What the server answers outside Dash: search, tables of the figures, contours, exports, status and headers."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, abort, request

from dashboard.components import score_words
from dashboard.exports import write_ranking
from dashboard.positions import compute_medians, name_quarters, parse_group
from dashboard.queries import (
    INDEX_CODES,
    count_scored,
    list_records,
    read_node,
    read_positions,
    read_sources,
    read_stamp,
)
from dashboard.rankings import filter_positions, say_filters
from dashboard.search import search_territories
from dashboard.site import LEVELS_DRAWN, get_build, get_site
from dashboard.words import ABSENT, format_number, name_nature

routes = Blueprint("routes", __name__)
FOR_EVER: Final = "public, max-age=31536000, immutable"
LONGEST_QUERY: Final = 100


@routes.get("/recherche")
def search() -> Response:
    """Territories for the search field, as small JSON."""
    found = search_territories(get_build(), request.args.get("q", "")[:LONGEST_QUERY])
    return Response(json.dumps([asdict(f) for f in found], ensure_ascii=False), mimetype="application/json")


@routes.get("/geo/<digest>/<level>.geojson")
def contours(digest: str, level: str) -> Response:
    """Contours of a level; the address holds their digest, so they may be kept for ever."""
    site = get_site()
    if level not in LEVELS_DRAWN or site.contours[level] != f"/geo/{digest}/{level}.geojson" or digest == "absent":
        abort(404)
    answer = Response((site.geo / f"{level}.geojson").read_bytes(), mimetype="application/geo+json")
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@routes.get("/chiffres/positions")
def positions_table() -> Response:
    """The numbers of the quadrant, the comparable territories first."""
    rows = read_positions(get_build())
    group = parse_group(request.args.get("groupe"))
    rows = rows.assign(quarter=name_quarters(rows, compute_medians(rows)))
    if group:
        rows = rows.assign(first=~group.find_members(rows)).sort_values("first", kind="stable")
    cells = [
        [_link(r["territory_code"], r["label"]), *_score_cells(r), r["quarter"] or ABSENT] for r in list_records(rows)
    ]
    head = ["Intercommunalité", "Attractivité", "Rang", "Rayonnement", "Rang", "Position"]
    return _table("Scores et rangs des intercommunalités", head, cells)


def _score_cells(row: dict[str, Any]) -> list[str]:
    cells = []
    for code in INDEX_CODES:
        cells += [format_number(row[f"{code}_score"]), format_number(row[f"{code}_rank"])]
    return cells


@routes.get("/chiffres/noeud/<node_code>")
def node_table(node_code: str) -> Response:
    """The numbers of the map of one node, best first."""
    build = get_build()
    total = count_scored(build).get(node_code)
    if total is None:
        abort(404)
    rows = read_positions(build)[["territory_code", "label", "nature"]]
    rows = rows.merge(read_node(build, node_code), on="territory_code", how="left").sort_values(
        ["rank", "label"], na_position="last"
    )
    cells = [
        [_link(str(r["territory_code"]), str(r["label"])), name_nature(str(r["nature"])), *score_words(r, total)]
        for _, r in rows.iterrows()
    ]
    return _table("Scores et rangs des intercommunalités", ["Intercommunalité", "Nature", "Score", "Rang"], cells)


@routes.get("/export/classement.csv")
def ranking_csv() -> Response:
    """The ranking as filtered on screen, with its notice."""
    build, nature, region = get_build(), request.args.get("nature"), request.args.get("region")
    rows = filter_positions(read_positions(build), nature=nature, region=region)
    text = write_ranking(
        rows.sort_values(["attractivite_rank", "label"], na_position="last"),
        stamp=read_stamp(build),
        catalogue=get_site().catalogue,
        sources=read_sources(build),
        shown=say_filters(build, len(rows), nature=nature, region=region),
    )
    name = f"classement-{read_stamp(build).edition}.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _link(code: str, label: str) -> str:
    return f'<a href="/territoire/{html.escape(code)}">{html.escape(label)}</a>'


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Response:
    """An HTML fragment; the first cell of each row is already a link, the others are escaped here."""
    columns = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in head)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{html.escape(c)}</td>" for c in row[1:]) + "</tr>"
        for row in rows
    )
    text = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
    return Response(text, mimetype="text/html")
