import pytest

from dashboard.search import search_territories


@pytest.mark.parametrize(
    ("query", "label", "target"),
    [
        ("grenoble", "Grenoble-Alpes-Métropole", "200040715"),
        ("GRENOBLE alpes", "Grenoble-Alpes-Métropole", "200040715"),
        ("st etienne", "Saint-Étienne", "42218"),
        ("saint-étienne", "Saint-Étienne", "42218"),
        ("evry", "CU d'Évry-sur-Œuvre", "200066793"),
        ("oeuvre", "CU d'Évry-sur-Œuvre", "200066793"),
        ("38185", "Grenoble", "38185"),
        ("isere", "Isère", "departement-38"),
        ("auvergne", "Auvergne-Rhône-Alpes", "region-84"),
        ("200046977", "Métropole de Lyon", "200046977"),
        ("ouen ile", "CC de l'Île Saint-Ouen", "200000002"),
        ("ouessant", "Ouessant", "29155"),
    ],
)
def test_a_territory_is_found_without_accents_by_words_or_code(build, query, label, target):
    first = search_territories(build, query)[0]
    assert (first.label, first.target) == (label, target)


def test_a_commune_says_what_it_is_and_where(build):
    found = {f.label: f for f in search_territories(build, "grenoble")}
    assert found["Grenoble"].hint == "Commune · Grenoble-Alpes-Métropole"


@pytest.mark.parametrize("query", ["", "   ", "-", "zzzz", "' OR 1=1"])
def test_nothing_is_found_for_nothing(build, query):
    assert search_territories(build, query) == []


def test_answers_are_few(build):
    assert len(search_territories(build, "c", most=2)) == 2
