"""The tables that evolution fetches when they are opened: a series, ranks, the stability of every series."""

from __future__ import annotations

from html import escape

import pandas as pd
from flask import Blueprint, Response, abort, request

from dashboard.evolutions import find_field, find_series, list_lines, parse_asked
from dashboard.fragments import write_table
from dashboard.histories import compute_medians, pick_history, read_past, read_series_years
from dashboard.queries import list_records, read_source
from dashboard.site import get_build
from dashboard.stability_section import SERIES_HEAD, decay_rows, series_rows
from dashboard.standings import list_levels
from dashboard.warehouse import Build
from dashboard.words import ABSENT, STATUSES, format_number, format_ordinal

evolution_tables = Blueprint("evolution_tables", __name__)
BIG = 1000.0  # from which decimals say nothing


@evolution_tables.get("/chiffres/evolution/serie")
def series_table() -> Response:
    """The raw series, year by year, each figure with its status, and the median with how many it is of."""
    build = get_build()
    asked = parse_asked(build, request.args)
    series = find_series(build, asked)
    if series is None:
        abort(404)
    years = read_series_years(build, asked.chosen.level, series.code)
    history = pick_history(years, asked.chosen.places)
    found = compute_medians(years, find_field(build, asked.chosen).members)
    medians = {int(r["year"]): (float(r["median"]), int(r["count"])) for r in list_records(found)}
    told = {(int(r["year"]), int(r["place"])): r for r in list_records(history)}
    shown = sorted({*history["year"].astype(int), *medians}, reverse=True)
    count = len(asked.chosen.places)
    rows = [
        [str(year), *(_say_figure(told.get((year, at))) for at in range(count)), _say_median(medians, year)]
        for year in shown
    ]
    head = ("Année", *(place.label for place in asked.chosen.places), "Médiane des comparables")
    return write_table(f"{series.label} ({series.unit}). {_say_sources(build, history)}", head, rows)


def _say_figure(row: dict[str, object] | None) -> str:
    if row is None:
        return ABSENT
    status = STATUSES.get(str(row["status"]), "")
    if row["status"] == "secret":
        return status
    return ", ".join(part for part in (format_figure(float(str(row["value"]))), status) if part)


def format_figure(value: float) -> str:
    """A figure whose series does not say how fine it is: one decimal below a thousand, unless it is whole."""
    return format_number(value, 0 if pd.isna(value) or value.is_integer() or abs(value) >= BIG else 1)


def _say_median(medians: dict[int, tuple[float, int]], year: int) -> str:
    """The median, and how many figures it is of."""
    median, count = medians.get(year, (float("nan"), 0))
    return f"{format_figure(median)} ({format_number(count)})" if count else ABSENT


def _say_sources(build: Build, history: pd.DataFrame) -> str:
    cards = [read_source(build, str(code)) for code in dict.fromkeys(history["source_code"])]
    titles = ", ".join(str(card["title"]) for card in cards if card)
    return f"Source : {titles}" if titles else ""


@evolution_tables.get("/chiffres/evolution/rangs")
def ranks_table() -> Response:
    """The ranks of the bump chart, the chosen territories first."""
    build = get_build()
    asked = parse_asked(build, request.args)
    editions = read_past(build, asked.chosen.level, asked.noeud).editions
    if not editions:
        abort(404)
    lines, total = list_lines(build, asked)
    ordered = sorted(lines, key=lambda line: (line.place is None, line.place or 0))
    rows = [
        [escape(line.name), *(ABSENT if pd.isna(rank) else format_ordinal(int(rank)) for rank in line.ranks)]
        for line in ordered
    ]
    caption = f"Rangs de l’indice rétrospectif, sur {format_number(total)} territoires, sans intervalle"
    return write_table(caption, ("Territoire", *(str(year) for year in editions)), rows)


@evolution_tables.get("/chiffres/evolution/tau/<level>")
def tau_table(level: str) -> Response:
    """Tau of each edition with the first one and with the one before, by index."""
    build = get_build()
    if level not in list_levels(build):
        abort(404)
    head, rows = decay_rows(build, level)
    return write_table("Tau de Kendall entre éditions de l’indice rétrospectif", head, rows)


@evolution_tables.get("/chiffres/evolution/stabilite/<level>")
def stability_table(level: str) -> Response:
    """How far the order given by each raw series persists."""
    build = get_build()
    if level not in list_levels(build):
        abort(404)
    rows = [[escape(row[0]), *row[1:]] for row in series_rows(build, level)]
    return write_table("Stabilité de l’ordre, chiffre par chiffre, du premier au dernier millésime", SERIES_HEAD, rows)
