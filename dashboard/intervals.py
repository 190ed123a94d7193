"""The only module that says in words what the interval beside a score or a rank is, and how to read it."""

from __future__ import annotations

from dash import dcc
from dash.development.base_component import Component

from dashboard.words import FIXED, NARROW, format_measure, format_number, format_ordinal, pluralise
from indicators.robustness import PUBLISHED, Interval

ANCHOR = "intervalle"
INVITATION = "Comment lire l’intervalle"
MEANS = {"arithmetic": "arithmétique", "geometric": "géométrique", "harmonic": "harmonique"}


def describe_interval(interval: Interval = PUBLISHED) -> list[str]:
    """What is varied, how often, what is kept, and how to read it: one sentence each."""
    return [_say_varied(interval), _say_kept(interval), *_say_reading()]


def shorten_interval(interval: Interval = PUBLISHED) -> str:
    """The interval in one line, for a title or a notice."""
    low, high = _say_percent(interval.low), _say_percent(interval.high)
    return (
        f"Intervalle{FIXED}: du {low} au {high} centile de {pluralise(interval.replicates, 'calcul')} refaits avec "
        "d’autres choix de méthode défendables."
    )


def link_interval() -> Component:
    """The link that stands near a rank: « Comment lire l’intervalle »."""
    return dcc.Link(INVITATION, href=f"/methode#{ANCHOR}", title=shorten_interval(), className="interval-link")


def _say_varied(interval: Interval) -> str:
    spread = format_measure(100 * interval.varied.spread, "%")
    changes = [f"chaque poids tiré à ±{NARROW}{spread} de sa valeur, aux trois niveaux de l’indice"]
    if interval.aggregations:
        ways = " ou ".join(MEANS.get(way, way) for way in interval.aggregations)
        changes.append(f"une moyenne {ways} entre les piliers")
    if interval.varied.left_out:
        left = "un indicateur retiré" if interval.varied.left_out == 1 else f"{interval.varied.left_out} retirés"
        changes.append(f"{left} au hasard dans chaque indice")
    return (
        f"Chaque indice est recalculé {format_number(interval.replicates)}{FIXED}fois, en changeant ce qui aurait pu "
        f"être décidé autrement{FIXED}: {f'{NARROW}; '.join(changes)}. Le tirage est reproductible "
        f"(graine {interval.seed})."
    )


def _say_kept(interval: Interval) -> str:
    dropped = format_measure(100 * interval.low, "%")
    inside = format_measure(100 * (interval.high - interval.low), "%")
    return (
        f"L’intervalle va du {_say_percent(interval.low)} au {_say_percent(interval.high)} centile{FIXED}: il laisse "
        f"de côté les {dropped} de résultats les plus bas et autant de plus hauts, et contient {inside} des calculs."
    )


def _say_reading() -> list[str]:
    return [
        (
            f"«{FIXED}12ᵉ, entre la 9ᵉ et la 17ᵉ{FIXED}place{FIXED}» se lit ainsi{FIXED}: le calcul publié donne la "
            "12ᵉ place, et presque toutes les variantes raisonnables donnent une place de la 9ᵉ à la 17ᵉ. Deux "
            "territoires dont les intervalles se recouvrent largement ne sont pas départagés."
        ),
        (
            f"«{FIXED}Seule place plausible{FIXED}»{FIXED}: presque toutes ces variantes donnent la même place. "
            f"«{FIXED}À l’unité près{FIXED}»{FIXED}: elles donnent le même score, une fois arrondi."
        ),
        (
            "L’intervalle dit l’effet des choix de méthode. Il ne dit pas l’erreur de mesure des sources, ni ce qui "
            "manque à un territoire mal renseigné."
        ),
    ]


def _say_percent(share: float) -> str:
    return format_ordinal(round(100 * share)).replace("1ʳᵉ", "1ᵉʳ")
