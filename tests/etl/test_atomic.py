"""A refresh killed, doubled or out of room: the published build is whole, and the next run recovers."""

import multiprocessing
import os
import random
import time

import duckdb
import pytest

from etl.errors import BuildError, BusyError
from etl.journal import read_runs
from etl.lock import hold_lock
from etl.warehouse import find_builds, find_current, open_build
from indicators.refresh import EXIT_OK
from tests.etl.small import MUSEUMS, refresh_small, run_apart

KILLS = 10


def change(product, n):
    """A new edition: the museum of the Quay has 5000 + n visitors; n is what the figure must tell."""
    path = product / "mirror" / MUSEUMS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if ";musée témoin;" not in line]
    kept.append(f"2A00499;;;;;;;musée témoin;;;2A004;2023;;;{10 + n};;;;;\n")
    path.write_text("".join(kept), encoding="utf-8")


def is_whole(build):
    """Every table of a build is there and agrees with the account that the build gives of itself."""
    with open_build(build) as con:
        counts = con.execute("SELECT counts FROM run ORDER BY started DESC, ended DESC LIMIT 1").fetchone()[0]
        for table, count in counts.items():
            assert con.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
        assert con.execute("SELECT build_id FROM build").fetchall() == [(build.stem,)]
    return True


APART = multiprocessing.get_context("forkserver")  # the interpreter and its imports are paid once
APART.set_forkserver_preload(["tests.etl.small"])


def start(product, max_file_bytes=0):
    process = APART.Process(target=run_apart, args=([str(product / "mirror"), str(product / "data")], max_file_bytes))
    process.start()
    return process


def finish(process):
    process.join(120)
    code = process.exitcode
    process.close()
    return code


def said(product):
    return (product / "data/said.txt").read_text(encoding="utf-8")


def test_killed_at_any_moment_the_published_build_is_intact_and_the_next_run_recovers(product):
    """Kills spread over the whole life of a run, from its start to its end."""
    change(product, 0)
    begin = time.monotonic()
    assert finish(start(product)) == EXIT_OK
    life = time.monotonic() - begin
    draws = random.Random(4)
    before = find_current(product / "data/warehouse")
    for n in range(KILLS):
        change(product, 1 + n)
        process = start(product)
        time.sleep(life * (n + draws.random()) / KILLS)
        process.kill()
        finish(process)
        current = find_current(product / "data/warehouse")
        assert is_whole(current)
        assert current.exists()
        assert before is not None
    code, _ = refresh_small(product / "data", product / "mirror")
    assert code == EXIT_OK
    current = find_current(product / "data/warehouse")
    assert is_whole(current)
    with open_build(current) as con:
        query = "SELECT value FROM observation WHERE territory_code = '2A004' AND series_code = 'musees_visiteurs'"
        assert con.execute(query).fetchall() == [(42.0 + 10 + KILLS,)]
    warehouse = product / "data/warehouse"
    assert list(warehouse.glob(".*draft*")) == []
    assert list(warehouse.glob("loaded/*/.*")) == []
    assert all(is_whole(build) for build in find_builds(warehouse))


STEPS = (
    "etl.fetch.install", "etl.raw_lock._write_lock", "etl.store.write_state", "etl.loading.write_loaded",
    "indicators.refresh.write_observations", "indicators.refresh.write_runs", "indicators.refresh.publish",
    "etl.warehouse.prune", "indicators.refresh.remember_run", "indicators.refresh.prune_results",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_dead_at_each_step_that_writes_the_next_run_recovers(product, step, monkeypatch):
    """KeyboardInterrupt stands for death: nothing catches it, so that nothing is cleaned up."""
    change(product, 7)

    def die(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, die)
        with pytest.raises(KeyboardInterrupt):
            refresh_small(product / "data", product / "mirror")
    assert is_whole(find_current(product / "data/warehouse"))
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_OK
    with open_build(find_current(product / "data/warehouse")) as con:
        query = "SELECT value FROM observation WHERE territory_code = '2A004' AND series_code = 'musees_visiteurs'"
        assert con.execute(query).fetchall() == [(59.0,)]


def test_a_second_refresh_says_who_runs_and_leaves(product):
    build = find_current(product / "data/warehouse")
    change(product, 1)
    with hold_lock(product / "data/warehouse"):
        assert finish(start(product)) == 2
        assert f"another refresh runs (process {os.getpid()}, since " in said(product)
        assert find_current(product / "data/warehouse") == build
        with pytest.raises(BusyError), hold_lock(product / "data/warehouse"):
            pass
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_OK


def test_two_refreshes_at_once_publish_one_build(product):
    change(product, 1)
    processes = [start(product) for _ in range(2)]
    codes = sorted(finish(p) for p in processes)
    assert codes in ([0, 0], [0, 2])
    assert len(find_builds(product / "data/warehouse")) == 2
    assert is_whole(find_current(product / "data/warehouse"))


def hold_for_ever(warehouse):
    with hold_lock(warehouse):
        (warehouse / "held").touch()
        time.sleep(60)


def test_a_lock_dies_with_its_holder(product):
    warehouse = product / "data/warehouse"
    holder = APART.Process(target=hold_for_ever, args=(warehouse,))
    holder.start()
    while not (warehouse / "held").exists():
        time.sleep(0.01)
    with pytest.raises(BusyError, match=f"process {holder.pid}"), hold_lock(warehouse):
        pass
    holder.kill()
    finish(holder)
    with hold_lock(warehouse):
        pass


@pytest.mark.parametrize("kilobytes", [1, 20, 500, 3000])
def test_without_room_nothing_is_published_and_nothing_lost(product, kilobytes):
    change(product, 3)
    build = find_current(product / "data/warehouse")
    content = build.read_bytes()
    assert finish(start(product, kilobytes * 1024)) == 2
    assert "Nothing was published; make room" in said(product)
    assert find_current(product / "data/warehouse") == build
    assert build.read_bytes() == content
    assert list((product / "data/warehouse").glob(".*draft*")) == []
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_OK, "with room again, it goes on"
    assert read_runs(product / "data/warehouse")[-1].outcome == "ok"


def test_a_folder_that_cannot_be_written_is_said(product, monkeypatch):
    change(product, 1)

    def refuse(*_args, **_options):
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr("indicators.refresh.write_observations", refuse)
    with pytest.raises(BuildError, match=r"the disk refused to write or to read .*No space left on device"):
        refresh_small(product / "data", product / "mirror")
    assert read_runs(product / "data/warehouse")[-1].outcome.startswith("failed: ")
