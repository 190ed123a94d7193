"""The only module that reads a territory otherwise than as it is: per inhabitant, or as its size makes expected.

Three readings of the same figures (`score.variant`): `as_is`; `per_inhabitant`, stocks divided by population where that
makes sense; `scale_adjusted`, the residual of their log-log fit against population (see `scaling`). Which indicators
change is declared in the catalogue (`variants`); the others, rates already, and singularité, relative to territories of
the same size by definition, keep their score. Everything fitted is a goalpost, under the parameter `<variant>:<name>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from indicators.catalogue import Catalogue, Indicator
from indicators.goalposts import COLUMNS, Fit, fit_one, scale_scores
from indicators.panel import Panel
from indicators.scaling import LEAST_COUNT, Scaling, fit_scaling
from indicators.tree import Floats

AS_IS = "as_is"
PER_INHABITANT = "per_inhabitant"
SCALE_ADJUSTED = "scale_adjusted"
HEADS = 1000.0  # figures per thousand inhabitants
LEAST_READ = 0.1  # share of the territories that have a positive figure
LAW = ("intercept", "exponent", "exponent_low", "exponent_high", "r2", "count")


def list_changed(panel: Panel, variant: str) -> list[int]:
    """Places of the indicators that a variant reads otherwise."""
    return [place for place, one in enumerate(panel.indicators) if one.is_scored and variant in one.variants]


def fit_variants(panel: Panel) -> pd.DataFrame:
    """Goalposts of every variant at one level.

    An indicator with fewer than ten positive figures has no law at this level, hence no parameters and no
    scale-adjusted score.

    Returns:
        As `goalposts.COLUMNS`, parameters prefixed by their variant.
    """
    rows = [
        (panel.indicators[place].code, panel.level, panel.edition, f"{variant}:{name}", value)
        for variant in (PER_INHABITANT, SCALE_ADJUSTED)
        for place in list_changed(panel, variant)
        for name, value in _fit(panel, place, variant).items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _fit(panel: Panel, place: int, variant: str) -> dict[str, float]:
    one, values = _as_read(panel.indicators[place], variant), panel.values[:, place]
    population = _population(panel)
    if variant == PER_INHABITANT:
        return fit_one(one, HEADS * values / population, panel)
    if ((values > 0) & (population > 0)).sum() < LEAST_COUNT:
        return {}
    law = fit_scaling(f"indicator {one.code}, level {panel.level}", values, population)
    fitted = dict(zip(LAW, (law.intercept, law.exponent, law.low, law.high, law.r2, float(law.count)), strict=True))
    return fitted | fit_one(one, law.residual(values, population), panel)


def _as_read(one: Indicator, variant: str) -> Indicator:
    """The indicator as a variant reads it: a rate keeps its transform; a residual is a logarithm already."""
    if variant == PER_INHABITANT:
        return replace(one, worst=0.0, best="positive_p95")
    return replace(one, transform="none", worst="p05", best="p95")


def _population(panel: Panel) -> Floats:
    return panel.territory["population"].to_numpy(float)


def read_law(fitted: Mapping[str, float]) -> Scaling | None:
    """The law stored among an indicator's goalposts; None where there is none at this level."""
    if f"{SCALE_ADJUSTED}:exponent" not in fitted:
        return None
    stored = {name: fitted[f"{SCALE_ADJUSTED}:{name}"] for name in LAW}
    return Scaling(
        stored["intercept"], stored["exponent"], stored["exponent_low"], stored["exponent_high"],
        r2=stored["r2"], count=int(stored["count"]),
    )  # fmt: skip


def apply_variant(
    catalogue: Catalogue, panel: Panel, normalised: Floats, fit: Fit, variant: str
) -> tuple[Panel, Floats]:
    """The panel and its scores as a variant reads them.

    Args:
        catalogue: The index as declared.
        panel: Completed raw figures.
        normalised: Their scores as they are.
        fit: Goalposts of the level.
        variant: `per_inhabitant` or `scale_adjusted`.

    Returns:
        Figures (per thousand inhabitants, or residuals in logarithms) and scores; a zero is « non calculable » in the
        scale-adjusted variant, hence missing.
    """
    values, scores = panel.values.copy(), normalised.copy()
    for place in list_changed(panel, variant):
        one = panel.indicators[place]
        values[:, place] = _read(panel, place, fit[one.code], variant)
        own = _strip(fit[one.code], variant)
        if "worst" in own:
            scores[:, place] = scale_scores(_as_read(one, variant), values[:, place], own, catalogue.score_range)
        else:
            scores[:, place] = np.nan
    return replace(panel, values=values), scores


def list_unread(panel: Panel, fit: Fit, variant: str) -> tuple[str, ...]:
    """Codes of the indicators that a variant leaves out of its tree.

    Scale-adjusted, an indicator that nearly all territories lack is « non calculable » for nearly all: kept in the
    tree, it would leave almost nobody with a score. It is left out where under `LEAST_READ` of the territories have it.
    """
    if variant != SCALE_ADJUSTED:
        return ()
    codes = [panel.indicators[place].code for place in list_changed(panel, variant)]
    laws = {code: read_law(fit[code]) for code in codes}
    least = LEAST_READ * len(panel.values)
    return tuple(code for code, law in laws.items() if law is None or law.count < least)


def _read(panel: Panel, place: int, fitted: Mapping[str, float], variant: str) -> Floats:
    values, population = panel.values[:, place], _population(panel)
    if variant == PER_INHABITANT:
        rate: Floats = HEADS * values / population
        return rate
    law = read_law(fitted)
    return np.full(len(values), np.nan) if law is None else law.residual(values, population)


def _strip(fitted: Mapping[str, float], variant: str) -> dict[str, float]:
    return {name.removeprefix(f"{variant}:"): v for name, v in fitted.items() if name.startswith(f"{variant}:")}
