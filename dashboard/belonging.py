"""The only module that finds the level and the one territory an address follows, or what that territory belongs to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboard.queries import Place, read_epci_of, read_place
from dashboard.routing import find_territory
from dashboard.warehouse import Build


def read_first(given: Mapping[str, str | None]) -> str:
    """The territory that an address follows: `territoire`, or the first of `territoires`, as other views write."""
    return (given.get("territoire") or given.get("territoires") or "").partition(",")[0].strip()


def find_level(known: Collection[str], given: Mapping[str, str | None]) -> str:
    """The level asked for; else the one that the code of a département or a région announces; else EPCI."""
    asked, announced = given.get("niveau") or "", read_first(given).partition("-")[0]
    return next((level for level in (asked, announced) if level in known), "epci")


def find_at_level(build: Build, level: str, code: str | None) -> Place | None:
    """The territory named when it is of that level, else the one that holds it; None when there is none.

    Args:
        build: The build.
        level: Level asked for.
        code: A territory as an address names it.
    """
    place = find_territory(build, code)
    if place is None or place.level == level:
        return place
    if level == "epci":
        return read_epci_of(build, place.territory_code) if place.level == "commune" else None
    upper = {"departement": place.departement, "region": place.region}.get(level, "")
    return read_place(build, level, upper) if upper else None
