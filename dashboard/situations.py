"""The only module that reads what an address asks of the quadrant: level, reading, who stands out, chosen, zoom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.belonging import find_level
from dashboard.chosen import MOST, SEPARATOR, write_code, write_query
from dashboard.queries import Place, read_epci_of, read_member_codes, read_place
from dashboard.reading import PUBLISHED, Reading, parse_reading
from dashboard.routing import find_territory
from dashboard.standings import list_levels
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, format_number

AROUND_CHOSEN: Final = "choisis"
AROUND_COMPARABLES: Final = "comparables"
HIGHEST: Final = 1000.0  # a bound of a zoom beyond any score
_ARTICLES: Final = {"commune": "une", "epci": "une", "departement": "un", "region": "une"}


@dataclass(frozen=True)
class Situation:
    """What a reader asks of the quadrant.

    Attributes:
        level: Level of the territories.
        reading: Edition and variant.
        chosen: Chosen territories, in the order they were chosen.
        group: Code of those that stand out (see `comparables`); empty for the default.
        zoom: `choisis`, `comparables`, four scores (attractivité from, to, rayonnement from, to), or empty for all.
        refused: Why others asked for are not among the chosen, a sentence each.
    """

    level: str = "epci"
    reading: Reading = PUBLISHED
    chosen: tuple[Place, ...] = ()
    group: str = ""
    zoom: str = ""
    refused: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the chosen territories, at their level."""
        return tuple(place.territory_code for place in self.chosen)

    @property
    def first(self) -> Place | None:
        """The chosen territory that comparisons start from."""
        return self.chosen[0] if self.chosen else None

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        return write_query(
            {
                "niveau": "" if self.level == "epci" else self.level,
                **self.reading.items,
                "territoires": write_codes(self.chosen),
                "groupe": self.group,
                "zoom": self.zoom,
            }
        )

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """The scores a zoom is bounded by, when it is written so."""
        return _parse_bounds(self.zoom)


def write_codes(places: Iterable[Place]) -> str:
    """Chosen territories as an address writes them."""
    return SEPARATOR.join(write_code(place) for place in places)


def parse_situation(build: Build, given: Mapping[str, str | None]) -> Situation:
    """What an address asks; whatever it holds that is not known falls back to the default, or is refused in words."""
    asked = given.get("territoires") or given.get("territoire") or ""
    codes = [code for one in asked.split(SEPARATOR) if (code := one.strip())]
    level = find_level(list_levels(build), given)
    chosen, refused = choose(build, level, codes)
    group, zoom = given.get("groupe") or "", given.get("zoom") or ""
    return Situation(level, parse_reading(build, level, given), chosen, group, _parse_zoom(zoom, chosen), refused)


def choose(build: Build, level: str, codes: Iterable[str]) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """The territories of a level that codes lead to, each once, `MOST` at most, and why others are left out."""
    chosen: dict[str, Place] = {}
    refused: list[str] = []
    for code in dict.fromkeys(codes):
        asked = find_territory(build, code) or read_place(build, level, code)
        place = bring(build, asked, level) if asked else None
        if asked is None:
            refused.append(f"Aucun territoire ne porte le code «{FIXED}{code}{FIXED}».")
        elif place is None:
            refused.append(_refuse_level(asked, level))
        elif place.territory_code not in chosen and len(chosen) == MOST:
            refused.append(f"{format_number(MOST)} territoires au plus à la fois{FIXED}: {place.label} n’y est pas.")
        else:
            chosen[place.territory_code] = place
    return tuple(chosen.values()), tuple(refused)


def bring(build: Build, place: Place, level: str) -> Place | None:
    """The territory of a level that stands for a place: what it belongs to, or the most populated commune of an EPCI.

    None where nothing stands for it: an island without EPCI, a département among communes.
    """
    if place.level == level:
        return place
    if place.level == "commune" and level == "epci":
        return read_epci_of(build, place.territory_code)
    if place.level == "epci" and level == "commune":
        return read_place(build, level, next(iter(read_member_codes(build, place.territory_code)), ""))
    if level in ("departement", "region"):
        return read_place(build, level, getattr(place, level))
    return None


def _refuse_level(place: Place, level: str) -> str:
    if place.level == "commune":
        return f"{place.label} n’appartient à aucune intercommunalité{FIXED}: elle se lit au niveau des communes."
    what = f"{_ARTICLES[place.level]} {LEVELS[place.level][0].lower()}"
    return f"{place.label} est {what}{FIXED}: la figure montre les {LEVELS[level][1]}."


def _parse_zoom(zoom: str, chosen: tuple[Place, ...]) -> str:
    if zoom == AROUND_COMPARABLES or (zoom == AROUND_CHOSEN and chosen):
        return zoom
    bounds = _parse_bounds(zoom)
    return SEPARATOR.join(f"{bound:g}" for bound in bounds) if bounds else ""


def _parse_bounds(zoom: str) -> tuple[float, float, float, float] | None:
    """Four scores, in order on each axis; None when the text is anything else."""
    try:
        left, right, bottom, top = (round(float(part), 2) for part in zoom.split(SEPARATOR))
    except ValueError:
        return None
    is_sound = 0 <= left < right <= HIGHEST and 0 <= bottom < top <= HIGHEST
    return (left, right, bottom, top) if is_sound else None
