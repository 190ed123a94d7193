"""The ministry's financial indicators of its operators: European grants, ANR grants, research contracts.

Traps: a BOM; the last year is a budget, not final accounts; no European, ANR or contract figure at all for 2016 and
2017; ANR columns full of zeros until 2012, when they were not asked yet; four schools abroad have an identifier in the
place of a commune code; eight French operators have none (`SEATS`); everything is booked at the headquarters, and a
European grant may be a structural fund.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.card import Card, RawFile, Series, export_url
from etl.numbers import read_numbers
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-operateurs-indicateurs-financiers"
_FILE = f"{_DATASET}.csv"
_UAI, _COMMUNE = "uai - identifiant", "code de la commune"
_FINAL = "Comptes financiers"
_ABROAD = "Étranger"
_COLUMNS = {
    "Subventions Union Européenne": "recherche_subventions_ue",
    "ANR hors investissements d'avenir": "recherche_anr",
    "ANR investissements d'avenir": "recherche_anr",
    "Contrats et prestations de recherche hors ANR": "recherche_contrats",
}
# Operators whose commune the file never tells, at the seat told by the ministry's lists of establishments and of sites.
SEATS: Mapping[str, str] = {
    "0311514C": "31555",  # Toulouse School of Economics
    "0313124C": "31555",  # Université Toulouse Capitole
    "0333178A": "33063",  # Communauté d'universités et établissements d'Aquitaine
    "0353074B": "35238",  # Université de Rennes
    "0755598C": "75113",  # Université Sorbonne Paris Cité
}
CARD = Card(
    code="mesr_finances",
    producer="Ministère de l’enseignement supérieur et de la recherche (DGESIP)",
    title="Indicateurs financiers des opérateurs de l’enseignement supérieur et de la recherche",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2010-2022",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(
        Series("recherche_subventions_ue", "Subventions de l’Union européenne aux opérateurs", "€"),
        Series("recherche_anr", "Financements de l’ANR, investissements d’avenir compris", "€"),
        Series("recherche_contrats", "Contrats et prestations de recherche hors ANR", "€"),
    ),
    mode="live",
    period="yearly",
    note="Comptes financiers définitifs des opérateurs de l’enseignement supérieur, au siège\u202f; rien en 2016 ni en "
    "2017. Une partie des subventions européennes relève des fonds structurels.",
)


def parse(p: Parser) -> None:
    """Three kinds of resources of each operator, from its final accounts."""
    rows = p.read_csv(_FILE, (_UAI, "exercice", "Etablissement", "region", _COMMUNE, "source", *_COLUMNS))
    budget = rows["source"].ne(_FINAL)
    p.exclude(int(budget.sum()), "budget prévisionnel, pas un compte définitif")
    abroad = ~budget & rows["region"].eq(_ABROAD)
    p.exclude(int(abroad.sum()), "établissement français à l’étranger")
    kept = rows[~budget & ~abroad]
    commune = _find_communes(kept)
    unplaced = commune.eq("")
    p.reject(
        kept[unplaced], _UAI, kept[_UAI] + " " + kept["Etablissement"], "no commune code, and none known by its UAI"
    )
    kept, commune = kept[~unplaced], commune[~unplaced]
    for column, series in _COLUMNS.items():
        asked = _is_asked(kept, column)
        part = kept[asked]
        p.add_figures(part, series, code=commune[asked], year=part["exercice"].astype(int), value=part[column],
                      label=part["Etablissement"] + ", " + column)  # fmt: skip


def _find_communes(rows: pd.DataFrame) -> pd.Series[str]:
    """Commune of each operator: its own, else that of its other years, else its seat; empty when unknown."""
    told = rows[rows[_COMMUNE].ne("")].sort_values("exercice").drop_duplicates(_UAI, keep="last")
    by_uai = {**SEATS, **dict(zip(told[_UAI], told[_COMMUNE], strict=True))}
    return rows[_COMMUNE].where(rows[_COMMUNE].ne(""), rows[_UAI].map(by_uai).fillna(""))


def _is_asked(rows: pd.DataFrame, column: str) -> pd.Series[bool]:
    """False for the zeros of the years in which no operator tells anything else."""
    figures = read_numbers(rows[column]).value
    told = figures.abs().groupby(rows["exercice"]).transform("max").gt(0)
    return told | figures.ne(0)
