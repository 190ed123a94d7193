"""The only module that runs the chain: fetch, parse, place. Failures stay at their source.

One rule for failure: a source that fails or is held back keeps its last good figures (from the previous build, else
from the snapshot), marked stale with their date. If a required source has none at all, nothing is published.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import etl.contours
import etl.ingest
import etl.matching
import etl.parsing
import etl.schemas
import etl.territories
from etl.card import Card
from etl.errors import BuildError, SourceError
from etl.fetch import Fetcher
from etl.holdback import check_change
from etl.ingest import Loaded, ingest
from etl.parsing import Parsed, Parser
from etl.paths import DataPaths
from etl.registry import Source, load_sources
from etl.store import LoadState, read_loaded, read_state, write_loaded
from etl.territories import Territories, build_territories
from etl.warehouse import find_current, open_build

Report = Callable[[str], None]
_CORE = (etl.parsing, etl.ingest, etl.matching, etl.schemas, etl.territories, etl.contours)


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
    """

    results: dict[str, SourceResult]
    territories: Territories
    failures: dict[str, str]
    is_unchanged: bool


def gather(
    paths: DataPaths,
    *,
    fetcher: Fetcher,
    only: Sequence[str] = (),
    accept: Sequence[str] = (),
    offline: bool = False,
    report: Report = lambda _line: None,
) -> Gathered | None:
    """Bring every source to the point where a build can be written.

    Args:
        paths: Data folders.
        fetcher: Where to fetch from.
        only: Refresh these sources only; the others keep their last good figures.
        accept: Sources whose large change is accepted.
        offline: Fetch nothing: everything comes from the previous build or the snapshot.
        report: Receives one line a source.

    Returns:
        None when nothing changed since the published build, and nothing failed.

    Raises:
        BuildError: A required source has no figures at all.
        SourceError: `only` or `accept` names an unknown source.
    """
    run = Run(paths, fetcher, tuple(only), tuple(accept), offline, report)
    run.fetch_all()
    if run.shows_already():
        return None
    run.load_all()
    return Gathered(run.results, run.territories, run.failures, is_unchanged=run.results_are_published())


@dataclass
class Run:
    """One refresh under way: what was fetched, what is kept, what failed."""

    paths: DataPaths
    fetcher: Fetcher
    only: tuple[str, ...]
    accept: tuple[str, ...]
    offline: bool
    report: Report
    fetched: dict[str, LoadState] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    results: dict[str, SourceResult] = field(default_factory=dict)
    parsed: dict[str, Parsed] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Those loaded by default, and those asked for by name; geography first."""
        known = load_sources()
        for code in (*self.only, *self.accept):
            if code not in known:
                raise SourceError(f"source '{code}'", "no such source", f"Known sources: {', '.join(known)}")
        return {c: s for c, s in known.items() if s.card.shipping != "off" or c in self.only or c in self.published}

    @cached_property
    def published(self) -> dict[str, tuple[str, str, str]]:
        """Key, state and message of each source in the published build."""
        current = find_current(self.paths.warehouse)
        if current is None:
            return {}
        with open_build(current) as con:
            rows = con.execute("SELECT source_code, loaded_key, state, message FROM source").fetchall()
        return {code: (key, state, message) for code, key, state, message in rows}

    @cached_property
    def territories(self) -> Territories:
        """Today's geography, from the tables of the geography sources."""
        tables: dict[str, object] = {}
        for code, source in self.sources.items():
            if source.card.stage == "geography":
                tables |= self._tables(code, source)
        return build_territories(tables)  # type: ignore[arg-type]

    # -- fetching ------------------------------------------------------------------------------------------------

    def fetch_all(self) -> None:
        """Ask for the raw files of every source wanted, and give each the key of the result it leads to."""
        for code, source in self.sources.items():
            card = source.card
            if self.offline or (self.only and code not in self.only) or not self.fetcher.can_fetch(card):
                continue
            try:
                files = self.fetcher.fetch_source(card)
            except SourceError as error:
                self.failures[code] = str(error)
                self.report(f"  {code:<32} failed: {error}")
                continue
            self.fetched[code] = LoadState(
                source_code=code,
                key="",
                vintage=card.vintage,
                retrieved_at=max(f.retrieved_at for f in files.values()),
                files={n: f.sha256 for n, f in sorted(files.items())},
                sizes={n: f.size for n, f in sorted(files.items())},
            )
        geography = self._geography_key()
        self.fetched = {c: replace(s, key=self._key(c, s, geography)) for c, s in self.fetched.items()}

    def _geography_key(self) -> str:
        digest = hashlib.sha256()
        for code, source in self.sources.items():
            if source.card.stage == "geography":
                state = self.fetched.get(code) or self._kept_state(code)
                digest.update(f"{code} {sorted(state.files.items()) if state else ''}".encode())
        return digest.hexdigest()

    def _key(self, code: str, state: LoadState, geography: str) -> str:
        text = f"{_code_version(self.sources[code])} {geography} {sorted(state.files.items())}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def shows_already(self) -> bool:
        """Whether the published build already shows everything fetched, and nothing failed."""
        if self.failures or not self.published or set(self.published) != set(self.sources):
            return False
        current = {c: self.published[c] for c in self.sources}
        return all(s == "fresh" for _, s, _ in current.values()) and all(
            current[c][0] == state.key for c, state in self.fetched.items()
        )

    def results_are_published(self) -> bool:
        """Whether the published build is made of exactly these results."""
        mine = {c: (r.state.key, r.freshness, r.message) for c, r in self.results.items()}
        return mine == self.published

    # -- loading -------------------------------------------------------------------------------------------------

    def load_all(self) -> None:
        """Bring every source's result: parsed now, stored before, or kept."""
        for code, source in self.sources.items():
            try:
                if code in self.failures:
                    raise SourceError(code, self.failures[code], "")
                result: SourceResult | None = self._load(source) if code in self.fetched else self._keep(source.card)
            except SourceError as error:
                message = self.failures.setdefault(code, str(error))
                result = self._fall_back(source.card, message)
            if result is not None:
                self.results[code] = result
                self._say(result)

    def _load(self, source: Source) -> SourceResult:
        card, state = source.card, self.fetched[source.card.code]
        folder = self.paths.loaded / card.code / state.key
        if read_state(folder) is not None:
            loaded, stored = read_loaded(folder)
            state = replace(stored, retrieved_at=state.retrieved_at)
        else:
            territories = self.territories  # first: it parses the geography sources
            loaded = ingest(card, self._parse(source), territories)
            state = replace(state, counts=dict(loaded.counts), excluded=dict(loaded.excluded))
            write_loaded(folder, loaded, state)
        if card.code not in self.accept:
            check_change(card, loaded, self._previous(card, state.key))
        return SourceResult(card, loaded, state, "fresh")

    def _previous(self, card: Card, key: str) -> Loaded | None:
        """What the source showed before, unless it is this very result."""
        kept = self._kept_folder(card.code)
        state = read_state(kept)
        return None if state is None or state.key == key else read_loaded(kept)[0]

    def _parse(self, source: Source) -> Parsed:
        card = source.card
        if card.code in self.parsed:
            return self.parsed.pop(card.code)
        places = None if card.stage == "geography" else self.territories.places
        parser = Parser(card, self.paths.raw / card.code, places)
        source.parse(parser)
        return parser.parsed()

    def _tables(self, code: str, source: Source) -> Mapping[str, object]:
        """Tables of a geography source: of the fetched files when they can be read, else the last good ones."""
        state = self.fetched.get(code)
        if state is None:
            return read_loaded(self._kept_folder(code))[0].tables if self._kept_state(code) else {}
        folder = self.paths.loaded / code / state.key
        if read_state(folder) is not None:
            return read_loaded(folder)[0].tables
        try:
            self.parsed[code] = self._parse(source)
            return self.parsed[code].tables
        except SourceError as error:
            del self.fetched[code]
            self.failures[code] = str(error)
            return self._tables(code, source)

    def _kept_folder(self, code: str) -> Path:
        key = self.published.get(code, ("", "", ""))[0]
        folder = self.paths.loaded / code / (key or "none")
        return folder if read_state(folder) is not None else self.paths.snapshot / code

    def _kept_state(self, code: str) -> LoadState | None:
        return read_state(self._kept_folder(code))

    def _keep(self, card: Card) -> SourceResult:
        """The figures of the previous build, else of the snapshot, in the state they had."""
        folder = self._kept_folder(card.code)
        if read_state(folder) is None:
            raise SourceError(card.code, "no figures kept, neither in a build nor in the snapshot",
                              "Run: MIRROR=<folder or address> make refresh")  # fmt: skip
        loaded, state = read_loaded(folder)
        key, freshness, message = self.published.get(card.code, ("", "fresh", ""))
        return SourceResult(card, loaded, state, *((freshness, message) if key == state.key else ("fresh", "")))

    def _fall_back(self, card: Card, message: str) -> SourceResult | None:
        try:
            return replace(self._keep(card), freshness="stale", message=message)
        except SourceError as nothing:
            if card.required:
                rule = f"a required source failed and has no figures ({message})"
                remedy = "Nothing was published; mend the source and run: make refresh"
                raise BuildError(card.code, rule, remedy) from nothing
            self.report(f"  {card.code:<32} nothing to show: {message}")
            return None

    def _say(self, result: SourceResult) -> None:
        counts, date = result.state.counts, result.state.retrieved_at
        line = f"  {result.card.code:<32} {result.freshness:<6} {date}  {counts.get('rows_read', 0):>9,} rows"
        self.report(line + (f"  {result.message}" if result.message else ""))


def _code_version(source: Source) -> str:
    """Checksum of the code that makes a result: the source's module and the core it passes through."""
    modules = [inspect.getmodule(source.parse), *_CORE]
    text = "".join(inspect.getsource(m) for m in modules if m is not None)
    return hashlib.sha256(text.encode()).hexdigest()
