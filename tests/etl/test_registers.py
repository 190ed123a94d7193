"""What is kept by hand: every register is declared, documented and right; what is wrong is said in French."""

import re

import pytest

from etl.__main__ import main
from etl.card import Card, RawFile
from etl.fetch import Fetcher
from etl.parsing import Parser
from etl.register_check import Problem, check_file, check_folder, read_names
from etl.registers import FOLDER, REGISTERS, find_separator, read_register
from etl.registry import load_sources
from etl.sources import registres

HEADER = "level,territory_code,territory,label_code,label,start,end,source,checked"
GOOD = (
    "commune,59350,Lille,capitale-2004,Capitale européenne de la culture,2004,2004,https://example.org/page,2026-11-01"
)
NAMES = {"commune": {"59350": "Lille", "69123": "Lyon"}, "epci": {"244900015": "CU Angers Loire Métropole"}}


def problems_of(tmp_path, *rows, header=HEADER, name="labels"):
    path = tmp_path / f"{name}.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return check_file(path, NAMES)[0]


def said(tmp_path, row, **options):
    (problem,) = problems_of(tmp_path, row, **options)
    return str(problem)


def change(**cells):
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | cells
    return ",".join(values.values())


def test_the_registers_shipped_are_all_right():
    counts, problems = check_folder(FOLDER)
    assert [str(p) for p in problems] == []
    assert set(counts) == set(REGISTERS)
    assert counts["labels"] >= 14


def test_every_column_of_every_register_is_documented():
    text = (FOLDER / "LISEZMOI.md").read_text(encoding="utf-8")
    for name, register in REGISTERS.items():
        assert f"`{name}.csv`" in text
        missing = [column for column in register.names if f"`{column}`" not in text]
        assert not missing, f"{name}.csv: {missing}"


def test_no_fact_is_said_to_be_checked_before_somebody_did():
    for name in ("labels", "adhesions", "projets"):
        table = read_register(FOLDER / f"{name}.csv")
        assert table["source"].str.startswith("http").all()
        assert table["checked"].eq("").all(), "nobody has opened these pages yet: see LISEZMOI.md"


def test_the_nine_french_mission_cities_and_five_capitals_of_culture_are_there():
    labels = read_register(FOLDER / "labels.csv")
    assert labels["label_code"].eq("mission-100-villes-neutres").sum() == 9
    capitals = labels[labels["label_code"].str.startswith("capitale-europeenne-culture")]
    assert dict(zip(capitals["territory"], capitals["start"], strict=True)) == {
        "Paris": "1989", "Avignon": "2000", "Lille": "2004", "Marseille": "2013", "Bourges": "2028",
    }  # fmt: skip


def test_a_good_row_has_no_problem(tmp_path):
    assert problems_of(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("cells", "column", "wrong", "example"),
    [
        ({"start": "mille neuf"}, "start", "« mille neuf » n’est pas une année", "2004"),
        ({"territory_code": "1004"}, "territory_code", "« 1004 » a perdu son zéro", "01004"),
        ({"territory_code": "5935"}, "territory_code", "« 5935 » a perdu son zéro", "05935"),
        ({"territory_code": "244900015"}, "territory_code", "n’a pas la forme d’un code de niveau commune", "59350"),
        ({"territory_code": "59999"}, "territory_code", "aucun territoire de niveau commune ne porte", "59350"),
        ({"territory_code": "69123"}, "territory_code", "est celui de « Lyon », non de « Lille »", "59350"),
        ({"level": "ville"}, "level", "« ville » n’est pas un niveau", "commune"),
        ({"label": ""}, "label", "la cellule est vide", "Capitale européenne de la culture"),
        ({"label": "Capitale "}, "label", "commence ou finit par une espace", "Capitale"),
        ({"source": "un ami"}, "source", "« un ami » n’est pas l’adresse d’une page publique", "https://"),
        ({"checked": "28/11/2026"}, "checked", "n’est pas une date écrite année-mois-jour", "2026-11-28"),
        ({"checked": "2199-01-01"}, "checked", "n’est pas encore passé", "2026-11-28"),
    ],
)
def test_what_is_wrong_is_said_in_french_with_the_place_and_an_example(tmp_path, cells, column, wrong, example):
    message = said(tmp_path, change(**cells))
    assert message.startswith(f"data/registers/labels.csv, ligne 2, colonne « {column} » : ")
    assert wrong in message
    assert f"Exemple qui convient : {example}" in message


@pytest.mark.parametrize(
    ("row", "columns", "wrong"),
    [
        ("culture_musee,e.csv,a=1,b,1,2,r,s,,", ["source_code"], "« culture_musee » n’est pas une source de l’outil"),
        ("culture_musees,e.csv,a=1,b,1,2,r,s,,", ["file"], "« e.csv » n’est pas un fichier de culture_musees"),
        (
            "culture_musees,entrees_et_categories_de_public.csv,12,b,1,2,r,s,,",
            ["line_key"],
            "« 12 » ne désigne pas une ligne : écrire colonne=valeur",
        ),
    ],
)
def test_a_correction_that_names_nothing_is_told_before_it_is_used(tmp_path, row, columns, wrong):
    problems = problems_of(tmp_path, row, header=",".join(REGISTERS["corrections"].names), name="corrections")
    assert [problem.column for problem in problems] == columns
    assert problems[0].wrong == wrong


def test_the_line_is_the_one_the_editor_shows(tmp_path):
    problems = problems_of(tmp_path, GOOD, "", change(start="x", label_code="autre"))
    assert [problem.line for problem in problems] == [4]


def test_a_row_said_twice_names_the_first(tmp_path):
    assert "la ligne répète la ligne 2" in said_last(problems_of(tmp_path, GOOD, GOOD))


def said_last(problems):
    return str(problems[-1])


def test_a_name_may_be_shorter_than_the_official_one(tmp_path):
    row = change(level="epci", territory_code="244900015", territory="Angers Loire Métropole")
    assert problems_of(tmp_path, row) == []


def test_a_column_that_is_missing_or_misspelt_is_named_with_the_whole_header(tmp_path):
    message = said(tmp_path, GOOD, header=HEADER.replace("label_code", "code du label"))
    assert "ligne 1 : colonnes manquantes : label_code ; colonnes inconnues : code du label" in message
    assert message.endswith(f"Exemple qui convient : {HEADER}")


def test_a_comma_within_a_text_is_told_from_one_between_cells(tmp_path):
    message = said(tmp_path, GOOD.replace("Lille", "Lille, Nord"))
    assert "10 cellules au lieu de 9 ; un texte qui contient une virgule va entre guillemets" in message


def test_a_file_saved_with_other_accents_says_how_to_save_it(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode("cp1252"))
    (problem,) = check_file(path, NAMES)[0]
    assert (problem.line, "CSV UTF-8" in problem.wrong) == (2, True)


def test_the_semicolons_of_a_french_spreadsheet_are_read(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n".replace(",", ";"), encoding="utf-8-sig")
    assert check_file(path, NAMES) == ([], 1)
    assert find_separator("a,b;c") == ","


def test_an_unknown_register_and_a_missing_one_are_told(tmp_path):
    (tmp_path / "labls.csv").write_text(HEADER + "\n", encoding="utf-8")
    _, problems = check_folder(tmp_path)
    assert str(problems[0]).startswith("data/registers/labls.csv : registre inconnu ; ceux qui existent : adhesions,")
    assert Problem("labels.csv", 0, "", "le registre manque ; le reprendre dans git") in problems


def test_the_reference_names_are_those_shipped():
    names = read_names()
    assert names["commune"]["59350"] == "Lille"
    assert len(names["epci"]) == 1255


def test_the_command_says_that_all_is_well_or_fails(monkeypatch, capsys, tmp_path):
    assert main(["registers"]) == 0
    assert re.fullmatch(r"8 registres, [\d]+ lignes : tout est en ordre\.\n", capsys.readouterr().out)
    monkeypatch.setattr("etl.__main__.FOLDER", tmp_path)
    (tmp_path / "labels.csv").write_text(f"{HEADER}\n{change(start='x')}\n", encoding="utf-8")
    assert main(["registers"]) == 2
    assert "« x » n’est pas une année" in capsys.readouterr().out


# -- read like any source --------------------------------------------------------------------------------------------


def test_registers_come_from_the_repository_whatever_the_mirror_and_without_a_network(tmp_path):
    card = load_sources()["registres"].card
    for mirror in (None, str(tmp_path / "nowhere"), "http://127.0.0.1:1"):
        fetcher = Fetcher(tmp_path / "raw", mirror, retries=0)
        assert fetcher.can_fetch(card)
        states = fetcher.fetch_source(card)
        assert set(states) == {"labels.csv", "adhesions.csv", "projets.csv"}
    copied = (tmp_path / "raw/registres/labels.csv").read_bytes()
    assert copied == (FOLDER / "labels.csv").read_bytes()


def test_every_row_shipped_finds_its_territory(real_territories):
    parser = Parser(registres.CARD, FOLDER, real_territories.places)
    registres.parse(parser)
    parsed = parser.parsed()
    assert parsed.rejected.empty
    assert set(parsed.links["kind"]) == {"label", "reseau", "projet"}
    for level, codes in parsed.links.groupby("level")["code"]:
        assert set(codes) <= set(real_territories.known_codes(level))


def test_a_register_without_a_row_is_no_fault(tmp_path, territories):
    for name in ("labels", "adhesions", "projets"):
        (tmp_path / f"{name}.csv").write_text(",".join(REGISTERS[name].names) + "\n", encoding="utf-8")
    parser = Parser(registres.CARD, tmp_path, territories.places)
    registres.parse(parser)
    assert parser.parsed().links.empty


def test_only_registers_are_taken_from_the_repository(tmp_path):
    card = Card("demo", "P", "T", "L", "page", "2026", (RawFile("labels.csv"),), mode="manual")
    assert not Fetcher(tmp_path, None).can_fetch(card)
