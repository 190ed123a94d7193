"""The only module that says what a map may show, and reads it: both indices, a node of the tree, or a raw figure."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from dashboard.maps import Told
from dashboard.queries import INDEX_CODES, list_records
from dashboard.rankings import find_index
from dashboard.raw_figures import list_series, list_valued, read_latest, read_values
from dashboard.reading import PUBLISHED, Reading
from dashboard.standings import count_ranked, read_places, read_positions, read_standing
from dashboard.warehouse import Build
from dashboard.words import (
    ABSENT,
    FIXED,
    INTERVAL,
    NO_INTERVAL,
    STATUSES,
    format_measure,
    format_number,
    punctuate,
)
from indicators.catalogue import Catalogue

BOTH: Final = "deux"
NAMES: Final = {"attractivite": "Attractivité", "rayonnement": "Rayonnement"}
VALUE: Final = "valeur."
SERIES: Final = "serie."
LARGE: Final = 1_000  # a figure that reaches it has no decimals
HOVER: Final = 44  # letters on a line of what the pointer is told


@dataclass(frozen=True)
class Shown:
    """What a map shows.

    Attributes:
        code: As the address writes it: `deux`, a node, `valeur.<indicator>`, `serie.<series>`.
        kind: Both indices, the score of a node, or a raw figure.
        label: On screen.
        index: Index it belongs to, whose hue it takes; empty for a series.
        told: What it says, in a sentence.
        unit: Of a raw figure.
        decimals: Of a raw figure.
        is_sure: Whether its ranks ought to have an interval: indices and pillars.
    """

    code: str
    kind: Literal["both", "score", "figure"]
    label: str
    index: str = ""
    told: str = ""
    unit: str = ""
    decimals: int = 0
    is_sure: bool = False


def list_shown(
    build: Build, catalogue: Catalogue, level: str, reading: Reading = PUBLISHED
) -> dict[str, dict[str, str]]:
    """What may be shown at a level: by group, code and label."""
    ranked, valued = count_ranked(build, level, reading), list_valued(build, level, reading.edition)
    offered: dict[str, dict[str, str]] = {}
    if set(INDEX_CODES) <= set(ranked):
        offered["Ensemble"] = {BOTH: "les deux indices"}
    for index in catalogue.indices:
        codes = {index.code: f"{index.label}, indice"}
        for pillar in catalogue.pillars_of(index.code):
            codes |= {pillar.code: f"{pillar.label}, pilier"}
            codes |= {one.code: f"{one.label}, score" for one in catalogue.indicators_of(pillar.code)}
        offered[index.label] = {code: label for code, label in codes.items() if code in ranked}
    offered["Chiffres des indicateurs"] = {
        f"{VALUE}{one.code}": f"{one.label} ({punctuate(one.unit)})"
        for one in catalogue.indicators
        if one.code in valued and not one.is_derived
    }
    offered["Chiffres publiés, dernière année"] = {
        f"{SERIES}{one.series_code}": f"{one.label} ({one.year})" for one in list_series(build, level).values()
    }
    return {group: codes for group, codes in offered.items() if codes}


def find_shown(build: Build, catalogue: Catalogue, level: str, code: str) -> Shown:
    """What a code shows; the code is one of `list_shown`."""
    if code == BOTH:
        return Shown(BOTH, "both", "les deux indices")
    if code.startswith(SERIES):
        one = list_series(build, level)[code.removeprefix(SERIES)]
        told = (
            f"{one.label}{FIXED}: chiffre publié pour {one.year}, la dernière année connue, tel que la source le donne."
        )
        return Shown(code, "figure", one.label, "", told, punctuate(one.unit), 0 if one.is_whole else 1)
    indicators = {one.code: one for one in catalogue.indicators}
    found = indicators.get(code.removeprefix(VALUE))
    if found is None:
        index = catalogue.find_index(find_index(code, catalogue))
        node = index if code == index.code else catalogue.find_pillar(code)
        return Shown(code, "score", node.label, index.code, node.question, is_sure=True)
    hue, told = catalogue.index_of(found), punctuate(found.definition)
    if code.startswith(VALUE):
        return Shown(code, "figure", found.label, hue, told, punctuate(found.unit), found.decimals)
    return Shown(code, "score", found.label, hue, told)


def read_rows(build: Build, level: str, departement: str, shown: Shown, reading: Reading = PUBLISHED) -> pd.DataFrame:
    """The territories of a map, most populated first.

    Args:
        build: The build.
        level: Their level.
        departement: Of communes; empty for the whole of France.
        shown: What is shown.
        reading: Edition and variant of a score.

    Returns:
        As `standings.read_places`, then as `standings.read_positions` for both indices, the columns of `read_standing`
        for a score, or value, first_year, last_year and status for a raw figure.
    """
    if shown.kind == "both":
        rows = read_positions(build, level, reading)
    elif shown.kind == "score":
        rows = read_places(build, level).join(read_standing(build, level, shown.code, reading), on="territory_code")
    elif shown.code.startswith(SERIES):
        found = read_latest(build, level, shown.code.removeprefix(SERIES))
        rows = read_places(build, level).join(found, on="territory_code")
    else:
        found = read_values(build, level, shown.code.removeprefix(VALUE), reading.edition)
        rows = read_places(build, level).join(found, on="territory_code")
    return rows[rows["departement"].eq(departement)].reset_index(drop=True) if departement else rows


def list_values(rows: pd.DataFrame, shown: Shown) -> pd.Series[float]:
    """The column that is shaded, of a map that does not cross the indices."""
    return rows["score" if shown.kind == "score" else "value"].astype(float)


def tell(rows: pd.DataFrame, shown: Shown) -> Told:
    """What the pointer is told: score, rank with its interval and coverage, or a figure with its year.

    Cells are whole numbers wherever they can be: a sentence a territory would weigh three times as much.
    """
    if shown.kind == "figure":
        decimals = choose_decimals(rows, shown)
        lines = [*_wrap(f"{shown.label}, {shown.unit}"), "<b>%{customdata[0]}</b>"]
        return Told([[say_figure(row, decimals)] for row in list_records(rows)], _join(lines))
    nodes = {f"{code}_": name for code, name in NAMES.items()} if shown.kind == "both" else {"": shown.label}
    columns: list[list[int | str]] = []
    lines = []
    for lead, name in nodes.items():
        lines += _tell_node(rows, lead, name, columns, is_sure=shown.is_sure or shown.kind == "both")
    shares = pd.concat([rows[f"{lead}coverage"] for lead in nodes], axis="columns")
    least = "au moins " if len(nodes) > 1 else ""
    lines.append(f"Données connues{FIXED}: {least}%{{customdata[{len(columns)}]}}{FIXED}%")
    columns.append(_whole(100 * shares.min(axis="columns", skipna=False)))
    return Told([list(cells) for cells in zip(*columns, strict=True)], _join(lines))


def _tell_node(rows: pd.DataFrame, lead: str, name: str, columns: list[list[int | str]], *, is_sure: bool) -> list[str]:
    """The lines about one node, whose cells join `columns`: « Rayonnement 64, rang 12, intervalle 9–17 »."""
    start, has_interval = len(columns), bool(rows[f"{lead}rank_low"].notna().any())
    ends = ("score", "rank", "rank_low", "rank_high") if has_interval else ("score", "rank")
    columns += [_whole(rows[f"{lead}{end}"]) for end in ends]
    score, rank, low, high = (f"%{{customdata[{start + place}]}}" for place in range(4))
    if has_interval:
        return [f"{_escape(name)} {score}, rang {rank}", f"{INTERVAL} {low}–{high}"]
    return [f"{_escape(name)} {score}, rang {rank}" + (f" ({NO_INTERVAL})" if is_sure else "")]


def _whole(column: pd.Series[float]) -> list[int | str]:
    return [ABSENT if pd.isna(value) else round(value) for value in column]


def _join(lines: Sequence[str]) -> str:
    return "<br>".join(["<b>%{text}</b>", *lines]) + "<extra></extra>"


def _escape(label: str) -> str:
    return label.replace("&", "&amp;").replace("<", "&lt;")


def _wrap(text: str) -> list[str]:
    """Lines that a small screen holds."""
    return [_escape(line) for line in textwrap.wrap(text, HOVER, break_on_hyphens=False)]


def say_share(share: float) -> str:
    """« 93 % » from 0.93."""
    return format_measure(100 * share, "%") if pd.notna(share) else ABSENT


def choose_decimals(rows: pd.DataFrame, shown: Shown) -> int:
    """Decimals of a raw figure: none where figures are large."""
    return 0 if rows["value"].abs().max() >= LARGE else shown.decimals


def say_figure(row: Mapping[str, Any], decimals: int) -> str:
    """« 453 825 (2023) », « 12 (2026, estimé) », « n.d. (secret statistique) »; the unit is told apart, once."""
    if pd.isna(row["value"]):
        return f"{ABSENT} ({STATUSES['secret']})" if row["status"] == "secret" else ABSENT
    notes = [say_years(row), STATUSES.get(str(row["status"]), "")]
    told = ", ".join(note for note in notes if note)
    return format_number(row["value"], decimals) + (f" ({told})" if told else "")


def say_years(row: Mapping[str, Any]) -> str:
    """« 2023 », or « 2018 à 2023 » when a figure draws on several years."""
    if pd.isna(row["last_year"]):
        return ""
    last = f"{row['last_year']:.0f}"
    first = last if pd.isna(row["first_year"]) else f"{row['first_year']:.0f}"
    return last if first == last else f"{first} à {last}"


def describe_values(values: Sequence[float], shown: Shown, decimals: int) -> list[str]:
    """Figures as a legend writes them, without their unit."""
    return [format_number(value, decimals if shown.kind == "figure" else 0) for value in values]
