"""The one gate before the warehouse: what an observation and a link must be. pandera judges, nothing is coerced."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pandera.pandas as pa

from etl.card import Card
from etl.countries import known_countries
from etl.territories import CODE_PATTERN, LEVELS, Territories

FIRST_YEAR = 1990
FIRST_TIE, LONGEST_TIE = 800, 50  # years: Le Mans and Paderborn have been tied since 836; a project ends in the future
STATUSES = ("ok", "secret", "estimated")


def _last_year() -> int:
    return dt.datetime.now(dt.UTC).year + 1


def _matches_level(frame: pd.DataFrame) -> pd.Series[bool]:
    """Codes follow the pattern of their level (a looser one would accept codes that lost their zero)."""
    return _all_but(frame, lambda level, code: re.match(CODE_PATTERN[level], code) is not None)


def _is_known(territories: Territories) -> pa.Check:
    def known(frame: pd.DataFrame) -> pd.Series[bool]:
        return _all_but(frame, lambda level, code: code in territories.known_codes(level))

    return pa.Check(known, name="code unknown to the territory table")


def _all_but(frame: pd.DataFrame, is_good: Callable[[str, str], bool]) -> pd.Series[bool]:
    """Rows whose code is good at its level; each code is judged once, however many rows it has."""
    ok = pd.Series(data=False, index=frame.index)
    for level in LEVELS:
        here = frame["level"].eq(level)
        if here.any():
            codes = frame.loc[here, "territory_code"]
            bad = [code for code in codes.unique() if not is_good(level, code)]
            ok[here] = ~codes.isin(bad) if bad else True
    return ok


def _within_bounds(card: Card) -> pa.Check:
    low = {s.code: s.low for s in card.series}
    high = {s.code: s.high for s in card.series}

    def within(frame: pd.DataFrame) -> pd.Series[bool]:
        value, series = frame["value"], frame["series_code"]
        least, most = series.map(low).astype(float), series.map(high).astype(float)
        return pd.Series(value.isna() | (value.ge(least) & value.le(most)))

    return pa.Check(within, name="figure outside the series' declared bounds")


def _unique_unless_summed(card: Card) -> pa.Check:
    summed = [s.code for s in card.series if s.aggregation in ("sum", "max")]

    def unique(frame: pd.DataFrame) -> pd.Series[bool]:
        doubled = frame.duplicated(["level", "territory_code", "series_code", "year"], keep="first")
        return ~doubled | frame["series_code"].isin(summed)

    return pa.Check(unique, name="second figure for the same key")


def observation_schema(card: Card, territories: Territories) -> pa.DataFrameSchema:
    """Schema of the placed figures of one source (columns as `observation`).

    Texts are judged as categories, each of them once, however many rows bear it: a source may have 400,000.
    """
    return pa.DataFrameSchema(
        {
            "level": pa.Column("category", pa.Check.isin(LEVELS)),
            "territory_code": pa.Column("category"),
            "series_code": pa.Column("category", pa.Check.isin([s.code for s in card.series])),
            "year": pa.Column("int64", pa.Check.in_range(FIRST_YEAR, _last_year(), name="implausible year")),
            "value": pa.Column(float, pa.Check(np.isfinite, name="not finite"), nullable=True),
            "status": pa.Column("category", pa.Check.isin(STATUSES)),
        },
        checks=[
            pa.Check(_matches_level, name="code does not follow its level's pattern"),
            _is_known(territories),
            _within_bounds(card),
            _unique_unless_summed(card),
            pa.Check(
                lambda f: f["value"].isna() == f["status"].eq("secret"),
                name="a figure is missing unless secret",
            ),
        ],
    )


def link_schema(territories: Territories) -> pa.DataFrameSchema:
    """Schema of the placed links of one source."""
    kinds = ("reseau", "jumelage", "convention", "projet", "poste", "label")
    return pa.DataFrameSchema(
        {
            "level": pa.Column(str, pa.Check.isin(LEVELS)),
            "territory_code": pa.Column(str),
            "kind": pa.Column(str, pa.Check.isin(kinds)),
            "partner_country": pa.Column(
                str, pa.Check(_is_known_country, name="country unknown to data/registers/pays.csv")
            ),
            "partner_code": pa.Column(str, pa.Check.str_length(min_value=1, name="a link needs a partner code")),
        },
        checks=[
            pa.Check(_matches_level, name="code does not follow its level's pattern"),
            _is_known(territories),
            pa.Check(_has_plausible_years, name="start or end is not a plausible year"),
        ],
    )


def _is_known_country(codes: pd.Series[str]) -> pd.Series[bool]:
    return codes.isin(known_countries())


def _has_plausible_years(links: pd.DataFrame) -> pd.Series[bool]:
    ok = pd.Series(data=True, index=links.index)
    for column in ("start", "end"):
        given = links[column].notna()
        year = pd.to_numeric(links[column], errors="coerce")
        ok &= ~given | (year.between(FIRST_TIE, _last_year() + LONGEST_TIE) & year.mod(1).eq(0))
    return ok


def find_refused(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> pd.Series[str]:
    """Reason of refusal of each refused row (index of `frame`); the first broken rule of a row counts."""
    if frame.empty:
        return pd.Series(dtype=str)
    texts = [name for name, column in schema.columns.items() if str(column.dtype) == "category"]
    try:
        schema.validate(frame.astype(dict.fromkeys(texts, "category")), lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        structural = cases[cases["index"].isna()]
        if not structural.empty:
            raise
        reasons: pd.Series[str] = cases.drop_duplicates("index").set_index("index")["check"].astype(str)
        return reasons
    return pd.Series(dtype=str)
