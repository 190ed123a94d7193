"""« Et si… »: the address, what is refused, what moves, what leaves with the reader."""

import io

import numpy as np
import pytest
from openpyxl import load_workbook

from dashboard.rescoring import measure_shift, rescore, say_choices
from dashboard.shifts import say_place, say_shift
from dashboard.standings import read_positions
from dashboard.what_if_address import RESCORED_LEVELS, parse_asked
from indicators.personal import DEFAULT, Choices


def test_the_default_choices_keep_the_published_ranks_and_intervals(build, catalogue):
    rows, published = rescore(build, catalogue, "epci", DEFAULT), read_positions(build)
    assert rows["attractivite_score"].notna().sum() == 5  # one of the tiny build has a score without its indicator
    told = rows["rayonnement_score"].notna()
    np.testing.assert_allclose(rows["rayonnement_score"][told], published["rayonnement_score"][told], rtol=1e-15)
    assert rows["rayonnement_rank_low"].equals(published["rayonnement_rank_low"])
    assert (rows["rayonnement_gained"].iloc[:3] == 0).all()


def test_other_choices_have_no_interval_of_their_own_and_keep_the_published_one_beside(build, catalogue):
    rows = rescore(build, catalogue, "epci", Choices(normalisation="percentile")).set_index("territory_code")
    row = rows.loc["200040715"]
    assert np.isnan(row["attractivite_rank_low"])
    assert (row["attractivite_was_rank_low"], row["attractivite_was_rank_high"]) == (2, 5)


def test_an_address_is_read_and_written_back(build, catalogue):
    given = {"poids": "revenu_median:2", "normalisation": "minmax", "moyenne": "geometric", "territoire": "200040715"}
    asked = parse_asked(build, catalogue, given)
    assert asked.choices == Choices((("revenu_median", 2.0),), "minmax", "geometric")
    assert asked.query == "poids=revenu_median:2&normalisation=minmax&moyenne=geometric&territoire=200040715"
    assert asked.refused == ()
    assert parse_asked(build, catalogue, {}).query == ""


@pytest.mark.parametrize(
    ("given", "level", "followed", "written"),
    [
        ({"territoires": "200040715,200066793"}, "epci", "200040715", "territoire=200040715"),
        ({"territoire": "38185"}, "epci", "200040715", "territoire=200040715"),
        ({"territoires": "departement-38"}, "departement", "38", "niveau=departement&territoire=departement-38"),
        ({"niveau": "region", "territoire": "region-84"}, "region", "84", "niveau=region&territoire=region-84"),
        ({"niveau": "departement", "territoire": "region-84"}, "departement", "", "niveau=departement"),
    ],
)
def test_the_territory_of_another_view_is_followed(build, catalogue, monkeypatch, given, level, followed, written):
    monkeypatch.setattr("dashboard.what_if_address.list_levels", lambda build: RESCORED_LEVELS)
    asked = parse_asked(build, catalogue, given)
    assert (asked.niveau, asked.territoire, asked.query) == (level, followed, written)


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ("inconnu:2", "ni un pilier ni un indicateur"),
        ("attractivite:2", "ni un pilier ni un indicateur"),
        ("qualite:beaucoup", "n’est pas un nombre de 0 à 10"),
        ("qualite:-1", "n’est pas un nombre de 0 à 10"),
        ("qualite:inf", "n’est pas un nombre de 0 à 10"),
        ("qualite:1e9", "n’est pas un nombre de 0 à 10"),
        ("qualite", "n’est pas un nombre de 0 à 10"),
        ("qualite:0", "sont à zéro"),
    ],
)
def test_a_weight_that_cannot_be_used_is_told_and_left_at_its_default(build, catalogue, open_page, weights, told):
    asked = parse_asked(build, catalogue, {"poids": weights})
    assert asked.choices.is_default
    assert told in asked.refused[0]
    assert told in str(open_page(f"/et-si?poids={weights}"))


def test_what_is_not_offered_falls_back_to_the_default(build, catalogue):
    asked = parse_asked(
        build, catalogue, {"niveau": "commune", "normalisation": "log", "moyenne": "x", "territoire": "999999999"}
    )
    assert (asked.niveau, asked.territoire, asked.choices) == ("epci", "", DEFAULT)


def test_what_is_decided_otherwise_is_said_in_words(catalogue):
    told = say_choices(catalogue, Choices((("qualite", 1.5), ("revenu_median", 0.0)), "percentile", "geometric"))
    assert [one.replace("\u00a0", " ") for one in told] == [
        "Qualité du territoire : poids 1,5 au lieu de 1",
        "Revenu médian : poids 0 au lieu de 1",
        "notes par rang au lieu de bornes fixes",
        "moyenne géométrique entre piliers",
    ]


def test_how_far_an_order_moves_is_measured_against_the_published_one(build, catalogue):
    rows = rescore(build, catalogue, "epci", Choices(normalisation="percentile"))
    told = rows["attractivite_score"].notna()
    rows.loc[told, "attractivite_rank"] = [5.0, 4.0, 3.0, 2.0, 1.0]
    rows.loc[told, "attractivite_was_rank"] = [1.0, 2.0, 3.0, 4.0, 5.0]
    shift = measure_shift(rows, "attractivite")
    assert shift.tau == pytest.approx(-1.0)
    assert (shift.moved, shift.far, shift.ranked) == (4, 4, 5)
    assert shift.beyond == 0  # the one with an interval stays at its third place, between 2 and 5
    assert "4 se déplacent de plus d’un dixième" in say_shift(shift, "intercommunalités")


def test_a_personal_rank_is_told_beside_the_published_interval(build, catalogue):
    rows = rescore(build, catalogue, "epci", Choices(normalisation="percentile")).set_index("territory_code")
    told = say_place(rows.loc["200040715"], "attractivite")
    assert "entre la 2ᵉ et la 5ᵉ" in told
    assert "dans l’intervalle publié" in told or "au-delà de l’intervalle publié" in told
    assert "sans rang" in say_place(rows.loc["200000003"], "attractivite")


def test_what_is_taken_away_says_it_is_personal(client):
    text = client.get("/export/et-si.csv?normalisation=percentile").text
    assert "# Pondération personnelle : notes par rang" in text.replace("\u00a0", " ")
    assert "Attractivité, pondération personnelle : score" in text
    assert "Attractivité, publié : rang, moins bon" in text
    book = load_workbook(io.BytesIO(client.get("/export/et-si.xlsx?moyenne=geometric").data))
    assert any("moyenne géométrique" in str(cell.value) for cell in book["Notice"]["A"])
    assert "Pondération par défaut" in client.get("/export/et-si.csv").text
    figure = client.get("/figure/et-si.json?moyenne=geometric").get_json()["figure"]
    assert any("Pondération personnelle" in note.get("text", "") for note in figure["layout"]["annotations"])


def test_the_table_gives_the_reader_s_figures_beside_the_published_ones(client):
    text = client.get("/chiffres/et-si?normalisation=percentile").text
    assert text.count("<tr>") == 1 + 7
    assert "Rang publié" in text
