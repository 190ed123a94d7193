import dataclasses
import datetime as dt
import shutil

import pytest

import etl.raw_lock
import etl.snapshot
from etl.card import Card
from etl.errors import BuildError
from etl.registry import Source
from etl.snapshot import write_snapshot
from etl.warehouse import open_current
from indicators.refresh import EXIT_OK
from tests.etl.publisher import publish_folder, status
from tests.etl.small import copy_mirror, load_small_sources, refresh_small, small_paths

MUSEUMS = "culture_musees/entrees_et_categories_de_public.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    root = tmp_path_factory.mktemp("snapshot")
    copy_mirror(root / "mirror")
    assert refresh_small(root / "data", root / "mirror")[0] == EXIT_OK
    write_snapshot(small_paths(root / "data"))
    return root


def content(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_a_snapshot_holds_computed_tables_and_no_file_of_a_publisher(published):
    names = {name.rsplit("/", 1)[-1] for name in content(published / "data/snapshot")}
    raw = {p.name for p in (published / "mirror").rglob("*") if p.is_file()}
    assert not names & raw
    assert {"state.json", "observation.parquet", "rejected_row.parquet", "LICENCE.txt"} <= names
    assert "Licence Ouverte" in (published / "data/snapshot/culture_musees/LICENCE.txt").read_text(encoding="utf-8")


def test_the_same_raw_files_give_the_same_bytes_anywhere_and_any_day(published, tmp_path, monkeypatch):
    shutil.copytree(published / "data/snapshot", tmp_path / "data/snapshot")
    monkeypatch.setattr(etl.raw_lock, "_today", lambda: (dt.date(2030, 1, 1)).isoformat())
    refresh_small(tmp_path / "data", published / "mirror")
    write_snapshot(small_paths(tmp_path / "data"))
    assert content(tmp_path / "data/snapshot") == content(published / "data/snapshot")
    assert content(tmp_path / "data/geo") == content(published / "data/geo")


def test_a_new_edition_takes_the_day_it_was_seen(published, tmp_path, monkeypatch):
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    path = tmp_path / "mirror" / MUSEUMS
    path.write_bytes(path.read_bytes() + b"38185098;;;;;;;neuf;;;38185;2023;;;9;;;;;\n")
    monkeypatch.setattr(etl.raw_lock, "_today", lambda: "2030-01-01")
    refresh_small(tmp_path / "data", tmp_path / "mirror")
    write_snapshot(small_paths(tmp_path / "data"))
    states = {name: text for name, text in content(tmp_path / "data/snapshot").items() if name.endswith("state.json")}
    assert b"2030-01-01" in states.pop("culture_musees/state.json")
    assert not any(b"2030-01-01" in text for text in states.values())


def test_a_fresh_clone_shows_the_same_figures_offline(published, tmp_path):
    shutil.copytree(published / "data/snapshot", tmp_path / "snapshot")
    assert refresh_small(tmp_path, "http://127.0.0.1:1", offline=True)[0] == EXIT_OK
    query = "SELECT * FROM observation ORDER BY ALL"
    with open_current(tmp_path / "warehouse") as mine, open_current(published / "data/warehouse") as theirs:
        assert mine.execute(query).fetchall() == theirs.execute(query).fetchall()


def test_a_snapshot_of_a_stale_source_is_refused_and_changes_nothing(published, tmp_path):
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    before = content(tmp_path / "data/snapshot")
    with publish_folder(tmp_path / "mirror") as server:
        server.answers[f"/{MUSEUMS}"] = status(404)
        refresh_small(tmp_path / "data", server.address)
    with pytest.raises(BuildError, match=r"a source is stale: culture_musees \(.*404"):
        write_snapshot(small_paths(tmp_path / "data"))
    assert content(tmp_path / "data/snapshot") == before


def test_a_snapshot_too_heavy_is_refused_and_changes_nothing(published, monkeypatch):
    before = content(published / "data/snapshot")
    monkeypatch.setattr(etl.snapshot, "MAX_BYTES", 1000)
    with pytest.raises(BuildError, match="more than 1,000"):
        write_snapshot(small_paths(published / "data"))
    assert content(published / "data/snapshot") == before


def test_a_source_that_may_not_be_shipped_is_not(published, tmp_path, monkeypatch):
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    sources = load_small_sources()
    closed: Card = dataclasses.replace(sources["culture_musees"].card, shipping="off")
    sources["culture_musees"] = Source(closed, sources["culture_musees"].parse)
    monkeypatch.setattr(etl.snapshot, "load_sources", lambda: sources)
    write_snapshot(small_paths(tmp_path / "data"))
    assert not (tmp_path / "data/snapshot/culture_musees").exists()
    assert (tmp_path / "data/snapshot/insee_comparateur").exists()


def test_nothing_published_nothing_to_ship(tmp_path):
    with pytest.raises(BuildError, match="no build is published"):
        write_snapshot(small_paths(tmp_path))
