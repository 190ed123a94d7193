"""A reader's way through a territory's page: from a sentence to its figure, another key, another variant, files."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect


def test_a_reader_goes_from_a_lever_to_its_figure_and_reads_by_theme(visit):
    reader = visit()
    page = reader.open("/territoire/200040715")
    page.locator("#leviers th a").first.click()
    opened = page.locator("#territory-groups details.pillar[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator(".indicator").first).to_be_visible()
    page.locator("#evolution h2").scroll_into_view_if_needed()
    expect(page.locator("#evolution .series-line").first).to_be_visible()  # fetched as it comes into view
    page.locator("#territory-lecture").get_by_text("Thèmes").click()
    expect(page.locator("#theme-culture")).to_contain_text("au-dessus de la médiane des comparables")
    expect(page).to_have_url(re.compile(r"\?lecture=themes$"))
    page.locator("#theme-culture > summary").click()
    expect(page.locator("#indicateur-visiteurs_musees")).to_contain_text("453\u202f825")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found] == []
    page.reload()
    expect(page.locator("#theme-culture")).to_be_visible()
    assert reader.errors == []
    assert reader.outside == []


def test_a_variant_restores_from_its_address_and_its_files_say_the_same(visit):
    reader = visit("narrow")
    page = reader.open("/territoire/200040715?variante=per_inhabitant&lecture=cibles")
    expect(page.locator(".published-only")).to_contain_text("tel quel")
    expect(page.locator("#cible-etudiants")).to_be_visible()
    link = page.locator("#territoire-csv")
    expect(link).to_have_attribute("href", re.compile("territoire=200040715&niveau=epci.*variante=per_inhabitant"))
    notice = page.request.get(reader.address + link.get_attribute("href")).text()
    assert "Lecture : par habitant" in notice
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("link", name="l’indice tel quel").click()
    expect(page.locator("#leviers .listed")).to_have_count(2)
    expect(page).to_have_url(re.compile("/territoire/200040715$"))
    assert reader.errors == []
