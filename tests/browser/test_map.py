"""The map and the ranking, as their readers go through them."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SIZES

FAR = ".map .choroplethlayer .trace:nth-child(2) path.far"


def choose(page, field, name):
    """Take an option of a choice by its name."""
    page.locator(field).click()
    page.get_by_role("option", name=name, exact=True).click()


def test_a_map_is_restored_lights_its_classes_and_comes_back_by_the_back_button(visit):
    reader = visit()
    page = reader.open("/carte?niveau=departement&noeud=notoriete&classes=continu&territoire=departement-38")
    expect(page.get_by_role("heading", level=1)).to_have_text("La carte des départements")
    expect(page.locator("#map-node")).to_have_value("Notoriété, pilier")
    expect(page.locator("#map-classes")).to_have_value("dégradé continu")
    expect(page.locator("#map-chosen")).to_contain_text("Isère")
    expect(page.locator("#map-quadrant .territory-dot").first).to_be_attached()

    page.locator("#map-legend .class-key").last.hover()
    expect(page.locator(FAR).first).to_have_css("opacity", "0.1")
    expect(page.locator("#map-quadrant .territory-dot.far").first).to_be_attached()
    expect(page.locator("#map-legend .lit-told")).to_contain_text("département")
    page.mouse.move(0, 0)
    expect(page.locator(FAR)).to_have_count(0)

    choose(page, "#map-node", "les deux indices")
    choose(page, "#map-classes", "classes d’effectif égal")
    expect(page).to_have_url(re.compile(r"/carte\?niveau=departement&territoire=departement-38$"))
    expect(page.locator("#map-quadrant .cell")).to_have_count(9)
    expect(page.locator("#carte-csv")).to_have_attribute("href", re.compile(r"niveau=departement&territoire="))
    page.locator("#map-quadrant .cell").nth(4).hover()
    expect(page.locator("#map-legend .class-key.lit")).to_have_count(1)
    expect(page.locator("#map-legend .lit-told")).to_contain_text(
        "dans le tiers moyen, rayonnement dans le tiers moyen"
    )
    page.mouse.move(0, 0)
    page.locator("#map-legend .class-key[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_attribute("data-low", "4")
    expect(page.locator("#map-quadrant .cell.lit")).to_have_attribute("data-low", "4")
    page.keyboard.press("Escape")
    expect(page.locator(FAR)).to_have_count(0)

    choose(page, "#map-niveau", "Régions")
    expect(page.get_by_role("heading", level=1)).to_have_text("La carte des régions")
    expect(page.locator("#map-chosen")).to_contain_text("Auvergne-Rhône-Alpes")  # the region of the one outlined
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("La carte des départements")
    expect(page.locator("#map-chosen")).to_contain_text("Isère")
    assert reader.errors == []
    assert reader.outside == []


def test_the_communes_of_a_departement_are_drawn_located_and_taken_away(visit):
    reader = visit("narrow")
    page = reader.open("/carte?niveau=commune&departement=38&noeud=attractivite")
    expect(page.get_by_role("heading", level=1)).to_have_text("La carte des communes, Isère")
    known = page.locator(".map .choroplethlayer .trace").nth(1).locator("path")
    expect(known).to_have_count(512)
    assert known.nth(0).evaluate("p => p.getBBox().width") > 1
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("#map-quadrant .territory-dot").first).to_be_visible()
    page.get_by_text("Voir les chiffres").click()
    expect(page.locator(".numbers tbody tr")).to_have_count(512)
    expect(page.locator(".numbers td.figure-cell").first).to_have_css("text-align", "right")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    with page.expect_download() as waiting:
        page.locator("#carte-svg").click()
    drawn = waiting.value.path().read_text(encoding="utf-8")
    assert "La carte des communes, Isère" in drawn
    assert "Source" in drawn
    assert reader.errors == []
    assert reader.outside == []


def test_the_map_draws_every_territory_and_hatches_the_missing(visit):
    page = visit().open("/carte")
    traces = page.locator(".map .choroplethlayer .trace")
    missing, known = (traces.nth(n).locator("path") for n in (0, 1))
    expect(known).to_have_count(1255)
    assert "hatch" in missing.first.evaluate("p => getComputedStyle(p).fill")
    box = known.nth(3).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
    expect(page.locator(".map .hoverlayer")).to_contain_text("intervalle")
    expect(page.locator(".map .hoverlayer")).to_contain_text("Données connues")
    field = page.get_by_role("combobox", name="Situer un territoire sur la carte")
    field.fill("rennes metropole")
    expect(page.locator("#map-search [role=option]").first).to_contain_text("Rennes Métropole")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/carte\?territoire=\d{9}$"))
    expect(page.locator("#map-chosen")).to_contain_text("Rennes Métropole")


def test_a_reader_finds_their_row_and_leaves_an_empty_list(visit):
    reader = visit()
    page = reader.open("/classement?niveau=commune&departement=38&territoire=38185")
    own = page.locator(".ranking .own-row")
    expect(own).to_contain_text("Grenoble")
    expect(own).to_be_in_viewport()
    expect(page.locator("#ranking-own")).to_contain_text("place, sur")
    page.locator(".ag-header-cell", has_text="Habitants").click()
    expect(page.locator(".ag-row[row-index='0']").first).to_contain_text("Grenoble")
    page.get_by_role("button", name="Aller à sa ligne").click()
    expect(own).to_be_in_viewport()

    page = reader.open("/classement?nature=CU&taille=0-20000&region=11")
    expect(page.locator(".empty")).to_contain_text("Aucun territoire ne répond à ces filtres réunis")
    page.get_by_role("link", name="Retirer « communautés urbaines »").click()
    expect(page.locator(".ranking .ag-row").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/classement\?taille=0-20000&region=11$"))
    page.go_back()
    expect(page.locator(".empty")).to_be_visible()
    choose(page, "#ranking-variante", "lecture par habitant")
    expect(page).to_have_url(re.compile("variante=per_inhabitant"))
    whole = page.get_by_role("link", name="Retirer tous les filtres")
    expect(whole).to_have_attribute("href", "/classement?variante=per_inhabitant")
    whole.click()
    expect(page.locator(".ag-row[row-index='0'] .bar-within").first).to_be_visible()
    expect(page.locator("#ranking-variante")).to_have_value("lecture par habitant")
    assert reader.errors == []
    assert reader.outside == []


def test_a_line_of_the_ranking_is_a_list_on_a_small_screen_and_a_line_again_on_a_large_one(visit):
    reader = visit("narrow")
    page = reader.open("/classement")
    first, second = (page.locator(f".ag-row[row-index='{place}']") for place in (0, 1))
    ranks = first.locator(".bar-list strong")
    expect(ranks).to_have_count(2)
    for one in ranks.all():
        expect(one).to_be_visible()
    expect(first.locator("[col-id='x_rank']")).to_have_count(0)
    apart = float(re.findall(r"[\d.]+", second.evaluate("row => getComputedStyle(row).transform"))[-1])
    assert apart > first.locator(".bar-named").bounding_box()["height"]
    page.set_viewport_size(SIZES["wide"])
    expect(first.locator("[col-id='x_rank']")).to_be_visible()
    expect(first.locator(".bar-list")).to_be_hidden()
    expect(second).to_have_css("transform", "matrix(1, 0, 0, 1, 0, 60)")
    page.set_viewport_size(SIZES["narrow"])
    expect(first.locator(".bar-list")).to_be_visible()
    expect(second).to_have_css("transform", f"matrix(1, 0, 0, 1, 0, {apart:.0f})")
    assert reader.errors == []
