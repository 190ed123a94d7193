"""Sentences of the papers: none without a figure, none beyond its interval."""

import math

import pytest

from dashboard.sentences import (
    Line,
    find_side,
    say_beyond,
    say_figure,
    say_index,
    say_no_pillar,
    say_peers,
    say_pillar,
    say_quarter,
    say_ties,
)
from dashboard.ties import KINDS

NAN = math.nan


def line(**changed) -> Line:
    usual = {
        "code": "qualite", "label": "Qualité", "index": "attractivite", "score": 60.0, "low": 55.0, "high": 66.0,
        "rank": 12.0, "rank_low": 9.0, "rank_high": 17.0, "total": 1255, "tied": 1, "peer_q1": 40.0,
        "peer_median": 45.0, "peer_q3": 50.0,
    }  # fmt: skip
    return Line(**usual | changed)


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ").replace("\u202f", " ")


def test_an_index_is_told_with_the_intervals_of_its_score_and_of_its_rank():
    assert plain(say_index(line(), "epci")) == (
        "Qualité : 60 sur 100, entre 55 et 66 ; 12ᵉ, entre la 9ᵉ et la 17ᵉ place, sur 1 255 intercommunalités."
    )


def test_the_first_and_the_last_are_told_like_the_others():
    first = line(score=100.0, low=99.8, high=100.0, rank=1.0, rank_low=1.0, rank_high=1.0)
    assert plain(say_index(first, "epci")) == (
        "Qualité : 100 sur 100, à l’unité près ; 1ʳᵉ, seule place plausible, sur 1 255 intercommunalités."
    )
    last = line(rank=1255.0, rank_low=1200.0, rank_high=1255.0)
    assert "1 255ᵉ, entre la 1 200ᵉ et la 1 255ᵉ place, sur 1 255" in plain(say_index(last, "epci"))


def test_a_tie_says_with_how_many():
    assert "12ᵉ ex æquo avec 278 autres" in plain(say_index(line(tied=279), "epci"))
    assert "ex æquo avec 1 autre," in plain(say_index(line(tied=2), "epci"))


def test_a_missing_index_is_told_as_missing():
    missing = line(score=NAN, low=NAN, high=NAN, rank=NAN, rank_low=NAN, rank_high=NAN)
    assert plain(say_index(missing, "epci")) == "Qualité : pas de score, trop de données manquent."
    assert say_pillar(missing) is None


@pytest.mark.parametrize(
    ("low", "high", "side"),
    [
        (46.0, 66.0, True),
        (44.0, 66.0, None),
        (45.4, 66.0, None),
        (30.0, 44.0, False),
        (30.0, 44.6, None),
        (NAN, NAN, None),
    ],
)
def test_a_pillar_is_told_only_beyond_its_interval_as_the_reader_sees_it(low, high, side):
    told = line(low=low, high=high)
    assert find_side(told) is side
    assert (say_pillar(told) is not None) is (side is not None)


def test_a_pillar_without_comparable_territories_says_nothing():
    assert say_pillar(line(peer_median=NAN)) is None
    assert "nettement au-dessus" in say_no_pillar(above=True)


def test_a_position_is_told_as_unsure_where_an_interval_crosses_a_median():
    told = say_quarter("Ouessant", "en retrait", [], "commune")
    assert plain(told) == "Ouessant est « en retrait » au regard des médianes des communes."
    assert "recoupe la médiane" in say_quarter("Ouessant", "en retrait", ["Attractivité"], "commune")
    both = say_quarter("Ouessant", "en retrait", ["Attractivité", "Rayonnement"], "commune")
    assert "en retrait" not in both
    assert "n’est pas donnée" in say_quarter("Ouessant", None, [], "commune")


def test_a_figure_is_told_with_its_year_and_how_rare_it_is():
    assert plain(say_figure("Festivals", "41", "2022", 0.09, above=True)) == (
        "Festivals : 41 (2022) ; 9 % des comparables, lui compris, font aussi bien ou mieux."
    )
    assert plain(say_figure("Festivals", "0", "", None, above=False)) == "Festivals : 0."
    assert "moins de 1 % des comparables, lui compris, font aussi peu ou moins" in plain(say_beyond(0.002, above=False))


def test_ties_are_counted_or_told_as_unknown():
    assert "7 réseaux, 1 jumelage" in plain(say_ties({"reseau": 7, "jumelage": 1, "poste": 0}, KINDS))
    assert say_ties({}, KINDS) == "Aucun lien avec l’étranger n’est connu des sources chargées."
    assert plain(say_peers("communes", 1)).startswith("Comparé à 1 territoire : communes")
