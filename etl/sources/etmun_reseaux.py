"""Memberships of the transnational networks of municipalities (EUROCITIES, ICLEI, Energy Cities…), 2016–2019.

Traps: `Former Member` is no membership; the member is a municipality, an intermunicipality or a région (département
included), told apart by `EntitySimplified`, with errors (settled in `data/registers/corrections.csv`); agencies,
syndicates and associations are members too and are no territory; no commune code: names (a third of them not
simplified) and coordinates of the seat; EPCI bear the names of their time; memberships name their network by its
acronym, the organisations file by its whole name, with a key word (not for all) and the secretariat's country,
sometimes none, even two at once ("GB/US": the first is kept), and it separates with ";" where the memberships do with
",".
The Covenant of Mayors stands here as it was in 2018 and is left to `jrc_convention_des_maires`.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.level_names import match_epci, match_level
from etl.matching import describe_unmatched, match_communes
from etl.naming import normalise_name
from etl.overseas import is_in_overseas_collectivity
from etl.parsing import Parser
from etl.places import GRAND_PARIS

_MEMBERS = "etmun_memberships_france.csv"
_NETWORKS = "etmun_organizations.csv"
_COLUMNS = (
    "Full_Name", "Locality_Siege", "Statut", "Entity", "Year_of_Joining", "Network_Name",
    "Code_Network", "EntitySimplified", "lon", "lat",
)  # fmt: skip
_WHOLE_NAME, _SEAT, _KEY_WORD = "Name", "Country (secretariat)", "Main Key-word"
_FORMER = "Former Member"
_COVENANT = "Covenant of Mayors"
_LEVEL = {"Municipality": "commune", "City": "commune", "Intermunicipality": "epci", "Region": "region"}
_SYNDICATE = r"Intermunicipal Association"
_PARTNERS = {"Associated Member": "associate", "Associated Partner": "associate", "Partners": "associate"}
CARD = Card(
    code="etmun_reseaux",
    producer="Pauline Gourdon (thèse, base ETMUN)",
    title="Adhésions aux réseaux transnationaux de municipalités",
    licence="non précisée : citer l’autrice",
    page="https://github.com/pgourdongeo/Chap3_LocationalAnalysis",
    vintage="2016-2019",
    files=(RawFile(_MEMBERS), RawFile(_NETWORKS)),
    series=(
        Series(
            "reseaux",
            "Réseaux transnationaux de municipalités dont le territoire ou ses communes sont membres",
            "réseaux",
            aggregation="links",
            year=2018,
        ),
    ),
    mode="frozen",
    citation="P. Gourdon, base ETMUN (European Transnational Municipal Networks), 2016-2019.",
    link_kind="reseau",
    note="Adhésions relevées de 2016 à 2019 sur les sites des réseaux, anciens membres exclus.",
)


def parse(p: Parser) -> None:
    """One link a membership, at the member's own level."""
    rows = p.read_csv(_MEMBERS, _COLUMNS, sep=",")
    members = _leave_out(p, rows)
    placed = _place(p, members.assign(level=members["EntitySimplified"].map(_LEVEL)))
    network = _read_networks(p).reindex(placed["Code_Network"]).set_index(placed.index)
    p.add_links(
        placed, level=placed["level"], code=placed["code"],
        partner_label=_name_networks(network["name"].fillna(""), placed["Network_Name"]),
        partner_country=network["seat"].fillna(""), partner_code=placed["Code_Network"],
        theme=network["theme"].fillna(""),
        role=placed["Statut"].map(_PARTNERS).fillna("member"),
        start=placed["Year_of_Joining"].str.extract(r"^(\d{4})\b")[0],
    )  # fmt: skip


def _leave_out(p: Parser, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that are memberships of a French local authority; the others are counted by reason."""
    covenant = rows["Network_Name"].eq(_COVENANT)
    former = ~covenant & rows["Statut"].eq(_FORMER)
    other = ~covenant & ~former & (~rows["EntitySimplified"].isin(list(_LEVEL)) | rows["Entity"].eq(_SYNDICATE))
    abroad = (
        ~covenant & ~former & ~other & is_in_overseas_collectivity(_to_degrees(rows["lon"]), _to_degrees(rows["lat"]))
    )
    p.exclude(int(covenant.sum()), "Convention des maires, lue dans jrc_convention_des_maires")
    p.exclude(int(former.sum()), "ancien membre")
    p.exclude(int(other.sum()), "agence, syndicat ou association")
    p.exclude(int(abroad.sum()), "collectivité d’outre-mer")
    return rows[~(covenant | former | other | abroad)]


def _place(p: Parser, members: pd.DataFrame) -> pd.DataFrame:
    """Members with their code and level; those of no known territory are refused with the nearest names."""
    lon, lat = _to_degrees(members["lon"]), _to_degrees(members["lat"])
    names = members["Full_Name"].where(members["level"].eq("commune"), members["Locality_Siege"])
    match = match_communes(p.places, names, lon=lon, lat=lat)
    seat = match["commune_code"]
    epci = match_epci(p.places, members["Full_Name"], seat)
    region = match_level(p.places, members["Full_Name"], "region")
    department = match_level(p.places, members["Full_Name"], "departement")
    level = members["level"].mask(members["level"].eq("region") & region.isna() & department.notna(), "departement")
    code = seat.where(level.eq("commune")).combine_first(epci.where(level.eq("epci")))
    code = code.combine_first(region.where(level.eq("region"))).combine_first(department.where(level.eq("departement")))
    absorbed = code.isna() & level.eq("epci") & seat.isin(p.places.members_of(GRAND_PARIS))
    p.exclude(int(absorbed.sum()), "établissement public territorial du Grand Paris")
    lost = code.isna() & ~absorbed
    reason = describe_unmatched(match).where(level.eq("commune"), "no " + level + " of that name today")
    p.reject(members[lost], "Full_Name", members["Full_Name"], reason[lost])
    return members.assign(level=level, code=code)[code.notna()]


def _to_degrees(text: pd.Series[str]) -> pd.Series[float]:
    return pd.to_numeric(text, errors="coerce")


def _read_networks(p: Parser) -> pd.DataFrame:
    """Name, seat (country of the secretariat) and theme of each network, by its code."""
    networks = p.read_csv(_NETWORKS, ("Code", _WHOLE_NAME, _SEAT, _KEY_WORD), counted=False).set_index("Code")
    seat = networks[_SEAT].str.split("/").str[0]
    return pd.DataFrame({"name": networks[_WHOLE_NAME], "seat": seat, "theme": networks[_KEY_WORD]})


def _name_networks(names: pd.Series[str], acronyms: pd.Series[str]) -> pd.Series[str]:
    """The whole name, and the acronym behind it where it says something else."""
    same = names.map(normalise_name).eq(acronyms.map(normalise_name))
    both = names + " (" + acronyms + ")"
    return both.mask(same, names).where(names.ne(""), acronyms)
