"""The legend of a map: each class a button that lights its territories on the map and in the small quadrant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.charted import Shown, describe_values
from dashboard.classes import SMALL_SQUARE, UNKNOWN, Shading, list_tenths
from dashboard.components import labelled, note
from dashboard.positions import QUARTERS
from dashboard.site import get_palette
from dashboard.words import ABSENT, FIXED, LEVELS, NARROW, pluralise

THIRDS: Final = ("dans le tiers bas", "dans le tiers moyen", "dans le tiers haut")


def legend(
    shading: Shading, shown: Shown, level: str, *, decimals: int, cuts: Sequence[Sequence[int]], why: str
) -> Component:
    """The classes, then what is unknown.

    Args:
        shading: The classes.
        shown: What they are classes of.
        level: Level of the territories.
        decimals: Of a raw figure.
        cuts: Where a square's classes part on the small quadrant.
        why: Why a territory may have no class.
    """
    if shading.kind == "square":
        title, body = "Légende", _square(shading, level)
    else:
        title = "Score" if shown.kind == "score" else shown.unit or "Chiffre"
        body = (_steps if shading.kind == "steps" else _ramp)(shading, shown, level, decimals)
    data: dict[str, Any] = {"data-cuts": json.dumps(cuts)}
    missing = sum(place == UNKNOWN for place in shading.places)
    return note(
        title[:1].upper() + title[1:],
        html.Div(body, **data),
        *([_missing_key(missing, level, why)] if missing else []),
        html.P(className="lit-told small", role="status"),
    )


def name_cell(shading: Shading, place: int) -> str:
    """« attractivité dans le tiers haut, rayonnement dans le tiers bas », « attractif et rayonnant »."""
    along, up = place % shading.size, place // shading.size
    if shading.size == SMALL_SQUARE:
        return QUARTERS[bool(along), bool(up)]
    if shading.size == len(THIRDS):
        return f"attractivité {THIRDS[along]}, rayonnement {THIRDS[up]}"
    said = (f"{name} {step + 1} sur {shading.size}" for name, step in (("attractivité", along), ("rayonnement", up)))
    return f"paliers{FIXED}: {', '.join(said)}"


def _button(
    shading: Shading,
    ends: tuple[int, int],
    label: str,
    level: str,
    *,
    children: Sequence[Component | str] = (),
    style: dict[str, str] | None = None,
) -> Component:
    """A class that can be pointed at, in the colours of both schemes; the style sheet shows one."""
    count = shading.count_between(*ends)
    told = f"{label}{FIXED}: {pluralise(count, LEVELS[level][0].lower(), LEVELS[level][1])}"
    data: dict[str, Any] = {"data-low": str(ends[0]), "data-high": str(ends[1]), "aria-pressed": "false"}
    return html.Button(
        list(children), type="button", className="class-key", title=told, style=style, **data, **labelled(told)
    )


def _tint(shading: Shading, hue: str, place: int) -> dict[str, str]:
    """The colour of a class in both schemes, as variables of the style sheet."""
    palettes = (get_palette("light"), get_palette("dark"))
    return {f"--{p.scheme}": shading.list_colours(p, p.find_hue(hue))[place] for p in palettes}


def _square(shading: Shading, level: str) -> Component:
    """The small square with the quadrant's axes."""
    cells = []
    for up in reversed(range(shading.size)):
        for along in range(shading.size):
            place = up * shading.size + along
            tint = _tint(shading, "", place)
            cells.append(_button(shading, (place, place), name_cell(shading, place), level, style=tint))
    return html.Div(
        [
            html.Span("Rayonnement →", className="square-up rayonnement"),
            html.Div(
                cells,
                className="cells",
                style={"gridTemplateColumns": f"repeat({shading.size}, 1fr)"},
                role="group",
                **labelled("Légende croisée : l’attractivité croît vers la droite, le rayonnement vers le haut"),
            ),
            html.Span("Attractivité →", className="square-along attractivite"),
        ],
        className="square-frame",
    )


def _steps(shading: Shading, shown: Shown, level: str, decimals: int) -> Component:
    lines = []
    for place in reversed(range(len(shading.bounds))):
        low, high = describe_values(shading.bounds[place], shown, decimals)
        said = f"{low} à {high}" if low != high else low
        chip = html.Span(className="chip", style=_tint(shading, shown.index, place))
        count = html.Span(str(shading.count_between(place, place)), className="class-count")
        button = _button(shading, (place, place), said, level, children=[chip, html.Span(said), count])
        lines.append(html.Li(button))
    return html.Ul(lines, className="class-list")


def _ramp(shading: Shading, shown: Shown, level: str, decimals: int) -> Component:
    """A band of even shades, in tenths that can be pointed at."""
    low, high = shading.bounds[0]
    parts = []
    for first, last in list_tenths():
        ends = [shading.find_value(edge) for edge in (first, last + 1)]
        said = " à ".join(describe_values(ends, shown, decimals))
        tints = [_tint(shading, shown.index, place) for place in (first, last)]
        style = {f"{name}-{end}": tint[name] for end, tint in enumerate(tints) for name in tint}
        parts.append(_button(shading, (first, last), said, level, style=style))
    middle = shading.find_value(shading.size / 2)
    ticks = [html.Span(text) for text in describe_values([low, middle, high], shown, decimals)]
    told = (
        f"Échelle resserrée vers le haut{FIXED}: la moitié des chiffres sont près du plus bas." if shading.unit else ""
    )
    return html.Div(
        [
            html.Div(parts, className="ramp"),
            html.Div(ticks, className="ramp-ticks"),
            *([html.P(told, className="small")] if told else []),
        ]
    )


def _missing_key(count: int, level: str, why: str) -> Component:
    label = pluralise(count, LEVELS[level][0].lower(), LEVELS[level][1])
    return html.Ul(
        [html.Li([html.Span(className="chip chip-missing"), f"{ABSENT}, {label}{NARROW}; {why}"])],
        className="chips",
    )
