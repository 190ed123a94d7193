"""The only module that knows which sources exist: every module of `etl.sources`, by discovery."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import etl.sources
from etl.card import Card, Series
from etl.errors import SourceError
from etl.parsing import Parser


@dataclass(frozen=True)
class Source:
    """A card and its parser."""

    card: Card
    parse: Callable[[Parser], None]


@cache
def load_sources() -> dict[str, Source]:
    """All sources by code, geography first, then in alphabetical order."""
    found = []
    for module in pkgutil.iter_modules(etl.sources.__path__):
        loaded = importlib.import_module(f"etl.sources.{module.name}")
        if loaded.CARD.code != module.name:
            raise SourceError(f"etl/sources/{module.name}.py", f"its card says '{loaded.CARD.code}'", "Use one name")
        found.append(Source(loaded.CARD, loaded.parse))
    found.sort(key=lambda s: (s.card.stage != "geography", s.card.code))
    return {s.card.code: s for s in found}


def find_source(code: str) -> Source:
    """The source of that code; SourceError lists the known ones otherwise."""
    sources = load_sources()
    if code not in sources:
        raise SourceError(f"source '{code}'", "no such source", f"Known sources: {', '.join(sources)}")
    return sources[code]


@cache
def load_series() -> dict[str, tuple[Series, tuple[str, ...]]]:
    """Every declared series by code, with the codes of the sources that give it."""
    series: dict[str, tuple[Series, tuple[str, ...]]] = {}
    for source in load_sources().values():
        for one in source.card.series:
            declared, codes = series.get(one.code, (one, ()))
            series[one.code] = (declared, (*codes, source.card.code))
    return series
