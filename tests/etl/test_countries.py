"""Countries, told by name or by a publisher's code, become one ISO code and one French name."""

import pandas as pd
import pytest

from etl.countries import country_codes, country_label, country_labels, known_countries
from etl.registers import load_register


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("UK", "GB"), ("EL", "GR"), ("USA", "US"), ("FR", "FR"), (" Ivory Coast ", "CI"), ("The Gambia", "GM"),
        ("People's Republic of China", "CN"), ("Republic of Macedonia", "MK"), ("Namibia", "NA"), ("", ""),
        ("Quebec", "CA"), ("Central Tibetan Administration", ""), ("Syldavia", "Syldavia"),
    ],
)  # fmt: skip
def test_a_country_told_in_any_way_becomes_its_code_and_an_unknown_one_stays_to_be_refused(told, code):
    assert country_codes(pd.Series([told])).tolist() == [code]
    assert (code in known_countries()) == (told != "Syldavia")


def test_a_country_has_its_french_name_and_a_missing_one_none():
    told = pd.Series(["Germany", "Quebec", None, "Syldavia"], index=[4, 5, 6, 7])
    labels = country_labels(told)
    assert labels.tolist() == ["Allemagne", "Québec", "", "Syldavia"]
    assert labels.index.equals(told.index)


def test_every_code_of_the_register_is_two_capitals_under_one_name_each():
    register = load_register("pays")
    assert register["name"].is_unique
    assert register["label"].ne("").all()
    assert register.loc[register["code"].ne(""), "code"].str.fullmatch("[A-Z]{2}").all()


def test_a_code_has_one_french_name_that_of_the_state_not_of_its_part():
    assert country_label("CA") == "Canada"
    assert country_label("CD") == "République démocratique du Congo"
    assert country_label("") == ""
    assert country_label("QQ") == "QQ"
