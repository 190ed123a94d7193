"""INSEE's Filosofi: median disposable income per consumption unit, by EPCI (2016, 2017, 2019) and commune (2019).

Traps: a BOM; decimal comma; the year stands in the columns' names (`Q216`, `Q219`); the 2017 file ends with 68 empty
columns; withheld communes are absent rows; metropolitan France, Martinique and Réunion only; arrondissements of Paris,
Lyon and Marseille stand beside their city. EPCI are those of the day: SIREN changed since (`SUCCESSIONS`), and an EPCI
may keep its SIREN while it gains or loses communes: its fiscal population then jumps between two editions (`MOVED`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.numbers import read_numbers
from etl.parsing import Parser
from etl.territories import ARRONDISSEMENT

_EPCI_FILES = ("FILO2016_DISP_EPCI.csv", "FILO2017_DISP_EPCI.csv", "FILO2019_DISP_EPCI.csv")
_COMMUNE_FILE = "FILO2019_DISP_COM.csv"
_PAGE = "https://www.insee.fr/fr/statistiques/6036907"
MOVED = 0.06  # natural growth stays below in three years, but for a few fast-growing EPCI, then needlessly `estimated`
CARD = Card(
    code="insee_filosofi",
    producer="INSEE",
    title="Filosofi : distribution du revenu disponible, intercommunalités et communes",
    licence="Licence Ouverte 2.0",
    page=_PAGE,
    vintage="2016, 2017, 2019",
    files=tuple(RawFile(name) for name in (*_EPCI_FILES, _COMMUNE_FILE)),
    series=(Series("revenu_median", "Niveau de vie médian", "€ par UC", aggregation="none", low=3000, high=150000),),
    mode="manual",
    period="yearly",
    note="La médiane d’une intercommunalité dont le périmètre a changé depuis est marquée comme estimée ; un transfert "
    "de communes de moins de 6 % des habitants avant 2022 peut échapper à ce contrôle.",
)


# SIREN of an older EPCI → of today's, three quarters of whose inhabitants at least lived in the older one.
SUCCESSIONS: Mapping[str, str] = {
    "200033207": "200090561",  # CC Vierzon-Sologne-Berry
    "200035459": "200096956",  # CA d'Agen
    "200077055": "200090504",  # CA Coulommiers Pays de Brie
    "243800455": "200077014",  # CA Viennagglo, now Vienne Condrieu
    "243800778": "200085751",  # CC du Pays Roussillonnais, now Entre Bièvre et Rhône
    "244301032": "200085728",  # CC Brioude Sud Auvergne, once du Brivadois
    "245300330": "200083392",  # CA de Laval
    "245900410": "200093201",  # Métropole européenne de Lille
    "246201149": "200090751",  # CA du Calaisis, now Grand Calais Terres et Mers
    "247600596": "200084952",  # CA havraise, now Le Havre Seine Métropole
}


def parse(p: Parser) -> None:
    """Medians of EPCI, in today's SIREN, then of communes."""
    editions = {file: p.read_csv(file, ("*",)) for file in _EPCI_FILES}
    persons = {file: _read_persons(p, rows) for file, rows in editions.items()}
    latest = persons[_EPCI_FILES[-1]]
    for file, rows in editions.items():
        _add_epci(p, rows, _find_moved(persons[file], latest))
    communes = p.read_csv(_COMMUNE_FILE, ("*",))
    doubled = communes["CODGEO"].str.match(ARRONDISSEMENT).astype(bool)
    p.exclude(int(doubled.sum()), "arrondissement municipal, déjà compté dans sa commune")
    kept = communes[~doubled]
    for year, column in p.find_columns(kept, r"Q2(\d\d)").items():
        p.add_figures(
            kept, "revenu_median", code=kept["CODGEO"], year=year, value=kept[column], label=kept["LIBGEO"], decimal=","
        )


def _read_persons(p: Parser, rows: pd.DataFrame) -> pd.Series[float]:
    """Fiscal population by SIREN, of the edition's only year."""
    p.require_columns(rows.attrs["file"], list(rows.columns), ("CODGEO", "LIBGEO"))
    (column,) = list(p.find_columns(rows, r"NBPERS(\d\d)").values())[-1:]
    return pd.Series(read_numbers(rows[column], decimal=",").value.to_numpy(), index=rows["CODGEO"])


def _find_moved(persons: pd.Series[float], latest: pd.Series[float]) -> frozenset[str]:
    """SIREN whose fiscal population of that edition is too far from the latest for the same perimeter."""
    change = persons / latest.reindex(persons.index) - 1
    return frozenset(str(code) for code in change.index[change.abs() > MOVED])


def _add_epci(p: Parser, rows: pd.DataFrame, moved: frozenset[str]) -> None:
    """Medians of one edition; what is known of an older perimeter is an estimate of today's."""
    known = p.places.others.loc[p.places.others["level"].eq("epci"), "territory_code"]
    code = rows["CODGEO"].replace(SUCCESSIONS)
    dissolved = ~code.isin(known)
    p.reject(rows[dissolved], "CODGEO", rows["CODGEO"] + " " + rows["LIBGEO"],
             "EPCI since divided or absorbed: no EPCI of today took most of its inhabitants from it")  # fmt: skip
    kept = rows[~dissolved]
    estimated = kept["CODGEO"].isin(list(SUCCESSIONS)) | kept["CODGEO"].isin(moved)
    status = estimated.map({True: "estimated", False: "ok"})
    for year, column in p.find_columns(kept, r"Q2(\d\d)").items():
        p.add_figures(kept, "revenu_median", level="epci", code=code[kept.index], year=year, value=kept[column],
                      status=status, label=kept["LIBGEO"], decimal=",")  # fmt: skip
