"""The only module that writes where one figure comes from, as the fragment that its line fetches when it is opened."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from dashboard.queries import Place, list_records, read_observations, read_source
from dashboard.series_lines import say_figure
from dashboard.territory_series import list_lines, write_line
from dashboard.warehouse import Build
from dashboard.words import FIXED, STATUSES, punctuate
from indicators.catalogue import Indicator

LATEST = 3  # years of each series
HEAD = ("Série", "Année", "Valeur", "État", "Source")


def write_lineage(build: Build, place: Place, one: Indicator) -> str:
    """Definition, rationale, formula, and the figures observed, latest first, each with its status and source."""
    observed = read_observations(build, place.territory_code, place.level)
    observed = observed[observed["series_code"].isin(one.series)]
    parts = [
        f"<p>{escape(punctuate(one.definition))}</p>",
        f'<p class="small">{escape(punctuate(one.rationale))}</p>',
        f'<p class="small">Calcul{FIXED}: <code>{escape(one.formula)}</code></p>',
        *[write_line(line) for line in list_lines(build, place, one.series) if line.is_drawn],
        _table(build, one, observed) if len(observed) else f'<p class="small">{escape(say_absent(one))}</p>',
    ]
    return "".join(parts)


def say_absent(one: Indicator) -> str:
    """Why no figure is listed."""
    if not one.series:
        return "Calculé à partir des scores des autres indicateurs, non d’une série publiée."
    if one.absent == "zero":
        return f"La source ne liste pas ce territoire{FIXED}: il est compté pour zéro."
    return f"La source ne dit rien de ce territoire{FIXED}: la valeur est inconnue."


def _table(build: Build, one: Indicator, observed: pd.DataFrame) -> str:
    latest = observed.sort_values(["series_code", "year"], ascending=[True, False]).groupby("series_code").head(LATEST)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEAD)
    body = "".join(_row(build, row) for row in list_records(latest))
    label = escape(f"Chiffres observés{FIXED}: {one.label}")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(build: Build, row: dict[str, Any]) -> str:
    value = STATUSES["secret"] if row["status"] == "secret" else say_figure(row["value"], row["unit"] or "")
    cells = [str(row["year"]), value, STATUSES.get(row["status"], row["status"]) or "publié"]
    name = escape(str(row["label"] or row["series_code"]))
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{name}</th>{told}<td>{_link_source(build, str(row["source_code"]))}</td></tr>'


def _link_source(build: Build, source_code: str) -> str:
    card = read_source(build, source_code)
    code = escape(source_code)
    return f'<a href="/source/{code}" class="source-link">{escape(str(card["title"]))}</a>' if card else code
