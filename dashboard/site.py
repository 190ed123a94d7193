"""The only module through which pages and routes reach the running site: its warehouse, catalogue, contours, scheme."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dash
import flask

from dashboard.theme import Palette, find_palette
from dashboard.warehouse import Build, Warehouse
from indicators.catalogue import Catalogue

KEY = "attractivite_rayonnement"
NAME = "Attractivité × Rayonnement"
LEVELS_DRAWN = ("epci", "departement", "region")


@dataclass(frozen=True)
class Site:
    """What one application serves.

    Attributes:
        warehouse: The builds it follows.
        catalogue: The index as declared.
        geo: Folder of the contours for display.
    """

    warehouse: Warehouse
    catalogue: Catalogue
    geo: Path

    @property
    def raw(self) -> Path:
        """Folder of the raw files, beside the builds (`etl.paths.DataPaths`)."""
        return self.warehouse.folder.parent / "raw"

    @cached_property
    def contours(self) -> Mapping[str, str]:
        """Address of the contours of each level, and of the communes of each département (`commune/38`).

        Their digest is in it, so that a browser may keep them for ever.
        """
        communes = [f"commune/{file.stem}" for file in sorted((self.geo / "commune").glob("*.geojson"))]
        return {name: f"/geo/{self._digest(name)}/{name}.geojson" for name in (*LEVELS_DRAWN, *communes)}

    def read_contours(self, name: str) -> bytes:
        """The GeoJSON at one of these addresses."""
        return (self.geo / f"{name}.geojson").read_bytes()

    def _digest(self, name: str) -> str:
        file = self.geo / f"{name}.geojson"
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "absent"


def get_site() -> Site:
    """The site of the current request."""
    site: Site = flask.current_app.extensions[KEY]
    return site


def get_build() -> Build:
    """The build to answer the current request from."""
    return get_site().warehouse.build()


def get_palette(scheme: str | None = None) -> Palette:
    """Colours of the scheme asked for, else of the scheme the browser announced in its cookie."""
    return find_palette(scheme or flask.request.cookies.get("scheme"))


def register_page(module: str, **page: Any) -> None:
    """Declare a page: its address, its name, its title, its place in the header (`order`) when it has one."""
    dash.register_page(module, **page)  # type: ignore[no-untyped-call]


def title_page(name: str | None = None) -> str:
    """Title of a page in the browser's tab."""
    return f"{name} · {NAME}" if name else NAME
