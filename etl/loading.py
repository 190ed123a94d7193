"""The only module that brings one source's result: parsed now, stored before, or kept from the last good edition.

Whatever goes wrong in a publisher's file is raised as a SourceError, so that it stays at its source.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from etl.card import Card
from etl.errors import FormatError, SourceError
from etl.gathered import SourceResult
from etl.holdback import check_change
from etl.ingest import Loaded, carry_over, ingest
from etl.kept import Kept
from etl.parsed import Parsed
from etl.parsing import Parser
from etl.paths import DataPaths
from etl.registry import Source
from etl.store import LoadState, read_loaded, read_state, write_loaded
from etl.territories import Territories
from etl.workers import count_workers, share

WORTH_SHARING = 5_000_000  # bytes of raw files, below which processes cost more than they save


@dataclass(frozen=True)
class Loader:
    """Brings results under these data folders.

    Attributes:
        kept: What the published build and the snapshot hold.
        accept: Sources whose large change is accepted.
        parsed: Geography sources parsed in this run: their tables are read before their figures are placed.
        opened: Stored results of the geography sources, read for the same reason.
    """

    paths: DataPaths
    kept: Kept
    accept: tuple[str, ...]
    parsed: dict[str, Parsed] = field(default_factory=dict)
    opened: dict[Path, tuple[Loaded, LoadState]] = field(default_factory=dict)

    def parse_ahead(self, sources: Mapping[str, Source], states: Mapping[str, LoadState]) -> None:
        """Parse the geography sources that have no stored result, several at once where that saves time."""
        todo = self._find_unstored({c: s for c, s in sources.items() if c not in self.parsed}, states)
        if _is_worth_sharing(todo):
            self.parsed.update(share(lambda code: self.parse(sources[code], None), todo))

    def load_ahead(
        self, sources: Mapping[str, Source], states: Mapping[str, LoadState], territories: Territories
    ) -> None:
        """Store the results of the sources that have none, several at once where that saves time.

        What cannot be read stays without one: `load` will say why.
        """
        todo = self._find_unstored(sources, states)
        if _is_worth_sharing(todo):
            _ = territories.places  # before the workers part, so that they share it
            deque(share(lambda code: bool(self._make(sources[code], states[code], territories)), todo), maxlen=0)

    def _find_unstored(self, sources: Mapping[str, Source], states: Mapping[str, LoadState]) -> dict[str, int]:
        """Bytes of the raw files of the sources that must be parsed, the largest first."""
        todo = {c: sum(states[c].sizes.values()) for c in sources if c in states and not self.find_stored(states[c])}
        return dict(sorted(todo.items(), key=lambda item: -item[1]))

    def find_stored(self, state: LoadState) -> Path | None:
        """The folder of a result that needs no parsing."""
        folder = self._folder(state)
        return folder if read_state(folder) is not None else None

    def read(self, card: Card, folder: Path) -> tuple[Loaded, LoadState]:
        """Read a stored result."""
        if card.stage == "figures":
            return read_loaded(folder)
        if folder not in self.opened:
            self.opened[folder] = read_loaded(folder)
        return self.opened[folder]

    def load(self, source: Source, state: LoadState, territories: Territories) -> SourceResult:
        """The result of fetched files, judged against the last good one.

        Raises:
            FormatError: The files are not laid out as expected.
            HeldBackError: The source changed by more than its card allows.
        """
        card, stored = source.card, self.find_stored(state)
        if stored is not None:
            loaded, before = self.read(card, stored)
            state = replace(before, retrieved_at=state.retrieved_at)
        else:
            loaded, state = self._make(source, state, territories)
        if card.code not in self.accept:
            check_change(card, loaded, self._previous(card.code, state.key))
        return SourceResult(card, loaded, state, "fresh")

    def keep(self, card: Card, territories: Territories) -> SourceResult:
        """The figures of the previous build, else of the snapshot, in the state they had.

        Raises:
            SourceError: There are none.
        """
        loaded, state = self.kept.load(card.code)
        shown = self.kept.published.get(card.code)
        freshness, message = (shown.freshness, shown.message) if shown and shown.key == state.key else ("fresh", "")
        return SourceResult(card, carry_over(card, loaded, territories), state, freshness, message)

    def parse(self, source: Source, territories: Territories | None) -> Parsed:
        """Parse the raw files of a source (`territories`: None for the geography sources).

        Raises:
            FormatError: Whatever went wrong.
        """
        card = source.card
        if card.code not in self.parsed:
            parser = Parser(card, self.paths.raw / card.code, territories.places if territories else None)
            try:
                source.parse(parser)
            except SourceError:
                raise
            except Exception as error:
                raise _stopped(card, error) from error
            if card.stage == "figures":
                return parser.parsed()
            self.parsed[card.code] = parser.parsed()
        return self.parsed[card.code]

    def _make(self, source: Source, state: LoadState, territories: Territories) -> tuple[Loaded, LoadState]:
        """Parse, place and store a source."""
        loaded = self._ingest(source, territories)
        state = replace(state, counts=dict(loaded.counts), excluded=dict(loaded.excluded))
        write_loaded(self._folder(state), loaded, state)
        return loaded, state

    def _ingest(self, source: Source, territories: Territories) -> Loaded:
        parsed = self.parse(source, territories)
        try:
            return ingest(source.card, parsed, territories)
        except SourceError:
            raise
        except Exception as error:
            raise _stopped(source.card, error) from error

    def _previous(self, code: str, key: str) -> Loaded | None:
        """What the source showed before, unless it is this very result."""
        before = self.kept.state(code)
        return None if before is None or before.key == key else self.kept.load(code)[0]

    def _folder(self, state: LoadState) -> Path:
        return self.paths.loaded / state.source_code / state.key


def _is_worth_sharing(sizes: Mapping[str, int]) -> bool:
    return len(sizes) > 1 and sum(sizes.values()) > WORTH_SHARING and count_workers() > 1


def _stopped(card: Card, error: Exception) -> FormatError:
    rule = f"its files are not laid out as expected ({type(error).__name__}: {' '.join(str(error).split())[:200]})"
    return FormatError(card.code, rule, "Compare them with the previous edition, then mend the source module")
