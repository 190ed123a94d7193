"""The only module that reads which territories an address sets side by side, and refuses those that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from dashboard.queries import Place
from dashboard.rankings import address_of
from dashboard.routing import find_territory
from dashboard.standings import list_levels, read_places
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, LEVELS, NATURES, format_number, name_group

MOST: Final = 6  # as many as there are shapes that can be told apart
SEPARATOR: Final = ","
OFFERED: Final = 3  # territories of an offered comparison
_ARTICLES: Final = {"commune": "une", "epci": "une", "departement": "un", "region": "une"}


@dataclass(frozen=True)
class Chosen:
    """Territories of one level, in the order of the address.

    Attributes:
        level: Their level; the one asked for when there is none.
        places: At most `MOST`.
        refused: Why others were left out, a sentence each.
    """

    level: str
    places: tuple[Place, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes as addresses write them."""
        return tuple(write_code(place) for place in self.places)

    @property
    def items(self) -> dict[str, str]:
        """How they are written in an address; the level only while nothing else says it."""
        if self.places:
            return {"territoires": SEPARATOR.join(self.codes)}
        return {} if self.level == "epci" else {"niveau": self.level}


def write_code(place: Place) -> str:
    """Code of a place as its page's address writes it."""
    return address_of({"level": place.level, "territory_code": place.territory_code})


def write_query(items: Mapping[str, str]) -> str:
    """A query string whose commas stay commas, that a reader can read and complete."""
    return urlencode({name: value for name, value in items.items() if value}, safe=SEPARATOR)


def read_query(query: str) -> dict[str, str]:
    """What a query string asks, by name."""
    return dict(parse_qsl(query))


def parse_chosen(build: Build, given: Mapping[str, str | None]) -> Chosen:
    """The territories of `?territoires=a,b,c`; the first one known fixes the level, else `niveau` does."""
    codes = dict.fromkeys(code.strip() for code in (given.get("territoires") or "").split(SEPARATOR))
    found = {code: find_territory(build, code) for code in codes if code}
    known = [place for place in found.values() if place is not None]
    refused = [f"Aucun territoire ne porte le code «{FIXED}{c}{FIXED}»." for c, place in found.items() if place is None]
    asked = given.get("niveau") or ""
    level = known[0].level if known else asked if asked in list_levels(build) else "epci"
    same = [place for place in known if place.level == level]
    refused += [_refuse_level(place, level) for place in known if place.level != level]
    if len(same) > MOST:
        refused.append(_refuse_beyond(same[MOST:]))
    return Chosen(level, tuple(same[:MOST]), tuple(refused))


def _refuse_level(place: Place, level: str) -> str:
    what = f"{_ARTICLES[place.level]} {LEVELS[place.level][0].lower()}"
    return (
        f"{place.label} est {what}{FIXED}: une comparaison tient à un seul niveau, ici celui des {LEVELS[level][1]}, "
        f"que fixe le premier territoire."
    )


def _refuse_beyond(left_out: Iterable[Place]) -> str:
    names = ", ".join(place.label for place in left_out)
    return f"Une comparaison compte {format_number(MOST)} territoires au plus{FIXED}: {names} n’y est pas."


@per_build
def offer_first(build: Build, level: str) -> list[tuple[str, tuple[str, ...]]]:
    """Comparisons to begin with: a group by name, then the codes of its most populated; each nature, or the level."""
    places = read_places(build, level)
    families = [family for family in NATURES if family in set(places["family"])] if level == "epci" else []
    groups = [(name_group(family), places[places["family"].eq(family)]) for family in families]
    offered = groups or [(LEVELS[level][1], places)]
    return [(name, tuple(rows["territory_code"].head(OFFERED))) for name, rows in offered if len(rows) > 1]
