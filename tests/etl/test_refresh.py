import hashlib
import json
import shutil
from dataclasses import replace

import pytest

import etl.loading
from etl.card import RawFile
from etl.errors import BuildError, SourceError
from etl.fetch import Fetcher
from etl.journal import read_runs
from etl.registry import load_sources
from etl.warehouse import find_builds, find_current, open_current
from indicators.refresh import EXIT_OK, EXIT_STALE, Scoring
from tests.etl.publisher import publish_folder, status
from tests.etl.small import MUSEUMS, SOURCES, copy_mirror, refresh_small, small_paths

PASSAGE = "insee_passage/geocodes_passage_annuel.csv"


@pytest.fixture
def parses(monkeypatch):
    """Codes of the sources parsed, in order."""
    codes = []
    real = etl.loading.Parser

    def spy(card, *args):
        codes.append(card.code)
        return real(card, *args)

    monkeypatch.setattr(etl.loading, "Parser", spy)
    return codes


def ask(root, query, *values):
    with open_current(root / "data/warehouse") as con:
        return con.execute(query, list(values)).fetchall()


def add_museum(root, line="3818503;;;;;;;musée neuf;;;38185;2023;;;50;;;;;"):
    path = root / "mirror" / MUSEUMS
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


# -- from raw files to a build ---------------------------------------------------------------------------------------


def test_a_refresh_publishes_the_figures_of_its_files(published):
    place = "level = 'epci' AND territory_code = '200040715'"
    query = f"SELECT value, status FROM observation WHERE {place} AND series_code = 'musees_visiteurs' AND year = 2023"
    assert ask(published, query) == [(1230.0, "ok")]
    assert ask(published, f"SELECT score, rank FROM score WHERE {place}") == [(100.0, 1)]


def test_a_refused_row_is_kept_with_its_reason(published):
    columns = '"file", line, "column", value, reason'
    rows = ask(published, f"SELECT {columns} FROM rejected_row WHERE source_code = 'culture_musees' ORDER BY line")
    assert [(file, line) for file, line, *_ in rows] == [(MUSEUMS.split("/")[1], n) for n in (6, 10, 12)]
    assert rows[2][2:] == ("total", "1 2x", "not a figure of musees_visiteurs")


def test_a_source_says_where_its_figures_come_from(published):
    columns = "state, rows_read, rows_kept, rows_rejected, rows_excluded, sha256, vintage"
    (row,) = ask(published, f"SELECT {columns} FROM source WHERE source_code = 'culture_musees'")
    content = (published / "mirror" / MUSEUMS).read_bytes()
    digest = hashlib.sha256(f"{MUSEUMS.split('/')[1]} {hashlib.sha256(content).hexdigest()}\n".encode()).hexdigest()
    assert row == ("fresh", 12, 8, 3, 1, digest, "2014-2023")


def test_the_run_is_remembered_in_the_build_and_beside_it(published):
    runs = read_runs(published / "data/warehouse")
    assert [r.outcome for r in runs] == ["ok"]
    assert runs[0].counts["observation"] == ask(published, "SELECT count(*) FROM observation")[0][0]
    assert ask(published, "SELECT outcome, counts['observation'] FROM run") == [("ok", runs[0].counts["observation"])]
    assert runs[0].tool_versions["duckdb"]


def test_a_refresh_says_each_source_and_ends_with_a_table(product):
    add_museum(product)
    said = refresh_small(product / "data", product / "mirror")[1]
    for code in SOURCES:
        assert any(line.startswith(f"  {code} ") for line in said), "progress"
        assert any(line.startswith(f"{code} ") for line in said), "the table"
    table = next(line for line in said if line.startswith("culture_musees "))
    assert table.split()[:7] == ["culture_musees", "fresh", "13", "9", "3", "1", "3"]
    assert "not a figure of musees_visiteurs (1)" in table


# -- incremental -----------------------------------------------------------------------------------------------------


def test_unchanged_nothing_is_downloaded_parsed_or_built(product, parses):
    with publish_folder(product / "mirror") as server:
        refresh_small(product / "data", server.address)
        build, files = (
            find_current(product / "data/warehouse"),
            sum(f.is_file() for f in (product / "mirror").rglob("*")),
        )
        server.forget()
        parses.clear()
        code, said = refresh_small(product / "data", server.address)
        assert (code, said) == (EXIT_OK, ["Nothing changed: the published build stands."])
        assert len(server.requests) == files
        assert server.bodies == []
        assert parses == []
        assert find_current(product / "data/warehouse") == build
        assert read_runs(product / "data/warehouse")[-1].outcome == "unchanged"


def test_only_what_changed_is_downloaded_and_parsed(product, parses):
    with publish_folder(product / "mirror") as server:
        refresh_small(product / "data", server.address)
        server.forget()
        parses.clear()
        add_museum(product)
        assert refresh_small(product / "data", server.address)[0] == EXIT_OK
        assert server.bodies == [f"/{MUSEUMS}"]
        assert parses == ["culture_musees"]


def test_a_new_geography_places_everything_again(product, parses):
    path = product / "mirror" / PASSAGE
    path.write_bytes(path.read_bytes() + b"\n")
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_OK
    assert sorted(set(parses)) == sorted(SOURCES)


def test_a_change_in_a_parser_parses_its_source_again(product, parses, monkeypatch):
    real = etl.identity.code_version
    monkeypatch.setattr(etl.refresh, "code_version", lambda s: real(s) + "!" * (s.card.code == "culture_musees"))
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_OK
    assert parses == ["culture_musees"]


def test_only_refreshes_one_source_and_leaves_the_others(product, parses):
    add_museum(product)
    path = product / "mirror" / PASSAGE
    path.write_bytes(path.read_bytes() + b"\n")
    assert refresh_small(product / "data", product / "mirror", only=["culture_musees"])[0] == EXIT_OK
    assert parses == ["culture_musees"]
    assert ask(product, "SELECT count(*) FROM source") == [(len(SOURCES),)]


@pytest.mark.parametrize("option", ["only", "accept"])
def test_an_unknown_source_is_refused_by_name(product, option):
    with pytest.raises(SourceError, match=r"source 'musee': no such source. Known sources: .*culture_musees"):
        refresh_small(product / "data", product / "mirror", **{option: ["musee"]})


# -- the one rule for failure ----------------------------------------------------------------------------------------


def test_a_source_that_fails_keeps_its_last_good_figures_marked_stale(product):
    with publish_folder(product / "mirror") as server:
        server.answers[f"/{MUSEUMS}"] = status(404)
        code, _ = refresh_small(product / "data", server.address)
    assert code == EXIT_STALE
    state, message = ask(product, "SELECT state, message FROM source WHERE source_code = 'culture_musees'")[0]
    assert state == "stale"
    assert "answers 404" in message
    assert ask(product, "SELECT count(*) FROM observation WHERE series_code = 'musees_visiteurs'")[0][0] > 0
    assert ask(product, "SELECT outcome FROM run ORDER BY started DESC LIMIT 1") == [("stale: culture_musees",)]


def test_without_a_build_the_snapshot_stands_in(product, tmp_path):
    shutil.copytree(product / "data/warehouse/loaded", tmp_path / "loaded")
    snapshot = tmp_path / "new/snapshot"
    for folder in (tmp_path / "loaded").glob("*/*"):
        shutil.copytree(folder, snapshot / folder.parent.name)
    (product / "mirror" / MUSEUMS).unlink()
    code, _ = refresh_small(tmp_path / "new", product / "mirror")
    assert code == EXIT_STALE
    shutil.move(tmp_path / "new", tmp_path / "product2/data")
    assert ask(tmp_path / "product2", "SELECT state FROM source WHERE source_code = 'culture_musees'") == [("stale",)]


def test_offline_the_snapshot_makes_a_whole_build(product, tmp_path, parses):
    for folder in (product / "data/warehouse/loaded").glob("*/*"):
        shutil.copytree(folder, tmp_path / "data/snapshot" / folder.parent.name)
    assert refresh_small(tmp_path / "data", "http://127.0.0.1:1", offline=True)[0] == EXIT_OK
    assert parses == []
    query = "SELECT * FROM observation ORDER BY ALL"
    assert ask(tmp_path, query) == ask(product, query)


def test_without_any_figures_of_a_required_source_nothing_is_published(tmp_path):
    copy_mirror(tmp_path / "mirror")
    (tmp_path / "mirror/contours_communes/communes_2026_300m.topojson").unlink()
    with pytest.raises(BuildError, match=r"(?s)geography|contours_communes"):
        refresh_small(tmp_path / "data", tmp_path / "mirror")
    assert find_builds(tmp_path / "data/warehouse") == []
    assert read_runs(tmp_path / "data/warehouse")[-1].outcome.startswith("failed: ")


def test_a_source_without_any_figures_that_is_not_required_is_left_out_and_said(tmp_path):
    copy_mirror(tmp_path / "mirror")
    (tmp_path / "mirror" / MUSEUMS).unlink()
    code, said = refresh_small(tmp_path / "data", tmp_path / "mirror")
    assert code == EXIT_STALE
    assert any("culture_musees" in line and "the mirror has no file" in line for line in said)
    assert ("culture_musees",) not in ask(tmp_path, "SELECT source_code FROM source")


@pytest.mark.parametrize("web", [False, True])
def test_a_source_that_the_mirror_never_carried_is_absent_and_fails_nothing(tmp_path, web):
    shutil.rmtree(copy_mirror(tmp_path / "mirror") / "culture_musees")
    with publish_folder(tmp_path / "mirror") as server:
        mirror = server.address if web else tmp_path / "mirror"
        code, said = refresh_small(tmp_path / "data", mirror)
        assert code == EXIT_OK
        assert any("culture_musees" in line and "absent: " in line for line in said)
        assert ("culture_musees",) not in ask(tmp_path, "SELECT source_code FROM source")
        code, said = refresh_small(tmp_path / "data", mirror)
        assert (code, said[-1]) == (EXIT_OK, "Nothing changed: the published build stands.")
        assert refresh_small(tmp_path / "data", mirror, only=["insee_comparateur"])[0] == EXIT_OK


def test_a_source_that_the_mirror_no_longer_carries_is_stale(product):
    shutil.rmtree(product / "mirror" / "culture_musees")
    assert refresh_small(product / "data", product / "mirror")[0] == EXIT_STALE
    assert ask(product, "SELECT state FROM source WHERE source_code = 'culture_musees'") == [("stale",)]


def test_a_publisher_that_cannot_be_reached_fails_the_run_even_for_a_source_never_loaded(tmp_path, monkeypatch):
    shutil.rmtree(copy_mirror(tmp_path / "mirror") / "culture_musees")
    assert refresh_small(tmp_path / "data", tmp_path / "mirror")[0] == EXIT_OK
    known = load_sources()
    live = replace(known["culture_musees"].card, mode="live", files=(RawFile("a.csv", "http://127.0.0.1:1/a.csv"),))
    monkeypatch.setitem(known, "culture_musees", replace(known["culture_musees"], card=live))
    fetcher = Fetcher(small_paths(tmp_path / "data").raw, None, retries=0, backoff=0.01, timeout=(0.5, 0.5))
    code, said = refresh_small(tmp_path / "data", "", fetcher=fetcher)
    assert code == EXIT_STALE
    assert any(line.startswith("stale  culture_musees, a.csv") for line in said)


def test_a_build_that_breaks_a_rule_is_not_published(product):
    build = find_current(product / "data/warehouse")
    add_museum(product)

    def refuse(_con):
        raise BuildError("score of attractivite", "no territory has one", "Check its sources")

    with pytest.raises(BuildError):
        refresh_small(product / "data", product / "mirror", scoring=lambda: Scoring(2026, {}, refuse))
    assert find_current(product / "data/warehouse") == build
    assert [p.name for p in (product / "data/warehouse").glob(".*draft*")] == []
    assert read_runs(product / "data/warehouse")[-1].outcome.startswith("failed: score of attractivite")


# -- a geography that moves under kept figures -----------------------------------------------------------------------


def test_kept_figures_follow_their_commune_when_it_merges(product):
    """Communes change while the museums are kept from the last build (ONLY, or a source without a feed)."""
    path = product / "mirror/etalab_decoupage/communes.json"
    records = json.loads(path.read_text(encoding="utf-8"))
    merged = [r for r in records if not (r["code"] == "38421" and r["type"] == "commune-actuelle")]
    merged.append({"code": "38421", "nom": "Saint-Martin-d'Hères", "type": "commune-deleguee", "chefLieu": "38185"})
    path.write_text(json.dumps(merged), encoding="utf-8")
    epci = product / "mirror/etalab_decoupage/epci.json"
    groups = json.loads(epci.read_text(encoding="utf-8"))
    for group in groups:
        group["membres"] = [m for m in group["membres"] if m["code"] != "38421"]
    epci.write_text(json.dumps(groups), encoding="utf-8")
    code, _ = refresh_small(
        product / "data", product / "mirror", only=["etalab_decoupage"], accept=["etalab_decoupage"]
    )
    assert code == EXIT_OK
    place = "level = 'commune' AND territory_code LIKE '38%' AND year = 2023 AND series_code = 'musees_visiteurs'"
    assert ask(product, f"SELECT territory_code, value FROM observation WHERE {place}") == [("38185", 1230.0)]


# -- what is kept ----------------------------------------------------------------------------------------------------


def test_results_that_no_kept_build_shows_are_removed(product):
    for n in range(4):
        add_museum(product, f"38185{n}9;;;;;;;musée {n};;;38185;2023;;;50;;;;;")
        refresh_small(product / "data", product / "mirror")
    loaded = small_paths(product / "data").loaded
    assert len(find_builds(product / "data/warehouse")) == 3
    assert len(list((loaded / "culture_musees").iterdir())) == 3
    assert len(list((loaded / "insee_passage").iterdir())) == 1
