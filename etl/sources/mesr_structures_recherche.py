"""The national directory of public research structures (RNSR): one research unit a line, placed by its address.

Traps: a BOM; no commune code, but free-text towns and CEDEX postcodes; towns that are no commune (science parks, new
towns, districts: `LOCALITIES`), CEDEX glued to the name or with a typing slip; La Réunion's CEDEX postcodes start with
977 or 978; teams (level 1) and federations (level 3) stand beside the units (level 2); units abroad have a postcode of
their country, which may have five digits and be a French one too (`ABROAD`); names of persons were removed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from etl.card import Card, RawFile, Series, export_url
from etl.matching import describe_unmatched, match_communes
from etl.parsing import Parser

_PORTAL = "data.enseignementsup-recherche.gouv.fr"
_DATASET = "fr-esr-structures-recherche-publiques-actives"
_FILE = f"{_DATASET}.csv"
_YEAR = 2022
_UNIT = "2"
_OVERSEAS = r"(?:98[678]|975)\d\d"
# What the town's text holds besides a commune's name, and names that are no commune's, with the commune of most of the
# units that bear them. Patterns are tried in order on the text in small letters.
LOCALITIES: Sequence[tuple[str, str]] = (
    (r"^(?:cs \d+|\d{5}) ", ""),
    (r"(?: messag)? ?cedex ?\d*(?: france)?$", ""),
    (r"^.*cedex ?\d* - ", ""),
    (r".*sophia[ -]antipolis.*", "valbonne"),
    (r"^marne[ -]la[ -]vall[eé]e$", "champs-sur-marne"),
    (r"^cergy[ -]pontoise$", "cergy"),
    (r"^[eé]vry$", "évry-courcouronnes"),
    (r"^illkirch$", "illkirch-graffenstaden"),
    (r"^(?:la )?plaine[ -]saint[ -]denis$", "saint-denis"),
    (r"^boulogne$", "boulogne-billancourt"),
    (r"^montfavet$", "avignon"),
    (r"^s(?:ain)?te[ -]clotilde$", "saint-denis"),
    (r"^auzeville$", "auzeville-tolosane"),
    (r"^salon air$", "salon-de-provence"),
    (r"^brest arm[eé]es$", "lanvéoc"),
)
# Towns abroad that the file gives with a postcode of five digits.
ABROAD = (
    r"afrique du sud|alexandrie|arizona|beyoglu|bichkek|etats-unis|heidelberg|jerusalem|le caire \(|mexico|naples"
    r"|novosibirsk|prague|^rabat$|^roma$|santiago|seoul|singapour|tel-aviv|tenerife|tokyo"
)
CARD = Card(
    code="mesr_structures_recherche",
    producer="Ministère de l’enseignement supérieur et de la recherche",
    title="Structures de recherche publiques actives (RNSR)",
    licence="Licence Ouverte 2.0",
    page=f"https://{_PORTAL}/explore/dataset/{_DATASET}/",
    vintage="2022",
    files=(RawFile(_FILE, export_url(_PORTAL, _DATASET)),),
    series=(Series("structures_recherche", "Unités de recherche publiques", "unités"),),
    mode="live",
    note="Unités de recherche, à leur adresse postale\u202f; les équipes et les fédérations ne sont pas comptées.",
)


def parse(p: Parser) -> None:
    """One research unit a line, where its address can be placed."""
    columns = ("numero_national_de_structure", "libelle", "code_de_niveau_de_structure", "code_postal", "commune")
    rows = p.read_csv(_FILE, columns)
    units = rows[rows["code_de_niveau_de_structure"].eq(_UNIT)]
    p.exclude(len(rows) - len(units), "équipe ou fédération, pas une unité")
    units = _drop_outsiders(p, units)
    match = match_communes(p.places, _clean_towns(units), postcodes=_clean_postcodes(units["code_postal"]))
    unplaced = match["commune_code"].isna()
    reasons = describe_unmatched(match)[unplaced]
    for reason, part in units[unplaced].groupby(reasons):
        p.reject(part, "commune", part["code_postal"] + " " + part["commune"], str(reason))
    placed = units[~unplaced]
    p.add_figures(placed, "structures_recherche", code=match.loc[~unplaced, "commune_code"], year=_YEAR, value=1.0,
                  label=placed["libelle"])  # fmt: skip


def _drop_outsiders(p: Parser, units: pd.DataFrame) -> pd.DataFrame:
    """Units of France, with an address."""
    overseas = units["code_postal"].str.fullmatch(_OVERSEAS).astype(bool)
    p.exclude(int(overseas.sum()), "collectivité d’outre-mer")
    blank = units["code_postal"].eq("") & units["commune"].eq("")
    p.reject(units[blank], "commune", "", "no address at all")
    french = units["code_postal"].str.fullmatch(r"\d{5}") & ~units["commune"].str.lower().str.contains(ABROAD)
    abroad = ~overseas & ~blank & ~french.astype(bool)
    p.exclude(int(abroad.sum()), "unité à l’étranger")
    return units[~overseas & ~blank & ~abroad]


def _clean_towns(units: pd.DataFrame) -> pd.Series[str]:
    """Names of communes behind the towns; Paris where only its postcode is told."""
    towns = units["commune"].str.lower().str.strip()
    for pattern, commune in LOCALITIES:
        towns = towns.str.replace(pattern, commune, regex=True).str.strip()
    return towns.mask(towns.eq("") & units["code_postal"].str.startswith("75"), "paris")


def _clean_postcodes(postcodes: pd.Series[str]) -> pd.Series[str]:
    """Postcodes whose first digits tell the département, La Réunion's CEDEX ones too."""
    return postcodes.str.replace(r"^97[78]", "974", regex=True)
