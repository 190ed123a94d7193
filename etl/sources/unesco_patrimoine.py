"""World heritage sites in France: one link a site, placed by its point and by the register of components.

Traps: one point a site, which for a serial site is one of its parts, sometimes abroad (the Carpathian beech forests
stand in Slovakia), sometimes absent: `data/registers/patrimoine_mondial_composantes.csv` gives communes of serial
sites, and those that it lists are placed by it alone; sites of the overseas collectivities and of the Southern Lands
are out of scope; `iso_code` holds several countries for a transboundary site.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.overseas import is_in_overseas_collectivity
from etl.parsing import Parser
from etl.registers import load_register

_FILE = "whc-sites-2023.xls"
_SHEET = "sites XLSX export"
_REGISTER = "patrimoine_mondial_composantes"
_SOUTHERN_LANDS_LATITUDE = -30.0  # south of it, French land is uninhabited
CARD = Card(
    code="unesco_patrimoine",
    producer="UNESCO, Centre du patrimoine mondial",
    title="Liste du patrimoine mondial",
    licence="© UNESCO, conditions du site : noms et années d’inscription cités",
    page="https://whc.unesco.org/fr/list/",
    vintage="2023-09",
    files=(RawFile(_FILE),),
    series=(
        Series("patrimoine_mondial", "Biens inscrits au patrimoine mondial", "biens", aggregation="links", year=2023),
    ),
    mode="manual",
    period="yearly",
    citation="UNESCO, Centre du patrimoine mondial, Liste du patrimoine mondial, septembre 2023.",
    link_kind="label",
    note=(
        "Un bien en série est placé dans les communes d’un registre de composantes tenu à la main, partiel et non "
        "encore vérifié sur les fiches de l’Unesco ; les autres biens, en un seul point."
    ),
)


def parse(p: Parser) -> None:
    """One link a site and commune; `start` is the year of inscription, `theme` cultural, natural or mixed."""
    rows = p.read_excel(
        _FILE, ("id_no", "name_fr", "date_inscribed", "longitude", "latitude", "category", "iso_code"), sheet=_SHEET
    )
    french = rows["iso_code"].str.split(",").map(lambda codes: "fr" in [c.strip() for c in codes])
    p.exclude(int((~french).sum()), "site étranger")
    sites = rows[french]
    lon, lat = (pd.to_numeric(sites[axis], errors="coerce") for axis in ("longitude", "latitude"))
    far = is_in_overseas_collectivity(lon, lat) | lat.lt(_SOUTHERN_LANDS_LATITUDE)
    p.exclude(int(far.sum()), "collectivité d’outre-mer")
    placed = _place(p, sites[~far], lon, lat)
    p.add_links(
        placed, level="commune", code=placed["commune_code"], partner_label=placed["name_fr"],
        partner_code="whc-" + placed["id_no"], role="inscribed", theme=placed["category"],
        start=placed["date_inscribed"].str[:4],
    )  # fmt: skip


def _place(p: Parser, sites: pd.DataFrame, lon: pd.Series[float], lat: pd.Series[float]) -> pd.DataFrame:
    """Sites with a commune, as many rows as communes; those of neither point in France nor component are refused."""
    parts = load_register(_REGISTER)[["id_no", "commune_code"]]
    parts = parts[parts["commune_code"].isin(p.places.communes.index)]
    serial = sites.reset_index().merge(parts, on="id_no").set_index("line")
    single = sites[~sites["id_no"].isin(parts["id_no"])]
    points = pd.DataFrame({"lon": lon, "lat": lat}).loc[single.index].to_numpy(dtype=float)
    inside = p.places.contours.locate(points[:, 0], points[:, 1])
    single = single.assign(commune_code=inside)
    lost = single["commune_code"].isna()
    p.reject(single[lost], "longitude", single["name_fr"], "no point in France and no component in the register")
    placed = pd.concat([single[~lost], serial])
    placed.attrs["file"] = _FILE
    return placed
