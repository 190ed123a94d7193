"""The only module that knows what an address asks of the map, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from dashboard.belonging import find_at_level, find_level, read_first
from dashboard.charted import BOTH, list_shown
from dashboard.rankings import address_of
from dashboard.reading import PUBLISHED, Reading, parse_reading
from dashboard.routing import find_territory
from dashboard.standings import list_levels, read_places
from dashboard.warehouse import Build
from indicators.catalogue import Catalogue

EQUAL: Final = "egales"
SHADED: Final = "continu"


@dataclass(frozen=True)
class Asked:
    """What a reader asks of the map.

    Attributes:
        niveau: Level of the territories.
        departement: The département whose communes are shown; empty at the other levels.
        noeud: What is shown, a code of `charted.list_shown`.
        classes: `egales` (equal numbers) or `continu` (even shades).
        reading: Edition and variant.
        territoire: Code of the territory outlined, of the level shown; empty without one.
    """

    niveau: str = "epci"
    departement: str = ""
    noeud: str = BOTH
    classes: str = EQUAL
    reading: Reading = PUBLISHED
    territoire: str = ""

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        default = Asked()
        names = ("niveau", "departement", "noeud", "classes")
        own = {name: getattr(self, name) for name in names if getattr(self, name) != getattr(default, name)}
        chosen = {"territoire": self.chosen} if self.territoire else {}
        return urlencode(own | self.reading.items | chosen)

    @property
    def chosen(self) -> str:
        """The territory outlined, as an address names it."""
        return address_of({"level": self.niveau, "territory_code": self.territoire})


def parse_asked(build: Build, catalogue: Catalogue, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever it holds that is not known falls back to the default."""
    level, code = find_level(list_levels(build), given), read_first(given)
    chosen, departement = find_at_level(build, level, code), ""
    if level == "commune":
        home = find_territory(build, code)
        known = list(read_places(build, "departement")["territory_code"])
        departement = _check(given.get("departement"), known, (home.departement if home else "") or known[0])
        chosen = chosen if chosen and chosen.departement == departement else None
    reading = parse_reading(build, level, given)
    nodes = [code for codes in list_shown(build, catalogue, level, reading).values() for code in codes]
    node = _check(given.get("noeud"), nodes, BOTH if BOTH in nodes else next(iter(nodes), BOTH))
    classes = _check(given.get("classes"), (SHADED,), EQUAL)
    return Asked(level, departement, node, classes, reading, chosen.territory_code if chosen else "")


def _check(value: str | None, known: Iterable[str], default: str) -> str:
    """The value when it is known, else the default: an address may hold anything."""
    return value if value is not None and value in set(known) else default
