"""The only module that says in words what the ranking shows: how many, how to read, one's own place, no row."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import note, score_words
from dashboard.intervals import link_interval
from dashboard.rankings import (
    ALL,
    Asked,
    count_without,
    filter_places,
    find_row,
    list_choices,
    name_node,
    say_filters,
)
from dashboard.reading import AS_PUBLISHED, VARIANTS
from dashboard.site import get_site
from dashboard.standings import count_ranked, read_places, read_standing
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW, format_number, format_ordinal, pluralise


def count(build: Build, asked: Asked) -> str:
    """« 22 métropoles, région : Auvergne-Rhône-Alpes. »."""
    return f"{say_filters(build, len(filter_places(read_places(build, asked.niveau), asked)), asked)}."


def how_to_read(asked: Asked) -> Component:
    """The reading note: the bar, the indiscernible ones, the score, the reading."""
    low, high = (format_number(end) for end in get_site().catalogue.score_range)
    variant = []
    if asked.reading.variant != AS_PUBLISHED:
        variant = [html.P(VARIANTS[asked.reading.variant][1])]
    return note(
        "Comment lire",
        *variant,
        html.P(
            f"«{FIXED}12ᵉ, entre 9ᵉ et 17ᵉ{FIXED}»{FIXED}: le trait va de la meilleure à la moins bonne place "
            f"plausible{NARROW}; le point est le rang publié. L’échelle s’étire vers les premières places."
        ),
        html.P(link_interval()),
        html.P(
            f"«{FIXED}8 indiscernables{FIXED}» compte les territoires dont l’intervalle recoupe "
            f"celui-ci{FIXED}: rien ne permet de dire lequel est devant."
        ),
        html.P(
            f"Un score va de {low} à {high}. Le rang compte tous les territoires du niveau, même quand la liste est "
            f"filtrée. «{FIXED}n.d.{FIXED}»{FIXED}: trop de données manquent. Un indicateur seul est classé sur le "
            "chiffre publié, sans intervalle."
        ),
        html.P(f"Un clic ou la touche Entrée sur un titre de colonne trie{NARROW}; sur un nom, ouvre sa page."),
    )


def tell_own(build: Build, asked: Asked, rows: pd.DataFrame) -> list[Component]:
    """The reader's own territory: its rank with its interval, and the way to its row."""
    places = read_places(build, asked.niveau)
    own = places[places["territory_code"].eq(asked.territoire)]
    if own.empty:
        return []
    label, code = str(own["label"].iloc[0]), asked.territoire
    standing = read_standing(build, asked.niveau, asked.noeud, asked.reading)
    node = name_node(asked.noeud, get_site().catalogue)
    told: list[Component] = [html.P("Pas de score ici.")]
    if code in standing.index:
        total = count_ranked(build, asked.niveau, asked.reading).get(asked.noeud, 0)
        score, rank = score_words(standing.loc[[code]].iloc[0], total)
        told = [html.P([html.Strong(f"{node} {score}"), html.Br(), rank])]
    return [note(label, *told, _lead_to_row(asked, rows), _list_links(asked))]


def _lead_to_row(asked: Asked, rows: pd.DataFrame) -> Component:
    place = find_row(rows, asked)
    if place is None:
        return html.P(
            [
                "Hors de cette liste filtrée. ",
                dcc.Link("Retirer les filtres", href=f"/classement?{asked.unfiltered.query}"),
            ]
        )
    among = f"{format_ordinal(place + 1)}{FIXED}ligne sur {format_number(len(rows))}"
    button = html.Button("Aller à sa ligne", type="button", id="ranking-jump", className="plain-button")
    return html.P([button, f" ({among})"])


def _list_links(asked: Asked) -> Component:
    without = replace(asked, territoire="").query
    return html.P(
        [
            dcc.Link("Ouvrir sa page", href=f"/territoire/{asked.chosen}"),
            " · ",
            dcc.Link("Retirer", href=f"/classement?{without}" if without else "/classement"),
        ]
    )


def say_empty(build: Build, asked: Asked) -> Component:
    """What an empty list says: which filter to take away, and how many territories would come back."""
    choices = list_choices(build, asked.niveau)
    singular, plural = LEVELS[asked.niveau][0].lower(), LEVELS[asked.niveau][1]
    ways = []
    for name, kept in count_without(build, asked).items():
        if kept:
            label = choices[name][getattr(asked, name)]
            href = f"/classement?{asked.filter_by({name: ALL}).query}"
            back = pluralise(kept, singular, plural)
            ways.append(html.Li([dcc.Link(f"Retirer «{FIXED}{label}{FIXED}»", href=href), f"{FIXED}: {back}"]))
    without = asked.unfiltered.query
    everything = pluralise(len(read_places(build, asked.niveau)), singular, plural)
    href = f"/classement?{without}" if without else "/classement"
    ways.append(html.Li([dcc.Link("Retirer tous les filtres", href=href), f"{FIXED}: {everything}"]))
    return html.Div(
        [html.P(html.Strong("Aucun territoire ne répond à ces filtres réunis.")), html.Ul(ways)], className="empty"
    )
