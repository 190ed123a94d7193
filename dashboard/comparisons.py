"""The only module that reads what an address asks the comparison, and draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from plotly.graph_objects import Figure

from dashboard.chosen import Chosen, parse_chosen, write_query
from dashboard.compare_figures import Block, dots_and_intervals
from dashboard.queries import Place
from dashboard.reading import Reading, parse_reading
from dashboard.sides import list_nodes, pick_node, read_sides
from dashboard.site import get_site
from dashboard.theme import Palette
from dashboard.warehouse import Build

PATH: Final = "/comparer"


@dataclass(frozen=True)
class Asked:
    """What an address asks.

    Attributes:
        chosen: The territories.
        reading: Edition and variant.
    """

    chosen: Chosen
    reading: Reading

    @property
    def query(self) -> str:
        """How it is written in an address."""
        return write_query(self.chosen.items | self.reading.items)

    @property
    def href(self) -> str:
        """The address itself."""
        return f"{PATH}?{self.query}" if self.query else PATH

    def keep(self, places: Sequence[Place]) -> str:
        """The address of the same page with other territories, or in another order."""
        return replace(self, chosen=Chosen(self.chosen.level, tuple(places))).href

    def read(self, **changes: Any) -> str:
        """The address of the same page in another edition or variant."""
        return replace(self, reading=replace(self.reading, **changes)).href


def parse_asked(build: Build, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever is not known is refused in words, or falls back to the default."""
    chosen = parse_chosen(build, given)
    return Asked(chosen, parse_reading(build, chosen.level, given))


def draw(build: Build, palette: Palette, asked: Asked, indices: Sequence[str]) -> Figure:
    """The dots and intervals of some indices and their pillars, top to bottom."""
    catalogue, count = get_site().catalogue, len(asked.chosen.places)
    sides = read_sides(build, asked.chosen, asked.reading)
    blocks = [
        Block(node.label, node.index, node.kind == "index", pick_node(sides, node.code, count))
        for code in indices
        for node in list_nodes(catalogue, code)
    ]
    return dots_and_intervals(blocks, [place.label for place in asked.chosen.places], palette)
