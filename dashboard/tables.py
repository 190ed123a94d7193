"""The tables that the method and source pages fetch when they are opened: audit, exclusions, refused rows."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from flask import Blueprint, Response, abort

from dashboard.audit import read_audit
from dashboard.audit_tables import CHECKS
from dashboard.fragments import write_table
from dashboard.queries import list_records, read_source, read_sources
from dashboard.reasons import say_reason
from dashboard.site import get_build, get_site
from dashboard.status import name_sources, read_refused_rows
from dashboard.words import format_number

tables = Blueprint("tables", __name__)


@tables.get("/chiffres/audit/<check_code>")
def audit_table(check_code: str) -> Response:
    """One check of the audit."""
    check = CHECKS.get(check_code)
    audit = read_audit(get_build(), get_site().catalogue)
    if check is None or audit.rows.empty:
        abort(404)
    return write_table(check.title, check.head, check.write(audit))


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


def _link(card: dict[str, Any]) -> str:
    return f'<a href="/source/{html.escape(card["source_code"])}">{html.escape(card["title"])}</a>'


def _write_refused(row: dict[str, Any]) -> list[str]:
    line = format_number(row["line"]) if pd.notna(row["line"]) else ""
    value = row["value"] or "vide"
    return [html.escape(row["file"] or ""), line, row["column"] or "", value, say_reason(row["reason"])]
