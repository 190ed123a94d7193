"""The tables that the comparison fetches when they are opened: every node in figures, every raw figure of a pillar."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
from flask import Blueprint, Response, abort, request

from dashboard.chosen import Chosen, parse_chosen, write_code
from dashboard.components import score_words
from dashboard.evidence import find_sources, say_years
from dashboard.fragments import write_table
from dashboard.queries import Place, read_observations, read_source
from dashboard.reading import parse_reading
from dashboard.sides import Node, list_indicators, list_nodes, pick_node, read_sides
from dashboard.site import get_build, get_site
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import ABSENT, FIXED, STATUSES, format_number, format_rank, punctuate
from indicators.catalogue import Indicator

compare_tables = Blueprint("compare_tables", __name__)


@compare_tables.get("/chiffres/comparer")
def nodes_table() -> Response:
    """Score and rank of each territory on the indices and their pillars."""
    build, catalogue = get_build(), get_site().catalogue
    chosen = _read_chosen(build)
    reading = parse_reading(build, chosen.level, request.args)
    sides, totals = read_sides(build, chosen, reading), count_ranked(build, chosen.level, reading)
    cells = [
        [_head(node), *(_say_standing(row, totals.get(node.code, 0)) for row in _rows(sides, node, chosen))]
        for index in catalogue.indices
        for node in list_nodes(catalogue, index.code)
    ]
    return write_table("Scores et rangs, côte à côte", ["Indice ou pilier", *(p.label for p in chosen.places)], cells)


@compare_tables.get("/chiffres/comparer/<pillar_code>")
def figures_table(pillar_code: str) -> Response:
    """Every raw figure of a pillar, territory by territory, with unit, year, status and source."""
    build, catalogue = get_build(), get_site().catalogue
    if pillar_code not in {pillar.code for pillar in catalogue.pillars}:
        abort(404)
    chosen = _read_chosen(build)
    reading = parse_reading(build, chosen.level, request.args)
    sides, totals = read_sides(build, chosen, reading), count_ranked(build, chosen.level, reading)
    lines = [
        _write_line(build, catalogue.find_indicator(node.code), node, _rows(sides, node, chosen), chosen, totals)
        for node in list_indicators(catalogue, chosen.level, pillar_code)
    ]
    return Response(_write_figures(chosen, lines, catalogue.find_pillar(pillar_code).label), mimetype="text/html")


def _read_chosen(build: Build) -> Chosen:
    chosen = parse_chosen(build, request.args)
    if not chosen.places:
        abort(404)
    return chosen


def _rows(sides: pd.DataFrame, node: Node, chosen: Chosen) -> list[pd.Series[Any]]:
    rows = pick_node(sides, node.code, len(chosen.places))
    return [rows.iloc[place] for place in range(len(chosen.places))]


def _head(node: Node) -> str:
    label = escape(node.label)
    return f'<strong class="{node.index}">{label}</strong>' if node.kind == "index" else label


def _say_standing(row: pd.Series[Any], total: int) -> str:
    if "score" not in row or pd.isna(row["score"]):
        return ABSENT
    return f"{FIXED}; ".join(score_words(row, total))


def _write_figures(chosen: Chosen, lines: Sequence[str], label: str) -> str:
    names = "".join(f'<th scope="col">{write_mark(place)} {_link(one)}</th>' for place, one in enumerate(chosen.places))
    said = escape(f"Chiffres du pilier {label}, côte à côte")
    return (
        f'<div class="scroll sides" tabindex="0" role="region" aria-label="{said}">'
        f'<table><thead><tr><th scope="col">Chiffre, unité et source</th>{names}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _link(place: Place) -> str:
    return f'<a href="/territoire/{escape(write_code(place))}">{escape(place.label)}</a>'


def write_mark(place: int) -> str:
    """The shape of a territory, by its order."""
    return f'<span class="mark mark-{place + 1}" aria-hidden="true"></span>'


def _write_line(
    build: Build,
    one: Indicator,
    node: Node,
    rows: Sequence[pd.Series[Any]],
    chosen: Chosen,
    totals: dict[str, int],
) -> str:
    cells = "".join(
        _write_cell(build, one, row, place, at, totals.get(one.code, 0))
        for at, (row, place) in enumerate(zip(rows, chosen.places, strict=True))
    )
    sources = ", ".join(_list_sources(build, one, chosen.places))
    told = f'<span class="sub">{escape(punctuate(one.unit))}</span><span class="sub">{sources}</span>'
    return f'<tr><th scope="row">{escape(one.label)}{told}{_write_strip(node, rows)}</th>{cells}</tr>'


def _list_sources(build: Build, one: Indicator, places: Sequence[Place]) -> list[str]:
    codes: dict[str, None] = {}
    for place in places:
        observed = read_observations(build, place.territory_code, place.level)
        codes |= dict.fromkeys(find_sources(build, one, observed[observed["series_code"].isin(one.series)]))
    cards = [(code, read_source(build, code)) for code in codes]
    return [f'<a href="/source/{escape(code)}">{escape(str(card["title"]))}</a>' for code, card in cards if card]


def _write_strip(node: Node, rows: Sequence[pd.Series[Any]]) -> str:
    """The scores on one axis from 1 to 100, each with its shape; the figures beside it say the same."""
    marks = "".join(
        f'<span class="mark mark-{at + 1}" style="left:{row["score"]:.1f}%"></span>'
        for at, row in enumerate(rows)
        if "score" in row and pd.notna(row["score"])
    )
    return f'<span class="strip {node.index}" aria-hidden="true">{marks}</span>' if marks else ""


def _write_cell(build: Build, one: Indicator, row: pd.Series[Any], place: Place, at: int, total: int) -> str:
    lead = f'<td><span class="side-name">{write_mark(at)} {escape(place.label)}</span>'
    if "value" not in row or pd.isna(row["value"]):
        why = STATUSES["secret"] if _is_secret(build, one, place) else "donnée absente"
        return f'{lead}<span class="figure-value quiet">{ABSENT}</span><span class="sub">{why}</span></td>'
    value = format_number(row["value"], one.decimals)
    status = STATUSES.get(str(row["status"]), "")
    years = say_years(row["first_year"], row["last_year"]) if pd.notna(row["last_year"]) else ""
    told = ", ".join(part for part in (years, status) if part)
    return (
        f'{lead}<span class="figure-value">{value}</span><span class="sub">{escape(told)}</span>'
        f'<span class="sub">{escape(_say_score(one, row, total))}</span></td>'
    )


def _is_secret(build: Build, one: Indicator, place: Place) -> bool:
    observed = read_observations(build, place.territory_code, place.level)
    return bool(observed.loc[observed["series_code"].isin(one.series), "status"].eq("secret").any())


def _say_score(one: Indicator, row: pd.Series[Any], total: int) -> str:
    if not one.is_scored or pd.isna(row["score"]):
        return "pour contexte" if not one.is_scored else "sans score"
    tied = int(row["tied"]) if pd.notna(row["tied"]) else 1
    return f"score {format_number(row['score'])}, {format_rank(row['rank'], total, tied=tied)}"
