"""Where the tests find the shared material; what needs it skips by name when it is not there."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


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
