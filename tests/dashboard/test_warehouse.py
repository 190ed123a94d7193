import threading

import duckdb
import pytest

from dashboard.queries import read_stamp
from dashboard.standings import read_positions
from dashboard.warehouse import Warehouse
from etl.errors import BuildError
from tests.dashboard.conftest import write_warehouse


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(BuildError, match="make refresh"):
        Warehouse(tmp_path).build()


def test_a_file_that_is_no_build_is_named(tmp_path):
    (tmp_path / "broken.duckdb").write_text("not a database")
    (tmp_path / "current").symlink_to("broken.duckdb")
    with pytest.raises(BuildError, match=r"broken\.duckdb"):
        Warehouse(tmp_path).build()


def test_a_switch_is_noticed_and_the_old_build_stays_readable(tmp_path):
    write_warehouse(tmp_path, "20260101T000000-aaaaaa")
    warehouse = Warehouse(tmp_path)
    before = warehouse.build()
    old = read_positions(before).set_index("territory_code")["attractivite_score"]
    write_warehouse(tmp_path, "20260102T000000-bbbbbb", shift=1.0)
    after = warehouse.build()
    assert read_stamp(after).build_id == "20260102T000000-bbbbbb"
    new = read_positions(after).set_index("territory_code")["attractivite_score"]
    assert (new - old).dropna().eq(1.0).all()
    assert read_positions(before).set_index("territory_code")["attractivite_score"].equals(old)


def test_the_build_is_opened_read_only_without_external_access(build):
    with pytest.raises(duckdb.Error, match="read-only"):
        build.read_rows("INSERT INTO fit VALUES ('x', 'epci', 2026, 'worst', 0)")
    with pytest.raises(duckdb.Error):
        build.read_rows("SELECT * FROM read_csv('/etc/hostname')")


def test_threads_each_read_their_own_answer(build):
    wrong: list[object] = []

    def ask(number: int) -> None:
        for _ in range(25):
            got = build.read_rows("SELECT $n AS n FROM territory LIMIT 1", {"n": number})[0]["n"]
            if got != number:
                wrong.append((number, got))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_was_computed_is_kept_with_its_build(build):
    assert read_positions(build) is read_positions(build)
