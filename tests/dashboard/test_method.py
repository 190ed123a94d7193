import dataclasses
import re

import pytest

from dashboard.audit_tables import CHECKS
from dashboard.intervals import describe_interval, shorten_interval
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
    assert len(anchors) == 8
    for anchor in anchors:
        assert f"'id': '{anchor}'" in page


def test_the_audit_is_told_in_sentences_from_the_current_edition(open_page):
    words = text_of(open_page("/methode"))
    assert "corrélés à 0,38 (0,21 à population égale). Au-delà de 0,92" in words
    assert "0,41 pour attractivité" in words
    assert "Points à regarder (1 sur 9\u00a0mesures)" in words
    assert "0,99" not in words


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_has_its_table_and_its_reading_note(client, open_page, code):
    assert f"/chiffres/audit/{code}" in text_of(open_page("/methode"))
    answer = client.get(f"/chiffres/audit/{code}")
    assert answer.status_code == 200
    rows = cells_of(answer)
    assert rows[0] == list(CHECKS[code].head)
    assert all(len(row) == len(CHECKS[code].head) for row in rows)


def test_a_flagged_correlation_comes_first_and_says_why(client):
    rows = cells_of(client.get("/chiffres/audit/correlations"))
    assert rows[1] == ["Revenu médian", "Visiteurs des musées", "0,95", "presque redondants"]
    assert rows[2] == ["Revenu médian", "Gares", "0,10", ""]


def test_an_unknown_check_and_an_unknown_source_answer_404(client):
    assert client.get("/chiffres/audit/nope").status_code == 404
    assert client.get("/chiffres/refus/nope").status_code == 404


def test_levels_and_the_retrospective_index_show_what_they_cover(open_page):
    words = text_of(open_page("/methode"))
    assert "Intercommunalités" in words
    assert "Éditions 2015 à 2017" in words
    assert "Attractivité rétrospective" in words
    for share in ("50\u00a0%", "75\u00a0%", "25\u00a0%"):  # first, last and lowest coverage
        assert share in words


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
