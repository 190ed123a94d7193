"""The whole chain from raw figures to ranks, step by step, every stage kept so that a score can be explained backwards.

In a notebook:

    study = read_study(Path("ASEM_iData.csv"), Path("ASEM_iMeta.csv"))
    results = compute_index(study, reference_method(study))
    results.scores["Index"].sort_values(), results.stages["treated"], results.scales["CO2"].parameters

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008); each step's module gives its formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.aggregate import AGGREGATION
from indicators.declaration import AggregateChoice, Choice, Method
from indicators.denominate import compute_denominated
from indicators.impute import IMPUTATION
from indicators.normalise import NORMALISATION, Figures, n_goalposts
from indicators.ranks import compute_ranks
from indicators.scales import Scale
from indicators.score import Scored, Scorer
from indicators.screen import screen_units
from indicators.tables import Study
from indicators.treat import Treatment, compute_moved, compute_treated, fit_treatments
from indicators.tree import Tree
from indicators.weights import WEIGHTING, Siblings, compute_unit_weights


@dataclass(frozen=True)
class Results:
    """Everything computed between raw figures and ranks.

    Attributes:
        stages: The figures after each step, in order: `raw`, then those of `denominated`, `imputed`, `screened`,
            `treated` that were asked for, then `normalised`; units × indicators.
        marks: Points that are not as observed: `imputed_points` ("imputed") and `treated_points` ("winhi", "winlo").
        treatments: What was done to the outliers of each indicator, if that was asked for.
        scales: The scale each indicator was put on.
        scored: Scores and coverage of every node, with the tree they were computed on, weights included.
        residuals: What each node's weighting could not reach.
    """

    stages: Mapping[str, pd.DataFrame]
    marks: Mapping[str, pd.DataFrame]
    treatments: Mapping[str, Treatment]
    scales: Mapping[str, Scale]
    scored: Scored
    residuals: Mapping[str, float]

    @property
    def scores(self) -> pd.DataFrame:
        """Scores of every node, indicators included; units × codes, NaN where there is none."""
        return self._table(self.scored.scores)

    @property
    def coverage(self) -> pd.DataFrame:
        """Share of the weight of every node that is observed; units × codes, in [0, 1]."""
        return self._table(self.scored.coverage)

    @property
    def ranks(self) -> pd.DataFrame:
        """Rank of every unit for every node, 1 the best, ties sharing the best; units × codes."""
        return compute_ranks(self.scores)

    @property
    def unit_weights(self) -> pd.DataFrame:
        """What every node weighs in its index for every unit, weights of what is missing rescaled; units × codes."""
        return self._table(compute_unit_weights(self.scored))

    def _table(self, values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, self.stages["normalised"].index, list(self.scored.tree.codes))


def reference_method(study: Study) -> Method:
    """Return the method of the reference build.

    Missing figures are filled with the mean of the unit's group, in the coarsest of the groupings declared; where none
    is declared, nothing is filled. Outliers by the skewness and kurtosis rule, min-max on 0–100, given weights,
    arithmetic means.
    """
    return Method(imputation=Choice("none" if study.groups.columns.empty else "mean_group"))


def compute_index(study: Study, method: Method | None = None) -> Results:
    """Compute an index, from raw figures to ranks.

    Args:
        study: Figures, tree and what is declared about them, already checked.
        method: The choices made; `Method()` if None.

    Returns:
        Every stage.

    Raises:
        MethodError: A choice that does not exist or cannot be made on these figures, by name, before it is made.
    """
    method = method or Method()
    tree = declare_tree(study, method)
    prepared = prepare_figures(study, method)
    scales = fit_scales(study, method, prepared.figures)
    normalised = compute_normalised(prepared.figures, scales)
    tree, residuals = weigh_tree(tree, method, normalised)
    scored = Scorer(tree, normalised[list(tree.columns)].to_numpy(float)).score()
    stages = {**prepared.stages, "normalised": normalised}
    return Results(stages, prepared.marks, prepared.treatments, scales, scored, residuals)


def declare_tree(study: Study, method: Method) -> Tree:
    """Return the study's tree with the weights, aggregations and thresholds of the method, every choice checked."""
    tree = study.tree.with_weights(method.given)
    validate_choices(study, method)
    choices = {code: _aggregate_choice(study, method, code) for code in tree.aggregates}
    for code, made in choices.items():
        AGGREGATION.validate_options(made.choice.name, made.choice.options, where=code)
    return Tree(
        tuple(
            replace(n, method=c.choice.name, options=c.choice.options, coverage=c.coverage)
            if (c := choices.get(n.code))
            else n
            for n in tree.nodes
        )
    )


def validate_choices(study: Study, method: Method) -> None:
    """Refuse a choice about a node that is not there, an unknown method, an unknown option or one that lacks.

    Raises:
        MethodError: Naming it and what exists.
    """
    tree = study.tree
    for what, codes, known in (
        ("normalise", method.normalisation_of, tree.columns),
        ("weights", method.weighting_of, tree.aggregates),
        ("aggregate", method.aggregation_of, tree.aggregates),
        ("treat, forced", method.treatment.forced, tree.columns),
        ("aggregate, level", method.aggregation_of_level, {_level(study, code) for code in tree.aggregates}),
    ):
        for code in codes:
            if code not in known:
                listed = ", ".join(str(each) for each in known)
                raise MethodError(f"{what}, {code}", "it is not in the tree", f"Choose among {listed}")
    IMPUTATION.validate_options(method.imputation.name, method.imputation.options, where="impute")
    for code in tree.aggregates:
        choice = method.weighting_of.get(code, method.weighting)
        WEIGHTING.validate_options(choice.name, choice.options, where=f"weights, {code}")
    for code in tree.columns:
        choice = _scale_choice(study, method, code)
        NORMALISATION.validate_options(choice.name, choice.options, where=f"normalise, {code}")
        if (
            NORMALISATION.get(choice.name) is n_goalposts
        ):  # given, not fitted: unsound ones need no figure to be refused
            n_goalposts(Figures(code, study.figures[code].to_numpy(float)), **choice.options)


@dataclass(frozen=True)
class Prepared:
    """Figures ready to be normalised, and what led there; attributes as in `Results`."""

    figures: pd.DataFrame
    stages: Mapping[str, pd.DataFrame]
    marks: Mapping[str, pd.DataFrame]
    treatments: Mapping[str, Treatment]


def prepare_figures(study: Study, method: Method) -> Prepared:
    """Do the steps before normalisation, in the order declared."""
    figures = study.figures[list(study.tree.columns)]
    state = Prepared(figures, {"raw": figures}, {}, {})
    for step in method.steps:
        state = PREPARATION[step](study, method, state)
    return state


def _denominate(study: Study, method: Method, state: Prepared) -> Prepared:
    rates = compute_denominated(state.figures, study.denominators, study.context, method.factor)
    return _staged(state, "denominated", rates)


def _impute(study: Study, method: Method, state: Prepared) -> Prepared:
    fill = IMPUTATION.get(method.imputation.name)
    filled = fill(state.figures, study.groups, **method.imputation.options)
    points = (state.figures.isna() & filled.notna()).replace({True: "imputed", False: ""})
    return replace(_staged(state, "imputed", filled), marks={**state.marks, "imputed_points": points})


def _screen(study: Study, method: Method, state: Prepared) -> Prepared:
    del study
    return _staged(state, "screened", screen_units(state.figures, method.availability))


def _treat(study: Study, method: Method, state: Prepared) -> Prepared:
    del study
    treatments = fit_treatments(state.figures, method.treatment)
    marks = {**state.marks, "treated_points": compute_moved(state.figures, treatments)}
    treated = compute_treated(state.figures, treatments)
    return replace(_staged(state, "treated", treated), marks=marks, treatments=treatments)


Step = Callable[[Study, Method, Prepared], Prepared]
PREPARATION: Mapping[str, Step] = {"denominate": _denominate, "impute": _impute, "screen": _screen, "treat": _treat}


def _staged(state: Prepared, name: str, figures: pd.DataFrame) -> Prepared:
    return replace(state, figures=figures, stages={**state.stages, name: figures})


def fit_scales(study: Study, method: Method, figures: pd.DataFrame) -> dict[str, Scale]:
    """Fit the scale of every indicator on these figures; see `normalise`."""
    scales, units = {}, tuple(str(unit) for unit in figures.index)
    for code in study.tree.columns:
        choice = _scale_choice(study, method, code)
        reference = Figures(code, figures[code].to_numpy(float), study.directions.get(code, 1), units)
        scales[code] = NORMALISATION.get(choice.name)(reference, **choice.options)
    return scales


def compute_normalised(figures: pd.DataFrame, scales: Mapping[str, Scale]) -> pd.DataFrame:
    """Apply scales to a table units × indicators, of this edition or of another."""
    return pd.DataFrame(
        {code: scale(figures[code].to_numpy(float)) for code, scale in scales.items()}, index=figures.index
    )


def weigh_tree(tree: Tree, method: Method, normalised: pd.DataFrame) -> tuple[Tree, dict[str, float]]:
    """Give the children of every node their weights, from the indicators up.

    Returns:
        The tree with these weights, and by node what its weighting could not reach.
    """
    table, residuals = normalised[list(tree.columns)].to_numpy(float), {}
    for code in tree.aggregates:
        choice = method.weighting_of.get(code, method.weighting)
        if choice.name.removeprefix(WEIGHTING.prefix) == "given":
            residuals[code] = 0.0
            continue
        places = [tree.position[child] for child in tree.children[code]]
        scores = Scorer(tree, table).score().scores[:, places]
        siblings = Siblings(code, tree.children[code], tree.weights[places], scores)
        weighting = WEIGHTING.get(choice.name)(siblings, **choice.options)
        tree = tree.with_weights(dict(zip(siblings.codes, weighting.weights.tolist(), strict=True)))
        residuals[code] = weighting.residual
    return tree, residuals


def _aggregate_choice(study: Study, method: Method, code: str) -> AggregateChoice:
    of_level = method.aggregation_of_level.get(_level(study, code), method.aggregation)
    return method.aggregation_of.get(code, of_level)


def _level(study: Study, code: str) -> int:
    return study.levels.get(code, study.tree.height(code) + 1)


def _scale_choice(study: Study, method: Method, code: str) -> Choice:
    """Return how an indicator is normalised; the target declared in the tree serves where the method needs one."""
    choice = method.normalisation_of.get(code, method.normalisation)
    if choice.name.removeprefix("n_") == "distance_target" and code in study.targets:
        return replace(choice, options={"target": study.targets[code], **choice.options})
    return choice
