"""The only module that tells which country a publisher means: one ISO 3166-1 alpha-2 code, one French name.

Publishers write names ("Ivory Coast", "The Gambia", "People's Republic of China") or codes of their own ("UK", "EL");
`data/registers/pays.csv` says what each is. Kosovo has no ISO code and bears the European Commission's (XK); a partner
that is no State has none.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from etl.registers import load_register

_REGISTER = "pays"


@cache
def _known(column: str) -> dict[str, str]:
    register = load_register(_REGISTER)
    codes = {code: code for code in register["code"]} if column == "code" else {}
    return codes | dict(zip(register["name"], register[column], strict=True))


def known_countries() -> frozenset[str]:
    """Every code of the register, and the empty one: no country told, or no State."""
    return frozenset({"", *load_register(_REGISTER)["code"]})


def country_codes(told: pd.Series[str]) -> pd.Series[str]:
    """Alpha-2 code of each country, told by name or by code; what the register does not know stays as it is."""
    clean = told.fillna("").astype(str).str.strip()
    return clean.map({one: _known("code").get(one, one) for one in clean.unique()})


def country_labels(told: pd.Series[str]) -> pd.Series[str]:
    """French name of each country told by name; what the register does not know stays as it is."""
    clean = told.fillna("").astype(str).str.strip()
    return clean.map({one: _known("label").get(one, one) for one in clean.unique()})


def country_label(code: str | None) -> str:
    """French name of the country of that code; the code itself when the register has none, empty without a code."""
    return _labels().get(code or "", code or "")


@cache
def _labels() -> dict[str, str]:
    """By code: what the first name of each country in the register is in French."""
    register = load_register(_REGISTER)
    states = register[register["code"].ne("")].drop_duplicates("code")
    return dict(zip(states["code"], states["label"], strict=True))
