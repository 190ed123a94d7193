"""Source: the card of one source as it was loaded, what it brought, what was refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import fetched_table, scroll_table
from dashboard.dictionary import read_dictionary
from dashboard.queries import list_records, read_series, read_source
from dashboard.reasons import say_cause, say_reason
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.status import LONGEST_LIST, name_sources, read_rejections
from dashboard.unknown import say_unknown
from dashboard.warehouse import Build
from dashboard.words import FIXED, MODES, NARROW, STATES, format_day, format_number, pluralise

SENTENCE = "Ces lignes n’entrent dans aucun chiffre. Le fichier et le numéro de ligne sont ceux du producteur."


def title(code: str | None = None) -> str:
    """The source's title in the browser's tab."""
    card = read_source(get_build(), code or "")
    return title_page(str(card["title"]) if card else "Page introuvable")


register_page(__name__, path_template="/source/<code>", name="Source", title=title)


def layout(code: str | None = None, **_: str) -> Component:
    """The card of the source that the address names."""
    build = get_build()
    card = read_source(build, code or "")
    if card is None:
        return say_unknown(f"Aucune source ne porte le code «{FIXED}{code}{FIXED}».")
    return html.Div(
        [
            html.P("Source", className="overline"),
            html.H1(card["title"]),
            html.P(f"{card['producer']}. {_say_state(card)}", className="lead"),
            html.Dl([html.Div([html.Dt(t), html.Dd(d)]) for t, d in list_facts(build, card) if d], className="card"),
            *_tell_series(build, card),
            *_tell_indicators(build, card),
            *_tell_rejections(build, card),
        ],
        className="page",
    )


def _say_state(card: dict[str, Any]) -> str:
    cause = say_cause(card["message"])
    state = STATES.get(card["state"], card["state"]) + (f" ({cause})" if cause else "")
    return _start_upper(f"{state}, {MODES.get(card['mode'], card['mode'])}.")


def _start_upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def list_facts(build: Build, card: dict[str, Any]) -> list[tuple[str, Any]]:
    """The card in words, in the order read."""
    return [
        ("Licence", card["licence"]),
        ("Millésime", card["vintage"]),
        ("Récupérée le", format_day(card["retrieved_at"])),
        ("Lignes", _count_rows(build, card)),
        ("Message", html.Code(card["message"], lang="en", className="technical") if card["message"] else ""),
        ("À citer", card["citation"]),
        ("À savoir", card["note"]),
        ("Page du producteur", html.A(card["page"], href=card["page"], rel="noreferrer") if card["page"] else ""),
        ("Fichiers", html.Ul([html.Li(_name_file(f)) for f in card["files"] or []])),
        ("Empreinte SHA-256", html.Code(card["sha256"]) if card["sha256"] else ""),
    ]


def _name_file(file: dict[str, Any]) -> Component | str:
    return html.A(file["name"], href=file["url"], rel="noreferrer") if file.get("url") else file["name"]


def _count_rows(build: Build, card: dict[str, Any]) -> str:
    counts = [
        (card["rows_read"], "lue"),
        (card["rows_kept"], "retenue"),
        (card["rows_rejected"], "refusée"),
        (card["rows_excluded"], "hors champ"),
    ]
    told = [
        f"{format_number(n)}{FIXED}{w if n < 2 or w == 'hors champ' else w + 's'}" for n, w in counts if n is not None
    ]
    reasons = (card["excluded"] or {}).items()
    why = f"{NARROW}; ".join(f"{name_sources(build, reason)}{FIXED}: {format_number(n)}" for reason, n in reasons)
    return ", ".join(told) + (f" ({why})" if why else "")


def _tell_series(build: Build, card: dict[str, Any]) -> list[Component]:
    series = read_dictionary(build)
    rows = series[series["source_code"].eq(card["source_code"])]
    if rows.empty:
        return []
    body = [
        html.Tr(
            [
                html.Th(r["label"] or r["series_code"], scope="row"),
                html.Td(r["unit"]),
                html.Td(_say_years(r["first_year"], r["last_year"])),
                html.Td(format_number(r["territories"])),
            ]
        )
        for r in list_records(rows)
    ]
    return [
        html.H2("Ce qu’elle apporte"),
        scroll_table(("Série", "Unité", "Années", "Intercommunalités"), body, "Séries de la source"),
    ]


def _say_years(first: float, last: float) -> str:
    if pd.isna(first):
        return "n.d."
    return str(int(first)) if first == last else f"{int(first)}–{int(last)}"


def _tell_indicators(build: Build, card: dict[str, Any]) -> list[Component]:
    series = read_series(build)
    own = set(series.index[series["source_code"].eq(card["source_code"])])
    links = {
        i.code: html.Li(dcc.Link(i.label, href=f"/methode#indicateur-{i.code}"))
        for i in get_site().catalogue.indicators
        if own & set(i.series)
    }
    return [html.H2("Les indicateurs qui s’en servent"), html.Ul(list(links.values()))] if links else []


def _tell_rejections(build: Build, card: dict[str, Any]) -> list[Component]:
    rows = read_rejections(build, card["source_code"])
    if rows.empty:
        return [html.H2("Lignes refusées", id="refus"), html.P("Aucune.")]
    body = [
        html.Tr(
            [
                html.Th(_start_upper(say_reason(r["reason"])), scope="row"),
                html.Td(format_number(r["rows"]), className="number"),
                html.Td(_say_example(r)),
            ]
        )
        for r in list_records(rows)
    ]
    total = int(rows["rows"].sum())
    return [
        html.H2("Lignes refusées", id="refus"),
        html.P(f"{pluralise(total, 'ligne refusée', 'lignes refusées')}, avec leur motif."),
        scroll_table(("Motif", "Lignes", "Exemple"), body, "Lignes refusées, par motif"),
        html.Div(
            fetched_table(_name_list(total), SENTENCE, f"/chiffres/refus/{card['source_code']}"), className="folds"
        ),
    ]


def _name_list(total: int) -> str:
    if total > LONGEST_LIST:
        return f"Voir les {format_number(LONGEST_LIST)} premières, une à une"
    return "Voir chaque ligne"


def _say_example(row: dict[str, Any]) -> str:
    line = f", ligne {format_number(row['line'])}" if pd.notna(row["line"]) else ""
    column = f", {row['column']}" if row["column"] else ""
    return f"{row['file'] or ''}{line}{column}{FIXED}: {row['value'] or 'vide'}"
