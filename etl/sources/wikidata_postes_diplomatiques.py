"""Embassies and consulates in France, by commune: one link a post, the State represented being the partner.

Traps: the place is an English label ("6th arrondissement of Lyon", "Noumea") with coordinates, sometimes missing,
sometimes both; embassies stand with consulates; honorary posts are run by local people. All are kept as links, and only
career consular posts are counted (see `link_roles`). Volunteers fill Wikidata in: a post that closed may remain.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.countries import country_labels
from etl.matching import describe_unmatched, match_communes
from etl.overseas import is_in_overseas_collectivity
from etl.parsing import Parser

_FILE = "postes_diplomatiques_france_2022.csv"
_COLUMNS = ("operator", "operatorQID", "city", "cityQID", "latitude", "longitude", "type", "creation", "QID")
_YEAR = 2022
_OVERSEAS = ("Noumea", "Nouméa", "Ducos", "Papeete")  # English labels of places of the overseas collectivities
CARD = Card(
    code="wikidata_postes_diplomatiques",
    producer="Wikidata",
    title="Ambassades et consulats en France",
    licence="CC0",
    page="https://query.wikidata.org/",
    vintage="2022-11",
    files=(RawFile(_FILE),),
    series=(
        Series(
            "postes_diplomatiques",
            "États représentés par un poste consulaire de carrière",
            "États",
            aggregation="links",
            link_roles=("consulate general", "consulate"),
            year=_YEAR,
        ),
    ),
    mode="frozen",
    link_kind="poste",
    note="Postes consulaires de carrière ; ambassades et consulats honoraires sont listés mais ne comptent pas.",
)


def parse(p: Parser) -> None:
    """One link a post; posts without any place are refused."""
    rows = p.read_csv(_FILE, _COLUMNS)
    lon, lat = (_fill_from_same_city(rows, axis) for axis in ("longitude", "latitude"))
    abroad = rows["city"].isin(_OVERSEAS) | is_in_overseas_collectivity(lon, lat)
    p.exclude(int(abroad.sum()), "collectivité d’outre-mer")
    rows = rows[~abroad]
    lon, lat = lon[~abroad], lat[~abroad]
    nowhere = rows["city"].eq("") & (lon.isna() | lat.isna())
    p.reject(rows[nowhere], "city", rows["operator"], "the post has neither city nor coordinates")
    rows = rows[~nowhere]
    match = match_communes(p.places, rows["city"], lon=lon[~nowhere], lat=lat[~nowhere])
    lost = match["commune_code"].isna()
    p.reject(rows[lost], "city", rows["city"], describe_unmatched(match)[lost])
    kept = rows[~lost]
    p.add_links(
        kept, level="commune", code=match["commune_code"][~lost],
        partner_label=country_labels(kept["operator"]),
        partner_country=kept["operator"], partner_code=kept["operatorQID"].str.rsplit("/").str[-1], role=kept["type"],
        start=kept["creation"].str[:4].where(kept["creation"].ne(""), None),
    )  # fmt: skip


def _fill_from_same_city(rows: pd.DataFrame, axis: str) -> pd.Series[float]:
    """Coordinates; a post without any takes those of the other posts of its city (which tells Saint-Denis apart)."""
    given = pd.to_numeric(rows[axis], errors="coerce")
    of_city = given.groupby(rows["cityQID"]).transform("median")
    return given.fillna(of_city.where(rows["cityQID"].ne("")))
