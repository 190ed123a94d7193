"""Every source against its fixture, by discovery: a module without one fails here by name.

A fixture is the folder tests/fixtures/<source_code>/: the publisher's files in the publisher's layout (values of our
own, the awkward lines kept), and beside them what must come of them:
    expected.csv            level,territory_code,series_code,year,value,status: the base observations, all of them
    expected_links.csv      level,territory_code,kind,partner_label,partner_country,partner_code,role,
                            theme,start,end
    expected_rejected.csv   file,line,column,reason (reason: how it starts)
Each is needed when the source gives such rows.
"""

import pandas as pd
import pytest

from etl.ingest import LINK_COLUMNS, ingest
from etl.registry import load_sources
from tests.etl.conftest import FIXTURES, parse_fixture

SOURCES = load_sources()


def read_expected(code: str, name: str) -> pd.DataFrame:
    path = FIXTURES / code / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()


def as_text(frame: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """Rows as text, so that 3 and 3.0 are the same and a missing figure is empty."""
    cells = frame[columns].map(
        lambda v: "" if v is None or pd.isna(v) else f"{v:.10g}" if isinstance(v, float) else str(v)
    )
    return sorted(map(tuple, cells.to_numpy().tolist()))


@pytest.mark.parametrize("code", SOURCES)
def test_source_has_a_complete_card_and_a_fixture(code):
    card = SOURCES[code].card
    folder = FIXTURES / code
    assert folder.is_dir(), f"{code} has no fixture: add tests/fixtures/{code}/"
    missing = [f.name for f in card.files if not (folder / f.name).is_file()]
    assert not missing, f"the fixture of {code} lacks {missing}"
    for name in ("producer", "title", "licence", "page", "vintage"):
        assert getattr(card, name), f"the card of {code} says no {name}"
    assert card.mode != "live" or all(f.url for f in card.files), f"{code} is live and has a file without a URL"


@pytest.mark.parametrize("code", [c for c, s in SOURCES.items() if s.card.series or s.card.link_kind])
def test_source_gives_exactly_the_expected_rows(code, territories):
    source = SOURCES[code]
    places = None if source.card.stage == "geography" else territories
    loaded = ingest(source.card, parse_fixture(source, places), territories)
    if source.card.stage == "figures":
        columns = ["level", "territory_code", "series_code", "year", "value", "status"]
        expected = read_expected(code, "expected")
        counted = {s.code for s in source.card.series if s.aggregation == "links"}
        given = {s.code for s in source.card.series} - counted
        assert set(expected.get("series_code", [])) == given, "the fixture shows every series of the card"
        if given:
            assert as_text(loaded.observation, columns) == sorted(map(tuple, expected[columns].to_numpy().tolist()))
    else:
        assert set(loaded.observation["series_code"]) == {s.code for s in source.card.series}
    if source.card.link_kind:
        expected = read_expected(code, "expected_links")
        columns = list(LINK_COLUMNS)
        assert as_text(loaded.link, columns) == sorted(map(tuple, expected[columns].to_numpy().tolist()))


@pytest.mark.parametrize("code", [c for c, s in SOURCES.items() if s.card.stage == "figures"])
def test_source_refuses_the_awkward_lines_of_its_fixture(code, territories):
    source = SOURCES[code]
    loaded = ingest(source.card, parse_fixture(source, territories), territories)
    expected = read_expected(code, "expected_rejected")
    got = loaded.rejected_row
    assert len(got) == len(expected), got.to_string()
    for row in expected.itertuples():
        same = got[got["file"].eq(row.file) & got["line"].astype(str).eq(row.line) & got["column"].eq(row.column)]
        assert len(same) == 1, f"{row} not refused; refused: {got.to_string()}"
        assert same["reason"].iloc[0].startswith(row.reason)
