"""The command `python -m indicators uncertainty`: how sure the ranks of any index in the two-table form are.

By default what varies is what the published interval varies (`robustness.PUBLISHED`): the weights by ±25 % at every
level, arithmetic or geometric means above pillars, one indicator left out. With `--draws`, the weights are those of the
file and nothing else varies, unless asked for.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.declaration import Choice, Method, load_method
from indicators.draws import Cube, Draws, Seeded, Source, Varied, given_weights
from indicators.importance import compute_removal_importance
from indicators.index import Results, compute_index, reference_method
from indicators.rank_stats import ahead_table, decile_shares, share_within, summarise_ranks, summarise_scores
from indicators.robustness import PUBLISHED
from indicators.run import write_stages
from indicators.sensitivity import causes_of, compute_sobol, mean_shift
from indicators.simulation import Model, Progress, Replicates, simulate
from indicators.tables import Study, read_study
from indicators.treat import Rule
from indicators.tree import Floats, Tree
from indicators.variants import Variation, aggregations, normalisations, treatments, vary_method

QUANTILES = (PUBLISHED.low, 0.5, PUBLISHED.high)
MOST_PAIRS = 300  # units above which the table of who is ahead of whom is not written
STOPPED = 130  # exit code after an interruption, as shells have it
ABOVE_PILLARS = 3


def add_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("uncertainty", help="how sure the ranks are: replicates, intervals, causes")
    parser.add_argument("--data", type=Path, required=True, help="figures: uCode, then one column a code")
    parser.add_argument("--tree", type=Path, required=True, help="tree: iCode, Level, Parent, Direction, Weight, Type…")
    parser.add_argument("--method", type=Path, help="nominal choices, in TOML (default: those of the reference build)")
    parser.add_argument("--replicates", type=int, default=PUBLISHED.replicates)
    parser.add_argument("--seed", type=int, default=PUBLISHED.seed)
    parser.add_argument(
        "--draws", type=Path, help="weights to be used: rep, then one column a code, one row a replicate"
    )
    parser.add_argument("--spread", type=float, help="weights vary by ± this share (default 0.25)")
    parser.add_argument(
        "--dirichlet", type=float, help="weights of siblings vary by a Dirichlet law of this concentration"
    )
    parser.add_argument("--left-out", type=int, help="indicators left out in each replicate (default 1)")
    parser.add_argument(
        "--aggregation", type=_names, help="means above pillars, comma separated (arithmetic,geometric)"
    )
    parser.add_argument("--normalisation", type=_names, default=(), help="comma separated: minmax,zscore,rank…")
    parser.add_argument("--treatment", type=_names, default=(), help="points winsorised, or none: none,1,5")
    parser.add_argument("--within", type=int, default=3, help="places within which a rank is said to hold (default 3)")
    parser.add_argument("--sobol", type=int, default=0, help="also share out uncertainty: rows of each design (512)")
    parser.add_argument("--nodes", type=_names, default=(), help="nodes, comma separated (default: the indices)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the tables")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Simulate and write the tables; nothing is written if anything is refused, or if it is stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        write_stages(_compute(arguments), arguments.out)
    except KeyboardInterrupt:
        print("\nuncertainty: stopped, nothing was written", file=sys.stderr)  # noqa: T201, the command's own words
        return STOPPED
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


@dataclass(frozen=True)
class _Asked:
    """What is simulated: the nominal index, the model, the draws, the nodes."""

    study: Study
    results: Results
    model: Model
    cube: Cube
    source: Source
    nodes: tuple[str, ...]


def _compute(arguments: argparse.Namespace) -> dict[str, pd.DataFrame]:
    asked = _asked(arguments)
    run_ = simulate(asked.model, asked.source, asked.nodes, keep_scores=True, progress=_report())
    tables = {"draws": _draws(asked), "failures": _failures(run_, asked.source.size)}
    for node in asked.nodes:
        suffix = "" if len(asked.nodes) == 1 else f"_{node}"
        tables |= {f"{name}{suffix}": table for name, table in _of_node(asked, run_, node, arguments.within).items()}
        tables[f"importance{suffix}"] = compute_removal_importance(*_nominal(asked), node)
        if arguments.sobol:
            tables[f"sobol{suffix}"] = _sobol(asked, node, arguments)
    return tables


def _asked(arguments: argparse.Namespace) -> _Asked:
    study = read_study(arguments.data, arguments.tree)
    method = load_method(arguments.method) if arguments.method else reference_method(study)
    given = arguments.draws is not None
    ways = arguments.aggregation if arguments.aggregation is not None else () if given else PUBLISHED.aggregations
    results = compute_index(study, method)
    model = vary_method(study, method, _variations(study, method, arguments, ways))
    nodes = tuple(model.tree[node].code for node in arguments.nodes or model.tree.roots)
    model = replace(model, ranked={node: results.ranks[node].notna().to_numpy() for node in nodes})
    left_out = arguments.left_out if arguments.left_out is not None else 0 if given else PUBLISHED.varied.left_out
    spread = PUBLISHED.varied.spread if arguments.spread is None else arguments.spread
    varied = Varied(spread, arguments.dirichlet, left_out)
    cube = Cube(model.tree, varied, model.counts)
    if arguments.replicates < 1:
        raise MethodError("--replicates", f"it is {arguments.replicates}", "Ask for at least one")
    seeded = Seeded(cube, arguments.seed, arguments.replicates)
    source: Source = _given(arguments.draws, model, seeded) if given else seeded
    return _Asked(study, results, model, cube, source, nodes)


def _variations(
    study: Study, method: Method, arguments: argparse.Namespace, ways: Sequence[str]
) -> tuple[Variation, ...]:
    found = []
    if arguments.treatment:
        found.append(treatments({name: _rule(name, method.treatment) for name in arguments.treatment}))
    if arguments.normalisation:
        found.append(normalisations({name: Choice(name) for name in arguments.normalisation}))
    depth = max(study.tree.height(root) for root in study.tree.roots)
    if ways and depth + 1 >= ABOVE_PILLARS:
        found.append(aggregations({name: Choice(name) for name in ways}, level=ABOVE_PILLARS))
    return tuple(found)


def _rule(name: str, nominal: Rule) -> Rule | None:
    if name == "none":
        return None
    if not name.isdigit():
        raise MethodError("--treatment", f"“{name}” is not a number of points", "Give numbers of points, or none")
    return replace(nominal, max_points=int(name))


def _given(path: Path, model: Model, seeded: Seeded) -> Draws:
    """Return the draws whose weights are in a file; choices of method, if any vary, come from the seed."""
    if not path.is_file():
        raise MethodError(str(path), "there is no such file", "Correct the path")
    table = pd.read_csv(path).drop(columns="rep", errors="ignore")
    for column in table:
        if not pd.api.types.is_numeric_dtype(table[column]) or table[column].isna().any():
            raise MethodError(f"{path.name}, {column}", "a weight is missing or not a number", "Complete the column")
    draws = given_weights(model.tree, {str(code): table[code].to_numpy(float) for code in table}, len(model.factors))
    if not model.factors:
        return draws
    return Draws(draws.weights, replace(seeded, size=draws.size).rows(0, draws.size).choices)


def _nominal(asked: _Asked) -> tuple[Tree, Floats]:
    tree = asked.results.scored.tree
    return tree, asked.results.stages["normalised"][list(tree.columns)].to_numpy(float)


def _of_node(asked: _Asked, run_: Replicates, node: str, within: int) -> dict[str, pd.DataFrame]:
    """Return the tables of one node: statistics, deciles, who is ahead, ranks by replicate."""
    ranks = run_.of(node)
    units = asked.results.stages["normalised"].index
    nominal = asked.results.ranks[node].to_numpy(dtype=float, na_value=np.nan)
    spread = summarise_ranks(ranks, QUANTILES)
    scores = summarise_scores(run_.scores_of(node), QUANTILES)
    low, median, high = spread.quantiles
    statistics = {
        "score": asked.results.scores[node].to_numpy(),
        "score_low": scores.quantiles[0],
        "score_high": scores.quantiles[2],
        "rank": nominal,
        "rank_mean": spread.mean,
        "rank_median": median,
        "rank_low": low,
        "rank_high": high,
        f"share_within_{within}": share_within(ranks, nominal, within),
        "replicates": spread.count,
    }
    tables = {
        "statistics": pd.DataFrame(statistics, index=units),
        "deciles": pd.DataFrame(decile_shares(ranks), index=units, columns=[f"decile_{d}" for d in range(1, 11)]),
        "ranks": pd.DataFrame(ranks.T, index=units, columns=[f"r_{r}" for r in range(1, len(ranks) + 1)]).replace(
            0, None
        ),
    }
    if len(units) <= MOST_PAIRS:
        tables["ahead"] = pd.DataFrame(ahead_table(ranks), index=units, columns=units)
    return tables


def _sobol(asked: _Asked, node: str, arguments: argparse.Namespace) -> pd.DataFrame:
    nominal = asked.results.ranks[node].to_numpy(dtype=float, na_value=np.nan)
    causes = causes_of(asked.model, asked.cube)
    found = compute_sobol(
        asked.model, asked.cube, node, mean_shift(nominal), causes, size=arguments.sobol, seed=arguments.seed
    )
    first, low, high = found.first_sum
    total = pd.DataFrame({"first": [first], "first_low": [low], "first_high": [high]}, index=["sum of first"])
    return pd.concat([found.table, total]).rename_axis("cause")


def _draws(asked: _Asked) -> pd.DataFrame:
    """Return what each replicate drew, so that any of them can be computed again."""
    draws = asked.source.rows(0, asked.source.size)
    table = pd.DataFrame(draws.weights, columns=list(asked.model.tree.codes))
    for place, factor in enumerate(asked.model.factors):
        table.insert(place, factor.name, np.array(factor.choices)[draws.choices[:, place]])
    table.index = pd.RangeIndex(1, len(table) + 1, name="rep")
    return table


def _failures(run_: Replicates, size: int) -> pd.DataFrame:
    rows = {"replicates": size, "failed": run_.failures, **{f"failed: {why}": n for why, n in run_.failed.items()}}
    return pd.DataFrame({"count": rows}).rename_axis("what")


def _report() -> Progress | None:
    """Return what prints the progress on a terminal; nothing elsewhere, where lines would pile up."""
    if not sys.stderr.isatty():
        return None

    def report(done: int, total: int) -> None:
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} replicates", end=end, file=sys.stderr, flush=True)  # noqa: T201

    return report


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
