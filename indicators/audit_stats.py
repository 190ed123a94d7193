"""The only place that asks whether an index holds together: correlations, alpha, components, importance.

Tables are units × items, NaN where missing. Nothing here changes a score.

Source: OECD/JRC Handbook (2008), steps 4 and 7–9; COINr for the conventions followed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from etl.errors import MethodError
from indicators.tree import Floats


def compute_correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Return Pearson's correlation of every pair of items, over the units that have both; items × items."""
    return table.corr()


def compute_cronbach(table: pd.DataFrame) -> float:
    """Return Cronbach's alpha, k/(k−1)·(1 − Σ s_ii / Σ s_ij), s the covariances over the units that have both items.

    1 where the k items say the same; low or negative where they say different or opposite things.

    Raises:
        MethodError: Fewer than two items.
    """
    count = table.shape[1]
    if count < 2:
        raise MethodError("Cronbach's alpha", f"{count} item has no consistency", "Give at least two")
    covariances = table.cov().to_numpy()
    return float(count / (count - 1) * (1 - np.trace(covariances) / covariances.sum()))


@dataclass(frozen=True)
class Components:
    """Principal components of standardised items, the strongest first.

    Attributes:
        deviations: Standard deviation of each component.
        shares: Share of the variance of each; they sum to one.
        loadings: items × components, columns of length one, each turned so that its sum is ≥ 0.
    """

    deviations: Floats
    shares: Floats
    loadings: pd.DataFrame

    @property
    def cumulative(self) -> Floats:
        """Share of the variance of the first k components."""
        total: Floats = np.cumsum(self.shares)
        return total


def compute_components(table: pd.DataFrame) -> Components:
    """Return the principal components of the items, each with mean 0 and deviation 1, over the complete units.

    Raises:
        MethodError: Fewer than three complete units, a constant item.
    """
    rows = table.dropna()
    if len(rows) < 3:
        raise MethodError("components", f"only {len(rows)} units have every item", "Leave the emptiest items out")
    spread = rows.std().astype(float)
    constant = spread.index[~(spread > 0)]
    if not constant.empty:
        raise MethodError(str(constant[0]), "it is constant over the complete units", "Leave it out")
    standard = ((rows - rows.mean()) / spread).to_numpy()
    _, singular, axes = np.linalg.svd(standard, full_matrices=False)
    deviations = singular / np.sqrt(len(rows) - 1)
    turned = axes * np.where(axes.sum(axis=1) < 0, -1.0, 1.0)[:, np.newaxis]
    names = [f"PC{k}" for k in range(1, len(deviations) + 1)]
    loadings = pd.DataFrame(turned.T, index=table.columns, columns=names)
    return Components(deviations, deviations**2 / np.sum(deviations**2), loadings)


def compute_importance(items: pd.DataFrame, index: pd.Series) -> pd.DataFrame:
    """Return the effective importance of each item: how much of the variance of the index it accounts for on its own.

    `linear` is r², the square of Pearson's correlation; `ratio` is the correlation ratio S = Var(E[y | x]) / Var(y), in
    [0, 1], with E[y | x] a local linear regression, which also sees what bends. Compare them with the nominal effective
    weights: an index is balanced as intended where they go together.

    Args:
        items: units × items.
        index: One score per unit.

    Returns:
        One row per item: `linear`, `ratio`, over the units that have both.

    Source: Paruolo, Saisana & Saltelli (2013), J. R. Statist. Soc. A 176.
    """
    rows = {code: _importance(items[code].to_numpy(float), index.to_numpy(float)) for code in items}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["linear", "ratio"])


def _importance(x: Floats, y: Floats) -> tuple[float, float]:
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan, np.nan
    linear = float(np.corrcoef(x, y)[0, 1] ** 2)
    return linear, min(float(np.var(local_linear(x, y))) / float(np.var(y)), 1.0)


def local_linear(x: Floats, y: Floats) -> Floats:
    """Return E[y | x] at each x by local linear regression, Gaussian kernel, bandwidth 1.06·s·n^(−1/5) (Silverman).

    Where a point stands too far from others for a line, its own figure is what is known.
    """
    width = 1.06 * x.std(ddof=1) * len(x) ** -0.2
    gap = x - x[:, np.newaxis]
    kernel = np.exp(-0.5 * (gap / width) ** 2)
    s0, s1, s2 = kernel.sum(axis=1), (kernel * gap).sum(axis=1), (kernel * gap**2).sum(axis=1)
    t0, t1 = kernel @ y, (kernel * gap) @ y
    determinant = s0 * s2 - s1**2
    flat = determinant <= 1e-12 * s0 * np.maximum(s2, np.finfo(float).tiny)
    fitted: Floats = np.where(flat, t0 / s0, (s2 * t0 - s1 * t1) / np.where(flat, 1.0, determinant))
    return fitted


def rank_correlation(one: Floats, other: Floats) -> float:
    """Spearman's correlation over the units that have both; NaN under three of them, or where one is constant."""
    both = np.isfinite(one) & np.isfinite(other)
    return _pearson(rankdata(one[both]), rankdata(other[both]))


def partial_rank_correlation(one: Floats, other: Floats, given: Floats) -> float:
    """Spearman's partial correlation, r_xy.z = (r_xy − r_xz·r_yz) / √((1 − r_xz²)(1 − r_yz²)), over complete units.

    Source: Kendall (1942), "Partial rank correlation", Biometrika 32, applied to Spearman's coefficient.
    """
    all_three = np.isfinite(one) & np.isfinite(other) & np.isfinite(given)
    x, y, z = (rankdata(column[all_three]) for column in (one, other, given))
    xy, xz, yz = _pearson(x, y), _pearson(x, z), _pearson(y, z)
    rest = (1 - xz**2) * (1 - yz**2)
    return float((xy - xz * yz) / np.sqrt(rest)) if rest > 1e-12 else float("nan")


def _pearson(x: Floats, y: Floats) -> float:
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
