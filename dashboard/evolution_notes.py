"""How to read each figure of the page on the past: what a line is, what a gap is, what chance would give."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import link_source, note
from dashboard.evolutions import Asked, find_field
from dashboard.histories import pick_history, read_series_years
from dashboard.queries import read_source
from dashboard.stability import FIRM, STILL
from dashboard.warehouse import Build
from dashboard.words import FIXED, NARROW, format_number


def read_ranks_note() -> Component:
    """How to read the bump chart."""
    return note(
        "Comment lire",
        html.P(f"Une ligne par territoire, la première place en haut{NARROW}; en gris, les territoires comparables."),
        html.P(
            "Ces rangs n’ont pas d’intervalle, faute de simulations sur le passé. Cela ne les rend pas plus sûrs"
            f"{FIXED}: quelques places d’écart ne veulent rien dire."
        ),
        html.P("À ne pas rapprocher des rangs de l’indice complet, qui repose sur bien plus de chiffres."),
    )


def read_series_note(build: Build, asked: Asked) -> Component:
    """How to read a series, and where it comes from."""
    history = pick_history(read_series_years(build, asked.chosen.level, asked.serie), asked.chosen.places)
    cards = [read_source(build, str(code)) for code in dict.fromkeys(history["source_code"])]
    links = [link_source(str(card["source_code"]), str(card["title"])) for card in cards if card]
    group = find_field(build, asked.chosen).label
    body = [
        html.P("Une année sans chiffre est un trou, jamais un zéro. Une marque évidée est une estimation."),
        html.P(f"En gris, la médiane des comparables ({group}) qui ont un chiffre cette année-là."),
    ]
    silent = [p.label for at, p in enumerate(asked.chosen.places) if at not in set(history["place"])]
    if silent:
        body.append(html.P(f"Aucun chiffre{FIXED}: {', '.join(silent)}."))
    if links:
        body.append(html.P([f"Source{FIXED}: ", *[piece for link in links for piece in (link, " ")]]))
    return note("Comment lire", *body)


def read_tau_note() -> Component:
    """How to read Kendall's tau, and from what it is said to move."""
    return note(
        "Comment lire",
        html.P(
            f"Le tau de Kendall compare deux ordres{FIXED}: 1, le même{NARROW}; 0, aucun rapport (la bande grise est "
            f"ce que donnerait le hasard, dans 95 cas sur 100){NARROW}; −1, l’ordre inverse."
        ),
        html.P(
            "La courbe part de 1 et descend à mesure que le classement s’éloigne de celui de départ. Une partie de la "
            "baisse est du bruit dans les chiffres, non un changement des villes."
        ),
        html.P(
            f"Nous disons «{FIXED}bouge peu{FIXED}» quand moins de {format_number(100 * STILL)}{FIXED}% des villes "
            f"ont bougé de plus d’un dixième du classement, «{FIXED}bouge nettement{FIXED}» à partir de "
            f"{format_number(100 * FIRM)}{FIXED}%, «{FIXED}en partie{FIXED}» entre les deux."
        ),
    )
