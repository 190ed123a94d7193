"""The only module that turns a commune's name into its code: names propose, postcodes and coordinates judge.

How sure a match is:
    sure: one place of that name remains once the postcode or the coordinates have judged.
    likely: the name is unique in the country and nothing confirms it; or the postcode or the point says the commune and
        the name only resembles it, or differs.
    doubtful: several candidates remain, or the judge contradicts the name; nothing is placed.
    none: no candidate at all.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from etl.candidates import judge, propose
from etl.likeness import likeness, starts_with
from etl.naming import normalise_name
from etl.places import Places
from etl.postcodes import UNKNOWN, departement_of_postcode, read_postcodes

COUNTRY_CENTRE = (1.8883335, 46.603354)  # longitude, latitude that a geocoder answers for "France": no place at all
CLOSE_SPELLING = 85.0  # rapidfuzz ratio from which two names of one postcode are one
CLOSE_IN_DEPARTEMENT = 90.0
WHOLE_BEGINNING = 97.0  # "Illkirch" for Illkirch-Graffenstaden: more than a close spelling, less than the name
_KEYS = ["name", "postcode", "lon", "lat"]
_RESULT = ("commune_code", "confidence", "found_by", "candidates")


def match_communes(
    places: Places,
    names: pd.Series[str],
    *,
    postcodes: pd.Series[str] | None = None,
    lon: pd.Series[float] | None = None,
    lat: pd.Series[float] | None = None,
    trust: Literal["name", "point"] = "name",
) -> pd.DataFrame:
    """Match names of communes, past or present.

    Args:
        places: What is known of today's places.
        names: Shape (n,), as published.
        postcodes: Shape (n,); lost leading zeros are restored; empty where unknown.
        lon: Shape (n,), degrees; NaN where unknown.
        lat: Shape (n,), degrees.
        trust: `point` where coordinates are measured and names may be those of hamlets: a point that contradicts
            the name then places the row, as `likely`.

    Returns:
        Index of `names`; columns commune_code (None unless sure or likely), confidence, found_by (`name`,
        `spelling` or `point`: what proposed the commune), candidates (text: the nearest candidates, for the reader
        who will decide).
    """
    queries = _read_queries(names, postcodes, lon, lat)
    unique = queries.drop_duplicates().reset_index(drop=True)
    unique["name_key"] = unique["name"].map({n: normalise_name(n) for n in unique["name"].unique()})
    decided = _decide(places, unique, trust)
    result = queries.merge(pd.concat([unique[_KEYS], decided], axis=1), on=_KEYS, how="left")
    result.index = names.index
    return result[list(_RESULT)]


def _read_queries(
    names: pd.Series[str], postcodes: pd.Series[str] | None, lon: pd.Series[float] | None, lat: pd.Series[float] | None
) -> pd.DataFrame:
    """What is asked, cleaned: postcodes of five digits or unknown, coordinates or NaN."""
    queries = pd.DataFrame({"name": names.astype(str).str.strip()})
    queries["postcode"] = UNKNOWN if postcodes is None else read_postcodes(postcodes)
    queries["lon"] = np.nan if lon is None else lon.astype(float)
    queries["lat"] = np.nan if lat is None else lat.astype(float)
    nowhere = np.isclose(queries["lon"], COUNTRY_CENTRE[0], atol=1e-3) & np.isclose(
        queries["lat"], COUNTRY_CENTRE[1], atol=1e-3
    )
    queries.loc[nowhere, ["lon", "lat"]] = np.nan
    return queries


def _decide(places: Places, queries: pd.DataFrame, trust: str) -> pd.DataFrame:
    """Names propose, then postcodes and points decide where names do not."""
    out = pd.DataFrame(index=queries.index, columns=list(_RESULT), dtype=object)
    out["confidence"] = "none"
    queries = queries.assign(inside=_locate(places, queries))
    found = judge(places, propose(places, queries), trust)
    _settle_by_name(found, out)
    _settle_by_postcode(places, queries, out)
    _settle_by_departement(places, queries, out)
    _settle_by_point(places, queries, out, trust)
    _name_candidates(places, queries, out, found)
    return out


def _locate(places: Places, queries: pd.DataFrame) -> pd.Series[str]:
    """The commune that holds each point; None without a point or out of France."""
    points = queries[["lon", "lat"]].to_numpy(dtype=float)
    return pd.Series(places.contours.locate(points[:, 0], points[:, 1]), index=queries.index, dtype=object)


def _settle_by_name(found: pd.DataFrame, out: pd.DataFrame) -> None:
    """Keep the candidate with most points: the nearer, then the more populous when the judges agree on both."""
    ranked = found.sort_values(["points", "km", "population"], ascending=[False, True, False])
    first = ranked.groupby("query").nth(0).set_index("query")
    second = ranked.groupby("query").nth(1).set_index("query")["points"].reindex(first.index)
    refused = first["points"].lt(0) | (first["points"].eq(second) & first["points"].lt(4))
    out.loc[first.index, "commune_code"] = first["commune_code"].where(~refused, None)
    out.loc[first.index[~refused], "found_by"] = "name"
    out.loc[first.index, "confidence"] = np.select(
        [refused, first["points"].ge(2)], ["doubtful", "sure"], default="likely"
    )


def _settle_by_postcode(places: Places, queries: pd.DataFrame, out: pd.DataFrame) -> None:
    """Among the communes of the postcode, the one whose name resembles the name given, or the only one."""
    lost = queries[out["commune_code"].isna() & queries["postcode"].ne(UNKNOWN)].reset_index(names="query")
    pairs = lost[["query", "name_key", "postcode"]].merge(places.names_by_postcode, on="postcode", suffixes=("", "_of"))
    if pairs.empty:
        return
    pairs["likeness"] = likeness(pairs["name_key"], pairs["name_key_of"])
    best = pairs.sort_values("likeness", ascending=False).drop_duplicates(["query", "commune_code"])
    only = (
        best.groupby("query")["commune_code"].transform("size").eq(1)
        & ~out.loc[best["query"], "confidence"].eq("doubtful").to_numpy()
    )
    _accept(best[only | best["likeness"].ge(CLOSE_SPELLING)], out)


def _settle_by_departement(places: Places, queries: pd.DataFrame, out: pd.DataFrame) -> None:
    """A close spelling of one commune of the postcode's département (CEDEX have postcodes of their own)."""
    lost = queries[out["confidence"].eq("none") & queries["postcode"].ne(UNKNOWN) & queries["name_key"].ne("")]
    lost = lost.reset_index(names="query").assign(departement=lambda t: departement_of_postcode(t["postcode"]))
    pairs = lost[["query", "name_key", "departement"]].merge(
        places.names_by_departement, on="departement", suffixes=("", "_of")
    )
    if pairs.empty:
        return
    pairs["likeness"] = process.cpdist(pairs["name_key"].to_numpy(), pairs["name_key_of"].to_numpy(), scorer=fuzz.ratio)
    starts = pairs["name_key"].str.len().ge(5) & starts_with(pairs["name_key_of"], pairs["name_key"])
    pairs["likeness"] = pairs["likeness"].mask(starts, WHOLE_BEGINNING)
    best = pairs[pairs["likeness"].ge(CLOSE_IN_DEPARTEMENT)].sort_values("likeness", ascending=False)
    _accept(best.drop_duplicates(["query", "commune_code"]), out)


def _accept(best: pd.DataFrame, out: pd.DataFrame) -> None:
    """Place, as `likely`, the queries of which one commune is the best resembling."""
    ranked = best.sort_values("likeness", ascending=False)
    first = ranked.groupby("query").nth(0).set_index("query")
    second = ranked.groupby("query").nth(1).set_index("query")["likeness"].reindex(first.index)
    first = first[~first["likeness"].eq(second)]
    out.loc[first.index, "commune_code"] = first["commune_code"]
    out.loc[first.index, ["confidence", "found_by"]] = ["likely", "spelling"]


def _settle_by_point(places: Places, queries: pd.DataFrame, out: pd.DataFrame, trust: str) -> None:
    """The commune that holds the point, as `likely`: names propose nothing, resemble it, or are not trusted."""
    lost = queries[out["commune_code"].isna() & queries["lon"].notna()]
    inside = lost["inside"].dropna()
    resembles = (
        likeness(queries.loc[inside.index, "name_key"], inside.map(places.communes["label"]).map(normalise_name))
        >= CLOSE_SPELLING
    )
    believed = inside[resembles | (trust == "point") | out.loc[inside.index, "confidence"].eq("none").to_numpy()]
    out.loc[believed.index, "commune_code"] = believed
    out.loc[believed.index, "confidence"] = "likely"
    out.loc[believed.index, "found_by"] = np.where(resembles[inside.index.isin(believed.index)], "spelling", "point")


def _name_candidates(places: Places, queries: pd.DataFrame, out: pd.DataFrame, found: pd.DataFrame) -> None:
    """For what stays unplaced: the candidates of that name, else the nearest names."""
    unplaced = out.index[out["commune_code"].isna()]
    homonyms = found[found["query"].isin(unplaced)].sort_values("points", ascending=False)
    for query, rows in homonyms.groupby("query"):
        out.loc[query, "candidates"] = places.describe(rows["commune_code"].head(3))
    lost = unplaced[out.loc[unplaced, "candidates"].isna() & queries.loc[unplaced, "name_key"].ne("")]
    asked = queries.loc[lost, "name_key"].unique()
    near = process.cdist(
        asked, places.all_names["name_key"].to_numpy(), scorer=fuzz.ratio, dtype=np.uint8, score_cutoff=70
    )
    best = np.argsort(-near.astype(np.int16), axis=1, kind="stable")[:, :3]
    said = {
        key: places.describe(places.all_names["commune_code"].iloc[columns[row[columns] > 0]])
        for key, row, columns in zip(asked, near, best, strict=True)
    }
    out.loc[lost, "candidates"] = queries.loc[lost, "name_key"].map(said)


def describe_unmatched(match: pd.DataFrame) -> pd.Series[str]:
    """Reason for a refused row: why no commune was chosen, and the nearest candidates."""
    reason = np.where(match["confidence"].eq("doubtful"), "doubtful place", "no place of that name")
    near = match["candidates"].fillna("").astype(str)
    return pd.Series(reason, index=match.index) + near.map(lambda c: f"; nearest: {c}" if c else "")
