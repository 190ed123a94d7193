"""The only module through which a view leaves the site: its sheet as a file, its figure as an image.

A page registers its view when it is imported; the routes and the note « Emporter » follow from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import Output, html
from dash.development.base_component import Component
from flask import Blueprint, Response, abort, request
from plotly.graph_objects import Figure

from dashboard.components import note
from dashboard.exports import Sheet, write_csv, write_notice, write_xlsx
from dashboard.imprint import Caption, imprint
from dashboard.queries import read_sources, read_stamp
from dashboard.reading import Reading, parse_reading
from dashboard.site import NAME, get_build, get_palette, get_site
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_day, pluralise

Args = Mapping[str, str]
FORMATS: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
IMAGES: Final = ("png", "svg")
SUFFIXES: Final = (*FORMATS, *IMAGES)

downloads = Blueprint("downloads", __name__)


@dataclass(frozen=True)
class View:
    """What may be taken away from a page.

    Attributes:
        code: Name in the addresses and in the files' names.
        title: Name on screen, and of the workbook's sheet.
        sheet: The rows on screen, from the page's own query.
        figure: The figure on screen; None where the page has none. A legend that the page writes beside its figure has
            to be drawn in this one.
        caption: Title and reading line of the image; the view's title alone when None.
    """

    code: str
    title: str
    sheet: Callable[[Build, Args], Sheet]
    figure: Callable[[Build, Palette, Args], Figure] | None = None
    caption: Callable[[Build, Args], Caption] | None = None


_views: dict[str, View] = {}


def register_view(
    code: str,
    *,
    title: str,
    sheet: Callable[[Build, Args], Sheet],
    figure: Callable[[Build, Palette, Args], Figure] | None = None,
    caption: Callable[[Build, Args], Caption] | None = None,
) -> None:
    """Declare what a page lets its reader take away (see `View`); called by the page's module when it is imported."""
    _views[code] = View(code, title, sheet, figure, caption)


def notice_of(build: Build, args: Args, shown: str, *more: str) -> list[str]:
    """The notice of a sheet: edition, content, comparable territories, method, uncertainty, sources, licences.

    Args:
        build: The build.
        args: The page's query, for its level, edition and variant.
        shown: What the rows are, filters in words.
        more: Lines of the view's own, after what the rows are.
    """
    stamp, reading = read_stamp(build), _parse_reading(build, args)
    return write_notice(stamp, get_site().catalogue, read_sources(build), shown, *more, reading=reading)


def _parse_reading(build: Build, args: Args) -> Reading:
    return parse_reading(build, args.get("niveau") or "epci", args)


def _find_edition(build: Build, args: Args) -> int:
    return _parse_reading(build, args).edition or read_stamp(build).edition


def link_export(code: str, query: str, suffix: str) -> str:
    """Address of what is on screen as a file (`csv`, `xlsx`) or as the figure of an image (`png`, `svg`)."""
    path = f"/figure/{code}.json" if suffix in IMAGES else f"/export/{code}.{suffix}"
    return f"{path}?{query}" if query else path


def link_all(code: str, query: str) -> list[str]:
    """Addresses of every format of a view, in the order of `outputs`."""
    return [link_export(code, query, suffix) for suffix in _list_suffixes(code)]


def outputs(code: str) -> list[Output]:
    """What a callback that changes the query writes: the addresses of `link_all`. The view is registered before."""
    return [Output(f"{code}-{suffix}", "href") for suffix in _list_suffixes(code)]


def take_away(code: str, query: str) -> Component:
    """The note « Emporter »: the numbers as files, and the figure as an image where the view has one."""
    words = {"csv": "Tableau, CSV", "xlsx": "Tableau, XLSX", "png": "Image, PNG", "svg": "Image, SVG"}
    links = [html.Li(_link(code, query, suffix, words[suffix])) for suffix in _list_suffixes(code)]
    return note(
        "Emporter",
        html.Ul(links, className="take-away"),
        html.P("Chaque fichier dit ses sources, l’édition et la méthode.", className="small"),
    )


def _list_suffixes(code: str) -> tuple[str, ...]:
    return SUFFIXES if _views[code].figure else tuple(FORMATS)


def _link(code: str, query: str, suffix: str, words: str) -> Component:
    data: dict[str, Any] = {"data-image": suffix} if suffix in IMAGES else {}
    return html.A(words, href=link_export(code, query, suffix), id=f"{code}-{suffix}", download="", **data)


@downloads.get("/export/<code>.<suffix>")
def export(code: str, suffix: str) -> Response:
    """A view as CSV or XLSX, with its notice."""
    view, mimetype = _views.get(code), FORMATS.get(suffix)
    if view is None or mimetype is None:
        abort(404)
    build, args = get_build(), request.args.to_dict()
    sheet = view.sheet(build, args)
    body = write_csv(sheet) if suffix == "csv" else write_xlsx(sheet, view.title)
    name = f"{sheet.name or code}-{_find_edition(build, args)}.{suffix}"
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@downloads.get("/figure/<code>.json")
def figure(code: str) -> Response:
    """The figure of a view as an image is drawn from it, always on light paper, with the name of the file."""
    view = _views.get(code)
    if view is None or view.figure is None:
        abort(404)
    build, palette, args = get_build(), get_palette("light"), request.args.to_dict()
    caption = view.caption(build, args) if view.caption else Caption(view.title)
    edition = _find_edition(build, args)
    printed = imprint(view.figure(build, palette, args), caption, _tell_source(build, edition), palette)
    name = json.dumps(f"{code}-{edition}")
    return Response(f'{{"name":{name},"figure":{printed.to_json()}}}', mimetype="application/json")


def _tell_source(build: Build, edition: int) -> str:
    sources = pluralise(len(read_sources(build)), "source ouverte", "sources ouvertes")
    day = format_day(read_stamp(build).created_at)
    return f"Source{FIXED}: {NAME}, d’après {sources}, édition {edition}, calculée le {day}"
