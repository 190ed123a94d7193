"""The only module that shares amounts out among groups: whose part of the national total, how unequal, since when.

Only additive series (`series.aggregation` "sum") are shared out: never scores, rates or medians.

An intercommunalité that a source never lists has none, where an indicator of that source says so (`absent = "zero"`)
and the series is not a complete one: it counts as zero. One listed in some years only is unknown in the others (a
museum that did not answer), unless the catalogue adds the years up (`total`): a year without a laureate has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.groups import FIRST, OTHERS, SECOND, Sides, per_groups
from dashboard.standings import read_places
from dashboard.warehouse import Build, per_build
from indicators.catalogue import Catalogue, Indicator
from indicators.gaps import Bootstrap
from indicators.inequality import Amounts, compute_over_years, compute_theil
from indicators.robustness import PUBLISHED
from indicators.share_changes import compute_share_changes
from indicators.tree import Floats

BOOTSTRAP: Final = Bootstrap(draws=500, seed=PUBLISHED.seed, confidence=PUBLISHED.high - PUBLISHED.low)
REFERENCE: Final = ("population", "superficie_km2")  # what amounts are set against; no amount to be shared out
LEAST_LISTED: Final = 10  # territories under which a share is that of two or three
KEYS: Final = (FIRST, SECOND, OTHERS)


@dataclass(frozen=True)
class Series:
    """An additive series.

    Attributes:
        code: Its code.
        label: On screen.
        unit: Of its figures.
        source_code: Where it comes from.
        years: The years it has at EPCI level, rising.
        is_complete: Whether it tells every commune: what it does not list is unknown.
    """

    code: str
    label: str
    unit: str
    source_code: str
    years: tuple[int, ...]
    is_complete: bool


@dataclass(frozen=True)
class History:
    """An additive series over the years it really has.

    Attributes:
        series: The series.
        table: As `inequality.compute_over_years`, groups being `a`, `b`, `autres`.
        changes: As `share_changes.compute_share_changes`; empty with a single year.
        population: Share of the population of each group, over the same territories.
    """

    series: Series
    table: pd.DataFrame
    changes: pd.DataFrame
    population: dict[str, float]


@per_build
def list_series(build: Build) -> dict[str, Series]:
    """The additive series that have figures of intercommunalités, by code, in the order they were declared."""
    rows = build.read_rows(
        """
        SELECT s.series_code, s.label, s.unit, s.source_code, s.complete,
               list(DISTINCT o.year ORDER BY o.year) AS years, count(DISTINCT o.territory_code) AS listed
        FROM series s JOIN observation o USING (series_code)
        WHERE s.aggregation = 'sum' AND o.level = 'epci' AND o.value IS NOT NULL GROUP BY ALL
        HAVING min(o.value) >= 0 ORDER BY s.label
        """
    )
    return {
        str(r["series_code"]): Series(
            r["series_code"], r["label"], r["unit"], r["source_code"], tuple(r["years"]), bool(r["complete"])
        )
        for r in rows
        if r["series_code"] not in REFERENCE and r["listed"] >= LEAST_LISTED
    }


@per_build
def read_amounts(build: Build, catalogue: Catalogue, series_code: str) -> dict[int, Floats]:
    """Figures of a series by year, in the order of `standings.read_places`; NaN where unknown."""
    found = build.read(
        "SELECT territory_code, year, value FROM observation WHERE level = 'epci' AND series_code = $code",
        {"code": series_code},
    )
    places = read_places(build, "epci")
    years = np.unique(found["year"])
    rows = {code: row for row, code in enumerate(places["territory_code"])}
    at = found["territory_code"].map(rows).to_numpy(), np.searchsorted(years, found["year"].to_numpy())
    values, listed = np.full((len(places), len(years)), np.nan), np.zeros((len(places), len(years)), dtype=bool)
    values[at], listed[at] = found["value"].to_numpy(float), True
    series = list_series(build)[series_code]
    if not series.is_complete:
        values[_find_zeros(_list_users(build, catalogue, series.source_code), places, listed)] = 0.0
    return {int(year): values[:, place] for place, year in enumerate(years)}


@per_build
def _list_users(build: Build, catalogue: Catalogue, source_code: str) -> tuple[Indicator, ...]:
    """The indicators, past ones included, that read a source: what they say of absence holds for all it publishes."""
    rows = build.read_rows("SELECT series_code AS code FROM series WHERE source_code = $code", {"code": source_code})
    own = {str(row["code"]) for row in rows}
    past = catalogue.retrospective.catalogue.indicators if catalogue.retrospective else ()
    return tuple(one for one in (*catalogue.indicators, *past) if own & set(one.series))


def _find_zeros(
    users: tuple[Indicator, ...], places: pd.DataFrame, listed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where not being listed means having none: territories × years."""
    if not any(one.absent == "zero" for one in users):
        return np.zeros_like(listed)
    adds_up = any(one.formula.startswith("total(") for one in users)
    none = ~listed if adds_up else np.repeat(~listed.any(axis=1, keepdims=True), listed.shape[1], axis=1)
    unknown = places["departement"].isin([code for one in users for code in one.unknown_in])
    unknown |= places["territory_code"].isin([code for one in users for code in one.unknown_at])
    zeros: npt.NDArray[np.bool_] = none & ~unknown.to_numpy(bool)[:, None]
    return zeros


@per_groups
def share_latest(build: Build, catalogue: Catalogue, sides: Sides) -> pd.DataFrame:
    """What each group holds of every additive series in its latest year, beside its part of the population.

    Returns:
        Indexed by series_code: label, unit, year, count, total, `share_<group>`, `people_<group>` (among the
        territories told), `ratio` (amount per head of the first group over the second's), theil, between, within.
    """
    places = read_places(build, "epci")
    groups, people = sides.assign(places), places["population"].to_numpy(float)
    rows: dict[str, dict[str, object]] = {}
    for one in list_series(build).values():
        values = read_amounts(build, catalogue, one.code)[one.years[-1]]
        if np.nansum(values) > 0:
            rows[one.code] = {"label": one.label, "unit": one.unit, "year": one.years[-1]}
            rows[one.code] |= _share_one(Amounts(one.code, "sum", values, people), groups)
    return pd.DataFrame.from_dict(rows, orient="index")


def _share_one(amounts: Amounts, groups: npt.NDArray[np.object_]) -> dict[str, float]:
    theil = compute_theil(amounts, groups)
    parts = {part.group: part for part in theil.groups}
    held = {key: parts[key].share if key in parts else 0.0 for key in KEYS}
    living = {key: parts[key].reference_share if key in parts else 0.0 for key in KEYS}
    heads = {key: held[key] / living[key] if living[key] > 0 else np.nan for key in KEYS}
    return {
        "count": int(amounts.told.sum()),
        "total": float(np.nansum(amounts.values)),
        **{f"share_{key}": held[key] for key in KEYS},
        **{f"people_{key}": living[key] for key in KEYS},
        "ratio": heads[FIRST] / heads[SECOND] if heads[SECOND] > 0 else np.nan,
        "theil": theil.total,
        "between": theil.between,
        "within": theil.within,
    }


@per_groups
def share_over_years(build: Build, catalogue: Catalogue, sides: Sides, series_code: str) -> History | None:
    """One series over its years, among the intercommunalités told in all of them; None when there is none."""
    places = read_places(build, "epci")
    groups, people = sides.assign(places), places["population"].to_numpy(float)
    years = {y: v for y, v in read_amounts(build, catalogue, series_code).items() if np.nansum(v) > 0}
    told = np.logical_and.reduce([np.isfinite(v) for v in years.values()]) if years else np.array([False])
    if not told.any():
        return None
    table = compute_over_years(series_code, "sum", years, groups, people)
    many = len(years) > 1
    changes = compute_share_changes(years, groups, people, bootstrap=BOOTSTRAP) if many else pd.DataFrame()
    living = {key: float(people[told & (groups == key)].sum() / people[told].sum()) for key in KEYS}
    return History(list_series(build)[series_code], table, changes, living)
