"""The small geography of the fixtures, which every source is placed in."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from etl.ingest import Loaded, Placed, ingest, place
from etl.parsed import Parsed
from etl.parsing import Parser
from etl.places import Places
from etl.registry import Source, load_sources
from etl.territories import Territories, build_territories

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def parse_fixture(source: Source, territories: Territories | None) -> Parsed:
    """Parse a source from its fixture."""
    parser = Parser(source.card, FIXTURES / source.card.code, territories.places if territories else None)
    source.parse(parser)
    return parser.parsed()


def place_fixture(source: Source, territories: Territories) -> Placed:
    """Parse and place a source from its fixture."""
    return place(source.card, parse_fixture(source, territories), territories)


@pytest.fixture(scope="session")
def territories() -> Territories:
    """Some hundred real communes, with the traps of the real list; populations are made up."""
    tables = {}
    for source in load_sources().values():
        if source.card.stage == "geography":
            tables |= parse_fixture(source, None).tables
    return build_territories(tables)


@pytest.fixture(scope="session")
def places(territories: Territories) -> Places:
    """What its places are recognised by."""
    return territories.places


@pytest.fixture(scope="session")
def real_territories(opendata: Path) -> Territories:
    """Today's geography from the real files (ten seconds, once a session)."""
    tables = {}
    for source in load_sources().values():
        if source.card.stage == "geography":
            parser = Parser(source.card, opendata / source.card.code)
            source.parse(parser)
            tables |= parser.parsed().tables
    return build_territories(tables)


@pytest.fixture(scope="module")
def load(opendata: Path, real_territories: Territories) -> Callable[[str], Loaded]:
    """Load one source from its real files, once."""

    @cache
    def load_one(code: str) -> Loaded:
        source = load_sources()[code]
        parser = Parser(source.card, opendata / code, real_territories.places)
        source.parse(parser)
        return ingest(source.card, parser.parsed(), real_territories)

    return load_one


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published small product and its mirror, copied for each test."""
    from tests.etl.small import publish_small

    return publish_small(tmp_path_factory.mktemp("published"))


@pytest.fixture
def product(published: Path, tmp_path: Path) -> Path:
    """A copy of the published small product, to change at will."""
    return Path(shutil.copytree(published, tmp_path / "product", symlinks=True))
