"""The help and the accessibility statement: every address they name exists, and the law's parts are there."""

import json
import re

import dash
import pytest

from tests.dashboard.test_pages import text_of


def test_the_help_leads_to_every_view(open_page, client):
    page = str(open_page("/aide"))
    views = {p["path"] for p in dash.page_registry.values() if p.get("order") is not None}
    led = re.findall(r"'href': '(/[\w-]*)[#']", page)
    assert views <= set(led)
    for href in led:
        assert client.get(href).status_code == 200, href


def test_the_statement_has_the_parts_that_the_law_asks_for(open_page):
    words = text_of(open_page("/accessibilite"))
    for part in ("non conforme", "RGAA", "4.1", "article 47", "Établie le", "Défenseur des droits", "axe-core"):
        assert part in words


@pytest.mark.parametrize(("contact", "told"), [("acces@example.org", "acces@example.org"), ("", "pas encore indiqué")])
def test_the_operator_s_contact_is_given_or_told_as_missing(open_page, monkeypatch, contact, told):
    monkeypatch.setenv("CONTACT", contact)
    assert told in text_of(open_page(f"/accessibilite?contact={contact}"))  # another address: no answer kept


def test_the_footer_says_the_state_of_accessibility_on_every_page(client):
    frame = client.get("/_dash-layout").get_json()
    assert "Accessibilité\u00a0: non conforme" in json.dumps(frame, ensure_ascii=False)
