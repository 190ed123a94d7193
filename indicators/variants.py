"""The only place that turns alternative methods into a model: each distinct table of scores is computed once.

model = vary_method(study, method, (
    Variation("winsorisation", {str(k): lambda m, k=k: replace(m, treatment=Rule(max_points=k)) for k in (1, 3, 5)}),
    normalisations({"minmax": Choice("minmax", {"low": 1, "high": 100}), "zscore": Choice("zscore")}),
))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from etl.errors import MethodError
from indicators.declaration import AggregateChoice, Choice, Method
from indicators.index import (
    PREPARATION,
    Prepared,
    compute_normalised,
    declare_tree,
    fit_scales,
    validate_choices,
    weigh_tree,
)
from indicators.score import Scorer
from indicators.simulation import Factor, Model
from indicators.tables import Study
from indicators.treat import Rule
from indicators.tree import Tree

Change = Callable[[Method], Method]


@dataclass(frozen=True)
class Variation:
    """A choice of method that varies.

    Attributes:
        name: What is chosen.
        choices: By name, how each choice changes the nominal method; equally likely.
    """

    name: str
    choices: Mapping[str, Change]


def normalisations(choices: Mapping[str, Choice]) -> Variation:
    """Return the variation of how every indicator is normalised."""
    return Variation("normalisation", {name: _normalise_by(choice) for name, choice in choices.items()})


def treatments(choices: Mapping[str, Rule | None]) -> Variation:
    """Return the variation of how outliers are treated; None: they are not."""
    return Variation("treatment", {name: _treat_by(rule) for name, rule in choices.items()})


def aggregations(choices: Mapping[str, Choice], level: int = 2) -> Variation:
    """Return the variation of how nodes are made, from one level of the tree up (2: those above indicators)."""
    return Variation("aggregation", {name: _aggregate_by(choice, level) for name, choice in choices.items()})


def _normalise_by(choice: Choice) -> Change:
    return lambda method: replace(method, normalisation=choice, normalisation_of={})


def _treat_by(rule: Rule | None) -> Change:
    if rule is None:
        return lambda method: replace(method, steps=tuple(step for step in method.steps if step != "treat"))
    return lambda method: replace(method, treatment=rule)


def _aggregate_by(choice: Choice, level: int) -> Change:
    def change(method: Method) -> Method:
        levels = {
            **method.aggregation_of_level,
            **{
                above: replace(method.aggregation_of_level.get(above, method.aggregation), choice=choice)
                for above in range(level, LEVELS)
            },
        }
        return replace(method, aggregation_of_level=levels)

    return change


LEVELS = 10  # more than any tree has


def vary_method(study: Study, method: Method, variations: tuple[Variation, ...] = ()) -> Model:
    """Return the model of an index whose method varies.

    Args:
        study: Figures, tree and what is declared about them.
        method: The nominal method; its weights are those around which draws are made, whatever the choices.
        variations: What varies.

    Returns:
        One kernel per combination of choices.

    Raises:
        MethodError: As `compute_index`; choices that do not keep the same units.
    """
    tables = _Known(study)
    nominal, _ = weigh_tree(declare_tree(study, method), method, tables.normalised(method))
    scorers = {}
    for places in product(*(range(len(variation.choices)) for variation in variations)):
        changed = method
        for variation, place in zip(variations, places, strict=True):
            changed = list(variation.choices.values())[place](changed)
        normalised = tables.normalised(_without_levels(study, changed))
        tree = tables.tree(_without_levels(study, changed), nominal)
        scorers[places] = Scorer(tree, normalised[list(tree.columns)].to_numpy(float))
    return Model(nominal, scorers, tuple(Factor(v.name, tuple(v.choices)) for v in variations))


def _without_levels(study: Study, method: Method) -> Method:
    """Return the method without what it says of levels this tree does not have."""
    known = {study.levels.get(code, study.tree.height(code) + 1) for code in study.tree.aggregates}
    kept: dict[int, AggregateChoice] = {k: c for k, c in method.aggregation_of_level.items() if k in known}
    return replace(method, aggregation_of_level=kept)


class _Known:
    """The tables of figures and scores, and the trees, met so far, by what they depend on."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self._prepared: dict[str, Prepared] = {}
        self._normalised: dict[str, pd.DataFrame] = {}
        self._trees: dict[str, Tree] = {}

    def tree(self, method: Method, nominal: Tree) -> Tree:
        """Return the tree aggregated as a method says, with the nominal weights."""
        key = repr((method.aggregation, dict(method.aggregation_of_level), dict(method.aggregation_of)))
        if key not in self._trees:
            weights = dict(zip(nominal.codes, nominal.weights, strict=True))
            self._trees[key] = declare_tree(self.study, method).with_weights(weights)
        return self._trees[key]

    def normalised(self, method: Method) -> pd.DataFrame:
        """Return the table of scores under a method; units × indicators."""
        key, prepared = self._prepare(method)
        key += repr((method.normalisation, dict(method.normalisation_of)))
        if key not in self._normalised:
            validate_choices(self.study, method)
            table = compute_normalised(prepared.figures, fit_scales(self.study, method, prepared.figures))
            self._require_same_units(table)
            self._normalised[key] = table
        return self._normalised[key]

    def _prepare(self, method: Method) -> tuple[str, Prepared]:
        """Do the steps before normalisation, each once for what it depends on."""
        figures = self.study.figures[list(self.study.tree.columns)]
        key, state = "", Prepared(figures, {}, {}, {})
        for step in method.steps:
            key += repr((step, _choice_of(step, method)))
            if key not in self._prepared:
                self._prepared[key] = PREPARATION[step](self.study, method, state)
            state = self._prepared[key]
        return key, state

    def _require_same_units(self, table: pd.DataFrame) -> None:
        for known in self._normalised.values():
            gone = known.index.symmetric_difference(table.index)
            if len(gone):
                raise MethodError(
                    f"unit {gone[0]}",
                    "it is kept by one of the choices and not by another, so that ranks cannot be compared",
                    "Screen units in the same way under every choice",
                )


def _choice_of(step: str, method: Method) -> object:
    """Return what a step before normalisation depends on."""
    return {
        "denominate": method.factor,
        "impute": method.imputation,
        "screen": method.availability,
        "treat": method.treatment,
    }[step]
