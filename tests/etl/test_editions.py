"""Newer sources: brought from their addresses, and preferred to the older ones that tell the same figure."""

import shutil
from dataclasses import replace
from unittest import mock
from urllib.parse import unquote

import pytest

import etl.raw_lock
import etl.refresh
from etl.build import write_observations
from etl.fetch import Fetcher
from etl.parsing import Parser
from etl.registry import load_sources
from etl.sources.wikidata_communes import list_slices
from etl.warehouse import draft_path, open_build
from indicators.catalogue import load_catalogue
from tests.etl.conftest import FIXTURES, parse_fixture
from tests.etl.publisher import body, publish_folder
from tests.etl.small import SOURCES, copy_mirror, patient_for_tests, small_paths

LIVE = (
    "insee_comparateur_recent", "insee_capacite_tourisme", "insee_base_tourisme", "insee_creations_entreprises",
    "mesr_atlas_etudiants",
)  # fmt: skip
STUDENTS = ("mesr_atlas_etudiants", "mesr_implantations")
ATLAS = "fr-esr-atlas_regional-effectifs-d-etudiants-inscrits_agregeables.csv"


@pytest.mark.parametrize("code", LIVE)
def test_a_newer_source_is_on_by_default_and_read_from_its_address(tmp_path, code, territories):
    source = load_sources()[code]
    assert (source.card.mode, source.card.shipping, source.card.required) == ("live", "ship", False)
    assert all(file.url.startswith("https://") for file in source.card.files)
    with publish_folder(FIXTURES) as server:
        files = tuple(replace(f, url=f"{server.address}/{code}/{f.name}") for f in source.card.files)
        card = replace(source.card, files=files)
        states = Fetcher(tmp_path, None, retries=0).fetch_source(card)
    assert [state.url for state in states.values()] == [f.url for f in files]
    parser = Parser(card, tmp_path / code, territories.places)
    source.parse(parser)
    assert parser.parsed().figures.equals(parse_fixture(source, territories).figures)


def test_wikidata_is_asked_once_a_departement_by_insee_code(tmp_path, territories):
    source = load_sources()["wikidata_communes"]
    whole = (FIXTURES / "wikidata_communes" / "wikidata_communes.csv").read_bytes()
    header = whole.split(b"\n")[0] + b"\n"
    with publish_folder(tmp_path) as server:
        slices = list_slices(f"{server.address}/sparql")
        for one in slices:
            path = unquote(one.url.removeprefix(server.address))
            server.answers[path] = body(whole if one.name == "38.csv" else header, "text/csv;charset=utf-8")
        card = replace(source.card, files=(replace(source.card.files[0], slices=slices),))
        Fetcher(tmp_path / "raw", None, retries=0, pause=0).fetch_source(card)
        asked = [path.replace("+", " ") for path in server.requests]
    assert len(asked) == len(set(asked)) == 101
    assert 'STRSTARTS(?insee, "2A")' in asked[19]
    assert all("wdt:P374" in path and "ps:P190" in path and "ps:P463" in path for path in asked)
    parser = Parser(card, tmp_path / "raw" / "wikidata_communes", territories.places)
    source.parse(parser)
    assert parser.parsed().links.equals(parse_fixture(source, territories).links)


def gather_few(root, mirror, *codes):
    """A draft of the small product and of these sources, with the product's own order of sources."""
    known = load_sources()
    few = {code: known[code] for code in known if code in (*SOURCES, *codes)}
    paths = small_paths(root)
    with mock.patch.object(etl.refresh, "load_sources", return_value=few):
        gathered = etl.refresh.gather(paths, fetcher=patient_for_tests(paths, mirror))
    assert not gathered.stale
    draft = draft_path(paths.warehouse, "20260101T000000-aaaaaa")
    write_observations(draft, gathered, edition=2026, order=load_catalogue().sources)
    return draft


def build_students(root, mirror):
    """Students on site in Grenoble by year, with their source, and what the cross-checks say."""
    where = "level = 'commune' AND territory_code = '38185' AND series_code = 'etudiants_sur_site'"
    with open_build(gather_few(root, mirror, *STUDENTS)) as con:
        told = con.execute(f"SELECT year, value, source_code FROM observation WHERE {where} ORDER BY 1").fetchall()
        other = con.execute(f"SELECT year, other_value, other_source_code FROM cross_check WHERE {where}").fetchall()
    return told, other


def test_the_atlas_of_students_is_preferred_to_the_sites_of_2017_and_these_stand_in_without_it(tmp_path):
    mirror = copy_mirror(tmp_path / "mirror")
    shutil.copytree(FIXTURES / "mesr_implantations", mirror / "mesr_implantations")
    before, _ = build_students(tmp_path / "before", mirror)
    assert [(year, source) for year, _, source in before] == [(2017, "mesr_implantations")]

    shutil.copytree(FIXTURES / "mesr_atlas_etudiants", mirror / "mesr_atlas_etudiants")
    with (mirror / "mesr_atlas_etudiants" / ATLAS).open("a", encoding="utf-8") as out:
        out.write("2017;2017-18;38185;Grenoble;UNIV;Universités;1;777;Public\n")
    told, other = build_students(tmp_path / "after", mirror)
    assert told == [(2017, 777.0, STUDENTS[0]), (2022, 390.0, STUDENTS[0]), (2023, 910.0, STUDENTS[0])]
    assert other == [(2017, before[0][1], "mesr_implantations")]


def test_the_comparators_two_editions_make_one_series():
    sources = load_catalogue().sources
    assert sources["emplois"] == ("insee_comparateur_recent", "insee_comparateur")
    old, new = (load_sources()[code].card for code in ("insee_comparateur", "insee_comparateur_recent"))
    assert old.series == new.series
    assert old.mode == "frozen", "its address gives the newest edition"


def test_twin_towns_of_today_stand_for_those_of_2017_which_stand_in_without_them(tmp_path):
    mirror = copy_mirror(tmp_path / "mirror")
    shutil.copytree(FIXTURES / "wikidata_jumelages", mirror / "wikidata_jumelages")
    ties = "SELECT DISTINCT source_code FROM link WHERE kind = 'jumelage'"
    counted = "SELECT DISTINCT year, source_code FROM observation WHERE series_code = 'jumelages'"
    codes = ("wikidata_communes", "wikidata_jumelages")
    with open_build(gather_few(tmp_path / "before", mirror, *codes)) as con:
        assert con.execute(ties).fetchall() == [("wikidata_jumelages",)]
        assert con.execute(counted).fetchall() == [(2017, "wikidata_jumelages")]

    shutil.copytree(FIXTURES / "wikidata_communes", mirror / "wikidata_communes")
    with mock.patch.object(etl.raw_lock, "_today", return_value="2026-11-28"):
        draft = gather_few(tmp_path / "after", mirror, *codes)
    with open_build(draft) as con:
        assert con.execute(ties).fetchall() == [("wikidata_communes",)]
        assert con.execute(counted).fetchall() == [(2026, "wikidata_communes")]
        grenoble = "SELECT value FROM observation WHERE series_code = 'jumelages' AND territory_code = '38185'"
        assert con.execute(grenoble).fetchall() == [(2.0,)]
