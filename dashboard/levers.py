"""Leviers: which figures would move a territory's rank most, in their own unit. A sensitivity, not a forecast."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import Piece, listed_row, listed_table
from dashboard.profiles import STEP, read_fit, read_levers
from dashboard.queries import Place, find_row, list_records, read_epci_of, read_observations, read_series
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, agree, format_number, format_ordinal, format_rank, pluralise
from indicators.catalogue import Catalogue, Index, Indicator
from indicators.inverse import invert_score, read_denominator, read_ratio

LEVER_LEVELS: Final = ("epci", "departement", "region")  # among 34,875 communes a place more or less says nothing
HEAD: Final = ("Chiffre", "Aujourd’hui", "À atteindre", "Rang", "S’il perdait autant")


@dataclass(frozen=True)
class Lever:
    """A figure that moves a rank.

    Attributes:
        indicator: The indicator.
        value: Its figure today, in its unit.
        gained: Points of score gained, at most `STEP`.
        value_up: The figure that would give them; NaN where nothing is left to gain.
        count: How much its count would have to move, what it is divided by staying fixed; NaN where it is no rate.
        counted: Unit of the count.
        rank_up: Rank reached.
        rank_down: Rank if as many points were lost.
    """

    indicator: Indicator
    value: float
    gained: float
    value_up: float
    count: float
    counted: str
    rank_up: int
    rank_down: int


def list_levers(
    build: Build, place: Place, index_code: str, profile: pd.DataFrame, catalogue: Catalogue
) -> list[Lever]:
    """The levers of a territory in one index, those that move it most first.

    Args:
        build: The build.
        place: The territory.
        index_code: The index ranked.
        profile: As `queries.read_profile`, of the published reading.
        catalogue: The index as declared.
    """
    found = read_levers(build, catalogue, place.level, index_code, place.territory_code)
    return [_read_lever(build, place, row, profile, catalogue) for row in list_records(found.reset_index())]


def _read_lever(build: Build, place: Place, row: dict[str, Any], profile: pd.DataFrame, catalogue: Catalogue) -> Lever:
    one = catalogue.find_indicator(str(row["column"]))
    own, gained = find_row(profile, one.code), float(row["score_up"] - row["score"])
    value = float("nan") if own is None else float(own["value"])
    fitted = read_fit(build, place.level).get(one.code, {})
    is_known = gained > 0 and {"worst", "best"} <= set(fitted)
    value_up = invert_score(one, row["score_up"], fitted, catalogue.score_range) if is_known else float("nan")
    count, counted = _find_count(build, place, one, value_up - value, catalogue.edition)
    return Lever(one, value, gained, value_up, count, counted, int(row["rank_up"]), int(row["rank_down"]))


def _find_count(build: Build, place: Place, one: Indicator, change: float, edition: int) -> tuple[float, str]:
    """How much the count behind a rate moves with it, and its unit; NaN where the figure is no rate of a count."""
    ratio = read_ratio(one)
    if ratio is None or ratio.denominator is None:
        return float("nan"), ""
    observed = read_observations(build, place.territory_code, place.level)
    denominator = read_denominator(one, ratio, observed, edition)
    unit = str(read_series(build)["unit"].get(ratio.series, ""))
    return ratio.find_count(change, denominator), unit.removesuffix(" par an")


def levers(build: Build, place: Place, profile: pd.DataFrame, catalogue: Catalogue) -> list[Component]:
    """The section; for communes, why there is none."""
    if place.level not in LEVER_LEVELS:
        return [_section([html.P(_say_why_not(build, place))])] if len(profile) else []
    tables = [_lever_table(build, place, index, profile, catalogue) for index in catalogue.indices]
    if not any(tables):
        return []
    told = (
        f"Les chiffres qui déplaceraient le plus le rang s’ils gagnaient {format_number(STEP)}{FIXED}points de score, "
        "tout le reste égal, chez les autres aussi. Le chiffre à atteindre est lu sur l’échelle de l’indicateur, "
        "entre ses repères fixes. C’est une sensibilité de l’indice, non une prévision ni un conseil."
    )
    return [_section([html.P(told, className="small"), html.Div([t for t in tables if t], className="lever-tables")])]


def _section(body: list[Component]) -> Component:
    return html.Section([html.H2("Leviers"), *body], className="sheet-section", id="leviers")


def _say_why_not(build: Build, place: Place) -> list[Piece]:
    """A commune has no levers; its intercommunalité has."""
    total = max(count_ranked(build, place.level).values(), default=0)
    why = (
        f"Les leviers ne sont pas calculés pour les communes{FIXED}: parmi {format_number(total)} "
        f"{LEVELS[place.level][1]}, mille places de plus ou de moins ne disent rien, et un seul équipement y change "
        "tout."
    )
    epci = read_epci_of(build, place.territory_code)
    if epci is None:
        return [why]
    link = dcc.Link(epci.label, href=f"/territoire/{epci.territory_code}#leviers")
    return [why, " Voyez ceux de son intercommunalité, ", link, "."]


def _lever_table(
    build: Build, place: Place, index: Index, profile: pd.DataFrame, catalogue: Catalogue
) -> Component | None:
    row = find_row(profile, index.code)
    found = list_levers(build, place, index.code, profile, catalogue)
    if row is None or not found:
        return None
    total = count_ranked(build, place.level).get(index.code, 0)
    table = listed_table(HEAD, [_row(one, row) for one in found], f"Leviers en {index.label.lower()}", "levers")
    return html.Div([html.H3(index.label, className=index.code), html.P(_say_now(row, total, found)), table])


def _row(one: Lever, now: pd.Series[Any]) -> Component:
    name = html.A(one.indicator.label, href=f"#indicateur-{one.indicator.code}")
    cells = (_say_value(one.indicator, one.value), _say_target(one), _say_reached(one, now), _say_lost(one, now))
    return listed_row(HEAD, (name, *cells))


def _say_value(one: Indicator, value: float) -> Piece:
    return html.Span(
        [html.Strong(format_number(value, one.decimals)), html.Span(f" {agree(value, one.unit)}", className="unit")]
    )


def _say_target(one: Lever) -> Piece:
    """« +12 points : 5,2 (soit 350 chambres de plus) »."""
    if np.isnan(one.value_up):
        return "déjà au plus haut"
    told = f"+{format_number(one.gained)}{FIXED}points{FIXED}: "
    parts: list[Piece] = [told, html.Strong(format_number(round_told(one.value_up), find_decimals(one)))]
    return html.Span([*parts, html.Span(say_count(one), className="lever-count")])


def find_decimals(one: Lever) -> int:
    """Decimals of the figure to reach: as the indicator's, one more where the two would read the same."""
    decimals = one.indicator.decimals
    same = format_number(one.value, decimals) == format_number(one.value_up, decimals)
    return decimals + 1 if same else decimals


def say_count(one: Lever) -> str:
    """« soit 350 chambres de plus, à population égale »; for a stock, the difference itself; else empty."""
    if np.isfinite(one.count):
        fixed = "à population égale" if "population" in one.indicator.series else "le reste égal"
        return f"soit {_say_more(one.count, one.counted)}, {fixed}"
    ratio = read_ratio(one.indicator)
    is_stock = ratio is not None and one.indicator.transform != "none"
    return f"soit {_say_more(one.value_up - one.value, one.indicator.unit)}" if is_stock else ""


def round_told(figure: float, digits: int = 3) -> float:
    """A figure with no more digits than a sensitivity deserves; small ones as they are."""
    if abs(figure) < 10**digits:
        return figure
    return float(round(figure, digits - 1 - math.floor(math.log10(abs(figure)))))


def _say_more(change: float, unit: str) -> str:
    count = max(1, round(round_told(abs(change), 2)))
    return f"{format_number(count)}{FIXED}{agree(count, unit)} de {'plus' if change > 0 else 'moins'}"


def _say_reached(one: Lever, now: pd.Series[Any]) -> Piece:
    told = f"{format_ordinal(int(now['rank']))} → {format_ordinal(one.rank_up)}"
    if pd.notna(now["rank_low"]) and one.rank_up < now["rank_low"]:
        return html.Span([told, html.Span("hors de l’intervalle", className="lever-count")])
    return told


def _say_lost(one: Lever, now: pd.Series[Any]) -> str:
    return format_ordinal(one.rank_down) if one.rank_down > now["rank"] else "inchangé"


def _say_now(row: pd.Series[Any], total: int, found: list[Lever]) -> str:
    """Where it stands, and whether the best lever goes beyond what its uncertainty already allows."""
    now = f"Aujourd’hui {format_rank(row['rank'], total, low=row['rank_low'], high=row['rank_high'])}."
    if pd.isna(row["rank_low"]):
        return now
    beyond = sum(one.rank_up < row["rank_low"] for one in found)
    if not beyond:
        return f"{now} Aucun de ces gains n’en sortirait."
    return f"{now} {pluralise(beyond, 'de ces gains en sortirait', 'de ces gains en sortiraient')}."
