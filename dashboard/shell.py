"""The frame of every page: the document around it, the slim header, the footer."""

from __future__ import annotations

from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import labelled, territory_search
from dashboard.queries import read_sources, read_stamp
from dashboard.site import get_build, get_palette
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
            html.Nav(html.Ul(links), **labelled("Vues"), className="views"),
            html.Button("Sombre", id="theme", className="theme", type="button", title="Passer en sombre ou en clair"),
        ],
        className="header",
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
    stale = [source["title"] for source in sources if source["state"] == "stale"]
    told = f"{pluralise(len(stale), 'source')} en attente{FIXED}: {', '.join(stale)}." if stale else "Toutes à jour."
    return html.Footer(
        [
            html.P(
                [
                    f"Édition {stamp.edition}, calculée le {format_day(stamp.created_at)}, d’après ",
                    f"{pluralise(len(sources), 'source ouverte', 'sources ouvertes')}. {told} ",
                    dcc.Link("Sources, licences et méthode", href="/methode"),
                    ".",
                ]
            ),
            html.P("Logiciel libre (licence MIT). Les chiffres restent sous la licence de leurs producteurs."),
        ],
        className="footer",
        id="pied",
        title=stamp.build_id,
    )
