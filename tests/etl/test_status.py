import datetime as dt
import json

import pytest

import etl.raw_lock
from etl.__main__ import main
from etl.status import as_json, as_lines, describe_next, list_absent, read_last_run, read_status
from indicators.refresh import EXIT_OK
from tests.etl.small import SOURCES, copy_mirror, refresh_small, small_paths

TODAY = dt.date(2026, 12, 1)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    root = tmp_path_factory.mktemp("status")
    copy_mirror(root / "mirror")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(etl.raw_lock, "_today", lambda: "2026-11-01")
        assert refresh_small(root / "data", root / "mirror")[0] == EXIT_OK
    return root


def test_every_source_has_an_age_and_a_next_edition(published):
    status = read_status(small_paths(published / "data"), TODAY).set_index("source_code")
    assert set(status.index) == set(SOURCES)
    museums = status.loc["culture_musees"]
    assert (museums["retrieved_at"], museums["age_days"]) == ("2026-11-01", 30)
    assert museums["next_edition"] == "figures of 2024, due"
    assert status.loc["insee_passage", "next_edition"] == "none"


def test_a_source_found_unchanged_is_no_older_than_that_day(published, monkeypatch):
    monkeypatch.setattr(etl.raw_lock, "_today", lambda: "2026-11-28")
    _, said = refresh_small(published / "data", published / "mirror")
    assert said == ["Nothing changed: the published build stands."]
    status = read_status(small_paths(published / "data"), TODAY).set_index("source_code")
    assert status.loc["culture_musees", "age_days"] == 3


@pytest.mark.parametrize(
    ("code", "last", "said"),
    [
        ("culture_musees", 2025.0, "figures of 2026"),
        ("culture_musees", 2024.0, "figures of 2025, due"),
        ("culture_musees", float("nan"), "unknown"),
        ("atout_france_hebergements", 2026.0, "any day"),
        ("insee_chomage", 2025.0, "every quarter"),
        ("etmun_reseaux", 2018.0, "none"),
        ("a source of the past", 2018.0, "none"),
    ],
)
def test_the_next_edition_follows_the_period_of_the_card(code, last, said):
    assert describe_next(code, last, TODAY) == said


def test_the_last_refresh_is_told_whatever_came_of_it(published):
    paths = small_paths(published / "data")
    assert read_last_run(paths).outcome in ("ok", "unchanged")
    assert read_last_run(small_paths(published / "nowhere")) is None


def test_the_status_is_for_eyes_and_for_machines(published, monkeypatch, capsys):
    status = read_status(small_paths(published / "data"), TODAY)
    assert [row["source_code"] for row in json.loads(as_json(status))] == sorted(SOURCES)
    assert all(any(line.startswith(code) for line in as_lines(status)) for code in SOURCES)
    monkeypatch.setenv("DATA_DIR", str(published / "data"))
    assert main(["status"]) == 0
    assert "last refresh: " in capsys.readouterr().out


def test_a_source_never_loaded_is_named_as_such(published, monkeypatch, capsys):
    codes = [card.code for card in list_absent(SOURCES)]
    assert "sncf_gares" in codes
    assert "gawc_connectivite" not in codes, "off by default"
    assert not set(codes) & set(SOURCES)
    monkeypatch.setenv("DATA_DIR", str(published / "data"))
    assert main(["status"]) == 0
    assert f"never loaded: {', '.join(codes)} (" in capsys.readouterr().out
