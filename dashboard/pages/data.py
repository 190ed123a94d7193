"""Données: where the figures come from, what each series is, what the tables of a build hold."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components import labelled, link_source, named_cell, scroll_table
from dashboard.dictionary import HEAD, TABLES, lay_out, list_series, list_tables
from dashboard.downloads import register_view, take_away
from dashboard.method_sources import tell_sources
from dashboard.queries import read_stamp
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_day, format_number, pluralise, punctuate
from indicators.catalogue import Catalogue

register_page(__name__, path="/donnees", name="Données", order=9, title=title_page("Données"))

VIEW = "donnees"
SECTIONS = {"sources": "Sources", "series": "Dictionnaire des séries", "tables": "Tables", "licences": "Licences"}
TABLE_HEAD: Final = ("Table", "Une ligne est", "Colonnes", "Lignes")


def layout(**_: str) -> Component:
    """Sources, series, tables, licences, on one page."""
    build, site = get_build(), get_site()
    stamp = read_stamp(build)
    return html.Div(
        [
            html.H1("Les données"),
            html.P(
                f"Des données ouvertes françaises et européennes, chargées le {format_day(stamp.created_at)}. Aucun "
                "chiffre n’est saisi dans l’outil sans sa source.",
                className="lead",
            ),
            html.Div(
                [
                    html.Div([_contents(), take_away(VIEW, "")], className="toc-holder"),
                    html.Div(
                        [
                            tell_sources(build, site.raw),
                            _tell_series(build, site.catalogue),
                            _tell_tables(build),
                            _tell_licences(),
                        ],
                        className="method-body",
                    ),
                ],
                className="method-plate",
            ),
        ],
        className="page method",
    )


def _contents() -> Component:
    links = [html.Li(html.A(label, href=f"#{anchor}")) for anchor, label in SECTIONS.items()]
    return html.Nav(html.Ul(links), className="toc", **labelled("Sommaire"))


def _tell_series(build: Build, catalogue: Catalogue) -> Component:
    rows = list_series(build, catalogue)
    body = [
        html.Tr(
            [
                html.Th([row["Série"], html.Span(row["Code"], className="sub")], scope="row"),
                html.Td(row["Unité"]),
                html.Td(row["Années"]),
                named_cell("Intercommunalités", row["Intercommunalités"], "number"),
                html.Td(row["Agrégation"]),
                html.Td(link_source(row["source_code"], row["Source"])),
                named_cell("Sert à", row["Sert à"] or "aucun indicateur"),
            ],
            id=f"serie-{row['Code']}",
        )
        for row in rows
    ]
    head = tuple(name for name in HEAD if name != "Code")
    return html.Section(
        [
            html.H2(SECTIONS["series"]),
            html.P(
                punctuate(
                    f"{pluralise(len(rows), 'série')} : une colonne publiée, renommée, suivie d’année en année. Ce qui "
                    "s’additionne est gardé à la commune et sommé ; ce qui ne s’additionne pas vient de chaque niveau."
                )
            ),
            html.Div(scroll_table(head, body, "Dictionnaire des séries"), className="stacked dictionary"),
        ],
        id="series",
    )


def _tell_tables(build: Build) -> Component:
    body = [
        html.Tr(
            [
                html.Th(html.Code(table["name"]), scope="row"),
                named_cell(TABLE_HEAD[1], punctuate(TABLES.get(table["name"], ""))),
                named_cell(TABLE_HEAD[2], ", ".join(table["columns"]), "technical"),
                named_cell(TABLE_HEAD[3], format_number(table["rows"]), "number"),
            ]
        )
        for table in list_tables(build)
    ]
    return html.Section(
        [
            html.H2(SECTIONS["tables"]),
            html.P(
                f"Chaque édition est un fichier DuckDB{FIXED}: l’administrateur de l’outil peut le confier à qui veut "
                "refaire les calculs."
            ),
            html.Div(scroll_table(TABLE_HEAD, body, "Tables d’une édition"), className="stacked"),
        ],
        id="tables",
        className="prose",
    )


def _tell_licences() -> Component:
    return html.Section(
        [
            html.H2(SECTIONS["licences"]),
            html.P(
                punctuate(
                    "Chaque chiffre reste sous la licence de son producteur, dite sur la page de sa source et dans les "
                    "fichiers emportés. Pour le réutiliser, citez le producteur, l’année et cet outil. Le logiciel est "
                    "libre (licence MIT)."
                )
            ),
        ],
        id="licences",
        className="prose",
    )


register_view(VIEW, title="Dictionnaire des séries", sheet=lay_out)
