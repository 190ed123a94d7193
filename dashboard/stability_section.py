"""The answer to « la hiérarchie des villes change peu », in sentences, in a figure and in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import Piece, scroll_table
from dashboard.evolutions import list_indices
from dashboard.histories import list_series, read_latest_years
from dashboard.queries import list_records
from dashboard.rankings import address_of
from dashboard.site import get_site
from dashboard.stability import (
    CITIES,
    MOST_MOVED,
    Stability,
    find_headline,
    follow_series,
    list_groups,
    name_change,
    read_moves,
    read_series_stability,
    read_stability,
)
from dashboard.warehouse import Build
from dashboard.words import ABSENT, FIXED, LEVELS, NARROW, format_number, format_ordinal, pluralise, punctuate
from indicators.catalogue import Index
from indicators.hierarchy import FAR, MOVED_BY_CHANCE, Persistence

POPULATION = "population"  # the series whose order is the hierarchy of cities in its usual sense
CROWDED = 0.05  # share of the territories at the floor from which it is told
GROUP_HEAD = (
    "Groupe",
    "Territoires",
    "Tau",
    "Au hasard",
    "Paires restées dans l’ordre",
    "Ont bougé de plus d’un dixième",
)
SERIES_HEAD = ("Chiffre", "Années", "Territoires", "Tau", "Au hasard", "Paires restées dans l’ordre",
               "Ont bougé de plus d’un dixième")  # fmt: skip


def read_all(build: Build, level: str) -> dict[str, Stability]:
    """What remains of the order of each index of the retrospective tree, by code; those that have no past left out."""
    found = {index.code: read_stability(build, level, index.code) for index in list_indices()}
    return {code: told for code, told in found.items() if told}


def say_answer(build: Build, level: str) -> str:
    """The answer in two sentences: each index, then the order of populations, which the claim has in mind."""
    found, group = read_all(build, level), find_headline(level)
    told = {index: found[index.code].groups[group] for index in list_indices() if index.code in found}
    told = {index: one for index, one in told.items() if not np.isnan(one.kept)}
    if not told:
        return "L’indice rétrospectif n’est pas calculé à ce niveau."
    first = next(iter(found.values()))
    verdicts = " et ".join(f"{name_change(one.moved)} en {_shorten(index)}" for index, one in told.items())
    kept = " et ".join(format_number(100 * one.kept) for one in told.values())
    return (
        f"De {first.first} à {first.last}, la hiérarchie des {_name(level)} {verdicts}{FIXED}: sur 100{FIXED}paires, "
        f"{kept} gardent leur ordre.{_say_population(build, level)}"
    )


def _say_population(build: Build, level: str) -> str:
    series = next((one for one in list_series(build, level) if one.code == POPULATION), None)
    told = follow_series(build, level, series) if series else None
    if series is None or told is None or np.isnan(told.kept):
        return ""
    kept = format_number(100 * told.kept)
    return f" Celle de leur population {name_change(told.moved)}{FIXED}: {kept}, de {series.first} à {series.last}."


def _name(level: str) -> str:
    return "villes" if find_headline(level) == CITIES else LEVELS[level][1]


def _shorten(index: Index) -> str:
    """« attractivité » from « Attractivité rétrospective »."""
    return index.label.split(" ")[0].lower()


def format_tau(tau: float) -> str:
    """Two decimals: a third would be finer than what chance alone moves."""
    return format_number(tau, 2)


def format_share(share: float) -> str:
    """« 88 % », or `n.d.`."""
    told = format_number(100 * share)
    return told if told == ABSENT else f"{told}{FIXED}%"


def answers(build: Build, level: str) -> list[Component]:
    """One sentence an index: tau, pairs kept, who moved, against chance."""
    group = find_headline(level)
    found = read_all(build, level)
    lines = [
        html.Li(_say_index(index, found[index.code], found[index.code].groups[group], level))
        for index in list_indices()
        if index.code in found
    ]
    return [html.Ul(lines, className="sentences"), *_cautions(build, level, found)]


def _say_index(index: Index, told: Stability, here: Persistence, level: str) -> list[Piece]:
    step = float(np.nanmedian([one.tau for one in told.steps.values()]))
    kept = format_number(100 * here.kept)
    return [
        html.Strong(index.label, className=index.code.removeprefix("retro_")),
        f"{FIXED}: sur 100{FIXED}paires de {_name(level)}, {kept} sont restées dans le même ordre de {told.first} à ",
        f"{told.last} (au hasard, 50){NARROW}; {format_share(here.moved)} des {format_number(here.count)} ont bougé ",
        f"de plus d’un dixième du classement (au hasard, {format_share(MOVED_BY_CHANCE)}). Tau de Kendall{FIXED}: ",
        f"{format_tau(here.tau)}, contre {format_tau(step)} d’une année à la suivante{NARROW}; au hasard, il serait ",
        f"nul, à {format_tau(here.chance)} près.",
    ]


def _cautions(build: Build, level: str, found: Mapping[str, Stability]) -> list[Component]:
    """What the reduced tree can and cannot say, from the build itself."""
    past = get_site().catalogue.retrospective
    if past is None or not found:
        return []
    last = max(told.last for told in found.values())
    labels = {one.code: one.label for one in past.catalogue.indicators}
    old = {code: year for code, year in read_latest_years(build, level).items() if year < last and code in labels}
    observed = ", ".join(_lower(one.label) for one in past.catalogue.scored)
    sentences = [(
        f"L’arbre et les repères sont les mêmes pour toutes les éditions, et les dénominateurs sont figés{FIXED}: "
        f"seuls les chiffres bougent. Le classement ne mesure que ce qui est observé chaque année ({observed})."
    )]  # fmt: skip
    if old:
        told = ", ".join(f"{_lower(labels[code])} ({year})" for code, year in old.items())
        sentences.append(f"Des chiffres de l’édition {last} sont plus anciens, ce qui fige d’autant{FIXED}: {told}.")
    for index in list_indices():
        if index.code in found and found[index.code].floor_share > CROWDED:
            count = pluralise(found[index.code].at_floor, "territoire")
            among = LEVELS[level][1]
            sentences.append(
                f"En {_shorten(index)}, {count} de l’ensemble des {among} partagent la dernière place, faute de "
                "chiffres positifs. Une paire à égalité ne compte pas dans les paires restées dans l’ordre."
            )
    return [html.P(punctuate(sentence), className="small after") for sentence in sentences]


def _lower(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def groups_table(build: Build, level: str, node_code: str, label: str) -> Component | None:
    """By group: how many, tau, chance, pairs kept, share that moved."""
    told = read_stability(build, level, node_code)
    if told is None:
        return None
    names = list_groups(build, level)
    body = [
        html.Tr([html.Th(names[group], scope="row"), *(html.Td(c, className="number") for c in write_cells(one))])
        for group, one in told.groups.items()
    ]
    return scroll_table(
        GROUP_HEAD, body, f"{label}{FIXED}: stabilité de l’ordre, de {told.first} à {told.last}, par groupe"
    )


def write_cells(one: Persistence) -> list[str]:
    """The figures of one row, in words."""
    chance = format_tau(one.chance)
    return [
        format_number(one.count),
        format_tau(one.tau),
        ABSENT if chance == ABSENT else f"±{NARROW}{chance}",
        format_share(one.kept),
        format_share(one.moved),
    ]


def decay_rows(build: Build, level: str) -> tuple[list[str], list[list[str]]]:
    """What the figure draws: heads, then by edition tau with the first edition and with the one before."""
    found = read_all(build, level)
    known = [index for index in list_indices() if index.code in found]
    heads = [
        f"{index.label.split(' ')[0]}, avec {words}"
        for index in known
        for words in (str(found[index.code].first), "l’année d’avant")
    ]
    years = sorted({year for told in found.values() for year in told.decay})
    rows = []
    for year in years:
        cells = [told.get(year) for index in known
                 for told in (found[index.code].decay, found[index.code].steps)]  # fmt: skip
        rows.append([str(year), *(format_tau(one.tau) if one else ABSENT for one in cells)])
    return ["Édition", *heads], rows


def series_rows(build: Build, level: str) -> list[list[str]]:
    """The raw series, the firmest order first: what persists and what is shuffled again."""
    return [
        [series.label, f"{series.first}–{series.last}", *write_cells(told)]
        for series, told in read_series_stability(build, level)
    ]


def moves_section(build: Build, level: str, node_code: str, chosen: Sequence[str]) -> list[Component]:
    """The greatest climbers and fallers of the headline group, and the chosen territories of that group."""
    moves = read_moves(build, level, node_code)
    if len(moves) < 2 * MOST_MOVED:
        return []
    own = moves[moves["territory_code"].isin(list(chosen))]
    columns = [
        _moves("Ont le plus monté", moves.head(MOST_MOVED), level),
        _moves("Ont le plus reculé", moves.tail(MOST_MOVED).iloc[::-1], level),
    ]
    if len(own):
        columns.append(_moves("Les territoires choisis", own, level))
    return [html.Div(columns, className="climbs"), html.P(_caution(len(moves), level), className="small after")]


def _caution(count: int, level: str) -> str:
    return (
        f"Places parmi {format_number(count)}{FIXED}{_name(level)} classés à toutes les éditions. Un mouvement peut "
        "tenir à un seul chiffre (un musée qui rouvre, un chômage qui baisse dans la zone d’emploi)"
        f"{NARROW}; ces rangs n’ont pas d’intervalle, et un écart de moins d’un dixième du classement "
        f"({pluralise(round(FAR * count), 'place')}) ne se commente pas."
    )  # fmt: skip


def _moves(title: str, rows: pd.DataFrame, level: str) -> Component:
    return html.Div([html.H4(title), html.Ul([_move(row, level) for row in list_records(rows)], className="move-list")])


def _move(row: dict[str, object], level: str) -> Component:
    code = address_of({"level": level, "territory_code": row["territory_code"]})
    gain = int(float(str(row["gain"])))
    sign = "+" if gain > 0 else "−" if gain < 0 else ""
    told = f"{sign}{format_number(abs(gain))}{FIXED}({_place(row['before'])} → {_place(row['after'])})"
    return html.Li([dcc.Link(str(row["label"]), href=f"/territoire/{code}"), html.Span(told, className="move-told")])


def _place(rank: object) -> str:
    return format_ordinal(int(float(str(rank))))
