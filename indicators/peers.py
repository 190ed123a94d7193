"""The only module that says to whom a territory is compared, to whom it is alike, and in what it differs.

groups = assign_groups(territory)                     # nature × size class, with the declared fallback
stats = fit_peers(scores, groups)                     # stored as goalposts, so that they do not move
find_nearest(scores, row, names)                      # the nearest profiles, and why they are alike
find_differences(scores[row], stats[group], names)    # advantages and weaknesses, the most unusual first
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.tree import Floats

LEAST_MEMBERS = 10  # under ten, a mean and a spread are those of one or two territories
LEAST_SHARED = 0.6  # share of the indicators that two profiles must both have to be compared
LEAST_SPREAD = 1.0  # points of score: below, peers are all alike and any difference would be infinitely unusual
EVERYONE = "tous"
FAMILIES: Mapping[str, str] = {"MET69": "METRO"}  # the Métropole de Lyon is compared as a métropole
KINDS: Mapping[str, str] = {"METRO": "metropole", "CU": "ordinaire", "CA": "ordinaire", "CC": "communautes"}


@dataclass(frozen=True)
class PeerStats:
    """What a peer group looks like on one indicator, in points of score.

    Attributes:
        mean: Mean of the members that have a score.
        spread: Their standard deviation (n − 1), never under `LEAST_SPREAD`.
        count: How many they are.
    """

    mean: float
    spread: float
    count: int

    def excess(self, scores: Floats) -> Floats:
        """(score − mean) / spread: how far above (below) its peers, in their standard deviations."""
        far: Floats = (scores - self.mean) / self.spread
        return far


@dataclass(frozen=True)
class Reason:
    """An indicator that brings two profiles together (or apart).

    Attributes:
        code: The indicator.
        gap: Difference of scores, the other's less the territory's.
        share: Its part of the squared distance.
    """

    code: str
    gap: float
    share: float


@dataclass(frozen=True)
class Neighbour:
    """A profile near another.

    Attributes:
        row: Its place in the table.
        distance: Root mean squared difference of scores over the indicators both have, in points.
        shared: How many indicators both have.
        alike: The distinctive traits they share (where both stand away from the middle of all, and close together).
        apart: Where they differ most.
    """

    row: int
    distance: float
    shared: int
    alike: tuple[Reason, ...]
    apart: tuple[Reason, ...]


@dataclass(frozen=True)
class Difference:
    """An advantage (excess > 0) or a weakness (excess < 0) against the peers.

    Attributes:
        code: The indicator.
        score: The territory's score.
        peer_mean: The peers' mean score.
        excess: In peer standard deviations.
        beyond: Share of the peers as far or farther on the same side; None when peers' scores were not given.
    """

    code: str
    score: float
    peer_mean: float
    excess: float
    beyond: float | None = None


def list_candidates(nature: str | None, size_class: str | None) -> tuple[str, ...]:
    """The groups a territory may be compared in, narrowest first: the declared fallback.

    Nature × size; then kind × size (an ordinary town is a CU or a CA); then all natures of that size; then everyone.
    A level without natures or size classes (départements, régions) is one group.
    """
    family = FAMILIES.get(nature or "", nature or "")
    kind = KINDS.get(family, "")
    size = size_class or ""
    narrow = [f"{name}.{size}" for name in (family, kind) if name and size]
    wide = [f"{EVERYONE}.{size}"] if size else []
    return (*dict.fromkeys([*narrow, *wide]), EVERYONE)


def assign_groups(territory: pd.DataFrame, known: Collection[str] | None = None) -> list[str]:
    """Peer group of each territory: the narrowest that has ten members, or the narrowest of those known.

    Args:
        territory: `nature` and `size_class`, of one level.
        known: Groups whose parameters are stored; None to form them from the table itself.
    """
    kinds = _list_kinds(territory)
    candidates = {kind: list_candidates(*kind) for kind in set(kinds)}  # a dozen, for as many territories as there are
    if known is None:
        sizes: Counter[str] = Counter()
        for kind, count in Counter(kinds).items():
            sizes.update(dict.fromkeys(candidates[kind], count))
        known = {c for c, n in sizes.items() if n >= LEAST_MEMBERS}
    groups = {kind: next((c for c in several if c in known), EVERYONE) for kind, several in candidates.items()}
    return [groups[kind] for kind in kinds]


def _list_kinds(territory: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    """Nature and size class of each territory; None where it has none."""
    columns = (
        [word if isinstance(word, str) else None for word in territory[name].tolist()]
        for name in ("nature", "size_class")
    )
    return list(zip(*columns, strict=True))


def find_members(territory: pd.DataFrame, group: str) -> Floats:
    """Rows of the territories that may be compared in a group, whatever the one each is assigned to."""
    kinds = _list_kinds(territory)
    inside = {kind for kind in set(kinds) if group in list_candidates(*kind)}
    return np.array([row for row, kind in enumerate(kinds) if kind in inside], dtype=int)


def fit_peers(scores: Floats, territory: pd.DataFrame, groups: Sequence[str]) -> dict[str, tuple[PeerStats, ...]]:
    """Mean and spread of every group used, indicator by indicator.

    Args:
        scores: Normalised scores, territories × indicators, NaN where missing.
        territory: As `assign_groups`.
        groups: Group of each territory.

    Returns:
        By group, one `PeerStats` per indicator; of mean NaN where no member has a score.
    """
    return {group: tuple(_stats(column) for column in scores[find_members(territory, group)].T)
            for group in sorted(set(groups))}  # fmt: skip


def _stats(column: Floats) -> PeerStats:
    told = column[np.isfinite(column)]
    if not len(told):
        return PeerStats(float("nan"), LEAST_SPREAD, 0)
    spread = float(told.std(ddof=1)) if len(told) > 1 else 0.0
    return PeerStats(float(told.mean()), max(spread, LEAST_SPREAD), len(told))


def find_differences(
    scores: Floats, stats: Sequence[PeerStats], codes: Sequence[str], peers: Floats | None = None
) -> list[Difference]:
    """Comparative advantages and weaknesses of one territory, the most unusual first.

    How unusual a score is: its distance from the peers' mean in their standard deviations, the measure that the
    singularité pillar adds up.

    Args:
        scores: The territory's scores, one per indicator; those missing are not compared.
        stats: Of its group, in the same order.
        codes: Codes of the indicators.
        peers: Scores of the group's members (members × indicators), to say how many do as well; optional.
    """
    found = []
    for place, (code, one) in enumerate(zip(codes, stats, strict=True)):
        score = float(scores[place])
        if np.isfinite(score) and one.count:
            excess = float(one.excess(np.array([score]))[0])
            beyond = None if peers is None else _beyond(score, peers[:, place], upper=excess > 0)
            found.append(Difference(code, score, one.mean, excess, beyond))
    return sorted(found, key=lambda d: (-abs(d.excess), d.code))


def _beyond(score: float, column: Floats, *, upper: bool) -> float:
    told = column[np.isfinite(column)]
    return float((told >= score).mean() if upper else (told <= score).mean())


def compute_distances(scores: Floats, row: int) -> tuple[Floats, Floats]:
    """Distance of every profile to one, over the indicators both have.

    d = √(K/k · Σ (x − y)²) / √K over the k indicators of K that both have: the missing ones are supposed to differ as
    the others do (root mean squared difference, in points of score). Infinite where fewer than `LEAST_SHARED` are
    shared.

    Args:
        scores: Normalised scores, territories × indicators, NaN where missing.
        row: The territory.

    Returns:
        Distances and numbers of shared indicators, one per territory.

    Source: Dixon (1979), "Pattern recognition with partly missing data", IEEE Trans. SMC 9(10), method of the mean
    distance; the euclidean distance of the tests' example is d·√K.
    """
    gaps = scores - scores[row]
    shared = np.isfinite(gaps).sum(axis=1).astype(np.float64)
    total = np.nansum(gaps**2, axis=1)
    enough = shared >= max(LEAST_SHARED * np.isfinite(scores[row]).sum(), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(enough, np.sqrt(total / shared), np.inf), shared


def find_nearest(
    scores: Floats, row: int, codes: Sequence[str], *, count: int = 5, reasons: int = 3
) -> list[Neighbour]:
    """The nearest profiles to one territory, nearest first, with the reasons of the likeness.

    Args:
        scores: Normalised scores, territories × indicators, NaN where missing.
        row: The territory.
        codes: Codes of the indicators.
        count: How many neighbours.
        reasons: How many reasons of each kind.

    Raises:
        MethodError: The territory has no score at all.
    """
    if not np.isfinite(scores[row]).any():
        raise MethodError(f"profile of row {row}", "it has no score", "Nothing can be compared: show no neighbour")
    distances, shared = compute_distances(scores, row)
    distances[row] = np.inf
    middle, spread = _middle(scores)
    order = [r for r in np.argsort(distances, kind="stable")[:count] if np.isfinite(distances[r])]
    return [
        Neighbour(
            int(r), float(distances[r]), int(shared[r]), *_explain(scores, row, int(r), codes, middle, spread, reasons)
        )
        for r in order
    ]


def _middle(scores: Floats) -> tuple[Floats, Floats]:
    """Median of each indicator over all, and its spread (standard deviation, 1 point at least)."""
    columns = [c[np.isfinite(c)] for c in scores.T]
    middle = np.array([np.median(c) if len(c) else np.nan for c in columns])
    return middle, np.array([max(c.std(), LEAST_SPREAD) if len(c) else LEAST_SPREAD for c in columns])


def _explain(
    scores: Floats, row: int, other: int, codes: Sequence[str], middle: Floats, spread: Floats, reasons: int
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Where both stand on the same side of everyone's median, close together; and where they differ most."""
    gaps = scores[other] - scores[row]
    total = float(np.nansum(gaps**2)) or 1.0
    away, theirs = (scores[row] - middle) / spread, (scores[other] - middle) / spread
    likeness = np.where(away * theirs > 0, np.minimum(abs(away), abs(theirs)) - abs(away - theirs), -np.inf)
    likeness = np.nan_to_num(likeness, nan=-np.inf)
    told = {
        p: Reason(codes[p], float(gaps[p]), float(gaps[p] ** 2) / total)
        for p in range(len(codes))
        if np.isfinite(gaps[p])
    }
    alike = tuple(told[p] for p in np.argsort(-likeness, kind="stable")[:reasons] if likeness[p] > 0 and p in told)
    farthest = sorted(told, key=lambda p: -abs(gaps[p]))[:reasons]
    return alike, tuple(told[p] for p in farthest if gaps[p] != 0)
