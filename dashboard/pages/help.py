"""Aide: what a reader comes for and where it is, how to read a figure, how to move about by keyboard."""

from __future__ import annotations

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import note
from dashboard.site import register_page, title_page
from dashboard.words import FIXED, punctuate

register_page(__name__, path="/aide", name="Aide", title=title_page("Aide"))

TASKS: Final = (
    ("Situer mon territoire", "/", "Cherchez son nom en haut de la page, ou placez-le sur le graphique."),
    ("Connaître son rang, avec prudence", "/classement", "Chaque rang est donné avec son intervalle."),
    ("Voir la France", "/carte", "Les deux indices croisés, ou un pilier, un indicateur, un chiffre."),
    ("Le comparer à d’autres", "/comparer", "De deux à six territoires, sur chaque pilier et chaque chiffre."),
    ("Savoir si cela change", "/evolution", "Les chiffres année par année, et la stabilité de la hiérarchie."),
    ("Mesurer l’écart aux métropoles", "/ecarts", "Sur quoi il porte, et s’il se réduit."),
    ("Peser autrement", "/et-si", "Vos poids à la place des nôtres ; tout suit."),
    ("Vérifier un chiffre", "/donnees", "D’où il vient, de quelle année, sous quelle licence."),
    ("Comprendre le calcul", "/methode", "Formules, poids, audit, et ce que l’indice ne peut pas dire."),
)
READING: Final = (
    "Un score va de 1 à 100. Ce n’est pas un pourcentage : 50 n’est pas « la moitié ».",
    "Un intervalle étroit ne dit pas que le chiffre est juste, mais que d’autres méthodes le donneraient aussi.",
    "« n.d. » veut dire inconnu. Ce n’est jamais un zéro.",
    "Les deux indices répondent à deux questions. Ne les additionnez pas.",
)
PAPER: Final = (
    "Sur la page d’un territoire, « Fiche » ouvre une page à imprimer, un document Word, des diapositives.",
    "Sous chaque figure, « Emporter » donne le tableau (CSV, XLSX) et l’image (PNG, SVG), avec leurs sources.",
    "L’adresse de la page contient vos choix : copiez-la pour retrouver, ou partager, exactement ce que vous voyez.",
    "« Garder » retient un territoire dans ce navigateur ; rien n’est envoyé, rien n’est suivi.",
)
KEYS: Final = (
    ("Tabulation", "va d’un élément à l’autre ; le premier lien mène au contenu"),
    ("Entrée", "ouvre un lien, une liste, trie une colonne"),
    ("Flèches", "choisissent dans une liste, déplacent un curseur"),
    ("Échap", "ferme une liste ou un panneau"),
)


def layout(**_: str) -> Component:
    """The whole help on one page."""
    tasks = [
        html.Li([dcc.Link(name, href=href), html.Span(f"{FIXED}: {punctuate(said[:1].lower() + said[1:])}")])
        for name, href, said in TASKS
    ]
    keys = [html.Div([html.Dt(html.Kbd(key)), html.Dd(punctuate(said))]) for key, said in KEYS]
    return html.Div(
        [
            html.H1("Aide"),
            html.P("Ce que l’on vient chercher, et où le trouver.", className="lead"),
            html.Div(
                [
                    html.Div([html.H2("Que voulez-vous faire\u202f?"), html.Ul(tasks, className="principles")]),
                    html.Div(
                        [
                            _tell("Lire un chiffre", READING),
                            _tell("Emporter, garder, partager", PAPER),
                            note("Au clavier", html.Dl(keys, className="keyboard")),
                            note(
                                "Aller plus loin",
                                html.P([dcc.Link("Glossaire", href="/methode#glossaire"), ", ",
                                        dcc.Link("accessibilité", href="/accessibilite"), "."]),
                            ),
                        ],
                        className="margin",
                    ),
                ],
                className="help",
            ),
        ],
        className="page",
    )  # fmt: skip


def _tell(title: str, lines: tuple[str, ...]) -> Component:
    return note(title, html.Ul([html.Li(punctuate(line)) for line in lines], className="help-lines"))
