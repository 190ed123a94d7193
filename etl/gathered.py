"""What a refresh gathers before it writes a build: one result a source, and the geography they are placed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.card import Card
from etl.ingest import Loaded
from etl.store import LoadState
from etl.territories import Territories


@dataclass(frozen=True)
class SourceResult:
    """What one source brings to the build, and in which state.

    Attributes:
        freshness: `fresh`, or `stale` when its last refresh failed or was held back.
        message: Why it is stale.
    """

    card: Card
    loaded: Loaded
    state: LoadState
    freshness: str
    message: str = ""


@dataclass(frozen=True)
class Gathered:
    """Everything a build is made of.

    Attributes:
        results: By source code.
        territories: Today's geography.
        failures: What went wrong in this run, by source code.
        is_unchanged: The published build already shows exactly this.
        keys: Keys by source of the results of this run, those that were held back too.
    """

    results: dict[str, SourceResult]
    territories: Territories
    failures: dict[str, str]
    is_unchanged: bool
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def stale(self) -> dict[str, str]:
        """Why, by source, for every source that shows old figures or none."""
        shown = {code: r.message for code, r in self.results.items() if r.freshness == "stale"}
        return dict(sorted((self.failures | shown).items()))
