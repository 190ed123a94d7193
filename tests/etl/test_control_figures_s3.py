"""Control figures of the newer sources, checked wherever a mirror carries their files; skipped by name elsewhere."""

import pytest

from etl.ingest import ingest
from etl.parsing import Parser
from etl.registry import load_sources

CONTROLS = [
    ("insee_capacite_tourisme", "hotels_insee", 2026, 16_291),  # France without Mayotte
    ("insee_capacite_tourisme", "hotels_insee_chambres", 2026, 660_489),
    ("insee_creations_entreprises", "creations_entreprises", 2025, 1_165_795),
    ("insee_creations_entreprises", "creations_entreprises", 2024, 1_111_238),
]


@pytest.fixture(scope="module")
def loaded(opendata, request):
    """Load a source from the mirror, once; skip where the mirror does not carry it."""
    kept = {}

    def load(code):
        source = load_sources()[code]
        missing = [file.name for file in source.card.files if not (opendata / code / file.name).is_file()]
        if missing:
            pytest.skip(f"the mirror has no {code}/{missing[0]}")
        if code not in kept:
            geography = request.getfixturevalue("real_territories")
            parser = Parser(source.card, opendata / code, geography.places)
            source.parse(parser)
            kept[code] = ingest(source.card, parser.parsed(), geography)
        return kept[code]

    return load


@pytest.mark.parametrize(("code", "series", "year", "total"), CONTROLS)
def test_the_communes_sum_to_the_publishers_total(loaded, code, series, year, total):
    rows = loaded(code).observation
    rows = rows[rows["series_code"].eq(series) & rows["year"].eq(year) & rows["level"].eq("commune")]
    assert rows["value"].sum() == total


@pytest.mark.parametrize("code", ["insee_comparateur_recent", "insee_base_tourisme", "mesr_atlas_etudiants"])
def test_a_newer_file_is_read_with_almost_nothing_refused(loaded, code):
    counts = loaded(code).counts
    assert counts["rows_rejected"] < 0.01 * counts["rows_read"]
    assert not loaded(code).observation.empty
