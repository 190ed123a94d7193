"""The only module that opens a raw file: alone or in its archive, as bytes or as text in its declared encoding."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from etl.errors import FormatError

BOM = b"\xef\xbb\xbf"
MAX_UNPACKED = 1_000_000_000  # bytes of one archive; INSEE's largest cube unpacks to 410 MB
MAX_SWELLING = 200  # unpacked over packed; text swells 5 to 20 times
SMALL_ENOUGH = 20_000_000  # bytes, whatever the swelling
ONE_BYTE_ENCODINGS = ("latin-1", "iso-8859-1", "iso-8859-15", "cp1252")


def read_raw(where: str, path: Path, member: str | None = None) -> bytes:
    """Content of a raw file, or of one member of a zip archive.

    Args:
        where: Source and file, for messages.
        path: The raw file.
        member: Name of the member, or the end of it; case folded.

    Raises:
        FormatError: No such file, no such member or several; an archive that is corrupt or not to be trusted.
    """
    if not path.is_file():
        raise FormatError(where, "the raw file is not there", "Run: make refresh")
    return path.read_bytes() if member is None else _read_member(where, path, member)


def _read_member(where: str, path: Path, suffix: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [(i, i.filename.lower()) for i in archive.infolist()]
            exact = [i for i, name in members if name.rsplit("/", 1)[-1] == suffix.lower()]
            found = exact or [i for i, name in members if name.endswith(suffix.lower())]
            if len(found) != 1:
                names = ", ".join(archive.namelist()[:10])
                raise FormatError(where, f"{len(found)} members end in '{suffix}' (it holds: {names})",
                                  "Check the archive, or mend the source module")  # fmt: skip
            _check_members(where, archive)
            return archive.read(found[0])
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
        raise FormatError(where, f"the archive is corrupt ({error})", "Fetch it again: make refresh") from error


def _check_members(where: str, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that reaches outside itself or unpacks beyond reason."""
    for member in archive.infolist():
        if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
            raise FormatError(where, f"its member '{member.filename}' points outside the archive",
                              "The archive is not to be trusted: compare it with the publisher's page")  # fmt: skip
    size = sum(m.file_size for m in archive.infolist())
    packed = sum(m.compress_size for m in archive.infolist())
    if size > MAX_UNPACKED or (size > SMALL_ENOUGH and size > MAX_SWELLING * packed):
        raise FormatError(where, f"{packed:,} bytes unpack to {size:,}",
                          "It may be a zip bomb: compare it with the publisher's page")  # fmt: skip


def decode(where: str, content: bytes, encoding: str) -> str:
    """Text of a raw file, without its byte-order marks.

    Args:
        where: Source and file, for messages.
        content: As published.
        encoding: As declared by the source module.

    Raises:
        FormatError: Nothing there, or text in another encoding.
    """
    while content.startswith(BOM):
        content = content[len(BOM) :]
    if not content.strip():
        raise FormatError(where, "the file is empty", "Fetch it again: make refresh")
    if encoding.lower() in ONE_BYTE_ENCODINGS and _is_utf8(content):
        raise FormatError(where, f"utf-8 text instead of {encoding}",
                          "The publisher changed the encoding: mend the source module")  # fmt: skip
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{where}, line {line}", f"not {encoding} text",
                          "The publisher changed the encoding: mend the source module") from error  # fmt: skip


def _is_utf8(content: bytes) -> bool:
    """Whether it is utf-8 with accents; any bytes can be read in a one-byte encoding, and come out garbled."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
