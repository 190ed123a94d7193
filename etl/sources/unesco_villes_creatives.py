"""French members of the UNESCO Creative Cities Network.

Traps: the list names no country: the French cities are those below, as UNESCO's page of the network had them; a city
abroad may bear a French commune's name, so that names alone are never matched; one admitted since must be added here.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.errors import FormatError
from etl.matching import describe_unmatched, match_communes
from etl.naming import fold
from etl.parsing import Parser

_FILE = "creative_cities_2024-10-01.csv"
_FRENCH = (
    "Angoulême", "Caen", "Cannes", "Enghien-les-Bains", "Limoges", "Lyon", "Metz", "Rouen", "Saint-Étienne", "Toulouse",
)  # fmt: skip
CARD = Card(
    code="unesco_villes_creatives",
    producer="UNESCO",
    title="Réseau des villes créatives",
    licence="© UNESCO, conditions du site : faits cités",
    page="https://www.unesco.org/en/creative-cities",
    vintage="2024-10",
    files=(RawFile(_FILE),),
    series=(Series("villes_creatives", "Villes créatives de l’UNESCO", "villes", aggregation="links", year=2024),),
    mode="manual",
    period="yearly",
    citation="UNESCO, Réseau des villes créatives, octobre 2024.",
    link_kind="label",
    note="Dix villes françaises en octobre 2024.",
)


def parse(p: Parser) -> None:
    """One link a French city; `theme` is its creative field."""
    rows = p.read_csv(_FILE, ("City Name", "Category", "Link"), sep=",")
    key = rows["City Name"].map(fold)
    french = key.isin([fold(name) for name in _FRENCH])
    if not french.any():
        raise FormatError(f"{CARD.code}, {_FILE}", "none of the French cities is listed", "Compare with UNESCO's page")
    p.exclude(int((~french).sum()), "ville étrangère")
    cities = rows[french]
    match = match_communes(p.places, cities["City Name"])
    lost = match["commune_code"].isna()
    p.reject(cities[lost], "City Name", cities["City Name"], describe_unmatched(match)[lost])
    kept = cities[~lost]
    p.add_links(
        kept, level="commune", code=match["commune_code"][~lost],
        partner_label="Réseau des villes créatives de l’UNESCO",
        partner_code="villes-creatives-" + key[kept.index].str.replace(" ", "-"), role="member",
        theme=kept["Category"],
    )  # fmt: skip
