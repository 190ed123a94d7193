"""The only module that lists the series of a territory over their years, as the fragment its page fetches."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dashboard.queries import Place, read_observations, read_published_years
from dashboard.series_lines import SeriesLine, draw_line, make_line, say_ends, say_figure, say_marks
from dashboard.warehouse import Build
from dashboard.words import ABSENT, STATUSES
from indicators.catalogue import Catalogue

LEAST_TOLD = 3  # years from which a series is shown among the territory's evolutions


def list_lines(build: Build, place: Place, series: Iterable[str]) -> list[SeriesLine]:
    """The series of a territory, in the order given, those it has no row of left out."""
    observed = read_observations(build, place.territory_code, place.level)
    published = read_published_years(build, place.level)
    rows = {str(code): own for code, own in observed.groupby("series_code")}
    return [make_line(rows[code], published[code]) for code in dict.fromkeys(series) if code in rows]


def list_evolutions(build: Build, place: Place, catalogue: Catalogue) -> list[SeriesLine]:
    """The series behind the indicators, past index included, that have at least three years here."""
    trees = [catalogue, *([catalogue.retrospective.catalogue] if catalogue.retrospective else [])]
    series = [code for tree in trees for one in tree.indicators for code in one.series]
    return [line for line in list_lines(build, place, series) if len(line.known) >= LEAST_TOLD]


def write_evolution(lines: list[SeriesLine]) -> str:
    """Every series as a small line, then all their figures as a table."""
    drawn = "".join(f"<li>{write_line(line)}</li>" for line in lines)
    return f'<ul class="series-list">{drawn}</ul>{_write_table(lines)}'


def write_line(line: SeriesLine) -> str:
    """A series: its name, its line, its ends in words, what is missing or marked."""
    marks = say_marks(line)
    return (
        f'<div class="series"><p class="series-name">{escape(line.name)}</p>{draw_line(line)}'
        f'<p class="series-ends">{escape(say_ends(line))}</p>'
        f'{f"""<p class="small">{escape(marks)}</p>""" if marks else ""}</div>'
    )


def _write_table(lines: list[SeriesLine]) -> str:
    years = sorted({year for line in lines for year in (*line.points, *line.gaps)}, reverse=True)
    head = "".join(f'<th scope="col">{escape(line.name)}</th>' for line in lines)
    body = "".join(
        f'<tr><th scope="row">{year}</th>{"".join(f"<td>{escape(_say_cell(line, year))}</td>" for line in lines)}</tr>'
        for year in years
    )
    return (
        '<details class="numbers-block"><summary>Voir les chiffres</summary>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Séries par année">'
        f'<table><thead><tr><th scope="col">Année</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )


def _say_cell(line: SeriesLine, year: int) -> str:
    if year not in line.points:
        return ABSENT if year in line.gaps else ""
    value, status = line.points[year]
    if status == "secret":
        return STATUSES["secret"]
    mark = f", {STATUSES[status]}" if STATUSES.get(status) else ""
    return say_figure(value) + mark
