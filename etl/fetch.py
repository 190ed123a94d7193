"""The only module that reaches outside: brings raw files from their publishers or from a mirror, whole and unchanged.

`data/raw/<source>/<file>` holds the file as published; its lock (`etl.raw_lock`) the validators of the next conditional
request. A file is replaced only by a complete, plausible one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from etl.card import Card, RawFile, Slice
from etl.errors import FetchError, NotOfferedError
from etl.raw_lock import RawState, checksum, install, part_of, read_lock
from etl.registers import FOLDER as REGISTERS
from etl.slices import gather_slices

USER_AGENT = "attractivite-rayonnement/0.1 (open-data dashboard for French local authorities)"
CONNECT_SECONDS, READ_SECONDS, BODY_SECONDS = 10.0, 60.0, 900.0
MAX_BYTES = 2_000_000_000
CHUNK = 1 << 20
WEB = ("http://", "https://")
_NOT_OFFERED = "Add it to the mirror, or fetch it from its publisher: make refresh without MIRROR"


@dataclass(frozen=True)
class Errand:
    """One file asked for at one address.

    Attributes:
        url: The address.
        target: The file to be replaced; what comes is written beside it.
        card: The source.
        file: The file as the card names it.
        before: The file that is here, if it is whole.
    """

    url: str
    target: Path
    card: Card
    file: RawFile
    before: RawState | None

    @property
    def where(self) -> str:
        """Source and file, for messages."""
        return f"{self.card.code}, {self.file.name}"


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
        install(folder, fresh)
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
        part_of(target).unlink(missing_ok=True)
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
        return self._download(session, Errand(url, target, card, file, before))

    def _fetch_slices(self, session: requests.Session, card: Card, file: RawFile, before: RawState | None) -> RawState:
        """Bring a file by its slices; its lock entry tells of the whole."""
        target = self.raw / card.code / file.name

        def fetch(one: Slice, to: Path) -> None:
            part = RawFile(one.name, one.url, accept=file.accept)
            self._download(session, Errand(one.url, to, card, part, None))
            part_of(to).replace(to)

        part = part_of(target)
        gather_slices(file, part, fetch, self.pause)
        state = RawState.arrived(file.name, str(file.url), checksum(part), part.stat().st_size)
        return _drop_if_same(part, state, before)

    def _download(self, session: requests.Session, errand: Errand) -> RawState:
        """Ask for one address, and write what comes beside the target; every network error is a FetchError."""
        try:
            return self._receive(session, errand)
        except requests.TooManyRedirects as error:
            raise FetchError(
                errand.where, f"{errand.url} redirects in a loop", "Check the URL on the source card"
            ) from error
        except (requests.RequestException, HTTPError) as error:
            part_of(errand.target).unlink(missing_ok=True)
            remedy = "Try again later; if it lasts, check the publisher's page and the URL on the source card"
            raise FetchError(errand.where, f"{errand.url}: {_in_short(error)}", remedy) from error

    def _receive(self, session: requests.Session, errand: Errand) -> RawState:
        part = part_of(errand.target)
        with session.get(errand.url, headers=_headers(errand), stream=True, timeout=self.timeout) as response:
            if response.status_code == 304 and errand.before is not None:
                return errand.before.seen_today()
            told = f"{errand.url} answers {response.status_code} {response.reason}"
            if response.status_code == 404 and self.mirror is not None and errand.file == errand.card.files[0]:
                raise NotOfferedError(errand.where, told, _NOT_OFFERED)
            if response.status_code != 200:
                raise FetchError(errand.where, told, "Check the publisher's page and the URL on the source card")
            sha256, size = self._write_body(response, part, errand.where)
            check_content(part, response.headers.get("Content-Type", ""), errand.where, errand.file)
            etag, last_modified = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
            state = RawState.arrived(errand.file.name, errand.url, sha256, size, etag=etag, last_modified=last_modified)
        return _drop_if_same(part, state, errand.before)

    def _write_body(self, response: requests.Response, part: Path, where: str) -> tuple[str, int]:
        digest, size, deadline = hashlib.sha256(), 0, time.monotonic() + self.body_seconds
        with part.open("wb") as out:
            while chunk := response.raw.read1(CHUNK, decode_content=True):  # what has come, not a whole chunk
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
                if size > MAX_BYTES or time.monotonic() > deadline:
                    raise FetchError(where, f"the body has no end in sight ({size} bytes so far)",
                                     "Try again later; check the publisher's page")  # fmt: skip
        return digest.hexdigest(), size


def check_content(path: Path, content_type: str, where: str, file: RawFile) -> None:
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
        raise FetchError(where, problem, "Open the URL of the source card in a browser")


def _headers(errand: Errand) -> dict[str, str]:
    """What is accepted, and the validators of what is here."""
    headers = {"Accept-Encoding": "gzip, deflate"} | ({"Accept": errand.file.accept} if errand.file.accept else {})
    before = errand.before
    if before is not None and before.url == errand.url:
        headers |= {"If-None-Match": before.etag} if before.etag else {}
        headers |= {"If-Modified-Since": before.last_modified} if before.last_modified else {}
    return headers


def _drop_if_same(part: Path, state: RawState, before: RawState | None) -> RawState:
    """The state of what has come, which is put away where it is what was here."""
    if before is not None and before.sha256 == state.sha256:
        part.unlink()
    return state


def _copy_file(origin: Path, target: Path, card: Card, before: RawState | None) -> RawState:
    """Copy one file of a folder mirror or a register, unless it is the one already here."""
    where = f"{card.code}, {origin.name}"
    if not origin.is_file():
        raise FetchError(where, f"the mirror has no file {origin}", "Put it there")
    state = RawState.arrived(target.name, str(origin), checksum(origin), origin.stat().st_size)
    if before is not None and before.sha256 == state.sha256:
        return before.seen_today()
    shutil.copyfile(origin, part_of(target))
    check_content(part_of(target), "", where, RawFile(target.name))
    return state


def _in_short(error: Exception) -> str:
    """The innermost cause of a network error, in one line."""
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    kind = type(cause).__name__
    return f"{kind}: {cause}".replace("\n", " ")[:200]
