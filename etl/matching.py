"""The only module that turns a place's name into a code: names propose, postcodes and coordinates judge.

How sure a match is:
    sure: one place of that name remains once the postcode or the coordinates have judged.
    likely: the name is unique in the country and nothing confirms it, or the point lies in the commune but
        the name differs.
    doubtful: several candidates remain, or the judge contradicts the name; nothing is placed.
    none: no candidate at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from etl.contours import Contours, distances_km

NEAR_KM = 15.0  # from a commune's centroid: a point of the same name that far is the same place
OVERSEAS_POSTCODE = r"97(?:133|150|5\d\d)|98[4678]\d\d"  # overseas collectivities, outside the product's scope
FAR_KM = 60.0  # beyond, coordinates contradict the name
_CEDEX = re.compile(r"\bcedex\b.*$")
_ARRONDISSEMENTS = (
    re.compile(r"^(?P<city>paris|lyon|marseille) ?(?:\d{1,2} ?(?:er|e|eme|ieme)?)? ?(?:arrondissement|arr)?$"),
    re.compile(r"^\d{1,2}(?:st|nd|rd|th|er|e|eme) arrondissement (?:of|de) (?P<city>paris|lyon|marseille)$"),
)
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES = ("le ", "la ", "les ", "l ")


def normalise_name(name: str) -> str:
    """Fold a place's name: case, accents, ligatures, punctuation, ST/STE, CEDEX, arrondissements of the three cities.

    >>> normalise_name("ST-ÉTIENNE CEDEX 2"), normalise_name("6th arrondissement of Lyon")
    ('saint etienne', 'lyon')
    """
    text = name.casefold().replace("œ", "oe").replace("æ", "ae")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = _CEDEX.sub("", text).strip()
    text = " ".join(_SHORT.get(word, word) for word in text.split())
    for pattern in _ARRONDISSEMENTS:
        if hit := pattern.match(text):
            return hit["city"]
    return text


def drop_article(name: str) -> str:
    """The folded name without its leading article ("le havre" → "havre")."""
    for article in _ARTICLES:
        if name.startswith(article):
            return name.removeprefix(article)
    return name


@dataclass(frozen=True)
class Places:
    """What is known of today's communes to recognise them.

    Attributes:
        names: name_key, commune_code, kind (`commune`, `deleguee`, `associee`, `ancienne`, `arrondissement`).
        postcodes: postcode, commune_code.
        communes: commune_code, label, longitude, latitude, population (index: commune_code).
        contours: Real contours.
        others: level, territory_code, name_key of EPCI, départements and régions.
    """

    names: pd.DataFrame
    postcodes: pd.DataFrame
    communes: pd.DataFrame
    contours: Contours
    others: pd.DataFrame

    def match(
        self,
        names: pd.Series[str],
        *,
        postcodes: pd.Series[str] | None = None,
        lon: pd.Series[float] | None = None,
        lat: pd.Series[float] | None = None,
    ) -> pd.DataFrame:
        """Match names of communes, past or present.

        Args:
            names: Shape (n,), as published.
            postcodes: Shape (n,); lost leading zeros are restored; empty where unknown.
            lon: Shape (n,), degrees; NaN where unknown.
            lat: Shape (n,), degrees.

        Returns:
            Index of `names`; columns commune_code (None unless sure or likely), confidence, candidates (text: the
            nearest candidates, for the reader who will decide).
        """
        queries = pd.DataFrame({"name": names.astype(str)})
        queries["name_key"] = queries["name"].map({n: normalise_name(n) for n in queries["name"].unique()})
        queries["postcode"] = "" if postcodes is None else postcodes.astype(str).str.strip().str.zfill(5)
        queries["lon"] = np.nan if lon is None else lon.astype(float)
        queries["lat"] = np.nan if lat is None else lat.astype(float)
        unique = queries.drop_duplicates(["name_key", "postcode", "lon", "lat"]).reset_index(drop=True)
        decided = self._decide(unique)
        keys = ["name_key", "postcode", "lon", "lat"]
        result = queries.merge(pd.concat([unique[keys], decided], axis=1), on=keys, how="left")
        result.index = names.index
        return result[["commune_code", "confidence", "candidates"]]

    def _decide(self, queries: pd.DataFrame) -> pd.DataFrame:
        candidates = self._score(queries, self._candidates(queries))
        best = candidates.sort_values(["points", "population"], ascending=False).groupby("query").head(2)
        first = best.groupby("query").nth(0).set_index("query")
        second = best.groupby("query").nth(1).set_index("query")["points"].reindex(first.index)
        out = pd.DataFrame(index=queries.index, columns=["commune_code", "confidence", "candidates"], dtype=object)
        out["confidence"] = "none"
        contradicted = first["points"] < 0
        tied = first["points"].eq(second) & first["points"].lt(4)
        confirmed = first["points"].ge(2)
        out.loc[first.index, "commune_code"] = first["commune_code"].where(~(contradicted | tied), None)
        out.loc[first.index, "confidence"] = np.select(
            [contradicted | tied, confirmed], ["doubtful", "sure"], default="likely"
        )
        self._settle_by_point(queries, out)
        self._name_candidates(queries, out, candidates)
        return out

    def _candidates(self, queries: pd.DataFrame) -> pd.DataFrame:
        query = queries.reset_index(names="query")
        found = query.merge(self.names, on="name_key")
        lost = query[~query["query"].isin(found["query"])].copy()
        lost["name_key"] = lost["name_key"].map(drop_article)
        bare = self.names.assign(name_key=self.names["name_key"].map(drop_article))
        found = pd.concat([found, lost.merge(bare, on="name_key")])
        return found.drop_duplicates(["query", "commune_code"])

    def _score(self, queries: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
        """Points of each candidate: 4 same postcode or near, 2 same département or within reach, −4 contradicted."""
        place = self.communes.loc[found["commune_code"]]
        km = distances_km(
            found["lon"].to_numpy(), found["lat"].to_numpy(),
            place["longitude"].to_numpy(dtype=float), place["latitude"].to_numpy(dtype=float),
        )  # fmt: skip
        pairs = pd.MultiIndex.from_frame(self.postcodes[["postcode", "commune_code"]])
        same_postcode = pd.MultiIndex.from_frame(found[["postcode", "commune_code"]]).isin(pairs)
        department = _department(found["commune_code"])
        given = found["postcode"].ne("") & found["postcode"].ne("00000")
        same_department = given & _department_of_postcode(found["postcode"]).eq(
            department.where(~department.isin(["2A", "2B"]), "20")
        )
        points = np.zeros(len(found))
        points += np.where(same_postcode, 4, np.where(same_department, 2, np.where(given, -3, 0)))
        points += np.where(km <= NEAR_KM, 4, np.where(km > FAR_KM, -4, np.where(np.isfinite(km), 1, 0)))
        points += 0.5 * found["kind"].eq("commune").to_numpy()
        return found.assign(points=points, km=km, population=place["population"].to_numpy())

    def _settle_by_point(self, queries: pd.DataFrame, out: pd.DataFrame) -> None:
        """Where names propose nothing, the commune that holds the point, as `likely`."""
        lost = out.index[out["confidence"].eq("none") & queries["lon"].notna()]
        inside = self.contours.locate(queries.loc[lost, "lon"].to_numpy(), queries.loc[lost, "lat"].to_numpy())
        hit = np.array([c is not None for c in inside], dtype=bool)
        out.loc[lost[hit], "commune_code"] = inside[hit]
        out.loc[lost[hit], "confidence"] = "likely"

    def _name_candidates(self, queries: pd.DataFrame, out: pd.DataFrame, found: pd.DataFrame) -> None:
        """For what stays unplaced: the candidates of that name, else the nearest names."""
        unplaced = out.index[out["commune_code"].isna()]
        labels = self.communes["label"]
        for query, rows in found[found["query"].isin(unplaced)].groupby("query"):
            codes = rows.sort_values("points", ascending=False)["commune_code"].head(3)
            out.loc[query, "candidates"] = ", ".join(f"{labels[c]} ({c})" for c in codes)
        keys = self.names["name_key"].to_list()
        for query in unplaced[out.loc[unplaced, "candidates"].isna()]:
            near = process.extract(queries.loc[query, "name_key"], keys, scorer=fuzz.ratio, limit=3, score_cutoff=70)
            codes = list(dict.fromkeys(self.names["commune_code"].iloc[i] for _, _, i in near))
            out.loc[query, "candidates"] = ", ".join(f"{labels[c]} ({c})" for c in codes)

    def match_level(self, names: pd.Series[str], level: str) -> pd.Series[str]:
        """Codes of EPCI, départements or régions whose folded name is exactly that; None when absent or ambiguous."""
        pool = self.others[self.others["level"].eq(level)].drop_duplicates("name_key", keep=False)
        lookup = dict(zip(pool["name_key"], pool["territory_code"], strict=True))
        return names.map(lambda n: lookup.get(normalise_level_name(n)))


_NATURES = re.compile(
    r"^(?:communaute (?:urbaine|d agglomeration|de communes|d agglo)|agglomeration|metropole|agglo|departement|conseil "
    r"(?:general|departemental|regional)|region|ca|cc|cu)\b(?: (?:de la|de l|du|des|de|d))?\b ?"
)


def normalise_level_name(name: str) -> str:
    """Fold the name of an EPCI, a département or a région: its legal form and brackets are dropped too."""
    folded = normalise_name(re.sub(r"\(.*?\)", " ", name))
    return drop_article(_NATURES.sub("", folded)) or folded


def _department(codes: pd.Series[str]) -> pd.Series[str]:
    return codes.str[:3].where(codes.str.startswith("97"), codes.str[:2])


def _department_of_postcode(postcodes: pd.Series[str]) -> pd.Series[str]:
    return postcodes.str[:3].where(postcodes.str.startswith("97"), postcodes.str[:2])


def describe_unmatched(match: pd.DataFrame) -> pd.Series[str]:
    """Reason for a refused row: why no commune was chosen, and the nearest candidates."""
    reason = np.where(match["confidence"].eq("doubtful"), "doubtful place", "no place of that name")
    near = match["candidates"].fillna("").astype(str)
    return pd.Series(reason, index=match.index) + near.map(lambda c: f"; nearest: {c}" if c else "")


def confidence_counts(match: pd.DataFrame) -> dict[str, int]:
    """How many rows were matched, by confidence."""
    return {str(k): int(v) for k, v in match["confidence"].value_counts().items()}


__all__: Sequence[str] = (
    "Places",
    "confidence_counts",
    "describe_unmatched",
    "normalise_level_name",
    "normalise_name",
)
