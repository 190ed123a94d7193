"""The only module that filters and sorts the ranking, for the page and for its exports alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from dashboard.belonging import find_at_level, find_level, read_first
from dashboard.queries import INDEX_CODES
from dashboard.reading import PUBLISHED, Reading, parse_reading
from dashboard.standings import count_ranked, list_levels, read_places, read_standing
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, LEVELS, NATURES, TYPOLOGIES, format_number, pluralise
from indicators.catalogue import Catalogue

ALL: Final = "toutes"
SORTS: Final = {"x_rank": "", "y_rank": "second", "population": "population", "label": "label"}
FAMILIES: Final = tuple(f for f in NATURES if f != "MET69")
COLUMNS: Final = {
    "nature": "family",
    "taille": "size_class",
    "caractere": "typology",
    "departement": "departement",
    "region": "region",
}


@dataclass(frozen=True)
class Asked:
    """What a reader asks of the ranking; `toutes` keeps all.

    Attributes:
        niveau: Level.
        noeud: Index, pillar or indicator that ranks.
        nature: Family of nature, intercommunalités only.
        taille: Size class.
        caractere: Typology.
        departement: Code of a département.
        region: Code of a région.
        tri: Empty for the node's rank, `second` for the other's, `population` or `label`.
        reading: Edition and variant.
        territoire: Code of the reader's own territory, of the level ranked; empty without one.
    """

    niveau: str = "epci"
    noeud: str = "attractivite"
    nature: str = ALL
    taille: str = ALL
    caractere: str = ALL
    departement: str = ALL
    region: str = ALL
    tri: str = ""
    reading: Reading = PUBLISHED
    territoire: str = ""

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        default = Asked()
        own = {name: getattr(self, name) for name in ("niveau", "noeud", *COLUMNS, "tri")}
        changed = {name: value for name, value in own.items() if value != getattr(default, name)}
        return urlencode(changed | self.reading.items | ({"territoire": self.chosen} if self.territoire else {}))

    @property
    def chosen(self) -> str:
        """The reader's own territory as an address names it; empty without one."""
        return address_of({"level": self.niveau, "territory_code": self.territoire}) if self.territoire else ""

    @property
    def filters(self) -> dict[str, str]:
        """The filters that keep less than all."""
        return {name: getattr(self, name) for name in COLUMNS if getattr(self, name) != ALL}

    def filter_by(self, filters: Mapping[str, str]) -> Asked:
        """The same question with other filters."""
        changed: dict[str, Any] = dict(filters)
        return replace(self, **changed)

    @property
    def unfiltered(self) -> Asked:
        """The same question of every territory of the level."""
        return self.filter_by(dict.fromkeys(COLUMNS, ALL))


def parse_asked(build: Build, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever it holds that is not known falls back to the default."""
    level = find_level(list_levels(build), given)
    reading = parse_reading(build, level, given)
    nodes = count_ranked(build, level, reading)
    sort = given.get("tri")
    node = _check(given.get("noeud") or (sort if sort in INDEX_CODES else None), nodes, _first_node(nodes))
    own = find_at_level(build, level, read_first(given))
    tri = _check(sort, SORTS.values(), "")
    asked = Asked(level, node, tri=tri, reading=reading, territoire=own.territory_code if own else "")
    return asked.filter_by({n: _check(given.get(n), known, ALL) for n, known in list_choices(build, level).items()})


def _check(value: str | None, known: Iterable[str], default: str) -> str:
    """The value when it is known, else the default: an address may hold anything."""
    return value if value is not None and value in set(known) else default


def _first_node(nodes: Mapping[str, int]) -> str:
    return next((code for code in INDEX_CODES if code in nodes), next(iter(nodes), INDEX_CODES[0]))


@per_build
def list_choices(build: Build, level: str) -> dict[str, dict[str, str]]:
    """What may be filtered at a level: by filter, value and label; a filter of one value is not offered."""
    places = read_places(build, level)
    regions = read_places(build, "region").sort_values("territory_code")
    departements = read_places(build, "departement").sort_values("territory_code")
    present = {name: set(places[name]) for name in COLUMNS.values()}
    offered = {
        "nature": {f: NATURES[f][1] for f in FAMILIES if f in present["family"]},
        "taille": {s: name_size(s) for s in sorted(present["size_class"] - {""}, key=_lower_end, reverse=True)},
        "caractere": {t: label for t, label in TYPOLOGIES.items() if t in present["typology"]},
        "departement": _name_upper(departements, present["departement"], level, LOWER["departement"], with_code=True),
        "region": _name_upper(regions, present["region"], level, LOWER["region"]),
    }
    return {name: labels for name, labels in offered.items() if len(labels) > 1}


LOWER: Final = {"departement": ("commune", "epci"), "region": ("commune", "epci", "departement")}  # levels they part


def _name_upper(
    places: pd.DataFrame, present: set[str], level: str, parted: tuple[str, ...], *, with_code: bool = False
) -> dict[str, str]:
    """The départements or the régions that have territories of a level, by code."""
    named = zip(places["territory_code"].astype(str), places["label"].astype(str), strict=True)
    if level not in parted:
        return {}
    return {code: f"{label} ({code})" if with_code else label for code, label in named if code in present}


def _lower_end(size_class: str) -> int:
    start = size_class.partition("-")[0].rstrip("+")
    return int(start) if start.isdigit() else 0


def name_size(size_class: str) -> str:
    """« 20 000 à 50 000 habitants » from `20000-50000`; « plus de 500 000 » from `500000+`."""
    low, _, high = size_class.partition("-")
    if not high:
        return f"plus de {format_number(_lower_end(low))}{FIXED}habitants"
    if low == "0":
        return f"moins de {format_number(int(high))}{FIXED}habitants"
    return f"{format_number(int(low))} à {format_number(int(high))}{FIXED}habitants"


def filter_places(places: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Rows that every filter keeps (METRO takes Lyon along)."""
    for name, column in COLUMNS.items():
        wanted = getattr(asked, name)
        if wanted != ALL:
            places = places[places[column].eq(wanted)]
    return places


def find_second(asked: Asked, catalogue: Catalogue) -> str:
    """The node shown beside the one that ranks: the other index, or the index that a pillar or indicator belongs to."""
    if asked.noeud in INDEX_CODES:
        return INDEX_CODES[1 - INDEX_CODES.index(asked.noeud)]
    return find_index(asked.noeud, catalogue)


def find_index(node: str, catalogue: Catalogue) -> str:
    """Index of any node of the tree."""
    if node in INDEX_CODES:
        return node
    pillars = {p.code: p.index for p in catalogue.pillars}
    return pillars.get(node) or pillars[catalogue.find_indicator(node).pillar]


def name_node(node: str, catalogue: Catalogue) -> str:
    """Label of any node of the tree."""
    labels = {one.code: one.label for one in catalogue.indicators}
    labels |= {one.code: one.label for one in catalogue.pillars}
    labels |= {one.code: one.label for one in catalogue.indices}
    return labels[node]


@per_build
def rank_places(build: Build, asked: Asked, second: str) -> pd.DataFrame:
    """The rows asked for, sorted by rank then by name, those without a rank last.

    Returns:
        As `standings.read_places`, with `x_` (node that ranks) and `y_` (second node) before each column of
        `standings.read_standing`.
    """
    places = filter_places(read_places(build, asked.niveau), asked)
    for lead, node in (("x_", asked.noeud), ("y_", second)):
        places = places.join(
            read_standing(build, asked.niveau, node, asked.reading).add_prefix(lead), on="territory_code"
        )
    return places.sort_values(["x_rank", "folded"], na_position="last", kind="stable")


def sort_places(rows: pd.DataFrame, column: str, *, descending: bool) -> pd.DataFrame:
    """Rows by another column; ties by name, the absent last in both directions."""
    by = "folded" if column == "label" else column
    if by not in rows.columns:
        return rows
    return rows.sort_values([by, "folded"], ascending=[not descending, True], na_position="last", kind="stable")


def say_filters(build: Build, count: int, asked: Asked) -> str:
    """« 22 métropoles, de 200 000 à 500 000 habitants, région : Auvergne-Rhône-Alpes »."""
    singular, plural = LEVELS[asked.niveau][0].lower(), LEVELS[asked.niveau][1]
    if asked.nature in NATURES:
        singular, plural = NATURES[asked.nature][0].lower(), NATURES[asked.nature][1]
    choices = list_choices(build, asked.niveau)
    told = [pluralise(count, singular, plural)]
    for name in ("taille", "caractere", "departement", "region"):
        label = choices.get(name, {}).get(getattr(asked, name))
        if label:
            told.append({"departement": f"département{FIXED}: ", "region": f"région{FIXED}: "}.get(name, "") + label)
    return ", ".join(told)


def order_asked(build: Build, asked: Asked, second: str) -> pd.DataFrame:
    """The rows asked for, in the order asked for."""
    rows = rank_places(build, asked, second)
    column = next(column for column, sort in SORTS.items() if sort == asked.tri)
    return rows if column == "x_rank" else sort_places(rows, column, descending=column == "population")


def find_row(rows: pd.DataFrame, asked: Asked) -> int | None:
    """Where the reader's own territory stands among the rows; None when it is not among them."""
    found = np.flatnonzero(rows["territory_code"].eq(asked.territoire))
    return int(found[0]) if len(found) else None


def count_without(build: Build, asked: Asked) -> dict[str, int]:
    """How many rows each filter hides by itself: rows kept when it alone is taken away, by filter."""
    places = read_places(build, asked.niveau)
    return {name: len(filter_places(places, asked.filter_by({name: ALL}))) for name in asked.filters}


def address_of(row: Mapping[str, Any]) -> str:
    """Code of a territory as its page's address writes it: `departement-38`, `200040715`."""
    level, code = str(row["level"]), str(row["territory_code"])
    return f"{level}-{code}" if level in ("departement", "region") else code
