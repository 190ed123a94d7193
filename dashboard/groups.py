"""The only module that says which two groups are set against each other, from an address: by nature, or by codes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Concatenate, Final, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.figures import shorten
from dashboard.queries import read_epci_of, read_place
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, NARROW, pluralise
from indicators.catalogue import Catalogue

Kept = TypeVar("Kept")
More = ParamSpec("More")

FIRST, SECOND, OTHERS = "a", "b", "autres"
FAMILIES: Final = {  # by name in an address: natures, plural, singular
    "metropoles": (("METRO",), "métropoles", "métropole"),
    "ordinaires": (("CU", "CA"), "villes ordinaires", "ville ordinaire"),
    "cu": (("CU",), "communautés urbaines", "communauté urbaine"),
    "ca": (("CA",), "communautés d’agglomération", "communauté d’agglomération"),
    "cc": (("CC",), "communautés de communes", "communauté de communes"),
}
DEFAULTS: Final = {FIRST: "metropoles", SECOND: "ordinaires"}
LEAST: Final = 2  # members under which a group has no median to speak of
MOST: Final = 300  # codes an address may list
NAMED: Final = 4  # members of a list told by name


@dataclass(frozen=True)
class Side:
    """One of the two groups.

    Attributes:
        code: How an address names it: a key of `FAMILIES`, or its codes.
        plural: « métropoles ».
        singular: « métropole »; every name is feminine.
        members: Codes, where they are listed one by one; empty for a group by nature.
    """

    code: str
    plural: str
    singular: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sides:
    """The two groups, and what the address asked for in vain.

    Attributes:
        first: Group A, the one whose lead is measured.
        second: Group B.
        problems: One sentence a code or a group that could not be used.
    """

    first: Side
    second: Side
    problems: tuple[str, ...] = ()

    @property
    def items(self) -> dict[str, str]:
        """How they are written in an address: what differs from the default."""
        told = {FIRST: self.first.code, SECOND: self.second.code}
        return {key: code for key, code in told.items() if code != DEFAULTS[key]}

    @property
    def is_named(self) -> bool:
        """Whether both are groups by nature: few enough for what comes of them to be kept."""
        return not self.first.members and not self.second.members

    @property
    def others(self) -> str:
        """What the rest of the country is called."""
        return "communautés de communes" if not self.items else "autres intercommunalités"

    def name(self, key: str) -> str:
        """Plural of a group by its key, the rest of the country included."""
        return {FIRST: self.first.plural, SECOND: self.second.plural}.get(key, self.others)

    def assign(self, places: pd.DataFrame) -> npt.NDArray[np.object_]:
        """Key of the group of each row of `standings.read_places`: `a`, `b`, or `autres`."""
        keys = np.full(len(places), OTHERS, dtype=object)
        for key, side in ((SECOND, self.second), (FIRST, self.first)):
            keys[_find_members(places, side)] = key
        return keys


def _find_members(places: pd.DataFrame, side: Side) -> npt.NDArray[np.bool_]:
    if side.members:
        return places["territory_code"].isin(side.members).to_numpy(bool)
    return places["family"].isin(FAMILIES[side.code][0]).to_numpy(bool)


def parse_sides(build: Build, given: Mapping[str, str | None]) -> Sides:
    """What an address asks: `a=200040715,200046977&b=ca`; what cannot be used is told by name, and left out."""
    problems: list[str] = []
    first = _parse_side(build, FIRST, given.get(FIRST), problems)
    second = _parse_side(build, SECOND, given.get(SECOND), problems)
    second = _keep_apart(build, first, second, problems)
    return Sides(first, second, tuple(problems))


def _parse_side(build: Build, key: str, asked: str | None, problems: list[str]) -> Side:
    name = (asked or DEFAULTS[key]).strip()
    if name in FAMILIES:
        return _name_family(name)
    known = set(read_places(build, "epci")["territory_code"])
    words = list(dict.fromkeys(word for word in re.split(r"[\s,;]+", name) if word))
    problems += [_refuse(build, word) for word in words[:MOST] if word not in known]
    if len(words) > MOST:
        problems.append(f"Au-delà de {MOST} codes, la suite de la liste du groupe {key.upper()} est laissée de côté.")
    members = tuple(word for word in words[:MOST] if word in known)
    if len(members) < LEAST:
        return _fall_back(key, problems)
    return _name_list(key, members)


def _name_family(name: str) -> Side:
    _, plural, singular = FAMILIES[name]
    return Side(name, plural, singular)


def _name_list(key: str, members: tuple[str, ...]) -> Side:
    group = f"groupe{FIXED}{key.upper()}"
    return Side(
        ",".join(members), f"intercommunalités du {group}", f"intercommunalité du {group}", tuple(sorted(members))
    )


def _fall_back(key: str, problems: list[str]) -> Side:
    side = _name_family(DEFAULTS[key])
    problems.append(
        f"Le groupe {key.upper()} n’a pas {LEAST} intercommunalités connues{FIXED}: les {side.plural} le remplacent."
    )
    return side


def _refuse(build: Build, word: str) -> str:
    """Why a word is no member, with what to write instead where it is known."""
    told = f"«{FIXED}{word[:40]}{FIXED}»"
    place = read_place(build, "commune", word)
    if place is None:
        return f"{told} n’est pas le code SIREN d’une intercommunalité (9 chiffres){FIXED}: il est laissé de côté."
    epci = read_epci_of(build, word)
    where = f"{NARROW}; son intercommunalité est {epci.label} ({epci.territory_code})" if epci else ""
    return f"{told} est le code d’une commune, {place.label}{where}{FIXED}: il est laissé de côté."


def _keep_apart(build: Build, first: Side, second: Side, problems: list[str]) -> Side:
    """The second group without what the first already holds."""
    places = read_places(build, "epci")
    mine, theirs = _find_members(places, first), _find_members(places, second)
    both = places[mine & theirs]
    if both.empty:
        return second
    if len(both) == theirs.sum() or (theirs & ~mine).sum() < LEAST:
        problems.append("Les deux groupes sont les mêmes, ou presque : le groupe B reprend sa valeur par défaut.")
        code = next(c for c in (DEFAULTS[SECOND], "ca", "cc") if not set(FAMILIES[c][0]) & _list_families(first))
        return _name_family(code)
    label = ", ".join(both["label"].head(NAMED)) + ("…" if len(both) > NAMED else "")
    problems.append(f"{label}{FIXED}: déjà dans le groupe A, donc hors du groupe B.")
    return second


def _list_families(side: Side) -> set[str]:
    return set() if side.members else set(FAMILIES[side.code][0])


def count_members(places: pd.DataFrame, side: Side) -> int:
    """How many territories a group has."""
    return int(_find_members(places, side).sum())


def describe_side(places: pd.DataFrame, side: Side) -> str:
    """« 22 métropoles », « 3 intercommunalités du groupe A (Grenoble-Alpes, Lyon, Rennes) »."""
    told = pluralise(count_members(places, side), side.singular, side.plural)
    if not side.members:
        return told
    labels = [shorten(str(label)) for label in places.loc[_find_members(places, side), "label"]]
    return f"{told} ({', '.join(labels[:NAMED])}{'…' if len(labels) > NAMED else ''})"


def per_groups(
    compute: Callable[Concatenate[Build, Catalogue, Sides, More], Kept],
) -> Callable[Concatenate[Build, Catalogue, Sides, More], Kept]:
    """Keep each answer with its build, for groups by nature only: an address may list codes without end."""
    kept = per_build(compute)

    @functools.wraps(compute)
    def chosen(build: Build, catalogue: Catalogue, sides: Sides, /, *args: More.args, **kwargs: More.kwargs) -> Kept:
        own = replace(sides, problems=())
        return (kept if own.is_named else compute)(build, catalogue, own, *args, **kwargs)

    return chosen
