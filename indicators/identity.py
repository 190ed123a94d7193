"""The only module that says which method scored a build: a checksum of catalogue, goalposts and this package."""

from __future__ import annotations

import hashlib
from pathlib import Path

HERE = Path(__file__).parent
KINDS = (".py", ".toml", ".csv")


def method_version(folder: Path = HERE) -> str:
    """Checksum of what turns figures into scores: a build that bears another one has to be scored again."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in KINDS):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
