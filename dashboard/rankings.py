"""The only module that filters the ranking, for the page and for its export alike."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import read_regions
from dashboard.warehouse import Build
from dashboard.words import FIXED, NATURES, pluralise

ALL = "toutes"


def filter_positions(positions: pd.DataFrame, *, nature: str | None, region: str | None) -> pd.DataFrame:
    """Rows of one nature (METRO takes Lyon along) and one région; `toutes` or nothing keeps all."""
    kept = positions
    if nature and nature != ALL:
        kept = kept[kept["family"].eq(nature)]
    if region and region != ALL:
        kept = kept[kept["region"].eq(region)]
    return kept


def say_filters(build: Build, count: int, *, nature: str | None, region: str | None) -> str:
    """« 22 métropoles, Auvergne-Rhône-Alpes »."""
    singular, plural = "intercommunalité", "intercommunalités"
    if nature in NATURES:
        singular, plural = NATURES[nature][0].lower(), NATURES[nature][1]
    regions = dict(read_regions(build))
    where = f", région{FIXED}: {regions[region]}" if region in regions else ""
    return pluralise(count, singular, plural) + where


def check_choice(value: str | None, known: list[str], default: str = ALL) -> str:
    """The value when it is known, else the default: an address may hold anything."""
    return value if value in known else default
