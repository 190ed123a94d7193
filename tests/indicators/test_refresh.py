"""The refresh as a command: its settings, its exit codes, its log, its alert."""

import shutil

import pytest

import etl.refresh
import indicators.refresh
from etl.journal import MAX_LOG_BYTES, log_path, read_runs, tee_to_log
from etl.lock import hold_lock
from indicators.__main__ import main
from indicators.refresh import EXIT_BUSY, EXIT_FAILED, EXIT_OK, EXIT_STALE, ensure_build
from tests.etl.small import (
    MUSEUMS,
    load_small_scoring,
    load_small_sources,
    publish_small,
    small_paths,
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
    assert ensure_build(small_paths(product / "data")).suffix == ".duckdb"
