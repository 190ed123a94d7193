"""Newer sources: brought from their addresses, and preferred to the older ones that tell the same figure."""

import shutil
from dataclasses import replace
from unittest import mock

import pytest

import etl.refresh
from etl.build import write_observations
from etl.fetch import Fetcher
from etl.parsing import Parser
from etl.registry import load_sources
from etl.warehouse import draft_path, open_build
from indicators.catalogue import load_catalogue
from tests.etl.conftest import FIXTURES, parse_fixture
from tests.etl.publisher import publish_folder
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


def build_students(root, mirror):
    """Students on site in Grenoble by year, with their source, and what the cross-checks say."""
    known = load_sources()
    few = {code: known[code] for code in known if code in (*SOURCES, *STUDENTS)}
    paths = small_paths(root)
    with mock.patch.object(etl.refresh, "load_sources", return_value=few):
        gathered = etl.refresh.gather(paths, fetcher=patient_for_tests(paths, mirror))
    draft = draft_path(paths.warehouse, "20260101T000000-aaaaaa")
    write_observations(draft, gathered, edition=2026, order=load_catalogue().sources)
    where = "level = 'commune' AND territory_code = '38185' AND series_code = 'etudiants_sur_site'"
    with open_build(draft) as con:
        told = con.execute(f"SELECT year, value, source_code FROM observation WHERE {where} ORDER BY 1").fetchall()
        other = con.execute(f"SELECT year, other_value, other_source_code FROM cross_check WHERE {where}").fetchall()
    return gathered.stale, told, other


def test_the_atlas_of_students_is_preferred_to_the_sites_of_2017_and_these_stand_in_without_it(tmp_path):
    mirror = copy_mirror(tmp_path / "mirror")
    shutil.copytree(FIXTURES / "mesr_implantations", mirror / "mesr_implantations")
    stale, before, _ = build_students(tmp_path / "before", mirror)
    assert not stale
    assert [(year, source) for year, _, source in before] == [(2017, "mesr_implantations")]

    shutil.copytree(FIXTURES / "mesr_atlas_etudiants", mirror / "mesr_atlas_etudiants")
    with (mirror / "mesr_atlas_etudiants" / ATLAS).open("a", encoding="utf-8") as out:
        out.write("2017;2017-18;38185;Grenoble;UNIV;Universités;1;777;Public\n")
    _, told, other = build_students(tmp_path / "after", mirror)
    assert told == [(2017, 777.0, STUDENTS[0]), (2022, 390.0, STUDENTS[0]), (2023, 910.0, STUDENTS[0])]
    assert other == [(2017, before[0][1], "mesr_implantations")]


def test_the_comparators_two_editions_make_one_series():
    sources = load_catalogue().sources
    assert sources["emplois"] == ("insee_comparateur_recent", "insee_comparateur")
    old, new = (load_sources()[code].card for code in ("insee_comparateur", "insee_comparateur_recent"))
    assert old.series == new.series
    assert old.mode == "frozen", "its address gives the newest edition"
