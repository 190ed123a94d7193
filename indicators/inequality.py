"""The only module that measures how unequally territories share a figure, and how their ranks move.

Shares, Gini and Theil speak of amounts that add up (visitors, students, passengers): never of scores, rates or medians,
which `Amounts` refuses, and which `gaps` compares. In a notebook:

    amounts = Amounts("etudiants", "sum", values, population)
    compute_gini(amounts), compute_theil(amounts, groups).between
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import kendalltau

from etl.errors import MethodError
from indicators.gaps import Groups
from indicators.tree import Floats


@dataclass(frozen=True)
class Amounts:
    """Figures that can be added up and shared out.

    Attributes:
        code: The series, for messages.
        aggregation: Its declared aggregation (`series.aggregation`); only "sum" can be shared out.
        values: One amount per territory, ≥ 0; NaN where missing (left out, never counted as zero).
        population: Inhabitants of each; None to count each territory as one, whatever its size.

    Raises:
        MethodError: Not additive, negative, or nothing to share.
    """

    code: str
    aggregation: str
    values: Floats
    population: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be shared out."""
        if self.aggregation != "sum":
            raise MethodError(
                self.code,
                f"its figures do not add up (aggregation “{self.aggregation}”)",
                "Measure inequality on an additive series; compare rates and scores by their gap",
            )
        if (self.values < 0).any():
            raise MethodError(self.code, f"an amount is negative ({np.nanmin(self.values):g})",
                              "Shares, Gini and Theil are for amounts ≥ 0; use the gap between groups")  # fmt: skip
        if not np.nansum(self.values) > 0:
            raise MethodError(self.code, "the amounts sum to zero", "There is nothing to share out: choose a year")

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """Where both the amount and the population are known."""
        known: npt.NDArray[np.bool_] = np.isfinite(self.values)
        return known if self.population is None else known & np.isfinite(self.population) & (self.population > 0)

    def shares(self) -> tuple[Floats, Floats]:
        """Shares of the amount and of the reference (population, or one each), over the territories told."""
        amount = self.values[self.told]
        reference = np.ones(len(amount)) if self.population is None else self.population[self.told]
        return amount / amount.sum(), reference / reference.sum()


@dataclass(frozen=True)
class GroupPart:
    """A group in Theil's decomposition.

    Attributes:
        group: Its name.
        share: Its share of the amount.
        reference_share: Its share of the territories, or of the population.
        theil: Inequality inside it.
    """

    group: str
    share: float
    reference_share: float
    theil: float


@dataclass(frozen=True)
class Theil:
    """Theil's T and its exact decomposition: total = between + within.

    Attributes:
        total: T over all territories.
        between: What would be left if each group were equal inside.
        within: Σ share of the group × its own T.
        groups: The groups, in alphabetical order.
    """

    total: float
    between: float
    within: float
    groups: tuple[GroupPart, ...]


@dataclass(frozen=True)
class Mobility:
    """How little a hierarchy moves between two editions.

    Attributes:
        group: The group.
        count: Territories scored in both editions.
        tau: Kendall's tau-b between the two orders: 1 nothing moved, 0 no relation, −1 turned over; NaN under 3.
    """

    group: str
    count: int
    tau: float


def compute_gini(amounts: Amounts) -> float:
    """Gini: one minus twice the area under the Lorenz curve of the amount against the reference.

    G = 1 − Σ p_i (L_i + L_{i−1}), territories ordered by amount per head (or by amount), p_i their share of the
    reference, L_i the cumulated share of the amount. 0 when all have the same; (n − 1)/n when one of n has all.

    Source: Gini (1912); Rey (2004) and the PySAL documentation for the example the tests reproduce.
    """
    share, reference = amounts.shares()
    order = np.argsort(share / reference, kind="stable")
    return float(gini_of(share[order], reference[order]))


def gini_of(share: Floats, reference: Floats) -> Floats:
    """Gini along the last axis, from shares already in the order of the amount per head."""
    lorenz = np.cumsum(share, axis=-1)
    return np.asarray(1.0 - (reference * (2 * lorenz - share)).sum(axis=-1))


def compute_theil(amounts: Amounts, groups: Groups) -> Theil:
    """Theil's T = Σ s_i ln(s_i / p_i), with s_i the share of the amount and p_i that of the reference; 0·ln 0 = 0.

    Between groups the same sum runs over the groups' own shares; within is what the groups hold inside, weighted by
    their share of the amount.

    Source: Theil (1967), *Economics and Information Theory*, ch. 4; Rey (2004) for the example of the tests.
    """
    share, reference = amounts.shares()
    names = np.asarray(groups, dtype=object)[amounts.told]
    parts = [_part(str(g), share[names == g], reference[names == g]) for g in sorted(set(names), key=str)]
    shares = (np.array([part.share for part in parts]), np.array([part.reference_share for part in parts]))
    between = float(theil_of(*shares))
    within = float(sum(p.share * p.theil for p in parts))
    return Theil(float(theil_of(share, reference)), between, within, tuple(parts))


def _part(group: str, share: Floats, reference: Floats) -> GroupPart:
    total, counted = float(share.sum()), float(reference.sum())
    inside = float(theil_of(share / total, reference / counted)) if total > 0 else 0.0
    return GroupPart(group, total, counted, inside)


def theil_of(share: Floats, reference: Floats) -> Floats:
    """Theil's T along the last axis; 0·ln 0 = 0."""
    there = share > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(there, share * np.log(share / reference), 0.0).sum(axis=-1))


def compute_mobility(before: Floats, after: Floats, groups: Groups) -> list[Mobility]:
    """Kendall's tau-b between two editions, over all (group "") and inside each group.

    Args:
        before: Scores of one edition; NaN where there is none.
        after: Scores of another, the same territories.
        groups: Group of each.

    Source: Kendall (1938), "A new measure of rank correlation"; tau-b for ties, Kendall (1945).
    """
    names = np.asarray(groups, dtype=object)
    both = np.isfinite(before) & np.isfinite(after)
    cases = {"": both} | {str(g): both & (names == g) for g in sorted(set(names), key=str)}
    return [Mobility(group, int(rows.sum()), _tau(before[rows], after[rows])) for group, rows in cases.items()]


def _tau(before: Floats, after: Floats) -> float:
    if len(before) < 3 or np.ptp(before) == 0 or np.ptp(after) == 0:
        return float("nan")
    return float(kendalltau(before, after).statistic)


def compute_over_years(
    code: str, aggregation: str, years: Mapping[int, Floats], groups: Groups, population: Floats | None = None
) -> pd.DataFrame:
    """Inequality of one series, year by year, among the territories that have a figure in every year.

    Territories come and go in a source; keeping those present throughout tells a change of inequality from a change of
    perimeter.

    Args:
        code: Series code.
        aggregation: Its declared aggregation.
        years: Figures by year, the same territories in the same order.
        groups: Group of each territory.
        population: Inhabitants, to measure inequality per head; None to count each territory as one.

    Returns:
        One row a year: year, count, total, gini, theil, theil_between, theil_within, then `share_<group>`.

    Raises:
        MethodError: As `Amounts`; or no territory has a figure in every year.
    """
    told = np.logical_and.reduce([np.isfinite(v) for v in years.values()])
    if not told.any():
        raise MethodError(code, "no territory has a figure in every year", "Choose fewer years")
    names = np.asarray(groups, dtype=object)[told]
    people = None if population is None else population[told]
    rows = []
    for year, values in sorted(years.items()):
        amounts = Amounts(f"{code}, {year}", aggregation, values[told], people)
        theil = compute_theil(amounts, names)
        rows.append(
            {
                "year": year, "count": int(amounts.told.sum()), "total": float(values[told].sum()),
                "gini": compute_gini(amounts), "theil": theil.total, "theil_between": theil.between,
                "theil_within": theil.within, **{f"share_{p.group}": p.share for p in theil.groups},
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
