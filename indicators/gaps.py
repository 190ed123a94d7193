"""The only module that says how far apart two groups of territories are, how surely, and whether that changes.

    compute_gap(values, groups, "metropole", "ordinaire")      # any figure: a difference, with its bootstrap interval
    compute_gap_change(before, after, groups, "metropole", "ordinaire")
    compute_precedence(values, groups, "metropole", "ordinaire")    # how often one is above the other

Every interval is a percentile bootstrap whose replications draw the territories of each group anew, with replacement:
it says what the difference owes to which territories the groups are made of. `scenarios` add what it owes to the
choices of method: each replication then reads the scores of one scenario.

Source: Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 8 (two samples) and 13 (percentiles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from etl.errors import MethodError
from indicators.tree import Floats

Groups = npt.NDArray[np.object_] | Sequence[str]
Statistic = Literal["mean", "median"]
DRAWS: Final = 2000  # bootstrap replications: the interval's ends then move by less than a tenth of its width
CONFIDENCE: Final = 0.95
LEAST: Final = 2  # figures a group needs


@dataclass(frozen=True)
class Gap:
    """Difference of means (or medians) between two groups, with a percentile bootstrap interval.

    Attributes:
        first: Mean (or median) of the first group.
        second: Of the second.
        difference: first − second.
        low: Lower end of the interval of the difference.
        high: Upper end.
        count_first: Territories of the first group that have a figure.
        count_second: Territories of the second.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    count_first: int
    count_second: int

    @property
    def is_clear(self) -> bool:
        """Whether the whole interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Bootstrap:
    """How an interval is drawn.

    Attributes:
        draws: Replications.
        seed: Of the draws, so that a page says the same thing twice.
        confidence: Share of the replications inside the interval.
    """

    draws: int = DRAWS
    seed: int = 0
    confidence: float = CONFIDENCE

    def bound(self, drawn: Floats) -> tuple[float, float]:
        """Ends of the interval of a statistic over the replications."""
        low, high = np.nanquantile(drawn, [(1 - self.confidence) / 2, (1 + self.confidence) / 2])
        return float(low), float(high)


DEFAULT: Final = Bootstrap()


def compute_gap(
    values: Floats,
    groups: Groups,
    first: str,
    second: str,
    *,
    statistic: Statistic = "mean",
    scenarios: Floats | None = None,
    bootstrap: Bootstrap = DEFAULT,
) -> Gap:
    """Difference between two groups, and its bootstrap percentile interval.

    Args:
        values: Any figure, scores included, one per territory; NaN where missing.
        groups: Group of each territory.
        first: Name of the first group.
        second: Name of the second.
        statistic: What is compared: means, or medians where a few territories weigh more than all others.
        scenarios: Scenarios × territories: the same figure under other choices of method, drawn in turn by the
            replications; None when only the territories vary.
        bootstrap: How the interval is drawn.

    Raises:
        MethodError: A group has fewer than two figures.
    """
    names = np.asarray(groups, dtype=object)
    rows = {name: np.flatnonzero((names == name) & np.isfinite(values)) for name in (first, second)}
    for name, found in rows.items():
        _require_two(name, len(found))
    rng = np.random.default_rng(bootstrap.seed)
    table = values[None, :] if scenarios is None else scenarios
    drawn = [_draw(table[:, rows[name]], statistic, bootstrap.draws, rng) for name in (first, second)]
    low, high = bootstrap.bound(drawn[0] - drawn[1])
    one, other = (float(_summarise(values[rows[name]], statistic)) for name in (first, second))
    return Gap(one, other, one - other, low, high, len(rows[first]), len(rows[second]))


def _require_two(group: str, count: int) -> None:
    if count < LEAST:
        raise MethodError(f"group {group}", f"{count} territory of it has a figure", "A gap needs two at least")


def _draw(table: Floats, statistic: Statistic, draws: int, rng: np.random.Generator) -> Floats:
    """The statistic of `draws` samples of the same size, drawn with replacement; each reads one row of `table`."""
    count, size = table.shape
    picked = rng.integers(0, size, (draws, size))
    return _summarise(table[np.arange(draws)[:, None] % count, picked], statistic)


def _summarise(values: Floats, statistic: Statistic) -> Floats:
    """Mean or median along the last axis, over what is known; NaN where nothing is."""
    known = np.isfinite(values)
    if known.all():
        return np.asarray(values.mean(axis=-1) if statistic == "mean" else np.median(values, axis=-1))
    void = np.asarray(~known.any(axis=-1))
    told = np.where(void[..., None], 0.0, values)
    found = np.nanmean(told, axis=-1) if statistic == "mean" else np.nanmedian(told, axis=-1)
    return np.where(void, np.nan, found)


def compute_gap_change(
    before: Floats,
    after: Floats,
    groups: Groups,
    first: str,
    second: str,
    *,
    statistic: Statistic = "mean",
    scenarios: tuple[Floats, Floats] | None = None,
    bootstrap: Bootstrap = DEFAULT,
) -> Gap:
    """How the gap moved between two years: `first` is the gap before, `second` the one after, `difference` its move.

    Each replication draws the same territories, and reads the same scenario, in both years: what a territory always is,
    and what a method always does, cancel out. Only territories that have both figures count.

    Args:
        before: Figures of the first year, one per territory.
        after: Of the second.
        groups: Group of each territory.
        first: Name of the first group.
        second: Name of the second.
        statistic: What is compared.
        scenarios: The figures before and after under other choices of method, each scenarios × territories.
        bootstrap: How the interval is drawn.

    Raises:
        MethodError: A group has fewer than two territories with both figures.
    """
    names = np.asarray(groups, dtype=object)
    both = np.isfinite(before) & np.isfinite(after)
    tables = scenarios or (before[None, :], after[None, :])
    moves, gaps, counts = [], [], []
    for place, name in enumerate((first, second)):
        rows = np.flatnonzero((names == name) & both)
        _require_two(name, len(rows))
        seed = [bootstrap.seed, place]
        was, now = (_draw(table[:, rows], statistic, bootstrap.draws, np.random.default_rng(seed)) for table in tables)
        moves.append(now - was)
        gaps.append([float(_summarise(year[rows], statistic)) for year in (before, after)])
        counts.append(len(rows))
    low, high = bootstrap.bound(moves[0] - moves[1])
    start, end = (gaps[0][year] - gaps[1][year] for year in (0, 1))
    return Gap(start, end, end - start, low, high, counts[0], counts[1])


def compute_precedence(values: Floats, groups: Groups, first: str, second: str) -> float:
    """How often a territory of the first group is above one of the second, ties counting for half, over all pairs.

    It is the Mann–Whitney statistic over the number of pairs: 0.5 when nothing tells the groups apart, 1 when each of
    the first is above each of the second.

    Raises:
        MethodError: A group has no figure.

    Source: Mann & Whitney (1947), Ann. Math. Statist. 18: 50–60.
    """
    names = np.asarray(groups, dtype=object)
    samples = [values[(names == name) & np.isfinite(values)] for name in (first, second)]
    for name, sample in zip((first, second), samples, strict=True):
        if not len(sample):
            raise MethodError(f"group {name}", "no territory of it has a figure", "Compare groups that have one")
    return float(1 + np.sign(samples[0][:, None] - samples[1][None, :]).mean()) / 2
