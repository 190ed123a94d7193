"""INSEE's capacity of tourist accommodation, classified or not, on 1 January: hotels, campsites, other collective ones.

Traps: one column, three units: `PLACE` is rooms for a hotel (I551) and pitches for a campsite (I553), while villages,
residences and hostels (I552) are told in beds (`BEDPLACE`): never added together; totals `_T` stand beside their parts
(stars, length of stay); one year in each edition, which stands in the address too; not Mayotte; Paris, Lyon and
Marseille stand whole as communes, their arrondissements under another `GEO_OBJECT`. Unlike Atout France's list, hotels
without stars are counted: these are other series.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.cubes import GEO, TOTAL, VALUE, YEAR, read_cube
from etl.parsing import Parser

_FILE = "DS_TOUR_CAP_CSV_FR.zip"
_KIND, _MEASURE = "ACTIVITY", "TOUR_MEASURE"
_HOTELS, _CAMPSITES, _OTHERS = "I551", "I553", "I552"
_SERIES_OF = {
    ("UNIT_LOC", _HOTELS): "hotels_insee",
    ("PLACE", _HOTELS): "hotels_insee_chambres",
    ("UNIT_LOC", _CAMPSITES): "campings_insee",
    ("PLACE", _CAMPSITES): "campings_insee_emplacements",
    ("BEDPLACE", _OTHERS): "hebergements_collectifs_lits",
}
SERIES = (
    Series("hotels_insee", "Hôtels, classés ou non", "hôtels", complete=True),
    Series("hotels_insee_chambres", "Chambres des hôtels, classés ou non", "chambres", complete=True),
    Series("campings_insee", "Campings, classés ou non", "campings", complete=True),
    Series("campings_insee_emplacements", "Emplacements des campings, classés ou non", "emplacements", complete=True),
    Series("hebergements_collectifs_lits", "Lits des autres hébergements collectifs", "lits", complete=True),
)
CARD = Card(
    code="insee_capacite_tourisme",
    producer="INSEE",
    title="Capacité des hébergements touristiques",
    licence="Licence Ouverte 2.0",
    page="https://catalogue-donnees.insee.fr/fr/catalogue/recherche/DS_TOUR_CAP",
    vintage="2026",
    files=(RawFile(_FILE, "https://api.insee.fr/melodi/file/DS_TOUR_CAP/DS_TOUR_CAP_2026_CSV_FR"),),
    series=SERIES,
    mode="live",
    period="yearly",
    note="Au 1er janvier, hors Mayotte. Chambres, emplacements et lits ne s’additionnent pas.",
)


def parse(p: Parser) -> None:
    """The communes' totals of each kind, each in its unit."""
    wanted = {
        _KIND: (_HOTELS, _CAMPSITES, _OTHERS),
        _MEASURE: ("UNIT_LOC", "PLACE", "BEDPLACE"),
        "UNIT_LOC_RANKING": (TOTAL,),
        "L_STAY": (TOTAL,),
    }
    rows = read_cube(p, _FILE, wanted)
    for (measure, kind), series in _SERIES_OF.items():
        some = rows[rows[_MEASURE].eq(measure) & rows[_KIND].eq(kind)]
        p.add_figures(some, series, code=some[GEO], year=some[YEAR].astype(int), value=some[VALUE])
