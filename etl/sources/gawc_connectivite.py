"""Global network connectivity of cities, as a share of London's (GaWC, data set 31). Off unless asked for.

Traps: only a dozen French cities are measured: absent is missing, not zero; the city is an agglomeration without a
perimeter: the figure is put on the commune of its name, and an EPCI takes the greatest of its communes'.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.parsing import Parser

_FILE = "da31_gnc2020.xlsx"
_SHARE = "GNC_rel(%)"
CARD = Card(
    code="gawc_connectivite",
    producer="GaWC (B. Derudder, P. Taylor)",
    title="Connectivité mondiale des villes (Global Network Connectivity, jeu 31)",
    licence="citer les auteurs",
    page="https://gawc.lboro.ac.uk/gawc-worlds/gawc-data/dataset-31/",
    vintage="2020",
    files=(RawFile(_FILE),),
    series=(Series("connectivite_gawc", "Connectivité mondiale (Londres = 100)", "%", aggregation="max", high=100.0),),
    mode="frozen",
    shipping="off",
    citation="B. Derudder et P. J. Taylor, GaWC Data Set 31, 2020.",
    note="Une douzaine de villes françaises seulement ; une ville absente n’est pas mesurée.",
)


def parse(p: Parser) -> None:
    """One figure a French city."""
    rows = p.read_excel(_FILE, ("City", "Country", _SHARE), sheet="Results")
    french = rows["Country"].eq("France")
    p.exclude(int((~french).sum()), "ville étrangère")
    cities = rows[french]
    match = match_communes(p.places, cities["City"])
    lost = match["commune_code"].isna()
    p.reject(cities[lost], "City", cities["City"], describe_unmatched(match)[lost])
    kept = cities[~lost]
    p.add_figures(
        kept, "connectivite_gawc", code=match["commune_code"][~lost], year=2020, value=kept[_SHARE], label=kept["City"]
    )
