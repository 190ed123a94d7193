import datetime as dt
import threading

import duckdb
import pytest

from etl.errors import BuildError
from etl.warehouse import (
    KEPT_BUILDS,
    discard_leftovers,
    draft_path,
    find_builds,
    find_current,
    new_build_id,
    open_build,
    open_current,
    publish,
    write_build,
)


def make(warehouse, population=1.0):
    draft = draft_path(warehouse, new_build_id())
    with write_build(draft) as con:
        con.execute(
            "INSERT INTO territory (level, territory_code, population) VALUES ('epci', '200000001', ?)", [population]
        )
    return publish(draft)


def population(con):
    return con.execute("SELECT population FROM territory").fetchall()


def test_build_identities_sort_by_time():
    earlier = dt.datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=dt.UTC)
    assert new_build_id(earlier) < new_build_id(earlier + dt.timedelta(microseconds=1))


def test_a_draft_is_not_published(tmp_path):
    with write_build(draft_path(tmp_path, new_build_id())):
        pass
    assert find_current(tmp_path) is None
    assert find_builds(tmp_path) == []
    with pytest.raises(BuildError, match="no build is published"):
        open_current(tmp_path)


def test_the_last_three_builds_are_kept(tmp_path):
    made = [make(tmp_path) for _ in range(KEPT_BUILDS + 2)]
    assert find_builds(tmp_path) == made[-KEPT_BUILDS:]
    assert find_current(tmp_path) == made[-1]
    assert (tmp_path / "current").is_symlink()


def test_the_published_build_is_never_pruned_through_a_linked_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    for _ in range(KEPT_BUILDS + 1):
        make(tmp_path / "linked")
    assert find_current(tmp_path / "linked").exists()
    assert len(find_builds(tmp_path / "linked")) == KEPT_BUILDS


def test_a_reader_keeps_its_build_while_another_is_published(tmp_path):
    """One file for both would be locked, or would go on showing the old figures (duckdb#77)."""
    make(tmp_path, 1.0)
    with open_current(tmp_path) as reader:
        for n in range(KEPT_BUILDS + 2):
            make(tmp_path, 2.0 + n)
            assert population(reader) == [(1.0,)], "the reader's own build, even once its file is pruned"
            with open_current(tmp_path) as other:
                assert population(other) == [(2.0 + n,)]


def test_a_cursor_a_query_gives_each_thread_its_own_answer(tmp_path):
    """One connection shared by threads gives wrong answers (duckdb#13498); a cursor each does not."""
    draft = draft_path(tmp_path, new_build_id())
    with write_build(draft) as con:
        con.execute(
            "INSERT INTO territory (level, territory_code, population) SELECT 'commune', i, i FROM range(2000) t(i)"
        )
    wrong = []
    with open_build(publish(draft)) as con:

        def ask(thread):
            for n in range(thread, 2000, 80):
                query = "SELECT population FROM territory WHERE territory_code = ?"
                if con.cursor().execute(query, [str(n)]).fetchall() != [(float(n),)]:
                    wrong.append(n)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_published_build_can_neither_be_written_nor_reach_outside(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    make(tmp_path)
    with open_current(tmp_path) as con:
        with pytest.raises(duckdb.Error, match="read-only"):
            con.execute("DELETE FROM territory")
        with pytest.raises(duckdb.Error, match="disabled"):
            con.execute(f"SELECT * FROM '{tmp_path}/secret.csv'")


def test_what_a_killed_run_left_is_removed(tmp_path):
    published = make(tmp_path)
    draft = draft_path(tmp_path, new_build_id())
    draft.write_bytes(b"half")
    draft.with_name(draft.name + ".wal").write_bytes(b"half")
    (tmp_path / ".current.left").symlink_to("nowhere")
    (tmp_path / f"{new_build_id()}.duckdb").write_bytes(b"named, never switched to")
    discard_leftovers(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["current", published.name])


def test_a_link_to_a_lost_build_is_no_published_build(tmp_path):
    make(tmp_path).unlink()
    assert find_current(tmp_path) is None
