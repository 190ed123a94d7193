"""Festivals held in France, by the commune where each mainly takes place.

Traps: two byte-order marks and CRLF; commune codes lost their leading zeros; the `Identifiant` carries codes that a
spreadsheet has incremented (FEST_69139 for a festival of Lyon): only `Code Insee commune` is read; codes "0", "#N/A",
"#REF!" speak of no commune (those rows are placed by name, postcode and point where they have any), 97127 is
Saint-Martin's old code; the file's own EPCI column is dated and is not read.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.overseas import OVERSEAS_POSTCODE
from etl.parsing import Parser

_FILE = "festivals-global-festivals-_-pl.csv"
_NAME = "Commune principale de déroulement"
_POSTCODE = "Code postal (de la commune principale de déroulement)"
_CODE = "Code Insee commune"
_POINT = "Géocodage xy"
_SPREADSHEET_ERRORS = r"0*|#.*"
_OVERSEAS_OLD_CODES = ("97123", "97127")  # Saint-Barthélemy and Saint-Martin, in Guadeloupe until 2007
CARD = Card(
    code="culture_festivals",
    producer="Ministère de la Culture (DEPS)",
    title="Panorama des festivals",
    licence="Licence Ouverte 2.0",
    page="https://data.culture.gouv.fr/explore/dataset/festivals-global-festivals-_-pl/",
    vintage="2019-2022",
    files=(
        RawFile(
            _FILE,
            "https://data.culture.gouv.fr/api/explore/v2.1/catalog/datasets/festivals-global-festivals-_-pl/exports/csv"
            "?use_labels=true&delimiter=%3B",
        ),
    ),
    series=(Series("festivals", "Festivals", "festivals"),),
    mode="live",
    note="Festivals recensés de 2019 à 2022, placés dans leur commune principale ; année de référence 2022.",
)
_YEAR = 2022  # the census closed that year; the file dates no row


def parse(p: Parser) -> None:
    """One figure of 1 a festival."""
    rows = p.read_csv(_FILE, ("Nom du festival", _NAME, _POSTCODE, _CODE, _POINT))
    text = rows[_CODE].str.strip()
    abroad = text.isin(_OVERSEAS_OLD_CODES) | (_is_spoilt(text) & rows[_POSTCODE].str.fullmatch(OVERSEAS_POSTCODE))
    p.exclude(int(abroad.sum()), "collectivité d’outre-mer")
    code = text.str.zfill(5).mask(_is_spoilt(text), _place_by_name(p, rows[_is_spoilt(text) & ~abroad]))
    placed = code.notna() & ~abroad
    p.add_figures(
        rows[placed], "festivals", code=code[placed], year=_YEAR, value=1.0, label=rows["Nom du festival"][placed]
    )


def _is_spoilt(text: pd.Series[str]) -> pd.Series[bool]:
    return text.str.fullmatch(_SPREADSHEET_ERRORS)


def _place_by_name(p: Parser, spoilt: pd.DataFrame) -> pd.Series[str]:
    """Codes of the rows whose own is a spreadsheet's error; those that stay unplaced are refused."""
    point = spoilt[_POINT].str.extract(r"^\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*$").astype(float)
    match = match_communes(p.places, spoilt[_NAME], postcodes=spoilt[_POSTCODE], lon=point[1], lat=point[0])
    lost = match["commune_code"].isna()
    p.reject(spoilt[lost], _CODE, spoilt[_CODE] + " " + spoilt[_NAME], describe_unmatched(match)[lost])
    return match["commune_code"]
