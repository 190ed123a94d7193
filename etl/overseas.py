"""The only module that tells the overseas collectivities, which have no EPCI and are out of the product's scope."""

from __future__ import annotations

import pandas as pd

OVERSEAS_COMMUNE = r"^9(?:75|77|78|8\d)\d{2}$"
OVERSEAS_POSTCODE = r"97(?:133|150|5\d\d)|98[4678]\d\d"


def is_in_overseas_collectivity(lon: pd.Series[float], lat: pd.Series[float]) -> pd.Series[bool]:
    """Points of the Pacific, Saint-Pierre-et-Miquelon, Saint-Martin and Saint-Barthélemy."""
    pacific = lon.gt(150.0) | lon.lt(-130.0)
    miquelon = lon.between(-57.0, -55.5) & lat.between(46.5, 47.5)
    northern_antilles = lon.between(-63.3, -62.7) & lat.between(17.8, 18.2)
    return pacific | miquelon | northern_antilles
