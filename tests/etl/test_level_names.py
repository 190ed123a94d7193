"""EPCI, départements and régions recognised by their names, on the fixture geography."""

import pandas as pd
import pytest

from etl.level_names import match_epci, match_level


@pytest.mark.parametrize(
    ("name", "level", "code"),
    [
        ("Grenoble Alpes Métropole - CA", "epci", "200040715"),
        ("GRENOBLE-ALPES-METROPOLE", "epci", "200040715"),
        ("Métropole de Nantes", "epci", "244400404"),
        ("Communauté Urbaine de Dunkerque", "epci", "245900428"),
        ("Lille Métropole Communauté Urbaine (Lille)", "epci", "200093201"),
        ("Grand Lyon", "epci", "200046977"),
        ("Isère County Council", "departement", "38"),
        ("Conseil Général des Vosges (Épinal)", "departement", "88"),
        ("Loire-Atlantique", "departement", "44"),
        ("Essonne - CG", "departement", "91"),
        ("Conseil Régional de La Réunion", "region", "04"),
        ("Région Pays de la Loire", "region", "52"),
        ("Bourgogne Franche-Comté - Région", "region", "27"),
        ("Midi-Pyrénées", "region", "76"),
        ("Conseil Régional Région PACA", "region", "93"),
        ("Région Grand Est", "region", "44"),
        ("Atlantide", "region", None),
    ],
)
def test_other_levels_are_found_whatever_their_legal_form(places, name, level, code):
    found = match_level(places, pd.Series([name]), level).iloc[0]
    assert (found if code else None) == code


def test_an_epci_that_changed_its_name_is_found_by_its_seat_and_a_syndicate_is_not(places):
    names = pd.Series(["Lorient - CA", "Saint-Nazaire Agglomération", "Sybert", "Caen - CA", "Sans siège"])
    seats = pd.Series(["56121", "44109", "25056", "14712", None])
    found = match_epci(places, names, seats)
    assert found.tolist()[:1] == ["200042174"]
    assert found.isna().tolist() == [False, True, True, False, True]
    assert found[3] == "200065597"


def test_a_territory_of_greater_paris_is_not_taken_for_it(places):
    found = match_epci(places, pd.Series(["Grand Paris Seine Ouest", "Grand Paris"]), pd.Series(["92012", "75056"]))
    assert found.isna().tolist() == [True, False]
