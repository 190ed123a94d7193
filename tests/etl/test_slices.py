"""A raw file brought in slices: politely, resumed where it stopped, never half a table."""

import os
import time

import pytest

import etl.slices
from etl.card import Card, RawFile, Slice
from etl.errors import FetchError
from etl.fetch import Fetcher
from etl.raw_lock import read_lock
from tests.etl.publisher import body, publish_folder, status

NAMES = ("01.csv", "38.csv", "75.csv")


@pytest.fixture
def served(tmp_path):
    (tmp_path / "site").mkdir()
    for name in NAMES:
        (tmp_path / "site" / name).write_text(f"insee,count\r\n{name[:2]}001,1\r\n", encoding="utf-8")
    with publish_folder(tmp_path / "site") as server:
        yield server


@pytest.fixture
def pauses(monkeypatch):
    waited = []
    monkeypatch.setattr(etl.slices.time, "sleep", waited.append)
    return waited


def sliced_card(server):
    slices = tuple(Slice(name, f"{server.address}/{name}") for name in NAMES)
    file = RawFile("towns.csv", f"{server.address}/all", slices=slices, accept="text/csv")
    return Card("demo", "P", "T", "L", "page", "2026", (file,), mode="live")


def fetch(tmp_path, server):
    return Fetcher(tmp_path / "raw", None, retries=0, timeout=(1.0, 0.4)).fetch_source(sliced_card(server))


def test_slices_are_put_end_to_end_under_one_header(tmp_path, served, pauses):
    state = fetch(tmp_path, served)["towns.csv"]
    assert (tmp_path / "raw/demo/towns.csv").read_text() == "insee,count\n01001,1\n38001,1\n75001,1\n"
    assert read_lock(tmp_path / "raw/demo") == {"towns.csv": state}
    assert served.requests == [f"/{name}" for name in NAMES]
    assert pauses == [1.0, 1.0], "it waits between two questions"
    assert sorted(p.name for p in (tmp_path / "raw/demo").iterdir()) == ["lock.json", "towns.csv"]


def test_a_run_that_was_interrupted_resumes_from_the_slices_it_has(tmp_path, served, pauses):
    served.answers["/38.csv"] = [status(500)]
    with pytest.raises(FetchError, match="500"):
        fetch(tmp_path, served)
    assert not (tmp_path / "raw/demo/towns.csv").exists()
    served.forget()
    fetch(tmp_path, served)
    assert served.requests == ["/38.csv", "/75.csv"]
    assert (tmp_path / "raw/demo/towns.csv").read_text().count("\n") == 4


def test_an_answer_cut_short_by_the_publishers_time_limit_is_no_slice(tmp_path, served, pauses):
    cut = b"insee,count\n38001,1\nSPARQL-QUERY: queryStr=SELECT\njava.util.concurrent.TimeoutException\n"
    served.answers["/38.csv"] = [body(cut, "text/csv")]
    with pytest.raises(FetchError, match=r"38\.csv: the answer was cut short by the publisher's time limit"):
        fetch(tmp_path, served)
    fetch(tmp_path, served)
    assert "SPARQL" not in (tmp_path / "raw/demo/towns.csv").read_text()


def test_slices_of_another_week_are_asked_for_again(tmp_path, served, pauses):
    served.answers["/75.csv"] = [status(500)]
    with pytest.raises(FetchError):
        fetch(tmp_path, served)
    old = time.time() - etl.slices.LIFE_SECONDS - 1
    os.utime(tmp_path / "raw/demo/.towns.csv.slices/01.csv", (old, old))
    served.forget()
    fetch(tmp_path, served)
    assert served.requests == ["/01.csv", "/75.csv"]


def test_slices_that_do_not_share_a_header_make_no_file(tmp_path, served, pauses):
    served.answers["/38.csv"] = body(b"code,total\n38001,1\n", "text/csv")
    with pytest.raises(FetchError, match=r"38\.csv: its header is not that of the other slices"):
        fetch(tmp_path, served)
    assert not (tmp_path / "raw/demo/towns.csv").exists()


def test_the_publisher_is_told_who_asks_and_for_which_format(tmp_path, served, pauses, monkeypatch):
    seen = []

    def answer(handler):
        seen.append((handler.headers["User-Agent"], handler.headers["Accept"]))
        handler.serve_file("/01.csv")

    served.answers["/01.csv"] = answer
    monkeypatch.setenv("CONTACT", "observatoire@example.org")
    fetch(tmp_path, served)
    assert seen[0][0].startswith("attractivite-rayonnement/")
    assert seen[0][0].endswith(" observatoire@example.org")
    assert seen[0][1] == "text/csv"
