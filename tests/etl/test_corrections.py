"""Publishers' errors settled by hand: applied where the expected value stands, told as expired where it does not."""

import shutil

import pandas as pd
import pytest

import etl.corrections
from etl import registers
from etl.__main__ import main
from etl.card import Card, RawFile, Series
from etl.corrections import APPLIED, CORRECTION_COLUMNS, EXPIRED, NO_LINE, NOT_READ, describe_expired, parse_key
from etl.identity import code_version
from etl.parsing import Parser
from etl.registry import load_sources
from etl.warehouse import open_current
from indicators.refresh import EXIT_OK
from tests.etl.small import copy_mirror, refresh_small

HEADER = "source_code,file,line_key,column,expected,replacement,reason,source,checked_by,checked"
CARD = Card("demo", "P", "T", "L", "page", "2026", (RawFile("a.csv"),), series=(Series("x", "X", "x"),))
MUSEUMS = "entrees_et_categories_de_public.csv"


@pytest.fixture
def settle(tmp_path, monkeypatch):
    """Write the register of corrections of the test."""
    folder = tmp_path / "registers"
    shutil.copytree(registers.FOLDER, folder)
    monkeypatch.setattr(registers, "FOLDER", folder)

    def write(*rows):
        text = "\n".join([HEADER, *(f"{row},une raison,une source,," for row in rows)])
        (folder / "corrections.csv").write_text(text + "\n", encoding="utf-8")
        registers.load_register.cache_clear()
        etl.corrections._load_all.cache_clear()

    yield write
    registers.load_register.cache_clear()
    etl.corrections._load_all.cache_clear()


def read(tmp_path, content="nom;annee;code\nLyon;2020;69000\nLille;2020;59350\nLille;2021;59351\n", columns=("*",)):
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    parser = Parser(CARD, tmp_path)
    rows = parser.read_csv("a.csv", columns)
    return rows, parser.parsed().tables.get("correction", pd.DataFrame(columns=list(CORRECTION_COLUMNS)))


def test_a_correction_replaces_the_value_expected_on_its_line_only(tmp_path, settle):
    settle("demo,a.csv,nom=Lille & annee=2021,code,59351,59350", "other,a.csv,nom=Lyon,code,69000,69123")
    rows, told = read(tmp_path)
    assert list(rows["code"]) == ["69000", "59350", "59350"]
    assert told[["line", "found", "state"]].to_numpy().tolist() == [[4, "59351", APPLIED]]
    assert describe_expired(told) == []


def test_a_value_mended_by_the_publisher_makes_the_correction_expire(tmp_path, settle):
    settle("demo,a.csv,nom=Lyon,code,69000,69123")
    rows, told = read(tmp_path, "nom;annee;code\nLyon;2020;69123\n")
    assert list(rows["code"]) == ["69123"]
    assert list(told["state"]) == [EXPIRED]
    (line,) = describe_expired(told)
    assert line.startswith("correction expired: a.csv, nom=Lyon, code: expected '69000', found '69123' (remove it")


def test_any_other_value_is_left_alone_and_told(tmp_path, settle):
    settle("demo,a.csv,nom=Lyon,code,69000,69123")
    rows, told = read(tmp_path, "nom;annee;code\nLyon;2020;1\n")
    assert list(rows["code"]) == ["1"]
    assert told[["found", "state"]].to_numpy().tolist() == [["1", EXPIRED]]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("demo,a.csv,nom=Metz,code,57000,57463", NO_LINE),
        ("demo,a.csv,nom=Lyon,commune,69000,69123", NOT_READ),
        ("demo,b.csv,nom=Lyon,code,69000,69123", NOT_READ),
        ("demo,a.csv,Lyon,code,69000,69123", NO_LINE),
    ],
)
def test_a_correction_that_meets_no_line_or_no_column_has_expired(tmp_path, settle, row, found):
    settle(row)
    _, told = read(tmp_path)
    assert told[["line", "found", "state"]].to_numpy().tolist() == [[0, found, EXPIRED]]


def test_workbooks_and_records_are_corrected_too(tmp_path, settle):
    settle("demo,a.json,nom=Lyon,code,69000,69123", "demo,a.xlsx,nom=Lyon,code,69000,69123")
    (tmp_path / "a.json").write_text('[{"nom": "Lyon", "code": 69000}]', encoding="utf-8")
    pd.DataFrame({"nom": ["Lyon"], "code": ["69000"]}).to_excel(tmp_path / "a.xlsx", index=False, sheet_name="S")
    parser = Parser(CARD, tmp_path)
    assert list(parser.read_records("a.json", ("nom", "code"))["code"]) == ["69123"]
    assert list(parser.read_excel("a.xlsx", ("nom", "code"), sheet="S")["code"]) == ["69123"]


def test_a_line_is_named_by_one_or_several_columns():
    assert parse_key("nom=Lyon") == {"nom": "Lyon"}
    assert parse_key("nom = L=1 & annee=2020") == {"nom": "L=1", "annee": "2020"}
    assert parse_key("Lyon") == {}


def test_a_new_correction_parses_its_source_again_and_no_other(settle):
    sources = load_sources()
    settle("other,a.csv,nom=Lyon,code,1,2")
    before = {code: code_version(sources[code]) for code in ("culture_musees", "cnc_cinemas")}
    settle("culture_musees,a.csv,nom=Lyon,code,1,2")
    assert code_version(sources["culture_musees"]) != before["culture_musees"]
    assert code_version(sources["cnc_cinemas"]) == before["cnc_cinemas"]


def test_the_refresh_and_the_status_say_what_was_applied_and_what_has_expired(tmp_path, settle, monkeypatch, capsys):
    mirror = copy_mirror(tmp_path / "mirror")
    line = (mirror / "culture_musees" / MUSEUMS).read_text(encoding="utf-8").splitlines()[1].split(";")
    header = (mirror / "culture_musees" / MUSEUMS).read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    cells = dict(zip(header, line, strict=True))
    key = f"IDPatrimostat={cells['IDPatrimostat']} & annee={cells['annee']}"
    settle(
        f"culture_musees,{MUSEUMS},{key},total,{cells['total']},4321",
        f"culture_musees,{MUSEUMS},IDPatrimostat=parti,total,1,2",
    )
    code, said = refresh_small(tmp_path / "data", mirror)
    assert code == EXIT_OK
    expired = f"correction expired: {MUSEUMS}, IDPatrimostat=parti, total: expected '1', found '{NO_LINE}'"
    assert [expired in line for line in said].count(True) == 1
    with open_current(tmp_path / "data/warehouse") as con:
        states = con.execute("SELECT line, state FROM correction ORDER BY line").fetchall()
        place = "level = 'commune' AND series_code = 'musees_visiteurs'"
        figures = con.execute(f"SELECT value FROM observation WHERE {place}").fetchall()
    assert states == [(0, EXPIRED), (2, APPLIED)]
    assert any(value is not None and value >= 4321 for (value,) in figures)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    assert main(["status"]) == 0
    assert f"culture_musees: {expired}" in capsys.readouterr().out


def test_every_correction_shipped_still_finds_the_value_it_expects(opendata, real_territories):
    """Held on the real files: each of them is an error of theirs, not of ours."""
    every = registers.load_register("corrections")
    told = []
    for code in every["source_code"].unique():
        source = load_sources()[code]
        parser = Parser(source.card, opendata / code, real_territories.places)
        source.parse(parser)
        told.append(parser.parsed().tables["correction"])
    table = pd.concat(told)
    assert len(table) == len(every)
    assert describe_expired(table) == []
