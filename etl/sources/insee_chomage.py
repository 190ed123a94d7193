"""INSEE's localised unemployment rate by zone d'emploi 2020, each quarter since 2003; here, the mean of the year.

Traps: two header rows, labels then codes; a BOM; decimal comma; zone codes start with a zero; four overseas zones
(Guyane, Mayotte) are absent and fifteen start in 2014. A year of fewer than four quarters gives no figure: rates are
seasonally adjusted, but a mean of part of a year would be compared with whole ones.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.numbers import read_numbers
from etl.parsing import Parser

_FILE = "chomage_ze2020.csv"
_QUARTERS = 4
CARD = Card(
    code="insee_chomage",
    producer="INSEE",
    title="Taux de chômage localisés par zone d’emploi 2020",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/1893230",
    vintage="2003-T1 à 2025-T4",
    files=(RawFile(_FILE),),
    series=(Series("taux_chomage", "Taux de chômage localisé", "%", aggregation="zone_mean", high=60),),
    mode="manual",
    period="quarterly",
    note="Moyenne des quatre trimestres de l’année, par zone d’emploi ; une année incomplète n’a pas de chiffre. "
    "Le taux d’une intercommunalité est celui de ses zones, pondéré par les actifs de ses communes.",
)


def parse(p: Parser) -> None:
    """The yearly mean of each zone."""
    rows = p.read_csv(_FILE, ("*",), header=1)
    p.require_columns(_FILE, list(rows.columns), ("ZE2020", "LIBZE2020"))
    for year in p.find_columns(rows, rf"(\d{{4}})-T{_QUARTERS}"):
        p.add_figures(
            rows,
            "taux_chomage",
            level="ze",
            code=rows["ZE2020"],
            year=year,
            value=_mean_of_year(p, rows, year),
            label=rows["LIBZE2020"],
        )


def _mean_of_year(p: Parser, rows: pd.DataFrame, year: int) -> pd.Series[float]:
    """Mean of the four quarters; NaN where one is missing."""
    names = [f"{year}-T{quarter}" for quarter in range(1, _QUARTERS + 1)]
    p.require_columns(_FILE, list(rows.columns), names)
    quarters = []
    for name in names:
        numbers = read_numbers(rows[name], decimal=",")
        p.reject(rows[numbers.refused], name, rows[name], "not a figure of taux_chomage")
        quarters.append(numbers.value)
    return pd.concat(quarters, axis="columns").mean(axis="columns", skipna=False)
