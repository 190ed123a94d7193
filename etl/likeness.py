"""The only module that says how alike two folded names are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from etl.naming import significant_words


def likeness(given: pd.Series[str], known: pd.Series[str]) -> npt.NDArray[np.float64]:
    """How alike two folded names are, 0–100: the ratio of their spellings, or more when one stands in the other.

    99 when their significant words are the same ("clerval", "pays de clerval"), 96 and more when the known name stands
    whole in the given one (the longer, the better), 90 when it starts with the given one, 88 when it holds it.
    """
    ratio = np.asarray(process.cpdist(given.to_numpy(), known.to_numpy(), scorer=fuzz.ratio), dtype=float)
    words = {name: significant_words(name) for name in {*given, *known}}
    held = [_holding(g, k, same_words=words[g] == words[k] != frozenset()) for g, k in zip(given, known, strict=True)]
    return np.asarray(np.maximum(ratio, np.array(held, dtype=float)))


def _holding(given: str, known: str, *, same_words: bool) -> float:
    if same_words:
        return 99.0
    if len(known) > 2 and f" {known} " in f" {given} ":
        return 96.0 + len(known) / 100
    if len(given) > 3 and known.startswith(f"{given} "):
        return 90.0
    return 88.0 if len(given) > 3 and f" {given} " in f" {known} " else 0.0


def starts_with(names: pd.Series[str], beginnings: pd.Series[str]) -> pd.Series[bool]:
    """Whether each name starts with the whole words of the other."""
    starts = [name.startswith(f"{start} ") for name, start in zip(names, beginnings, strict=True)]
    return pd.Series(starts, index=names.index, dtype=bool)
