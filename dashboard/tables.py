"""The tables fetched when they are opened that are no published standings: audit, refused rows, personal weights."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import pandas as pd
from flask import Blueprint, Response, abort, request

from dashboard.audit import read_audit
from dashboard.audit_tables import CHECKS
from dashboard.components import score_words
from dashboard.fragments import write_table
from dashboard.method_index import write_indicator
from dashboard.queries import list_records, read_source, read_sources
from dashboard.rankings import address_of
from dashboard.reasons import say_reason
from dashboard.rescoring import rescore, sort_changed
from dashboard.site import get_build, get_site
from dashboard.standings import count_ranked
from dashboard.status import name_sources, read_refused_rows
from dashboard.what_if_address import parse_asked
from dashboard.words import LEVELS, format_number

tables = Blueprint("tables", __name__)


@tables.get("/chiffres/audit/<check_code>")
def audit_table(check_code: str) -> Response:
    """One check of the audit."""
    check = CHECKS.get(check_code)
    audit = read_audit(get_build(), get_site().catalogue)
    if check is None or audit.rows.empty:
        abort(404)
    return write_table(check.title, check.head, check.write(audit))


@tables.get("/chiffres/indicateur/<code>")
def indicator_facts(code: str) -> Response:
    """Why an indicator, how it is computed and from what."""
    one = next((i for i in get_site().catalogue.indicators if i.code == code), None)
    if one is None:
        abort(404)
    return Response(write_indicator(get_build(), one), mimetype="text/html")


@tables.get("/chiffres/hors-champ")
def excluded_table() -> Response:
    """What each source holds that is out of scope, by reason."""
    rows = [
        [_link(card), name_sources(get_build(), str(reason)), format_number(count)]
        for card in read_sources(get_build())
        for reason, count in sorted((card["excluded"] or {}).items(), key=lambda pair: -pair[1])
    ]
    return write_table("Lignes hors champ, par source et par motif", ("Source", "Motif", "Lignes"), rows)


@tables.get("/chiffres/refus/<source_code>")
def refused_table(source_code: str) -> Response:
    """The rows of a source that the checks refused, one by one."""
    build = get_build()
    if read_source(build, source_code) is None:
        abort(404)
    rows = [_write_refused(row) for row in list_records(read_refused_rows(build, source_code))]
    head = ("Fichier", "Ligne", "Colonne", "Valeur", "Motif")
    return write_table("Lignes refusées", head, rows)


@tables.get("/chiffres/et-si")
def what_if_table() -> Response:
    """Scores and ranks under a reader's own weights, beside the published ones."""
    build, catalogue = get_build(), get_site().catalogue
    asked = parse_asked(build, catalogue, request.args)
    rows = sort_changed(rescore(build, catalogue, asked.niveau, asked.choices))
    told = [index for index in catalogue.indices if f"{index.code}_gained" in rows]
    totals = count_ranked(build, asked.niveau)
    cells = [
        [
            _link_place(row),
            *(word for index in told for lead in (index.code, f"{index.code}_was")
              for word in _standing_words(row, lead, totals.get(index.code, 0))),
        ]
        for row in list_records(rows)
    ]  # fmt: skip
    head = [LEVELS[asked.niveau][0]]
    head += [name for index in told for name in (index.label, "Rang", f"{index.label}, publiée", "Rang publié")]
    return write_table("Scores et rangs refaits, et publiés", head, cells)


def _standing_words(row: Mapping[str, Any], lead: str, total: int) -> tuple[str, str]:
    """A score and a rank in words, from the columns of one lead; ties are told of the reader's own ranks only."""
    ends = ("score", "low", "high", "rank", "rank_low", "rank_high", "tied")
    return score_words(pd.Series({end: row.get(f"{lead}_{end}", float("nan")) for end in ends}), total)


def _link_place(row: Mapping[str, Any]) -> str:
    return f'<a href="/territoire/{html.escape(address_of(row))}">{html.escape(row["label"])}</a>'


def _link(card: dict[str, Any]) -> str:
    return f'<a href="/source/{html.escape(card["source_code"])}">{html.escape(card["title"])}</a>'


def _write_refused(row: dict[str, Any]) -> list[str]:
    line = format_number(row["line"]) if pd.notna(row["line"]) else ""
    value = row["value"] or "vide"
    return [html.escape(row["file"] or ""), line, row["column"] or "", value, say_reason(row["reason"])]
