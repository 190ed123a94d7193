"""The only module that gathers what a paper says of a territory: fiche, Word document and slides read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from dashboard.evidence import find_sources, say_years
from dashboard.positions import Peers, find_peers
from dashboard.print_position import Spot, find_spot
from dashboard.profiles import read_differences
from dashboard.queries import Place, find_row, read_observations, read_profile, read_sources, read_stamp
from dashboard.sentences import (
    Line,
    find_side,
    say_figure,
    say_index,
    say_no_pillar,
    say_peers,
    say_pillar,
    say_quarter,
    say_ties,
)
from dashboard.standings import count_ranked
from dashboard.ties import KINDS, count_partners, group_ties, read_ties
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, STATUSES, TYPOLOGIES, format_measure, format_number, name_nature
from indicators.catalogue import Catalogue, Indicator

MOST_TOLD: Final = 4  # figures told as an advantage, or as a weakness


@dataclass(frozen=True)
class RawFigure:
    """An indicator's raw figure, in words.

    Attributes:
        label: Of the indicator.
        pillar: Label of its pillar.
        index: Code of its index.
        value: Figure with its unit, or n.d.
        years: Its years.
        status: « estimé », « secret statistique » or empty.
        score: Its score, NaN without.
        peer_median: Median score of the comparable territories.
        sources: Numbers of its sources in `Brief.sources`.
    """

    label: str
    pillar: str
    index: str
    value: str
    years: str
    status: str
    score: float
    peer_median: float
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Brief:
    """Everything a paper says of a territory, in its order.

    Attributes:
        place: Who it is.
        edition: Year of the index.
        created_at: When it was computed.
        build_id: The build.
        facts: Identity, term and words.
        position: Where it stands against the medians.
        spot: What draws it; None without both scores.
        peers: Whom it is compared with.
        indices: The two indices.
        told: One sentence an index.
        pillars: The pillars.
        strengths: Sentences.
        weaknesses: Sentences.
        figures: Raw figures, in the order of the tree.
        ties: One sentence.
        sources: The source cards quoted, in the order of their numbers (from 1).
    """

    place: Place
    edition: int
    created_at: dt.datetime
    build_id: str
    facts: tuple[tuple[str, str], ...]
    position: str
    spot: Spot | None
    peers: str
    indices: tuple[Line, ...]
    told: tuple[str, ...]
    pillars: tuple[Line, ...]
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    figures: tuple[RawFigure, ...]
    ties: str
    sources: tuple[dict[str, Any], ...]


@per_build
def read_brief(build: Build, catalogue: Catalogue, place: Place) -> Brief:
    """What a paper says of a territory in the current edition."""
    peers = find_peers(build, place)
    profile = read_profile(build, place.level, place.territory_code, peers.members)
    totals = count_ranked(build, place.level)
    indices = tuple(_read_line(profile, i.code, i.label, i.code, totals) for i in catalogue.indices if i.code in totals)
    pillars = tuple(
        _read_line(profile, p.code, p.label, p.index, totals) for p in catalogue.pillars if p.code in totals
    )
    figures, sources = _read_figures(build, catalogue, place, profile)
    spot = find_spot(build, place, peers)
    stamp = read_stamp(build)
    strengths, weaknesses = (_tell_side(build, catalogue, place, pillars, figures, above=way) for way in (True, False))
    return Brief(
        place=place,
        edition=stamp.edition,
        created_at=stamp.created_at,
        build_id=stamp.build_id,
        facts=_list_facts(place),
        position=_say_position(catalogue, place, indices, spot),
        spot=spot,
        peers=say_peers(peers.label, _count_others(place, peers)),
        indices=indices,
        told=tuple(say_index(line, place.level) for line in indices),
        pillars=pillars,
        strengths=strengths,
        weaknesses=weaknesses,
        figures=figures,
        ties=_say_ties(build, place),
        sources=sources,
    )


def _count_others(place: Place, peers: Peers) -> int:
    return len([code for code in peers.members if code != place.territory_code])


def _list_facts(place: Place) -> tuple[tuple[str, str], ...]:
    where = ", ".join(w for w in (place.departement_label, place.region_label) if w and w != place.label)
    is_epci = place.level == "epci"
    facts = (
        ("Nature", name_nature(place.nature) if is_epci else LEVELS[place.level][0]),
        ("Habitants", format_number(place.population)),
        ("Où", where),
        ("Caractère", TYPOLOGIES.get(place.typology, "") if place.level in ("epci", "commune") else ""),
        ("Siren" if is_epci else "Code", place.territory_code),
    )
    return tuple((term, told) for term, told in facts if told)


def _read_line(profile: pd.DataFrame, code: str, label: str, index: str, totals: dict[str, int]) -> Line:
    row = find_row(profile, code)
    ends = ("score", "low", "high", "rank", "rank_low", "rank_high", "peer_q1", "peer_median", "peer_q3")
    told = {end: float("nan") if row is None or pd.isna(row[end]) else float(row[end]) for end in ends}
    tied = 1 if row is None or pd.isna(row["tied"]) else int(row["tied"])
    return Line(code=code, label=label, index=index, total=totals.get(code, 0), tied=tied, **told)


def _say_position(catalogue: Catalogue, place: Place, indices: Sequence[Line], spot: Spot | None) -> str:
    if spot is None:
        return say_quarter(place.label, None, [], place.level)
    unsure = [
        catalogue.find_index(line.code).label
        for line in indices
        if spot.medians.find_side(line.code, line.score, line.low, line.high) is None
    ]
    return say_quarter(place.label, spot.quarter, unsure, place.level)


def _read_figures(
    build: Build, catalogue: Catalogue, place: Place, profile: pd.DataFrame
) -> tuple[tuple[RawFigure, ...], tuple[dict[str, Any], ...]]:
    """Raw figures in the order of the tree, and the sources they quote in the order they are met."""
    observed = read_observations(build, place.territory_code, place.level)
    cards = {str(card["source_code"]): card for card in read_sources(build)}
    numbers: dict[str, int] = {}
    figures = []
    for one in catalogue.indicators:
        if place.level not in one.levels or one.is_derived:
            continue
        own = observed[observed["series_code"].isin(one.series)]
        codes = [code for code in find_sources(build, one, own) if code in cards]
        cited = tuple(numbers.setdefault(code, len(numbers) + 1) for code in codes)
        figures.append(_read_figure(catalogue, one, find_row(profile, one.code), cited))
    return tuple(figures), tuple(cards[code] for code in numbers)


def _read_figure(catalogue: Catalogue, one: Indicator, row: pd.Series[Any] | None, cited: tuple[int, ...]) -> RawFigure:
    pillar = catalogue.find_pillar(one.pillar)
    missing = row is None or pd.isna(row["value"])
    return RawFigure(
        label=one.label,
        pillar=pillar.label,
        index=pillar.index,
        value=format_measure(None if row is None or missing else float(row["value"]), one.unit, one.decimals),
        years="" if row is None or missing else say_years(row["first_year"], row["last_year"]),
        status="" if row is None or missing else STATUSES.get(str(row["status"]), ""),
        score=float("nan") if row is None or pd.isna(row["score"]) else float(row["score"]),
        peer_median=float("nan") if row is None or pd.isna(row["peer_median"]) else float(row["peer_median"]),
        sources=cited,
    )


def _tell_side(
    build: Build,
    catalogue: Catalogue,
    place: Place,
    pillars: Sequence[Line],
    figures: Sequence[RawFigure],
    *,
    above: bool,
) -> tuple[str, ...]:
    """Pillars clearly on that side, then the figures farthest from the comparable territories."""
    told = [say_pillar(line) for line in pillars if find_side(line) is above]
    by_label = {figure.label: figure for figure in figures}
    far = [
        say_figure(by_label[label].label, by_label[label].value, by_label[label].years, one.beyond, above=above)
        for one in read_differences(build, catalogue, place.level, place.territory_code)
        if (label := catalogue.find_indicator(one.code).label) in by_label and (one.excess > 0) is above
    ]
    found = tuple(line for line in [*told, *far[:MOST_TOLD]] if line)
    return found or (say_no_pillar(above=above),)


def _say_ties(build: Build, place: Place) -> str:
    ties = group_ties(read_ties(build, place.level, place.territory_code))
    return say_ties({kind: count_partners(several) for kind, several in ties.items()}, KINDS)
