import pytest

from etl.errors import MethodError
from indicators.aggregate import AGGREGATION
from indicators.methods import Family
from indicators.normalise import NORMALISATION


def test_a_method_is_found_with_or_without_its_prefix():
    assert AGGREGATION.get("geometric") is AGGREGATION.get("a_geometric")
    assert "geometric" in AGGREGATION.names


def test_a_function_that_does_not_bear_its_family_s_prefix_is_refused():
    family: Family = Family("x_", "trial")
    with pytest.raises(MethodError, match="x_…"):
        family.register(len)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": "one"}, r"low: it is 'one'\. minmax takes float"),
        ({"high": True}, "high: it is True"),
        ({"lowest": 1}, "minmax has no option “lowest”. Its options are: low, high"),
    ],
)
def test_an_option_of_the_wrong_kind_or_name_is_refused(options, message):
    with pytest.raises(MethodError, match=message):
        NORMALISATION.validate_options("minmax", options)
