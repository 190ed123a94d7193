"""The only module that says when a stored result spares a parse: same raw files, registers, code and geography."""

from __future__ import annotations

import hashlib
import importlib
import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

import etl.candidates
import etl.contours
import etl.corrections
import etl.countries
import etl.ingest
import etl.level_names
import etl.likeness
import etl.matching
import etl.naming
import etl.numbers
import etl.overseas
import etl.parsed
import etl.parsing
import etl.places
import etl.postcodes
import etl.raw_files
import etl.raw_tables
import etl.schemas
import etl.territories
from etl.corrections import load_corrections
from etl.paths import ROOT
from etl.registry import Source
from etl.store import LoadState

_CORE = (
    etl.raw_files, etl.raw_tables, etl.numbers, etl.parsed, etl.parsing, etl.ingest, etl.places, etl.matching,
    etl.candidates, etl.level_names, etl.naming, etl.likeness, etl.postcodes, etl.overseas, etl.schemas,
    etl.territories, etl.contours, etl.countries, etl.corrections,
)  # fmt: skip
REGISTERS = ROOT / "data" / "registers"


def code_version(source: Source) -> str:
    """Checksum of what makes a result of the raw files: the source's module, what it borrows from others, the core."""
    module = inspect.getmodule(source.parse)
    borrowed = {str(getattr(value, "__module__", "")) for value in vars(module).values()} if module else set()
    names = sorted(name for name in borrowed if name.startswith(("etl.sources.", "etl.register", "etl.cubes")))
    mine = (_text(module) if module else "") + "".join(_text(importlib.import_module(n)) for n in names)
    kept_by_hand = _registers_named_in(_text(module) if module else "")
    corrections = load_corrections(source.card.code).to_csv(index=False)
    return _checksum([mine, kept_by_hand, corrections, _core_version()])


def geography_version(states: Mapping[str, LoadState | None]) -> str:
    """Checksum of the geography that figures are placed in.

    Args:
        states: State of each geography source, fetched or kept; None where there is none.
    """
    parts = [f"{code} {_files(state)} {state.parser}" for code, state in sorted(states.items()) if state is not None]
    return _checksum(parts)


def result_key(state: LoadState, geography: str) -> str:
    """Identity of the result that these raw files lead to."""
    return _checksum([state.parser, geography, _files(state)])


def digest_files(checksums: Mapping[str, str]) -> str:
    """One checksum for the raw files of a source, as the table `source` tells it.

    Args:
        checksums: sha256 by file name.
    """
    return hashlib.sha256("".join(f"{n} {h}\n" for n, h in sorted(checksums.items())).encode()).hexdigest()


def _files(state: LoadState) -> str:
    return str(sorted(state.files.items()))


@cache
def _core_version() -> str:
    texts = [_text(module) for module in _CORE]
    return _checksum([*texts, _registers_named_in("".join(texts))])


def _registers_named_in(text: str) -> str:
    """The registers that a module reads, by name; corrections are a matter of each source."""
    paths = [path for path in sorted(REGISTERS.glob("*.csv")) if path.stem != "corrections"]
    return "".join(path.read_text(encoding="utf-8") for path in paths if f'"{path.stem}"' in text)


@cache
def _text(module: ModuleType) -> str:
    return inspect.getsource(module)


def _checksum(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]
