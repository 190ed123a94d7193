"""`python -m tests.browser.screenshots`: the README's picture and one picture a page, from the published build.

Writes docs/screenshot.png, and tests/browser/screenshots/<page>-<width>-<scheme>.png for looking (ignored by git).
"""

import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from etl.paths import ROOT, default_paths
from tests.browser.conftest import ARGUMENTS, CHROMIUM, SIZES, Visit

LOOKED_AT = Path(__file__).parent / "screenshots"
PAGES = {
    "positionnement": "/?territoire=200040715",
    "classement": "/classement",
    "carte": "/carte",
    "territoire": "/territoire/200040715",
    "comparer": "/comparer?territoires=200040715,200046977",
    "evolution": "/evolution?territoires=200040715",
    "ecarts": "/ecarts",
    "et-si": "/et-si?poids=cibles:2&territoire=200040715",
    "fiche": "/territoire/200040715/fiche",
    "methode": "/methode",
    "donnees": "/donnees",
    "aide": "/aide",
    "source": "/source/culture_musees",
}


def main() -> None:
    """Serve the published build, take the pictures."""
    server = make_server("127.0.0.1", 0, create_app(default_paths().warehouse).server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for size in SIZES:
            for scheme in ("light", "dark"):
                take_pictures(browser, address, size, scheme)
        browser.close()
    server.shutdown()
    server.server_close()


def take_pictures(browser: Browser, address: str, size: str, scheme: str) -> None:
    """One picture a page at a size, in a scheme; the home in light at full size is the README's."""
    LOOKED_AT.mkdir(exist_ok=True)
    (ROOT / "docs").mkdir(exist_ok=True)
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, locale="fr-FR", reduced_motion="reduce")
    reader = Visit(context.new_page(), address)
    for name, path in PAGES.items():
        page = reader.open(path)
        page.wait_for_timeout(500)
        page.screenshot(path=LOOKED_AT / f"{name}-{SIZES[size]['width']}-{scheme}.png")
        if (name, size, scheme) == ("positionnement", "wide", "light"):
            page.set_viewport_size({"width": 1440, "height": 1040})
            page.wait_for_timeout(800)
            page.screenshot(path=ROOT / "docs" / "screenshot.png")
            page.set_viewport_size(SIZES[size])
    context.close()


if __name__ == "__main__":
    main()
