"""A small index of our own making, and figures drawn for it: what the tests of derived figures and audits share."""

import numpy as np
import pandas as pd

from indicators.catalogue import Catalogue, Index, Indicator, Pillar
from indicators.panel import Panel


def indicator(code, pillar, formula="population", **keys):
    """An indicator whose texts do not matter."""
    texts = {"label": code, "unit": "u", "definition": "d", "rationale": "r", "theme": "culture"}
    return Indicator(code=code, pillar=pillar, formula=formula, absent="missing", **texts,
                     **({"worst": "min", "best": "max"} | keys))  # fmt: skip


def small_catalogue(*more):
    """Two indices, three pillars; `more` indicators are added."""
    return Catalogue(
        edition=2026, reference_edition=2026, reference_population="", score_range=(1.0, 100.0),
        power=0.5, outside=("campings",),
        coverage={"pillar": 0.6, "index": 2 / 3}, sources={},
        indices=(Index("attractivite", "", "", ""), Index("rayonnement", "", "", "")),
        pillars=(Pillar("qualite", "attractivite", "", ""), Pillar("notoriete", "rayonnement", "", ""),
                 Pillar("singularite", "rayonnement", "", "")),
        indicators=(
            indicator("revenu", "qualite"), indicator("chomage", "qualite", worst="max", best="min"),
            indicator("musees", "notoriete"), indicator("festivals", "notoriete"),
            indicator("ecart", "singularite", "singularity()", worst=0.0, best="max"), *more,
        ),
    )  # fmt: skip


def small_panel(catalogue, values, natures=None):
    """A panel of raw figures, one row a territory, one column an indicator that is not derived."""
    count = len(values)
    values = np.asarray(values, dtype=float)
    columns = iter(values.T)
    full = [np.full(count, np.nan) if i.is_derived else next(columns) for i in catalogue.indicators]
    territory = pd.DataFrame(
        {
            "label": [f"T{r}" for r in range(count)], "population": np.linspace(1e4, 1e5, count),
            "nature": natures or ["CA"] * count, "size_class": "50000-100000", "departement": "38", "region": "84",
        },
        index=pd.Index([f"{200000000 + r}" for r in range(count)], name="territory_code"),
    )  # fmt: skip
    stacked = np.column_stack(full)
    years = np.where(np.isfinite(stacked), 2022, 0)
    return Panel("epci", 2026, territory, catalogue.indicators, stacked, years, years, np.zeros(stacked.shape, bool))
