"""The only module that lays out evolution as the rows of files: a series, retrospective ranks, stability of orders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dashboard.downloads import Args, notice_of
from dashboard.evolutions import find_field, find_series, list_indices, list_lines, name_nodes, parse_asked
from dashboard.exports import Cell, Sheet
from dashboard.histories import compute_medians, pick_history, read_past, read_series_years
from dashboard.queries import list_records
from dashboard.sheets import round_cell
from dashboard.site import get_site
from dashboard.stability import list_groups, read_series_stability
from dashboard.stability_section import read_all
from dashboard.warehouse import Build
from dashboard.words import STATUSES
from indicators.hierarchy import Persistence

SERIES: tuple[str, ...] = ("Code", "Territoire", "Série", "Unité", "Année", "Valeur", "État", "Source", "Comptés")
RANKS: tuple[str, ...] = ("Code", "Territoire", "Nœud", "Édition", "Score rétrospectif", "Rang", "Territoires classés")
ORDERS: tuple[str, ...] = ("Nœud ou série", "Groupe", "De", "À", "Territoires", "Tau de Kendall", "Au hasard, ±",
                           "Part des paires restées dans l’ordre", "Part qui a bougé de plus d’un dixième")  # fmt: skip


def _notice(build: Build, args: Args, shown: str, *more: str) -> list[str]:
    asked = parse_asked(build, args)
    past = get_site().catalogue.retrospective
    told = [f"{past.label} : {past.definition} Ses rangs n’ont pas d’intervalle." if past else "", *more]
    return notice_of(build, {"niveau": asked.chosen.level}, shown, *(line for line in told if line))


def lay_out_series(build: Build, args: Args) -> Sheet:
    """The raw series of the chosen territories, then the median of the comparable ones."""
    asked = parse_asked(build, args)
    series = find_series(build, asked)
    label, unit = (series.label, series.unit) if series else ("", "")
    years = read_series_years(build, asked.chosen.level, asked.serie)
    names = {place.territory_code: place.label for place in asked.chosen.places}
    rows: list[list[Cell]] = [
        [str(r["territory_code"]), names[str(r["territory_code"])], label, unit, int(r["year"]), round_cell(r["value"]),
         STATUSES.get(str(r["status"]), str(r["status"])) or "publié", str(r["source_code"]), None]
        for r in list_records(pick_history(years, asked.chosen.places))
    ]  # fmt: skip
    field = find_field(build, asked.chosen)
    named = f"Médiane : {field.label}"
    rows += [
        ["", named, label, unit, int(r["year"]), round_cell(r["median"]), "", "", int(r["count"])]
        for r in list_records(compute_medians(years, field.members))
    ]
    return Sheet(_notice(build, args, f"{label}, année par année"), SERIES, rows, f"evolution-{asked.serie}")


def lay_out_ranks(build: Build, args: Args) -> Sheet:
    """Retrospective scores and ranks of the territories drawn, edition by edition."""
    asked = parse_asked(build, args)
    past = read_past(build, asked.chosen.level, asked.noeud)
    lines, total = list_lines(build, asked)
    label = name_nodes(build, asked.chosen.level).get(asked.noeud, asked.noeud)
    scores = dict(zip(past.codes, past.scores, strict=True))
    rows: list[list[Cell]] = [
        [line.code, line.name, label, year, round_cell(scores[line.code][at]), round_cell(line.ranks[at], 0), total]
        for line in lines
        for at, year in enumerate(past.editions)
    ]
    shown = f"{label}, rangs parmi {find_field(build, asked.chosen).label}" if asked.parmi == "comparables" else label
    return Sheet(_notice(build, args, shown), RANKS, rows, f"evolution-{asked.noeud}")


def lay_out_orders(build: Build, args: Args) -> Sheet:
    """What remains of the orders, by index and group, then series by series."""
    level = parse_asked(build, args).chosen.level
    names, found = list_groups(build, level), read_all(build, level)
    rows: list[list[Cell]] = []
    for index in list_indices():
        told = found.get(index.code)
        if told:
            span = (told.first, told.last)
            rows += [[index.label, names[group], *span, *_write(one)] for group, one in told.groups.items()]
    rows += [[s.label, "", s.first, s.last, *_write(one)] for s, one in read_series_stability(build, level)]
    more = "Au hasard : tau serait nul, à ± l’écart donné dans 95 cas sur 100 (formule sans ex æquo)"
    return Sheet(_notice(build, args, "stabilité de la hiérarchie entre deux dates", more), ORDERS, rows, "hierarchie")


def _write(one: Persistence) -> Sequence[Cell]:
    shares = (one.tau, one.chance, one.kept, one.moved)
    return [one.count, *(None if np.isnan(share) else round(float(share), 3) for share in shares)]
