import hashlib
import socket

import pytest

from etl.card import Card, RawFile
from etl.errors import FetchError
from etl.fetch import Fetcher
from etl.raw_lock import read_lock
from tests.etl import publisher
from tests.etl.publisher import publish_folder

CSV = b"code;total\n01001;12\n"


def card(*names, url=None):
    return Card(
        "demo",
        "P",
        "T",
        "L",
        "page",
        "2026",
        tuple(RawFile(n, url and f"{url}/demo/{n}") for n in names),
        mode="live" if url else "manual",
    )


@pytest.fixture
def served(tmp_path):
    (tmp_path / "site" / "demo").mkdir(parents=True)
    (tmp_path / "site" / "demo" / "a.csv").write_bytes(CSV)
    with publish_folder(tmp_path / "site") as server:
        yield server


def fetcher(tmp_path, server, **options):
    return Fetcher(
        tmp_path / "raw",
        server.address,
        **({"retries": 1, "backoff": 0.01, "timeout": (1.0, 0.4), "body_seconds": 0.8} | options),
    )


def test_a_file_is_brought_whole_with_its_lock_entry(tmp_path, served):
    state = fetcher(tmp_path, served).fetch_source(card("a.csv"))["a.csv"]
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV
    assert (state.sha256, state.size) == (hashlib.sha256(CSV).hexdigest(), len(CSV))
    assert state.url == f"{served.address}/demo/a.csv"
    assert read_lock(tmp_path / "raw/demo") == {"a.csv": state}


def test_an_unchanged_file_is_not_downloaded_again(tmp_path, served):
    first = fetcher(tmp_path, served).fetch_source(card("a.csv"))
    served.forget()
    assert fetcher(tmp_path, served).fetch_source(card("a.csv")) == first
    assert (served.requests, served.bodies) == (["/demo/a.csv"], [])


def test_a_changed_file_replaces_the_old_one(tmp_path, served):
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    (served.folder / "demo/a.csv").write_bytes(CSV + b"01002;3\n")
    state = fetcher(tmp_path, served).fetch_source(card("a.csv"))["a.csv"]
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV + b"01002;3\n"
    assert state.size == len(CSV) + 8


def test_a_raw_file_lost_or_cut_since_is_downloaded_again(tmp_path, served):
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    (tmp_path / "raw/demo/a.csv").write_bytes(b"cut")
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV


def test_last_modified_serves_where_there_is_no_etag(tmp_path, served):
    dated = {"Last-Modified": "Wed, 01 Jul 2026 00:00:00 GMT"}
    seen = []

    def answer(h):
        seen.append(h.headers.get("If-Modified-Since"))
        h.send(304, b"") if seen[-1] else h.send(200, CSV, dated)

    served.answers["/demo/a.csv"] = answer
    for _ in range(2):
        fetcher(tmp_path, served).fetch_source(card("a.csv"))
    assert seen == [None, dated["Last-Modified"]]


def test_a_source_of_two_files_is_replaced_whole_or_not_at_all(tmp_path, served):
    (served.folder / "demo/b.csv").write_bytes(CSV)
    fetcher(tmp_path, served).fetch_source(card("a.csv", "b.csv"))
    before = read_lock(tmp_path / "raw/demo")
    (served.folder / "demo/a.csv").write_bytes(CSV + b"01002;3\n")
    (served.folder / "demo/b.csv").unlink()
    with pytest.raises(FetchError, match="404"):
        fetcher(tmp_path, served).fetch_source(card("a.csv", "b.csv"))
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV
    assert read_lock(tmp_path / "raw/demo") == before


FAULTS = {
    "404": (publisher.status(404), "answers 404"),
    "500 for good": (publisher.status(500), "answers 500"),
    "403": (publisher.status(403), "answers 403"),
    "304 to one who has nothing": (publisher.status(304), "answers 304"),
    "silence": (publisher.silence, "timed out"),
    "stalled body": (publisher.stall, "timed out"),
    "body without end": (publisher.drip, "no end in sight"),
    "truncated body": (publisher.truncate, "IncompleteRead"),
    "redirect loop": (publisher.redirect("/demo/a.csv"), "redirects in a loop"),
    "empty body": (publisher.body(b""), "the body is empty"),
    "blank body": (publisher.body(b" \r\n"), "the body is empty"),
    "web page": (publisher.body(b"<!DOCTYPE html><html>Erreur</html>", "text/csv"), "a web page came"),
    "type of a web page": (publisher.body(b"Erreur", "text/html; charset=utf-8"), "the server says it is text/html"),
}


@pytest.mark.parametrize(("answer", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_the_file_and_leaves_the_last_good_one(tmp_path, served, answer, said):
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    before = read_lock(tmp_path / "raw/demo")
    served.answers["/demo/a.csv"] = answer
    (tmp_path / "raw/demo/lock.json").write_text("{}")  # nothing to compare with: a body is asked for
    with pytest.raises(FetchError, match=said) as caught:
        fetcher(tmp_path, served).fetch_source(card("a.csv"))
    assert caught.value.where == "demo, a.csv"
    assert caught.value.remedy
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV
    assert before["a.csv"].size == len(CSV)


def test_an_archive_that_is_none_is_refused(tmp_path, served):
    (served.folder / "demo/a.zip").write_bytes(b"not a zip")
    with pytest.raises(FetchError, match="not a zip file"):
        fetcher(tmp_path, served).fetch_source(card("a.zip"))


def test_a_server_that_recovers_is_asked_again(tmp_path, served):
    served.answers["/demo/a.csv"] = [publisher.status(500), publisher.status(503)]
    fetcher(tmp_path, served, retries=3).fetch_source(card("a.csv"))
    assert len(served.requests) == 3


def test_retry_after_is_obeyed(tmp_path, served):
    served.answers["/demo/a.csv"] = [publisher.status(429, Retry_After="1")]
    import time

    start = time.monotonic()
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    assert time.monotonic() - start >= 1.0


def test_a_redirect_is_followed(tmp_path, served):
    (served.folder / "elsewhere.csv").write_bytes(CSV)
    served.answers["/demo/a.csv"] = publisher.redirect("/elsewhere.csv")
    fetcher(tmp_path, served).fetch_source(card("a.csv"))
    assert (tmp_path / "raw/demo/a.csv").read_bytes() == CSV


def test_a_refused_connection_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(FetchError, match="Connection refused"):
        Fetcher(tmp_path / "raw", f"http://127.0.0.1:{port}", retries=0).fetch_source(card("a.csv"))


def test_a_name_that_does_not_resolve_is_said(tmp_path, monkeypatch):
    def fail(*_args, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError, match="Name or service not known"):
        Fetcher(tmp_path / "raw", "http://no-such-host.example", retries=0).fetch_source(card("a.csv"))


def test_without_a_mirror_live_sources_are_fetched_from_their_publisher(tmp_path, served):
    live = card("a.csv", url=served.address)
    bringer = Fetcher(tmp_path / "raw", None, retries=0)
    assert bringer.can_fetch(live)
    assert not bringer.can_fetch(card("a.csv"))
    bringer.fetch_source(live)
    assert served.bodies == ["/demo/a.csv"]


def test_a_folder_is_a_mirror_too(tmp_path):
    (tmp_path / "mirror/demo").mkdir(parents=True)
    (tmp_path / "mirror/demo/a.csv").write_bytes(CSV)
    bringer = Fetcher(tmp_path / "raw", str(tmp_path / "mirror"))
    first = bringer.fetch_source(card("a.csv"))
    stamp = (tmp_path / "raw/demo/a.csv").stat().st_mtime_ns
    assert bringer.fetch_source(card("a.csv")) == first
    assert (tmp_path / "raw/demo/a.csv").stat().st_mtime_ns == stamp
    with pytest.raises(FetchError, match="the mirror has no file"):
        bringer.fetch_source(card("b.csv"))


def test_a_lock_never_outlives_its_files(tmp_path, monkeypatch):
    """Killed between the files and their lock, the next run trusts nothing."""
    (tmp_path / "mirror/demo").mkdir(parents=True)
    (tmp_path / "mirror/demo/a.csv").write_bytes(CSV)
    bringer = Fetcher(tmp_path / "raw", str(tmp_path / "mirror"))
    bringer.fetch_source(card("a.csv"))
    (tmp_path / "mirror/demo/a.csv").write_bytes(CSV.replace(b"12", b"99"))
    monkeypatch.setattr("etl.raw_lock._write_lock", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        bringer.fetch_source(card("a.csv"))
    assert read_lock(tmp_path / "raw/demo") == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a.csv": {"name": "a.csv"}}'])
def test_a_damaged_lock_is_no_lock(tmp_path, text):
    (tmp_path / "lock.json").write_text(text)
    assert read_lock(tmp_path) == {}
