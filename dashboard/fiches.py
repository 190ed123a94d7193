"""`make fiches`: writes the fiches of several territories as PDF, through a browser without a window.

python -m dashboard.fiches 200040715 38185 departement-38 --out fiches
python -m dashboard.fiches --region 84 --out fiches
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.app import create_app
from dashboard.queries import read_members_of, read_place
from dashboard.routing import find_territory
from dashboard.warehouse import Build, Warehouse
from etl.errors import ProductError, RequestError
from indicators.refresh import ensure_build

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE: Final = 60_000  # ms, for the first page of a cold server
BAR: Final = 30  # characters


def list_codes(build: Build, codes: Sequence[str], region: str | None) -> list[str]:
    """The territories asked for, each known, none twice.

    Raises:
        RequestError: A code that no territory bears, a région that does not exist, or nothing asked.
    """
    asked = list(codes)
    if region is not None:
        if read_place(build, "region", region) is None:
            raise RequestError(f"REGION={region}", "no région has this code", "Give its INSEE code: REGION=84")
        asked += [code for code, _ in read_members_of(build, "region", region)]
    if not asked:
        raise RequestError("fiches", "no territory was asked for", 'Give CODES="200040715 38185", or REGION=84')
    unknown = [code for code in asked if find_territory(build, code) is None]
    if unknown:
        raise RequestError(
            f"CODES, “{unknown[0]}”",
            "no territory has this code",
            "Give SIREN codes of intercommunalités, INSEE codes of communes, departement-38 or region-84",
        )
    return list(dict.fromkeys(asked))


@contextmanager
def serve(warehouse: Path) -> Iterator[str]:
    """The dashboard on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, create_app(warehouse).server, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(WSGIRequestHandler):
    """Requests are not told: the progress bar is."""

    def log(self, *_: object) -> None:
        """Say nothing."""


def write_fiche(page: Page, address: str, code: str, folder: Path) -> Path:
    """One territory's fiche, written under another name until it is whole."""
    page.goto(f"{address}/territoire/{code}/fiche", timeout=PATIENCE)
    page.wait_for_selector(".fiche-foot", timeout=PATIENCE)
    page.evaluate("Promise.all([document.fonts.ready, ...[...document.images].map((image) => image.decode())])")
    target, draft = folder / f"fiche-{code}.pdf", folder / f".fiche-{code}.pdf.draft"
    draft.write_bytes(page.pdf(prefer_css_page_size=True, print_background=True))
    draft.rename(target)
    return target


def write_fiches(warehouse: Path, codes: Sequence[str], folder: Path) -> list[Path]:
    """The fiches of several territories, one PDF each.

    Raises:
        RequestError: No browser on this machine.
    """
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only this command needs it
    except ImportError:
        raise RequestError("fiches", "playwright is not installed", "Run: make install") from None
    if not CHROMIUM.exists():
        raise RequestError(str(CHROMIUM), "a PDF needs Chromium, and it is not there", "Install Debian's chromium")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with serve(warehouse) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = chromium.new_page(locale="fr-FR", color_scheme="light")
        for place, code in enumerate(codes, start=1):
            written.append(write_fiche(page, address, code, folder))
            _tell(place, len(codes), code)
        chromium.close()
    return written


def _tell(done: int, total: int, code: str) -> None:
    full = BAR * done // total
    end = "\n" if done == total or not sys.stderr.isatty() else "\r"
    print(f"  [{'#' * full}{'.' * (BAR - full)}] {done}/{total} {code}", end=end, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write fiches; 0 when all are written, 2 when nothing could be."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.fiches", description="Fiches as PDF.")
    parser.add_argument("codes", nargs="*", help="codes of territories")
    parser.add_argument("--region", help="every intercommunalité of a région, by its INSEE code")
    parser.add_argument("--out", type=Path, default=Path("fiches"), help="folder of the PDFs")
    given = parser.parse_args(arguments)
    try:
        warehouse = ensure_build().parent
        codes = list_codes(Warehouse(warehouse).build(), given.codes, given.region)
        written = write_fiches(warehouse, codes, given.out)
    except ProductError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(written)} fiches in {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
