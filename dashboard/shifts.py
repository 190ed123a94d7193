"""The only module that says in words how ranks move under a reader's own choices."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.queries import INDEX_CODES, list_records, read_place
from dashboard.rankings import address_of
from dashboard.rescoring import Shift, list_moved, measure_shift
from dashboard.warehouse import Build
from dashboard.what_if_address import Asked
from dashboard.words import FIXED, LEVELS, NARROW, format_number, format_ordinal, pluralise, say_places
from indicators.catalogue import Catalogue


def say_shift(shift: Shift, plural: str) -> str:
    """How far the order of an index moves, in a sentence."""
    if not shift.ranked:
        return "Aucun territoire n’est classé dans les deux cas."
    if not shift.moved:
        return "Aucune place ne change."
    moved = f"{format_number(shift.far)} se {'déplacent' if shift.far > 1 else 'déplace'}"
    beyond = f"{format_number(shift.beyond)} {'sortent' if shift.beyond > 1 else 'sort'}"
    return (
        f"Sur {format_number(shift.ranked)}{FIXED}{plural}, {moved} de plus d’un dixième du classement{NARROW}; "
        f"{beyond} de l’intervalle publié. Corrélation des deux ordres (tau de Kendall){FIXED}: "
        f"{format_number(shift.tau, 2)}."
    )


def say_place(row: pd.Series[Any], index: str) -> str:
    """« 15ᵉ au lieu de 12ᵉ, entre la 9ᵉ et la 17ᵉ place : dans l’intervalle publié »."""
    now, was = row[f"{index}_rank"], row[f"{index}_was_rank"]
    if pd.isna(now) or pd.isna(was):
        return "sans rang, trop de données manquent."
    low, high = row[f"{index}_was_rank_low"], row[f"{index}_was_rank_high"]
    published = f"{format_ordinal(int(was))} rang publié"
    if pd.isna(low) or pd.isna(high):
        return f"{format_ordinal(int(now))}, {published}."
    verdict = "dans l’intervalle publié" if low <= now <= high else "au-delà de l’intervalle publié"
    return (
        f"{format_ordinal(int(now))} (score {format_number(row[f'{index}_score'])}){NARROW}; publié{FIXED}: "
        f"{format_ordinal(int(was))}, {say_places(low, high)}. C’est {verdict}."
    )


def list_shifts(title: str, rows: pd.DataFrame, index: str) -> list[Component]:
    """The territories that move most, one line each: name, places, from where to where."""
    if rows.empty:
        return []
    lines = [
        html.Li(
            [
                dcc.Link(str(row["label"]), href=f"/territoire/{address_of(row)}"),
                html.Span(_say_move(row, index), className="quiet"),
            ]
        )
        for row in list_records(rows)
    ]
    return [html.H4(title), html.Ul(lines, className="moves")]


def _say_move(row: dict[str, Any], index: str) -> str:
    gained = int(row[f"{index}_gained"])
    places = pluralise(abs(gained), "place")
    sign = "+" if gained > 0 else "−"
    was, low, high = (row[f"{index}_was_{end}"] for end in ("rank", "rank_low", "rank_high"))
    told = say_places(low, high, briefly=True)
    between = f" ({told})" if told else ""
    now = format_ordinal(int(row[f"{index}_rank"]))
    return f" {sign}{places}{FIXED}: {now} au lieu de {format_ordinal(int(was))}{between}"


def tell_changes(build: Build, catalogue: Catalogue, asked: Asked, rows: pd.DataFrame) -> list[Component]:
    """What moved: the territory followed first, then by index how far the order moves, and who moves most."""
    followed = _tell_followed(build, catalogue, asked, rows)
    if asked.choices.is_default:
        default = html.P("Rien n’a changé encore. Déplacez un poids.", className="small")
        return [html.Section([html.H2("Ce qui change"), *followed, default], className="sheet-section")]
    columns = [_tell_index(catalogue, asked, rows, code) for code in INDEX_CODES if f"{code}_gained" in rows]
    body = [html.H2("Ce qui change"), *followed, html.Div(columns, className="two-columns")]
    return [html.Section(body, className="sheet-section")]


def _tell_followed(build: Build, catalogue: Catalogue, asked: Asked, rows: pd.DataFrame) -> list[Component]:
    place = read_place(build, asked.niveau, asked.territoire) if asked.territoire else None
    if place is None:
        return []
    row = rows[rows["territory_code"].eq(place.territory_code)].iloc[0]
    lines = [
        html.Li([html.Strong(index.label, className=index.code), f"{FIXED}: {say_place(row, index.code)}"])
        for index in catalogue.indices
        if f"{index.code}_gained" in rows
    ]
    return [
        html.H3(dcc.Link(place.label, href=f"/territoire/{asked.chosen}")),
        html.Ul(lines, className="sentences"),
    ]


def _tell_index(catalogue: Catalogue, asked: Asked, rows: pd.DataFrame, code: str) -> Component:
    index = catalogue.find_index(code)
    up, down = (list_moved(rows, code, up=way) for way in (True, False))
    return html.Div(
        [
            html.H3(index.label, className=code),
            html.P(say_shift(measure_shift(rows, code), LEVELS[asked.niveau][1])),
            *list_shifts("Gagnent le plus de places", up, code),
            *list_shifts("En perdent le plus", down, code),
        ]
    )
