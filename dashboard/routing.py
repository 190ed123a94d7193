"""The only module that says which addresses exist, so that the others are answered with status 404."""

from __future__ import annotations

import re
from typing import Final

import dash

from dashboard.queries import Place, read_place, read_source
from dashboard.warehouse import Build

EPCI_CODE: Final = re.compile(r"\d{9}")
COMMUNE_CODE: Final = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|97[1-46]\d{2}")
UPPER_CODE: Final = re.compile(r"(departement|region)-(\d[\dAB]\d?)")


def find_territory(build: Build, code: str | None) -> Place | None:
    """The territory that an address names: `200040715`, `38185`, `departement-38`, `region-84`."""
    code = code or ""
    if EPCI_CODE.fullmatch(code):
        return read_place(build, "epci", code)
    if COMMUNE_CODE.fullmatch(code):
        return read_place(build, "commune", code)
    upper = UPPER_CODE.fullmatch(code)
    return read_place(build, upper[1], upper[2]) if upper else None


def is_known(build: Build, path: str) -> bool:
    """Whether a page's address leads somewhere."""
    parts = path.strip("/").split("/")
    if parts[0] == "territoire" and (len(parts) == 2 or parts[2:] == ["fiche"]):
        return find_territory(build, parts[1]) is not None
    if len(parts) == 2 and parts[0] == "source":
        return read_source(build, parts[1]) is not None
    return "/".join(parts) in _list_fixed()


def _list_fixed() -> set[str]:
    """Addresses of the pages that take no code."""
    pages = dash.page_registry.values()
    return {p["path"].strip("/") for p in pages if not p["path_template"] and not p["module"].endswith("not_found_404")}
