import math

from dashboard import queries, standings
from dashboard.positions import assign_group
from dashboard.status import read_rejections


def test_positions_hold_every_epci_with_ties_and_gaps(build):
    rows = standings.read_positions(build).set_index("territory_code")
    assert len(rows) == 7
    assert rows.loc["200040715", "attractivite_rank"] == 3
    assert rows.loc["200066793", "attractivite_rank"] == 3
    assert rows.loc["200066793", "attractivite_tied"] == 2
    assert math.isnan(rows.loc["200000003", "rayonnement_score"])
    assert math.isnan(rows.loc["200000003", "rayonnement_rank"])
    assert rows.loc["200046977", "family"] == "METRO"
    assert rows.index[0] == "200054781"


def test_a_profile_compares_with_its_peers(build):
    profile = queries.read_profile(build, "epci", "200046977", ("200046977", "200054781"))
    row = profile.loc["attractivite"]
    assert row["peer_count"] == 2
    assert (row["peer_min"], row["peer_max"]) == (60.0, 61.0)
    assert row["total"] == 6
    assert profile.loc["visiteurs_musees", "status"] == "estimated"


def test_comparable_territories_follow_the_declared_rule(build):
    positions = standings.read_positions(build)
    assert set(positions["peer_group"]) == {"tous"}  # seven territories: no group has ten members
    assert assign_group(positions, "200046977").find_members(positions).all()


def test_a_territory_without_score_has_an_empty_profile(build):
    assert queries.read_profile(build, "epci", "200000003", ()).empty


def test_places_are_found_at_their_level_only(build):
    assert queries.read_place(build, "epci", "200040715").label == "Grenoble-Alpes-Métropole"
    assert queries.read_place(build, "epci", "38185") is None
    assert queries.read_place(build, "epci", "") is None
    assert queries.read_place(build, "departement", "69").label == "Rhône"


def test_a_commune_leads_to_its_epci_or_to_none(build):
    assert queries.read_epci_of(build, "38185").territory_code == "200040715"
    assert queries.read_epci_of(build, "29155") is None


def test_refused_rows_are_counted_by_reason_with_an_example(build):
    rows = read_rejections(build, "culture_musees")
    assert rows.loc[0, "reason"] == "code inconnu"
    assert rows.loc[0, "rows"] == 2
    assert rows.loc[0, "line"] == 12


def test_a_code_from_outside_is_a_value_not_sql(build):
    assert queries.read_place(build, "epci", "x' OR 1=1 --") is None
