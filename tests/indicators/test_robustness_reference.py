"""Simulations of the ASEM index, replicate by replicate, against those of the reference tool."""

import numpy as np
import pandas as pd

from indicators import variants
from indicators.declaration import Choice
from indicators.draws import Draws, given_weights
from indicators.index import reference_method
from indicators.rank_stats import summarise_ranks
from indicators.simulation import Model, compute_scores, simulate
from indicators.treat import Rule
from indicators.variants import Variation, aggregations, normalisations, treatments, vary_method

from .asem import study, table

SCALES = {
    "n_minmax": Choice("minmax", {"low": 1.0, "high": 100.0}),
    "n_zscore": Choice("zscore", {"mean": 10.0, "sd": 2.0}),
}
MEANS = {"a_amean": Choice("arithmetic"), "a_gmean": Choice("geometric")}


def vignette() -> tuple[Variation, ...]:
    """The four-factor study of the reference, less its weights: three choices of method."""
    rules = {str(points): Rule(max_points=points) for points in range(1, 6)}
    return treatments(rules), normalisations(SCALES), aggregations(MEANS)


def vignette_draws(model: Model, parameters: pd.DataFrame) -> Draws:
    named = {name: parameters[f"w.{name}"].to_numpy() for name in model.tree.codes}
    columns = ("Winmax", "Normalisation", "Aggregation")
    choices = [
        [factor.choices.index(str(value)) for value in parameters[column]]
        for factor, column in zip(model.factors, columns, strict=True)
    ]
    return Draws(given_weights(model.tree, named).weights, np.array(choices).T)


def test_the_reference_s_thousand_draws_give_its_rank_statistics_exactly(reference):
    asem = study(reference)
    model = vary_method(asem, reference_method(asem))
    weights = table(reference, "UA_weights_N1000_weights_used")
    run = simulate(model, given_weights(model.tree, {code: weights[code] for code in weights}), ("Index",))
    theirs = table(reference, "UA_weights_N1000_ranks").drop(columns="Nominal").loc[asem.figures.index]
    np.testing.assert_array_equal(run.of("Index").T, theirs)
    summary = summarise_ranks(run.of("Index"), (0.05, 0.5, 0.95))
    published = table(reference, "UA_weights_N1000_rankstats").loc[asem.figures.index]
    for ours, column in zip((summary.mean, *summary.quantiles), ("Mean", "Q5", "Median", "Q95"), strict=True):
        np.testing.assert_array_equal(ours, published[column])
    assert run.failures == 0


def test_the_600_four_factor_runs_are_the_reference_s(reference):
    asem = study(reference)
    model = vary_method(asem, reference_method(asem), vignette())
    draws = vignette_draws(model, table(reference, "SA_vignette4_N100_para"))
    scores, failed = compute_scores(model, draws, ("Index",))
    theirs = table(reference, "SA_vignette4_N100_scores").drop(columns="Nominal").loc[asem.figures.index]
    np.testing.assert_allclose(scores[:, 0].T, theirs, rtol=0, atol=1e-12)
    assert not failed
    ranks = table(reference, "SA_vignette4_N100_ranks").drop(columns="Nominal").loc[asem.figures.index]
    np.testing.assert_array_equal(simulate(model, draws, ("Index",)).of("Index").T, ranks)


def test_each_distinct_table_of_scores_is_computed_once(reference, monkeypatch):
    calls = []
    asem = study(reference)
    original = variants.fit_scales
    monkeypatch.setattr(variants, "fit_scales", lambda *a: calls.append(1) or original(*a))
    model = vary_method(asem, reference_method(asem), vignette())
    assert len(model.scorers) == 20
    assert len(calls) == 11  # ten combinations of treatment and normalisation, and the nominal
