"""The only module that puts a gap between two groups into sentences; a direction is told only beyond its interval."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from dashboard.amounts import BOOTSTRAP as SHARED
from dashboard.amounts import KEYS, History
from dashboard.gaps import BOOTSTRAP, INTERVAL, Spread, is_clear
from dashboard.groups import FIRST, SECOND, Sides
from dashboard.past_gaps import Past
from dashboard.queries import find_row
from dashboard.words import FIXED, MINUS, NARROW, PLURAL, format_measure, format_number, pluralise, say_between
from indicators.catalogue import Catalogue
from indicators.gaps import Gap

MOST_NAMED: Final = 6
MOST_DIGITS: Final = 2


def name_in(label: str) -> str:
    """« en rayonnement », « pour la notoriété »: how a node is brought into a sentence."""
    return f"en {label[:1].lower()}{label[1:]}"


def lower(label: str) -> str:
    """A label inside a sentence; an acronym keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def say_points(value: float, decimals: int = 0) -> str:
    """« 14 points », « 1 point »."""
    number = format_number(value, decimals)
    return f"{number}{FIXED}point{'s' if round(abs(value), decimals) >= PLURAL else ''}"


def say_row(row: pd.Series[Any]) -> str:
    """« 32, entre 23 et 45 » beside a row; `n.d.` where a group has too few scores."""
    if pd.isna(row["difference"]):
        return "n.d."
    return f"{format_number(row['difference'])}, {say_between(row['low'], row['high'])}"


def say_gap(gap: Gap, sides: Sides, unit: str = "", decimals: int = 0) -> str:
    """The gap of medians in a sentence, without its final stop.

    Args:
        gap: First less second.
        sides: The two groups.
        unit: Of a raw figure; empty for points of score.
        decimals: Digits after the comma of a raw figure.
    """
    one, other, gap = sides.first.plural, sides.second.plural, blunt(gap)
    size = say_size(abs(gap.difference), unit, decimals)
    clear = is_clear(gap.low, gap.high, decimals)
    low, high = sorted((abs(gap.low), abs(gap.high))) if clear else (gap.low, gap.high)
    between = say_between(low, high, decimals)
    if not clear:
        signed = f"{MINUS if gap.difference < 0 else ''}{size}"
        return f"rien ne sépare nettement les {one} des {other}{FIXED}: l’écart des médianes est de {signed}, {between}"
    if gap.difference > 0:
        return f"les {one} dépassent les {other} de {size}, {between}"
    return f"les {one} sont au-dessous des {other}, de {size}, {between}"


def say_size(size: float, unit: str, decimals: int) -> str:
    """A difference in its unit: « 14 points », « 1,3 point (% des logements) », « 1 site », « 23 noms »."""
    if not unit:
        return say_points(size)
    if unit[0] in "%‰":
        return f"{say_points(size, decimals)} ({unit})"
    return format_measure(size, unit, decimals)


def blunt(gap: Gap) -> Gap:
    """A gap with no more digits than its interval allows: two in the width of the interval, and none for small ones."""
    width = gap.high - gap.low
    digits = MOST_DIGITS - 1 - math.floor(math.log10(width)) if width > 0 else 0
    if digits >= 0:
        return gap
    return replace(gap, **{end: round(getattr(gap, end), digits) for end in ("difference", "low", "high")})


def say_answer(gaps: pd.DataFrame, sides: Sides, catalogue: Catalogue) -> str:
    """The sentence of the first screen: both indices."""
    found = {i.label: find_row(gaps, i.code) for i in reversed(catalogue.indices)}
    told = [(label, _as_gap(row)) for label, row in found.items() if row is not None and pd.notna(row["difference"])]
    if not told:
        return "Trop peu de territoires de ces groupes ont un score pour les comparer."
    sentences = [f"{name_in(label)}, {say_gap(gap, sides)}" for label, gap in told]
    if len(told) > 1 and all(gap.difference > 0 and is_clear(gap.low, gap.high) for _, gap in told):
        label, gap = told[1]  # the verb is not said twice
        size, between = format_number(gap.difference), say_between(gap.low, gap.high)
        sentences[1] = f"{name_in(label)}, de {size}, {between}"
    sentence = f"{NARROW}; ".join(sentences)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def say_pillars(gaps: pd.DataFrame, catalogue: Catalogue) -> str:
    """Where the gap is widest, and where nothing tells the groups apart."""
    pillars = gaps.loc[[p.code for p in catalogue.pillars]].dropna(subset=["difference"])
    pillars = pillars.sort_values("difference", ascending=False)
    clear = [is_clear(low, high) for low, high in zip(pillars["low"], pillars["high"], strict=True)]
    unclear = [_quote(str(label)) for label, told in zip(pillars["label"], clear, strict=True) if not told]
    told = []
    if len(pillars) and clear[0] and pillars["difference"].iloc[0] > 0:
        widest = pillars.iloc[0]
        told.append(f"l’écart le plus large est celui du pilier {_quote(str(widest['label']))} ({say_row(widest)})")
    if unclear:
        told.append(f"rien de net pour {join(unclear)}")
    sentence = f"{NARROW}; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}." if told else ""


def _quote(label: str) -> str:
    return f"«{FIXED}{label}{FIXED}»"


def join(words: list[str]) -> str:
    """« a, b et c »."""
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _as_gap(row: pd.Series[Any]) -> Gap:
    fields: dict[str, Any] = {name: row[name] for name in Gap.__dataclass_fields__}
    return Gap(**fields)


def say_spread(spread: Spread, sides: Sides) -> list[str]:
    """The gap, how often one group is ahead, and who of the second passes the median of the first."""
    gap = spread.gap
    if gap is None:
        return [
            "Un des deux groupes a moins de deux territoires renseignés: il n’y a pas d’écart à dire.".replace(
                ":", f"{FIXED}:"
            )
        ]
    sentence = say_gap(gap, sides, spread.unit and spread.unit.split(",")[0], spread.decimals)
    medians = (
        f"Médianes{FIXED}: {format_number(gap.first, spread.decimals)} pour les {sides.first.plural} "
        f"({format_number(gap.count_first)} renseignées), {format_number(gap.second, spread.decimals)} pour les "
        f"{sides.second.plural} ({format_number(gap.count_second)})."
    )
    return [f"{sentence[:1].upper()}{sentence[1:]}.", f"{medians} {say_precedence(spread.precedence, sides)}",
            _say_passing(spread, gap, sides)]  # fmt: skip


def say_precedence(precedence: float, sides: Sides) -> str:
    """How often a member of the first group is ahead of one of the second, over all pairs."""
    share = format_number(100 * precedence)
    return (
        f"Sur cent paires faites d’une {sides.first.singular} et d’une {sides.second.singular}, la première devance "
        f"la seconde {share}{FIXED}fois, les égalités comptées pour moitié."
    )


def _say_passing(spread: Spread, gap: Gap, sides: Sides) -> str:
    own = spread.rows[spread.rows["group"].eq(SECOND) & (spread.rows["x"] > gap.first)].sort_values(
        "x", ascending=False
    )
    if own.empty:
        return f"Aucune {sides.second.singular} ne dépasse la médiane des {sides.first.plural}."
    names = [str(label) for label in own["label"].head(MOST_NAMED)]
    count = f"{pluralise(len(own), sides.second.singular, sides.second.plural)}"
    verb = "dépassent" if len(own) > 1 else "dépasse"
    told = ", ".join(names) + (f" et {format_number(len(own) - len(names))} autres" if len(own) > len(names) else "")
    return f"{count} {verb} la médiane des {sides.first.plural}{FIXED}: {told}."


def _say_variation(low: float, high: float, decimals: int = 0) -> str:
    """« entre −2 et 3 »: how much something moved, where no figure comes before its interval."""
    return f"entre {format_number(low, decimals)} et {format_number(high, decimals)}"


def say_move(change: Gap) -> str:
    """« s’est creusé de 6 points, entre 3 et 8 », or that nothing can be said."""
    low, high = sorted((abs(change.low), abs(change.high)))
    if not is_clear(change.low, change.high):
        return (
            f"passe de {format_number(change.first)} à {say_points(change.second)}, sans qu’on puisse dire s’il se "
            f"creuse ou se resserre (variation {_say_variation(change.low, change.high)})"
        )
    verb = "s’est creusé" if abs(change.second) > abs(change.first) else "s’est resserré"
    return (
        f"{verb} de {say_points(abs(change.difference))}, {say_between(low, high)} (de {format_number(change.first)} à "
        f"{format_number(change.second)})"
    )


def say_past(past: Past, catalogue: Catalogue) -> list[str]:
    """What the retrospective index says of each index, then of the pillars that moved clearly."""
    retro = catalogue.retrospective
    if retro is None or not past.changes:
        return []
    told = []
    for index in reversed(retro.catalogue.indices):
        if index.code not in past.changes:
            continue
        start, end, change = past.changes[index.code]
        told.append(f"{index.label}{FIXED}: de {start} à {end}, l’écart {say_move(change)}.")
    clear = {code: gap for code, (_, _, gap) in past.changes.items() if is_clear(gap.low, gap.high)}
    moved = [_say_pillar(p.label, p.question, clear[p.code]) for p in retro.catalogue.pillars if p.code in clear]
    if moved:
        told.append(f"Seul{'s' if len(moved) > 1 else ''} pilier{'s' if len(moved) > 1 else ''} dont l’écart bouge "
                    f"au-delà de l’incertitude{FIXED}: {join(moved)}.")  # fmt: skip
    else:
        told.append("Aucun pilier, pris seul, ne bouge au-delà de l’incertitude.")
    return told


def _say_pillar(label: str, question: str, change: Gap) -> str:
    """« reconnaissance (de 43 à 16 ; recherche sous contrat) »: a retrospective pillar with what it rests on."""
    made = f"{question[:1].lower()}{question[1:].rstrip('.')}"
    return f"{lower(label)} (de {format_number(change.first)} à {format_number(change.second)}{NARROW}; {made})"


def say_carried(carried: list[tuple[str, int]]) -> str:
    """Figures that the last edition takes from earlier years."""
    if not carried:
        return ""
    told = join([f"{lower(label)} ({year})" for label, year in carried])
    return f"La dernière édition reprend les derniers chiffres connus{FIXED}: {told}."


def say_history(history: History, sides: Sides) -> list[str]:
    """How the first group's share moved, then inequality per head."""
    years, table, changes = history.series.years, history.table, history.changes
    count = pluralise(int(table["count"].iloc[-1]), "intercommunalité renseignée", "intercommunalités renseignées")
    population = ", ".join(
        f"{format_number(100 * history.population[key])}{FIXED}% pour les {sides.name(key)}" for key in KEYS
    )
    always = " toutes ces années" if len(table) > 1 else ""
    base = f"Sur {count}{always}. Part de la population{FIXED}: {population}."
    if changes.empty:
        return [base]
    return [_say_share(changes, sides, years), _say_inequality(changes, years), base]


def _say_share(changes: pd.DataFrame, sides: Sides, years: tuple[int, ...]) -> str:
    """The share of the first group, with a direction only beyond its interval."""
    row = find_row(100 * changes, f"share_{FIRST}")
    if row is None:
        return ""
    digits = 1 if abs(row["change"]) < PLURAL else 0
    lead = (
        f"De {years[0]} à {years[-1]}, la part des {sides.first.plural} dans le total passe de "
        f"{format_number(row['first'], digits)} à {format_number(row['last'], digits)}{FIXED}%"
    )
    between, clear = _say_variation(row["low"], row["high"], 1), is_clear(row["low"], row["high"], 1)
    if clear and row["low"] > 0:
        return f"{lead}{FIXED}: l’écart se creuse (variation {between}{FIXED}points)."
    if clear:
        return f"{lead}{FIXED}: l’écart se resserre (variation {between}{FIXED}points)."
    return f"{lead}, sans direction établie (variation {between}{FIXED}points)."


def _say_inequality(changes: pd.DataFrame, years: tuple[int, ...]) -> str:
    row = changes.loc[["gini"]].iloc[0]
    told = f"Indice de Gini par habitant{FIXED}: {format_number(row['first'], 2)} en {years[0]}, "
    told += f"{format_number(row['last'], 2)} en {years[-1]}"
    between, clear = _say_variation(row["low"], row["high"], 3), is_clear(row["low"], row["high"], 3)
    if clear and row["low"] > 0:
        return f"{told}{FIXED}: le partage est plus inégal ({between})."
    if clear:
        return f"{told}{FIXED}: le partage est moins inégal ({between})."
    return f"{told}, sans direction établie (variation {between})."


def say_theil(row: pd.Series[Any], sides: Sides) -> str:
    """How much of inequality lies between the groups, in a single year."""
    if not row["theil"] > 0:
        return ""
    share = format_number(100 * row["between"] / row["theil"])
    return (
        f"Inégalité par habitant (Theil){FIXED}: {format_number(row['theil'], 2)}, dont {share}{FIXED}% tenant à "
        f"l’écart entre {sides.first.plural}, {sides.second.plural} et {sides.others}{NARROW}; le reste sépare des "
        "territoires d’un même groupe."
    )


def say_interval(*, has_scenarios: bool) -> str:
    """How the interval of a gap is drawn, and what it holds."""
    draws, percent = format_number(BOOTSTRAP.draws), format_number(100 * BOOTSTRAP.confidence)
    method = (
        f" et lit l’une des {format_number(INTERVAL.replicates)} variantes de méthode de l’intervalle publié"
        if has_scenarios
        else f"{NARROW}; les choix de méthode n’y entrent pas, faute d’être simulés dans cette lecture"
    )
    return (
        f"L’intervalle contient {percent}{FIXED}% de {draws}{FIXED}tirages{FIXED}: chacun reprend au hasard, avec "
        f"remise, autant de territoires qu’en compte chaque groupe{method}. Graine {BOOTSTRAP.seed}."
    )


def say_shared_interval() -> str:
    """How the interval of a share is drawn."""
    return (
        f"Intervalle{FIXED}: {format_number(100 * SHARED.confidence)}{FIXED}% de {format_number(SHARED.draws)} tirages "
        f"des territoires de chaque groupe, les mêmes la première et la dernière année (graine {SHARED.seed})."
    )
