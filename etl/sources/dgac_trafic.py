"""Passengers of each airport, by year: departures and arrivals, summed over the months.

Traps: one file a year, one row an airport and month (`ANMOIS` = yyyymm); byte-order mark, CRLF, decimal comma; airports
are told by ICAO code, without coordinates: those come from the package `airportsdata`, the commune from contours;
ZZMT and ZZOM gather small airports; passengers in transit (`APT_PAX_tr`) neither leave nor arrive; a year of which
months are missing is left out, for its sum would pass for a fall.
"""

from __future__ import annotations

import airportsdata
import numpy as np
import pandas as pd

from etl.card import Card, RawFile, Series
from etl.numbers import read_numbers
from etl.parsing import Parser

_YEARS = range(2010, 2025)
_COLUMNS = ("ANMOIS", "APT", "APT_NOM", "APT_PAX_dep", "APT_PAX_arr")
_GATHERED = ("ZZMT", "ZZOM")
_OVERSEAS = r"N[A-Z]{3}|LFV[MP]|TFFG|TFFJ"  # Pacific, Saint-Pierre-et-Miquelon, Saint-Martin, Saint-Barthélemy
_CLOSED = {"LFBV": (45.1508, 1.4692)}  # Brive-La Roche, closed in 2010 and gone from airportsdata: latitude, longitude
CARD = Card(
    code="dgac_trafic",
    producer="Direction générale de l’aviation civile (DGAC)",
    title="Trafic aérien commercial mensuel par aéroport",
    licence="Licence Ouverte 2.0",
    page="https://www.data.gouv.fr/datasets/trafic-aerien-commercial-mensuel-francais-par-paire-daeroports-par-sens-depuis-1990",
    vintage="2010-2024",
    files=tuple(RawFile(f"ASP_APT_{year}.csv") for year in _YEARS),
    series=(Series("aeroports_passagers", "Passagers des aéroports (départs et arrivées)", "passagers", high=1.5e8),),
    mode="manual",
    period="yearly",
    total_bound=3.0,
    note="Passagers comptés dans la commune de l’aéroport ; Genève, hors de France, n’y figure pas.",
)


def parse(p: Parser) -> None:
    """One figure an airport and month; they sum up to years."""
    files = [p.read_csv(file.name, _COLUMNS) for file in CARD.files]
    communes = _locate_airports(p, pd.unique(pd.concat([rows["APT"] for rows in files])))
    for rows in files:
        months = rows["ANMOIS"].nunique()
        if months < 12:
            p.exclude(len(rows), "année incomplète")
            continue
        _add_year(p, _keep_single_airports(p, rows), communes)


def _keep_single_airports(p: Parser, rows: pd.DataFrame) -> pd.DataFrame:
    gathered = rows["APT"].isin(_GATHERED)
    overseas = rows["APT"].str.fullmatch(_OVERSEAS) & ~gathered
    p.exclude(int(gathered.sum()), "petits aéroports regroupés")
    p.exclude(int(overseas.sum()), "collectivité d’outre-mer")
    return rows[~gathered & ~overseas]


def _add_year(p: Parser, rows: pd.DataFrame, communes: dict[str, str]) -> None:
    code = rows["APT"].map(communes)
    lost = code.isna()
    p.reject(rows[lost], "APT", rows["APT"] + " " + rows["APT_NOM"], "airport not located, or in no commune")
    passengers = {}
    for column in ("APT_PAX_dep", "APT_PAX_arr"):
        numbers = read_numbers(rows[column], decimal=",")
        p.reject(rows[numbers.refused], column, rows[column], "not a number of passengers")
        passengers[column] = numbers.value
    total = passengers["APT_PAX_dep"] + passengers["APT_PAX_arr"]
    kept = rows[~lost]
    p.add_figures(
        kept, "aeroports_passagers", code=code[~lost], year=kept["ANMOIS"].str[:4].astype(int), value=total[~lost],
        label=kept["APT_NOM"].str.strip(),
    )  # fmt: skip


def _locate_airports(p: Parser, icao: np.ndarray) -> dict[str, str]:
    """Commune of each airport, by ICAO code."""
    known = airportsdata.load("ICAO")
    points = {a: _CLOSED.get(a) or (known[a]["lat"], known[a]["lon"]) for a in icao if a in known or a in _CLOSED}
    lat = np.array([point[0] for point in points.values()], dtype=float)
    lon = np.array([point[1] for point in points.values()], dtype=float)
    inside = p.places.contours.locate(lon, lat)
    return {a: str(code) for a, code in zip(points, inside, strict=True) if code is not None}
