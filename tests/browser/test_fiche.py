"""The fiche as a browser prints it."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.fiches import write_fiche
from tests.browser.test_every_page import list_violations

A4 = (595, 842)  # points


@pytest.mark.parametrize("code", ["200040715", "29155", "200054781", "region-84"])
def test_a_fiche_is_printed_on_two_pages_at_most_of_a4_as_vectors(visit, address, tmp_path, code):
    page = visit().page
    pdf = write_fiche(page, address, code, tmp_path).read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    box = next(
        tuple(round(float(n)) for n in found.split()[2:]) for found in re.findall(rb"/MediaBox\s*\[([^\]]+)", pdf)
    )
    assert box == A4
    assert b"/Subtype /Image" not in pdf
    assert list(tmp_path.iterdir()) == [tmp_path / f"fiche-{code}.pdf"]


def test_the_fiche_on_screen_leads_to_the_documents_and_is_accessible(visit):
    page = visit("narrow").open("/territoire/200040715/fiche")
    with page.expect_download() as started:
        page.locator("#fiche-docx").click()
    assert started.value.suggested_filename == "fiche-200040715-2026.docx"
    assert list_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("link", name="Page du territoire").click()
    expect(page).to_have_url(re.compile("/territoire/200040715$"))
