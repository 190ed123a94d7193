"""Names that places bear in other languages, by commune: a proxy of how well known a place is.

Traps: the list of alternate names also holds the French name, the IATA code in three capitals, and spellings that
differ by accents only: a name counts once, accents and case folded, and neither the place's own name nor a code counts;
several places may stand in one commune, of which the best known counts (maximum, never a sum); places are hamlets too:
where the name contradicts the point, the point decides; Saint-Martin, New Caledonia and the like stand under country
codes of their own.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.matching import describe_unmatched, match_communes
from etl.naming import fold_accents
from etl.parsing import Parser

_FILE = "geonames_cities500_france.csv"
_COLUMNS = ("name", "countrycode", "latitude", "longitude", "alternatenames")
_IN_SCOPE = ("FR", "GP", "MQ", "GF", "RE", "YT")
_YEAR = 2026
CARD = Card(
    code="geonames_notoriete",
    producer="GeoNames",
    title="Lieux de France et noms dans d’autres langues",
    licence="CC BY 4.0",
    page="https://www.geonames.org/",
    vintage="2026",
    files=(RawFile(_FILE),),
    series=(Series("noms_alternatifs", "Noms dans d’autres langues", "noms", aggregation="max", high=1000),),
    mode="frozen",
    citation="GeoNames (geonames.org), CC BY 4.0.",
    note="Nombre de noms distincts, sans les codes ni les variantes d’accent ; le lieu le plus connu compte.",
)


def parse(p: Parser) -> None:
    """One figure a place; a commune's is the greatest of its places'."""
    rows = p.read_csv(_FILE, _COLUMNS, sep=",")
    known = rows["countrycode"].isin(_IN_SCOPE)
    p.exclude(int((~known).sum()), "collectivité d’outre-mer")
    rows = rows[known]
    match = match_communes(
        p.places, rows["name"], lon=rows["longitude"].astype(float), lat=rows["latitude"].astype(float), trust="point"
    )
    lost = match["commune_code"].isna()
    p.reject(rows[lost], "name", rows["name"], describe_unmatched(match)[lost])
    kept = rows[~lost]
    count = count_names(kept["name"], kept["alternatenames"])
    p.add_figures(
        kept, "noms_alternatifs", code=match["commune_code"][~lost], year=_YEAR, value=count, label=kept["name"]
    )


def count_names(names: pd.Series[str], alternates: pd.Series[str]) -> pd.Series[float]:
    """How many names, other than its own, each place bears: codes dropped, accents and case folded.

    >>> count_names(pd.Series(["Nîmes"]), pd.Series(["FNI|Nimes|Nîmes|Nimis|Nemausus|NEMAUSUS|Ним"])).tolist()
    [3.0]
    """
    each = alternates.str.split("|").explode()
    each = each[each.ne("") & each.notna() & ~each.str.fullmatch("[A-Z]{3}").fillna(value=False)]
    keys = each.map({name: fold_accents(name) for name in each.unique()})
    own = names.map({name: fold_accents(name) for name in names.unique()}).reindex(keys.index)
    distinct = pd.DataFrame({"place": keys.index, "key": keys.to_numpy()})[keys.ne(own).to_numpy()].drop_duplicates()
    return distinct.groupby("place").size().reindex(names.index, fill_value=0).astype(float)
