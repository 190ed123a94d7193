"""The only place that gives weights to siblings, and says what they weigh in the end (handbook step 6).

A method `w_…(siblings, **options)` reads a `Siblings` (their codes, scores and declared weights) and returns a
`Weighting`: weights ≥ 0 that sum to one, and what was left unexplained. Weights that would be negative are refused by
name, never returned.

*Nominal effective weights* are the weights normalised and multiplied down the tree (`compute_effective_weights`); they
are not the *effective importance* of an indicator, a share of the variance of the index (`audit_stats`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, minimize

from etl.errors import MethodError
from indicators.benefit import solve_benefit
from indicators.methods import Family
from indicators.score import Scored
from indicators.tree import Floats, Tree, validate_weights

Points = Mapping[str, float]


@dataclass(frozen=True)
class Siblings:
    """The children of one node, as a weighting method sees them.

    Attributes:
        node: Their parent's code, for messages.
        codes: Their codes.
        declared: Their weights as declared in the tree.
        scores: units × children; NaN where missing.
    """

    node: str
    codes: tuple[str, ...]
    declared: Floats
    scores: Floats

    @property
    def complete(self) -> Floats:
        """The scores of the units that have them all, rows × children."""
        rows: Floats = self.scores[~np.isnan(self.scores).any(axis=1)]
        return rows


@dataclass(frozen=True)
class Weighting:
    """The weights of siblings.

    Attributes:
        weights: One per child, ≥ 0, summing to one.
        residual: What the method could not reach (see the method); 0 where it has nothing to reach.
    """

    weights: Floats
    residual: float = 0.0


Weigher = Callable[..., Weighting]
WEIGHTING: Family[Weigher] = Family("w_", "weighting")


@WEIGHTING.register
def w_given(siblings: Siblings) -> Weighting:
    """The weights declared in the tree, scaled to sum to one."""
    return _weighting(siblings, siblings.declared)


@WEIGHTING.register
def w_equal(siblings: Siblings) -> Weighting:
    """The same weight for each."""
    return _weighting(siblings, np.ones(len(siblings.codes)))


@WEIGHTING.register
def w_budget(siblings: Siblings, *, allocations: Mapping[str, Points]) -> Weighting:
    """Budget allocation: the mean over several people of the shares each gives, whatever the points each had to give.

    Args:
        siblings: The children.
        allocations: By person, points by code; a person who leaves these siblings out entirely is not counted.

    Raises:
        MethodError: A person who gives points to some of the siblings only, a negative number of points, nobody.

    Source: OECD/JRC Handbook (2008), step 6, budget allocation process.
    """
    shares = [_shares(siblings, person, points) for person, points in allocations.items()]
    given = [share for share in shares if share is not None]
    if not given:
        raise MethodError(siblings.node, "nobody gave points to its children", "Add an allocation over them")
    return _weighting(siblings, np.mean(given, axis=0))


@WEIGHTING.register
def w_pca(siblings: Siblings) -> Weighting:
    """First principal component: weights in proportion to the loadings on it, of the standardised scores.

    Raises:
        MethodError: Loadings of both signs: the siblings do not pull together, and no weights ≥ 0 say so.

    Source: OECD/JRC Handbook (2008), step 6; COINr `get_PCA`, which returns the negative weights.
    """
    loadings = first_loadings(siblings)
    against = [code for code, loading in zip(siblings.codes, loadings, strict=True) if loading < 0]
    if against:
        raise MethodError(
            f"{siblings.node}, {against[0]}",
            f"it loads at {min(loadings):.2f} on the first component, against its siblings, and no weight is negative",
            "Use pca_squared or equal weights, check its direction, or move it elsewhere in the tree",
        )
    return _weighting(siblings, loadings)


@WEIGHTING.register
def w_pca_squared(siblings: Siblings) -> Weighting:
    """First principal component: the squared loadings, the share of the component that each sibling makes up.

    Source: OECD/JRC Handbook (2008), step 6, after Nicoletti, Scarpetta & Boylaud (2000), on one component.
    """
    return _weighting(siblings, first_loadings(siblings) ** 2)


@WEIGHTING.register
def w_optimised(siblings: Siblings, *, importance: Points | None = None) -> Weighting:
    """Weights ≥ 0 under which each sibling has the importance wished for in the (arithmetic) mean.

    The importance of i is r_i² / Σ r², r_i its correlation with the weighted mean. The sum of squared gaps to the wish
    is minimised over the simplex, from equal weights; deterministic.

    Args:
        siblings: The children.
        importance: The importance wished for, by code, on any scale; equal if None.

    Returns:
        The weights, and as residual the root mean square of the gaps left, in shares of importance.

    Raises:
        MethodError: A wish that forgets a sibling or is negative, too few complete units.

    Source: Becker, Saisana, Paruolo & Vandecasteele (2017), Ecological Indicators 80.
    """
    wish = _wish(siblings, importance)
    rows, standard = siblings.complete, _standardised(siblings)
    count = len(siblings.codes)

    def gap(weights: Floats) -> float:
        return float(np.sum((_importance(rows, standard, weights) - wish) ** 2))

    found = minimize(
        gap,
        np.full(count, 1.0 / count),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * count,
        constraints=LinearConstraint(np.ones(count), 1.0, 1.0),
        options={"ftol": 1e-14, "maxiter": 500},
    )
    weights = np.clip(np.asarray(found.x, dtype=np.float64), 0.0, None)
    gaps = _importance(rows, standard, weights) - wish
    return _weighting(siblings, weights, float(np.sqrt(np.mean(gaps**2))))


def w_benefit_of_doubt(siblings: Siblings, *, lower: float = 0.0, upper: float = 1.0) -> Floats:
    """The weights each unit would choose for itself, units × children; see `benefit`.

    They differ from unit to unit, so that they weigh no node of a tree: aggregate it by `benefit_of_doubt`.

    Args:
        siblings: The children.
        lower: The least share of a unit's score that each child must make up.
        upper: The greatest.
    """
    return solve_benefit(siblings.scores, lower, upper, siblings.node)[1]


def first_loadings(siblings: Siblings) -> Floats:
    """Return the loadings of the siblings on their first principal component, unit length, turned to sum ≥ 0."""
    _, _, axes = np.linalg.svd(_standardised(siblings), full_matrices=False)
    first: Floats = axes[0]
    return -first if first.sum() < 0 else first


def compute_effective_weights(tree: Tree) -> Floats:
    """Return the nominal effective weight of every node: its share among siblings, multiplied down from its root (1).

    Returns:
        One weight per node, in the order of `tree.codes`; the leaves of a root sum to one.
    """
    effective = np.ones(len(tree.codes))
    for code in reversed(tree.aggregates):
        places = [tree.position[child] for child in tree.children[code]]
        shares = tree.weights[places] / tree.weights[places].sum()
        effective[places] = effective[tree.position[code]] * shares
    return effective


def compute_unit_weights(scored: Scored) -> Floats:
    """Return what each node weighs for each unit, once the weights of what is missing went to its siblings.

    Returns:
        units × nodes, in the order of the tree's codes; 0 for a node without a score, NaN below a root without one.
    """
    tree = scored.tree
    scores, weights = scored.scores, np.where(np.isnan(scored.scores), np.nan, 1.0)
    for code in reversed(tree.aggregates):
        places = [tree.position[child] for child in tree.children[code]]
        present = ~np.isnan(scores[:, places]) * tree.weights[places]
        with np.errstate(invalid="ignore"):
            shares = present / present.sum(axis=1, keepdims=True)
        own = weights[:, [tree.position[code]]]
        weights[:, places] = np.where(own == 0, 0.0, own * shares)
    return weights


def _weighting(siblings: Siblings, weights: Floats, residual: float = 0.0) -> Weighting:
    validate_weights(siblings.node, dict(zip(siblings.codes, weights.tolist(), strict=True)))
    return Weighting(weights / weights.sum(), residual)


def _shares(siblings: Siblings, person: str, points: Points) -> Floats | None:
    given = [code for code in siblings.codes if code in points]
    if not given:
        return None
    if len(given) < len(siblings.codes):
        forgotten = next(code for code in siblings.codes if code not in points)
        raise MethodError(
            f"{siblings.node}, allocation of {person}",
            f"it forgets {forgotten}",
            "Give points to all the children of a node (0 counts), or to none",
        )
    shares = np.array([points[code] for code in siblings.codes], dtype=np.float64)
    validate_weights(
        f"{siblings.node}, allocation of {person}", dict(zip(siblings.codes, shares.tolist(), strict=True))
    )
    normal: Floats = shares / shares.sum()
    return normal


def _standardised(siblings: Siblings) -> Floats:
    """Return the complete rows with mean 0 and deviation 1 by column."""
    rows = siblings.complete
    if len(rows) < 3:
        raise MethodError(siblings.node, f"only {len(rows)} units have all children", "Impute, or weigh equally")
    spread = rows.std(axis=0, ddof=1)
    for code, sd in zip(siblings.codes, spread, strict=True):
        if not sd > 0:
            raise MethodError(f"{siblings.node}, {code}", "its scores are constant", "Remove it, or use equal weights")
    standard: Floats = (rows - rows.mean(axis=0)) / spread
    return standard


def _importance(scores: Floats, standard: Floats, weights: Floats) -> Floats:
    """Return r_i² / Σ r² of each column with the weighted mean of them all."""
    index = scores @ weights
    products = standard.T @ (index - index.mean())
    squares: Floats = products**2
    shares: Floats = squares / squares.sum()
    return shares


def _wish(siblings: Siblings, importance: Points | None) -> Floats:
    if importance is None:
        return np.full(len(siblings.codes), 1.0 / len(siblings.codes))
    wish = _shares(siblings, "the importance wished for", importance)
    if wish is None:
        raise MethodError(siblings.node, "no importance is wished for any of its children", "Give one to each")
    return wish
