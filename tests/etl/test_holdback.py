import pandas as pd
import pytest

from etl.card import Card
from etl.errors import HeldBackError
from etl.holdback import check_change
from etl.ingest import OBSERVATION_COLUMNS, Loaded

CARD = Card("demo", "P", "T", "L", "page", "2026", (), shrink_tolerance=0.05, total_bound=1.5)


def loaded(rows=100, *, figures=(("01001", 2023, 10.0), ("01002", 2023, 10.0)), links=0, **tables):
    observation = pd.DataFrame(
        [("commune", code, "s", year, value, "ok") for code, year, value in figures], columns=list(OBSERVATION_COLUMNS)
    )
    return Loaded(
        observation, pd.DataFrame({"level": ["commune"] * links}), pd.DataFrame(),
        {name: pd.DataFrame({"code": range(n)}) for name, n in tables.items()}, {"rows_kept": rows},
    )  # fmt: skip


def test_nothing_to_compare_with_is_no_change():
    check_change(CARD, loaded(1), None)


@pytest.mark.parametrize(
    "after",
    [
        loaded(95),
        loaded(1000),
        loaded(figures=(("01001", 2023, 15.0), ("01002", 2023, 15.0))),
        loaded(figures=(("01001", 2023, 10.0), ("01002", 2023, 10.0), ("01001", 2024, 99.0))),
        loaded(figures=(("01001", 2024, 11.0), ("01002", 2024, 10.0))),
    ],
    ids=["5 % fewer rows", "more rows", "half as much again", "a new year", "the list of today, dated anew"],
)
def test_a_change_within_bounds_passes(after):
    check_change(CARD, after, loaded())


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (loaded(94), "rows kept: 94 instead of 100, more than 5% fewer"),
        (loaded(figures=(("01001", 2023, 20.0),)), "territories with a figure of s: 1 instead of 2"),
        (loaded(figures=(("01001", 2022, 10.0), ("01002", 2022, 10.0))), "the total of s 2023 goes from 20 to 0"),
        (loaded(figures=(("01001", 2024, 90.0), ("01002", 2024, 10.0))), "the total of s 2023 goes from 20 to 100"),
        (loaded(figures=(("01001", 2023, 16.0), ("01002", 2023, 16.0))), "the total of s 2023 goes from 20 to 32"),
        (loaded(figures=(("01001", 2023, 6.0), ("01002", 2023, 6.0))), "the total of s 2023 goes from 20 to 12"),
        (loaded(figures=()), "territories with a figure of s: 0 instead of 2"),
    ],
)
def test_a_change_beyond_bounds_is_held_back(after, said):
    with pytest.raises(HeldBackError, match=said) as caught:
        check_change(CARD, after, loaded())
    assert caught.value.remedy == "If this is right, run: make refresh ACCEPT=demo"


def test_links_and_geography_tables_may_not_shrink_either():
    with pytest.raises(HeldBackError, match="links: 9 instead of 10"):
        check_change(CARD, loaded(links=9), loaded(links=10))
    with pytest.raises(HeldBackError, match="rows of 'epci': 600 instead of 1,255"):
        check_change(CARD, loaded(epci=600), loaded(epci=1255))
    with pytest.raises(HeldBackError, match="rows of 'epci': 0 instead of 1,255"):
        check_change(CARD, loaded(), loaded(epci=1255))
