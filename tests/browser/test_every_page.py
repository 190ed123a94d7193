"""What holds of every page, at both sizes, in both schemes."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PAGES = [
    "/",
    "/?territoires=200040715,200046977&zoom=choisis",
    "/?niveau=commune&territoires=38185,29155",
    "/classement",
    "/classement?nature=CU&taille=0-20000&region=11&territoire=200040715",
    "/carte",
    "/carte?noeud=rayonnement&classes=continu&territoire=200040715",
    "/carte?niveau=commune&departement=38",
    "/comparer?territoires=200040715,200046977,244400404",
    "/evolution?territoires=200040715,200046977",
    "/territoire/200040715",
    "/territoire/38185",
    "/methode",
    "/donnees",
    "/aide",
    "/accessibilite",
    "/ecarts?noeud=visiteurs_musees",
    "/et-si?poids=cibles:3&territoire=200040715",
    "/source/culture_musees",
    "/territoire/200040715/fiche",
    "/territoire/xyz",
]
FAULTS = Path(__file__).with_name("faults.js").read_text(encoding="utf-8")


def list_violations(page: Page) -> list[str]:
    """What axe finds, each with its first offender."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]


def open_folds(page: Page) -> None:
    """Open what is folded, and wait for what it fetches."""
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_quiet_and_whole(visit, path, size):
    reader = visit(size, "light" if size == "wide" else "dark")
    page = reader.open(path)
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("[data-dash-is-loading='true']")).to_have_count(0)  # what waits for the server is dimmed
    assert list_violations(page) == []
    if size == "wide":  # the other scheme, switched to in place
        page.locator("#theme").click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("[data-dash-is-loading='true']")).to_have_count(0)
        assert list_violations(page) == []
    else:
        open_folds(page)
        assert page.evaluate(FAULTS) == []
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "dark"
    allowed = 1 if path == "/territoire/xyz" else 0  # the 404 document itself is an error in the console
    assert reader.errors[allowed:] == []
    assert reader.outside == []
    assert page.locator("h1").count() == 1


def test_an_open_lineage_and_an_open_table_are_accessible_too(visit):
    page = visit().open("/territoire/200040715")
    page.locator("#pilier-qualite > summary").click()
    page.wait_for_selector(".indicator summary")
    for summary in page.locator(".indicator summary").all()[:6]:
        summary.click()
    assert list_violations(page) == []
    page = visit("narrow").open("/")
    page.get_by_text("Voir les chiffres").click()
    page.wait_for_selector(".numbers table")
    assert list_violations(page) == []


def test_a_choice_and_a_search_are_accessible_while_open(visit):
    page = visit().open("/")
    page.get_by_role("combobox", name="Chercher un territoire").fill("gren")
    page.wait_for_selector("#recherche [role=option]")
    assert list_violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#home-group").click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert list_violations(page) == []
