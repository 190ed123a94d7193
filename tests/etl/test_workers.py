"""Several sources parsed at once give the same build, and the same errors, as one after the other."""

import os
import signal

import pytest

import etl.loading
from etl.warehouse import find_current, open_build
from etl.workers import share
from indicators.refresh import EXIT_OK, EXIT_STALE
from tests.etl.small import MUSEUMS, copy_mirror, refresh_small

TABLES = ("territory", "membership", "passage", "place_name", "observation", "cross_check", "link", "rejected_row")


@pytest.fixture
def in_workers(monkeypatch):
    """Share even a small product between two processes."""
    monkeypatch.setattr(etl.loading, "WORTH_SHARING", 0)
    monkeypatch.setattr(etl.loading, "count_workers", lambda: 2)
    monkeypatch.setattr("etl.workers.count_workers", lambda: 2)


def read_tables(root):
    with open_build(find_current(root / "data/warehouse")) as con:
        return {table: con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def test_what_fails_in_a_worker_is_left_out():
    assert dict(share(lambda code: 1 / int(code), ["4", "0", "2"])) == {"4": 0.25, "2": 0.5}


def test_a_worker_killed_leaves_its_work_to_the_caller():
    assert dict(share(lambda _code: os.kill(os.getpid(), signal.SIGKILL), ["1", "2"])) == {}


@pytest.mark.usefixtures("in_workers")
def test_sources_parsed_at_once_give_the_build_of_one_after_the_other(published, tmp_path, monkeypatch):
    apart, here = [], os.getpid()
    real = etl.loading.Parser
    monkeypatch.setattr(etl.loading, "Parser", lambda *args: (apart.append(os.getpid()), real(*args))[1])
    copy_mirror(tmp_path / "mirror")
    assert refresh_small(tmp_path / "data", tmp_path / "mirror")[0] == EXIT_OK
    assert here not in apart, "every source was parsed in a worker"
    assert read_tables(tmp_path) == read_tables(published)


@pytest.mark.usefixtures("in_workers")
def test_a_source_that_cannot_be_read_in_a_worker_is_stale_with_the_usual_message(product):
    path = product / "mirror" / MUSEUMS
    path.write_text(path.read_text(encoding="utf-8").replace("IDPatrimostat", "Id"), encoding="utf-8")
    comparator = product / "mirror/insee_comparateur/base_cc_comparateur_csv.zip"
    comparator.write_bytes(comparator.read_bytes() + b"\n")
    code, said = refresh_small(product / "data", product / "mirror")
    assert code == EXIT_STALE
    assert any("column 'IDPatrimostat' is missing" in line for line in said)
