"""The only module that holds what today's places are recognised by: their names, postcodes, contours and EPCI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from etl.contours import Contours
from etl.naming import drop_article, normalise_name
from etl.postcodes import departement_of_commune
from etl.registers import load_register

GRAND_PARIS = "200054781"  # its établissements publics territoriaux bear names of their own


@dataclass(frozen=True)
class Places:
    """What is known of today's communes to recognise them, and of the other levels.

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
    def all_names(self) -> pd.DataFrame:
        """Names of communes, then those of the register (resorts, communes merged without a trace)."""
        register = load_register("lieux_dits")
        register = register[register["commune_code"].isin(self.communes.index)]
        added = register.assign(name_key=register["name"].map(normalise_name), kind="lieu_dit")
        columns = ["name_key", "commune_code", "kind"]
        return pd.concat([self.names[columns], added[columns]], ignore_index=True)

    @cached_property
    def bare_names(self) -> pd.DataFrame:
        """Names without their article, under which "Havre" and "Ulis" are found."""
        return self.all_names.assign(name_key=self.all_names["name_key"].map(drop_article))

    @cached_property
    def postcode_pairs(self) -> pd.MultiIndex:
        """Every postcode with every commune that has it."""
        return pd.MultiIndex.from_frame(self.postcodes[["postcode", "commune_code"]])

    @cached_property
    def names_by_postcode(self) -> pd.DataFrame:
        """postcode, commune_code, name_key."""
        return self.postcodes.merge(self.all_names[["name_key", "commune_code"]], on="commune_code")

    @cached_property
    def names_by_departement(self) -> pd.DataFrame:
        """name_key, commune_code, departement (as postcodes have it)."""
        names = self.all_names[["name_key", "commune_code"]]
        return names.assign(departement=departement_of_commune(names["commune_code"]))

    def members_of(self, epci: str) -> pd.Series[str]:
        """Codes of the communes of an EPCI."""
        return self.epci.loc[self.epci["territory_code"].eq(epci), "commune_code"]

    def describe(self, codes: Iterable[str]) -> str:
        """Communes named for a reader, each once."""
        return ", ".join(f"{self.communes['label'][c]} ({c})" for c in dict.fromkeys(codes))
