"""Pieces of layout that several pages share: a named figure with its numbers, a choice, a score, a spread."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard.theme import GRAPH_CONFIG
from dashboard.words import NARROW, format_rank, format_score

Piece = Component | str
EXPANDED = "Voir les chiffres"


def labelled(label: str) -> dict[str, Any]:
    """What names an element for those who do not see it."""
    return {"aria-label": label}


def named_figure(
    graph_id: str, figure: Any, *, label: str, numbers: str, class_name: str, caption: Sequence[Piece] = ()
) -> Component:
    """A figure with a name and a role, and the same numbers as a table fetched when it is opened.

    Args:
        graph_id: Identity of the graph, for callbacks.
        figure: The Plotly figure.
        label: What a screen reader says of it.
        numbers: Address of the table.
        class_name: Class that sets its height.
        caption: What is written under it.
    """
    graph = dcc.Graph(id=graph_id, figure=figure, config=GRAPH_CONFIG, responsive=True)
    return html.Figure(
        [
            html.Div(graph, id=f"{graph_id}-name", role="img", className=class_name, **labelled(label)),
            html.Div(numbers_table(numbers), id=f"{graph_id}-numbers"),
            *([html.Figcaption(list(caption))] if caption else []),
        ],
        className="figure",
    )


def open_points(graph_id: str) -> None:
    """Declare that a clicked point of a figure opens its territory."""
    clientside_callback(
        ClientsideFunction("atlas", "openPoint"),
        Output("go", "href", allow_duplicate=True),
        Input(graph_id, "clickData"),
        prevent_initial_call=True,
    )


def numbers_table(address: str, summary: str = EXPANDED) -> Component:
    """A closed block that fetches its table the first time it is opened."""
    return html.Details(
        [html.Summary(summary), fetched(address)],
        className="numbers-block",
        key=address,
    )


def fetched_table(summary: str, reading: str, address: str) -> Component:
    """A closed block with a reading note, that fetches its table the first time it is opened."""
    return html.Details(
        [
            html.Summary(summary),
            html.P(reading, className="small"),
            fetched(address),
        ],
        className="fold",
        key=address,
    )


def fetched(address: str) -> Component:
    """Where the browser puts what it fetches when the block around is opened."""
    data: dict[str, Any] = {"data-src": address, "aria-live": "polite"}
    return html.Div(className="numbers", **data)


def scroll_table(head: Sequence[str], body: Sequence[Component], label: str) -> Component:
    """A table that scrolls inside its frame, by keyboard too."""
    line = html.Tr([html.Th(name, scope="col") for name in head])
    table = html.Table([html.Thead(line), html.Tbody(list(body))])
    return html.Div(table, className="scroll", tabIndex=0, role="region", **labelled(label))


UNHEARD: dict[str, Any] = {"aria-hidden": "true"}  # drawn only; the words beside say the same


def listed_table(head: Sequence[str], rows: Sequence[Component], label: str, class_name: str) -> Component:
    """A table whose rows become a list on a small screen (see `listed_row`)."""
    line = html.Tr([html.Th(name, scope="col") for name in head])
    table = html.Table([html.Thead(line), html.Tbody(list(rows))], className=f"listed {class_name}")
    return html.Div(table, role="group", **labelled(label))


def listed_row(head: Sequence[str], cells: Sequence[Any], class_name: str | None = None) -> Component:
    """A row: its name, then cells that keep the name of their column when they are read as a list."""
    told = [named_cell(name, cell) for name, cell in zip(head[1:], cells[1:], strict=True)]
    return html.Tr([html.Th(cells[0], scope="row"), *told], className=class_name)


def named_cell(name: str, cell: Any, class_name: str | None = None) -> Component:
    """A cell that keeps the name of its column, which a small screen writes before it."""
    data: dict[str, Any] = {"data-label": name}
    return html.Td(cell, className=class_name, **data)


def choice(
    choice_id: str, label: str, value: str, options: Sequence[Any], *, width: str = "auto", searchable: bool = False
) -> Component:
    """A choice inside a sentence, with a label for those who do not see the sentence."""
    select: Component = dmc.Select(
        id=choice_id,
        data=list(options),
        value=value,
        allowDeselect=False,
        searchable=searchable,
        checkIconPosition="right",
        nothingFoundMessage="Aucune réponse",
        className="choice",
        style={"width": width},
        maxDropdownHeight=360,
        label=label,
        classNames={"label": "unseen"},
        withScrollArea=False,
        attributes={"options": {"tabIndex": 0}},  # a list that scrolls must be within reach of the keyboard
        comboboxProps={"withinPortal": False, "transitionProps": {"duration": 0}},
    )
    return select


def territory_search(search_id: str, label: str, lead_to: str, *, level: str = "") -> Component:
    """Where the search field is built by the browser.

    Args:
        search_id: Identity of the field.
        label: Its label.
        lead_to: Address that the chosen code completes.
        level: The one level to look through; all when empty.
    """
    data: dict[str, Any] = {"data-search": lead_to, "data-label": label} | ({"data-level": level} if level else {})
    return html.Div(id=search_id, className="search", **data)


def keeps(code: str, label: str) -> Component:
    """Where the browser offers to keep a territory, whose address ends with `code`."""
    data: dict[str, Any] = {"data-keep": code, "data-label": label}
    return html.Div(className="keeps", **data)


def offers_own(lead_to: str) -> Component:
    """Where the browser offers « mon territoire », when the reader has one and the address names none.

    Args:
        lead_to: Address that its code completes.
    """
    data: dict[str, Any] = {"data-own": lead_to}
    return html.P(className="own", **data)


def button(words: Any, **attributes: Any) -> Component:
    """A button that the page's own script answers to, by its data attributes."""
    return html.Button(words, type="button", **attributes)


def note(title: str, *body: Piece) -> Component:
    """A note in the margin."""
    return html.Section([html.H2(title, className="note-title"), *body], className="note")


def score_words(row: pd.Series[Any], total: int) -> tuple[str, str]:
    """A score and a rank in words, from a row of `score`, `low`, `high`, `rank`, `rank_low`, `rank_high`, `tied`."""
    score = format_score(row["score"], row["low"], row["high"])
    tied = int(row["tied"]) if pd.notna(row["tied"]) else 1
    rank = format_rank(row["rank"], total, low=row["rank_low"], high=row["rank_high"], tied=tied)
    return score, rank


def spread(row: pd.Series[Any], hue: str) -> Component:
    """Where a score stands, 1 to 100: comparable territories as a line (all), a band (middle half), a tick (median).

    One element, drawn by the style sheet from its properties: a page holds dozens.

    Args:
        row: `score` and the `peer_` columns of `queries.read_profile`.
        hue: Class of the index, for its colour.
    """
    return html.Span(className=f"spread {hue}", style=_measure_spread(row), role="img", **labelled(_say_spread(row)))


def write_spread(row: pd.Series[Any], hue: str) -> str:
    """The same, as HTML for a fragment."""
    style = ";".join(f"{name}:{value}" for name, value in _measure_spread(row).items())
    return f'<span class="spread {hue}" style="{style}" role="img" aria-label="{escape(_say_spread(row))}"></span>'


MEASURES = {  # property of the style sheet → column
    "--all": "peer_min", "--all-end": "peer_max", "--half": "peer_q1", "--half-end": "peer_q3",
    "--median": "peer_median", "--low": "low", "--high": "high", "--score": "score",
}  # fmt: skip


def _measure_spread(row: pd.Series[Any]) -> dict[str, str]:
    """What is known of a row, in % of the axis; what is not is not drawn."""
    return {name: f"{row[column]:.1f}%" for name, column in MEASURES.items() if pd.notna(row[column])}


def _say_spread(row: pd.Series[Any]) -> str:
    if pd.isna(row["score"]):
        return "Pas de score"
    said = f"Score {format_score(row['score'], row['low'], row['high'])}"
    if pd.isna(row["peer_median"]):
        return said
    middle = f"{format_score(row['peer_q1'])} et {format_score(row['peer_q3'])}"
    median = format_score(row["peer_median"])
    return f"{said}{NARROW}; médiane des territoires comparables {median}, moitié centrale entre {middle}"


def link_source(source_code: str, title: str) -> Component:
    """A link to a source card."""
    return dcc.Link(title, href=f"/source/{source_code}", className="source-link")
