"""The only module that says which communes a name may mean, and how far postcode and coordinates agree with each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.contours import distances_km
from etl.naming import drop_article, name_variants
from etl.places import Places
from etl.postcodes import UNKNOWN, departement_of_commune, departement_of_postcode

NEAR_KM = 15.0  # from a commune's centroid: a point of the same name that far is the same place
FAR_KM = 60.0  # beyond, coordinates contradict the name


def propose(places: Places, queries: pd.DataFrame) -> pd.DataFrame:
    """Communes of each name; for names unknown as a whole, of that name but for its article, then of its parts.

    Args:
        places: What is known of today's places.
        queries: name, name_key, and what else is asked.

    Returns:
        The columns of `queries`, query (its label), commune_code, kind; a row a query and commune.
    """
    query = queries.reset_index(names="query")
    whole = query.merge(places.all_names, on="name_key")
    lost = query[~query["query"].isin(whole["query"])]
    bare = _drop_articles(lost).merge(places.bare_names, on="name_key")
    lost = lost[~lost["query"].isin(bare["query"])]
    parts = lost.assign(name_key=lost["name"].map(lambda n: name_variants(n)[1:])).explode("name_key")
    parts = parts.dropna(subset=["name_key"])
    part = parts.merge(places.all_names, on="name_key")
    lost = parts[~parts["query"].isin(part["query"])]
    bare_part = _drop_articles(lost).merge(places.bare_names, on="name_key")
    found = pd.concat([whole, bare, part, bare_part], ignore_index=True)
    return found.drop_duplicates(["query", "commune_code"])


def _drop_articles(queries: pd.DataFrame) -> pd.DataFrame:
    return queries.assign(name_key=queries["name_key"].map(drop_article))


def judge(places: Places, found: pd.DataFrame, trust: str) -> pd.DataFrame:
    """Points of candidates: 5 it holds the point, 4 same postcode or near, 2 same département; below 0, contradicted.

    Args:
        places: What is known of today's places.
        found: From `propose`, with postcode, lon, lat, and inside: the commune that holds the point.
        trust: `point` where a point 15 km away contradicts the name, else `name`.

    Returns:
        The candidates with points, km (from the point), population.
    """
    place = places.communes.loc[found["commune_code"]]
    km, flipped = _distances(found, place)
    points = _judge_by_postcode(places, found)
    far = km > (NEAR_KM if trust == "point" else FAR_KM)
    holds = found["inside"].eq(found["commune_code"]).to_numpy()
    points += np.select(
        [holds, km <= NEAR_KM, flipped <= NEAR_KM, far, np.isfinite(km)], [5.0, 4.0, 3.0, -4.0, 1.0], default=0.0
    )
    points += 0.5 * found["kind"].eq("commune").to_numpy()
    return found.assign(points=points, km=np.nan_to_num(km, nan=0.0), population=place["population"].to_numpy())


def _judge_by_postcode(places: Places, found: pd.DataFrame) -> np.ndarray:
    same_postcode = pd.MultiIndex.from_frame(found[["postcode", "commune_code"]]).isin(places.postcode_pairs)
    given = found["postcode"].ne(UNKNOWN)
    same_departement = given & departement_of_postcode(found["postcode"]).eq(
        departement_of_commune(found["commune_code"])
    )
    return np.select([same_postcode, same_departement, given], [4.0, 2.0, -3.0], default=0.0)


def _distances(found: pd.DataFrame, place: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each candidate from the point, and the least one once a sign is turned (signs get lost), in km."""
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    to_lon, to_lat = place["longitude"].to_numpy(dtype=float), place["latitude"].to_numpy(dtype=float)
    turned = (distances_km(-lon, lat, to_lon, to_lat), distances_km(lon, -lat, to_lon, to_lat))
    return distances_km(lon, lat, to_lon, to_lat), np.fmin(*turned)
