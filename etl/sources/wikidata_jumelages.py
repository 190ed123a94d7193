"""Twinned towns: one link a French town and partner.

Traps: the same partner stands twice under two names a few metres apart ("Gothenburg", "Gothenburg Municipality") and
with a wrong country now and then (Gothenburg in Denmark): partners are merged by their coordinates, and the nearest
airports tell Denmark from Sweden; some French places are cantons (left out), départements or wider (kept at their
level); ten, Évry among them, are found by coordinates, not by name; names bear an English precision ("Allonnes,
Sarthe"); Paris and Lyon are nearly absent (a dozen rows, from the partners' side only): absent there is not zero. Pairs
of two French towns are no tie with the outside: they are linked as `domestic` and not counted.
"""

from __future__ import annotations

import airportsdata
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from etl.card import Card, RawFile, Series
from etl.contours import KM_PER_DEGREE
from etl.level_names import match_level
from etl.matching import describe_unmatched, match_communes
from etl.naming import fold, normalise_name
from etl.overseas import is_in_overseas_collectivity
from etl.parsing import Parser

_FILE = "twinning_france_2017.csv"
_COLUMNS = ("fr_city", "partner_city", "partner_country", "fr_lat", "fr_lon", "partner_lat", "partner_lon")
_CANTON = r"(?i)canton (?:of|de|du|d')"
_SAME_SPOT_KM = 0.1  # two names that close are one town; Görlitz and Zgorzelec, across a river, are a kilometre apart
_SAME_TOWN_KM = 20.0  # of one name but for an administrative word: a town and its municipality, whose centres differ
_NORDIC = {"DK": "Denmark", "SE": "Sweden"}  # Wikidata gives the Swedish towns to both
_RECOGNISED = ("Kosovo", "Ukraine", "Western Sahara")  # told beside Serbia, Russia, Morocco
_ADMINISTRATIVE = {
    "municipality",
    "city",
    "of",
    "town",
    "township",
    "commune",
    "gmina",
    "department",
    "region",
    "district",
}
Floats = npt.NDArray[np.float64]
CARD = Card(
    code="wikidata_jumelages",
    producer="Wikidata (P190)",
    title="Jumelages des communes françaises",
    licence="CC0",
    page="https://query.wikidata.org/",
    vintage="2017-07",
    files=(RawFile(_FILE),),
    series=(
        Series(
            "jumelages",
            "Villes étrangères jumelées",
            "villes",
            aggregation="links",
            link_roles=("foreign",),
            year=2017,
        ),
    ),
    mode="frozen",
    link_kind="jumelage",
    note="Saisie bénévole et incomplète ; Paris et Lyon y sont presque absentes : ne pas les classer sur cette série.",
)


def parse(p: Parser) -> None:
    """One link a pair; a pair that stands twice under two names of the partner is one."""
    rows = p.read_csv(_FILE, _COLUMNS, sep=",")
    lon, lat = rows["fr_lon"].astype(float), rows["fr_lat"].astype(float)
    abroad = is_in_overseas_collectivity(lon, lat)
    canton = rows["fr_city"].str.match(_CANTON) & ~abroad
    p.exclude(int(abroad.sum()), "collectivité d’outre-mer")
    p.exclude(int(canton.sum()), "jumelage d’un canton")
    rows = rows[~canton & ~abroad]
    match = match_communes(p.places, _drop_precision(rows["fr_city"]), lon=lon[rows.index], lat=lat[rows.index])
    place = _find_other_levels(p, rows, match)
    code = place["code"]
    lost = code.isna()
    p.reject(rows[lost], "fr_city", rows["fr_city"], describe_unmatched(match)[lost])
    kept = rows[~lost]
    partner = _merge_partners(kept)
    p.add_links(
        kept, level=place["level"][~lost], code=code[~lost],
        partner_label=partner["label"], partner_country=partner["country"], partner_code=partner["code"],
        role=partner["country"].eq("France").map({True: "domestic", False: "foreign"}),
    )  # fmt: skip


def _drop_precision(names: pd.Series[str]) -> pd.Series[str]:
    """The name before the comma ("Allonnes, Sarthe")."""
    return names.str.split(", ").str[0]


def _find_other_levels(p: Parser, rows: pd.DataFrame, match: pd.DataFrame) -> pd.DataFrame:
    """Level and code of each place: a département, région or EPCI where no commune of that name stands at its point."""
    label = match["commune_code"].map(p.places.communes["label"]).fillna("")
    is_commune = label.map(normalise_name).eq(_drop_precision(rows["fr_city"]).map(normalise_name))
    is_commune |= match["found_by"].isin(["name", "spelling"])
    place = pd.DataFrame({"level": "commune", "code": match["commune_code"]})
    for level in ("epci", "region", "departement"):
        code = match_level(p.places, rows["fr_city"], level).where(~is_commune)
        place.loc[code.notna(), "level"] = level
        place["code"] = code.fillna(place["code"])
    return place


def _merge_partners(rows: pd.DataFrame) -> pd.DataFrame:
    """Label, country and identity of each row's partner (index of `rows`)."""
    keys = ["partner_city", "partner_lat", "partner_lon"]
    towns = rows.groupby(keys, sort=True).size().reset_index(name="count")
    towns["lat"], towns["lon"] = towns["partner_lat"].astype(float), towns["partner_lon"].astype(float)
    towns["town"] = _group_towns(towns)
    towns["length"] = towns["partner_city"].str.len()
    best = towns.sort_values(["count", "length", "partner_city"], ascending=[False, True, True])
    name = best.drop_duplicates("town").set_index("town")
    spot = name["lat"].map("{:.2f}".format) + "," + name["lon"].map("{:.2f}".format)
    identity = name["partner_city"].map(fold).str.replace(" ", "-") + "@" + spot
    town = rows[keys].merge(towns[[*keys, "town"]], on=keys, how="left").set_axis(rows.index)["town"]
    country = _settle_countries(rows["partner_country"].set_axis(town), towns)
    return pd.DataFrame(
        {"label": town.map(name["partner_city"]), "country": town.map(country), "code": town.map(identity)}
    )


def _settle_countries(countries: pd.Series[str], towns: pd.DataFrame) -> pd.Series[str]:
    """Country of each town (index: town), where the source tells two, or Denmark for Sweden.

    Args:
        countries: Country as told, indexed by town, one entry a row of the file.
        towns: Points of the towns.
    """
    told = countries.groupby(level=0).agg(frozenset)
    country = told.map(lambda c: next((r for r in _RECOGNISED if r in c), min(c)))
    nordic = told.index[told.map(lambda c: c <= frozenset(_NORDIC.values()))]
    points = towns.drop_duplicates("town").set_index("town").loc[nordic]
    airports = [a for a in airportsdata.load("ICAO").values() if a["country"] in _NORDIC]
    tree = cKDTree(_on_sphere(np.array([a["lat"] for a in airports]), np.array([a["lon"] for a in airports])))
    nearest = tree.query(_on_sphere(points["lat"].to_numpy(), points["lon"].to_numpy()), k=5)[1]
    danish = np.array([a["country"] == "DK" for a in airports])[nearest].mean(axis=1) > 0.5
    country[nordic] = np.where(danish, _NORDIC["DK"], _NORDIC["SE"])
    return country


def _on_sphere(lat: Floats, lon: Floats) -> Floats:
    """Points (n, 3) of the unit sphere."""
    lat, lon = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _group_towns(towns: pd.DataFrame) -> npt.NDArray[np.int32]:
    """Number of the town of each name and point: points at one spot, or near one another and of one name."""
    on_sphere = _on_sphere(towns["lat"].to_numpy(), towns["lon"].to_numpy())
    radian_km = np.degrees(1.0) * KM_PER_DEGREE
    near = cKDTree(on_sphere).query_pairs(_SAME_TOWN_KM / radian_km, output_type="ndarray")
    km = np.linalg.norm(on_sphere[near[:, 0]] - on_sphere[near[:, 1]], axis=1) * radian_km
    names = [
        " ".join(w for w in fold(n.split(",")[0]).split() if w not in _ADMINISTRATIVE) for n in towns["partner_city"]
    ]
    same_name = np.array([names[a] == names[b] for a, b in near], dtype=bool)
    pairs = near[(km <= _SAME_SPOT_KM) | same_name]
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(towns), len(towns)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int32)
