"""The laureates of the i-Nov innovation contest, with their grants.

Traps: the grant is unknown for 48 laureates; two are ten times too large (greater than the project itself); one
laureate stands twice; two have no commune; codes by arrondissement; the year of a wave is its date of publication.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series, export_url
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-laureats-concours-i-nov"
_FILE = f"{_DATASET}.json"
CARD = Card(
    code="mesr_inov",
    producer="Ministère de l’enseignement supérieur et de la recherche, Bpifrance",
    title="Lauréats du concours d’innovation i-Nov",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2018-2025",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET, "json")),),
    series=(
        Series("inov_laureats", "Lauréats du concours i-Nov", "lauréats"),
        Series("inov_subventions", "Subventions du concours i-Nov", "€"),
    ),
    mode="live",
    period="yearly",
    note="À l’adresse de l’entreprise. Une subvention supérieure au coût du projet est écartée.",
)


def parse(p: Parser) -> None:
    """Laureates and grants, by year of publication."""
    columns = ("vague", "datepublication", "projet", "siren", "entreprise", "montantprojet", "subvention", "cityid")
    rows = p.read_records(_FILE, columns)
    doubled = rows.duplicated(["vague", "projet", "siren"])
    p.reject(rows[doubled], "projet", rows["projet"], "second line for the same laureate")
    year = rows["datepublication"].str.extract(r"^(\d{4})-", expand=False)
    undated = year.isna() & ~doubled
    p.reject(rows[undated], "datepublication", rows["datepublication"], "not a date")
    kept = rows[~doubled & ~undated]
    label = kept["entreprise"] + " (" + kept["projet"] + ")"
    p.add_figures(kept, "inov_laureats", code=kept["cityid"], year=year[kept.index].astype(int), value=1.0, label=label)
    paid = kept[~_find_excessive(p, kept)]
    p.add_figures(
        paid,
        "inov_subventions",
        code=paid["cityid"],
        year=year[paid.index].astype(int),
        value=paid["subvention"],
        label=label[paid.index],
    )


def _find_excessive(p: Parser, rows: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose grant exceeds the whole project: refused, a grant pays at most half of it."""
    grant, project = (pd.to_numeric(rows[c], errors="coerce") for c in ("subvention", "montantprojet"))
    excessive = grant.gt(project)
    p.reject(rows[excessive], "subvention", rows["subvention"], "grant greater than the whole project")
    return excessive
