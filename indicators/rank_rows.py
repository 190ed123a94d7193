"""The only place that ranks many replicates at once; the same ranks as `ranks.compute_rank`, at the speed of a sort.

An argsort moves pairs; a sort of whole numbers is three times faster. So each score is turned into a whole number of
the same order, whose lowest bits are given up to hold the unit's place: one sort then gives the order. Where two
scores agree on all the bits that were kept, the scores themselves decide, so that the ranks stay exact to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.ranks import compute_rank
from indicators.tree import Floats

Ranks = npt.NDArray[np.unsignedinteger[Any]]
LEAST = np.nextafter(0.0, 1.0)
NO_RANK = 0  # of a unit that has no score; ranks start at 1


def rank_dtype(units: int) -> type[np.uint16] | type[np.uint32]:
    """Return the smallest whole type that holds every rank."""
    return np.uint16 if units < 2**16 else np.uint32


def rank_rows(scores: Floats) -> Ranks:
    """Return the rank of every unit in every replicate: 1 + #{strictly greater scores}; ties share the best rank.

    Args:
        scores: replicates × units, unrounded; NaN where there is no score.

    Returns:
        replicates × units, `NO_RANK` where there is no score.
    """
    replicates, units = scores.shape
    missing = np.isnan(scores)
    holes = bool(missing.any())
    full = _filled(scores, missing) if holes else scores
    keys, place = _sorted_keys(full)
    near = (keys[:, 1:] ^ keys[:, :-1]).view(np.uint64) <= np.uint64(place)  # neighbours equal in all the bits kept
    keys &= place
    keys += np.arange(0, replicates * units, units)[:, np.newaxis]  # places in the flat array
    counted = np.broadcast_to(np.arange(1, units + 1, dtype=rank_dtype(units)), scores.shape)
    unsure: npt.NDArray[np.intp] = np.empty(0, dtype=np.intp)
    if near.any():
        counted = _shared(counted, near)
        unsure = _unsure(full.reshape(-1), keys, near)
    ranks = np.empty(scores.shape, dtype=rank_dtype(units))
    ranks.reshape(-1)[keys] = counted
    for row in unsure:
        ranks[row] = compute_rank(full[row])
    if holes:
        ranks[missing] = NO_RANK
    return ranks


def _filled(scores: Floats, missing: npt.NDArray[np.bool_]) -> Floats:
    """Return the scores with what is missing last, where it changes nobody's rank; positive if the others are."""
    full = np.where(missing, LEAST, scores)
    return full if full.min() > 0 else np.where(missing, -np.inf, scores)


def _sorted_keys(scores: Floats) -> tuple[npt.NDArray[np.int64], int]:
    """Return whole numbers that rise as scores fall, sorted, each unit's place in the lowest bits; and their mask.

    The bits of a float, read as a signed whole number, rise with it once those of the negative ones are turned over.
    """
    units = scores.shape[1]
    place = (1 << max(units - 1, 1).bit_length()) - 1
    if scores.min() > 0:
        keys = scores.view(np.int64) | place
    else:
        bits = (scores + 0.0).view(np.int64)  # + 0 makes one zero of the two
        keys = (bits ^ ((bits >> 63) & (2**63 - 1))) | place
    keys ^= ~np.arange(units)
    keys.sort(axis=1)
    return keys, place


def _shared(counted: Ranks, near: npt.NDArray[np.bool_]) -> Ranks:
    """Return the ranks in sorted order, those of a run of ties being that of its first."""
    starts = np.array(counted)
    starts[:, 1:][near] = 0
    shared: Ranks = np.maximum.accumulate(starts, axis=1, out=starts)
    return shared


def _unsure(flat: Floats, order: npt.NDArray[np.int64], near: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return the replicates where two scores equal in all the bits kept differ in those given up."""
    above, below = order[:, :-1][near], order[:, 1:][near]
    rows = np.nonzero(near)[0]
    return np.unique(rows[flat[above] != flat[below]])
