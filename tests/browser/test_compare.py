"""What readers come to do with several territories, and with the past."""

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import list_violations


def add(page, words, name):
    """Add a territory through the field of the view."""
    page.get_by_role("combobox", name="Ajouter une intercommunalité").fill(words)
    page.locator(".side-add [role=option]", has_text=name).first.click()
    expect(page.locator(".side-list")).to_contain_text(name)


def test_territories_are_added_reordered_compared_and_taken_back(visit):
    reader = visit()
    page = reader.open("/comparer")
    add(page, "grenoble", "Grenoble-Alpes-Métropole")
    expect(page.get_by_role("main")).to_contain_text("avec qui")
    add(page, "metropole de lyon", "Métropole de Lyon")
    expect(page).to_have_url(re.compile("territoires=200040715,200046977$"))
    expect(page.locator("#devance")).to_contain_text("Métropole de Lyon devance Grenoble-Alpes-Métropole dans")
    expect(page.locator("#compare-attractivite .scatterlayer .point").first).to_be_visible()
    page.get_by_title("Avancer Métropole de Lyon").click()
    expect(page.locator(".side").first).to_contain_text("Métropole de Lyon")
    expect(page.locator("#comparer-csv")).to_have_attribute("href", re.compile("territoires=200046977,200040715"))
    page.locator("#chiffres summary", has_text="Notoriété").click()
    expect(page.locator("#chiffres .sides")).to_contain_text("453\u202f825")
    assert list_violations(page) == []
    page.get_by_title("Retirer Métropole de Lyon").click()
    expect(page.get_by_role("main")).to_contain_text("avec qui")
    page.go_back()
    expect(page.locator(".side")).to_have_count(2)
    assert reader.errors == []


def test_a_commune_is_not_compared_to_an_intercommunalite(visit):
    page = visit("narrow").open("/comparer?territoires=200040715,38185")
    expect(page.locator(".refusals")).to_contain_text("Grenoble est une commune")
    expect(page.locator(".side")).to_have_count(1)


def test_the_past_is_followed_by_series_and_by_ranks(visit):
    reader = visit()
    page = reader.open("/evolution?territoires=200040715,200046977")
    expect(page.locator("#evolution-ranks .scatterlayer .trace")).to_have_count(3)  # the field, then two in ink
    page.locator("#evolution-series").click()
    page.get_by_role("option", name=re.compile("^Visiteurs des musées")).click()
    expect(page).to_have_url(re.compile("serie=musees_visiteurs"))
    expect(page.locator("#evolution-serie-figure-name")).to_have_attribute(
        "aria-label", re.compile("^Visiteurs des musées")
    )
    page.locator("#serie summary", has_text="Voir les chiffres").click()
    expect(page.locator("#serie .numbers table")).to_contain_text("453\u202f825")
    page.locator("#evolution-node").click()
    page.get_by_role("option", name="Rayonnement rétrospectif", exact=True).click()
    expect(page).to_have_url(re.compile("serie=musees_visiteurs&noeud=retro_rayonnement"))
    page.locator("#hierarchie summary", has_text="Par nature et par taille").first.click()
    expect(page.locator("#hierarchie table").first).to_contain_text("Communautés urbaines")
    page.reload()
    expect(page.locator("#evolution-node")).to_have_value("Rayonnement rétrospectif")
    assert reader.errors == []
