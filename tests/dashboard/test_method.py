import csv
import dataclasses
import io
import re

import pytest

from dashboard.audit_tables import CHECKS
from dashboard.composition import read_levels, read_reduced
from dashboard.dictionary import HEAD, TABLES
from dashboard.glossary import WORDS
from dashboard.intervals import describe_interval, shorten_interval
from dashboard.notions import ASKED
from dashboard.queries import Age, read_ages
from dashboard.words import punctuate
from etl.warehouse import DDL
from indicators.catalogue import load_catalogue
from indicators.draws import Varied
from indicators.robustness import PUBLISHED
from tests.dashboard.test_pages import text_of


def cells_of(answer) -> list[list[str]]:
    """The text of each row of a fetched table, heading first."""
    rows = re.findall(r"<tr>(.*?)</tr>", answer.text)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def test_every_entry_of_the_contents_leads_to_a_section(open_page):
    page = str(open_page("/methode"))
    anchors = re.findall(r"'href': '#([\w-]+)'", page)
    assert len(anchors) >= 12
    for anchor in anchors:
        assert f"'id': '{anchor}'" in page, anchor


def test_the_tree_draws_every_scored_indicator_and_leads_to_it(open_page, catalogue):
    page = str(open_page("/methode"))
    drawn = re.findall(r"'href': '#indicateur-([\w-]+)'", page)
    assert drawn == [one.code for one in catalogue.scored]
    assert "Arbre de l’indice Rayonnement" in page


def test_each_pillar_is_told_in_the_group_s_words_beside_what_is_measured(open_page):
    words = text_of(open_page("/methode"))
    assert "Connu, et bien connu" in words
    assert "D’abord ses propres atouts" in words
    assert set(ASKED) == {pillar.code for pillar in load_catalogue().pillars}


def test_what_the_index_cannot_say_is_told_with_the_build_s_own_years(open_page, build):
    assert read_ages(build)["revenu_median"] == Age(2023, 1 / 5)
    words = text_of(open_page("/methode"))
    assert "Tous les chiffres ont moins de 5\u00a0ans" in words
    assert "revenu médian (20\u00a0%)" in words


def test_the_glossary_defines_each_word_once(open_page):
    words = text_of(open_page("/methode"))
    for word in WORDS:
        assert word in words


def test_the_data_page_tells_each_series_and_each_table(open_page, client):
    words = text_of(open_page("/donnees"))
    assert "musees_visiteurs" in words
    assert "Visiteurs des musées" in words
    assert set(re.findall(r"CREATE TABLE (\w+)", DDL)) == set(TABLES)
    assert all(punctuate(said) in words for said in TABLES.values())
    rows = list(csv.reader(io.StringIO(client.get("/export/donnees.csv").text.lstrip("\ufeff")), delimiter=";"))
    table = [row for row in rows if not row[0].startswith("#")]
    assert table[0] == list(HEAD)
    assert [row[1] for row in table[1:]] == ["revenu_median", "musees_visiteurs"]


def list_parts(part):
    """A component of a page and every one inside it, as JSON."""
    if isinstance(part, dict):
        yield part
        for inside in part.values():
            yield from list_parts(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from list_parts(inside)


def test_a_number_of_a_table_that_becomes_a_list_says_its_column(open_page):
    parts = [part for part in list_parts(open_page("/donnees")) if "props" in part]
    found = [part for part in parts if "stacked" in str(part["props"].get("className", "")).split()]
    assert len(found) == 3
    cells = [part["props"] for table in found for part in list_parts(table) if part.get("type") == "Td"]
    numbers = [cell for cell in cells if "number" in str(cell.get("className", "")).split()]
    assert len(numbers) > 3
    assert [cell for cell in numbers if not cell.get("data-label")] == []


def test_the_audit_is_told_in_sentences_from_the_current_edition(open_page):
    words = text_of(open_page("/methode"))
    assert "corrélés à 0,38 (0,21 à population égale). Au-delà de 0,92" in words
    assert "0,41 pour attractivité" in words
    assert "Points à regarder (3 sur 45\u00a0mesures)" in words
    assert "0,99" not in words


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_has_its_table_and_its_reading_note(client, open_page, code):
    assert f"/chiffres/audit/{code}" in text_of(open_page("/methode"))
    answer = client.get(f"/chiffres/audit/{code}")
    assert answer.status_code == 200
    rows = cells_of(answer)
    assert rows[0] == list(CHECKS[code].head)
    assert len(rows) > 1
    assert all(len(row) == len(CHECKS[code].head) for row in rows)


def test_the_uncertainty_is_told_with_what_causes_it(open_page, client):
    words = text_of(open_page("/methode"))
    assert "La moitié des intervalles de rang dépassent 235\u00a0places en attractivité." in words
    assert "les intervalles en départagent 61 en attractivité." in words
    assert "déplace le plus les rangs\u00a0: en attractivité, l’indicateur retiré (91\u00a0%)" in words
    assert cells_of(client.get("/chiffres/audit/incertitude"))[1] == ["Attractivité", "10,1", "235", "61\u00a0%"]
    assert cells_of(client.get("/chiffres/audit/sobol"))[1:] == [
        ["Attractivité", "Les poids", "0\u00a0%, de 0 à 4\u00a0%", "24\u00a0%, de 21 à 28\u00a0%"],
        ["Attractivité", "L’indicateur retiré", "60\u00a0%, de 50 à 72\u00a0%", "91\u00a0%, de 82 à 100\u00a0%"],
    ]


def test_a_flagged_correlation_comes_first_and_says_why(client):
    rows = cells_of(client.get("/chiffres/audit/correlations"))
    assert rows[1] == ["Revenu médian", "Visiteurs des musées", "0,95", "presque redondants"]
    assert rows[2] == ["Revenu médian", "Gares", "0,10", ""]


def test_each_measure_stands_under_its_heading(client):
    def first(code: str) -> dict[str, str]:
        head, row = cells_of(client.get(f"/chiffres/audit/{code}"))[:2]
        return dict(zip(head, row, strict=True))

    figures = first("figures")
    assert (figures["Renseigné"], figures["Zéros"]) == ("86\u00a0%", "14\u00a0%")
    assert (figures["Médiane"], figures["Maximum"], figures["Asymétrie"]) == ("200,0", "453\u202f825,0", "4,3")
    scores = first("traitement")
    assert (scores["Aplatissement"], scores["Au plus bas"], scores["À regarder"]) == ("7,7", "60\u00a0%", "très étirée")
    assert first("coherence") == {
        "Indice ou pilier": "Qualité du territoire", "Alpha": "−0,20", "1ʳᵉ composante": "70\u00a0%",
        "2ᵉ composante": "20\u00a0%", "À regarder": "sans cohérence",
    }  # fmt: skip
    assert first("validation")["Chiffre tenu à l’écart"] == "Visiteurs des musées de France"
    assert first("retraits")["Déplacement moyen (places)"] == "2,5"
    assert first("importance")["Importance effective"] == "100\u00a0%"


def test_levels_count_what_is_scored_and_compared(build):
    assert read_levels(build) == [
        {"level": "epci", "territories": 7, "indicators": 1, "groups": 1, "attractivite_ranked": 6,
         "rayonnement_ranked": 6}
    ]  # fmt: skip


def test_the_reduced_tree_tells_its_first_last_and_lowest_coverage(build):
    rows = read_reduced(build).set_index("node_code")
    told = rows.loc["retro_attractivite", ["first_coverage", "last_coverage", "least_coverage"]]
    assert list(told) == [0.5, 0.75, 0.25]
    assert "indice" not in set(rows.index)


def test_an_unknown_check_and_an_unknown_source_answer_404(client):
    assert client.get("/chiffres/audit/nope").status_code == 404
    assert client.get("/chiffres/refus/nope").status_code == 404


def test_levels_and_the_retrospective_index_show_what_they_cover(open_page):
    words = text_of(open_page("/methode"))
    assert "Éditions 2015 à 2017" in words
    assert "Attractivité rétrospective" in words
    assert "75\u00a0%" in words  # a weight of 3 beside one of 1


def test_the_published_interval_is_described_from_its_declaration():
    told = " ".join(describe_interval(PUBLISHED))
    assert "1\u202f000\u00a0fois" in told
    assert "±\u202f25\u00a0%" in told
    assert "arithmétique ou géométrique" in told
    assert "un indicateur retiré" in told
    assert "du 5ᵉ au 95ᵉ centile" in told
    assert "contient 90\u00a0% des calculs" in told
    assert "graine 2026" in told


def test_another_interval_is_described_otherwise():
    other = dataclasses.replace(PUBLISHED, varied=Varied(spread=0.1), aggregations=(), replicates=50, low=0.1, high=0.9)
    told = " ".join(describe_interval(other))
    assert "±\u202f10\u00a0%" in told
    assert "moyenne" not in told
    assert "retiré" not in told
    assert "du 10ᵉ au 90ᵉ centile de 50\u00a0calculs" in shorten_interval(other)
