"""The only module that scores a build: levels, editions and variants, from panel to the tables the dashboard reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import pandas as pd

from etl.errors import BuildError
from indicators.audit import Evidence, compute_audit, read_outside
from indicators.catalogue import LEVELS, VARIANTS, Catalogue, Retrospective
from indicators.goalposts import GOALPOST_FILE, Fit, as_fit, load_goalposts, normalise_panel
from indicators.interval_rows import add_intervals, compute_level_intervals, write_replicates
from indicators.panel import Panel, build_panel, pool_panels
from indicators.readings import AS_IS, apply_variant, fit_variants, list_changed, list_unread
from indicators.robustness import PUBLISHED, Interval
from indicators.score import Scored, Scorer
from indicators.score_rows import index_rows, indicator_rows
from indicators.singularity import complete_panel, fit_level
from indicators.tree import Floats, Node, Tree

VARIANT_LEVELS = ("epci", "departement", "region")  # a commune of forty inhabitants has no figure per thousand
REPLICATED_LEVELS = ("epci",)  # where the replicates themselves are kept, to compare territories two by two
AUDITED_LEVELS = ("epci",)  # where the comparison is made; the other levels share its catalogue
FULL, REDUCED = "indice", "retrospectif"


@dataclass(frozen=True)
class LevelScores:
    """Everything computed for the territories of one level in one edition.

    Attributes:
        catalogue: The tree they were scored on.
        panel: Raw figures, derived ones included.
        normalised: Scores of the panel's indicators.
        groups: Peer group of each territory.
        scored: Scores and coverage of every node.
        fit: The goalposts used.
    """

    catalogue: Catalogue
    panel: Panel
    normalised: Floats
    groups: list[str]
    scored: Scored
    fit: Fit


@cache
def build_tree(catalogue: Catalogue, level: str = "epci", left_out: tuple[str, ...] = ()) -> Tree:
    """The index tree at one level: a power mean between pillars, arithmetic within a pillar; context left out.

    An indicator that does not exist at the level (or is left out of a variant), and a pillar that has none there, are
    left out of the tree: their weight is not counted as missing.
    """
    leaves = [Node(i.code, i.pillar, i.weight) for i in catalogue.scored_at(level) if i.code not in left_out]
    alive = {leaf.parent for leaf in leaves}
    pillars = [Node(p.code, p.index, p.weight, coverage=catalogue.coverage["pillar"])
               for p in catalogue.pillars if p.code in alive]  # fmt: skip
    roots = {p.parent for p in pillars}
    mean: Mapping[str, float] = MappingProxyType({"power": catalogue.power})
    indices = [
        Node(i.code, method="power", options=mean, coverage=catalogue.coverage["index"])
        for i in catalogue.indices
        if i.code in roots
    ]
    return Tree((*indices, *pillars, *leaves))


def score_panel(catalogue: Catalogue, panel: Panel, normalised: Floats, left_out: tuple[str, ...] = ()) -> Scored:
    """Scores and coverage of every node, at the declared weights."""
    tree = build_tree(catalogue, panel.level, left_out)
    return Scorer(tree, panel.pick(normalised, tree.columns)).score()


def fit_goalposts_of(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Iterator[pd.DataFrame]:
    """Goalposts of every level: figures, peers, variants, and those of the retrospective index.

    Raises:
        MethodError: An indicator is missing everywhere, or constant.
    """
    for level in LEVELS:
        panel = build_panel(con, catalogue, level=level, edition=catalogue.reference_edition)
        yield fit_level(catalogue, panel)
        if level in VARIANT_LEVELS:
            yield fit_variants(panel)
    past = catalogue.retrospective
    if past is not None:
        for level in past.levels:
            yield _fit_past(con, past, level)


def _fit_past(con: duckdb.DuckDBPyConnection, past: Retrospective, level: str) -> pd.DataFrame:
    """Goalposts of the retrospective index: on all its editions together, so that none lies beyond them."""
    panels = [build_panel(con, past.catalogue, level=level, edition=edition) for edition in past.editions]
    pooled = replace(pool_panels(panels), edition=past.catalogue.reference_edition)
    return fit_level(past.catalogue, pooled)


def score_level(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, level: str, fit: Fit, edition: int | None = None
) -> LevelScores:
    """Score the territories of one level in one edition.

    Raises:
        BuildError: No territory has a score.
    """
    panel = build_panel(con, catalogue, level=level, edition=edition)
    normalised = normalise_panel(panel, fit, catalogue.score_range)
    panel, normalised, groups = complete_panel(catalogue, panel, normalised, fit)
    scored = score_panel(catalogue, panel, normalised)
    for root in scored.tree.roots:
        if np.isnan(scored.column(root)).all():
            raise BuildError(f"score of {root}, level {level}, edition {panel.edition}", "no territory has one",
                             "Check that the sources of its pillars were loaded: make status")  # fmt: skip
    return LevelScores(catalogue, panel, normalised, groups, scored, fit)


def write_scores(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    goalpost_file: Path = GOALPOST_FILE,
    interval: Interval = PUBLISHED,
) -> None:
    """Write `fit`, `score`, `replicate`, `peer`, `composition` and `audit` into an unpublished build.

    Raises:
        BuildError: No territory of a level has a score.
        MethodError: Goalposts are missing.
    """
    for level in LEVELS:
        goalposts = load_goalposts(catalogue, level, goalpost_file)
        done = score_level(con, catalogue, level, as_fit(goalposts))
        _insert(con, "fit", goalposts)
        bounds = _write_current(con, done, interval)
        _write_peers(con, done)
        if level in VARIANT_LEVELS:
            _write_variants(con, done, interval)
        if level in AUDITED_LEVELS:
            _write_audit(con, done, bounds, interval)
    _write_past(con, catalogue, goalpost_file)


def _write_past(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, goalpost_file: Path) -> None:
    """The retrospective index: its own tree, one score an edition, at fixed goalposts."""
    past = catalogue.retrospective
    if past is None:
        return
    for level in past.levels:
        goalposts = load_goalposts(past.catalogue, level, goalpost_file)
        _insert(con, "fit", goalposts)
        for edition in past.editions:
            _write_level(con, score_level(con, past.catalogue, level, as_fit(goalposts), edition), REDUCED)


def _write_current(con: duckdb.DuckDBPyConnection, done: LevelScores, interval: Interval) -> pd.DataFrame:
    """The current edition, with the published interval of every index and pillar, which it returns."""
    tree, codes, level = done.scored.tree, done.panel.codes, done.panel.level
    leaves = done.panel.pick(done.normalised, tree.columns)
    intervals = compute_level_intervals(tree, leaves, keep=level in REPLICATED_LEVELS, interval=interval)
    nodes = add_intervals(index_rows(done.panel, done.scored, AS_IS), intervals, codes)
    _insert(con, "score", pd.concat([nodes, indicator_rows(done.panel, done.normalised, AS_IS)]))
    _insert(con, "composition", _composition(done, FULL))
    write_replicates(con, intervals.replicates, codes)
    return intervals.table


def _write_level(con: duckdb.DuckDBPyConnection, done: LevelScores, tree_code: str) -> None:
    rows = [index_rows(done.panel, done.scored, AS_IS), indicator_rows(done.panel, done.normalised, AS_IS)]
    _insert(con, "score", pd.concat(rows))
    _insert(con, "composition", _composition(done, tree_code))


def _composition(done: LevelScores, tree_code: str) -> pd.DataFrame:
    """What the index of this level and edition is made of, and the share of territories that each node covers."""
    tree = done.scored.tree
    return pd.DataFrame(
        {
            "level": done.panel.level, "edition": done.panel.edition, "tree_code": tree_code,
            "node_code": tree.codes, "parent_code": [n.parent for n in tree.nodes], "weight": tree.weights,
            "coverage": np.isfinite(done.scored.scores).mean(axis=0),
        }
    )  # fmt: skip


def _write_peers(con: duckdb.DuckDBPyConnection, done: LevelScores) -> None:
    frame = pd.DataFrame(
        {"level": done.panel.level, "territory_code": done.panel.codes, "edition": done.panel.edition,
         "peer_group": done.groups}
    )  # fmt: skip
    _insert(con, "peer", frame)


def _write_variants(con: duckdb.DuckDBPyConnection, done: LevelScores, interval: Interval) -> None:
    """Indices and pillars with their intervals, and the indicators that a variant reads otherwise."""
    for variant in VARIANTS:
        panel, scores = apply_variant(done.catalogue, done.panel, done.normalised, done.fit, variant)
        scored = score_panel(done.catalogue, panel, scores, list_unread(panel, done.fit, variant))
        changed = [place for place in list_changed(panel, variant) if np.isfinite(panel.values[:, place]).any()]
        leaves = panel.pick(scores, scored.tree.columns)
        intervals = compute_level_intervals(scored.tree, leaves, keep=False, interval=interval)
        nodes = add_intervals(index_rows(panel, scored, variant), intervals, panel.codes)
        _insert(con, "score", pd.concat([nodes, indicator_rows(panel, scores, variant, changed)]))


def _write_audit(con: duckdb.DuckDBPyConnection, done: LevelScores, bounds: pd.DataFrame, interval: Interval) -> None:
    outside = read_outside(con, done.catalogue, done.panel)
    table = compute_audit(Evidence(done.panel, done.normalised, done.scored, outside, bounds, interval))
    _insert(con, "audit", table.assign(level=done.panel.level, edition=done.panel.edition))


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    con.register("frame", frame)
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM frame")
    con.unregister("frame")
