"""A territory's figures, group by group: raw figure, unit, year, source, score, rank, and how it was computed.

A group is folded; its lines are fetched when it is opened, each indicator's lineage when its line is.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import UNHEARD, Piece, fetched, score_words, spread, write_spread
from dashboard.measures import read_measure
from dashboard.queries import (
    Place,
    find_row,
    read_observations,
    read_series,
    read_source,
)
from dashboard.rankings import address_of
from dashboard.reading import Reading
from dashboard.reading_keys import Group, count_above
from dashboard.site import get_site
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import (
    ABSENT,
    FIXED,
    NO_INTERVAL,
    STATUSES,
    agree,
    format_number,
    format_rank,
    format_score,
    pluralise,
    punctuate,
)
from indicators.catalogue import Catalogue, Indicator


@dataclass(frozen=True)
class Told:
    """What the lines of a territory are written from.

    Attributes:
        build: The build.
        place: The territory.
        profile: As `profiles.read_full_profile`.
        reading: Edition and variant of the profile.
        catalogue: The index as declared.
    """

    build: Build
    place: Place
    profile: pd.DataFrame
    reading: Reading
    catalogue: Catalogue

    @property
    def totals(self) -> dict[str, int]:
        """How many territories each node ranks; an indicator that a variant reads as it is, as published."""
        level = self.place.level
        return count_ranked(self.build, level) | count_ranked(self.build, level, self.reading)

    @property
    def address(self) -> str:
        """Code of the territory in an address."""
        return address_of({"level": self.place.level, "territory_code": self.place.territory_code})


def list_group(told: Told, group: Group, query: str) -> Component:
    """One group of indicators, folded: what is said of it as a whole; opened, it fetches a line for each.

    Args:
        told: The territory.
        group: A pillar, a theme or a target.
        query: What the page was asked, as its address writes it.
    """
    address = f"/chiffres/indicateurs/{told.address}/{group.kind}/{group.code}"
    codes: dict[str, Any] = {"data-codes": " ".join(one.code for one in group.indicators)}
    return html.Details(
        [html.Summary(_group_head(told, group)), fetched(f"{address}?{query}" if query else address)],
        className="pillar",
        id=f"{group.kind}-{group.code}",
        **codes,
    )


def _group_head(told: Told, group: Group) -> Component:
    above = html.Span(_say_above(group, told.profile), className="group-count")
    heading = html.H4 if group.kind == "pilier" else html.H3  # a pillar stands under the name of its index
    title = html.Div(
        [
            heading(group.label, className="group-name"),
            html.P([punctuate(f"{group.question} "), above], className="small"),
        ]
    )
    if group.kind != "pilier":
        return html.Div([title, _draw_above(group, told.profile)], className="pillar-head theme-head")
    row = find_row(told.profile, group.code)
    if row is None or pd.isna(row["score"]):
        return html.Div([title, html.P("Pas de score", className="pillar-rank")], className="pillar-head")
    score, rank = score_words(row, told.totals.get(group.code, 0))
    figure, _, interval = score.partition(", ")
    known: list[Piece] = [interval, html.Br()] if interval else []
    bare: list[Piece] = [html.Br(), NO_INTERVAL] if pd.isna(row["rank_low"]) else []
    return html.Div(
        [
            title,
            spread(row, group.index),
            html.P(
                [
                    html.Strong(figure, className=f"pillar-score {group.index}"),
                    html.Span([*known, rank, *bare]),
                ],
                className="pillar-rank",
            ),
        ],
        className="pillar-head",
    )


def _say_above(group: Group, profile: pd.DataFrame) -> str:
    """« 3 sur 5 indicateurs notés au-dessus de la médiane des comparables, 1 à la médiane. »."""
    above, level, told = count_above(group, profile)
    if not told:
        return "Aucun de ses indicateurs ne se compare."
    counted = pluralise(told, "indicateur noté", "indicateurs notés")
    on_it = f", {format_number(level)} à la médiane" if level else ""
    return f"{format_number(above)} sur {counted} au-dessus de la médiane des comparables{on_it}."


def _draw_above(group: Group, profile: pd.DataFrame) -> Component:
    """A theme has no score: a mark for each indicator, full above the median, in the hue of its index."""
    catalogue = get_site().catalogue
    marks = []
    for one in group.indicators:
        row = find_row(profile, one.code)
        if one.is_scored and row is not None and pd.notna(row["score"]) and pd.notna(row["peer_median"]):
            side = "above" if row["score"] > row["peer_median"] else "below"
            marks.append((side, html.Span(className=f"tally tally-{side} {catalogue.index_of(one)}")))
    marks.sort(key=lambda pair: pair[0])
    return html.P([mark for _, mark in marks], className="tallies", **UNHEARD)


def write_lines(told: Told, group: Group) -> str:
    """The lines of a group, as the fragment that it fetches."""
    observed = read_observations(told.build, told.place.territory_code, told.place.level)
    lines = [
        _write_line(
            told,
            one,
            find_row(told.profile, one.code),
            observed[observed["series_code"].isin(one.series)],
            "h5" if group.kind == "pilier" else "h4",
        )
        for one in group.indicators
    ]
    return f'<div class="indicators">{"".join(lines)}</div>'


def _write_line(told: Told, one: Indicator, row: pd.Series[Any] | None, observed: pd.DataFrame, heading: str) -> str:
    """One indicator; opened, it fetches where it comes from."""
    known = row is not None and pd.notna(row["value"])
    hue = told.catalogue.index_of(one)
    drawn = write_spread(row, hue) if known and row is not None and pd.notna(row["score"]) else ""
    lineage = f"/chiffres/lignage/{told.address}/{one.code}"
    return (
        f'<article class="indicator{"" if known else " indicator-missing"}" id="indicateur-{one.code}">'
        f'<div class="indicator-name"><{heading} class="indicator-title">{escape(one.label)}</{heading}>'
        f'<p class="small">{_write_sources(told.build, one, observed)}</p></div>'
        f'<p class="indicator-value">{_write_value(one, row, observed, told.reading.variant)}</p>'
        f'<div class="indicator-spread">{drawn}</div>'
        f'<p class="indicator-rank">{_write_rank(one, row, told.totals)}</p>'
        f'<details class="lineage"><summary>D’où vient ce chiffre<span class="unseen">{FIXED}: {escape(one.label)}'
        f'</span></summary><div class="numbers" data-src="{escape(lineage)}" aria-live="polite"></div></details>'
        "</article>"
    )


def _write_value(one: Indicator, row: pd.Series[Any] | None, observed: pd.DataFrame, variant: str) -> str:
    if row is None or pd.isna(row["value"]):
        said = STATUSES["secret"] if observed["status"].eq("secret").any() else "donnée absente"
        return f'<span class="figure-value">{ABSENT}</span><span class="status">{said}</span>'
    told = read_measure(one, float(row["value"]), variant)
    years = say_years(row["first_year"], row["last_year"])
    status = STATUSES.get(str(row["status"]), "")
    return (
        f'<span class="figure-value">{format_number(told.value, told.decimals)}</span>'
        f'<span class="unit"> {escape(agree(round(told.value, told.decimals), told.unit))}, {years}</span>'
        + (f'<span class="status">{status}</span>' if status else "")
    )


def say_years(first: float | None, last: float | None) -> str:
    """`2018`, or `2013–2018`."""
    if first is None or last is None or pd.isna(first) or pd.isna(last):
        return "année n.d."
    return str(int(last)) if int(first) == int(last) else f"{int(first)}–{int(last)}"


def _write_rank(one: Indicator, row: pd.Series[Any] | None, totals: dict[str, int]) -> str:
    if row is None or pd.isna(row["value"]):
        return "sans score"
    if not one.is_scored:
        return '<span class="small">pour contexte, sans score</span>'
    tied = int(row["tied"]) if pd.notna(row["tied"]) else 1
    rank = format_rank(row["rank"], totals.get(one.code, 0), tied=tied)
    return f"<strong>{format_score(row['score'])}</strong><span>{rank}</span>"


def _write_sources(build: Build, one: Indicator, observed: pd.DataFrame) -> str:
    cards = [(code, read_source(build, code)) for code in find_sources(build, one, observed)]
    links = [
        f'<a href="/source/{escape(code)}" class="source-link">{escape(str(card["title"]))}</a>'
        for code, card in cards
        if card
    ]
    return f"Source{FIXED}: {', '.join(links)}" if links else ""


def find_sources(build: Build, one: Indicator, observed: pd.DataFrame) -> list[str]:
    """Codes of the sources an indicator's figures come from here; those its series declare when it has none."""
    used = {str(s): str(c) for s, c in zip(observed["series_code"], observed["source_code"], strict=True)}
    declared = read_series(build)["source_code"]
    codes = [used.get(s) or (str(declared[s]) if s in declared.index else None) for s in one.series]
    return list(dict.fromkeys(code for code in codes if code))
