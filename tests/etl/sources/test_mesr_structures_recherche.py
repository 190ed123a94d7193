"""Towns of the research directory that are no commune's name."""

import pandas as pd
import pytest

from etl.sources.mesr_structures_recherche import _clean_postcodes, _clean_towns


@pytest.mark.parametrize(
    ("town", "postcode", "commune"),
    [
        ("SOPHIA ANTIPOLIS CEDEX - VALBONNE", "06903", "valbonne"),
        ("Sophia-Antipolis", "06902", "valbonne"),
        ("MARNE LA VALLÉE CEDEX 2", "77454", "champs-sur-marne"),
        ("MARNE LA VALLEE CEDEX 2 - CHAMPS SUR MARNE", "77455", "champs sur marne"),
        ("ILLKIRCH CEDEX - ILLKIRCH GRAFFENSTADEN", "67412", "illkirch graffenstaden"),
        ("CERGY PONTOISE CEDEX - PONTOISE", "95302", "pontoise"),
        ("CERGY-PONTOISE CEDEX", "95031", "cergy"),
        ("CS 40700 GRENOBLE CEDEX 9 FRANCE", "38058", "grenoble"),
        ("LILLECEDEX", "59045", "lille"),
        ("Cedex 15", "75724", "paris"),
        ("", "33000", ""),
    ],
)
def test_a_town_becomes_the_commune_behind_it(town, postcode, commune):
    units = pd.DataFrame({"commune": [town], "code_postal": [postcode]})
    assert _clean_towns(units).tolist() == [commune]


def test_postcodes_of_la_reunion_are_not_taken_for_an_island_of_the_antilles():
    assert _clean_postcodes(pd.Series(["97744", "97822", "97133", "38000"])).tolist() == [
        "97444",
        "97422",
        "97133",
        "38000",
    ]
