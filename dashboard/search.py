"""The only module that searches territories by name or code, without accents, Saint or St."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.queries import read_search_rows
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS, fold

MOST_FOUND: Final = 8


@dataclass(frozen=True)
class Found:
    """One answer: what it is, and the intercommunalité it leads to.

    Attributes:
        code: Its own code.
        label: Its name.
        hint: « Commune · Grenoble-Alpes-Métropole ».
        target: Code in the address it leads to.
    """

    code: str
    label: str
    hint: str
    target: str


@dataclass(frozen=True)
class _Entry:
    found: Found
    key: str  # " word word", so that " wo" finds the start of a word
    level: str
    population: float

    @property
    def is_epci(self) -> bool:
        return self.level == "epci"


@per_build
def _list_entries(build: Build) -> list[_Entry]:
    return [
        _Entry(
            Found(code, label, " · ".join(h for h in (LEVELS[level][0], complement) if h), target),
            f" {fold(label)} {code.lower()}",
            level,
            population,
        )
        for code, label, level, target, complement, population in read_search_rows(build)
    ]


def search_territories(build: Build, query: str, most: int = MOST_FOUND, *, level: str = "") -> list[Found]:
    """Territories whose name or code holds a word starting with each word asked, best first.

    The order: a name equal to the question, then names that start with it; among equals an intercommunalité before a
    commune of the same rank, then the most populated. Of one level only when it is given.
    """
    asked = fold(query)
    if not asked:
        return []
    words = [f" {word}" for word in asked.split()]
    among = [entry for entry in _list_entries(build) if level in ("", entry.level)]
    hits = [entry for entry in among if all(word in entry.key for word in words)]
    hits.sort(key=lambda entry: _order(entry, asked))
    return [entry.found for entry in hits[:most]]


def _order(entry: _Entry, asked: str) -> tuple[int, float]:
    """Sorting key: how well the name answers, then size; an intercommunalité counts as larger than its communes."""
    name = entry.key[1:].rsplit(" ", 1)[0]
    if name == asked or entry.found.code.lower() == asked:
        closeness = 0
    elif name.startswith(asked):
        closeness = 0 if entry.is_epci else 1
    else:
        closeness = 1 if entry.is_epci else 2
    return closeness, -entry.population
