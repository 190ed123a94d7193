"""Where the tests find the shared material; what needs it skips by name when it is not there."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With two workers (`make test`), one has the browser, which shares one server; a file never stands in two."""
    for item in items:
        file = Path(str(item.fspath)).relative_to(ROOT)
        item.add_marker(pytest.mark.xdist_group("browser" if file.parts[1] == "browser" else str(file)))


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the shared folder {name}/ is not on this machine")
    return folder


@pytest.fixture(scope="session")
def opendata() -> Path:
    """The mirror of real open-data files, laid out <source_code>/<file>."""
    return _shared("opendata")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Numbers published or computed by other tools."""
    return _shared("reference")
