"""How fast ranks get their distribution, against the same tree in bare NumPy (`floor`) in the same process and turns.

Figures are drawn: 40 indicators, 8 pillars, two indices, a tenth missing. Each size is measured in a process of its
own, with one thread in the linear algebra, so that both sides use the same threads: one a core, each its replicates.
`REPLICATES=200 python -m tests.bench uncertainty` is a quick look; the published figures are at 1,000.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from indicators.declaration import Choice
from indicators.draws import Cube, Seeded, Varied
from indicators.index import compute_index, reference_method
from indicators.rank_stats import summarise_ranks
from indicators.robustness import PUBLISHED, compute_intervals, vary_aggregation
from indicators.score import Scorer
from indicators.sensitivity import compute_sobol, mean_shift
from indicators.simulation import Model, simulate
from indicators.tables import read_study
from indicators.treat import Rule
from indicators.tree import Node, Tree
from indicators.variants import aggregations, normalisations, treatments, vary_method
from tests.bench.floor import Floor
from tests.bench.measure import Measure
from tests.conftest import SHARED

REPLICATES = int(os.environ.get("REPLICATES", "1000"))
SIZES = (1255, 34_875)
INDICATORS = 40
ASEM = SHARED / "reference" / "asem"
QUANTILES = (0.05, 0.5, 0.95)
Figures = dict[str, float]


def measure() -> list[Measure]:
    """Ratios to the floor, memory, the whole-method study, and how time grows."""
    measures = []
    for units in SIZES:
        found = _apart("distribution", units)
        name = f"{units:,} × {INDICATORS} × {REPLICATES:,}"
        measures += [
            Measure(f"rank distribution, weights, {name}", found["weights"], found["floor"], 1.5),
            Measure(f"rank distribution, published interval, {name}", found["published"], found["floor"], 3.0),
            Measure(
                f"peak memory of the rank distribution, {name}", _apart("memory", units)["MB"], bound=1000, unit="MB"
            ),
        ]
        whole = _apart("intervals", units)
        measures += [
            Measure(f"intervals of 10 nodes for the build, {name}", whole["seconds"]),
            Measure(f"peak memory of the build's intervals, {name}", whole["MB"], bound=1000, unit="MB"),
        ]
    live = _apart("live", 1255)
    measures.append(Measure("live re-scoring, 1,255 × 40", live["ours"], live["floor"], 2.0))
    if ASEM.is_dir():
        sobol = _apart("sobol", 0)
        measures.append(Measure("3,000-run four-factor Sobol, ASEM, tables of scores known", sobol["runs"], bound=0.2))
        measures.append(Measure("the ten tables of scores of that study, from raw figures", sobol["tables"]))
    return measures + [Measure(name, value) for name, value in _apart("growth", 1255).items()]


def _apart(what: str, units: int) -> Figures:
    """Measure one thing in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.uncertainty", what, str(units)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    found: Figures = json.loads(printed)
    return found


def drawn_tree(indicators: int = INDICATORS, pillars: int = 8) -> Tree:
    """Two indices, geometric above pillars, with the thresholds of ours."""
    nodes = [Node(code, method="geometric", coverage=2 / 3) for code in ("att", "ray")]
    nodes += [Node(f"p{i}", "att" if i < 3 else "ray", coverage=0.6) for i in range(pillars)]
    return Tree((*nodes, *(Node(f"x{i}", f"p{i % pillars}") for i in range(indicators))))


def drawn_figures(units: int, indicators: int = INDICATORS) -> np.ndarray:
    """Scores on 1–100, a tenth missing."""
    rng = np.random.default_rng(0)
    table = rng.uniform(1, 100, (units, indicators))
    table[rng.random(table.shape) < 0.1] = np.nan
    return table


def in_turn(actions: Mapping[str, Callable[[], object]], runs: int = 5) -> Figures:
    """Median seconds of each action, taken in turn so that all meet the same machine."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(runs + 1):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            if turn:  # the first is for warming up
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def _distribute(model: Model, varied: Varied) -> None:
    run = simulate(model, Seeded(Cube(model.tree, varied, model.counts), 1, REPLICATES))
    for node in run.nodes:
        summarise_ranks(run.of(node), QUANTILES)


def _distribution(units: int) -> Figures:
    tree, table = drawn_tree(), drawn_figures(units)
    floor = Floor(tree, table)
    weights = Seeded(Cube(tree, Varied()), 1, REPLICATES)
    _require_same(tree, table, floor)

    def bare() -> None:
        floor.distribution(np.random.default_rng(1).uniform(0.75, 1.25, (weights.size, len(tree.codes))))

    return in_turn(
        {
            "floor": bare,
            "weights": lambda: _distribute(vary_aggregation(tree, table), Varied()),
            "published": lambda: _distribute(vary_aggregation(tree, table, PUBLISHED.aggregations), PUBLISHED.varied),
        }
    )


def _require_same(tree: Tree, table: np.ndarray, floor: Floor) -> None:
    """Refuse to compare with a floor that computes something else."""
    weights = Seeded(Cube(tree, Varied()), 1, 8).rows(0, 8).weights
    run = simulate(vary_aggregation(tree, table), Seeded(Cube(tree, Varied()), 1, 8))
    for place, code in enumerate(tree.roots):
        if (floor.ranks(floor.scores(weights, place)) != run.of(code)).mean() > 1e-3:  # but for roundings
            raise SystemExit(f"the floor does not rank {code} as the product does")


def _memory(units: int) -> Figures:
    _distribute(vary_aggregation(drawn_tree(), drawn_figures(units), PUBLISHED.aggregations), PUBLISHED.varied)
    return {"MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _intervals(units: int) -> Figures:
    tree, table = drawn_tree(), drawn_figures(units)
    start = time.perf_counter()
    compute_intervals(tree, table, PUBLISHED)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _live(units: int) -> Figures:
    tree, table = drawn_tree(), drawn_figures(units)
    scorer, floor = Scorer(tree, table), Floor(tree, table)
    weights = np.random.default_rng(2).uniform(0.75, 1.25, (50, len(tree.codes)))

    def bare() -> None:
        for row in weights:
            for root in range(len(tree.roots)):
                floor.scores(row[np.newaxis], root)

    found = in_turn({"ours": lambda: [scorer.score(row) for row in weights], "floor": bare}, runs=9)
    return {name: seconds / len(weights) for name, seconds in found.items()}


def _sobol(_: int) -> Figures:
    study = read_study(ASEM / "ASEM_iData.csv", ASEM / "ASEM_iMeta.csv")
    method = reference_method(study)
    nominal = compute_index(study, method).ranks["Index"].to_numpy(float)

    def build() -> Model:
        return vary_method(
            study,
            method,
            (
                treatments({str(points): Rule(max_points=points) for points in range(1, 6)}),
                normalisations(
                    {
                        "minmax": Choice("minmax", {"low": 1, "high": 100}),
                        "zscore": Choice("zscore", {"mean": 10, "sd": 2}),
                    }
                ),
                aggregations({"arithmetic": Choice("arithmetic"), "geometric": Choice("geometric")}),
            ),
        )

    model = build()

    def run() -> None:
        compute_sobol(model, Cube(model.tree, Varied(0.25), model.counts), "Index", mean_shift(nominal), size=500)

    return in_turn({"runs": run, "tables": build})


def _growth(units: int) -> Figures:
    """How time grows with units, indicators, replicates and workers: each doubled alone."""

    def run(units: int, indicators: int, replicates: int, workers: int) -> None:
        tree = drawn_tree(indicators)
        source = Seeded(Cube(tree, Varied()), 1, replicates)
        with ThreadPoolExecutor(workers) as pool:
            simulate(vary_aggregation(tree, drawn_figures(units, indicators)), source, executor=pool)

    cases = {
        f"growth: {units:,} units × 40 × 250, 1 worker": (units, 40, 250, 1),
        "growth: twice the units": (2 * units, 40, 250, 1),
        "growth: twice the indicators": (units, 80, 250, 1),
        "growth: twice the replicates": (units, 40, 500, 1),
        "growth: two workers": (units, 40, 250, 2),
    }
    return in_turn({name: partial(run, *case) for name, case in cases.items()})


PARTS = {
    "distribution": _distribution,
    "memory": _memory,
    "intervals": _intervals,
    "live": _live,
    "sobol": _sobol,
    "growth": _growth,
}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](int(sys.argv[2]))))
