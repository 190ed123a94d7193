"""The only module that says in words how ranks move under a reader's own choices."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.queries import list_records
from dashboard.rankings import address_of
from dashboard.rescoring import Shift
from dashboard.words import FIXED, NARROW, format_number, format_ordinal, pluralise, say_places


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
