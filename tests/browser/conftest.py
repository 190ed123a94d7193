"""A real Chromium in front of a real server, over the real figures when the repository ships them."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from etl.paths import DataPaths, default_paths
from etl.warehouse import find_current

PATIENCE = 60_000  # ms: several engines may share two cores
expect.set_options(timeout=PATIENCE)
MOST_WAITED = 900  # s, for the build that another worker makes
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published build of this machine, else one made from the shipped snapshot."""
    paths = default_paths()
    if find_current(paths.warehouse) is not None:
        return paths.warehouse
    if not any(paths.snapshot.iterdir()):
        pytest.fail("data/snapshot is empty and nothing is published: there is nothing to show")
    from indicators.refresh import ensure_build

    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the workers of one run share one build: the first makes it, the others wait
    fresh = DataPaths(folder / "data", paths.snapshot, paths.geo)
    try:
        fresh.root.mkdir()
    except FileExistsError:
        for _ in range(MOST_WAITED):
            if find_current(fresh.warehouse) is not None:
                return fresh.warehouse
            time.sleep(1)
        pytest.fail(f"another worker has not built {fresh.warehouse} in {MOST_WAITED} s")
    return ensure_build(fresh).parent


@pytest.fixture(scope="session")
def address(warehouse: Path) -> Iterator[str]:
    """Where the dashboard listens, on a free port."""
    server = make_server("127.0.0.1", 0, create_app(warehouse).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the browser tests skip, or fail where REQUIRE_BROWSER=1 says they must run."""
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{CHROMIUM} is missing and REQUIRE_BROWSER=1")
        pytest.skip(f"{CHROMIUM} is not on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Visit:
    """One reader's visit: a page, and everything that went wrong meanwhile."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def open(self, path: str) -> Page:
        """Go to an address and wait until the page is drawn."""
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait for the title, the search field, and the figure or the grid where there is one."""
        self.page.wait_for_selector("h1")
        self.page.wait_for_selector("#recherche input")
        if self.page.locator(".quadrant").count():
            self.page.wait_for_selector(".quadrant .scatterlayer .point")
        if self.page.locator(".map").count():
            self.page.wait_for_selector(".map .choroplethlayer path[d]")
        if self.page.locator(".ranking").count():
            self.page.wait_for_selector(".ranking .ag-row, .ranking .ag-overlay-no-rows-center")
        self.page.wait_for_load_state("networkidle")


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """One context a size, kept for the session: a reader who comes back has the bundles in the browser's cache."""
    kept: dict[str, BrowserContext] = {}

    def find(size: str) -> BrowserContext:
        if size not in kept:
            kept[size] = browser.new_context(viewport=SIZES[size], locale="fr-FR", reduced_motion="reduce")
            kept[size].set_default_timeout(PATIENCE)
        return kept[size]

    yield find
    for context in kept.values():
        context.close()


@pytest.fixture
def visit(contexts: Callable[[str], BrowserContext], address: str) -> Iterator[Callable[..., Visit]]:
    """Starts visits at a size and in a scheme; nothing is remembered from one test to the next."""
    pages: list[Page] = []

    def start(size: str = "wide", scheme: str = "light") -> Visit:
        context = contexts(size)
        context.clear_cookies()
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        pages.append(page)
        return Visit(page, address)

    yield start
    for page in pages:
        if page.url.startswith(address):
            page.evaluate("localStorage.clear()")
        page.close()
