"""Classified tourist accommodation: hotels and campsites, by commune.

Traps: no commune code: rows are placed by postcode and name (accents, "ST", "CEDEX", "PARIS 9E ARRONDISSEMENT",
communes déléguées); a missing number is "-"; only classified establishments are listed (about 92 % of the hotel
rooms that INSEE counts); the list is renewed daily and bears no date: its year is that of the latest classification
it holds.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.overseas import OVERSEAS_POSTCODE
from etl.parsing import Parser

_FILE = "hebergements_classes.csv"
_KIND = "TYPOLOGIE ÉTABLISSEMENT"
_DATE = "DATE DE CLASSEMENT"
_ROOMS = "NOMBRE DE CHAMBRES"
_PITCHES = "NOMBRE D'EMPLACEMENTS"
_COLUMNS = (_DATE, _KIND, "CLASSEMENT", "NOM COMMERCIAL", "CODE POSTAL", "COMMUNE", _ROOMS, _PITCHES)
_HOTEL, _CAMPSITE = "HÔTEL DE TOURISME", "CAMPING"
_MISSING = ("", "-")
CARD = Card(
    code="atout_france_hebergements",
    producer="Atout France",
    title="Hébergements touristiques classés",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/datasets/hebergements-collectifs-classes-en-france",
    vintage="2026-04",
    files=(
        RawFile(
            _FILE, "https://data.classement.atout-france.fr/static/exportHebergementsClasses/hebergements_classes.csv"
        ),
    ),
    series=(
        Series("hotels", "Hôtels de tourisme classés", "hôtels"),
        Series("hotels_chambres", "Chambres des hôtels classés", "chambres"),
        Series("hotels_chambres_4_5_etoiles", "Chambres des hôtels classés 4 et 5 étoiles", "chambres"),
        Series("campings_emplacements", "Emplacements des campings classés", "emplacements"),
    ),
    mode="live",
    period="daily",
    note="Établissements classés seulement (environ 92 % des chambres d’hôtel) ; année du dernier classement.",
)


def parse(p: Parser) -> None:
    """Hotels, their rooms, and the pitches of campsites."""
    rows = p.read_csv(_FILE, _COLUMNS)
    year = int(pd.to_datetime(rows[_DATE], format="%d/%m/%Y", errors="coerce").dt.year.max())
    listed = rows[_KIND].isin([_HOTEL, _CAMPSITE])
    p.exclude(int((~listed).sum()), "autre type d’hébergement")
    abroad = listed & rows["CODE POSTAL"].str.fullmatch(OVERSEAS_POSTCODE)
    p.exclude(int(abroad.sum()), "collectivité d’outre-mer")
    rows = rows[listed & ~abroad]
    match = match_communes(p.places, rows["COMMUNE"], postcodes=rows["CODE POSTAL"])
    lost = match["commune_code"].isna()
    p.reject(rows[lost], "COMMUNE", rows["CODE POSTAL"] + " " + rows["COMMUNE"], describe_unmatched(match)[lost])
    _add_capacities(p, rows.assign(code=match["commune_code"])[~lost], year)


def _add_capacities(p: Parser, rows: pd.DataFrame, year: int) -> None:
    hotels = rows[rows[_KIND].eq(_HOTEL)]
    upscale = hotels[hotels["CLASSEMENT"].isin(["4 étoiles", "5 étoiles"])]
    campsites = rows[rows[_KIND].eq(_CAMPSITE)]
    for series, some, column in (
        ("hotels", hotels, None),
        ("hotels_chambres", hotels, _ROOMS),
        ("hotels_chambres_4_5_etoiles", upscale, _ROOMS),
        ("campings_emplacements", campsites, _PITCHES),
    ):
        value = some[column] if column else 1.0
        label = some["NOM COMMERCIAL"]
        p.add_figures(some, series, code=some["code"], year=year, value=value, label=label, missing=_MISSING)
