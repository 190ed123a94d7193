"""The only module that finds, for a territory that an address names, the one of another level that it belongs to."""

from __future__ import annotations

from dashboard.queries import Place, read_epci_of, read_place
from dashboard.routing import find_territory
from dashboard.warehouse import Build


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
