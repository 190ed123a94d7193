"""The reference build as the tests read it: numbers published or computed by other tools."""

from pathlib import Path

import numpy as np
import pandas as pd

from indicators.declaration import AggregateChoice, Choice, Method
from indicators.index import Results, compute_index, reference_method
from indicators.tables import Study, read_study

EXACT = {"rtol": 1e-12, "atol": 1e-12}


def table(reference: Path, name: str, folder: str = "asem") -> pd.DataFrame:
    """A reference table keyed by its first column; NA is a unit's code, not a missing figure."""
    return pd.read_csv(reference / folder / f"{name}.csv", index_col=0, keep_default_na=False, na_values=[""])


def study(reference: Path) -> Study:
    return read_study(reference / "asem" / "ASEM_iData.csv", reference / "asem" / "ASEM_iMeta.csv")


def default_build(reference: Path) -> Results:
    asem = study(reference)
    return compute_index(asem, reference_method(asem))


def build(reference: Path, normalisation: Choice, *aggregation: str) -> Results:
    """The default build with another normalisation, and one aggregation for all or one a level above indicators."""
    asem = study(reference)
    levels = aggregation if len(aggregation) == 3 else aggregation * 3
    method = Method(
        imputation=reference_method(asem).imputation,
        normalisation=normalisation,
        aggregation_of_level={k: AggregateChoice(Choice(name)) for k, name in enumerate(levels, start=2)},
    )
    return compute_index(asem, method)


def assert_same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Hold two tables equal, unit by unit and code by code, whatever their order; NaN where NaN."""
    assert set(ours.index) == set(theirs.index)
    aligned = ours.loc[theirs.index, list(theirs.columns)].to_numpy(float)
    np.testing.assert_allclose(aligned, theirs.to_numpy(float), **EXACT)
