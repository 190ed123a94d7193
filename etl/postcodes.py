"""The only module that knows what a postcode tells: its first digits are the département, Corsica as one."""

from __future__ import annotations

import pandas as pd

UNKNOWN = "00000"


def read_postcodes(text: pd.Series[str]) -> pd.Series[str]:
    """Postcodes as published, their lost leading zeros restored; `UNKNOWN` where there is none."""
    digits = text.astype(str).str.strip().str.zfill(5)
    return digits.where(digits.str.fullmatch(r"\d{5}"), UNKNOWN)


def departement_of_postcode(postcodes: pd.Series[str]) -> pd.Series[str]:
    """Département of postcodes; 977xx are CEDEX of La Réunion."""
    short = _first_digits(postcodes)
    return short.mask(short.eq("977"), "974")


def departement_of_commune(codes: pd.Series[str]) -> pd.Series[str]:
    """Département of commune codes as postcodes have it: Corsica as one (20)."""
    short = _first_digits(codes)
    return short.where(~short.isin(["2A", "2B"]), "20")


def _first_digits(codes: pd.Series[str]) -> pd.Series[str]:
    return codes.str[:3].where(codes.str.startswith("97"), codes.str[:2])
