"""What readers come to do, by mouse, by finger and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import list_violations

NAME_OF_FOCUS = """(() => {
  const here = document.activeElement;
  return here.ariaLabel || (here.labels && here.labels[0] && here.labels[0].textContent) || here.textContent;
})()"""


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_from_home_to_grenoble_to_a_source(visit, size):
    reader = visit(size)
    page = reader.open("/")
    field = page.get_by_role("combobox", name="Chercher un territoire")
    field.click()
    field.press_sequentially("Grenoble", delay=20)
    expect(page.locator("#recherche [role=option]").first).to_contain_text("Grenoble-Alpes-Métropole")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Grenoble-Alpes-Métropole")
    expect(page).to_have_url(re.compile("/territoire/200040715$"))
    expect(page).to_have_title(re.compile("^Grenoble-Alpes-Métropole"))
    page.locator("#pilier-notoriete > summary").click()
    museums = page.locator("#indicateur-visiteurs_musees")
    expect(museums).to_contain_text("453\u202f825")
    expect(museums).to_contain_text("2023")
    museums.locator(".source-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fréquentation des musées de France")
    expect(page.locator(".card")).to_contain_text("Licence Ouverte")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grenoble-Alpes-Métropole")
    assert reader.errors == []
    assert reader.outside == []


def test_a_commune_has_its_page_and_leads_to_its_intercommunalite(visit):
    page = visit().open("/methode")
    page.get_by_role("combobox", name="Chercher un territoire").fill("ST ETIENNE")
    option = page.locator("#recherche [role=option]", has_text="Commune").first
    expect(option).to_contain_text("Saint-Étienne Métropole")
    option.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saint-Étienne")
    expect(page.locator(".score-figure").first).to_be_visible()  # a commune has its own scores
    page.get_by_role("main").get_by_role("link", name="Saint-Étienne Métropole").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saint-Étienne Métropole")


def test_nothing_found_is_said(visit):
    page = visit().open("/")
    page.get_by_role("combobox", name="Chercher un territoire").fill("zzzzzz")
    expect(page.locator("#recherche")).to_contain_text("Aucun territoire")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Où se situe chaque intercommunalité")


def test_the_keyboard_alone_goes_everywhere(visit):
    page = visit().open("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Aller au contenu")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_id("contenu")
    page.reload()
    page.wait_for_selector("#recherche input")
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        names.append(page.evaluate(NAME_OF_FOCUS))
    for name in ("Chercher un territoire", "Classement", "Carte", "Méthode", "Territoires mis en évidence"):
        assert name in names
    page.get_by_role("link", name="Classement", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Le classement, à lire avec prudence")
    expect(page.locator(":focus")).to_have_id("contenu")
    expect(page.get_by_role("link", name="Classement", exact=True)).to_have_attribute("aria-current", "page")


def test_a_point_opens_its_territory(visit):
    page = visit().open("/")
    point = page.locator(".quadrant .scatterlayer .trace").nth(1).locator(".point").first
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".hoverlayer")).to_contain_text("Attractivité")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/territoire/\d{9}$"))


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_labels_never_cover_each_other(visit, size):
    page = visit(size).open("/")
    page.wait_for_timeout(400)
    covered = page.evaluate(
        """() => {
          const shown = [...document.querySelectorAll('.quadrant .textpoint text, .quadrant .annotation-text')]
            .filter(t => getComputedStyle(t).visibility !== "hidden")
            .map(t => [t.textContent, t.getBoundingClientRect()]);
          const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          const pairs = [];
          shown.forEach(([x, a], i) => shown.slice(i + 1).forEach(([y, b]) => meet(a, b) && pairs.push(x + ' / ' + y)));
          return {pairs, count: shown.length};
        }"""
    )
    assert covered["pairs"] == []
    assert covered["count"] >= 8


def test_the_numbers_of_the_quadrant_are_a_table_with_links(visit):
    page = visit().open("/")
    page.get_by_text("Voir les chiffres").click()
    table = page.locator(".numbers table")
    expect(table.locator("tbody tr")).to_have_count(page.evaluate("1255"))
    table.get_by_role("link", name="Grenoble-Alpes-Métropole").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grenoble-Alpes-Métropole")


def test_the_address_restores_what_was_chosen_on_each_view(visit):
    page = visit().open("/")
    page.locator("#home-group").click()
    page.get_by_role("option", name=re.compile("^Communautés urbaines \\(")).click()
    expect(page).to_have_url(re.compile("groupe=CU$"))
    page.reload()
    expect(page.locator("#home-group")).to_have_value(re.compile("^Communautés urbaines"))

    page = visit().open("/classement?tri=rayonnement")
    expect(page.locator(".ag-row[row-index='0']").first).to_contain_text("Grand Paris")
    page.locator("#ranking-nature").click()
    page.get_by_role("option", name="communautés urbaines").click()
    expect(page.locator("#ranking-count")).to_contain_text("communautés urbaines")
    expect(page).to_have_url(re.compile("nature=CU"))
    expect(page.locator("#classement-xlsx")).to_have_attribute("href", re.compile("nature=CU"))
    page.reload()
    expect(page.locator("#ranking-count")).to_contain_text("communautés urbaines")
    expect(page.locator(".ag-row[row-index='0'] .bar-between").first).to_contain_text("entre")
    assert "noeud=rayonnement" in page.url


def test_back_from_a_territory_finds_the_home_as_it_was_left(visit):
    page = visit().open("/")
    page.get_by_role("combobox", name="Situer un territoire sur le graphique").fill("rennes metropole")
    page.wait_for_selector("#situer [role=option]")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen-note")).to_contain_text("Rennes Métropole")
    page.get_by_role("link", name="Ouvrir sa page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rennes Métropole")
    page.go_back()
    expect(page.locator("#chosen-note")).to_contain_text("Rennes Métropole")


def test_the_scheme_is_switched_and_kept(visit):
    reader = visit()
    page = reader.open("/")
    before = page.locator(".quadrant .scatterlayer .point").first.get_attribute("style")
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(page.locator(".quadrant .scatterlayer .point").first).not_to_have_attribute("style", before)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(page.get_by_role("button", name="Clair")).to_be_visible()
    assert reader.errors == []


def test_the_ranking_sorts_by_a_heading_and_opens_a_name(visit):
    page = visit().open("/classement")
    page.locator(".ag-header-cell", has_text="Habitants").click()
    expect(page.locator(".ag-row[row-index='0']").first).to_contain_text("Grand Paris")
    expect(page).to_have_url(re.compile("tri=population"))
    page.get_by_role("link", name="Métropole du Grand Paris").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Métropole du Grand Paris")


def test_the_export_is_downloaded_with_its_notice(visit):
    page = visit().open("/classement?nature=METRO")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tableau, CSV").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("# Attractivité × Rayonnement, édition")
    assert text.count("\n") - text.count("\n#") > 20


def test_an_unknown_address_is_a_404_with_a_way_on(visit):
    reader = visit()
    answer = reader.page.goto(reader.address + "/territoire/xyz")
    assert answer.status == 404
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    expect(reader.page).to_have_title(re.compile("^Page introuvable"))
    reader.page.get_by_role("main").get_by_role("link", name="classement").click()
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("Le classement")


def test_the_footer_leads_to_the_interval_and_to_what_was_refused(visit):
    reader = visit()
    page = reader.open("/source/culture_musees")
    page.locator("#pied").get_by_role("link", name="Comment lire l’intervalle").click()
    expect(page.get_by_role("heading", name="Comment lire l’intervalle")).to_be_in_viewport()
    page.get_by_text("Points à regarder").click()
    expect(page.locator("#audit .numbers tbody tr").first).to_be_visible()
    assert list_violations(page) == []
    page.locator("#pied").get_by_role("link", name="lesquelles et pourquoi").click()
    expect(page.get_by_role("heading", name="Sources", exact=True)).to_be_in_viewport()
    assert reader.errors == []


def test_new_data_are_offered_to_a_page_left_open(visit):
    page = visit().open("/classement")
    page.evaluate(
        "document.getElementById('pied').title = 'an earlier build'; window.dispatchEvent(new Event('focus'))"
    )
    expect(page.locator("#fresh")).to_contain_text("Des données plus récentes sont publiées")
    page.get_by_role("button", name="Les afficher").click()
    expect(page.locator("#fresh")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Le classement, à lire avec prudence")


def test_a_region_s_ties_and_a_figure_s_origin_are_fetched_when_opened(visit):
    reader = visit("narrow")
    page = reader.open("/territoire/region-84")
    page.locator("#liens summary").first.click()
    expect(page.locator("#liens .numbers table").first).to_contain_text("membre")
    page.locator("#pilier-echanges > summary").click()
    page.locator("#indicateur-jumelages .lineage summary").click()
    expect(page.locator("#indicateur-jumelages .lineage")).to_contain_text("Calcul")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert reader.errors == []
