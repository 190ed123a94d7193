"""The only module of sentence templates for papers: none without a figure behind it, none beyond its interval.

Every function takes figures and returns one French sentence, or nothing when the figures do not allow it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from dashboard.words import (
    FIXED,
    LEVELS,
    NARROW,
    format_number,
    format_ordinal,
    format_score,
    pluralise,
    say_between,
    say_places,
)

LEAST_SHARE: Final = 0.005  # told in %; the territory itself is counted, so that no share is nil


@dataclass(frozen=True)
class Line:
    """A node of the index for one territory, beside the comparable ones; NaN where unknown.

    Attributes:
        code: The node.
        label: Its name.
        index: The index it belongs to.
        score: Score, with `low` and `high`.
        rank: Rank, with `rank_low` and `rank_high`, among `total`; `tied` share it.
        peer_median: Median of the comparable territories, whose middle half is `peer_q1` to `peer_q3`.
    """

    code: str
    label: str
    index: str
    score: float
    low: float
    high: float
    rank: float
    rank_low: float
    rank_high: float
    total: int
    tied: int
    peer_q1: float
    peer_median: float
    peer_q3: float

    @property
    def has_score(self) -> bool:
        """Whether there is a score."""
        return not math.isnan(self.score)


def find_side(line: Line) -> bool | None:
    """Whether a score is above the comparable territories' median; None when its interval does not tell."""
    return clear_side(line.low, line.peer_median, line.high) if line.has_score else None


def clear_side(low: float, median: float, high: float) -> bool | None:
    """Whether an interval is wholly above a median (True) or below it; None when it touches it or one is unknown.

    As the reader sees them, rounded.
    """
    if math.isnan(low) or math.isnan(median) or math.isnan(high):
        return None
    low, median, high = round(low), round(median), round(high)
    return None if low <= median <= high else low > median


def say_index(line: Line, level: str) -> str:
    """Score and rank of an index with their intervals: « Attractivité : 47 sur 100, entre 44 et 50 ; 149ᵉ, … »."""
    if not line.has_score:
        return f"{line.label}{FIXED}: pas de score, trop de données manquent."
    score, between = format_number(line.score), say_between(line.low, line.high)
    told = f"{score} sur{FIXED}100, {between}" if between else f"{score} sur{FIXED}100"
    return f"{line.label}{FIXED}: {told}{NARROW}; {say_rank(line, level)}."


def say_rank(line: Line, level: str) -> str:
    """« 149ᵉ, entre la 86ᵉ et la 404ᵉ place, sur 1 238 … »; never bare where there is an interval."""
    if math.isnan(line.rank):
        return "non classé"
    place = format_ordinal(int(line.rank))
    if line.tied > 1:
        place += f" ex{FIXED}æquo avec {pluralise(line.tied - 1, 'autre')}"
    between = say_places(line.rank_low, line.rank_high)
    place += f", {between}" if between else ""
    return f"{place}, sur {pluralise(line.total, LEVELS[level][0].lower(), LEVELS[level][1])}"


def say_quarter(label: str, quarter: str | None, unsure: list[str], level: str) -> str:
    """Where a territory stands against the two medians; said to be unsure where an interval crosses one.

    Args:
        label: Its name.
        quarter: Name of its quarter; None without both scores.
        unsure: Labels of the indices whose interval crosses the median.
        level: Its level.
    """
    if quarter is None:
        return f"{label} n’a pas les deux scores{FIXED}: sa position n’est pas donnée."
    among = LEVELS[level][1]
    if not unsure:
        return f"{label} est «{FIXED}{quarter}{FIXED}» au regard des médianes des {among}."
    if len(unsure) > 1:
        return f"{label} est proche des deux médianes des {among}{FIXED}: l’incertitude ne dit pas de quel côté."
    return (
        f"{label} est plutôt «{FIXED}{quarter}{FIXED}» au regard des médianes des {among}{FIXED}; en "
        f"{unsure[0].lower()}, son intervalle recoupe la médiane."
    )


def say_pillar(line: Line) -> str | None:
    """A pillar clearly on one side of the comparable territories' median."""
    above = find_side(line)
    if above is None:
        return None
    side = "au-dessus" if above else "au-dessous"
    score = format_score(line.score, line.low, line.high)
    median = format_score(line.peer_median)
    return f"{line.label}{FIXED}: {score}, {side} de la médiane des territoires comparables ({median})."


def say_no_pillar(*, above: bool) -> str:
    """What is written where no pillar stands out."""
    side = "au-dessus" if above else "au-dessous"
    return f"Aucun pilier n’est nettement {side} de la médiane des territoires comparables."


def say_figure(label: str, value: str, years: str, beyond: float | None, *, above: bool) -> str:
    """An indicator far from the comparable territories: « Festivals : 41 (2022) ; 4 % … font aussi bien ou mieux ».

    Args:
        label: Of the indicator.
        value: Raw figure with its unit.
        years: Its years.
        beyond: Share of the comparable territories as far or farther on the same side.
        above: On which side.
    """
    told = f"{label}{FIXED}: {value} ({years})" if years else f"{label}{FIXED}: {value}"
    return f"{told}{say_beyond(beyond, above=above)}."


def say_beyond(beyond: float | None, *, above: bool) -> str:
    """How rare a figure is, after it: « ; 4 % des comparables, lui compris, font aussi bien ou mieux »."""
    if beyond is None:
        return ""
    share = format_number(100 * beyond) if beyond >= LEAST_SHARE else "moins de 1"
    way = "aussi bien ou mieux" if above else "aussi peu ou moins"
    return f"{NARROW}; {share}{FIXED}% des comparables, lui compris, font {way}"


def say_ties(counts: dict[str, int], words: dict[str, tuple[str, str, str]]) -> str:
    """« 7 réseaux, 12 jumelages » from counts by kind; none known is said."""
    told = [pluralise(count, words[kind][1], words[kind][2]) for kind, count in counts.items() if count]
    if not told:
        return "Aucun lien avec l’étranger n’est connu des sources chargées."
    return f"Liens connus avec le dehors, siens ou de ses communes{FIXED}: {', '.join(told)}."


def say_peers(label: str, count: int) -> str:
    """Whom it is compared with, by the rule."""
    return f"Comparé à {pluralise(count, 'territoire')}{FIXED}: {label}. La règle est la même pour tous."
