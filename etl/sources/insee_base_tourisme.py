"""INSEE's older base of tourist accommodation, by commune: the series of `insee_capacite_tourisme` for an earlier year.

Traps: a workbook in a zip, five title rows above the header, a sheet of communes (COM) beside one of arrondissements
(ARM); the year ends every column name (`HT21`), and the classes stand between stem and year (`HT321`: three stars);
beds of villages, residences and hostels stand in three columns.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile
from etl.numbers import read_numbers
from etl.parsing import Parser
from etl.sources.insee_capacite_tourisme import SERIES

_FILE = "base-cc-tourisme-2021-geo2021.zip"
_SHEET, _TITLE_ROWS = "COM", 5
_STEMS = {
    "hotels_insee": r"HT(\d\d)",
    "hotels_insee_chambres": r"HTCH(\d\d)",
    "campings_insee": r"CPG(\d\d)",
    "campings_insee_emplacements": r"CPGE(\d\d)",
}
_BEDS = "hebergements_collectifs_lits"
_BED_STEMS = (r"VVLIT(\d\d)", r"RTLIT(\d\d)", r"AJCSLIT(\d\d)")
CARD = Card(
    code="insee_base_tourisme",
    producer="INSEE",
    title="Base communale du tourisme",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/2021703",
    vintage="2021",
    files=(RawFile(_FILE, f"https://www.insee.fr/fr/statistiques/fichier/2021703/{_FILE}"),),
    series=SERIES,
    mode="live",
    period="never",
    note="Au 1er janvier, hors Mayotte. Chambres, emplacements et lits ne s’additionnent pas.",
)


def parse(p: Parser) -> None:
    """Every series of the edition, whatever its year."""
    rows = p.read_excel(_FILE, ("*",), sheet=_SHEET, header=_TITLE_ROWS, member=".xlsx")
    p.require_columns(_FILE, list(rows.columns), ("CODGEO",))
    for series, stem in _STEMS.items():
        for year, column in p.find_columns(rows, stem).items():
            p.add_figures(rows, series, code=rows["CODGEO"], year=year, value=rows[column])
    parts = [p.find_columns(rows, stem) for stem in _BED_STEMS]
    for year in parts[0]:
        beds = _sum_up(p, rows, [columns[year] for columns in parts if year in columns])
        p.add_figures(rows, _BEDS, code=rows["CODGEO"], year=year, value=beds)


def _sum_up(p: Parser, rows: pd.DataFrame, columns: list[str]) -> pd.Series[float]:
    """Sum of these columns; missing where one of them is."""
    told = []
    for column in columns:
        numbers = read_numbers(rows[column])
        p.reject(rows[numbers.refused], column, rows[column], f"not a figure of {_BEDS}")
        told.append(numbers.value)
    return pd.concat(told, axis="columns").sum(axis="columns", skipna=False)
