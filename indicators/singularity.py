"""The only module that computes the singularité pillar: in what a territory stands clearly above comparable ones.

For each indicator of the same index outside the pillar, the excess of the territory over its peers' stored mean, in
stored standard deviations, counted only above it; summed and scaled. Being singularly bad earns nothing. Means and
spreads are goalposts (parameters `peer_mean:<group>`, `peer_spread:<group>`, `peer_count:<group>` of each indicator),
so that nobody's singularité moves because a neighbour's figure changed.

The indicators of the other index are left to it: counted here too, they made singularité follow attractivité (Spearman
0.78 on the EPCI of 2026) and the two indices one another (0.72 instead of 0.46), which are two questions.

An excess counts up to `CEILING`: beyond it, rarity of presence alone would decide (one consular post among five hundred
communautés de communes is 22 standard deviations, whatever the post).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from indicators.catalogue import Catalogue
from indicators.goalposts import COLUMNS, Fit, as_fit, fit_goalposts, fit_one, normalise_panel, scale_scores
from indicators.panel import Panel
from indicators.peers import PeerStats, assign_groups, fit_peers
from indicators.tree import Floats

CEILING = 3.0  # standard deviations
LEAST_OBSERVED = 0.6  # share of the indicators outside the pillar, as for any pillar
MEAN, SPREAD, COUNT = "peer_mean:", "peer_spread:", "peer_count:"


def compute_singularity(scores: Floats, groups: Sequence[str], stats: Mapping[str, Sequence[PeerStats]]) -> Floats:
    """Sum of the excesses over the peers' means, scaled to the number of indicators.

    S = K/k · Σ min(max((x − m_g) / s_g, 0), 3), over the k indicators of K that the territory has.

    Args:
        scores: Normalised scores of the indicators outside the pillar, territories × K.
        groups: Peer group of each territory.
        stats: By group, mean and spread of each indicator.

    Returns:
        One figure per territory, in peer standard deviations, ≥ 0; NaN where under 60 % of the indicators are there.
    """
    found = np.full(len(scores), np.nan)
    names = np.asarray(groups, dtype=object)
    for group, several in stats.items():
        rows = np.flatnonzero(names == group)
        mean = np.array([s.mean for s in several])
        spread = np.array([s.spread for s in several])
        found[rows] = _sum_excess(np.clip((scores[rows] - mean) / spread, 0.0, CEILING))
    return found


def _sum_excess(excess: Floats) -> Floats:
    told = np.isfinite(excess).sum(axis=1)
    count = excess.shape[1]
    total = np.nansum(excess, axis=1) * count / np.maximum(told, 1)
    return np.where(told >= LEAST_OBSERVED * count, total, np.nan)


def list_compared(panel: Panel) -> list[int]:
    """Places of the indicators on which territories are compared to their peers: scored, and not derived."""
    return [place for place, one in enumerate(panel.indicators) if one.is_scored and not one.is_derived]


def list_outside(catalogue: Catalogue, panel: Panel) -> list[int]:
    """Among `list_compared`, ranks of those that singularité reads: the indicators of its own index."""
    own = {catalogue.index_of(one) for one in panel.indicators if one.is_derived}
    compared = [panel.indicators[place] for place in list_compared(panel)]
    return [rank for rank, one in enumerate(compared) if catalogue.index_of(one) in own]


def fit_level(catalogue: Catalogue, panel: Panel) -> pd.DataFrame:
    """All the goalposts of a level: those of the figures, then peers, then singularité's own.

    Returns:
        As `goalposts.COLUMNS`.

    Raises:
        MethodError: An indicator is missing everywhere, or constant.
    """
    plain = fit_goalposts(panel)
    derived = [one for one in panel.indicators if one.is_derived]
    if not derived:
        return plain
    scores = normalise_panel(panel, as_fit(plain), catalogue.score_range)[:, list_compared(panel)]
    groups = assign_groups(panel.territory)
    stats = fit_peers(scores, panel.territory, groups)
    rows = [*_peer_rows(panel, stats)]
    values = _compute_own(scores, groups, stats, list_outside(catalogue, panel))
    for one in derived:
        fitted = fit_one(one, values, panel)
        rows += [(one.code, panel.level, panel.edition, name, value) for name, value in fitted.items()]
    return pd.concat([plain, pd.DataFrame(rows, columns=list(COLUMNS))], ignore_index=True)


def _compute_own(
    scores: Floats, groups: Sequence[str], stats: Mapping[str, Sequence[PeerStats]], outside: Sequence[int]
) -> Floats:
    """Singularité on those of the compared indicators that it reads."""
    read = {group: [several[rank] for rank in outside] for group, several in stats.items()}
    return compute_singularity(scores[:, list(outside)], groups, read)


def _peer_rows(panel: Panel, stats: Mapping[str, Sequence[PeerStats]]) -> list[tuple[str, str, int, str, float]]:
    codes = [panel.indicators[place].code for place in list_compared(panel)]
    return [
        (code, panel.level, panel.edition, f"{prefix}{group}", float(value))
        for group, several in stats.items()
        for code, one in zip(codes, several, strict=True)
        if one.count
        for prefix, value in ((MEAN, one.mean), (SPREAD, one.spread), (COUNT, one.count))
    ]


def read_peer_stats(fit: Fit, codes: Sequence[str]) -> dict[str, tuple[PeerStats, ...]]:
    """Peers as stored, by group, one per indicator; of mean NaN where none of the group had a score.

    Args:
        fit: From `as_fit`.
        codes: The indicators, in the order wanted.
    """
    groups = sorted({name.removeprefix(MEAN) for code in codes for name in fit.get(code, {}) if name.startswith(MEAN)})
    return {group: tuple(_stored(fit.get(code, {}), group) for code in codes) for group in groups}


def _stored(fitted: Mapping[str, float], group: str) -> PeerStats:
    mean = fitted.get(f"{MEAN}{group}", float("nan"))
    return PeerStats(mean, fitted.get(f"{SPREAD}{group}", 1.0), int(fitted.get(f"{COUNT}{group}", 0)))


def complete_panel(catalogue: Catalogue, panel: Panel, normalised: Floats, fit: Fit) -> tuple[Panel, Floats, list[str]]:
    """Fill the derived indicators in, from the scores of the others and the stored peers.

    Returns:
        The panel and its scores, completed, and the peer group of each territory.
    """
    compared = list_compared(panel)
    stats = read_peer_stats(fit, [panel.indicators[place].code for place in compared])
    groups = assign_groups(panel.territory, stats or None)
    values, scores = panel.values.copy(), normalised.copy()
    first, last = panel.first_year.copy(), panel.last_year.copy()
    outside = list_outside(catalogue, panel)
    used = [compared[rank] for rank in outside]
    for place, one in enumerate(panel.indicators):
        if one.is_derived:
            values[:, place] = _compute_own(normalised[:, compared], groups, stats, outside)
            scores[:, place] = scale_scores(one, values[:, place], fit[one.code], catalogue.score_range)
            years = np.where(first[:, used] > 0, first[:, used], panel.edition)
            first[:, place], last[:, place] = years.min(axis=1), last[:, used].max(axis=1)
    return replace(panel, values=values, first_year=first, last_year=last), scores, groups
