"""The only module that turns a place's name into a code: names propose, postcodes and coordinates judge.

How sure a match is:
    sure: one place of that name remains once the postcode or the coordinates have judged.
    likely: the name is unique in the country and nothing confirms it; or the postcode or the point says the commune and
        the name only resembles it, or differs.
    doubtful: several candidates remain, or the judge contradicts the name; nothing is placed.
    none: no candidate at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from etl.contours import Contours, distances_km
from etl.likeness import likeness, starts_with
from etl.naming import (
    PREDECESSOR_REGIONS,
    drop_article,
    name_variants,
    normalise_level_name,
    normalise_name,
    significant_words,
)
from etl.registers import load_register

NEAR_KM = 15.0  # from a commune's centroid: a point of the same name that far is the same place
FAR_KM = 60.0  # beyond, coordinates contradict the name
OVERSEAS_POSTCODE = r"97(?:133|150|5\d\d)|98[4678]\d\d"  # overseas collectivities, outside the product's scope
COUNTRY_CENTRE = (1.8883335, 46.603354)  # longitude, latitude that a geocoder answers for "France": no place at all
CLOSE_SPELLING = 85.0  # rapidfuzz ratio from which two names of one postcode are one
CLOSE_IN_DEPARTMENT = 90.0
WHOLE_BEGINNING = 97.0  # "Illkirch" for Illkirch-Graffenstaden: more than a close spelling, less than the name
_KEYS = ["name", "postcode", "lon", "lat"]
_NO_POSTCODE = "00000"
_RESULT = ("commune_code", "confidence", "found_by", "candidates")
_GRAND_PARIS = "200054781"  # its établissements publics territoriaux bear names of their own


@dataclass(frozen=True)
class Places:
    """What is known of today's communes to recognise them.

    Attributes:
        names: name_key, commune_code, kind (`commune`, `deleguee`, `associee`, `ancienne`, `arrondissement`).
        postcodes: postcode, commune_code.
        communes: commune_code, label, longitude, latitude, population (index: commune_code).
        contours: Real contours.
        others: level, territory_code, name_key of EPCI, départements and régions.
        epci: commune_code, territory_code of the EPCI, its label.
    """

    names: pd.DataFrame
    postcodes: pd.DataFrame
    communes: pd.DataFrame
    contours: Contours
    others: pd.DataFrame
    epci: pd.DataFrame

    @cached_property
    def _all_names(self) -> pd.DataFrame:
        """Names of communes, then those of the register (resorts, communes merged without a trace)."""
        register = load_register("lieux_dits")
        register = register[register["commune_code"].isin(self.communes.index)]
        added = register.assign(name_key=register["name"].map(normalise_name), kind="lieu_dit")
        columns = ["name_key", "commune_code", "kind"]
        return pd.concat([self.names[columns], added[columns]], ignore_index=True)

    @cached_property
    def _bare_names(self) -> pd.DataFrame:
        """Names without their article, under which "Havre" and "Ulis" are found."""
        return self._all_names.assign(name_key=self._all_names["name_key"].map(drop_article))

    @cached_property
    def _postcode_pairs(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(self.postcodes[["postcode", "commune_code"]])

    def _epci_words(self, communes: Collection[str]) -> dict[str, frozenset[str]]:
        """By commune: the words of its EPCI's name, of its own, and of the EPCI's most populous commune's."""
        ranked = self.epci.assign(population=self.epci["commune_code"].map(self.communes["population"]))
        largest = ranked.sort_values("population").drop_duplicates("territory_code", keep="last")
        members = self.epci[self.epci["commune_code"].isin(communes)]
        town = members["territory_code"].map(largest.set_index("territory_code")["commune_code"])
        label = self.communes["label"]
        text = members["label"] + " " + members["commune_code"].map(label) + " " + town.map(label)
        return dict(zip(members["commune_code"], text.map(significant_words), strict=True))

    @cached_property
    def _names_by_postcode(self) -> pd.DataFrame:
        return self.postcodes.merge(self._all_names[["name_key", "commune_code"]], on="commune_code")

    @cached_property
    def _names_by_department(self) -> pd.DataFrame:
        return self._all_names[["name_key", "commune_code"]].assign(
            department=_department(self._all_names["commune_code"])
        )

    def match(
        self,
        names: pd.Series[str],
        *,
        postcodes: pd.Series[str] | None = None,
        lon: pd.Series[float] | None = None,
        lat: pd.Series[float] | None = None,
        trust: Literal["name", "point"] = "name",
    ) -> pd.DataFrame:
        """Match names of communes, past or present.

        Args:
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
        decided = self._decide(unique, trust)
        result = queries.merge(pd.concat([unique[_KEYS], decided], axis=1), on=_KEYS, how="left")
        result.index = names.index
        return result[list(_RESULT)]

    def _decide(self, queries: pd.DataFrame, trust: str) -> pd.DataFrame:
        out = pd.DataFrame(index=queries.index, columns=list(_RESULT), dtype=object)
        out["confidence"] = "none"
        found = self._score(self._candidates(queries.assign(inside=self._locate(queries))), trust)
        self._settle_by_name(found, out)
        self._settle_by_postcode(queries, out)
        self._settle_by_department(queries, out)
        self._settle_by_point(queries, out, trust)
        self._name_candidates(queries, out, found)
        return out

    # -- names propose -------------------------------------------------------------------------------------------

    def _candidates(self, queries: pd.DataFrame) -> pd.DataFrame:
        """Communes of that name; for names unknown as a whole, of that name but for its article, then of its parts."""
        query = queries.reset_index(names="query")
        found = [query.merge(self._all_names, on="name_key")]
        lost = query[~query["query"].isin(found[0]["query"])]
        found.append(lost.assign(name_key=lost["name_key"].map(drop_article)).merge(self._bare_names, on="name_key"))
        lost = lost[~lost["query"].isin(found[1]["query"])]
        parts = lost.assign(name_key=lost["name"].map(lambda n: name_variants(n)[1:])).explode("name_key")
        found.append(parts.dropna(subset=["name_key"]).merge(self._all_names, on="name_key"))
        lost = parts[~parts["query"].isin(found[2]["query"])].dropna(subset=["name_key"])
        found.append(lost.assign(name_key=lost["name_key"].map(drop_article)).merge(self._bare_names, on="name_key"))
        return pd.concat(found, ignore_index=True).drop_duplicates(["query", "commune_code"])

    def _locate(self, queries: pd.DataFrame) -> pd.Series[str]:
        """The commune that holds each point; None without a point or out of France."""
        points = queries[["lon", "lat"]].to_numpy(dtype=float)
        return pd.Series(self.contours.locate(points[:, 0], points[:, 1]), index=queries.index, dtype=object)

    def _score(self, found: pd.DataFrame, trust: str) -> pd.DataFrame:
        """Points: 5 it holds the point, 4 same postcode or near, 2 same département; below 0, contradicted."""
        place = self.communes.loc[found["commune_code"]]
        km, flipped = _distances(found, place)
        same_postcode = pd.MultiIndex.from_frame(found[["postcode", "commune_code"]]).isin(self._postcode_pairs)
        given = found["postcode"].ne(_NO_POSTCODE)
        same_department = given & _department_of_postcode(found["postcode"]).eq(_department(found["commune_code"]))
        points = np.select([same_postcode, same_department, given], [4.0, 2.0, -3.0], default=0.0)
        far = km > (NEAR_KM if trust == "point" else FAR_KM)
        holds = found["inside"].eq(found["commune_code"]).to_numpy()
        points += np.select(
            [holds, km <= NEAR_KM, flipped <= NEAR_KM, far, np.isfinite(km)], [5.0, 4.0, 3.0, -4.0, 1.0], default=0.0
        )
        points += 0.5 * found["kind"].eq("commune").to_numpy()
        return found.assign(
            points=points,
            km=np.nan_to_num(km, nan=0.0),
            population=place["population"].to_numpy(),
            department=_department(found["commune_code"]),
        )

    def _settle_by_name(self, found: pd.DataFrame, out: pd.DataFrame) -> None:
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

    # -- postcodes and points decide where names do not ----------------------------------------------------------

    def _settle_by_postcode(self, queries: pd.DataFrame, out: pd.DataFrame) -> None:
        """Among the communes of the postcode, the one whose name resembles the name given, or the only one."""
        lost = queries[out["commune_code"].isna() & queries["postcode"].ne(_NO_POSTCODE)].reset_index(names="query")
        pairs = lost[["query", "name_key", "postcode"]].merge(
            self._names_by_postcode, on="postcode", suffixes=("", "_of")
        )
        if pairs.empty:
            return
        pairs["likeness"] = likeness(pairs["name_key"], pairs["name_key_of"])
        best = pairs.sort_values("likeness", ascending=False).drop_duplicates(["query", "commune_code"])
        only = (
            best.groupby("query")["commune_code"].transform("size").eq(1)
            & ~out.loc[best["query"], "confidence"].eq("doubtful").to_numpy()
        )
        self._accept(best[only | best["likeness"].ge(CLOSE_SPELLING)], out)

    def _settle_by_department(self, queries: pd.DataFrame, out: pd.DataFrame) -> None:
        """A close spelling of one commune of the postcode's département (CEDEX have postcodes of their own)."""
        lost = queries[out["confidence"].eq("none") & queries["postcode"].ne(_NO_POSTCODE) & queries["name_key"].ne("")]
        lost = lost.reset_index(names="query").assign(department=lambda t: _department_of_postcode(t["postcode"]))
        pairs = lost[["query", "name_key", "department"]].merge(
            self._names_by_department, on="department", suffixes=("", "_of")
        )
        if pairs.empty:
            return
        pairs["likeness"] = process.cpdist(
            pairs["name_key"].to_numpy(), pairs["name_key_of"].to_numpy(), scorer=fuzz.ratio
        )
        starts = pairs["name_key"].str.len().ge(5) & starts_with(pairs["name_key_of"], pairs["name_key"])
        pairs["likeness"] = pairs["likeness"].mask(starts, WHOLE_BEGINNING)
        best = pairs[pairs["likeness"].ge(CLOSE_IN_DEPARTMENT)].sort_values("likeness", ascending=False)
        self._accept(best.drop_duplicates(["query", "commune_code"]), out)

    def _accept(self, best: pd.DataFrame, out: pd.DataFrame) -> None:
        """Place, as `likely`, the queries of which one commune is the best resembling."""
        ranked = best.sort_values("likeness", ascending=False)
        first = ranked.groupby("query").nth(0).set_index("query")
        second = ranked.groupby("query").nth(1).set_index("query")["likeness"].reindex(first.index)
        first = first[~first["likeness"].eq(second)]
        out.loc[first.index, "commune_code"] = first["commune_code"]
        out.loc[first.index, ["confidence", "found_by"]] = ["likely", "spelling"]

    def _settle_by_point(self, queries: pd.DataFrame, out: pd.DataFrame, trust: str) -> None:
        """The commune that holds the point, as `likely`: names propose nothing, resemble it, or are not trusted."""
        lost = queries[out["commune_code"].isna() & queries["lon"].notna()]
        inside = pd.Series(
            self.contours.locate(lost["lon"].to_numpy(), lost["lat"].to_numpy()), index=lost.index
        ).dropna()
        resembles = (
            likeness(queries.loc[inside.index, "name_key"], inside.map(self.communes["label"]).map(normalise_name))
            >= CLOSE_SPELLING
        )
        believed = inside[resembles | (trust == "point") | out.loc[inside.index, "confidence"].eq("none").to_numpy()]
        out.loc[believed.index, "commune_code"] = believed
        out.loc[believed.index, "confidence"] = "likely"
        out.loc[believed.index, "found_by"] = np.where(
            resembles[inside.index.isin(believed.index)], "spelling", "point"
        )

    def _name_candidates(self, queries: pd.DataFrame, out: pd.DataFrame, found: pd.DataFrame) -> None:
        """For what stays unplaced: the candidates of that name, else the nearest names."""
        unplaced = out.index[out["commune_code"].isna()]
        homonyms = found[found["query"].isin(unplaced)].sort_values("points", ascending=False)
        for query, rows in homonyms.groupby("query"):
            out.loc[query, "candidates"] = self._say(rows["commune_code"].head(3))
        lost = unplaced[out.loc[unplaced, "candidates"].isna() & queries.loc[unplaced, "name_key"].ne("")]
        asked = queries.loc[lost, "name_key"].unique()
        near = process.cdist(
            asked, self._all_names["name_key"].to_numpy(), scorer=fuzz.ratio, dtype=np.uint8, score_cutoff=70
        )
        best = np.argsort(-near.astype(np.int16), axis=1, kind="stable")[:, :3]
        said = {
            key: self._say(self._all_names["commune_code"].iloc[columns[row[columns] > 0]])
            for key, row, columns in zip(asked, near, best, strict=True)
        }
        out.loc[lost, "candidates"] = queries.loc[lost, "name_key"].map(said)

    def _say(self, codes: pd.Series[str]) -> str:
        return ", ".join(f"{self.communes['label'][c]} ({c})" for c in dict.fromkeys(codes))

    # -- other levels --------------------------------------------------------------------------------------------

    def match_level(self, names: pd.Series[str], level: str) -> pd.Series[str]:
        """Codes of EPCI, départements or régions of that name, legal form apart; None when absent or ambiguous.

        A région merged in 2016 is matched to the one that took it in.
        """
        pool = self.others[self.others["level"].eq(level)].drop_duplicates("name_key", keep=False)
        lookup = dict(zip(pool["name_key"], pool["territory_code"], strict=True))
        if level == "region":
            now = {normalise_level_name(old): normalise_level_name(new) for old, new in PREDECESSOR_REGIONS.items()}
            lookup |= {old: lookup[new] for old, new in now.items() if new in lookup and old not in lookup}
        return names.map({n: lookup.get(normalise_level_name(n)) for n in names.unique()}).astype(object)

    def members_of(self, epci: str) -> pd.Series[str]:
        """Codes of the communes of an EPCI."""
        return self.epci.loc[self.epci["territory_code"].eq(epci), "commune_code"]

    def match_epci(self, names: pd.Series[str], seats: pd.Series[str]) -> pd.Series[str]:
        """Codes of EPCI by name, else the EPCI of the seat if the name speaks of it, of its main town or of the seat.

        "Artois - CA", seated in Béthune, shares a word with today's CA de Béthune-Bruay, Artois-Lys Romane;
        "Saint-Nazaire Agglomération" bears its seat's name; a syndicate does neither and gives None.

        Args:
            names: Shape (n,), as published.
            seats: Shape (n,), commune codes of the seats; None where unknown.
        """
        exact = self.match_level(names, "epci")
        code = seats.map(self.epci.set_index("commune_code")["territory_code"])
        told = seats.map(self._epci_words(seats.dropna().unique())).where(code.ne(_GRAND_PARIS), None)
        shares = [
            isinstance(words, frozenset) and bool(significant_words(name) & words)
            for name, words in zip(names, told, strict=True)
        ]
        return exact.where(exact.notna(), code.where(pd.Series(shares, index=names.index), None))


def is_in_overseas_collectivity(lon: pd.Series[float], lat: pd.Series[float]) -> pd.Series[bool]:
    """Points of the Pacific, Saint-Pierre-et-Miquelon, Saint-Martin and Saint-Barthélemy, out of the scope."""
    pacific = lon.gt(150.0) | lon.lt(-130.0)
    miquelon = lon.between(-57.0, -55.5) & lat.between(46.5, 47.5)
    northern_antilles = lon.between(-63.3, -62.7) & lat.between(17.8, 18.2)
    return pacific | miquelon | northern_antilles


def _read_queries(
    names: pd.Series[str], postcodes: pd.Series[str] | None, lon: pd.Series[float] | None, lat: pd.Series[float] | None
) -> pd.DataFrame:
    """What is asked, cleaned: postcodes of five digits or 00000, coordinates or NaN."""
    queries = pd.DataFrame({"name": names.astype(str).str.strip()})
    digits = pd.Series("", index=names.index) if postcodes is None else postcodes.astype(str).str.strip().str.zfill(5)
    queries["postcode"] = digits.where(digits.str.fullmatch(r"\d{5}"), _NO_POSTCODE)
    queries["lon"] = np.nan if lon is None else lon.astype(float)
    queries["lat"] = np.nan if lat is None else lat.astype(float)
    nowhere = np.isclose(queries["lon"], COUNTRY_CENTRE[0], atol=1e-3) & np.isclose(
        queries["lat"], COUNTRY_CENTRE[1], atol=1e-3
    )
    queries.loc[nowhere, ["lon", "lat"]] = np.nan
    return queries


def _distances(found: pd.DataFrame, place: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each candidate from the point, and the least one once a sign is turned (signs get lost), in km."""
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    to_lon, to_lat = place["longitude"].to_numpy(dtype=float), place["latitude"].to_numpy(dtype=float)
    turned = (distances_km(-lon, lat, to_lon, to_lat), distances_km(lon, -lat, to_lon, to_lat))
    return distances_km(lon, lat, to_lon, to_lat), np.fmin(*turned)


def _department(codes: pd.Series[str]) -> pd.Series[str]:
    """Département of commune codes, Corsica as one (20), as postcodes have it."""
    short = codes.str[:3].where(codes.str.startswith("97"), codes.str[:2])
    return short.where(~short.isin(["2A", "2B"]), "20")


def _department_of_postcode(postcodes: pd.Series[str]) -> pd.Series[str]:
    """Département of postcodes; 977xx are CEDEX of La Réunion."""
    short = postcodes.str[:3].where(postcodes.str.startswith("97"), postcodes.str[:2])
    return short.mask(short.eq("977"), "974")


def describe_unmatched(match: pd.DataFrame) -> pd.Series[str]:
    """Reason for a refused row: why no commune was chosen, and the nearest candidates."""
    reason = np.where(match["confidence"].eq("doubtful"), "doubtful place", "no place of that name")
    near = match["candidates"].fillna("").astype(str)
    return pd.Series(reason, index=match.index) + near.map(lambda c: f"; nearest: {c}" if c else "")


__all__: Sequence[str] = (
    "OVERSEAS_POSTCODE",
    "Places",
    "describe_unmatched",
    "is_in_overseas_collectivity",
    "normalise_level_name",
    "normalise_name",
)
