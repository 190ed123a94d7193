"""The page of every address that no other page answers."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.site import register_page, title_page
from dashboard.unknown import say_unknown

register_page(__name__, title=title_page("Page introuvable"))


def layout(**_: str) -> Component:
    """Says so, with a way on."""
    return say_unknown("L’adresse demandée ne correspond à aucune vue.")
