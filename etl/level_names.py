"""The only module that turns the name of an EPCI, a département or a région into its code."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from etl.naming import PREDECESSOR_REGIONS, normalise_level_name, significant_words
from etl.places import GRAND_PARIS, Places


def match_level(places: Places, names: pd.Series[str], level: str) -> pd.Series[str]:
    """Codes of EPCI, départements or régions of that name, legal form apart; None when absent or ambiguous.

    A région merged in 2016 is matched to the one that took it in.
    """
    pool = places.others[places.others["level"].eq(level)].drop_duplicates("name_key", keep=False)
    lookup = dict(zip(pool["name_key"], pool["territory_code"], strict=True))
    if level == "region":
        now = {normalise_level_name(old): normalise_level_name(new) for old, new in PREDECESSOR_REGIONS.items()}
        lookup |= {old: lookup[new] for old, new in now.items() if new in lookup and old not in lookup}
    return names.map({n: lookup.get(normalise_level_name(n)) for n in names.unique()}).astype(object)


def match_epci(places: Places, names: pd.Series[str], seats: pd.Series[str]) -> pd.Series[str]:
    """Codes of EPCI by name, else the EPCI of the seat if the name speaks of it, of its main town or of the seat.

    "Artois - CA", seated in Béthune, shares a word with today's CA de Béthune-Bruay, Artois-Lys Romane;
    "Saint-Nazaire Agglomération" bears its seat's name; a syndicate does neither and gives None.

    Args:
        places: What is known of today's places.
        names: Shape (n,), as published.
        seats: Shape (n,), commune codes of the seats; None where unknown.
    """
    exact = match_level(places, names, "epci")
    code = seats.map(places.epci.set_index("commune_code")["territory_code"])
    told = seats.map(_epci_words(places, seats.dropna().unique())).where(code.ne(GRAND_PARIS), None)
    shares = [
        isinstance(words, frozenset) and bool(significant_words(name) & words)
        for name, words in zip(names, told, strict=True)
    ]
    return exact.where(exact.notna(), code.where(pd.Series(shares, index=names.index), None))


def _epci_words(places: Places, communes: Collection[str]) -> dict[str, frozenset[str]]:
    """By commune: the words of its EPCI's name, of its own, and of the EPCI's most populous commune's."""
    ranked = places.epci.assign(population=places.epci["commune_code"].map(places.communes["population"]))
    largest = ranked.sort_values("population").drop_duplicates("territory_code", keep="last")
    members = places.epci[places.epci["commune_code"].isin(communes)]
    town = members["territory_code"].map(largest.set_index("territory_code")["commune_code"])
    label = places.communes["label"]
    text = members["label"] + " " + members["commune_code"].map(label) + " " + town.map(label)
    return dict(zip(members["commune_code"], text.map(significant_words), strict=True))
