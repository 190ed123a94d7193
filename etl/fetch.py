"""The only module that reaches outside: brings raw files from their publishers or from a mirror, whole and unchanged.

`data/raw/<source>/<file>` holds the file as published, `data/raw/<source>/lock.json` its URL, day, checksum, size and
the validators for the next conditional request. A file is replaced only by a complete, plausible one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from etl.card import Card, RawFile, Slice
from etl.errors import FetchError, NotOfferedError
from etl.registers import FOLDER as REGISTERS
from etl.slices import gather_slices

LOCK_FILE = "lock.json"
USER_AGENT = "attractivite-rayonnement/0.1 (open-data dashboard for French local authorities)"
CONNECT_SECONDS, READ_SECONDS, BODY_SECONDS = 10.0, 60.0, 900.0
MAX_BYTES = 2_000_000_000
CHUNK = 1 << 20
WEB = ("http://", "https://")
_NOT_OFFERED = "Add it to the mirror, or fetch it from its publisher: make refresh without MIRROR"


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


@dataclass(frozen=True)
class Fetcher:
    """Where to fetch from, and how patiently.

    Attributes:
        raw: The folder of raw files.
        mirror: A folder or an HTTP address laid out `<source_code>/<file>`; None for the publishers themselves.
        retries: Attempts after the first, for connection errors and statuses 429, 500, 502, 503, 504.
        backoff: Seconds, doubled at each attempt (Retry-After is obeyed).
        pause: Seconds between two requests for slices of one file.
    """

    raw: Path
    mirror: str | None = None
    retries: int = 3
    backoff: float = 1.0
    timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS)
    body_seconds: float = BODY_SECONDS
    pause: float = 1.0

    def can_fetch(self, card: Card) -> bool:
        """Whether the files of this source can be asked for (no feed and no mirror: no)."""
        return (
            card.mode == "register"
            or self.mirror is not None
            or (card.mode == "live" and all(f.url for f in card.files))
        )

    def fetch_source(self, card: Card) -> dict[str, RawState]:
        """Bring every file of a source here.

        Returns:
            State by file name.

        Raises:
            FetchError: One file could not be brought whole; the files of the source stay as they were.
            NotOfferedError: The mirror has no such source: no folder, or 404 for its first file.
        """
        if self._is_not_offered(card):
            raise NotOfferedError(card.code, f"the mirror has no folder {card.code}/", _NOT_OFFERED)
        folder = self.raw / card.code
        folder.mkdir(parents=True, exist_ok=True)
        before = read_lock(folder)
        with self._open_session() as session:
            fresh = {f.name: self._fetch_file(session, card, f, before.get(f.name)) for f in card.files}
        _install(folder, fresh)
        return fresh

    def _is_not_offered(self, card: Card) -> bool:
        """Whether the mirror is a folder that does not carry this source."""
        if card.mode == "register" or self.mirror is None or self.mirror.startswith(WEB):
            return False
        return not (Path(self.mirror) / card.code).is_dir()

    def _open_session(self) -> requests.Session:
        session = requests.Session()
        retry = Retry(
            total=self.retries, backoff_factor=self.backoff, status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=("GET",), respect_retry_after_header=True, backoff_max=60, redirect=10,
            raise_on_status=False, retry_after_max=120,
        )  # fmt: skip
        session.mount("http://", HTTPAdapter(max_retries=retry))
        session.mount("https://", HTTPAdapter(max_retries=retry))
        contact = os.environ.get("CONTACT", "").strip()
        session.headers["User-Agent"] = f"{USER_AGENT} {contact}".strip()
        session.max_redirects = 10
        return session

    def _fetch_file(self, session: requests.Session, card: Card, file: RawFile, before: RawState | None) -> RawState:
        target = self.raw / card.code / file.name
        _part(target).unlink(missing_ok=True)
        if before is not None and (not target.is_file() or target.stat().st_size != before.size):
            before = None
        if card.mode == "register":
            return _copy_file(REGISTERS / file.name, target, card, before)
        if self.mirror is None and file.slices:
            return self._fetch_slices(session, card, file, before)
        if self.mirror is None:
            url = str(file.url)
        elif self.mirror.startswith(WEB):
            url = f"{self.mirror.rstrip('/')}/{card.code}/{quote(file.name)}"
        else:
            return _copy_file(Path(self.mirror) / card.code / file.name, target, card, before)
        return self._download(session, url, target, card, file, before)

    def _fetch_slices(self, session: requests.Session, card: Card, file: RawFile, before: RawState | None) -> RawState:
        """Bring a file by its slices; its lock entry tells of the whole."""
        target = self.raw / card.code / file.name

        def fetch(one: Slice, to: Path) -> None:
            self._download(session, one.url, to, card, RawFile(one.name, one.url, accept=file.accept), None)
            _part(to).replace(to)

        gather_slices(file, _part(target), fetch, self.pause)
        with _part(target).open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        state = RawState(file.name, str(file.url), _today(), sha256, _part(target).stat().st_size)
        if before is not None and before.sha256 == sha256:
            _part(target).unlink()
        return state

    def _download(
        self,
        session: requests.Session,
        url: str,
        target: Path,
        card: Card,
        file: RawFile,
        before: RawState | None,
    ) -> RawState:
        """Ask for one address, and write what comes beside the target; every network error is a FetchError."""
        try:
            return self._receive(session, url, target, card, file, before)
        except requests.TooManyRedirects as error:
            raise FetchError(
                _where(card, file), f"{url} redirects in a loop", "Check the URL on the source card"
            ) from error
        except (requests.RequestException, HTTPError) as error:
            _part(target).unlink(missing_ok=True)
            remedy = "Try again later; if it lasts, check the publisher's page and the URL on the source card"
            raise FetchError(_where(card, file), f"{url}: {_in_short(error)}", remedy) from error

    def _receive(
        self,
        session: requests.Session,
        url: str,
        target: Path,
        card: Card,
        file: RawFile,
        before: RawState | None,
    ) -> RawState:
        headers = {"Accept-Encoding": "gzip, deflate"} | ({"Accept": file.accept} if file.accept else {})
        if before is not None and before.url == url:
            headers |= {"If-None-Match": before.etag} if before.etag else {}
            headers |= {"If-Modified-Since": before.last_modified} if before.last_modified else {}
        with session.get(url, headers=headers, stream=True, timeout=self.timeout) as response:
            if response.status_code == 304 and before is not None:
                return _seen_today(before)
            if response.status_code == 404 and self.mirror is not None and file == card.files[0]:
                raise NotOfferedError(_where(card, file), f"{url} answers 404 {response.reason}", _NOT_OFFERED)
            if response.status_code != 200:
                raise FetchError(_where(card, file), f"{url} answers {response.status_code} {response.reason}",
                                 "Check the publisher's page and the URL on the source card")  # fmt: skip
            sha256, size = self._write_body(response, _part(target), card, file)
            check_content(_part(target), response.headers.get("Content-Type", ""), card, file)
            state = RawState(
                file.name, url, _today(), sha256, size,
                response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""),
            )  # fmt: skip
        if before is not None and before.sha256 == sha256:
            _part(target).unlink()
        return state

    def _write_body(self, response: requests.Response, part: Path, card: Card, file: RawFile) -> tuple[str, int]:
        digest, size, deadline = hashlib.sha256(), 0, time.monotonic() + self.body_seconds
        with part.open("wb") as out:
            while chunk := response.raw.read1(CHUNK, decode_content=True):  # what has come, not a whole chunk
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
                if size > MAX_BYTES or time.monotonic() > deadline:
                    raise FetchError(_where(card, file), f"the body has no end in sight ({size} bytes so far)",
                                     "Try again later; check the publisher's page")  # fmt: skip
        return digest.hexdigest(), size


def check_content(path: Path, content_type: str, card: Card, file: RawFile) -> None:
    """Refuse what is plainly not the file asked for, whatever the status said.

    Raises:
        FetchError: An empty body, a web page, or bytes that do not start as the format does.
    """
    with path.open("rb") as stream:
        head = stream.read(512)
    problem = ""
    if not head.strip():
        problem = "the body is empty"
    elif head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html")):
        problem = "a web page came instead of the file"
    elif "text/html" in content_type.lower() and not file.name.endswith((".html", ".htm")):
        problem = f"the server says it is {content_type}"
    elif not head.startswith(file.magic):
        problem = f"the content is not a {file.name.rsplit('.', 1)[-1]} file"
    if problem:
        path.unlink()
        raise FetchError(_where(card, file), problem, "Open the URL of the source card in a browser")


def _copy_file(origin: Path, target: Path, card: Card, before: RawState | None) -> RawState:
    """Copy one file of a folder mirror or a register, unless it is the one already here."""
    if not origin.is_file():
        raise FetchError(f"{card.code}, {origin.name}", f"the mirror has no file {origin}", "Put it there")
    with origin.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    state = RawState(target.name, str(origin), _today(), sha256, origin.stat().st_size)
    if before is not None and before.sha256 == sha256:
        return _seen_today(before)
    shutil.copyfile(origin, _part(target))
    check_content(_part(target), "", card, RawFile(target.name))
    return state


def _install(folder: Path, fresh: dict[str, RawState]) -> None:
    """Put the new files in place, then their lock; between the two there is no lock, so that it never lies."""
    parts = {name: _part(folder / name) for name in fresh}
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


def _write_lock(folder: Path, states: dict[str, RawState]) -> None:
    temporary = folder / f".{LOCK_FILE}.tmp"
    text = json.dumps({k: asdict(v) for k, v in sorted(states.items())}, indent=1, ensure_ascii=False)
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(folder / LOCK_FILE)


def _seen_today(state: RawState) -> RawState:
    return RawState(**(asdict(state) | {"retrieved_at": _today()}))


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _where(card: Card, file: RawFile) -> str:
    return f"{card.code}, {file.name}"


def _in_short(error: Exception) -> str:
    """The innermost cause of a network error, in one line."""
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    kind = type(cause).__name__
    return f"{kind}: {cause}".replace("\n", " ")[:200]
