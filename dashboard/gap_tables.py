"""The only module that lays out the numbers of « Écarts » as tables: fetched by the page, and taken away as files."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
from flask import Blueprint, Response, abort, request

from dashboard.amounts import KEYS, list_series, share_latest, share_over_years
from dashboard.downloads import Args, notice_of
from dashboard.exports import Cell, Sheet
from dashboard.fragments import write_table
from dashboard.gap_words import say_interval, say_shared_interval
from dashboard.gaps import (
    LEVEL,
    Asked,
    find_composite,
    has_scenarios,
    is_clear,
    list_composites,
    list_kin,
    parse_asked,
    read_gaps,
    read_spread,
    read_surplus,
)
from dashboard.groups import FIRST, OTHERS
from dashboard.past_gaps import read_past
from dashboard.queries import list_records
from dashboard.rankings import name_node
from dashboard.site import get_build, get_site
from dashboard.standings import read_places
from dashboard.warehouse import Build
from dashboard.words import ABSENT, FIXED, format_number
from indicators.catalogue import Catalogue

gap_tables = Blueprint("gap_tables", __name__)
SERIES: Final = "musees_visiteurs"  # looked at over the years unless another is asked for


@dataclass(frozen=True)
class Table:
    """Numbers of one figure.

    Attributes:
        caption: What they are.
        head: Names of the columns.
        rows: Their cells, at full precision; the first of each names it.
        decimals: Digits on screen of each column.
        codes: Territory of each row, to lead to its page; empty where rows are none.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    decimals: Sequence[int]
    codes: Sequence[str] = ()


def tabulate_nodes(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """The gap on every index, pillar and indicator."""
    composites = list_composites(catalogue)
    found = [read_gaps(build, catalogue, asked.sides, asked.reading, composites)]
    found += [read_gaps(build, catalogue, asked.sides, asked.reading, list_kin(catalogue, i.code))
              for i in catalogue.indices]  # fmt: skip
    one, other = asked.sides.first.plural, asked.sides.second.plural
    head = ("Nœud", "Rang dans l’arbre", f"Médiane, {one}", f"Médiane, {other}", "Écart", "Écart, bas", "Écart, haut",
            f"Nombre, {one}", f"Nombre, {other}", "Paires où la première devance, %")  # fmt: skip
    rows = [
        [r["label"], kind, *_cells(r, "first", "second", "difference", "low", "high", "count_first", "count_second"),
         100 * r["precedence"] if pd.notna(r["precedence"]) else None]
        for r, kind in _list_nodes(pd.concat(found), catalogue)
    ]  # fmt: skip
    return Table(f"Écarts de score, {one} et {other}", head, rows, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0))


def _list_nodes(found: pd.DataFrame, catalogue: Catalogue) -> list[tuple[dict[str, Any], str]]:
    kinds = {one.code: "indice" for one in catalogue.indices} | {one.code: "pilier" for one in catalogue.pillars}
    return [(row, kinds.get(str(code), "indicateur"))
            for code, row in zip(found.index, list_records(found), strict=True)]  # fmt: skip


def _cells(row: Mapping[str, Any], *names: str) -> list[Cell]:
    return [None if pd.isna(row[name]) else float(row[name]) for name in names]


def tabulate_spread(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """Every territory of both groups on the node looked at, the highest first."""
    spread = read_spread(build, catalogue, asked)
    label = name_node(asked.noeud, catalogue)
    what = f"{label}, {spread.unit}" if spread.unit else f"{label}, score"
    rows = spread.rows.sort_values("x", ascending=False, na_position="last")
    cells = [
        [str(r["label"]), asked.sides.name(r["group"]), *_cells(r, "x", "rank", "rank_low", "rank_high")]
        for r in list_records(rows)
    ]
    head = ("Intercommunalité", "Groupe", what, "Rang", "Rang, meilleur", "Rang, moins bon")
    return Table(what, head, cells, (0, 0, spread.decimals, 0, 0, 0), rows["territory_code"].tolist())


def tabulate_size(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """What size makes expected of every territory of both groups, and what each has beyond."""
    node = find_composite(asked.noeud, catalogue)
    rows = read_surplus(build, catalogue, node, asked.reading)
    rows = rows.assign(group=asked.sides.assign(read_places(build, LEVEL))) if len(rows) else rows
    rows = rows[rows["group"].ne(OTHERS)].sort_values("surplus", ascending=False) if len(rows) else rows
    names = ("population", "score", "low", "high", "rank", "rank_low", "rank_high", "expected", "surplus",
             "surplus_low", "surplus_high")  # fmt: skip
    cells = [[str(r["label"]), asked.sides.name(r["group"]), *_cells(r, *names)] for r in list_records(rows)]
    head = ("Intercommunalité", "Groupe", "Population", "Score", "Score, bas", "Score, haut", "Rang", "Rang, meilleur",
            "Rang, moins bon", "Attendu de sa taille", "Écart à la tendance", "Écart, bas", "Écart, haut")  # fmt: skip
    caption = f"{name_node(node, catalogue)}{FIXED}: score et taille"
    codes = rows["territory_code"].tolist() if len(rows) else []
    return Table(caption, head, cells, (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1), codes)


def tabulate_above(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """The territories of the second group wholly above what their size makes expected."""
    table, name = tabulate_size(build, catalogue, asked), asked.sides.second.plural
    is_above = [row[1] == name and isinstance(row[-2], float) and round(row[-2]) > 0 for row in table.rows]
    kept = [place for place, above in enumerate(is_above) if above]
    rows, codes = [table.rows[place] for place in kept], [table.codes[place] for place in kept]
    return replace(table, caption=f"{table.caption}, {name} nettement au-dessus", rows=rows, codes=codes)


def tabulate_past(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """The gap on the retrospective indices, edition by edition."""
    past, retro = read_past(build, catalogue, asked.sides), catalogue.retrospective
    labels = {one.code: one.label for one in retro.catalogue.indices} if retro else {}
    rows: list[list[Cell]] = [
        [labels[r["node_code"]], str(r["edition"]), *_cells(r, "first", "second", "difference", "low", "high")]
        for r in list_records(past.table)
    ]
    one, other = asked.sides.first.plural, asked.sides.second.plural
    head = ("Indice", "Édition", f"Médiane, {one}", f"Médiane, {other}", "Écart", "Écart, bas", "Écart, haut")
    return Table("Écart sur l’indice rétrospectif", head, rows, (0,) * 7)


def tabulate_shares(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """What each group holds of every additive series in its latest year."""
    found = share_latest(build, catalogue, asked.sides)
    shares = [f"Part, {asked.sides.name(key)}, %" for key in KEYS]
    people = [f"Part de la population, {asked.sides.name(key)}, %" for key in KEYS]
    rows = [
        [str(r["label"]), str(r["year"]), str(r["unit"]), *_cells(r, "total", "count"),
         *(100 * r[f"share_{key}"] for key in KEYS), *(100 * r[f"people_{key}"] for key in KEYS),
         *_cells(r, "ratio", "theil", "between", "within")]
        for r in list_records(found)
    ]  # fmt: skip
    head = ("Série", "Année", "Unité", "Total", "Territoires renseignés", *shares, *people,
            "Par habitant, premier groupe rapporté au second", "Theil", "Theil entre groupes",
            "Theil dans les groupes")  # fmt: skip
    return Table("Parts du total national", head, rows, (0, 0, 0, 0, 0, *(1,) * 6, 1, 2, 2, 2))


def tabulate_history(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """The series looked at, year by year."""
    history = share_over_years(build, catalogue, asked.sides, choose_series(build, asked))
    if history is None:
        abort(404)
    keys = [key for key in KEYS if f"share_{key}" in history.table]
    rows = [
        [str(r["year"]), *_cells(r, "count", "total"), *(100 * r[f"share_{key}"] for key in keys),
         *_cells(r, "gini", "theil", "theil_between", "theil_within")]
        for r in list_records(history.table)
    ]  # fmt: skip
    head = ("Année", "Territoires", "Total", *(f"Part, {asked.sides.name(key)}, %" for key in keys), "Gini", "Theil",
            "Theil entre groupes", "Theil dans les groupes")  # fmt: skip
    return Table(history.series.label, head, rows, (0, 0, 0, *(1 for _ in keys), 3, 3, 3, 3))


def tabulate_changes(build: Build, catalogue: Catalogue, asked: Asked) -> Table:
    """How shares and inequality moved, for every series that has several years."""
    rows: list[list[Cell]] = []
    for one in list_series(build).values():
        history = share_over_years(build, catalogue, asked.sides, one.code) if len(one.years) > 1 else None
        if history is None or f"share_{FIRST}" not in history.changes.index:
            continue
        share, gini = (history.changes.loc[[name]].iloc[0] for name in (f"share_{FIRST}", "gini"))
        rows.append(
            [one.label, f"{one.years[0]} à {one.years[-1]}",
             *(100 * float(share[end]) for end in ("first", "last", "change", "low", "high")), say_direction(share),
             *(float(gini[end]) for end in ("first", "last", "low", "high"))]
        )  # fmt: skip
    head = ("Série", "Années", f"Part des {asked.sides.first.plural}, début, %", "fin, %", "variation, points", "bas",
            "haut", "Sens établi", "Gini, début", "Gini, fin", "variation, bas", "haut")  # fmt: skip
    return Table("Ce qui se creuse, ce qui se resserre", head, rows, (0, 0, 1, 1, 1, 1, 1, 0, 2, 2, 3, 3))


def say_direction(row: pd.Series[Any]) -> str:
    """« se creuse », « se resserre » beyond the interval of a share, else « aucun »."""
    if not is_clear(100 * row["low"], 100 * row["high"], 1):
        return "aucun"
    return "se creuse" if row["low"] > 0 else "se resserre"


def choose_series(build: Build, asked: Asked) -> str:
    """The series asked for, else the usual one, else the first that has several years."""
    known = list_series(build)
    several = [one.code for one in known.values() if len(one.years) > 1]
    return asked.serie or (SERIES if SERIES in several else next(iter(several or known), ""))


Tabulate = Callable[[Build, Catalogue, Asked], Table]
TABLES: Final[dict[str, Tabulate]] = {
    "noeuds": tabulate_nodes,
    "repartition": tabulate_spread,
    "taille": tabulate_size,
    "au-dessus": tabulate_above,
    "retrospectif": tabulate_past,
    "parts": tabulate_shares,
    "serie": tabulate_history,
    "variations": tabulate_changes,
}


@gap_tables.get("/chiffres/ecarts/<what>")
def numbers(what: str) -> Response:
    """One of the tables, for the groups and the node of the query."""
    tabulate = TABLES.get(what)
    if tabulate is None:
        abort(404)
    build, catalogue = get_build(), get_site().catalogue
    table = tabulate(build, catalogue, parse_asked(build, catalogue, request.args))
    return write_table(table.caption, table.head, [_write_row(table, place) for place in range(len(table.rows))])


def _write_row(table: Table, place: int) -> list[str]:
    first, *others = table.rows[place]
    name = html.escape(str(first))
    if table.codes:
        name = f'<a href="/territoire/{html.escape(table.codes[place])}">{name}</a>'
    return [name, *(_write_cell(cell, table.decimals[at + 1]) for at, cell in enumerate(others))]


def _write_cell(cell: Cell, decimals: int) -> str:
    if cell is None:
        return ABSENT
    return cell if isinstance(cell, str) else format_number(cell, decimals)


def write_sheet(what: str) -> Callable[[Build, Args], Sheet]:
    """What makes a file of one of the tables."""

    def write(build: Build, args: Args) -> Sheet:
        catalogue = get_site().catalogue
        asked = parse_asked(build, catalogue, args)
        table = TABLES[what](build, catalogue, asked)
        groups = f"Groupes : {asked.sides.first.plural} ({asked.sides.first.code}) et {asked.sides.second.plural} "
        groups += f"({asked.sides.second.code})"
        shared = what in ("parts", "serie", "variations")
        drawn = say_shared_interval() if shared else say_interval(has_scenarios=has_scenarios(catalogue, asked.reading))
        told = [groups, drawn, *(f"Écarté : {problem}" for problem in asked.sides.problems)]
        head, rows = table.head, table.rows
        if table.codes:
            head = ("Code SIREN", *head)
            rows = [[code, *row] for code, row in zip(table.codes, rows, strict=True)]
        return Sheet(notice_of(build, args, table.caption, *told), head, rows, f"ecarts-{what}")

    return write
