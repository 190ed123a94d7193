"""The only module that writes French: numbers, ranks, names of natures and groups, and text folded for searching."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from typing_extensions import TypeIs

NARROW: Final = "\u202f"  # narrow no-break space: thousands, before ; ! ?
FIXED: Final = "\u00a0"  # no-break space: before : % and units, inside quotes
MINUS: Final = "\u2212"
ABSENT: Final = "n.d."
PLURAL: Final = 2  # French counts below two in the singular
# what a unit counts, without its complement
_NAMED: Final = re.compile(r".+?(?=,| (?:à|au|de|des|du|en|par|pour|sur) |$)")
_ENDING: Final = re.compile(r"(?<=\w)(?<!è)[sx]\b")  # « décès » has one form
INTERVAL: Final = "intervalle"  # in a hover, before two numbers: « intervalle 9–17 » holds where both are the same
NO_INTERVAL: Final = "sans intervalle"
ONLY_PLACE: Final = "seule place plausible"  # an interval of ranks whose two ends are one
# An interval whose two ends read the same, by decimals.
NEAREST: Final = ("à l’unité près", "au dixième près", "au centième près", "au millième près")

NATURES: Final = {
    "METRO": ("Métropole", "métropoles"),
    "MET69": ("Métropole de Lyon, collectivité à statut particulier", "métropoles"),
    "CU": ("Communauté urbaine", "communautés urbaines"),
    "CA": ("Communauté d’agglomération", "communautés d’agglomération"),
    "CC": ("Communauté de communes", "communautés de communes"),
}
WIDER_GROUPS: Final = {  # the declared fallback, where a nature and a size have too few members
    "ordinaire": "communautés urbaines et d’agglomération",
    "tous": "intercommunalités",
}
SIZE_CLASSES: Final = {
    "500000+": "plus de 500 000 habitants",
    "200000-500000": "200 000 à 500 000 habitants",
    "100000-200000": "100 000 à 200 000 habitants",
    "50000-100000": "50 000 à 100 000 habitants",
    "20000-50000": "20 000 à 50 000 habitants",
    "0-20000": "moins de 20 000 habitants",
}
LEVELS: Final = {
    "commune": ("Commune", "communes"),
    "epci": ("Intercommunalité", "intercommunalités"),
    "departement": ("Département", "départements"),
    "region": ("Région", "régions"),
}
TYPOLOGIES: Final = {
    "pole": "surtout dans un pôle d’aire d’attraction",
    "couronne": "surtout dans la couronne d’une aire d’attraction",
    "hors_attraction": "surtout hors de l’attraction des villes",
}
STATUSES: Final = {"ok": "", "estimated": "estimé", "secret": "secret statistique"}
MODES: Final = {
    "live": "suivie en continu",
    "manual": "mise à jour à la main",
    "frozen": "arrêtée",
    "register": "tenue à la main",
}
STATES: Final = {"fresh": "à jour", "stale": "anciennes données conservées", "off": "non utilisée"}
MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)


def format_number(value: float | None, decimals: int = 0) -> str:
    """French figure: narrow no-break spaces between thousands, decimal comma, true minus; `n.d.` when absent."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        return ABSENT
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    is_negative = value < 0 and any(c in "123456789" for c in text)
    return f"{MINUS}{text}" if is_negative else text


def format_measure(value: float | None, unit: str, decimals: int = 0) -> str:
    """A figure with its unit, or `n.d.` alone."""
    text = format_number(value, decimals)
    if value is None or text == ABSENT or not unit:
        return text
    return f"{text}{FIXED}{agree(round(value, decimals), unit)}"


def agree(count: float, unit: str) -> str:
    """A unit in the number of what it counts: `1 ville partenaire`, `0 site`, `1,5 étudiant pour 1 000 habitants`."""
    named = _NAMED.match(unit)
    if abs(count) >= PLURAL or named is None:
        return unit
    return _ENDING.sub("", named[0]) + unit[named.end() :]


def format_ordinal(number: int) -> str:
    """`1ʳᵉ`, `12ᵉ` (a place, feminine)."""
    return "1ʳᵉ" if number == 1 else f"{format_number(number)}ᵉ"


def format_score(score: float | None, low: float | None = None, high: float | None = None) -> str:
    """A score as an integer, with its interval when one was computed: `64, entre 58 et 69`, `100, à l’unité près`."""
    text, between = format_number(score), say_between(low, high)
    return text if text == ABSENT or not between else f"{text}, {between}"


def format_score_briefly(score: float | None, low: float | None = None, high: float | None = None) -> str:
    """The same where room is scarce: `64 (58 à 69)`, and `100` alone where both ends read the same."""
    text, span = format_number(score), format_span(low, high)
    return text if text == ABSENT or " à " not in span else f"{text} ({span})"


def format_span(low: float | None, high: float | None, say: Callable[[float], str] = format_number) -> str:
    """An interval in a cell of its own: `58 à 69`, `100` where both ends read the same, `n.d.` when there is none."""
    if not _is_known(low) or not _is_known(high):
        return ABSENT
    return say(low) if say(low) == say(high) else f"{say(low)} à {say(high)}"


def say_between(low: float | None, high: float | None, decimals: int = 0) -> str:
    """What follows a figure: `entre 58 et 69`, or how near it is where both ends read the same; empty without one."""
    if not _is_known(low) or not _is_known(high):
        return ""
    ends = format_number(low, decimals), format_number(high, decimals)
    return NEAREST[decimals] if ends[0] == ends[1] else f"entre {ends[0]} et {ends[1]}"


def say_places(low: float | None, high: float | None, *, briefly: bool = False) -> str:
    """What follows a rank: `entre la 9ᵉ et la 17ᵉ place`, briefly `entre 9ᵉ et 17ᵉ`; empty without an interval."""
    if not _is_known(low) or not _is_known(high):
        return ""
    if low == high:
        return ONLY_PLACE
    best, worst = format_ordinal(int(low)), format_ordinal(int(high))
    return f"entre {best} et {worst}" if briefly else f"entre la {best} et la {worst}{FIXED}place"


def format_rank(
    rank: float | None,
    total: int,
    *,
    low: float | None = None,
    high: float | None = None,
    tied: int = 1,
) -> str:
    """A rank in words: `12ᵉ, entre la 9ᵉ et la 17ᵉ place, sur 1 255`; without an interval `12ᵉ sur 1 255`.

    Args:
        rank: Best rank shared by the territories of the same score.
        total: How many territories are ranked.
        low: Best rank of the interval, absent until uncertainty is computed.
        high: Worst rank of the interval.
        tied: How many territories share this rank, itself included.
    """
    if not _is_known(rank):
        return "non classée"
    place = format_ordinal(int(rank))
    if tied > 1:
        place += f" ex{FIXED}æquo"
    between = say_places(low, high)
    place += f", {between}," if between else ""
    return f"{place} sur{FIXED}{format_number(total)}"


def _is_known(value: float | None) -> TypeIs[float]:
    return value is not None and value == value  # noqa: PLR0124 - NaN


def pluralise(count: int, singular: str, plural: str | None = None) -> str:
    """`0 commune`, `1 commune`, `2 communes`: French counts below two in the singular."""
    word = singular if count < PLURAL else plural or f"{singular}s"
    return f"{format_number(count)}{FIXED}{word}"


def format_day(day: object) -> str:
    """`3 mars 2026` from a date, a timestamp, or `n.d.` when there is none."""
    year, month, number = (getattr(day, part, None) for part in ("year", "month", "day"))
    if not number or number != number:  # noqa: PLR0124 - pandas' NaT
        return ABSENT
    return f"{'1ᵉʳ' if number == 1 else number}{FIXED}{MONTHS[int(month or 1) - 1]}{FIXED}{year}"


def name_nature(nature: str) -> str:
    """« Communauté urbaine » from CU."""
    return NATURES.get(nature, (nature, nature))[0]


def name_group(family: str, size_class: str | None = None) -> str:
    """« communautés urbaines de 200 000 à 500 000 habitants » from (CU, 200000-500000)."""
    plural = WIDER_GROUPS.get(family) or NATURES.get(family, (family, family))[1]
    if not size_class:
        return plural
    size = SIZE_CLASSES.get(size_class, size_class)
    return f"{plural} de {size}".replace(" 000", f"{NARROW}000").replace(" habitants", f"{FIXED}habitants")


def find_family(nature: str) -> str:
    """The Métropole de Lyon is compared as a métropole."""
    return "METRO" if nature == "MET69" else nature


_MARKS: Final = re.compile("[\u0300-\u036f]+")  # accents, once apart from their letters
_OTHERS: Final = re.compile(r"[^a-z0-9]+")


@functools.lru_cache(maxsize=1 << 16)  # search and sorting both fold the names of 34,875 communes
def fold(text: str) -> str:
    """Lower case without accents, ligatures or punctuation, `st` written `saint`: what search and sorting compare."""
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    words = _OTHERS.sub(" ", bare).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(w, w) for w in words)


def punctuate(text: str) -> str:
    """Put the no-break spaces French asks for into a text that comes from the catalogue."""
    text = re.sub(r" (?=[;!?])", NARROW, text)
    text = re.sub(r" (?=[:%»€‰])", FIXED, text)
    text = re.sub(r"(?<=«) ", FIXED, text)
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", NARROW, text)
    return text.replace("'", "’")


def name_mean(power: float) -> str:
    """What a power mean is called: 1 arithmetic, 0 geometric, between the two « de puissance 0,5 »."""
    known = {1.0: "arithmétique", 0.0: "géométrique"}
    if power in known:
        return known[power]
    written = format_number(power, 2).rstrip("0")
    return f"de puissance {written}, entre la géométrique (0) et l’arithmétique (1),"
