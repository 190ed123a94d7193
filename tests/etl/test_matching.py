"""Places recognised by name, postcode and point: one test a kind of fault, on the fixture geography."""

import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import naming, registers
from etl.errors import FormatError
from etl.matching import describe_unmatched, match_communes
from etl.naming import normalise_name
from etl.registers import load_register
from etl.sources import geonames_notoriete

NAN = float("nan")


@pytest.fixture(scope="module")
def match(places):
    """Match one place: name, postcode, longitude, latitude."""

    def match_one(name, postcode="", lon=NAN, lat=NAN, **options):
        found = match_communes(
            places,
            pd.Series([name]),
            postcodes=pd.Series([postcode]),
            lon=pd.Series([lon]),
            lat=pd.Series([lat]),
            **options,
        )
        return found.iloc[0]

    return match_one


@pytest.mark.parametrize("module", [naming, geonames_notoriete])
def test_examples_in_docstrings_hold(module):
    failures, tried = doctest.testmod(module)
    assert tried
    assert not failures


@pytest.mark.parametrize(
    ("name", "postcode", "code"),
    [
        ("ST ETIENNE", "42000", "42218"),
        ("St-Étienne Cedex 2", "42023", "42218"),
        ("SAINT-ETIENNE CEDEX", "42055", "42218"),
        ("EVRY COURCOURONNES", "91000", "91228"),
        ("ÉCHIROLLES", "38130", "38151"),
        ("Echirolles", "38130", "38151"),
        ("Saint Martin d’Hères", "38400", "38421"),
        ("LES-ULIS", "91940", "91692"),
        ("ULIS", "91940", "91692"),
        ("Pont-de-Claix", "38800", "38317"),
        ("PARIS 9E ARRONDISSEMENT", "75009", "75056"),
        ("PARIS 09", "75009", "75056"),
        ("Lyon 3e", "69003", "69123"),
        ("ROUEN CEDEX1", "76186", "76540"),
        ("SAINT-DENIS MESSAG CEDEX 9", "97715", "97411"),
        ("COUDEKERQUE CEDEX", "59411", "59155"),
        ("MARSEILLE CEDEX 20", "13402", "13055"),
        ("6th arrondissement of Lyon", "", "69123"),
        ("Marseille 13e Arrondissement", "13013", "13055"),
        ("Ambérieu-en-Bugey", "1500", "01004"),
        ("AJACCIO", "20090", "2A004"),
        ("BASTIA", "20200", "2B033"),
        ("Fort-de-France", "97200", "97209"),
    ],
)
def test_spellings_of_one_name_are_one_place(match, name, postcode, code):
    found = match(name, postcode)
    assert found["commune_code"] == code
    assert found["confidence"] in ("sure", "likely")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Seynod", "74010"),
        ("Cran-Gevrier", "74010"),
        ("Hellemmes-Lille", "59350"),
        ("Rochetaillée", "42218"),
        ("Lomme", "59350"),
    ],
)
def test_communes_that_were_absorbed_lead_to_the_commune_that_took_them_in(match, name, code):
    assert match(name)["commune_code"] == code


def test_homonyms_are_told_apart_by_the_postcode(match):
    assert match("ST DENIS", "93200")["commune_code"] == "93066"
    assert match("SAINT DENIS", "97400")["commune_code"] == "97411"
    assert match("SAINT DENIS", "97400")["confidence"] == "sure"


def test_homonyms_are_told_apart_by_the_point(match):
    assert match("Saint-Denis", lon=2.35, lat=48.94)["commune_code"] == "93066"
    assert match("Saint-Denis", lon=55.45, lat=-20.88)["commune_code"] == "97411"


def test_homonyms_with_no_judge_are_refused_and_named(match):
    found = match("Saint-Denis")
    assert found["commune_code"] is None or pd.isna(found["commune_code"])
    assert found["confidence"] == "doubtful"
    assert pd.isna(found["found_by"])
    assert "Saint-Denis (93066)" in found["candidates"]
    assert "Saint-Denis (97411)" in found["candidates"]


def test_a_name_unique_in_the_country_is_likely_never_sure(match):
    assert match("Grenoble")["confidence"] == "likely"
    assert match("Grenoble", "38000")["confidence"] == "sure"


def test_a_postcode_of_another_departement_contradicts_the_name(match):
    found = match("Grenoble", "59000")
    assert found["confidence"] == "doubtful"
    assert pd.isna(found["commune_code"])


def test_a_point_far_away_contradicts_the_name(match):
    assert match("Grenoble", lon=-4.49, lat=48.39)["confidence"] == "doubtful"


def test_a_point_that_is_trusted_places_a_hamlet_that_bears_a_towns_name(match):
    found = match("Grenoble", lon=-4.4860, lat=48.3904, trust="point")
    assert (found["commune_code"], found["confidence"], found["found_by"]) == ("29019", "likely", "point")


@pytest.mark.parametrize(("lon", "lat"), [(1.68, 48.11), (-5.72, 45.18)])
def test_a_lost_or_added_sign_of_the_longitude_does_not_lose_the_place(match, lon, lat):
    name, code = ("Rennes", "35238") if lat > 48 else ("Grenoble", "38185")
    assert match(name, lon=lon, lat=lat)["commune_code"] == code


def test_the_centre_of_the_country_is_no_place(match):
    found = match("Bourgoin-Jallieu", lon=1.8883335, lat=46.603354)
    assert (found["commune_code"], found["confidence"]) == ("38053", "likely")
    assert pd.isna(match("Bourg-Introuvable", lon=1.8883335, lat=46.603354)["commune_code"])


def test_a_misspelling_is_mended_within_its_postcode_only(match):
    found = match("GRENOBEL", "38000")
    assert (found["commune_code"], found["confidence"], found["found_by"]) == ("38185", "likely", "spelling")
    nowhere = match("GRENOBEL")
    assert pd.isna(nowhere["commune_code"])
    assert "Grenoble (38185)" in nowhere["candidates"]


def test_a_misspelling_under_a_cedex_postcode_is_mended_within_the_departement(match):
    assert match("GRENOBLLE CEDEX 9", "38053")["commune_code"] == "38185"


def test_a_name_lengthened_or_shortened_is_found_under_its_postcode(match):
    assert match("ZI DE COUDEKERQUE-BRANCHE", "59210")["commune_code"] == "59155"
    assert match("LA TESTE", "33260")["commune_code"] == "33529"


def test_the_parts_of_a_composed_name_are_tried(match):
    assert match("Le Pont-de-Claix - Halte", "38800")["commune_code"] == "38317"
    assert match("Ville de Grenoble (Isère)")["commune_code"] == "38185"


def test_where_the_name_says_nothing_the_point_decides_and_says_so(match):
    found = match("", lon=5.7240, lat=45.1885)
    assert (found["commune_code"], found["confidence"], found["found_by"]) == ("38185", "likely", "point")


def test_a_name_whose_commune_grew_is_settled_by_the_point(match):
    """Évry is today's Évry-Courcouronnes."""
    assert match("Evry", lon=2.44, lat=48.63)["commune_code"] == "91228"


@pytest.mark.parametrize("name", ["", "-", "#N/A", "Nulle-Part-les-Bains", "Aude"])
def test_what_is_no_place_is_placed_nowhere(match, name):
    found = match(name)
    assert pd.isna(found["commune_code"])
    assert found["confidence"] == "none"


def test_refusals_say_why_and_name_the_nearest(places):
    found = match_communes(places, pd.Series(["Saint-Denis", "Grenobel", "Qqqqqq"], index=[7, 3, 9]))
    reasons = describe_unmatched(found)
    assert list(reasons.index) == [7, 3, 9]
    assert reasons[7].startswith("doubtful place; nearest: Saint-Denis")
    assert reasons[3].startswith("no place of that name; nearest: Grenoble (38185)")
    assert reasons[9] == "no place of that name"
    assert found["confidence"].value_counts().to_dict() == {"none": 2, "doubtful": 1}


def test_rows_keep_their_order_and_index_and_repeats_agree(places):
    names = pd.Series(["Lyon", "Grenoble", "Lyon", "Nulle-Part"], index=[10, 5, 7, 5])
    found = match_communes(places, names)
    assert list(found.index) == [10, 5, 7, 5]
    assert found["commune_code"].tolist()[:3] == ["69123", "38185", "69123"]


def test_an_empty_table_is_matched_to_an_empty_table(places):
    found = match_communes(places, pd.Series([], dtype=str), postcodes=pd.Series([], dtype=str))
    assert found.empty
    assert {"commune_code", "confidence", "candidates"} <= set(found.columns)


def test_the_order_of_rows_changes_nothing(places):
    names = pd.Series(["Saint-Denis", "Lyon 3e", "Les Ulis", "Evry", "Perdue", "Seynod"])
    postcodes = pd.Series(["93200", "69003", "91940", "91000", "01999", "74600"])
    found = match_communes(places, names, postcodes=postcodes)
    order = np.array([3, 1, 5, 0, 4, 2])
    again = match_communes(places, names[order], postcodes=postcodes[order]).sort_index()
    pd.testing.assert_frame_equal(found, again)


@given(st.text(max_size=40))
def test_folding_a_name_twice_changes_nothing(name):
    once = normalise_name(name)
    assert normalise_name(once) == once


def test_registers_name_a_source_for_every_fact(tmp_path, monkeypatch):
    for path in sorted(registers.FOLDER.glob("*.csv")):
        assert not load_register(path.stem).empty
    (tmp_path / "bad.csv").write_text("name,commune_code,source\nIci,38185,\n", encoding="utf-8")
    monkeypatch.setattr(registers, "FOLDER", tmp_path)
    with pytest.raises(FormatError, match=r"bad\.csv, line 2.*without a source"):
        load_register("bad")
    with pytest.raises(FormatError, match="not there"):
        load_register("absent")
