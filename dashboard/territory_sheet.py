"""What a reader takes away of a territory: every node and raw figure as rows, the plate of its pillars as an image."""

from __future__ import annotations

from typing import Final

import pandas as pd
from flask import abort
from plotly.graph_objects import Figure

from dashboard.downloads import Args, notice_of
from dashboard.evidence import find_sources, say_years
from dashboard.exports import Cell, Sheet
from dashboard.imprint import Caption
from dashboard.measures import read_measure
from dashboard.positions import find_peers
from dashboard.profiles import read_full_profile
from dashboard.queries import Place, find_row, read_observations, read_source
from dashboard.rankings import address_of
from dashboard.reading import VARIANTS, parse_reading
from dashboard.routing import find_territory
from dashboard.sheets import round_cell
from dashboard.site import get_site
from dashboard.standings import count_ranked
from dashboard.territory_plate import draw_plate
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, STATUSES
from indicators.catalogue import TARGETS, THEMES, Indicator

HEADER: Final = (
    "Indice", "Pilier", "Indicateur", "Thème", "Cibles", "Score", "bas", "haut", "Médiane des comparables", "Rang",
    "rang, meilleur", "rang, moins bon", "sur", "Valeur", "Unité", "Années", "État", "Source",
)  # fmt: skip
FIGURE_DECIMALS: Final = 4


def _find_place(build: Build, args: Args) -> Place:
    place = find_territory(build, args.get("territoire"))
    if place is None:
        abort(404)
    return place


def write_query(place: Place, query: str) -> str:
    """The query of what is taken away: which territory, at which level, then what its page was asked."""
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    return "&".join(part for part in (f"territoire={code}", f"niveau={place.level}", query) if part)


def lay_out_territory(build: Build, args: Args) -> Sheet:
    """Every node of both indices, then context indicators, each with its score and its raw figure."""
    place, catalogue = _find_place(build, args), get_site().catalogue
    reading = parse_reading(build, place.level, args)
    group = find_peers(build, place)
    profile = read_full_profile(build, catalogue, place.level, place.territory_code, group.members, reading)
    totals = count_ranked(build, place.level) | count_ranked(build, place.level, reading)
    rows: list[list[Cell]] = []
    for index in catalogue.indices:
        rows.append([index.label, *[None] * 4, *_standing(profile, index.code, totals), *[None] * 5])
        for pillar in catalogue.pillars_of(index.code):
            lead: list[Cell] = [index.label, pillar.label]
            rows.append([*lead, *[None] * 3, *_standing(profile, pillar.code, totals), *[None] * 5])
            rows += [
                [
                    *lead,
                    *_name(one),
                    *_standing(profile, one.code, totals),
                    *_figure(build, place, one, profile, reading.variant),
                ]
                for one in catalogue.indicators_of(pillar.code)
                if place.level in one.levels
            ]
    shown = f"{place.label} ({place.territory_code}), comparé à{FIXED}: {group.label}"
    return Sheet(notice_of(build, args, shown), HEADER, rows, f"territoire-{place.territory_code}")


def _name(one: Indicator) -> list[Cell]:
    label = one.label if one.is_scored else f"{one.label} (pour contexte)"
    return [label, THEMES.get(one.theme, one.theme), ", ".join(TARGETS.get(t, t) for t in one.targets)]


def _standing(profile: pd.DataFrame, node: str, totals: dict[str, int]) -> list[Cell]:
    row = find_row(profile, node)
    if row is None:
        return [None] * 8
    scores = [round_cell(row[name]) for name in ("score", "low", "high", "peer_median")]
    ranks = [round_cell(row[name], 0) for name in ("rank", "rank_low", "rank_high")]
    return [*scores, *ranks, totals.get(node)]


def _figure(build: Build, place: Place, one: Indicator, profile: pd.DataFrame, variant: str) -> list[Cell]:
    """Raw figure, unit, years, status and sources; a secret or an absent figure says so."""
    observed = read_observations(build, place.territory_code, place.level)
    observed = observed[observed["series_code"].isin(one.series)]
    cards = [read_source(build, code) for code in find_sources(build, one, observed)]
    sources = ", ".join(str(card["title"]) for card in cards if card)
    row = find_row(profile, one.code)
    if row is None or pd.isna(row["value"]):
        is_secret = bool(observed["status"].eq("secret").any())
        return [None, one.unit, "", STATUSES["secret"] if is_secret else "donnée absente", sources]
    told = read_measure(one, float(row["value"]), variant)
    status = STATUSES.get(str(row["status"]), "") or "publié"
    years = say_years(row["first_year"], row["last_year"])
    return [round_cell(told.value, FIGURE_DECIMALS), told.unit, years, status, sources]


def draw_territory(build: Build, palette: Palette, args: Args) -> Figure:
    """The plate of the pillars."""
    place = _find_place(build, args)
    return draw_plate(build, palette, get_site().catalogue, place, parse_reading(build, place.level, args))


def caption_territory(build: Build, args: Args) -> Caption:
    """What the image says above the plate."""
    place = _find_place(build, args)
    reading = parse_reading(build, place.level, args)
    return Caption(
        f"{place.label}, parmi ses comparables",
        f"Indices et piliers de 1 à 100, lecture {VARIANTS[reading.variant][0]}. En couleur, le territoire et son "
        f"intervalle{NARROW}; en gris, les {find_peers(build, place).label}{NARROW}; trait{FIXED}: leur médiane.",
    )
