"""French participations in URBACT networks of cities, as lead partner or partner.

Traps: decimal comma in the coordinates; "NA" for what is missing; names of their time and short ("Cherbourg", "Romans"
for Romans-sur-Isère, a commune of the Ain being called Romans): coordinates judge.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.parsing import Parser

_FILE = "urbact_memberships.csv"
_COLUMNS = (
    "Code_Network", "NameCity", "Country", "City.Statut", "Network", "Description", "LeadPartnerCountry",
    "Start", "End", "lng_GN", "lat_GN",
)  # fmt: skip
_ROLES = {"Lead Partner": "lead", "Partner": "partner"}
CARD = Card(
    code="urbact",
    producer="URBACT, compilé par Pauline Gourdon",
    title="Participations aux réseaux URBACT",
    licence="non précisée : citer URBACT et l’autrice",
    page="https://urbact.eu",
    vintage="2000-2019",
    files=(RawFile(_FILE),),
    series=(
        Series(
            "urbact_projets", "Réseaux URBACT (chef de file ou partenaire)", "réseaux", aggregation="links", year=2019
        ),
    ),
    mode="frozen",
    citation="URBACT, participations 2000-2019 compilées par P. Gourdon.",
    link_kind="projet",
    note="Participations de 2000 à 2019, terminées ou non.",
)


def parse(p: Parser) -> None:
    """One link a French participation; `role` is `lead` or `partner`, `theme` what the network works on."""
    rows = p.read_csv(_FILE, _COLUMNS)
    french = rows["Country"].eq("FR")
    p.exclude(int((~french).sum()), "ville étrangère")
    rows = rows[french]
    lon, lat = (_to_degrees(rows[axis]) for axis in ("lng_GN", "lat_GN"))
    match = match_communes(p.places, rows["NameCity"], lon=lon, lat=lat)
    lost = match["commune_code"].isna()
    p.reject(rows[lost], "NameCity", rows["NameCity"], describe_unmatched(match)[lost])
    unknown = ~lost & ~rows["City.Statut"].isin(list(_ROLES))
    p.reject(rows[unknown], "City.Statut", rows["City.Statut"], "neither Lead Partner nor Partner")
    kept = rows[~lost & ~unknown]
    p.add_links(
        kept, level="commune", code=match["commune_code"][kept.index], partner_label=kept["Network"],
        partner_country=kept["LeadPartnerCountry"], partner_code=kept["Code_Network"],
        role=kept["City.Statut"].map(_ROLES), theme=kept["Description"].str.strip().replace("NA", ""),
        start=_year(kept["Start"]), end=_year(kept["End"]),
    )  # fmt: skip


def _to_degrees(text: pd.Series[str]) -> pd.Series[float]:
    return pd.to_numeric(text.str.replace(",", "."), errors="coerce")


def _year(text: pd.Series[str]) -> pd.Series[str]:
    return text.str.extract(r"^(\d{4})$")[0]
