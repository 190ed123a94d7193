"""The only module that resolves who stands out on the quadrant: a group by rule, one EPCI, the nearest profiles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from dashboard.positions import ALL_METROPOLES, COMMUNE, Group, assign_group, list_groups, parse_group
from dashboard.profiles import list_observed, read_matrix
from dashboard.queries import Place, read_epci_of, read_member_codes
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, LEVELS, NATURES, format_number, pluralise
from indicators.catalogue import Catalogue
from indicators.peers import EVERYONE, find_nearest

PROFILE: Final = "profil"
SAME_EPCI: Final = "intercommunalite"
MOST_ALIKE: Final = 10


@dataclass(frozen=True)
class Comparables:
    """Territories that stand out.

    Attributes:
        code: How they are written in an address.
        label: What they are called, plural.
        how: How they were chosen, a sentence.
        members: Their codes.
    """

    code: str
    label: str
    how: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """Comparables that may be asked for, under the title of their block."""

    block: str
    code: str
    label: str


def find_comparables(build: Build, catalogue: Catalogue, level: str, code: str, first: Place | None) -> Comparables:
    """The territories that a code names; those of the default when it names none.

    Args:
        build: The build.
        catalogue: The index as declared.
        level: Level of the quadrant.
        code: As `Comparables.code`; empty for the default.
        first: The first chosen territory, that profiles, rule and EPCI start from.
    """
    if code == PROFILE and first:
        found = _find_alike(build, catalogue, first)
        if found.members:
            return found
    if code == SAME_EPCI and first and level == "commune":
        found = _find_same_epci(build, first)
        if found.members:
            return found
    return _find_by_rule(build, level, code) or find_default(build, level, first)


def find_default(build: Build, level: str, first: Place | None) -> Comparables:
    """Who stands out unless asked: around a chosen territory those of the rule, or its EPCI's communes."""
    if level == "commune" and first:
        own = _find_same_epci(build, first)
        if own.members:
            return own
    places = read_places(build, level)
    if first:
        group = assign_group(places, first.territory_code, level)
    else:
        offered = list_groups(places, level) or [Group(EVERYONE, level=level)]
        group = ALL_METROPOLES if ALL_METROPOLES in offered else offered[0]
    found = _find_by_rule(build, level, group.code)
    return found or Comparables(EVERYONE, LEVELS[level][1], "", ())


def list_offers(build: Build, level: str, first: Place | None) -> list[Offer]:
    """What may be asked for at a level: what starts from the first chosen territory, then every group of the rule."""
    ruled = _list_ruled(build, level)
    return [*(_list_own(build, level, first, {offer.code for offer in ruled}) if first else ()), *ruled]


@per_build
def _list_ruled(build: Build, level: str) -> tuple[Offer, ...]:
    offers = []
    for group in list_groups(read_places(build, level), level):
        block = NATURES[group.family][0] if level == "epci" else LEVELS[level][1].capitalize()
        found = _find_by_rule(build, level, group.code)
        if found:
            offers.append(Offer(block, group.code, _count(found)))
    return tuple(offers)


def _list_own(build: Build, level: str, first: Place, ruled: Collection[str]) -> list[Offer]:
    offers = [Offer(first.label, PROFILE, "Profils les plus proches")]
    own = assign_group(read_places(build, level), first.territory_code, level)
    found = _find_by_rule(build, level, own.code)
    if found and own.code not in ruled:  # a wider group, where nature and size have too few members
        offers.append(Offer(first.label, own.code, _count(found)))
    same = _find_same_epci(build, first) if level == "commune" else None
    if same and same.members:
        offers.append(Offer(first.label, SAME_EPCI, _count(same)))
    return offers


def _count(found: Comparables) -> str:
    return f"{found.label[:1].upper()}{found.label[1:]} ({format_number(len(found.members))})"


@per_build
def _find_by_rule(build: Build, level: str, code: str) -> Comparables | None:
    group = parse_group(code, level)
    if group is None:
        return None
    places = read_places(build, level)
    members = tuple(places.loc[group.find_members(places), "territory_code"])
    return Comparables(group.code, group.label, _say_rule(level, group), members) if members else None


def _say_rule(level: str, group: Group) -> str:
    if group.family == EVERYONE and not group.size_class:
        return "Tous, sans distinction de taille."
    if level == "epci" and not group.size_class:
        return "Réunies par leur nature juridique."
    return f"Réunies par {'leur taille' if group.family in (COMMUNE, EVERYONE) else 'leur nature et leur taille'}."


def _find_same_epci(build: Build, commune: Place) -> Comparables:
    epci = read_epci_of(build, commune.territory_code)
    members = tuple(read_member_codes(build, epci.territory_code)) if epci else ()
    name = epci.label if epci else ""
    how = f"Les communes de l’intercommunalité de {commune.label}{FIXED}: {name}."
    return Comparables(SAME_EPCI, "communes de même intercommunalité", how, members)


@per_build
def _find_alike(build: Build, catalogue: Catalogue, place: Place) -> Comparables:
    """The nearest profiles, nearest first; none for a territory without a score."""
    codes = list_observed(catalogue, place.level)
    matrix = read_matrix(build, place.level, codes)
    row = matrix.rows[place.territory_code]
    known = bool(np.isfinite(matrix.scores[row]).any())
    found = find_nearest(matrix.scores, row, codes, count=MOST_ALIKE, reasons=0) if known else []
    names = read_places(build, place.level)["territory_code"]
    return Comparables(
        PROFILE,
        "profils les plus proches",
        f"Les {pluralise(len(found), 'profil')} les plus proches de {place.label} sur l’ensemble des "
        f"{format_number(len(codes))}{FIXED}indicateurs, quelles que soient nature et taille. Ce n’est pas le groupe "
        "de la règle.",
        tuple(str(names.iloc[one.row]) for one in found),
    )
