"""The only module that reads what an address asks of the past, and draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from plotly.graph_objects import Figure

from dashboard.chosen import Chosen, parse_chosen, write_query
from dashboard.decay_figure import decay_curves
from dashboard.histories import (
    Series,
    compute_medians,
    list_past_nodes,
    list_series,
    pick_history,
    read_past,
    read_series_years,
)
from dashboard.history_figure import history_lines
from dashboard.positions import ALL_METROPOLES, Peers, find_peers
from dashboard.queries import Place
from dashboard.rank_figure import Named, rank_bump
from dashboard.site import get_site
from dashboard.stability import read_stability
from dashboard.standings import read_places
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from dashboard.words import LEVELS
from indicators.catalogue import RETROSPECTIVE, Index

PATH: Final = "/evolution"
AMONG: Final = {"comparables": "parmi les comparables", "tous": "parmi tous"}


@dataclass(frozen=True)
class Asked:
    """What an address asks.

    Attributes:
        chosen: The territories.
        serie: Code of a raw series; empty where the level has none of several years.
        noeud: Node of the retrospective index; empty where there is none.
        parmi: Among whom ranks are counted, a key of `AMONG`.
        default: Series shown when the address says none.
    """

    chosen: Chosen
    serie: str
    noeud: str
    parmi: str = "comparables"
    default: str = ""

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        items = {
            "serie": self.serie if self.serie != self.default else "",
            "noeud": self.noeud if self.noeud != f"{RETROSPECTIVE}attractivite" else "",
            "parmi": self.parmi if self.parmi != "comparables" else "",
        }
        return write_query(self.chosen.items | items)

    @property
    def href(self) -> str:
        """The address itself."""
        return f"{PATH}?{self.query}" if self.query else PATH

    def keep(self, places: Sequence[Place]) -> str:
        """The address of the same page with other territories, or in another order."""
        return replace(self, chosen=Chosen(self.chosen.level, tuple(places))).href

    def change(self, **changes: Any) -> str:
        """The address of the same page with another series, node or field."""
        return replace(self, **changes).href


def parse_asked(build: Build, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever is not known falls back to the default."""
    chosen = parse_chosen(build, given)
    series = [one.code for one in list_series(build, chosen.level)]
    nodes = list_past_nodes(build, chosen.level)
    first = f"{RETROSPECTIVE}attractivite"
    default = series[0] if series else ""
    return Asked(
        chosen,
        _check(given.get("serie"), series, default),
        _check(given.get("noeud"), nodes, first if first in nodes else ""),
        _check(given.get("parmi"), AMONG, "comparables"),
        default,
    )


def _check(value: str | None, known: Iterable[str], default: str) -> str:
    return value if value is not None and value in set(known) else default


def find_series(build: Build, asked: Asked) -> Series | None:
    """The series asked for."""
    return next((one for one in list_series(build, asked.chosen.level) if one.code == asked.serie), None)


def list_indices() -> tuple[Index, ...]:
    """The indices of the retrospective tree."""
    past = get_site().catalogue.retrospective
    return past.catalogue.indices if past else ()


def name_nodes(build: Build, level: str) -> dict[str, str]:
    """The indices and pillars of the retrospective tree that a level scores, by code."""
    past = get_site().catalogue.retrospective
    known = set(list_past_nodes(build, level))
    if past is None:
        return {}
    named: dict[str, str] = {}
    for index in past.catalogue.indices:
        named[index.code] = index.label
        named |= {p.code: f"{p.label} (pilier, {index.label.lower()})" for p in past.catalogue.pillars_of(index.code)}
    return {code: label for code, label in named.items() if code in known}


def find_field(build: Build, chosen: Chosen) -> Peers:
    """Whom the chosen territories are shown among: those comparable to the first; the métropoles by default."""
    if chosen.places:
        return find_peers(build, chosen.places[0])
    places = read_places(build, chosen.level)
    if chosen.level != "epci":
        return Peers(LEVELS[chosen.level][1], tuple(places["territory_code"]))
    own = places[ALL_METROPOLES.find_members(places)]
    return Peers(ALL_METROPOLES.label, tuple(own["territory_code"]))


def list_lines(build: Build, asked: Asked) -> tuple[list[Named], int]:
    """The lines of the bump chart, the field first, and how many territories they are ranked among."""
    past = read_past(build, asked.chosen.level, asked.noeud)
    chosen = [place.territory_code for place in asked.chosen.places]
    field = [code for code in find_field(build, asked.chosen).members if code not in set(chosen)]
    codes = [past.codes[row] for row in past.find_rows([*field, *chosen])]
    among = codes if asked.parmi == "comparables" else list(past.codes)
    rows = past.find_rows(among)
    ranks = dict(zip(among, past.rank_among(rows), strict=True)) if rows else {}
    labels = dict(zip(*(read_places(build, asked.chosen.level)[c] for c in ("territory_code", "label")), strict=True))
    order = {code: at for at, code in enumerate(chosen)}
    lines = [Named(code, str(labels[code]), np.asarray(ranks[code]), order.get(code)) for code in codes]
    return lines, past.count_scored(rows)


def draw_ranks(build: Build, palette: Palette, asked: Asked) -> Figure:
    """The bump chart."""
    lines, total = list_lines(build, asked)
    return rank_bump(lines, read_past(build, asked.chosen.level, asked.noeud).editions, total=total, palette=palette)


def draw_series(build: Build, palette: Palette, asked: Asked) -> Figure:
    """The raw series of the chosen territories, and the median of the comparable ones."""
    series = find_series(build, asked)
    years = read_series_years(build, asked.chosen.level, asked.serie)
    return history_lines(
        pick_history(years, asked.chosen.places),
        compute_medians(years, find_field(build, asked.chosen).members),
        [place.label for place in asked.chosen.places],
        unit=series.unit if series else "",
        median_name="Médiane",
        palette=palette,
    )


@per_build
def draw_decay(build: Build, palette: Palette, level: str) -> Figure:
    """What remains of the order of the first edition, index by index."""
    found = {index: read_stability(build, level, index.code) for index in list_indices()}
    known = {index.code.removeprefix(RETROSPECTIVE): told for index, told in found.items() if told}
    names = {index.code.removeprefix(RETROSPECTIVE): index.label.split(" ")[0] for index in found}
    first = min((told.first for told in known.values()), default=0)
    return decay_curves({code: told.decay for code, told in known.items()}, names, first, palette)
