"""The ministry's sites of public higher education, with the students enrolled at each: no headquarters effect.

Traps: frozen at 2017, which the file does not say; a BOM; 1,182 sites of 2,561 have no enrolment told (missing, not
zero); 54 lines hold a site's code and nothing else, some of them doubles of a full line; sites abroad have no commune
code, or a foreign one; codes by arrondissement.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series, export_url
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-implantations_etablissements_d_enseignement_superieur_publics"
_FILE = f"{_DATASET}.csv"
_ENROLLED = "Effectif d'étudiants inscrits"
_YEAR = 2017
_FRANCE = "100"
CARD = Card(
    code="mesr_implantations",
    producer="Ministère de l’enseignement supérieur et de la recherche",
    title="Implantations des établissements publics d’enseignement supérieur",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2017",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(Series("etudiants_sur_site", "Étudiants inscrits, sur leur site", "étudiants"),),
    mode="live",
    period="never",
    note="Situation de 2017, seule à placer les étudiants sur leur site et non au siège. Un site sans effectif publié "
    "n’est pas compté.",
)


def parse(p: Parser) -> None:
    """Enrolment of each site in France that tells it."""
    columns = ("Code commune", "Code pays", "Implantation", "Etablissement siège", _ENROLLED)
    rows = p.read_csv(_FILE, columns)
    empty = rows["Implantation"].eq("") & rows["Code commune"].eq("") & rows[_ENROLLED].eq("")
    p.exclude(int(empty.sum()), "ligne sans site ni effectif")
    abroad = ~empty & ~rows["Code pays"].isin(["", _FRANCE])
    p.exclude(int(abroad.sum()), "implantation à l’étranger")
    sites = rows[~empty & ~abroad]
    label = sites["Implantation"].where(sites["Implantation"].ne(""), sites["Etablissement siège"])
    p.add_figures(
        sites, "etudiants_sur_site", code=sites["Code commune"], year=_YEAR, value=sites[_ENROLLED], label=label
    )
