"""A territory's figures, pillar by pillar: raw figure, unit, year, source, score, rank, and how it was computed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import Piece, fetched, link_source, score_words, spread
from dashboard.queries import (
    Place,
    find_row,
    read_observations,
    read_series,
    read_source,
)
from dashboard.rankings import address_of
from dashboard.site import get_site
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import (
    ABSENT,
    FIXED,
    STATUSES,
    format_number,
    format_rank,
    format_score,
    punctuate,
)
from indicators.catalogue import Catalogue, Indicator, Pillar


def list_indicators(
    build: Build, place: Place, pillar: Pillar, profile: pd.DataFrame, catalogue: Catalogue
) -> Component:
    """One pillar: its score, then a line for each of its indicators."""
    observed = read_observations(build, place.territory_code, place.level)
    totals = count_ranked(build, place.level)
    address = address_of({"level": place.level, "territory_code": place.territory_code})
    lines = [
        _line(build, address, one, profile, observed[observed["series_code"].isin(one.series)], totals)
        for one in catalogue.indicators_of(pillar.code)
        if place.level in one.levels
    ]
    return html.Section(
        [_pillar_head(pillar, profile, totals), html.Div(lines, className="indicators")],
        className="pillar",
        id=f"pilier-{pillar.code}",
    )


def _pillar_head(pillar: Pillar, profile: pd.DataFrame, totals: dict[str, int]) -> Component:
    title = html.Div([html.H3(pillar.label), html.P(punctuate(pillar.question), className="small")])
    row = find_row(profile, pillar.code)
    if row is None:
        return html.Div([title, html.P(ABSENT)], className="pillar-head")
    score, rank = score_words(row, totals.get(pillar.code, 0))
    figure, _, interval = score.partition(", ")
    return html.Div(
        [
            title,
            spread(row, pillar.index),
            html.P(
                [
                    html.Strong(figure, className=f"pillar-score {pillar.index}"),
                    html.Span([interval, html.Br(), rank] if interval else rank),
                ],
                className="pillar-rank",
            ),
        ],
        className="pillar-head",
    )


def _line(
    build: Build, address: str, one: Indicator, profile: pd.DataFrame, observed: pd.DataFrame, totals: dict[str, int]
) -> Component:
    """One indicator; opened, it fetches where it comes from."""
    row = find_row(profile, one.code)
    known = row is not None and pd.notna(row["value"])
    hue = get_site().catalogue.index_of(one)
    return html.Article(
        [
            html.Div(
                [html.H4(one.label), html.P(_say_source(build, one, observed), className="small")],
                className="indicator-name",
            ),
            html.P(_say_value(one, row, observed), className="indicator-value"),
            html.Div(
                spread(row, hue) if known and row is not None and pd.notna(row["score"]) else None,
                className="indicator-spread",
            ),
            html.P(_say_rank(one, row, totals), className="indicator-rank"),
            html.Details(
                [
                    html.Summary(["D’où vient ce chiffre", html.Span(f"{FIXED}: {one.label}", className="unseen")]),
                    fetched(f"/chiffres/lignage/{address}/{one.code}"),
                ],
                className="lineage",
            ),
        ],
        className="indicator" if known else "indicator indicator-missing",
        id=f"indicateur-{one.code}",
    )


def _say_value(one: Indicator, row: pd.Series[Any] | None, observed: pd.DataFrame) -> list[Piece]:
    if row is None or pd.isna(row["value"]):
        is_secret = bool(observed["status"].eq("secret").any())
        return [
            html.Span(ABSENT, className="figure-value"),
            html.Span(STATUSES["secret"] if is_secret else "donnée absente", className="status"),
        ]
    parts: list[Piece] = [
        html.Span(format_number(row["value"], one.decimals), className="figure-value"),
        html.Span([" ", one.unit, f", {say_years(row['first_year'], row['last_year'])}"], className="unit"),
    ]
    status = STATUSES.get(str(row["status"]), "")
    return [*parts, html.Span(status, className="status")] if status else parts


def say_years(first: float | None, last: float | None) -> str:
    """`2018`, or `2013–2018`."""
    if first is None or last is None or pd.isna(first) or pd.isna(last):
        return "année n.d."
    return str(int(last)) if int(first) == int(last) else f"{int(first)}–{int(last)}"


def _say_rank(one: Indicator, row: pd.Series[Any] | None, totals: dict[str, int]) -> list[Piece]:
    if row is None or pd.isna(row["value"]):
        return ["sans score"]
    if not one.is_scored:
        return [html.Span("pour contexte, sans score", className="small")]
    total = totals.get(one.code, 0)
    tied = int(row["tied"]) if pd.notna(row["tied"]) else 1
    return [html.Strong(format_score(row["score"])), html.Span(format_rank(row["rank"], total, tied=tied))]


def _say_source(build: Build, one: Indicator, observed: pd.DataFrame) -> list[Piece]:
    parts: list[Piece] = []
    for code in find_sources(build, one, observed):
        card = read_source(build, code)
        if card:
            parts += [", " if parts else f"Source{FIXED}: ", link_source(code, str(card["title"]))]
    return parts


def find_sources(build: Build, one: Indicator, observed: pd.DataFrame) -> list[str]:
    """Codes of the sources an indicator's figures come from here; those its series declare when it has none."""
    used = {str(s): str(c) for s, c in zip(observed["series_code"], observed["source_code"], strict=True)}
    declared = read_series(build)["source_code"]
    codes = [used.get(s) or (str(declared[s]) if s in declared.index else None) for s in one.series]
    return list(dict.fromkeys(code for code in codes if code))
