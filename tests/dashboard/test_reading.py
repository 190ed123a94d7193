"""How the index is read: edition and variant, from an address."""

import duckdb
import pytest

from dashboard.reading import PUBLISHED, Reading, list_editions, list_variants, parse_reading
from dashboard.standings import count_ranked, read_positions, read_standing
from dashboard.warehouse import Warehouse
from tests.dashboard.conftest import EDITION, write_warehouse


def test_an_address_names_a_variant_and_keeps_only_what_differs(build):
    reading = parse_reading(build, "epci", {"variante": "per_inhabitant", "edition": str(EDITION)})
    assert reading == Reading(variant="per_inhabitant")
    assert reading.items == {"variante": "per_inhabitant"}
    assert PUBLISHED.items == {}


@pytest.mark.parametrize("given", [{"variante": "x' OR 1"}, {"edition": "1999"}, {"edition": "²"}, {}])
def test_what_is_not_known_falls_back_to_the_published_reading(build, given):
    assert parse_reading(build, "epci", given) == PUBLISHED


def test_a_level_offers_only_the_variants_it_has(build):
    assert list_variants(build, "epci") == ("as_is", "per_inhabitant")
    assert list_variants(build, "commune") == ()


def test_a_variant_has_its_own_scores_and_ranks(build):
    published = read_standing(build, "epci", "rayonnement")
    other = read_standing(build, "epci", "rayonnement", Reading(variant="per_inhabitant"))
    assert other.loc["200054781", "score"] == 101 - published.loc["200054781", "score"]
    assert published.loc["200054781", "rank"] == 1
    assert other.loc["200054781", "rank"] == 6
    assert set(count_ranked(build, "epci", Reading(variant="per_inhabitant"))) == {"attractivite", "rayonnement"}


def test_another_edition_is_read_when_the_address_names_it(tmp_path):
    path = write_warehouse(tmp_path)
    with duckdb.connect(str(path)) as con:
        con.execute(
            """INSERT INTO score SELECT * REPLACE (2025 AS edition, score / 2 AS score) FROM score
               WHERE variant = 'as_is' AND node_code IN ('attractivite', 'rayonnement')"""
        )
        con.execute(
            """INSERT INTO score SELECT * REPLACE (2024 AS edition, 'retro_' || node_code AS node_code) FROM score
               WHERE edition = 2025"""
        )
    build = Warehouse(tmp_path).build()
    assert list_editions(build, "epci") == (EDITION, 2025)
    past = parse_reading(build, "epci", {"edition": "2025"})
    assert past.items == {"edition": "2025"}
    now, before = (read_positions(build, "epci", r).set_index("territory_code") for r in (PUBLISHED, past))
    assert before.loc["200040715", "attractivite_score"] == now.loc["200040715", "attractivite_score"] / 2
