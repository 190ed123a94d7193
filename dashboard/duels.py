"""The only module that reads the simulations to say who is ahead of whom, and in how many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dashboard.queries import Place
from dashboard.reading import AS_PUBLISHED, Reading
from dashboard.warehouse import Build, per_build
from dashboard.words import ABSENT, FIXED, NARROW, format_number
from indicators.rank_rows import NO_RANK, Ranks
from indicators.rank_stats import share_ahead

CLEAR: Final = 0.95  # share of the scenarios from which one is said to be clearly ahead


@dataclass(frozen=True)
class Duels:
    """Who is ahead of whom on one index.

    Attributes:
        ahead: territories × territories, share of the scenarios in which the row is ahead of the column, ties counted
            half; NaN on the diagonal and where they never have a rank together.
        scenarios: The same shape, in how many scenarios both have a rank.
    """

    ahead: npt.NDArray[np.float64]
    scenarios: npt.NDArray[np.int64]

    @property
    def most(self) -> int:
        """The greatest number of scenarios behind a share."""
        return int(self.scenarios.max(initial=0))


def say_why_none(level: str, reading: Reading) -> str:
    """Why nobody can be said to be ahead here; empty where the simulations are kept."""
    if level != "epci":
        return (
            "Les scénarios un par un ne sont conservés que pour les intercommunalités"
            f"{NARROW}; à ce niveau, il faut comparer les intervalles."
        )
    if reading.edition is not None or reading.variant != AS_PUBLISHED:
        return (
            f"Les scénarios ne sont conservés que pour l’édition la plus récente, lue telle quelle{NARROW}; "
            "dans cette lecture, il faut comparer les intervalles."
        )
    return ""


@per_build
def read_duels(build: Build, node_code: str, codes: tuple[str, ...]) -> Duels:
    """Duels of some intercommunalités on one index."""
    ranks = _read_ranks(build, node_code, codes)
    return compute_duels(ranks)


def _read_ranks(build: Build, node_code: str, codes: tuple[str, ...]) -> Ranks:
    """Ranks of the territories, replicates × territories in the order of the codes; 0 where there is none."""
    found = build.read(
        """
        SELECT replicate, territory_code, "rank" FROM replicate
        WHERE node_code = $node AND territory_code IN (SELECT unnest($codes)) AND "rank" IS NOT NULL
        """,
        {"node": node_code, "codes": list(codes)},
    )
    wide = found.pivot(index="replicate", columns="territory_code", values="rank").reindex(columns=list(codes))
    return wide.fillna(NO_RANK).to_numpy().astype(np.uint32)


def compute_duels(ranks: Ranks) -> Duels:
    """Every pair of a matrix of ranks.

    Args:
        ranks: replicates × territories, 0 where there is none.
    """
    size = ranks.shape[1]
    ahead, scenarios = np.full((size, size), np.nan), np.zeros((size, size), dtype=np.int64)
    for one in range(size):
        for other in range(size):
            if one != other:
                won, tied = share_ahead(ranks, one, other)
                ahead[one, other] = won + tied / 2
                scenarios[one, other] = int(((ranks[:, one] != NO_RANK) & (ranks[:, other] != NO_RANK)).sum())
    return Duels(ahead, scenarios)


def say_share(share: float, scenarios: int) -> str:
    """« 93 % »; 100 and 0 are kept for all and none, so that rounding never turns a doubt into a certainty."""
    if not scenarios:
        return ABSENT
    if share in (0.0, 1.0):
        return f"{format_number(100 * share)}{FIXED}%"
    if round(100 * share) in (0, 100):
        return f"plus de 99{FIXED}%" if share > 0.5 else f"moins de 1{FIXED}%"
    return f"{format_number(100 * share)}{FIXED}%"


def say_duels(places: Sequence[Place], duels: Duels) -> list[str]:
    """One sentence a pair, the one ahead first; a pair without scenarios is told too."""
    return [
        _say_pair(places[one].label, places[other].label, duels, one, other)
        for one in range(len(places))
        for other in range(one + 1, len(places))
    ]


def _say_pair(one_label: str, other_label: str, duels: Duels, one: int, other: int) -> str:
    share, scenarios = float(duels.ahead[one, other]), int(duels.scenarios[one, other])
    if not scenarios:
        return f"{one_label} et {other_label}{FIXED}: aucun scénario ne les classe ensemble."
    if share == 0.5:
        return f"{one_label} et {other_label} devancent chacun l’autre dans la moitié des scénarios."
    if share < 0.5:
        one_label, other_label, share = other_label, one_label, 1 - share
    doubt = f"{NARROW}; les choix de méthode en décident" if share < CLEAR else ""
    often = "tous les scénarios" if share == 1 else f"{say_share(share, scenarios)} des scénarios"
    return f"{one_label} devance {other_label} dans {often}{doubt}."
