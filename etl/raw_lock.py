"""The only module that keeps what is known of the raw files here: beside them, in `data/raw/<source>/lock.json`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

LOCK_FILE = "lock.json"


@dataclass(frozen=True)
class RawState:
    """A raw file as it lies here.

    Attributes:
        name: File name.
        url: Where it came from.
        retrieved_at: Day it was last seen there, unchanged or new (ISO).
        sha256: Checksum of the content.
        size: Bytes.
        etag: Validator given by the server, if any.
        last_modified: The same.
    """

    name: str
    url: str
    retrieved_at: str
    sha256: str
    size: int
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def arrived(
        cls, name: str, url: str, sha256: str, size: int, *, etag: str = "", last_modified: str = ""
    ) -> RawState:
        """A file that has come today."""
        return cls(name, url, _today(), sha256, size, etag, last_modified)

    def seen_today(self) -> RawState:
        """The same file, found unchanged today."""
        return replace(self, retrieved_at=_today())


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def checksum(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def part_of(target: Path) -> Path:
    """Where a raw file is written before it is whole."""
    return target.with_name(f".{target.name}.part")


def install(folder: Path, fresh: Mapping[str, RawState]) -> None:
    """Put the new files in place, then their lock; between the two there is no lock, so that it never lies."""
    parts = {name: part_of(folder / name) for name in fresh}
    arrived = {name: part for name, part in parts.items() if part.exists()}
    if arrived:
        (folder / LOCK_FILE).unlink(missing_ok=True)
    for name, part in arrived.items():
        part.replace(folder / name)
    _write_lock(folder, fresh)


def read_lock(folder: Path) -> dict[str, RawState]:
    """The lock entries of one source by file name; empty where the lock is absent or damaged."""
    try:
        entries = json.loads((folder / LOCK_FILE).read_text(encoding="utf-8"))
        return {name: RawState(**entry) for name, entry in entries.items()}
    except (OSError, json.JSONDecodeError, TypeError, AttributeError):
        return {}


def _write_lock(folder: Path, states: Mapping[str, RawState]) -> None:
    temporary = folder / f".{LOCK_FILE}.tmp"
    text = json.dumps({k: asdict(v) for k, v in sorted(states.items())}, indent=1, ensure_ascii=False)
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(folder / LOCK_FILE)
