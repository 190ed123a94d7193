"""The three readings of size: as it is, per inhabitant, as its size makes expected."""

import numpy as np
import pandas as pd
import pytest

from indicators.compute import build_tree
from indicators.goalposts import as_fit, normalise_panel
from indicators.readings import apply_variant, fit_variants, list_changed, list_unread, read_law
from indicators.singularity import complete_panel, fit_level

from .study import indicator, small_catalogue, small_panel

BOTH = ("per_inhabitant", "scale_adjusted")
COUNT = 60


@pytest.fixture
def study():
    """`stock` grows as population^1.2 and is zero for the last three; `rare` exists in five territories."""
    catalogue = small_catalogue(
        indicator("stock", "notoriete", variants=BOTH, transform="log1p", worst=0.0),
        indicator("rare", "notoriete", variants=BOTH, transform="log1p", worst=0.0),
    )
    rng = np.random.default_rng(4)
    values = rng.normal(50, 10, (COUNT, 6))
    population = np.linspace(1e4, 1e5, COUNT)
    values[:, 4] = 1e-3 * population**1.2 * np.exp(rng.normal(0, 0.1, COUNT))
    values[-3:, 4] = 0
    values[:, 5] = np.where(np.arange(COUNT) < 5, 3.0 + np.arange(COUNT), 0.0)
    panel = small_panel(catalogue, values)
    fit = as_fit(pd.concat([fit_level(catalogue, panel), fit_variants(panel)]))
    done, scores, _ = complete_panel(catalogue, panel, normalise_panel(panel, fit, (1, 100)), fit)
    return catalogue, done, scores, fit


def test_only_the_declared_stocks_change(study):
    catalogue, panel, scores, fit = study
    for variant in BOTH:
        changed = list_changed(panel, variant)
        assert [panel.indicators[p].code for p in changed] == ["stock", "rare"]
        others = [p for p in range(len(panel.indicators)) if p not in changed]
        read, again = apply_variant(catalogue, panel, scores, fit, variant)
        np.testing.assert_array_equal(again[:, others], scores[:, others])
        np.testing.assert_array_equal(read.values[:, others], panel.values[:, others])


def test_per_inhabitant_is_per_thousand_and_a_zero_stays_a_zero(study):
    catalogue, panel, scores, fit = study
    read, again = apply_variant(catalogue, panel, scores, fit, "per_inhabitant")
    np.testing.assert_allclose(read.column("stock"), 1000 * panel.column("stock") / panel.territory["population"])
    place = [i.code for i in panel.indicators].index("stock")
    np.testing.assert_array_equal(again[-3:, place], 1.0)
    assert again[:, place].max() == 100


def test_scale_adjusted_finds_the_exponent_back_and_a_zero_is_not_calculable(study):
    catalogue, panel, scores, fit = study
    law = read_law(fit["stock"])
    assert law.low < 1.2 < law.high
    assert law.count == COUNT - 3
    read, again = apply_variant(catalogue, panel, scores, fit, "scale_adjusted")
    left = read.column("stock")
    assert np.isnan(left[-3:]).all()
    assert abs(np.corrcoef(left[:-3], panel.territory["population"][:-3])[0, 1]) < 0.1
    place = [i.code for i in panel.indicators].index("stock")
    assert np.isnan(again[-3:, place]).all()
    assert np.nanmin(again[:, place]) == 1
    assert np.nanmax(again[:, place]) == 100


def test_a_figure_that_few_have_has_no_law_and_is_left_out_of_the_tree(study):
    catalogue, panel, scores, fit = study
    assert read_law(fit["rare"]) is None
    assert list_unread(panel, fit, "scale_adjusted") == ("rare",)
    assert list_unread(panel, fit, "per_inhabitant") == ()
    _, again = apply_variant(catalogue, panel, scores, fit, "scale_adjusted")
    assert np.isnan(again[:, [i.code for i in panel.indicators].index("rare")]).all()
    assert "rare" not in build_tree(catalogue, "epci", ("rare",)).codes
