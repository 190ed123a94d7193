"""The only module that says in what unit a variant tells an indicator: its own, per inhabitant, or against its size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from indicators.catalogue import Indicator
from indicators.readings import HEADS, PER_INHABITANT, SCALE_ADJUSTED

PER_HEAD: Final = f"pour {HEADS:,.0f} habitants".replace(",", "\u202f")
AT_SIZE: Final = "fois ce que sa taille annonce"


@dataclass(frozen=True)
class Measure:
    """A figure as a variant reads it.

    Attributes:
        value: The figure; NaN when unknown.
        unit: In what.
        decimals: Digits worth telling.
    """

    value: float
    unit: str
    decimals: int


def read_measure(one: Indicator, value: float, variant: str) -> Measure:
    """An indicator's figure as `score.value` holds it under a variant, in words' terms.

    A residual is a logarithm (`scaling.Scaling.residual`): its exponential says how many times what the size announces.
    """
    if variant not in one.variants:
        return Measure(value, one.unit, one.decimals)
    if variant == PER_INHABITANT:
        return Measure(value, f"{one.unit} {PER_HEAD}", 1 if value >= 1 or value == 0 else 2)
    if variant == SCALE_ADJUSTED:
        return Measure(math.exp(value), AT_SIZE, 2)
    return Measure(value, one.unit, one.decimals)
