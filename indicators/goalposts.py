"""The only module that fits goalposts and keeps them: once, on the reference edition, in git (`goalposts.csv`).

Fit and apply are two steps: a score means the same next year, and one territory's score does not move because another
one's figure changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.errors import MethodError
from indicators.catalogue import Catalogue, Indicator
from indicators.panel import OVERSEAS_REGIONS, Panel, transform_values

GOALPOST_FILE = Path(__file__).with_name("goalposts.csv")
COLUMNS = ("indicator_code", "level", "edition", "parameter", "value")
OVERSEAS = "97"
FloatArray = npt.NDArray[np.float64]
Fit = Mapping[str, Mapping[str, float]]  # indicator → parameter → value, at one level


def fit_goalposts(panel: Panel) -> pd.DataFrame:
    """Fit worst, best and scale of every indicator on one panel, save those derived from the others' scores.

    Rates: percentiles (type 7) of the metropolitan territories; stocks: 0 and the greatest transformed figure of all.

    Returns:
        COLUMNS, one row a parameter.

    Raises:
        MethodError: An indicator is missing everywhere, or constant.
    """
    rows = []
    for one in panel.indicators:
        if not one.is_derived:
            fitted = fit_one(one, panel.column(one.code), panel)
            rows += [(one.code, panel.level, panel.edition, p, v) for p, v in fitted.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def fit_one(one: Indicator, values: FloatArray, panel: Panel) -> dict[str, float]:
    """Goalposts of one indicator, by parameter.

    Args:
        one: The indicator.
        values: Its raw figures, in the order of the panel's territories.
        panel: The territories.

    Raises:
        MethodError: It is missing everywhere, or constant.
    """
    where = f"indicator {one.code}, level {panel.level}"
    metropolitan = find_metropolitan(panel)
    told = np.isfinite(values)
    if not told.any():
        raise MethodError(where, "no territory has a figure", f"Check its series: {', '.join(one.series)}")
    fitted: dict[str, float] = {}
    if one.transform == "log1p":
        positive = values[told & (values > 0)]
        if not len(positive):
            raise MethodError(where, "no positive figure to scale by", "Check its series, or use transform = 'none'")
        fitted["scale"] = float(np.median(positive))
    transformed = transform_values(one, values, fitted)
    for name, rule in (("worst", one.worst), ("best", one.best)):
        fitted[name] = _apply_rule(rule, transformed[told], transformed[told & metropolitan])
    if fitted["worst"] == fitted["best"]:
        raise MethodError(where, f"worst and best are both {fitted['worst']}: the figures do not vary",
                          "Leave the indicator out, or give it fixed goalposts")  # fmt: skip
    return fitted


def find_metropolitan(panel: Panel) -> npt.NDArray[np.bool_]:
    """Which territories percentiles are fitted on (a région is told by its code, having no département)."""
    known = panel.territory["departement"].fillna("")
    overseas = known.str.startswith(OVERSEAS) | known.eq("") & panel.territory.index.isin(
        list(OVERSEAS_REGIONS.values())
    )
    return ~overseas.to_numpy(dtype=bool)


def _apply_rule(rule: float | str, everyone: FloatArray, metropolitan: FloatArray) -> float:
    if not isinstance(rule, str):
        return float(rule)
    reference = metropolitan if len(metropolitan) else everyone
    match rule:
        case "min":
            return float(everyone.min())
        case "max":
            return float(everyone.max())
        case "positive_p95":
            return float(np.percentile(reference[reference > 0], 95)) if (reference > 0).any() else 0.0
    return float(np.percentile(reference, int(rule.removeprefix("p"))))


def load_goalposts(catalogue: Catalogue, level: str, path: Path = GOALPOST_FILE) -> pd.DataFrame:
    """Goalposts kept in git, of the indicators of one tree at one level.

    Raises:
        MethodError: An indicator of the catalogue has none.
    """
    try:
        table = pd.read_csv(path, dtype={"indicator_code": str, "level": str, "parameter": str})
    except (OSError, ValueError) as error:
        raise MethodError(path.name, f"the goalposts cannot be read ({error})", "Run: make refit") from error
    table = table[table["level"].eq(level)]
    for one in catalogue.indicators:
        if level in one.levels and one.code not in set(table["indicator_code"]):
            raise MethodError(path.name, f"indicator {one.code} has no goalposts at level {level}", "Run: make refit, "
                              "and say in the CHANGELOG, under Figures, what changed")  # fmt: skip
    own = table["indicator_code"].isin([one.code for one in catalogue.indicators])
    return table[own].reset_index(drop=True)


def write_goalposts(tables: list[pd.DataFrame], path: Path = GOALPOST_FILE) -> None:
    """Write the goalposts of all levels, sorted, with the shortest digits that read back to the same number."""
    table = pd.concat(tables).sort_values(["level", "indicator_code", "parameter"])
    table.to_csv(path, index=False, lineterminator="\n")


def as_fit(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Parameters by indicator code."""
    return {
        str(code): dict(zip(rows["parameter"], rows["value"].astype(float), strict=True))
        for code, rows in table.groupby("indicator_code")
    }


def normalise_panel(panel: Panel, fit: Fit, score_range: tuple[float, float]) -> FloatArray:
    """Scores of every indicator: (x − worst) / (best − worst), clipped, on `score_range`.

    Args:
        panel: Raw figures.
        fit: From `as_fit`.
        score_range: Lowest and highest score.

    Returns:
        Shape of `panel.values`, NaN where the figure is missing, or where an indicator derived from the others' scores
        is not computed yet.
    """
    empty = np.full(len(panel.values), np.nan)
    columns = [
        empty if one.is_derived else scale_scores(one, panel.values[:, place], fit[one.code], score_range)
        for place, one in enumerate(panel.indicators)
    ]
    return np.column_stack(columns)


def scale_scores(
    one: Indicator, values: FloatArray, fitted: Mapping[str, float], score_range: tuple[float, float]
) -> FloatArray:
    """Scores of one indicator between its goalposts."""
    low, high = score_range
    x = transform_values(one, values, fitted)
    share = np.clip((x - fitted["worst"]) / (fitted["best"] - fitted["worst"]), 0.0, 1.0)
    scores: FloatArray = low + (high - low) * share
    return scores
