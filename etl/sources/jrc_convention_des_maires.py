"""Signatories of the Covenant of Mayors: one link a signatory, at its own level.

Traps: a signatory is a commune or an EPCI, told by its name only, sometimes of an EPCI since renamed; a row may be a
group of communes that sign together, its members standing as rows of their own (the group is then left out); a dozen
coordinates are wrong (a sign lost, the centre of France, another town): names come first; some signatories stand twice,
alone and in a group; those on hold have signed and deliver nothing: they are linked, and not counted.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.level_names import match_epci, match_level
from etl.matching import describe_unmatched, match_communes
from etl.naming import fold, normalise_name
from etl.parsing import Parser
from etl.places import GRAND_PARIS

_FILE = "df1_Signatories_2024.xlsx"
_SHEET = "1"
_NAME = "organisation_name"
_COLUMNS = (
    "organisation_id", _NAME, "organisation_latitude", "organisation_longitude", "group_name", "signatory_status",
    "group_profile", "date_of_adhesion",
)  # fmt: skip
_EPCI_FORM = r"communaute|agglo|metropole\b|eurometropole|metropolitaine|^c[acu] "
_NO_AUTHORITY = r"parc naturel|pays (?:de|du|des|d) (?!.*(?:agglo|communaute))"
CARD = Card(
    code="jrc_convention_des_maires",
    producer="Commission européenne, JRC (GCoM MyCovenant)",
    title="Convention des maires : signataires",
    licence="CC BY 4.0",
    page="https://data.jrc.ec.europa.eu/dataset/b425918f-53a1-495c-8619-cd370c302eb0",
    vintage="2024-01",
    files=(RawFile(_FILE),),
    series=(
        Series(
            "convention_des_maires",
            "Signataires de la Convention des maires (engagements publiés)",
            "signataires",
            aggregation="links",
            link_roles=("published",),
            year=2024,
        ),
    ),
    mode="manual",
    citation="European Commission, Joint Research Centre: GCoM – MyCovenant, 5th Release, January 2024.",
    link_kind="convention",
    note="Signataires français, communes ou intercommunalités ; les engagements suspendus ne comptent pas.",
)


def parse(p: Parser) -> None:
    """One link a signatory; `role` is its status."""
    rows = p.read_excel(_FILE, _COLUMNS, sheet=_SHEET)
    rows = rows.assign(**{_NAME: rows[_NAME].str.strip()})
    group = rows["group_profile"].eq("True") & rows[_NAME].isin(rows["group_name"])
    other = ~group & rows[_NAME].map(fold).str.match(_NO_AUTHORITY)
    p.exclude(int(group.sum()), "groupe dont les membres sont listés")
    p.exclude(int(other.sum()), "pays ou parc, ni commune ni intercommunalité")
    placed = _place(p, rows[~group & ~other])
    p.add_links(
        placed, level=placed["level"], code=placed["code"], partner_label="Convention des maires",
        partner_country="BE", partner_code="signataire-" + placed["level"] + "-" + placed["code"],
        role=placed["signatory_status"], start=placed["date_of_adhesion"].str[:4],
    )  # fmt: skip


def _place(p: Parser, rows: pd.DataFrame) -> pd.DataFrame:
    """Signatories with level and code: an EPCI by its form or when no commune has that name, else a commune."""
    lon, lat = (pd.to_numeric(rows[f"organisation_{a}"], errors="coerce") for a in ("longitude", "latitude"))
    match = _match_communes(p, rows[_NAME], lon, lat)
    inside = pd.Series(p.places.contours.locate(lon.to_numpy(), lat.to_numpy()), index=rows.index)
    named = match["commune_code"].where(match["found_by"].ne("point"))
    epci = match_epci(p.places, rows[_NAME], inside.where(inside.notna(), named))
    says_epci = rows[_NAME].map(fold).str.contains(_EPCI_FORM, regex=True)
    whole = named.map(p.places.communes["label"]).fillna("").map(normalise_name).eq(rows[_NAME].map(normalise_name))
    exact = match_level(p.places, rows[_NAME], "epci").notna() & ~whole
    is_epci = epci.notna() & (says_epci | exact | (named.isna() & rows["group_name"].eq("-")))
    code = epci.where(is_epci, named.where(~says_epci))
    absorbed = code.isna() & inside.isin(p.places.members_of(GRAND_PARIS))
    p.exclude(int(absorbed.sum()), "établissement public territorial du Grand Paris")
    lost = code.isna() & ~absorbed
    p.reject(rows[lost], _NAME, rows[_NAME], describe_unmatched(match)[lost])
    return rows.assign(code=code, level=is_epci.map({True: "epci", False: "commune"}))[code.notna()]


def _match_communes(p: Parser, names: pd.Series[str], lon: pd.Series[float], lat: pd.Series[float]) -> pd.DataFrame:
    """Names first: one that is unique in the country stands although its coordinates are elsewhere."""
    match = match_communes(p.places, names, lon=lon, lat=lat)
    doubtful = match["confidence"].eq("doubtful")
    alone = match_communes(p.places, names[doubtful])
    unique = alone[alone["confidence"].eq("likely")]
    match.loc[unique.index] = unique
    return match
