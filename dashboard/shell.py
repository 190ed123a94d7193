"""The frame of every page: the document around it, the slim header, the footer."""

from __future__ import annotations

from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import labelled, territory_search
from dashboard.intervals import link_interval
from dashboard.queries import read_sources, read_stamp
from dashboard.site import get_build, get_palette
from dashboard.status import Waiting, count_refused, list_waiting
from dashboard.theme import TEXT_FONT, TITLE_FONT
from dashboard.words import FIXED, format_day, pluralise
from etl.errors import BuildError

DOCUMENT: Final = """<!DOCTYPE html>
<html lang="fr">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="preload" href="/assets/fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2" as="font"
 type="font/woff2" crossorigin>
<link rel="preload" href="/assets/fonts/source-serif-4-latin-wght-normal.woff2" as="font" type="font/woff2" crossorigin>
<script src="/assets/early/scheme.js"></script>
{%favicon%}
{%css%}
</head>
<body>
<noscript><p class="lead">Cet outil a besoin de JavaScript pour dessiner ses figures.</p></noscript>
<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatch-ground" width="5" height="5"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="5"/>
</pattern></defs></svg>
{%app_entry%}
<div>{%config%}{%scripts%}{%renderer%}</div>
</body>
</html>"""
DESCRIPTION: Final = (
    "Où se situe chaque intercommunalité française en attractivité et en rayonnement, d’après les données ouvertes : "
    "deux indices, jamais fondus en un seul, et chaque chiffre relié à sa source."
)
KEPT: Final = "Territoires gardés"
STEPS: Final = (
    "Cherchez votre territoire.",
    "Lisez ses deux scores, leur intervalle.",
    "Remontez d’un chiffre à sa source.",
)
WAITING: Final = "Chargement…"
MOST_WAITING: Final = 3  # sources named in the footer without being asked
MANTINE: Final[dict[str, Any]] = {
    "fontFamily": TEXT_FONT,
    "headings": {"fontFamily": TITLE_FONT},
    "primaryColor": "dark",
    "defaultRadius": 2,
    "fontSizes": {"xs": "13px", "sm": "15px", "md": "15px", "lg": "18px", "xl": "24px"},
    "respectReducedMotion": True,
}


def layout() -> Component:
    """The whole frame; a function, so that each visit reads the published build."""
    frame: Component = dmc.MantineProvider(
        theme=MANTINE,
        defaultColorScheme="auto",
        children=[
            dcc.Location(id="go", refresh="callback-nav"),
            dcc.Store(id="scheme", data=get_palette().scheme),
            html.A("Aller au contenu", href="#contenu", className="skip"),
            _header(),
            _guide(),
            html.Main(dash.page_container, id="contenu", tabIndex=-1),
            _footer(),
        ],
    )
    return frame


def _header() -> Component:
    views = [page for page in dash.page_registry.values() if page.get("order") is not None]
    links = [
        html.Li(dcc.Link(page["name"], href=page["path"], className="view"))
        for page in sorted(views, key=lambda page: page["order"])
    ]
    return html.Header(
        [
            dcc.Link(_name(), href="/", className="name"),
            territory_search("recherche", "Chercher un territoire", "/territoire/"),
            _kept(),
            html.Button("Sombre", id="theme", className="theme", type="button", title="Passer en sombre ou en clair"),
            html.Nav(html.Ul(links), **labelled("Vues"), className="views"),
        ],
        className="header",
    )


def _kept() -> Component:
    """The territories that the reader keeps in this browser, which alone knows them."""
    told: dict[str, Any] = {"aria-expanded": "false", "aria-controls": "kept-list"}
    return html.Div(
        [
            html.Button("Gardés", id="kept-open", className="kept-open", type="button", title=KEPT, **told),
            html.Div(id="kept-list", className="kept-list", hidden=True, role="group", **labelled(KEPT)),
        ],
        className="kept",
    )


def _guide() -> Component:
    """The first visit's guide, which the reader closes once."""
    return html.Aside(
        [
            html.Ol([html.Li(step) for step in STEPS]),
            html.Button("J’ai compris", id="guide-close", type="button"),
        ],
        className="guide",
        **labelled("Premiers pas"),
    )


def _name() -> list[Component | str]:
    return [
        html.Span("Attractivité", className="attractivite"),
        html.Span("×", className="times"),
        html.Span("Rayonnement", className="rayonnement"),
    ]


def _footer() -> Component:
    try:
        build = get_build()
        stamp, sources = read_stamp(build), read_sources(build)
    except BuildError:
        return html.Footer(className="footer")
    return html.Footer(
        [
            html.P(
                [
                    f"Édition {stamp.edition}, calculée le {format_day(stamp.created_at)}, d’après ",
                    f"{pluralise(len(sources), 'source ouverte', 'sources ouvertes')}. ",
                    dcc.Link("Sources, licences et méthode", href="/methode"),
                    ". ",
                    link_interval(),
                    ".",
                ]
            ),
            *_tell_waiting(list_waiting(build)),
            html.P(_tell_refused(count_refused(build))),
            html.P(
                [
                    dcc.Link("Aide", href="/aide"),
                    ". ",
                    dcc.Link(f"Accessibilité{FIXED}: non conforme", href="/accessibilite"),
                    ". Logiciel libre (licence MIT). Les chiffres restent sous la licence de leurs producteurs.",
                ]
            ),
        ],
        className="footer",
        id="pied",
        title=stamp.build_id,
    )


def _tell_waiting(waiting: list[Waiting]) -> list[Component]:
    """The sources that keep former figures, with the day of these figures and why; folded when they are many."""
    if not waiting:
        return [html.P("Toutes les sources sont à jour.")]
    told = html.Ul([html.Li(_tell_one(one)) for one in waiting])
    count = pluralise(len(waiting), "source garde", "sources gardent")
    return [html.Details([html.Summary(f"{count} d’anciens chiffres"), told], open=len(waiting) <= MOST_WAITING)]


def _tell_one(one: Waiting) -> list[Component | str]:
    why = f", {one.cause}" if one.cause else ""
    return [
        dcc.Link(one.title, href=f"/source/{one.source_code}"),
        f"{FIXED}: chiffres du {format_day(one.retrieved_at)}{why}.",
    ]


def _tell_refused(count: int) -> list[Component | str]:
    if not count:
        return ["Aucune ligne refusée par les contrôles."]
    lines = pluralise(count, "ligne refusée", "lignes refusées")
    return [f"{lines} par les contrôles{FIXED}: ", dcc.Link("lesquelles et pourquoi", href="/donnees#sources"), "."]
