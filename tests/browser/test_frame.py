"""What is common to all views: images, favourites, the guide, the header, controls on a small screen."""

import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.test_every_page import list_violations

SVG = "{http://www.w3.org/2000/svg}"


def take(page, link: str) -> Path:
    """The file that a link of « Emporter » hands over."""
    with page.expect_download() as waiting:
        page.locator(link).click()
    return waiting.value.path()


def read_svg(path: Path) -> tuple[ET.Element, str]:
    """An SVG file and all that is written in it."""
    root = ET.parse(path).getroot()
    return root, " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def read_png(path: Path) -> tuple[tuple[int, int], int]:
    """Size of a PNG file, and how many different bytes its pixels hold: one or two when it is blank."""
    data, at, pixels = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        pixels += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return struct.unpack(">II", data[16:24]), len(set(zlib.decompress(pixels)))


def test_an_image_holds_its_figure_its_title_and_its_source(visit):
    reader = visit()
    page = reader.open("/?territoire=200040715")
    root, written = read_svg(take(page, "#positionnement-svg"))
    assert "Où se situe chaque intercommunalité" in written
    assert "Grenoble-Alpes" in written
    assert "Source\u00a0: Attractivité × Rayonnement" in written
    assert "calculée le" in written
    assert sum("point" in (path.get("class") or "") for path in root.iter(f"{SVG}path")) > 1000
    style = "".join(text.text or "" for text in root.iter(f"{SVG}style"))
    assert "Atkinson Hyperlegible Next" in style
    assert "Source Serif 4" in style
    assert "http" not in style
    size, shades = read_png(take(page, "#positionnement-png"))
    assert size == (2400, 1600)
    assert shades > 100
    assert reader.errors == []
    assert reader.outside == []


def test_the_image_of_a_map_hatches_the_unknown(visit):
    reader = visit()
    page = reader.open("/carte")
    root, written = read_svg(take(page, "#carte-svg"))
    assert "Source" in written
    assert root.find(f".//{SVG}pattern[@id='hatch']") is not None
    assert sum("#hatch" in (path.get("style") or "") for path in root.iter(f"{SVG}path")) > 0
    assert sum("choroplethlayer" in (part.get("class") or "") for part in root.iter(f"{SVG}g")) == 1
    assert reader.errors == []


def test_a_territory_is_kept_listed_and_offered_by_the_home(visit):
    reader = visit()
    page = reader.open("/territoire/200040715")
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_role("button", name="Garder")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Mon territoire").click()
    page.get_by_role("button", name="Gardés").click()
    kept = page.get_by_role("group", name="Territoires gardés")
    expect(kept.get_by_role("link")).to_have_text("Grenoble-Alpes-Métropole")
    assert list_violations(page) == []
    page.keyboard.press("Escape")
    expect(kept).to_be_hidden()
    expect(page.locator(":focus")).to_have_text("Gardés")
    reader.open("/")  # kept from one load to the next
    page.get_by_role("link", name="Situer Grenoble-Alpes-Métropole").click()
    expect(page.locator("#chosen-note")).to_contain_text("Grenoble-Alpes-Métropole")
    expect(page.locator(".own")).to_be_empty()
    page.get_by_role("button", name="Gardés").click()
    kept.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grenoble-Alpes-Métropole")
    page.get_by_role("button", name="Gardés").click()
    page.get_by_role("button", name="Retirer Grenoble-Alpes-Métropole").click()
    expect(kept).to_contain_text("Rien encore")
    expect(page.get_by_role("button", name="Mon territoire")).to_have_attribute("aria-pressed", "false")
    assert reader.errors == []


def test_what_is_kept_is_shown_as_text_and_a_wrong_code_not_at_all(visit):
    page = visit().open("/methode")
    page.evaluate(
        """localStorage.setItem("atlas-kept", JSON.stringify({own: 3, places: [
             {code: "200040715", label: "<b id='bad'>L'Île</b>"}, {code: "javascript:1", label: "x"}, null]}))"""
    )
    page.reload()
    page.get_by_role("button", name="Gardés").click()
    expect(page.locator("#kept-list a")).to_have_text("<b id='bad'>L'Île</b>")
    assert page.locator("#bad").count() == 0


def test_the_guide_is_closed_once(visit):
    page = visit("narrow").open("/methode")
    guide = page.get_by_role("complementary", name="Premiers pas")
    expect(guide).to_contain_text("Cherchez votre territoire")
    page.get_by_role("button", name="J’ai compris").click()
    expect(guide).to_be_hidden()
    page.reload()
    page.wait_for_selector("h1")
    expect(guide).to_be_hidden()


def test_choices_open_as_a_sheet_on_a_small_screen(visit):
    reader = visit("narrow")
    page = reader.open("/classement")
    level = page.get_by_role("combobox", name="Niveau").or_(page.locator("#ranking-niveau"))
    expect(level).to_be_hidden()
    opener = page.get_by_role("button", name="Régler")
    expect(opener).to_contain_text("Intercommunalités · édition 2026 · lecture telle quelle · par Attractivité")
    opener.click()
    sheet = page.get_by_role("dialog", name="Réglages")
    expect(page.locator(":focus")).to_have_id("ranking-niveau")
    assert list_violations(page) == []
    page.keyboard.press("Shift+Tab")
    expect(page.locator(":focus")).to_have_text("Fermer")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_id("ranking-niveau")
    page.locator("#ranking-nature").click()
    page.get_by_role("option", name="métropoles", exact=True).click()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(":focus")).to_contain_text("Régler")
    expect(opener).to_contain_text("par Attractivité · métropoles")
    expect(page.locator("#ranking-count")).to_contain_text("22")
    assert reader.errors == []


def test_the_sentence_above_the_choices_keeps_its_fixed_spaces(visit):
    page = visit("narrow").open("/territoire/200040715")
    told = page.locator(".sheet-told").first.text_content()
    assert "comparée aux métropoles de 200\u202f000 à 500\u202f000\u00a0habitants" in told


def test_the_current_view_is_within_sight_in_the_header(visit):
    page = visit("narrow").open("/methode")
    expect(page.get_by_role("link", name="Méthode", exact=True)).to_be_in_viewport(ratio=1)


def test_what_is_computed_again_is_said_to_be_busy_in_its_place(visit):
    page = visit().open("/classement")
    answered = []

    def hold(route):
        if "ranking-holder" in (route.request.post_data or ""):
            expect(page.locator("#ranking-holder")).to_have_attribute("aria-busy", "true")
            answered.append(route.request.url)
        route.continue_()

    page.route("**/_dash-update-component*", hold)
    page.locator("#ranking-nature").click()
    page.get_by_role("option", name="métropoles", exact=True).click()
    expect(page.locator("#ranking-count")).to_contain_text("22")
    expect(page.locator("#ranking-holder")).not_to_have_attribute("aria-busy", "true")
    assert answered
