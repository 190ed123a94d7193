"""What every section of « Écarts » is drawn from, and how a section is laid out: words, figure, margin."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import named_figure
from dashboard.gaps import Asked
from dashboard.site import get_site
from dashboard.theme import Palette
from dashboard.warehouse import Build
from indicators.catalogue import Catalogue


@dataclass(frozen=True)
class Scene:
    """What every section needs.

    Attributes:
        build: The build.
        catalogue: The index as declared.
        asked: What the reader asks.
        palette: Colours of the scheme.
    """

    build: Build
    catalogue: Catalogue
    asked: Asked
    palette: Palette


def address(what: str, asked: Asked) -> str:
    """Address of a table with the same numbers as a figure."""
    return f"/chiffres/ecarts/{what}?{asked.query}"


def section(
    anchor: str, title: str, told: Sequence[str], figure: Component, margin: Sequence[Component], *after: Component
) -> Component:
    """A section: sentences, then the figure with its margin, then what follows at full width."""
    return html.Section(
        [
            html.H2(title),
            *[html.P(sentence, className="gap-told") for sentence in told if sentence],
            html.Div([figure, html.Div(list(margin), className="margin")], className="plate"),
            *after,
        ],
        id=anchor,
        className="gap-section",
    )


def rows_figure(graph_id: str, figure: Figure, *, label: str, numbers: str, caption: str) -> Component:
    """A figure of named rows, as high as they ask (`gap_figures.measure_height`)."""
    named = named_figure(graph_id, figure, label=label, numbers=numbers, class_name="gap-rows", caption=[caption])
    return html.Div(named, style={"--height": f"{figure.layout.height}px"})


Draw = Callable[[Scene], Figure]


def keep_figure(draw: Draw) -> Draw:
    """Keep a figure with its build, for groups by nature only, as `groups.per_groups` does of what it is drawn from."""

    @functools.wraps(draw)
    def kept(scene: Scene) -> Figure:
        asked = replace(scene.asked, sides=replace(scene.asked.sides, problems=()))
        if not asked.sides.is_named:
            return draw(scene)
        key = (draw.__module__, draw.__qualname__, asked, scene.palette)
        return scene.build.keep(key, lambda: draw(scene))

    return kept


def scene_of(build: Build, asked: Asked, palette: Palette) -> Scene:
    """What a section is drawn from, within a request."""
    return Scene(build, get_site().catalogue, asked, palette)
