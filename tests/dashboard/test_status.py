import ast
import datetime as dt
import re
from pathlib import Path

import pytest

import etl
from dashboard.reasons import say_cause, say_next, say_reason
from dashboard.status import count_refused, list_waiting, name_sources, read_statuses
from etl.paths import DataPaths
from etl.status import describe_next, read_status
from tests.dashboard.conftest import write_warehouse
from tests.dashboard.test_method import cells_of
from tests.dashboard.test_pages import text_of

ETL = Path(etl.__file__).parent
SCHEMA_NAMES = re.findall(r'name="([^"]+)"', (ETL / "schemas.py").read_text(encoding="utf-8"))
WORDS_OF_ENGLISH = re.compile(r"\b(the|of|not|no|for|same|unknown|neither|nor|with|today)\b")


def list_refusals() -> list[str]:
    """Every reason written in full in a call that refuses rows."""
    found = []
    for file in sorted(ETL.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if name in ("reject", "_refusals") and len(node.args) == 4 and isinstance(node.args[3], ast.Constant):
                found.append(node.args[3].value)
    return [reason for reason in found if reason]


def test_the_screen_and_the_command_give_the_same_status(build, tmp_path):
    paths = DataPaths(tmp_path, tmp_path / "snapshot", tmp_path / "geo")
    write_warehouse(paths.warehouse)
    command = read_status(paths).to_dict("records")
    screen = read_statuses(build, paths.raw)
    assert len(screen) == len(command) == 1
    for key, value in command[0].items():
        assert str(screen[0][key]) == str(value) or screen[0][key] == value, key


@pytest.mark.parametrize("reason", [*list_refusals(), *SCHEMA_NAMES])
def test_every_reason_of_refusal_is_told_in_french(reason):
    assert say_reason(reason) != reason
    assert not WORDS_OF_ENGLISH.search(say_reason(reason))


def test_the_reasons_of_the_sources_are_found_where_they_are_written():
    assert len(list_refusals()) > 10
    assert len(SCHEMA_NAMES) > 5


def test_the_nearest_candidates_of_a_name_are_kept():
    told = say_reason("no place of that name; nearest: Céran (32101), Céron (71071)")
    assert told == "aucun lieu de ce nom\u202f; plus proches\u00a0: Céran (32101), Céron (71071)"
    assert say_reason("not a figure of population") == "valeur illisible comme nombre (série population)"
    assert say_reason("something new") == "something new"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("s, f.csv: https://x answers 503 Service Unavailable. Check", "erreur 503"),
        ("s: rows kept: 10 instead of 100, more than 5% fewer. If this is right, run: make refresh", "perdu trop"),
        ("s: the total of x 2023 goes from 1 to 9, beyond a factor of 2. If", "a trop bougé"),
        ("s: its files are not laid out as expected (KeyError: x). Compare", "changé de forme"),
        ("s: the mirror has no folder s/. Add it", "plus dans le miroir"),
        ("38.csv: the answer was cut short by the publisher's time limit. Run", "en entier"),
        ("s: something unheard of", "échoué"),
    ],
)
def test_the_cause_of_a_stale_source_is_told_in_a_few_words(message, said):
    assert said in say_cause(message)


def test_no_cause_is_invented():
    assert say_cause(None) == say_cause("") == ""


def test_next_editions_are_told_in_french():
    assert say_next("figures of 2024, due") == "chiffres de 2024, attendus"
    assert say_next("figures of 2027") == "chiffres de 2027"
    for code in ("culture_musees", "etmun_reseaux", "insee_chomage", "geonames_notoriete", "unheard_of"):
        said = describe_next(code, float("nan"), dt.date(2026, 1, 1))
        assert say_next(said) != said


def test_the_data_page_tells_the_status_of_each_source(open_page):
    words = text_of(open_page("/donnees"))
    assert "1\u00a0source, 1\u00a0source garde d’anciens chiffres" in words
    assert "le producteur répond par l’erreur 404" in words
    assert "chiffres de 2024, attendus" in words
    assert "/source/culture_musees" in words
    assert "Licence Ouverte 2.0" in words
    assert "5,0\u00a0%" in words  # of the population: Grenoble alone has a figure


def test_the_page_of_the_data_names_the_sources_never_loaded(open_page):
    words = text_of(open_page("/donnees"))
    assert "Jamais chargées, et donc sans aucun chiffre ici\u00a0: " in words
    assert "Créations d’entreprises par commune" in words


def test_what_waits_and_what_was_refused_is_counted(build):
    assert [one.title for one in list_waiting(build)] == ["Fréquentation des musées de France"]
    assert count_refused(build) == 2


def test_a_reason_that_names_a_source_by_its_code_gets_its_title(build):
    assert name_sources(build, "lue dans culture_musees") == (
        "lue dans «\u00a0Fréquentation des musées de France\u00a0»"
    )


def test_refused_rows_are_listed_with_what_was_found_there_escaped(client):
    answer = client.get("/chiffres/refus/culture_musees")
    assert cells_of(answer)[1][:4] == ["entrees.csv", "12", "code", "&lt;b&gt;xx&lt;/b&gt;"]
    assert len(cells_of(answer)) == 3


def test_exclusions_are_listed_by_source_and_reason(client):
    assert cells_of(client.get("/chiffres/hors-champ"))[1] == ["Fréquentation des musées de France", "hors champ", "1"]
