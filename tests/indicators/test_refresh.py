"""The refresh as a command: its settings, its exit codes, its log, its alert."""

import dataclasses
import shutil

import duckdb
import pytest

import etl.refresh
import indicators.refresh
from etl.errors import BuildError
from etl.journal import MAX_LOG_BYTES, log_path, read_runs, tee_to_log
from etl.lock import hold_lock
from etl.warehouse import find_current, open_current
from indicators.__main__ import main
from indicators.identity import method_version
from indicators.refresh import EXIT_BUSY, EXIT_FAILED, EXIT_OK, EXIT_STALE, ensure_build, load_scoring, refresh
from tests.etl.small import (
    MUSEUMS,
    load_small_scoring,
    load_small_sources,
    publish_small,
    small_paths,
    write_small_scores,
)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return publish_small(tmp_path_factory.mktemp("command"))


@pytest.fixture
def product(published, tmp_path, monkeypatch):
    """A published product that the command finds by its environment."""
    root = tmp_path / "product"
    shutil.copytree(published, root, symlinks=True)
    paths = small_paths(root / "data")
    monkeypatch.setattr(etl.refresh, "load_sources", load_small_sources)
    monkeypatch.setattr(indicators.refresh, "default_paths", lambda: paths)
    real = indicators.refresh.refresh
    monkeypatch.setattr(indicators.refresh, "refresh", lambda *a, **k: real(*a, **k, scoring=load_small_scoring))
    monkeypatch.setenv("MIRROR", str(root / "mirror"))
    monkeypatch.setenv("ON_FAILURE", f'echo "$REFRESH_EXIT $REFRESH_MESSAGE" >> {root}/alerts')
    for name in ("ONLY", "ACCEPT"):
        monkeypatch.delenv(name, raising=False)
    return root


def alerts(product):
    path = product / "alerts"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def log(product):
    return log_path(small_paths(product / "data")).read_text(encoding="utf-8")


def test_nothing_changed_ends_with_0_and_alerts_no_one(product):
    assert main(["refresh"]) == EXIT_OK
    assert alerts(product) == []
    assert log(product).endswith("Nothing changed: the published build stands.\n")
    assert read_runs(product / "data/warehouse")[-1].outcome == "unchanged"


def test_a_stale_source_ends_with_3_and_alerts(product):
    (product / "mirror" / MUSEUMS).unlink()
    assert main(["refresh"]) == EXIT_STALE
    assert [line.split()[0] for line in alerts(product)] == ["3"]
    assert "stale  culture_musees" in log(product)


def test_only_and_accept_come_from_the_environment(product, monkeypatch):
    path = product / "mirror" / MUSEUMS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:5]), encoding="utf-8")
    monkeypatch.setenv("ONLY", "culture_musees")
    assert main(["refresh"]) == EXIT_STALE
    monkeypatch.setenv("ACCEPT", "culture_musees, insee_comparateur")
    assert main(["refresh"]) == EXIT_OK


def test_nothing_published_ends_with_2_and_says_why(product, monkeypatch, capsys):
    monkeypatch.setenv("ONLY", "musees")
    assert main(["refresh"]) == EXIT_FAILED
    assert "no such source" in capsys.readouterr().err
    assert "no such source" in log(product)
    assert alerts(product)[0].startswith("2 source 'musees': no such source")


def test_another_refresh_ends_with_4(product, capsys):
    with hold_lock(product / "data/warehouse"):
        assert main(["refresh"]) == EXIT_BUSY
    assert "another refresh runs (process " in capsys.readouterr().err
    assert alerts(product)[0].startswith("4 ")


def test_a_log_does_not_grow_for_ever(tmp_path):
    paths = small_paths(tmp_path)
    said = []
    tee_to_log(paths, said.append)("one\n\ntwo")
    assert said == ["one\n\ntwo"]
    assert [line[21:] for line in log_path(paths).read_text().splitlines()] == ["one", "", "two"]
    log_path(paths).write_text("x" * (MAX_LOG_BYTES + 1))
    tee_to_log(paths, said.append)("three")
    assert log_path(paths).read_text().endswith("  three\n")
    assert log_path(paths).with_suffix(".log.1").stat().st_size == MAX_LOG_BYTES + 1


def test_a_published_build_is_served_as_it_is(product):
    paths = small_paths(product / "data")
    before = find_current(paths.warehouse)
    assert ensure_build(paths, load_small_scoring) == before


@pytest.fixture
def other_method(product, monkeypatch):
    """The method of a later version: other scores, so another identity."""

    def write(con):
        write_small_scores(con)
        con.execute("UPDATE score SET score = score / 2")

    later = dataclasses.replace(load_small_scoring(), write=write, version="later")
    real = refresh
    monkeypatch.setattr(indicators.refresh, "refresh", lambda *a, **k: real(*a, **(k | {"scoring": lambda: later})))
    return later


def top_score(paths):
    with open_current(paths.warehouse) as con:
        return con.execute("SELECT max(score) FROM score").fetchone()[0]


def test_another_method_is_a_change_though_no_source_changed(product, other_method):
    paths = small_paths(product / "data")
    assert top_score(paths) == 100
    assert main(["refresh"]) == EXIT_OK
    assert top_score(paths) == 50
    assert main(["refresh"]) == EXIT_OK
    assert read_runs(paths.warehouse)[-1].outcome == "unchanged"


def test_a_build_of_another_method_is_scored_again_before_it_is_served(product, other_method, capsys):
    paths = small_paths(product / "data")
    ensure_build(paths, lambda: other_method)
    assert top_score(paths) == 50
    assert "The method changed since the published build" in capsys.readouterr().out


def test_a_build_that_cannot_be_scored_again_is_served_as_it_was(product, monkeypatch, capsys):
    paths = small_paths(product / "data")
    before = find_current(paths.warehouse)

    def refuse(_con):
        raise BuildError("score", "it cannot be computed", "Mend the catalogue")

    broken = dataclasses.replace(load_small_scoring(), write=refuse, version="broken")
    monkeypatch.setattr(indicators.refresh, "refresh", refresh)
    assert ensure_build(paths, lambda: broken) == before
    assert "stands as it was: score: it cannot be computed. Mend the catalogue" in capsys.readouterr().out


def test_a_build_from_before_methods_were_named_is_scored_again(product, other_method):
    paths = small_paths(product / "data")
    current = find_current(paths.warehouse).resolve()
    current.chmod(0o644)
    with duckdb.connect(str(current)) as con:
        con.execute("ALTER TABLE build DROP COLUMN method")
    ensure_build(paths, lambda: other_method)
    assert top_score(paths) == 50


def test_the_method_is_the_catalogue_the_goalposts_and_the_code(tmp_path):
    for name in ("catalogue.toml", "goalposts.csv", "score.py", "notes.txt"):
        (tmp_path / name).write_text("1")
    first = method_version(tmp_path)
    (tmp_path / "notes.txt").write_text("2")
    assert method_version(tmp_path) == first
    seen = {first}
    for name in ("catalogue.toml", "goalposts.csv", "score.py"):
        (tmp_path / name).write_text("2")
        seen.add(method_version(tmp_path))
    assert len(seen) == 4
    assert method_version() == load_scoring().version
