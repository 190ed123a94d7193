"""The only module that assembles the application: Dash, its pages, its routes, its headers."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

import flask
from dash import Dash
from flask_compress import Compress

from dashboard.answers import keep_answers
from dashboard.compare_tables import compare_tables
from dashboard.downloads import downloads
from dashboard.evolution_tables import evolution_tables
from dashboard.gap_tables import gap_tables
from dashboard.map_tables import map_tables
from dashboard.papers import papers
from dashboard.position_tables import position_tables
from dashboard.routes import routes
from dashboard.routing import is_known
from dashboard.shell import DESCRIPTION, DOCUMENT, WAITING, layout
from dashboard.site import KEY, NAME, Site, get_build
from dashboard.tables import tables
from dashboard.territory_tables import territory_tables
from dashboard.warehouse import Warehouse
from etl.errors import BuildError
from etl.paths import default_paths
from indicators.catalogue import Catalogue, load_catalogue

BLUEPRINTS: Final = (
    routes, tables, downloads, compare_tables, evolution_tables, gap_tables, map_tables, position_tables,
    papers, territory_tables,
)  # fmt: skip
HERE: Final = Path(__file__).resolve().parent
COMPRESSED: Final = [
    "text/html", "text/css", "text/csv", "text/javascript", "application/javascript", "application/json",
    "application/geo+json", "image/svg+xml",
]  # fmt: skip


class _French(Dash):
    """Dash, whose own words before the first page are ours."""

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        """The document; Dash calls this."""
        parts["app_entry"] = f'<div id="react-entry-point"><p class="waiting">{WAITING}</p></div>'
        document: str = super().interpolate_index(**parts)  # type: ignore[no-untyped-call]
        return document


def create_app(warehouse: Path, *, catalogue: Catalogue | None = None, geo: Path | None = None) -> Dash:
    """The dashboard over a folder of builds; its WSGI server is `.server`.

    Args:
        warehouse: Folder where `current` points to the published build. It may change while serving.
        catalogue: The index as declared; the product's own by default.
        geo: Folder of the contours for display; the product's own by default.
    """
    server = flask.Flask("dashboard")
    server.config |= {"COMPRESS_MIMETYPES": COMPRESSED, "COMPRESS_BR_LEVEL": 5}
    server.extensions[KEY] = Site(Warehouse(warehouse), catalogue or load_catalogue(), geo or default_paths().geo)
    for blueprint in BLUEPRINTS:
        server.register_blueprint(blueprint)
    keep_answers(server)
    Compress(server)
    app = _French(
        "dashboard",
        server=server,  # type: ignore[arg-type]  # its annotation forgets what its documentation says
        use_pages=True,
        pages_folder=str(HERE / "pages"),
        assets_folder=str(HERE / "assets"),
        assets_ignore=r"scheme\.js",  # loaded by the document itself, before everything else
        index_string=DOCUMENT,
        title=NAME,
        update_title="",
        description=DESCRIPTION,
        suppress_callback_exceptions=True,
        serve_locally=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = layout
    server.after_request(functools.partial(_finish, app))
    return app


def _finish(app: Dash, response: flask.Response) -> flask.Response:
    """Give an unknown page its status, and every answer the headers that keep it at home."""
    if response.mimetype == "text/html" and _is_page(flask.request):
        response.status_code = _find_status(flask.request.path)
        response.headers["Content-Security-Policy"] = _write_policy(app)
    if response.is_streamed and response.mimetype in COMPRESSED:
        response.direct_passthrough = False
        response.make_sequence()  # a file compressed as it streams would never be closed
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def _is_page(request: flask.Request) -> bool:
    """Whether the answer is the document that Dash gives for any address."""
    return request.url_rule is not None and request.url_rule.rule in ("/", "/<path:path>")


def _find_status(path: str) -> int:
    try:
        return 200 if is_known(get_build(), path) else 404
    except BuildError:
        return 503


def _write_policy(app: Dash) -> str:
    """Nothing may be fetched from elsewhere; inline scripts are those of Dash, by their digest.

    Dash registers them before its first answer: the digests are read after it.
    """
    scripts = " ".join(app.csp_hashes())
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )
