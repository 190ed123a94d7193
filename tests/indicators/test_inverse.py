"""A score read back gives the figure it came from; a rate read back gives the count that makes it."""

import numpy as np
import pandas as pd
import pytest

from indicators.catalogue import load_catalogue
from indicators.goalposts import scale_scores
from indicators.inverse import invert_score, read_denominator, read_ratio

CATALOGUE = load_catalogue()
RANGE = (1.0, 100.0)


@pytest.mark.parametrize(
    ("code", "fitted"),
    [
        ("chomage", {"worst": 11.0, "best": 4.0}),
        ("capacite_hoteliere", {"worst": 0.0, "best": 2.0, "scale": 3.7}),
        ("visiteurs_musees", {"worst": 0.0, "best": 6.0, "scale": 20_000.0}),
    ],
)
def test_a_figure_read_from_its_score_has_that_score(code, fitted):
    one = CATALOGUE.find_indicator(code)
    for score in (1.0, 30.0, 100.0):
        figure = invert_score(one, score, fitted, RANGE)
        assert scale_scores(one, np.array([figure]), fitted, RANGE)[0] == pytest.approx(score)


def test_a_rate_is_a_count_over_what_stays_fixed():
    ratio = read_ratio(CATALOGUE.find_indicator("capacite_hoteliere"))
    assert (ratio.series, ratio.factor) == ("hotels_chambres", 1000.0)
    assert ratio.find_count(2.0, 175_000.0) == 350.0
    assert read_ratio(CATALOGUE.find_indicator("acces_ferroviaire")).factor == 1.0
    assert read_ratio(CATALOGUE.find_indicator("tissu_entreprises")).series == "etablissements"


def test_a_count_as_it_stands_is_its_own():
    for code in ("visiteurs_musees", "laureats_innovation", "reseaux"):
        ratio = read_ratio(CATALOGUE.find_indicator(code))
        assert ratio.denominator is None
        assert ratio.find_count(3.0) == 3.0


def test_a_growth_a_balance_and_what_lies_beyond_the_territory_are_not_counts():
    for code in ("croissance_emploi", "solde_migratoire", "trafic_aerien", "convention_des_maires", "dynamique_gares"):
        assert read_ratio(CATALOGUE.find_indicator(code)) is None


def test_the_denominator_is_the_territory_s_own_at_the_years_the_formula_reads():
    observed = pd.DataFrame(
        [
            ("population", 2018, 90.0, "ok"),
            ("population", 2023, 100.0, "ok"),
            ("population", 2030, 999.0, "ok"),
            ("residences_secondaires", 2018, 20.0, "ok"),
        ],
        columns=["series_code", "year", "value", "status"],
    )
    hotels, firms = (CATALOGUE.find_indicator(c) for c in ("capacite_hoteliere", "tissu_entreprises"))
    assert read_denominator(hotels, read_ratio(hotels), observed, 2026) == 120.0
    assert read_denominator(firms, read_ratio(firms), observed, 2026) == 110.0
    assert np.isnan(read_denominator(hotels, read_ratio(hotels), observed.head(3), 2026))
    museums = CATALOGUE.find_indicator("visiteurs_musees")
    assert read_denominator(museums, read_ratio(museums), observed, 2026) == 1.0
