import datetime as dt

import pytest

from dashboard.words import (
    ONLY_PLACE,
    fold,
    format_day,
    format_measure,
    format_number,
    format_ordinal,
    format_rank,
    format_score,
    format_score_briefly,
    format_span,
    name_group,
    name_mean,
    pluralise,
    punctuate,
    say_between,
    say_places,
)


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (1255, 0, "1\u202f255"),
        (1234567.891, 2, "1\u202f234\u202f567,89"),
        (-3.25, 1, "−3,2"),
        (-0.04, 1, "0,0"),
        (0, 0, "0"),
        (None, 0, "n.d."),
        (float("nan"), 1, "n.d."),
    ],
)
def test_numbers_are_written_in_french(value, decimals, written):
    assert format_number(value, decimals) == written


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "said"),
    [
        (1, "villes partenaires", 0, "1 ville partenaire"),
        (0, "sites", 0, "0 site"),
        (2, "réseaux de projet", 0, "2 réseaux de projet"),
        (1, "réseaux de projet", 0, "1 réseau de projet"),
        (1.4, "étudiants pour 1 000 habitants", 1, "1,4 étudiant pour 1 000 habitants"),
        (1.96, "écarts types cumulés", 1, "2,0 écarts types cumulés"),
        (-1, "voyageurs par an et par habitant", 0, "−1 voyageur par an et par habitant"),
        (1, "chambres, résidences secondaires comprises", 0, "1 chambre, résidences secondaires comprises"),
        (1, "décès", 0, "1 décès"),
        (0.5, "% des logements", 1, "0,5 % des logements"),
        (1, "€ par an", 0, "1 € par an"),
    ],
)
def test_a_unit_agrees_with_what_it_counts(value, unit, decimals, said):
    assert format_measure(value, unit, decimals).replace("\u00a0", " ") == said


def test_an_absent_measure_has_no_unit():
    assert format_measure(None, "€") == "n.d."
    assert format_measure(12.5, "%", 1) == "12,5\u00a0%"


def test_ordinals_of_places_are_feminine():
    assert [format_ordinal(n) for n in (1, 2, 12, 1255)] == ["1ʳᵉ", "2ᵉ", "12ᵉ", "1\u202f255ᵉ"]


def test_a_rank_without_interval_invents_none():
    assert format_rank(12, 1255) == "12ᵉ sur\u00a01\u202f255"
    assert format_rank(12, 1255, low=float("nan"), high=float("nan")) == "12ᵉ sur\u00a01\u202f255"


def test_a_rank_with_interval_says_it():
    told = format_rank(12, 1255, low=9, high=17)
    assert told == "12ᵉ, entre la 9ᵉ et la 17ᵉ\u00a0place, sur\u00a01\u202f255"


@pytest.mark.parametrize(
    ("rank", "low", "high", "tied", "told"),
    [
        (1, 1, 1, 1, "1ʳᵉ, seule place plausible, sur\u00a01\u202f255"),
        (1, 1, 2, 1, "1ʳᵉ, entre la 1ʳᵉ et la 2ᵉ\u00a0place, sur\u00a01\u202f255"),
        (1255, 1255, 1255, 1, "1\u202f255ᵉ, seule place plausible, sur\u00a01\u202f255"),
        (2, 2, 2, 3, "2ᵉ ex\u00a0æquo, seule place plausible, sur\u00a01\u202f255"),
    ],
)
def test_a_rank_whose_bounds_are_equal_is_the_only_plausible_place(rank, low, high, tied, told):
    assert format_rank(rank, 1255, low=low, high=high, tied=tied) == told


def test_places_are_said_briefly_where_room_is_scarce():
    assert say_places(9, 17, briefly=True) == "entre 9ᵉ et 17ᵉ"
    assert say_places(1, 1, briefly=True) == say_places(1, 1) == ONLY_PLACE
    assert say_places(float("nan"), 17) == say_places(None, None) == ""


def test_ties_are_said():
    assert format_rank(3, 10, tied=4) == "3ᵉ ex\u00a0æquo sur\u00a010"


def test_no_rank_is_said_in_words():
    assert format_rank(float("nan"), 10) == "non classée"


def test_a_score_is_an_integer_with_its_interval():
    assert format_score(63.6, 58.2, 69.4) == "64, entre 58 et 69"
    assert format_score(63.6) == "64"
    assert format_score(99.6, 99.5, 100) == "100, à l’unité près"
    assert format_score(1, 1, 1) == "1, à l’unité près"
    assert format_score(None, 1, 2) == "n.d."


def test_a_score_is_written_briefly_and_an_interval_alone_in_its_cell():
    assert format_score_briefly(63.6, 58.2, 69.4) == "64 (58 à 69)"
    assert format_score_briefly(99.6, 99.5, 100) == format_score_briefly(100) == "100"
    assert format_score_briefly(None, 1, 2) == "n.d."
    assert [format_span(9, 17), format_span(99.6, 100), format_span(9, None)] == ["9 à 17", "100", "n.d."]
    assert [format_span(1, end, format_ordinal) for end in (1, 2)] == ["1ʳᵉ", "1ʳᵉ à 2ᵉ"]


def test_what_follows_a_figure_says_how_near_it_is_where_both_ends_read_the_same():
    assert say_between(-2.4, 3.6) == "entre −2 et 4"
    assert say_between(1.24, 1.16, 1) == "au dixième près"
    assert say_between(float("nan"), 2) == ""


def test_french_counts_below_two_in_the_singular():
    assert pluralise(0, "commune") == "0\u00a0commune"
    assert pluralise(1, "commune") == "1\u00a0commune"
    assert pluralise(2000, "commune") == "2\u202f000\u00a0communes"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("St ETIENNE", "saint etienne"),
        ("Ste-Menehould", "sainte menehould"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Œuvre d’Évry", "oeuvre d evry"),
        ("  ", ""),
    ],
)
def test_names_are_folded_for_searching(text, folded):
    assert fold(text) == folded


def test_groups_are_named_in_words():
    assert name_group("CU", "200000-500000") == ("communautés urbaines de 200\u202f000 à 500\u202f000\u00a0habitants")
    assert name_group("METRO") == "métropoles"


def test_days_are_written_in_french():
    assert format_day(dt.date(2026, 3, 1)) == "1ᵉʳ\u00a0mars\u00a02026"
    assert format_day(dt.datetime(2026, 12, 24, 8, tzinfo=dt.UTC)) == "24\u00a0décembre\u00a02026"
    assert format_day(None) == "n.d."


def test_catalogue_texts_take_french_spaces_and_apostrophes():
    assert punctuate("l'emploi : 1 000 € ; quoi ?") == "l’emploi\u00a0: 1\u202f000\u00a0€\u202f; quoi\u202f?"


def test_means_are_named_by_their_power():
    assert name_mean(1.0) == "arithmétique"
    assert name_mean(0.0) == "géométrique"
    assert "puissance 0,5" in name_mean(0.5)
