"""A territory against the others, in sentences: advantages and weaknesses, similar territories and why."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import Piece
from dashboard.profiles import (
    MOST_TOLD,
    find_medians,
    list_observed,
    read_differences,
    read_matrix,
    read_neighbours,
)
from dashboard.queries import Place, find_row
from dashboard.rankings import address_of
from dashboard.sentences import clear_side, say_beyond
from dashboard.standings import read_places
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, format_number, format_score
from indicators.catalogue import Catalogue
from indicators.peers import Difference, Neighbour


def advantages(build: Build, place: Place, profile: pd.DataFrame, catalogue: Catalogue, peers: str) -> list[Component]:
    """Advantages and weaknesses against the comparable territories; a pillar is told only beyond its interval."""
    found = read_differences(build, catalogue, place.level, place.territory_code)
    pillars = [_say_pillar(p.label, p.index, find_row(profile, p.code)) for p in catalogue.pillars]
    ups = [line for line, up in filter(None, pillars) if up] + _list(found, catalogue, up=True)
    downs = [line for line, up in filter(None, pillars) if not up] + _list(found, catalogue, up=False)
    if not ups and not downs:
        return []
    silent = len(pillars) - sum(one is not None for one in pillars)
    return [
        html.Section(
            [
                html.H2("Atouts et points faibles"),
                html.P(
                    f"Face aux territoires comparables ({peers}). Un pilier n’est cité que si l’écart dépasse son "
                    f"incertitude ({format_number(len(pillars) - silent)} sur "
                    f"{format_number(len(pillars))} ici){NARROW}; un chiffre, s’il s’écarte d’au moins un écart-type.",
                    className="small",
                ),
                html.Div([_column("Atouts", ups), _column("Points faibles", downs)], className="two-columns"),
            ],
            className="sheet-section",
            id="atouts",
        )
    ]


def _column(title: str, lines: list[Component]) -> Component:
    body = html.Ul(lines, className="sentences") if lines else html.P("Rien ne ressort nettement.", className="small")
    return html.Div([html.H3(title), body])


def _say_pillar(label: str, index: str, row: pd.Series[Any] | None) -> tuple[Component, bool] | None:
    """A pillar whose whole interval is on one side of the comparable territories' median."""
    above = None if row is None else clear_side(*(float(row[end]) for end in ("low", "peer_median", "high")))
    if row is None or above is None:
        return None
    told = f"{'au-dessus' if above else 'au-dessous'} de la médiane ({format_score(row['peer_median'])})"
    score = format_score(row["score"], row["low"], row["high"])
    line = html.Li([html.Strong(label, className=index), f", {told}{FIXED}: {score}."])
    return line, above


def _list(found: list[Difference], catalogue: Catalogue, *, up: bool) -> list[Component]:
    return [_say_difference(one, catalogue) for one in found if (one.excess > 0) == up][:MOST_TOLD]


def _say_difference(one: Difference, catalogue: Catalogue) -> Component:
    indicator = catalogue.find_indicator(one.code)
    link = html.A(indicator.label, href=f"#indicateur-{one.code}")
    told = f"{NARROW}: score {format_number(one.score)}, moyenne {format_number(one.peer_mean)}"
    return html.Li([link, told.replace(NARROW, FIXED), say_beyond(one.beyond, above=one.excess > 0), "."])


def similar(build: Build, place: Place, catalogue: Catalogue) -> list[Component]:
    """The nearest profiles, with what they share and where they part."""
    found = read_neighbours(build, catalogue, place.level, place.territory_code)
    if not found:
        return []
    return [
        html.Section(
            [
                html.H2("Territoires de profil voisin"),
                html.P(
                    "Les plus proches sur l’ensemble des indicateurs, quels que soient leur nature et leur taille. "
                    "L’écart est la différence de score, en moyenne quadratique, en points.",
                    className="small",
                ),
                html.Ol([_say_neighbour(build, place, one, catalogue) for one in found], className="neighbours"),
            ],
            className="sheet-section",
            id="voisins",
        )
    ]


def _say_neighbour(build: Build, place: Place, one: Neighbour, catalogue: Catalogue) -> Component:
    row = read_places(build, place.level).iloc[one.row]
    link = dcc.Link(
        str(row["label"]), href=f"/territoire/{address_of({str(key): value for key, value in row.items()})}"
    )
    parts: list[Piece] = [link, html.Span(f"écart {format_number(one.distance, 0)}", className="small")]
    told = [_say_alike(build, place, one, catalogue), _say_apart(one, catalogue)]
    return html.Li([*parts, html.P(" ".join(t for t in told if t), className="neighbour-why")])


def _say_alike(build: Build, place: Place, one: Neighbour, catalogue: Catalogue) -> str:
    """« Ont en commun : étudiants et recherche au-dessus de la médiane, vacance au-dessous. »."""
    codes = list_observed(catalogue, place.level)
    matrix, medians = read_matrix(build, place.level, codes), find_medians(build, catalogue, place.level)
    own = dict(zip(codes, matrix.scores[matrix.rows[place.territory_code]], strict=True))
    sides: dict[bool, list[str]] = {True: [], False: []}
    for reason in one.alike:
        sides[bool(own[reason.code] > medians[reason.code])].append(_name(reason.code, catalogue))
    said = [f"{_join(sides[True])} au-dessus de la médiane"] if sides[True] else []
    said += [f"{_join(sides[False])} au-dessous"] if sides[False] else []
    return f"En commun{FIXED}: {', '.join(said)}." if said else ""


def _say_apart(one: Neighbour, catalogue: Catalogue) -> str:
    if not one.apart:
        return ""
    said = [
        f"{_name(r.code, catalogue)} ({'+' if r.gap > 0 else '−'}{format_number(abs(r.gap))})" for r in one.apart[:2]
    ]
    return f"S’en distingue surtout par {_join(said)}."


def _name(code: str, catalogue: Catalogue) -> str:
    label = catalogue.find_indicator(code).label
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _join(words: list[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
