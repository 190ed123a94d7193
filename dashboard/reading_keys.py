"""The only module that groups the indicators otherwise than in pillars: by theme, or by whom attractivité speaks to.

A theme or a target groups, it never scores: what is said of it is how many of its indicators stand above the median of
the comparable territories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pandas as pd

from dashboard.queries import find_row
from dashboard.reading import PUBLISHED, Reading, parse_reading
from dashboard.warehouse import Build
from indicators.catalogue import TARGETS, THEMES, Catalogue, Indicator

PILLARS: Final = "piliers"
KEYS: Final = {PILLARS: "Piliers", "themes": "Thèmes", "cibles": "Cibles"}  # value in the address, name on screen
TARGETED: Final = "attractivite"  # the one index whose indicators speak to a target


@dataclass(frozen=True)
class Group:
    """Some indicators read together.

    Attributes:
        kind: `pilier`, `theme` or `cible`.
        code: Code of the pillar, theme or target.
        label: Its name.
        question: What it answers; empty for a theme or a target.
        index: The index it belongs to; empty where it takes from both.
        indicators: Its indicators, in the catalogue's order.
    """

    kind: str
    code: str
    label: str
    question: str
    index: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Asked:
    """What a reader asks of a territory's page.

    Attributes:
        lecture: A key of KEYS.
        reading: Edition and variant.
    """

    lecture: str = PILLARS
    reading: Reading = PUBLISHED

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        told = {"lecture": self.lecture} if self.lecture != PILLARS else {}
        return urlencode(told | self.reading.items)


def parse_asked(build: Build, level: str, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; whatever it holds that is not known falls back to the default."""
    lecture = given.get("lecture") or ""
    return Asked(lecture if lecture in KEYS else PILLARS, parse_reading(build, level, given))


def list_groups(catalogue: Catalogue, level: str, lecture: str) -> tuple[Group, ...]:
    """The groups of a reading key that have indicators at a level, context included."""
    here = [one for one in catalogue.indicators if level in one.levels]
    if lecture == "themes":
        groups = [Group("theme", c, label, "", "", _pick(here, theme=c)) for c, label in THEMES.items()]
    elif lecture == "cibles":
        groups = [Group("cible", c, label, "", TARGETED, _pick(here, target=c)) for c, label in TARGETS.items()]
    else:
        groups = [
            Group("pilier", p.code, p.label, p.question, p.index, tuple(i for i in here if i.pillar == p.code))
            for p in catalogue.pillars
        ]
    return tuple(group for group in groups if group.indicators)


def _pick(indicators: list[Indicator], *, theme: str = "", target: str = "") -> tuple[Indicator, ...]:
    return tuple(one for one in indicators if (theme and one.theme == theme) or (target and target in one.targets))


def count_above(group: Group, profile: pd.DataFrame) -> tuple[int, int, int]:
    """How many indicators of a group stand above the median of the comparable territories, how many on it, of how many.

    Args:
        group: The group.
        profile: As `queries.read_profile`.
    """
    rows = [find_row(profile, one.code) for one in group.indicators if one.is_scored]
    told = [row for row in rows if row is not None and pd.notna(row["score"]) and pd.notna(row["peer_median"])]
    above = sum(bool(row["score"] > row["peer_median"]) for row in told)
    level = sum(bool(row["score"] == row["peer_median"]) for row in told)
    return above, level, len(told)
