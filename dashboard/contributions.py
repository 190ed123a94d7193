"""What makes a territory's score: its gap to the median of its comparable territories, shared out to the last point."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import UNHEARD, listed_row, listed_table, numbers_table
from dashboard.profiles import read_contributions
from dashboard.queries import Place, list_records
from dashboard.rankings import address_of
from dashboard.warehouse import Build
from dashboard.words import FIXED, MINUS, NARROW, format_measure, format_number
from indicators.catalogue import Catalogue, Index

HEAD = ("Pilier", "Poids", "Score", "Médiane", "Points")


def contributions(build: Build, place: Place, catalogue: Catalogue, peers: str) -> list[Component]:
    """The section; none where the territory has no score."""
    tables = [_contribution_table(build, place, index, catalogue) for index in catalogue.indices]
    if not any(tables):
        return []
    return [
        html.Section(
            [
                html.H2("Ce qui fait le score"),
                html.P(
                    _explain(peers),
                    className="small",
                ),
                html.Div([table for table in tables if table], className="two-columns"),
            ],
            className="sheet-section",
            id="contributions",
        )
    ]


def _explain(peers: str) -> str:
    return (
        f"Le territoire est comparé à un territoire fictif, à la médiane de ses comparables ({peers}) sur chaque "
        "indicateur, et calculé comme les autres. L’écart de leurs scores est réparti sans reste"
        f"{FIXED}: les points des indicateurs s’ajoutent en ceux de leur pilier, ceux des piliers en l’écart. Entre "
        "les piliers, dont la moyenne ne compense qu’en partie, un même écart pèse davantage là où les scores sont "
        "bas. Ce que le territoire n’a pas ne compte d’aucun côté."
    )


def _contribution_table(build: Build, place: Place, index: Index, catalogue: Catalogue) -> Component | None:
    found = read_contributions(build, catalogue, place.level, index.code, place.territory_code)
    if found.empty:
        return None
    records = list_records(found.reset_index())
    pillars = [row for row in records if row["parent"] == index.code]
    told = [*pillars, records[0]]
    ends = min(0.0, *(row["points"] for row in told)), max(0.0, *(row["points"] for row in told))
    rows = [_row(row, catalogue, ends) for row in told]
    table = listed_table(
        HEAD, rows, f"Contributions des piliers en {index.label.lower()}", f"contributions {index.code}"
    )
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    detail = numbers_table(f"/chiffres/contributions/{code}/{index.code}", "Indicateur par indicateur")
    said = html.P(_say_gap(found.iloc[0]), className="small")
    return html.Div([html.H3(index.label, className=index.code), said, table, detail])


def list_contribution_cells(build: Build, place: Place, index: Index, catalogue: Catalogue) -> list[list[str]]:
    """Cells of every node of an index, pillars then their indicators; the first is markup, already escaped."""
    found = read_contributions(build, catalogue, place.level, index.code, place.territory_code)
    return [
        [
            _write_name(str(row["node"]), row["parent"], index, catalogue),
            format_measure(100 * row["weight"], "%", 1),
            format_number(row["score"]),
            format_number(row["reference"]),
            say_points(row["points"]),
        ]
        for row in list_records(found.reset_index())
    ]


def _write_name(code: str, parent: object, index: Index, catalogue: Catalogue) -> str:
    if code == index.code:
        return f"<strong>{escape(index.label)}</strong>"
    if parent == index.code:
        return f"<strong>{escape(catalogue.find_pillar(code).label)}</strong>"
    return f'<a href="#indicateur-{code}">{escape(catalogue.find_indicator(code).label)}</a>'


def _say_gap(row: pd.Series[Any]) -> str:
    gap = say_points(row["points"])
    if gap == "0":
        return f"Score {format_number(row['score'])}, comme le territoire médian."
    return (
        f"Score {format_number(row['score'])}{NARROW}; le territoire médian aurait "
        f"{format_number(row['reference'])}{FIXED}: un écart de {gap}{FIXED}points."
    )


def _row(row: dict[str, Any], catalogue: Catalogue, ends: tuple[float, float]) -> Component:
    """One of the pillars, or the whole index."""
    is_whole = row["weight"] == 1.0 and row["node"] in {one.code for one in catalogue.indices}
    name = "Écart" if is_whole else catalogue.find_pillar(str(row["node"])).label
    points = [html.Span(say_points(row["points"]), className="points"), _draw_bar(row["points"], ends)]
    cells = (
        format_measure(100 * row["weight"], "%"),
        format_number(row["score"]),
        format_number(row["reference"]),
        html.Span(points, className="points-cell"),
    )
    return listed_row(HEAD, (name, *cells), "contribution-whole" if is_whole else "contribution-pillar")


def say_points(points: float) -> str:
    """« +4,8 », « −0,2 », « 0 » where it would round to nothing."""
    told = format_number(abs(points), 1)
    if told == "0,0":
        return "0"
    return f"+{told}" if points > 0 else f"{MINUS}{told}"


def _draw_bar(points: float, ends: tuple[float, float]) -> Component:
    """A bar from zero: to the right what is gained, to the left what is lost.

    Args:
        points: What it stands for.
        ends: The most lost and the most gained among the rows, where the axis ends.
    """
    span = max(ends[1] - ends[0], 1.0)
    zero = 100 * -ends[0] / span
    length = 100 * abs(points) / span
    start = zero if points > 0 else zero - length
    side = "gain" if points > 0 else "loss"
    style = {"left": f"{start:.1f}%", "width": f"{length:.1f}%"}
    bar = None if say_points(points) == "0" else html.Span(className=f"points-{side}", style=style)
    return html.Span(bar, className="points-bar", style={"--zero": f"{zero:.1f}%"}, **UNHEARD)
