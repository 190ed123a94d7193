"""The journey of « Écarts »: the answer, a pillar looked at closely, other groups, an address that restores."""

import re

from playwright.sync_api import expect

POINTS = "#gaps-summary .scatterlayer .points path"


def test_from_the_answer_to_a_pillar_a_town_and_other_groups(visit):
    reader = visit()
    page = reader.open("/ecarts")
    expect(page.get_by_role("heading", level=1)).to_have_text("Métropoles et villes ordinaires")
    expect(page.locator(".gap-answer")).to_contain_text("les métropoles dépassent les villes ordinaires de")
    expect(page.locator(".gap-keys > div")).to_have_count(4)
    expect(page.locator("#un-noeud > h2")).to_have_text("Rayonnement")
    expect(page.locator("#taille > h2")).to_have_text("Ces villes ordinaires qui rayonnent")
    town = page.locator(".gap-towns li").first
    expect(town).to_contain_text("d’écart, entre")
    expect(town).to_contain_text("place, sur")
    expect(town.locator("a")).to_have_attribute("href", re.compile(r"^/territoire/\d{9}$"))

    page.locator("#gaps-noeud").click()
    page.get_by_role("option", name="Influence, pilier").click()
    expect(page.locator("#un-noeud > h2")).to_have_text("Influence")
    expect(page).to_have_url(re.compile(r"/ecarts\?noeud=influence$"))
    expect(page.locator("#ecarts-repartition-csv")).to_have_attribute("href", re.compile("noeud=influence"))
    page.reload()
    reader.settle()
    expect(page.locator("#un-noeud > h2")).to_have_text("Influence")

    page.locator("#gaps-spread-numbers summary").click()
    expect(page.locator("#gaps-spread-numbers table")).to_contain_text("villes ordinaires")

    page.locator("#gaps-b").click()
    page.get_by_role("option", name=re.compile("Communautés de communes")).click()
    expect(page).to_have_url(re.compile(r"b=cc&noeud=influence$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Métropoles et communautés de communes")
    expect(page.locator("#un-noeud > h2")).to_have_text("Influence")
    assert reader.errors == []
    assert reader.outside == []


def test_a_list_of_codes_is_compared_and_a_wrong_one_is_named(visit):
    page = visit().open("/ecarts?a=200040715,200046977,12345&serie=etudiants")
    expect(page.locator(".gap-problems")).to_contain_text("12345")
    expect(page.locator(".gap-answer")).to_contain_text("groupe\u00a0A")
    expect(page.locator("#gaps-history h3")).to_contain_text("Étudiants")
