"""The part of the method that tells the state of the sources: the same figures as `make status`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import fetched_table, named_cell, scroll_table
from dashboard.evidence import say_years
from dashboard.reasons import say_cause, say_next
from dashboard.status import count_refused, list_waiting, read_statuses
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, STATES, format_day, format_measure, format_number, pluralise, punctuate
from etl.status import list_absent

HEAD = (
    "Source", "État", "Édition", "Vue le", "Prochaine édition", "Lignes lues", "Retenues", "Refusées", "Hors champ",
    "Territoires", "Population",
)  # fmt: skip


def sum_up_sources(build: Build, raw: Any) -> Component:
    """The state of the sources in a sentence; the page of the data has them one by one."""
    said = _say_states(build, len(read_statuses(build, raw)))
    lead = dcc.Link("Les données, source par source", href="/donnees")
    return html.Section([html.H2("Sources"), html.P([said, " ", lead, "."])], id="sources")


def tell_sources(build: Build, raw: Any) -> Component:
    """Every source with its state, its rows, its coverage; each leads to its page."""
    rows = read_statuses(build, raw)
    said = html.P(_say_states(build, len(rows)))
    return html.Section([html.H2("Sources"), said, *_tell_rows(rows)], id="sources")


def _tell_rows(rows: list[dict[str, Any]]) -> list[Component]:
    excluded = sum(int(row["rows_excluded"] or 0) for row in rows)
    return [
        html.P(
            punctuate(
                "Sans lieu : lignes refusées dont le lieu est introuvable ou douteux. Hors champ : lignes écartées "
                "à dessein, comme l’étranger ou l’outre-mer. Territoires : intercommunalités qui ont au moins un "
                "chiffre de la source ; population : part des habitants qui y vivent."
            ),
            className="small",
        ),
        html.Div(scroll_table(HEAD, [_row(row) for row in rows], "Sources chargées"), className="stacked"),
        *_say_absent(rows),
        html.Div(
            fetched_table(
                f"Lignes hors champ, par motif ({format_number(excluded)})",
                "Ces lignes ne parlent pas des territoires de l’outil, ou compteraient deux fois la même chose.",
                "/chiffres/hors-champ",
            ),
            className="folds",
        ),
    ]


def _say_states(build: Build, count: int) -> str:
    waiting, refused = len(list_waiting(build)), count_refused(build)
    state = (
        f"{pluralise(waiting, 'source garde', 'sources gardent')} d’anciens chiffres" if waiting else "toutes à jour"
    )
    lines = pluralise(refused, "ligne refusée", "lignes refusées")
    return f"{pluralise(count, 'source')}, {state}. {lines} par les contrôles, listées sur la page de leur source."


def _say_absent(rows: list[dict[str, Any]]) -> list[Component]:
    """The sources that are known and have never given a figure here."""
    titles = [card.title for card in list_absent(row["source_code"] for row in rows)]
    if not titles:
        return []
    told = f"Jamais chargées, et donc sans aucun chiffre ici{FIXED}: {f'{NARROW}; '.join(titles)}."
    return [html.P(told, className="small", id="sources-absentes")]


def _row(row: dict[str, Any]) -> Component:
    cells: list[list[Component | str]] = [
        _say_state(row),
        _with_sub(row["vintage"], _say_years(row)),
        _with_sub(format_day(dt.date.fromisoformat(row["retrieved_at"])), _say_age(row["age_days"])),
        [say_next(row["next_edition"])],
    ]
    counts = [format_number(row[c]) for c in ("rows_read", "rows_kept", "rows_rejected", "rows_excluded", "epci")]
    numbers: list[Any] = [*counts, format_measure(row["population_pct"], "%", 1)]
    if row["unmatched"]:
        numbers[2] = _with_sub(numbers[2], f"{format_number(row['unmatched'])} sans lieu")
    if not row["epci"]:
        numbers[-2:] = ["", ""]
    named = html.Th(
        [
            dcc.Link(row["title"], href=f"/source/{row['source_code']}"),
            html.Span(f"{row['producer']}, {row['licence']}", className="sub"),
        ],
        scope="row",
    )
    told = [named_cell(HEAD[place + 1], cell) for place, cell in enumerate(cells)]
    counted = [named_cell(HEAD[place + 1 + len(cells)], n, "number") for place, n in enumerate(numbers)]
    return html.Tr([named, *told, *counted], id=f"source-{row['source_code']}")


def _say_state(row: dict[str, Any]) -> list[Component | str]:
    return _with_sub(STATES.get(row["state"], row["state"]), say_cause(row["message"]))


def _with_sub(text: str, sub: str) -> list[Component | str]:
    return [text, html.Span(sub, className="sub")] if sub else [text]


def _say_years(row: dict[str, Any]) -> str:
    years = "" if pd.isna(row["first_year"]) else say_years(row["first_year"], row["last_year"])
    return "" if not years or years == row["vintage"] else f"chiffres {years}"


def _say_age(days: int) -> str:
    return "aujourd’hui" if days < 1 else f"il y a {pluralise(days, 'jour')}"
