"""The only module that audits our own index: every check of the method page, as one table of (check, node, measure).

    table = compute_audit(evidence)      # pure: from figures and scores to the checks
    python -m indicators audit           # of the published build, what is flagged first

A flag says what a reader must look at; it changes no score. The statistics are those of `audit_stats`.
"""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from scipy.stats import kurtosis, skew

from etl.paths import default_paths
from etl.warehouse import open_current
from indicators.audit_stats import (
    compute_components,
    compute_correlations,
    compute_cronbach,
    compute_importance,
    partial_rank_correlation,
    rank_correlation,
)
from indicators.catalogue import Catalogue
from indicators.draws import Cube
from indicators.importance import compute_removal_importance
from indicators.panel import Panel
from indicators.rank_stats import share_apart
from indicators.ranks import compute_rank
from indicators.robustness import Interval, rank_scored, vary_aggregation
from indicators.score import Scored
from indicators.sensitivity import causes_of, compute_sobol, mean_shift
from indicators.tree import Floats, Tree

COLUMNS = ("check_code", "node_code", "other_code", "measure", "value", "flag")
REDUNDANT = 0.92  # |r| above which two indicators tell one thing (JRC practice)
PRESENCE = 0.90  # R² of a 0/1 dummy above which an indicator tells presence from absence, and little else
SCARCE = 0.60  # availability under which the handbook advises against an indicator
SIZE_ONLY = 0.80  # rank correlation with population above which an index is mostly size
LEAST_PAIRS = 30  # units under which a correlation is not reported
SOBOL_SIZE = 2048  # rows of each design: at a quarter of it a first-order index of 0 was found at −0.05
OUTLYING = (2.0, 3.5)  # |skewness| and kurtosis that, together, call for a treatment (COINr, JRC)


@dataclass(frozen=True)
class Evidence:
    """What an audit looks at, at one level.

    Attributes:
        panel: Raw figures.
        normalised: Scores of the panel's indicators, territories × indicators.
        scored: Scores of every node.
        outside: Series kept out of the index, territories × series, NaN where missing.
        bounds: The published interval of every index and pillar, as `robustness.Intervals.table`.
        interval: What these intervals are made of.
    """

    panel: Panel
    normalised: Floats
    scored: Scored
    outside: pd.DataFrame
    bounds: pd.DataFrame
    interval: Interval

    @property
    def tree(self) -> Tree:
        """The tree scored."""
        return self.scored.tree

    @property
    def population(self) -> Floats:
        """Inhabitants of each territory."""
        return self.panel.territory["population"].to_numpy(float)

    @property
    def leaves(self) -> Floats:
        """Scores of the indicators that count, territories × `tree.columns`."""
        return self.panel.pick(self.normalised, self.tree.columns)

    @property
    def nodes(self) -> pd.DataFrame:
        """Scores, territories × nodes."""
        return pd.DataFrame(self.scored.scores, columns=list(self.tree.codes))


@dataclass(frozen=True)
class Row:
    """One measure of one check; `flag` is empty where nothing calls for a look."""

    check_code: str
    node_code: str
    other_code: str
    measure: str
    value: float
    flag: str = ""


def compute_audit(evidence: Evidence) -> pd.DataFrame:
    """Run every check.

    Returns:
        COLUMNS, in the order of the checks, then of the tree.
    """
    checks = (check_figures, check_correlations, check_consistency, check_importance, check_size, check_outside,
              check_removals, check_intervals, check_causes)  # fmt: skip
    rows = [row for check in checks for row in check(evidence)]
    return pd.DataFrame([vars(row) for row in rows], columns=list(COLUMNS))


def check_figures(evidence: Evidence) -> Iterator[Row]:
    """Availability, distribution and treatment of each indicator, context included."""
    for place, one in enumerate(evidence.panel.indicators):
        raw, scores = evidence.panel.values[:, place], evidence.normalised[:, place]
        told = raw[np.isfinite(raw)]
        share = len(told) / max(len(raw), 1)
        yield Row("availability", one.code, "", "share", share, "scarce" if one.is_scored and share < SCARCE else "")
        if len(told) < 3 or np.ptp(told) == 0:
            continue
        yield from (Row("distribution", one.code, "", name, value) for name, value in _describe(told).items())
        seen = scores[np.isfinite(scores)]
        if len(seen) < 3 or np.ptp(seen) == 0:
            continue
        bent, tailed = float(skew(seen, bias=False)), float(kurtosis(seen, bias=False))
        outlying = abs(bent) > OUTLYING[0] and tailed > OUTLYING[1]
        yield Row("treatment", one.code, "", "skewness", bent, "outlying" if outlying else "")
        yield Row("treatment", one.code, "", "kurtosis", tailed)
        yield Row("treatment", one.code, "", "at_worst", float(np.isclose(seen, seen.min()).mean()))
        yield Row("treatment", one.code, "", "at_best", float(np.isclose(seen, seen.max()).mean()))
        presence = _presence(told, seen)
        yield Row("treatment", one.code, "", "presence_r2", presence, "presence" if presence > PRESENCE else "")


def _describe(told: Floats) -> dict[str, float]:
    quartiles = np.quantile(told, [0.0, 0.25, 0.5, 0.75, 1.0])
    names = ("min", "q1", "median", "q3", "max")
    return dict(zip(names, map(float, quartiles), strict=True)) | {
        "zeros": float((told == 0).mean()), "skewness": float(skew(told, bias=False)),
        "kurtosis": float(kurtosis(told, bias=False)),
    }  # fmt: skip


def _presence(told: Floats, scores: Floats) -> float:
    """R² of the scores on a dummy, 1 where the figure is positive; 0 where all or none are."""
    has = (told > 0).astype(float)
    return float(np.corrcoef(has, scores)[0, 1] ** 2) if np.ptp(has) > 0 else 0.0


def check_correlations(evidence: Evidence) -> Iterator[Row]:
    """Pairs of indicators: every pair within a pillar, and any redundant pair; then pillars within an index."""
    tree = evidence.tree
    leaves = compute_correlations(evidence.nodes[list(tree.leaves)])
    for i, first in enumerate(tree.leaves):
        for second in tree.leaves[i + 1 :]:
            r = float(leaves[first][second])
            siblings = tree[first].parent == tree[second].parent
            flag = "redundant" if r > REDUNDANT else "negative" if siblings and r < 0 else ""
            if siblings or flag:
                yield Row("correlation", first, second, "pearson", r, flag)
    for root in tree.roots:
        pillars = list(tree.children[root])
        table = compute_correlations(evidence.nodes[pillars])
        for i, first in enumerate(pillars):
            for second in pillars[i + 1 :]:
                r = float(table[first][second])
                yield Row("correlation", first, second, "pearson", r, "negative" if r < 0 else "")


def check_consistency(evidence: Evidence) -> Iterator[Row]:
    """Cronbach's alpha and the first component's share of the variance, of each pillar and index."""
    for code in evidence.tree.aggregates:
        items = evidence.nodes[list(evidence.tree.children[code])]
        if items.shape[1] < 2:
            continue
        alpha = compute_cronbach(items)
        yield Row("consistency", code, "", "cronbach", alpha, "inconsistent" if alpha < 0 else "")
        if len(items.dropna()) >= LEAST_PAIRS:
            components = compute_components(items)
            for k, share in enumerate(components.shares[:2], start=1):
                yield Row("components", code, "", f"share_{k}", float(share))
            for item, loading in components.loadings["PC1"].items():
                yield Row("components", code, str(item), "loading_1", float(loading))


def check_importance(evidence: Evidence) -> Iterator[Row]:
    """Effective importance (correlation ratio) of each child of an index or pillar against its nominal weight.

    Both are given as shares of their sum among siblings; flagged where one is more than twice the other.
    """
    tree = evidence.tree
    for code in tree.aggregates:
        children = list(tree.children[code])
        table = compute_importance(evidence.nodes[children], evidence.nodes[code])
        weights = np.array([tree[c].weight for c in children])
        nominal, effective = weights / weights.sum(), table["ratio"] / table["ratio"].sum()
        for place, child in enumerate(children):
            flag = "underweight" if effective.iloc[place] < nominal[place] / 2 else ""
            flag = "overweight" if effective.iloc[place] > nominal[place] * 2 else flag
            yield Row("importance", child, code, "nominal", float(nominal[place]))
            yield Row("importance", child, code, "correlation_ratio", float(table["ratio"].iloc[place]))
            yield Row("importance", child, code, "effective", float(effective.iloc[place]), flag)


def check_size(evidence: Evidence) -> Iterator[Row]:
    """Is it only size? Spearman's correlation of each node with population, and of the indices with each other."""
    nodes, population = evidence.nodes, evidence.population
    for code in (*evidence.tree.aggregates, *evidence.tree.leaves):
        r = rank_correlation(nodes[code].to_numpy(), population)
        yield Row("size", code, "population", "spearman", r, "size" if abs(r) > SIZE_ONLY else "")
    for i, first in enumerate(evidence.tree.roots):
        for second in evidence.tree.roots[i + 1 :]:
            one, other = nodes[first].to_numpy(), nodes[second].to_numpy()
            r = rank_correlation(one, other)
            yield Row("indices", first, second, "spearman", r, "redundant" if r > REDUNDANT else "")
            yield Row(
                "indices", first, second, "spearman_at_equal_size", partial_rank_correlation(one, other, population)
            )


def check_outside(evidence: Evidence) -> Iterator[Row]:
    """External validation: each index against figures that no indicator uses, plain and at equal population."""
    for root in evidence.tree.roots:
        scores = evidence.nodes[root].to_numpy()
        for series in evidence.outside:
            figures = evidence.outside[series].to_numpy(float)
            if (np.isfinite(scores) & np.isfinite(figures)).sum() < LEAST_PAIRS:
                continue
            partial = partial_rank_correlation(scores, figures, evidence.population)
            yield Row("outside", root, str(series), "spearman", rank_correlation(scores, figures))
            yield Row(
                "outside", root, str(series), "spearman_at_equal_size", partial, "against" if partial < -0.2 else ""
            )


def check_removals(evidence: Evidence) -> Iterator[Row]:
    """By how many places an index moves without each of its pillars and indicators."""
    tree = evidence.tree
    for root in tree.roots:
        below = [*tree.children[root], *tree.leaves_under(root)]
        codes = [code for code in below if len(tree.children[tree[code].parent or ""]) > 1]
        found = compute_removal_importance(tree, evidence.leaves, root, codes)
        for code in codes:
            yield Row("removal", code, root, "mean_rank_shift", float(found["mean_shift"][code]))


def check_intervals(evidence: Evidence) -> Iterator[Row]:
    """How wide the published intervals are, in points and in places, and which share of pairs they tell apart."""
    for code in evidence.tree.aggregates:
        told = evidence.bounds[evidence.bounds["node_code"].eq(code)].dropna(subset=["rank_low"])
        low, high = told["rank_low"].to_numpy(float), told["rank_high"].to_numpy(float)
        yield Row("interval", code, "", "score_width", float((told["score_high"] - told["score_low"]).median()))
        yield Row("interval", code, "", "rank_width", float(np.median(high - low)))
        yield Row("interval", code, "", "told_apart", share_apart(low, high))


def check_causes(evidence: Evidence) -> Iterator[Row]:
    """What moves the ranks of each index: Sobol indices of the choices that the published interval varies.

    Of each cause, the share of the variance of the mean displacement that it explains alone (`first`), and with the
    others (`total`), with the 5 % and 95 % quantiles over resamplings of the design. An index whose every rank stays
    in place has no cause.
    """
    model = vary_aggregation(evidence.tree, evidence.leaves, evidence.interval.aggregations)
    model = rank_scored(model, evidence.scored, evidence.tree.roots)
    cube = Cube(evidence.tree, evidence.interval.varied, model.counts)
    causes = causes_of(model, cube)
    moved = evidence.bounds[evidence.bounds["rank_low"].ne(evidence.bounds["rank_high"])]["node_code"]
    for root in (code for code in evidence.tree.roots if code in set(moved)):
        nominal = compute_rank(evidence.scored.column(root))
        found = compute_sobol(
            model, cube, root, mean_shift(nominal), causes, size=SOBOL_SIZE, seed=evidence.interval.seed
        )
        yield Row("sobol", root, "", "mean_rank_shift", found.mean)
        for cause, row in found.table.iterrows():
            yield from (Row("sobol", root, str(cause), str(measure), float(value)) for measure, value in row.items())


def read_outside(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, panel: Panel) -> pd.DataFrame:
    """The latest figure of every series kept out of the index, for the territories of the panel."""
    rows = con.execute(
        "SELECT territory_code, series_code, arg_max(value, year) AS value FROM observation WHERE level = ? "
        "AND series_code IN (SELECT unnest(?)) AND value IS NOT NULL GROUP BY ALL ORDER BY ALL",
        [panel.level, list(catalogue.outside)],
    ).df()  # fmt: skip
    return rows.pivot(index="territory_code", columns="series_code", values="value").reindex(panel.codes)


def say_audit(table: pd.DataFrame) -> list[str]:
    """The audit as lines: what is flagged first, then every measure, check by check."""
    flagged = table[table["flag"].ne("")]
    lines = [f"{len(flagged)} points to look at, of {len(table)} measures", ""]
    lines += [_line(row) for row in flagged.to_dict("records")]
    for check, rows in table.groupby("check_code", sort=False):
        lines += ["", f"== {check}", *(_line(row) for row in rows.to_dict("records"))]
    return lines


def _line(row: Mapping[Hashable, Any]) -> str:
    pair = " / ".join(str(row[key]) for key in ("node_code", "other_code") if row[key])
    return f"{row['check_code']:<13} {pair:<52} {row['measure']:<24} {row['value']:>12.4g}  {row['flag']}".rstrip()


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `audit`."""
    parser = commands.add_parser("audit", help="check the index of the published build, what to look at first")
    parser.add_argument("--level", default="epci", help="level of the territories (epci)")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    with open_current(default_paths().warehouse) as con:
        table = con.execute(f"SELECT {', '.join(COLUMNS)} FROM audit WHERE level = ?", [args.level]).df()
    print("\n".join(say_audit(table)))  # noqa: T201
    return 0
