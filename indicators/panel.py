"""The only module that turns observations into a panel of raw figures: territories × indicators."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.registry import load_series
from indicators.catalogue import Catalogue, Indicator
from indicators.formula import Figures, SeriesTable, evaluate
from indicators.reach import Ground, list_calls, read_ground, read_reached

FloatArray = npt.NDArray[np.float64]
OVERSEAS_REGIONS: Mapping[str, str] = {"971": "01", "972": "02", "973": "03", "974": "04", "976": "06"}


@dataclass(frozen=True)
class Panel:
    """Raw figures of the indicators at one level, before any transform.

    Attributes:
        level: Level of the territories.
        edition: Edition of the index.
        territory: territory_code (index), population, nature, size_class, departement, region.
        indicators: The columns, in order.
        values: Shape (territories, indicators), NaN missing.
        first_year: Shape of `values`; earliest year used, 0 where none.
        last_year: Shape of `values`; latest year used.
        estimated: Shape of `values`; one of the figures used is an estimate.
    """

    level: str
    edition: int
    territory: pd.DataFrame
    indicators: tuple[Indicator, ...]
    values: FloatArray
    first_year: npt.NDArray[np.int64]
    last_year: npt.NDArray[np.int64]
    estimated: npt.NDArray[np.bool_]

    @cached_property
    def codes(self) -> list[str]:
        """Codes of the territories, in the order of the rows."""
        return list(self.territory.index)

    def pick(self, figures: FloatArray, codes: Iterable[str]) -> FloatArray:
        """Columns of a table laid out as `values`, territories × indicators: those of some, in their order."""
        places = {code: place for place, code in enumerate(i.code for i in self.indicators)}
        return figures[:, [places[code] for code in codes]]

    def column(self, code: str) -> FloatArray:
        """Raw figures of one indicator."""
        return self.values[:, [i.code for i in self.indicators].index(code)]


def pool_panels(panels: Sequence[Panel]) -> Panel:
    """Several editions of one level, one under the other, as if each territory stood once a year."""
    first = panels[0]
    return Panel(
        level=first.level,
        edition=first.edition,
        territory=pd.concat([p.territory for p in panels]),
        indicators=first.indicators,
        values=np.vstack([p.values for p in panels]),
        first_year=np.vstack([p.first_year for p in panels]),
        last_year=np.vstack([p.last_year for p in panels]),
        estimated=np.vstack([p.estimated for p in panels]),
    )


def build_panel(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, *, level: str, edition: int | None = None
) -> Panel:
    """Compute every indicator of the catalogue for the territories of one level.

    Args:
        con: A build with its observations.
        catalogue: The index as declared.
        level: Level of the territories.
        edition: The current edition by default; figures later than it, or older than each indicator's `max_age`, are
            not used.
    """
    edition = edition or catalogue.edition
    territory = con.execute(
        "SELECT territory_code, label, population, nature, size_class, departement, region FROM territory "
        "WHERE level = ? ORDER BY territory_code", [level],
    ).df().set_index("territory_code")  # fmt: skip
    indicators = tuple(i for i in catalogue.indicators if level in i.levels)
    reader = _Reader(con, level, territory.index, list(dict.fromkeys(s for i in indicators for s in i.series)))
    columns = [reader.compute(i, territory, edition) for i in indicators]
    return Panel(
        level=level,
        edition=edition,
        territory=territory,
        indicators=indicators,
        values=np.column_stack([c.value for c, _ in columns]),
        first_year=np.column_stack([c.first for c, _ in columns]),
        last_year=np.column_stack([c.last for c, _ in columns]),
        estimated=np.column_stack([e for _, e in columns]),
    )


class _Reader:
    """Series of one level, pivoted once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, level: str, codes: pd.Index[str], series: Sequence[str]) -> None:
        self._con, self._level, self._codes = con, level, codes
        self._size = len(codes)
        self._is_region = level == "region"
        rows = con.execute(
            "SELECT territory_code, series_code, year, value, status FROM observation "
            "WHERE level = ? AND series_code IN (SELECT unnest(?))", [level, list(series)],
        ).df()  # fmt: skip
        rows["row"] = codes.get_indexer(pd.Index(rows["territory_code"]))
        self._rows = {str(code): group for code, group in rows.groupby("series_code")}
        self._complete = {code for code, (s, _) in load_series().items() if s.complete}

    @cached_property
    def _ground(self) -> Ground:
        """Where the territories stand; read only if a formula reaches beyond their limits."""
        return read_ground(self._con, self._level, self._codes)

    def compute(self, one: Indicator, territory: pd.DataFrame, edition: int) -> tuple[Figures, npt.NDArray[np.bool_]]:
        """Figures of one indicator, and which rest on an estimate; a derived one has none yet."""
        if one.is_derived:
            none = np.zeros(self._size, dtype=np.int64)
            return Figures(np.full(self._size, np.nan), none, none), none.astype(bool)
        tables = {code: self._table(code, one, territory) for code in one.series}
        tables |= {
            ast.unparse(call): read_reached(self._con, self._ground, call, edition) for call in list_calls(one.tree)
        }
        figures = evaluate(one.code, one.tree, tables, edition, self._size)
        too_old = (figures.last > 0) & (figures.last < edition - one.max_age)
        value = np.where(too_old, np.nan, figures.value)
        return Figures(value, figures.first, figures.last), self._estimated(one, figures)

    def _table(self, code: str, one: Indicator, territory: pd.DataFrame) -> SeriesTable:
        rows = self._rows.get(code)
        years = tuple(sorted(int(y) for y in rows["year"].unique())) if rows is not None else ()
        values = np.full((self._size, len(years)), np.nan)
        secret = np.zeros((self._size, len(years)), dtype=bool)
        if rows is not None:
            column = np.searchsorted(np.array(years), rows["year"].to_numpy())
            values[rows["row"], column] = rows["value"].to_numpy(dtype=float)
            secret[rows["row"], column] = rows["status"].eq("secret").to_numpy()
        lists = one.absent == "zero" and code not in self._complete
        regions = [OVERSEAS_REGIONS[d] for d in one.unknown_in if d in OVERSEAS_REGIONS] if self._is_region else []
        unknown = territory["departement"].isin(one.unknown_in) | territory.index.isin([*one.unknown_at, *regions])
        return SeriesTable(years, values, secret, ~unknown.to_numpy() & lists)

    def _estimated(self, one: Indicator, figures: Figures) -> npt.NDArray[np.bool_]:
        """Rows where a figure between the years used is an estimate."""
        flag = np.zeros(self._size, dtype=bool)
        for code in one.series:
            rows = self._rows.get(code)
            if rows is None:
                continue
            guessed = rows[rows["status"].eq("estimated")]
            place, year = guessed["row"].to_numpy(), guessed["year"].to_numpy()
            used = (year >= figures.first[place]) & (year <= figures.last[place])
            flag[place[used]] = True
        return flag


def transform_values(one: Indicator, values: FloatArray, fitted: Mapping[str, float]) -> FloatArray:
    """Apply an indicator's transform, with its fitted scale.

    log1p: ln(1 + x / m), m the median of the positive figures of the reference edition, so that a small figure is told
    from a large one (the log of the figure itself would nearly tell presence from absence only).

    Args:
        one: The indicator.
        values: Shape (n,), raw figures.
        fitted: Its goalposts; `scale` is m.
    """
    if one.transform == "none":
        return values
    return np.asarray(np.log1p(np.maximum(values, 0.0) / fitted["scale"]))
