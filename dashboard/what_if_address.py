"""The only module that knows what an address asks of « Et si… », and how it is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from dashboard.belonging import find_at_level, find_level, read_first
from dashboard.positions import ALL_METROPOLES, Group, parse_group
from dashboard.rankings import address_of
from dashboard.standings import list_levels
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_number
from indicators.catalogue import Catalogue
from indicators.compute import build_tree
from indicators.personal import AGGREGATIONS, DEFAULT, NORMALISATIONS, Choices
from indicators.tree import Tree

HEAVIEST: Final = 10.0  # a weight above it says the same as all the others near zero
RESCORED_LEVELS: Final = ("epci", "departement", "region")  # 34,875 points cannot be followed with the eye


@dataclass(frozen=True)
class Asked:
    """What a reader asks of « Et si… ».

    Attributes:
        niveau: Level.
        choices: What is decided otherwise.
        groupe: Group that stands out.
        territoire: Code of the territory followed, of the level shown; empty without one.
        refused: What the address holds that cannot be used, in words.
    """

    niveau: str = "epci"
    choices: Choices = DEFAULT
    groupe: str = ALL_METROPOLES.code
    territoire: str = ""
    refused: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        """The territory followed as an address names it; empty without one."""
        return address_of({"level": self.niveau, "territory_code": self.territoire}) if self.territoire else ""

    @property
    def group(self) -> Group:
        """The group that stands out."""
        return parse_group(self.groupe) or ALL_METROPOLES

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        told = {
            "niveau": self.niveau if self.niveau != "epci" else "",
            "poids": ",".join(f"{code}:{weight:g}" for code, weight in self.choices.weights),
            "normalisation": self.choices.normalisation if self.choices.normalisation != NORMALISATIONS[0] else "",
            "moyenne": self.choices.aggregation if self.choices.aggregation != AGGREGATIONS[0] else "",
            "groupe": self.groupe if self.groupe != ALL_METROPOLES.code else "",
            "territoire": self.chosen,
        }
        return urlencode({name: value for name, value in told.items() if value}, safe=":,")


def parse_asked(build: Build, catalogue: Catalogue, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; what cannot be used is left at its default, and told in `refused`."""
    levels = [level for level in list_levels(build) if level in RESCORED_LEVELS]
    level = find_level(levels, given)
    weights, refused = _parse_weights(given.get("poids") or "", build_tree(catalogue, level))
    choices = Choices(
        weights,
        _check(given.get("normalisation"), NORMALISATIONS),
        _check(given.get("moyenne"), AGGREGATIONS),
    )
    group = parse_group(given.get("groupe")) or ALL_METROPOLES
    own = find_at_level(build, level, read_first(given))
    return Asked(level, choices, group.code, own.territory_code if own else "", tuple(refused))


def _check(value: str | None, known: Sequence[str]) -> str:
    return value if value is not None and value in known else known[0]


def _parse_weights(text: str, tree: Tree) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """Weights that differ from the declared ones, in the tree's order; and what cannot be read."""
    found: dict[str, float] = {}
    refused: list[str] = []
    for part in filter(None, text.split(",")):
        code, _, written = part.partition(":")
        weight = _parse_weight(written)
        if code not in tree.position or code in tree.roots:
            refused.append(f"«{FIXED}{code}{FIXED}» n’est ni un pilier ni un indicateur de l’indice.")
        elif weight is None:
            refused.append(
                f"Le poids «{FIXED}{written}{FIXED}» de «{FIXED}{code}{FIXED}» n’est pas un nombre de 0 à "
                f"{format_number(HEAVIEST)}{FIXED}; son poids par défaut est gardé."
            )
        elif weight != tree[code].weight:
            found[code] = weight
    for parent, below in tree.children.items():
        if not any(found.get(code, tree[code].weight) > 0 for code in below):
            refused.append(f"Tous les poids de «{FIXED}{parent}{FIXED}» sont à zéro{FIXED}; ils sont remis par défaut.")
            found = {code: weight for code, weight in found.items() if code not in below}
    return tuple((code, found[code]) for code in tree.codes if code in found), refused


def _parse_weight(written: str) -> float | None:
    try:
        weight = float(written.replace(",", "."))
    except ValueError:
        return None
    return weight if math.isfinite(weight) and 0 <= weight <= HEAVIEST else None
