"""Communes in Wikidata by INSEE code (P374): pages about them, twin towns (P190), organisations they belong to (P463).

Traps: one question about the whole country runs into the 60-second limit, so that it is asked by département; an answer
cut short still comes with status 200 (`etl.slices` refuses it); former communes keep their codes, and the passage folds
them; a partner may have two countries, one of the past, and then two rows; a tie that has ended has an end date, and
is left out; volunteers fill it in, so that absent is not zero. Pairs of two French towns are no tie with the outside:
they are linked as `domestic` and not counted. The ties tell of the day they are asked for: their year is that day's.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd

from etl.card import Card, RawFile, Series, Slice
from etl.countries import known_countries
from etl.parsing import Parser

_FILE = "wikidata_communes.csv"
_ENDPOINT = "https://query.wikidata.org/sparql"
_OVERSEAS = ("971", "972", "973", "974", "976")
_DEPARTEMENTS = (*(f"{n:02d}" for n in range(1, 20)), "2A", "2B", *(f"{n:02d}" for n in range(21, 96)), *_OVERSEAS)
_PAGES, _TWINS, _MEMBERSHIPS = "sitelinks", "P190", "P463"
_COLUMNS = ("year", "insee", "fact", "count", "partner", "label", "country", "start", "end")
_QUERY = """
SELECT DISTINCT (YEAR(NOW()) AS ?year) ?insee ?fact ?count ?partner ?label ?country ?start ?end WHERE {
  ?commune wdt:P374 ?insee . FILTER(STRSTARTS(?insee, "%(departement)s"))
  { ?commune wikibase:sitelinks ?count . BIND("sitelinks" AS ?fact) } UNION { %(twins)s } UNION { %(memberships)s }
} ORDER BY ?insee ?fact ?partner ?country"""
_TIES = """?commune p:%(property)s ?tie . ?tie ps:%(property)s ?partner ; wikibase:rank ?rank .
  FILTER(?rank != wikibase:DeprecatedRank) BIND("%(property)s" AS ?fact)
  OPTIONAL { ?tie pq:P580 ?start } OPTIONAL { ?tie pq:P582 ?end }
  OPTIONAL { ?partner wdt:P17/wdt:P297 ?country }
  OPTIONAL { ?partner rdfs:label ?fr . FILTER(LANG(?fr) = "fr") }
  OPTIONAL { ?partner rdfs:label ?en . FILTER(LANG(?en) = "en") }
  BIND(COALESCE(?fr, ?en) AS ?label)"""
_PRECISION = r"^(\d{4})-.*$"


def list_slices(endpoint: str = _ENDPOINT) -> tuple[Slice, ...]:
    """One question a département, in order of code."""
    ties = {"twins": _TIES % {"property": _TWINS}, "memberships": _TIES % {"property": _MEMBERSHIPS}}
    return tuple(
        Slice(
            f"{code}.csv",
            f"{endpoint}?{urlencode({'query': ' '.join((_QUERY % {'departement': code, **ties}).split())})}",
        )
        for code in _DEPARTEMENTS
    )


CARD = Card(
    code="wikidata_communes",
    producer="Wikidata (P374, P190, P463)",
    title="Communes françaises dans Wikidata : pages, jumelages, adhésions",
    licence="CC0",
    page="https://query.wikidata.org/",
    vintage="en continu",
    files=(RawFile(_FILE, _ENDPOINT, slices=list_slices(), accept="text/csv"),),
    series=(
        Series("pages_wikimedia", "Pages de Wikipédia et de ses projets frères, toutes langues", "pages", "max"),
        Series("jumelages", "Villes étrangères jumelées", "villes", "links", link_roles=("foreign",)),
        Series(
            "adhesions_wikidata",
            "Organisations dont les communes sont membres",
            "organisations",
            "links",
            link_roles=("member",),
        ),
    ),
    mode="live",
    period="daily",
    link_kind="jumelage",
    note="Saisie bénévole et incomplète : un territoire absent est inconnu, non sans jumelage.",
)


def parse(p: Parser) -> None:
    """Pages of each commune, then its ties that have not ended."""
    rows = p.read_csv(_FILE, _COLUMNS, sep=",")
    pages = rows[rows["fact"].eq(_PAGES)]
    year = pages["year"].where(pages["year"].str.fullmatch(r"\d{4}"))
    p.reject(pages[year.isna()], "year", pages["year"], "not a year")
    pages, year = pages[year.notna()], year.dropna().astype(int)
    p.add_figures(pages, "pages_wikimedia", code=pages["insee"], year=year, value=pages["count"])
    ties = _leave_out(p, rows[rows["fact"].isin([_TWINS, _MEMBERSHIPS])])
    for fact, kind in ((_TWINS, "jumelage"), (_MEMBERSHIPS, "reseau")):
        some = ties[ties["fact"].eq(fact)]
        domestic = some["country"].eq("FR").map({True: "domestic", False: "foreign"})
        p.add_links(
            some, level="commune", code=some["insee"], kind=kind, partner_label=some["label"],
            partner_country=some["country"], partner_code=some["partner"],
            role=domestic if fact == _TWINS else "member", start=_year(some["start"]),
        )  # fmt: skip


def _leave_out(p: Parser, ties: pd.DataFrame) -> pd.DataFrame:
    """Ties that stand, each once, partners by their Wikidata code."""
    ties = ties.assign(partner=ties["partner"].str.rsplit("/").str[-1])
    ended = ties["end"].ne("")
    p.exclude(int(ended.sum()), "lien terminé")
    ties = ties[~ended]
    of_today = ties["country"].isin(known_countries())
    ties = ties.loc[of_today.sort_values(ascending=False, kind="stable").index]
    again = ties.duplicated(["insee", "fact", "partner"])
    p.exclude(int(again.sum()), "lien répété, un pays ou une date par ligne")
    ties = ties[~again].sort_index()
    nameless = ties["label"].eq("")
    p.reject(ties[nameless], "label", ties["partner"], "a partner without a French or English name")
    return ties[~nameless]


def _year(text: pd.Series[str]) -> pd.Series[str]:
    return text.str.extract(_PRECISION)[0]
