"""The only module that runs the chain: fetch, settle the geography, load every source. Failures stay at their source.

One rule for failure: a source that fails or is held back keeps its last good figures (from the previous build, else
from the snapshot), marked stale with their date. If a required source has none at all, nothing is published. A source
that never gave a figure and that was not asked for (its publisher was not asked, and the mirror does not carry it) is
absent: it did not fail, and the status says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from etl.card import Card
from etl.corrections import CORRECTION_TABLE, describe_expired
from etl.errors import BuildError, FormatError, NotOfferedError, SourceError
from etl.fetch import Fetcher
from etl.gathered import Gathered, SourceResult
from etl.identity import code_version, geography_version, result_key
from etl.kept import Kept, Shown
from etl.loading import Loader
from etl.paths import DataPaths
from etl.raw_lock import RawState
from etl.registry import Source, load_sources
from etl.store import LoadState
from etl.territories import Territories, build_territories

Report = Callable[[str], None]
FETCHED_AT_ONCE = 4


def gather(
    paths: DataPaths,
    *,
    fetcher: Fetcher,
    only: Sequence[str] = (),
    accept: Sequence[str] = (),
    offline: bool = False,
    anew: bool = False,
    report: Report = lambda _line: None,
) -> Gathered | None:
    """Bring every source to the point where a build can be written.

    Args:
        paths: Data folders.
        fetcher: Where to fetch from.
        only: Refresh these sources only; the others keep their last good figures.
        accept: Sources whose large change is accepted.
        offline: Ask nobody: everything comes from the previous build or the snapshot, and from the registers.
        anew: Bring everything even when no source changed.
        report: Receives one line a source.

    Returns:
        None when nothing changed since the published build, and nothing failed.

    Raises:
        BuildError: A required source has no figures at all.
        SourceError: `only` or `accept` names an unknown source.
    """
    run = Run(paths, fetcher, tuple(only), tuple(accept), offline, report)
    run.fetch_all()
    if not anew and run.shows_already():
        return None
    territories = run.settle_geography()
    run.load_figures(territories)
    return Gathered(run.results, territories, run.failures, run.results_are_published(), run.keys)


@dataclass
class Run:
    """One refresh under way: what was fetched, what failed, what is ready.

    Attributes:
        fetched: State of each source whose raw files came (or were seen unchanged), until it fails.
        failures: Why, by source.
        results: What is ready for the build.
        keys: Key by source of every result made, the held-back ones too.
        absent: Sources that never gave a figure and that nobody could be asked for in this run, with why.
    """

    paths: DataPaths
    fetcher: Fetcher
    only: tuple[str, ...]
    accept: tuple[str, ...]
    offline: bool
    report: Report
    fetched: dict[str, LoadState] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    results: dict[str, SourceResult] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @cached_property
    def kept(self) -> Kept:
        """What can stand in for a source that fails."""
        return Kept(self.paths)

    @cached_property
    def loader(self) -> Loader:
        """Brings the results."""
        return Loader(self.paths, self.kept, self.accept)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Those loaded by default, and those asked for by name; geography first."""
        known = load_sources()
        for code in (*self.only, *self.accept):
            if code not in known:
                raise SourceError(f"source '{code}'", "no such source", f"Known sources: {', '.join(known)}")
        asked = {*self.only, *self.kept.published}
        return {c: s for c, s in known.items() if s.card.shipping != "off" or c in asked}

    @property
    def geography(self) -> dict[str, Source]:
        """The sources that the territories are built from."""
        return {c: s for c, s in self.sources.items() if s.card.stage == "geography"}

    # -- fetching ------------------------------------------------------------------------------------------------

    def fetch_all(self) -> None:
        """Ask for the raw files of every source wanted, and give each the key of the result it leads to."""
        wanted = [s for s in self.sources.values() if self._is_wanted(s.card)]
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            outcomes = list(pool.map(self._fetch, wanted))
        for source, outcome in zip(wanted, outcomes, strict=True):
            if isinstance(outcome, NotOfferedError) and self._never_loaded(source.card):
                self._leave_out(source.card.code, outcome.rule)
            elif isinstance(outcome, SourceError):
                self._give_up(source.card.code, outcome)
            else:
                self.fetched[source.card.code] = _describe_fetched(source, outcome)
        self._assign_keys()

    def _is_wanted(self, card: Card) -> bool:
        return (
            (not self.offline or card.mode == "register")
            and (not self.only or card.code in self.only)
            and self.fetcher.can_fetch(card)
        )

    def _fetch(self, source: Source) -> dict[str, RawState] | SourceError:
        try:
            return self.fetcher.fetch_source(source.card)
        except SourceError as error:
            return error

    def _assign_keys(self) -> None:
        states = {code: self.fetched.get(code) or self.kept.state(code) for code in self.geography}
        version = geography_version(states)
        self.fetched = {c: replace(s, key=result_key(s, version)) for c, s in self.fetched.items()}

    def shows_already(self) -> bool:
        """Whether the published build already shows everything fetched, and nothing failed."""
        published = self.kept.published
        known = {code for code, source in self.sources.items() if not self._never_loaded(source.card)}
        if self.failures or not published or set(published) != known | set(self.fetched):
            return False
        fresh = all(shown.freshness == "fresh" for shown in published.values())
        return fresh and all(published[code].key == state.key for code, state in self.fetched.items())

    def results_are_published(self) -> bool:
        """Whether the published build is made of exactly these results."""
        mine = {c: Shown(r.state.key, r.freshness, r.message) for c, r in self.results.items()}
        return mine == self.kept.published

    # -- loading -------------------------------------------------------------------------------------------------

    def settle_geography(self) -> Territories:
        """Load the geography sources, and build the territories from those that pass.

        One that cannot be read or is held back takes its last good tables, and the geography is made again, so that no
        figure is placed in a geography that is not shown.
        """
        while True:
            self.loader.parse_ahead(self.geography, self.fetched)
            territories = self._try_territories(self._read_tables())
            if territories is None:
                continue
            self.loader.load_ahead(self.sources, self.fetched, territories)
            if self._load_all(self.geography, territories):
                return territories

    def load_figures(self, territories: Territories) -> None:
        """Bring every other source's result."""
        figures = {c: s for c, s in self.sources.items() if c not in self.geography}
        self._load_all(figures, territories)
        self.results = {code: self.results[code] for code in self.sources if code in self.results}

    def _read_tables(self) -> dict[str, pd.DataFrame]:
        """Tables of every geography source: of the fetched files when they can be read, else the last good ones."""
        tables: dict[str, pd.DataFrame] = {}
        for code, source in self.geography.items():
            fresh = self._read_fresh_tables(source) if code in self.fetched else None
            if fresh is not None:
                tables |= fresh
            elif self.kept.state(code) is not None:
                tables |= self.kept.load(code)[0].tables
        return tables

    def _read_fresh_tables(self, source: Source) -> Mapping[str, pd.DataFrame] | None:
        stored = self.loader.find_stored(self.fetched[source.card.code])
        try:
            return (self.loader.read(source.card, stored)[0] if stored else self.loader.parse(source, None)).tables
        except SourceError as error:
            self._give_up(source.card.code, error)
            return None

    def _try_territories(self, tables: Mapping[str, pd.DataFrame]) -> Territories | None:
        """The territories; None when they cannot be built with what is new, which is then given up."""
        try:
            return build_territories(tables)
        except (BuildError, KeyError, ValueError, TypeError, AttributeError) as error:
            new = [c for c in self.geography if c in self.fetched and self._is_new(c) and self.kept.state(c)]
            if not new:
                rule = f"the territories cannot be built ({' '.join(str(error).split())})"
                remedy = " ".join(self.failures.values()) or "Run: MIRROR=<folder or address> make refresh"
                raise BuildError("geography", rule, remedy) from error
            rule = f"the territories cannot be built with its tables ({type(error).__name__}: {error})"
            for code in new:
                self._give_up(code, FormatError(code, rule, "Compare its files with the previous edition"))
            return None

    def _is_new(self, code: str) -> bool:
        shown = self.kept.published.get(code)
        return shown is None or shown.key != self.fetched[code].key

    def _load_all(self, sources: Mapping[str, Source], territories: Territories) -> bool:
        """Load these sources; False when one that was fetched had to be given up."""
        known = len(self.failures)
        self.keys |= {code: self.fetched[code].key for code in sources if code in self.fetched}
        for code, source in sources.items():
            result = self._bring(source, territories)
            if result is not None:
                self.results[code] = result
                self._say(result)
        return len(self.failures) == known

    def _bring(self, source: Source, territories: Territories) -> SourceResult | None:
        card = source.card
        try:
            if card.code in self.fetched:
                return self.loader.load(source, self.fetched[card.code], territories)
            if card.code not in self.failures and self._never_loaded(card):
                self._leave_out(card.code, "never loaded, and not asked for in this run")
                return None
            if card.code not in self.failures:
                return self.loader.keep(card, territories)
        except SourceError as error:
            self._give_up(card.code, error)
        return self._fall_back(card, self.failures[card.code], territories)

    def _fall_back(self, card: Card, message: str, territories: Territories) -> SourceResult | None:
        try:
            return replace(self.loader.keep(card, territories), freshness="stale", message=message)
        except SourceError as nothing:
            if card.required:
                rule = f"a required source failed and has no figures ({message})"
                remedy = "Nothing was published; mend the source and run: make refresh"
                raise BuildError(card.code, rule, remedy) from nothing
            return None

    def _never_loaded(self, card: Card) -> bool:
        """Whether the product can do without this source and has never had a figure of it."""
        return card.stage == "figures" and not card.required and self.kept.state(card.code) is None

    # -- saying --------------------------------------------------------------------------------------------------

    def _give_up(self, code: str, error: SourceError) -> None:
        was_fetched = self.fetched.pop(code, None) is not None
        self.loader.parsed.pop(code, None)
        self.failures[code] = " ".join(str(error).split())
        self.report(f"  {code:<32} failed: {self.failures[code]}")
        if was_fetched and code in self.geography:
            self._assign_keys()

    def _leave_out(self, code: str, why: str) -> None:
        if code not in self.absent:
            self.absent[code] = why
            self.report(f"  {code:<32} absent: {why}")

    def _say(self, result: SourceResult) -> None:
        counts, date = result.state.counts, result.state.retrieved_at
        rows = f"{counts.get('rows_read', 0):>9,} rows"
        self.report(f"  {result.card.code:<32} {result.freshness:<6} {date}  {rows}")
        for line in describe_expired(result.loaded.tables.get(CORRECTION_TABLE, pd.DataFrame())):
            self.report(f"  {result.card.code:<32} {line}")


def _describe_fetched(source: Source, files: Mapping[str, RawState]) -> LoadState:
    """Where the result of these files comes from; its key is given later."""
    return LoadState(
        source_code=source.card.code,
        key="",
        vintage=source.card.vintage,
        retrieved_at=max(f.retrieved_at for f in files.values()),
        files={n: f.sha256 for n, f in sorted(files.items())},
        sizes={n: f.size for n, f in sorted(files.items())},
        parser=code_version(source),
    )
