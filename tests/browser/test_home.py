"""Positionnement: territories come and go on the figure, a part of it is enlarged, another level is shown."""

import re

from playwright.sync_api import Page, expect

GRENOBLE, LYON = "200040715", "200046977"
CHOSEN_NAMES = "#quadrant .textpoint text:has(tspan[style*='bold'])"


def add(page: Page, asked: str, found: str) -> None:
    """Put a territory on the figure through its search field."""
    page.get_by_role("combobox", name="Situer un territoire sur le graphique").fill(asked)
    expect(page.locator("#situer [role=option]").first).to_contain_text(found)
    page.keyboard.press("Enter")
    expect(page.locator("#chosen-note")).to_contain_text(found)


def test_territories_are_chosen_framed_restored_and_removed(visit):
    reader = visit()
    page = reader.open("/")
    add(page, "grenoble alpes", "Grenoble-Alpes-Métropole")
    add(page, "metropole de lyon", "Métropole de Lyon")
    expect(page).to_have_url(re.compile(f"territoires={GRENOBLE},{LYON}$"))
    expect(page.locator(CHOSEN_NAMES)).to_have_text(["Grenoble-Alpes", "Lyon"])
    expect(page.locator("#quadrant .errorbar path")).to_have_count(4)
    expect(page.locator("#home-lead")).to_contain_text("attractif et rayonnant")

    page.get_by_role("button", name="Choisis").press("Enter")
    expect(page).to_have_url(re.compile("zoom=choisis$"))
    expect(page.locator("#quadrant .xtick").first).not_to_contain_text("10")
    page.reload()
    expect(page.get_by_role("button", name="Choisis")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(CHOSEN_NAMES)).to_have_text(["Grenoble-Alpes", "Lyon"])
    expect(page.locator("#chosen-note")).to_contain_text("Métropole de Lyon")

    page.get_by_role("button", name="Retirer Grenoble-Alpes-Métropole").click()
    expect(page.locator(CHOSEN_NAMES)).to_have_text(["Lyon"])
    expect(page).to_have_url(re.compile(f"territoires={LYON}&zoom=choisis$"))
    expect(page.locator(":focus")).to_have_attribute("aria-label", "Retirer Métropole de Lyon")
    assert reader.errors == []
    assert reader.outside == []


def test_a_part_is_enlarged_by_hand_and_the_page_keeps_its_scroll(visit):
    page = visit().open("/")
    area = page.locator("#quadrant .nsewdrag").bounding_box()
    page.mouse.move(area["x"] + 300, area["y"] + 60)
    page.mouse.down()
    page.mouse.move(area["x"] + 520, area["y"] + 260, steps=4)
    expect(page.locator(".band")).to_be_visible()
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"zoom=[\d.]+,[\d.]+,[\d.]+,[\d.]+$"))
    page.wait_for_load_state("networkidle")
    page.mouse.wheel(0, 600)
    expect(page.get_by_role("heading", level=1)).not_to_be_in_viewport()
    page.get_by_role("button", name="Tout", exact=True).click()
    expect(page).not_to_have_url(re.compile("zoom"))
    page.get_by_role("button", name="en retrait").focus()
    lit = page.locator("#quadrant .is-lit")
    expect(lit.first).to_be_attached()
    assert "en retrait" in "".join(lit.all_text_contents())
    page.get_by_role("button", name="en retrait").blur()
    expect(lit).to_have_count(0)


def test_another_level_shows_a_density_and_back_restores_the_former(visit):
    reader = visit()
    page = reader.open(f"/?territoires={GRENOBLE}&zoom=comparables")
    page.locator("#home-niveau").click()
    page.get_by_role("option", name="Communes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Où se situe chaque commune")
    expect(page.locator("#quadrant .heatmaplayer image, #quadrant .heatmaplayer path").first).to_be_attached()
    expect(page.locator(CHOSEN_NAMES)).to_have_text(["Grenoble"])
    expect(page.locator("#home-group")).to_have_value(re.compile("^Communes de même intercommunalité"))
    assert page.locator("#quadrant .scatterlayer .point").count() < 150
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Où se situe chaque intercommunalité")
    expect(page.get_by_role("button", name="Comparables")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#chosen-note")).to_contain_text("Grenoble-Alpes-Métropole")
    assert reader.errors == []


def test_on_a_small_screen_the_sentence_comes_first_then_the_whole_figure(visit):
    page = visit("narrow").open("/?niveau=commune&territoires=29155,38185,inconnu")
    tops = [page.locator(part).bounding_box()["y"] for part in ("h1", "#home-lead", "#home-sentence", "#quadrant")]
    assert tops == sorted(tops)
    expect(page.locator("#home-sentence")).to_contain_text("Communes · édition")
    expect(page.locator("#chosen-note")).to_contain_text("Aucun territoire ne porte le code «\u00a0inconnu\u00a0»")
    expect(page.locator(CHOSEN_NAMES)).to_have_text(["Ouessant", "Grenoble"])
    frame = page.locator("#quadrant").bounding_box()
    for name in page.locator(CHOSEN_NAMES).all():
        box = name.bounding_box()
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
