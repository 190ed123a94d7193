"""« Et si… » over the real figures: equal to the build by default, points that travel, the address, the way back."""

import numpy as np
import pytest
from playwright.sync_api import expect

from dashboard.rescoring import rescore
from dashboard.standings import read_positions
from dashboard.warehouse import Warehouse
from indicators.catalogue import load_catalogue
from indicators.personal import DEFAULT
from tests.browser.test_every_page import list_violations


@pytest.mark.parametrize("level", ["epci", "departement", "region"])
def test_at_the_default_weights_it_equals_the_build_to_the_last_digit(warehouse, level):
    build = Warehouse(warehouse).build()
    rows, published = rescore(build, load_catalogue(), level, DEFAULT), read_positions(build, level)
    for column in ("attractivite_score", "attractivite_rank", "rayonnement_score", "rayonnement_rank"):
        assert np.array_equal(rows[column], published[column], equal_nan=True), column
    assert published["rayonnement_score"].notna().sum() > 15


def test_a_weight_moves_the_points_the_address_and_the_list_of_changes(visit):
    reader = visit()
    page = reader.open("/et-si?territoire=200040715")
    point = page.locator("#whatif .scatterlayer .point").nth(700)
    before = point.get_attribute("transform")
    expect(page.locator("#whatif-said")).to_contain_text("Pondération par défaut")
    field = page.get_by_label("Poids du pilier Cibles, nombre")
    field.fill("3")
    field.press("Tab")
    expect(page.locator("#whatif-said")).to_contain_text("Cibles\u00a0: poids 3 au lieu de 1")
    expect(page.locator("#whatif-changes")).to_contain_text("au lieu de")
    expect(point).not_to_have_attribute("transform", before)
    assert "poids=cibles:3" in page.url
    assert "poids=cibles:3" in page.locator("#et-si-csv").get_attribute("href")
    slider = page.get_by_role("slider", name="Poids du pilier Influence")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Poids du pilier Influence, nombre")).to_have_value("1,25")
    page.wait_for_url("**influence:1.25**")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert list_violations(page) == []
    page.get_by_role("combobox", name="Suivre un territoire").fill("Rennes M")
    page.locator("#whatif-follow [role=option]").first.click()
    page.wait_for_url("**poids=cibles:3**territoire=243500139")  # the weights stay
    page.go_back()
    reader.settle()
    page.reload()
    reader.settle()
    expect(page.get_by_label("Poids du pilier Cibles, nombre")).to_have_value("3")
    page.get_by_role("button", name="Revenir à la pondération par défaut").click()
    expect(page.locator("#whatif-said")).to_contain_text("Pondération par défaut")
    expect(page).to_have_url(reader.address + "/et-si?territoire=200040715")
    assert reader.errors == []


def test_a_wrong_weight_is_told_in_words(visit):
    page = visit("narrow").open("/et-si?poids=cibles:beaucoup,retombees:2")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas un nombre de 0 à 10")
    expect(page.locator("#whatif-said")).to_contain_text("Retombées\u00a0: poids 2")
