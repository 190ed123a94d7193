"""INSEE's comparator of territories, edition of 2018: census, births and deaths, jobs, dwellings, incomes, firms.

INSEE's address gives the newest edition only, which `insee_comparateur_recent` reads with `parse_edition`: this one is
kept for the years it alone tells (2013, 2018, 2019), which formulas of growth compare.

Traps: a zip whose description file ends with the data file's name; years stand inside the column names and change
every edition (`P18_POP`, `P22_POP`), the median is renamed (`MED19`, `MED_SL23`); births and deaths cover the years
between the two censuses, five in one edition and six in the next; Paris, Lyon and Marseille stand as communes AND as 45
arrondissements; Mayotte is empty; a withheld median is an empty cell, or the letter `s` in newer editions; only `PIMP`
and `TP60` have a decimal comma.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.errors import FormatError
from etl.parsing import Parser
from etl.territories import ARRONDISSEMENT, CITY_OF_ARRONDISSEMENT

FILE = "base_cc_comparateur_csv.zip"
PAGE = "https://www.insee.fr/fr/statistiques/2521169"
_STEMS = {
    "population": r"P(\d\d)_POP",
    "emplois": r"P(\d\d)_EMPLT",
    "actifs_15_64": r"P(\d\d)_ACT1564",
    "chomeurs_15_64": r"P(\d\d)_CHOM1564",
    "logements": r"P(\d\d)_LOG",
    "residences_secondaires": r"P(\d\d)_RSECOCC",
    "logements_vacants": r"P(\d\d)_LOGVAC",
    "etablissements": r"ETTOT(\d\d)",
}
_VITAL_STEMS = {"naissances_5_ans": "NAIS", "deces_5_ans": "DECE"}
_MEDIAN_STEM = r"MED(?:_SL)?(\d\d)"
_NO_INCOME_FIGURE = ("971", "973", "976")  # outside the sample: no figure is withheld there, there is none
SERIES = (
    Series("population", "Population municipale", "habitants", complete=True),
    Series("naissances_5_ans", "Naissances des cinq années", "naissances", complete=True),
    Series("deces_5_ans", "Décès des cinq années", "décès", complete=True),
    Series("emplois", "Emplois au lieu de travail", "emplois", complete=True),
    Series("actifs_15_64", "Actifs de 15 à 64 ans", "personnes", complete=True),
    Series("chomeurs_15_64", "Chômeurs de 15 à 64 ans", "personnes", complete=True),
    Series("logements", "Logements", "logements", complete=True),
    Series("residences_secondaires", "Résidences secondaires", "logements", complete=True),
    Series("logements_vacants", "Logements vacants", "logements", complete=True),
    Series("etablissements", "Établissements actifs", "établissements", complete=True),
    Series("superficie_km2", "Superficie", "km²", complete=True),
    Series("revenu_median", "Niveau de vie médian", "€ par UC", aggregation="none", low=3000, high=150000),
)
CARD = Card(
    code="insee_comparateur",
    producer="INSEE",
    title="Base du comparateur de territoires, recensement de 2018",
    licence="Licence Ouverte 2.0",
    page=PAGE,
    vintage="RP2018",
    files=(RawFile(FILE),),
    series=SERIES,
    mode="frozen",
    required=True,
    note="Mayotte n’y figure pas. Les naissances et décès d’une période autre que cinq ans y sont ramenés et marqués "
    "comme estimés.",
)


def parse(p: Parser) -> None:
    """Every series of the edition, whatever its years."""
    parse_edition(p)


def parse_edition(p: Parser) -> None:
    """Read whichever edition lies there: stems name the series, the header says the years."""
    rows = _drop_doubles(p, p.read_csv(FILE, ("*",), member="base_cc_comparateur.csv"))
    p.require_columns(FILE, list(rows.columns), ("CODGEO", "SUPERF"))
    for series, stem in _STEMS.items():
        for year, column in p.find_columns(rows, stem).items():
            p.add_figures(rows, series, code=rows["CODGEO"], year=year, value=rows[column], secret=("s",))
    censuses = list(p.find_columns(rows, _STEMS["population"]))
    p.add_figures(rows, "superficie_km2", code=rows["CODGEO"], year=censuses[-1], value=rows["SUPERF"], secret=("s",))
    for series, stem in _VITAL_STEMS.items():
        _add_vital(p, rows, series, stem, (censuses[0], censuses[-1]))
    _add_medians(p, rows)


def _drop_doubles(p: Parser, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without the arrondissements of a city that stands whole, and without Mayotte's empty rows."""
    arrondissement = rows["CODGEO"].str.match(ARRONDISSEMENT).astype(bool)
    whole = rows["CODGEO"].str[:2].map(CITY_OF_ARRONDISSEMENT).isin(rows["CODGEO"])
    doubled = arrondissement & whole
    p.exclude(int(doubled.sum()), "arrondissement municipal, déjà compté dans sa commune")
    population = list(p.find_columns(rows, _STEMS["population"]).values())
    empty = (rows[population] == "").all(axis="columns")
    p.exclude(int((empty & ~doubled).sum()), "commune sans aucun chiffre publié")
    return rows[~doubled & ~empty]


def _add_vital(p: Parser, rows: pd.DataFrame, series: str, stem: str, censuses: tuple[int, int]) -> None:
    """Births or deaths between the two censuses, brought to five years (six in the editions from RP2022 on)."""
    first, last = censuses
    columns = [c for c in rows.columns if re.fullmatch(rf"{stem}{first % 100:02d}\d\d", c)]
    if not columns:
        p.require_columns(FILE, list(rows.columns), [f"{stem}{first % 100:02d}{last % 100:02d}"])
    text, period = rows[columns[0]], last - first
    if period <= 0:
        raise FormatError(f"{p.card.code}, {FILE}", f"one census only ({first}): '{columns[0]}' has no period",
                          "Compare the file with the publisher's page")  # fmt: skip
    value: pd.Series[Any] = text
    if period != 5:
        figures = pd.to_numeric(text, errors="coerce")
        refused = figures.isna() & ~text.isin(["", "s"])
        p.reject(rows[refused], columns[0], text, f"not a figure of {series}")
        value = figures * 5 / period
    status = "ok" if period == 5 else "estimated"
    p.add_figures(rows, series, code=rows["CODGEO"], year=last, value=value, status=status, secret=("s",))


def _add_medians(p: Parser, rows: pd.DataFrame) -> None:
    """Median incomes; an empty cell is a withheld figure where the survey goes, and no figure elsewhere."""
    whole = rows[~rows["CODGEO"].str.match(ARRONDISSEMENT).astype(bool)]
    surveyed = ~whole["CODGEO"].str[:3].isin(_NO_INCOME_FIGURE)
    for year, column in p.find_columns(rows, _MEDIAN_STEM).items():
        for part, withheld in ((whole[surveyed], ("", "s")), (whole[~surveyed], ())):
            p.add_figures(part, "revenu_median", code=part["CODGEO"], year=year, value=part[column], secret=withheld)
