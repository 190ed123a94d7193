"""What leaves a territory's page as a paper: the Word document, the slides, and the figure of the printed page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort

from dashboard.brief import Brief, read_brief
from dashboard.positions import find_peers
from dashboard.print_position import draw_spot, find_spot
from dashboard.routing import find_territory
from dashboard.site import get_build, get_site
from dashboard.slides import write_pptx
from dashboard.word_document import write_docx

papers = Blueprint("papers", __name__)
OFFICE: Final = "application/vnd.openxmlformats-officedocument"
WRITERS: Final[dict[str, tuple[Callable[[Brief], bytes], str]]] = {
    "docx": (write_docx, f"{OFFICE}.wordprocessingml.document"),
    "pptx": (write_pptx, f"{OFFICE}.presentationml.presentation"),
}


@papers.get("/territoire/<code>/fiche.<suffix>")
def paper(code: str, suffix: str) -> Response:
    """The fiche of a territory, to be finished by hand."""
    build = get_build()
    place = find_territory(build, code)
    if place is None or suffix not in WRITERS:
        abort(404)
    write, mimetype = WRITERS[suffix]
    brief = read_brief(build, get_site().catalogue, place)
    name = f"fiche-{code}-{brief.edition}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(brief), mimetype=mimetype, headers=headers)


@papers.get("/territoire/<code>/position.svg")
def position(code: str) -> Response:
    """Where the territory stands in the quadrant, as the printed page shows it."""
    build = get_build()
    place = find_territory(build, code)
    spot = find_spot(build, place, find_peers(build, place)) if place else None
    if spot is None:
        abort(404)
    return Response(draw_spot(spot), mimetype="image/svg+xml")
