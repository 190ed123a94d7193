"""Déclaration d’accessibilité, as French law asks (RGAA 4.1): what was tested, what was not, whom to tell."""

from __future__ import annotations

import os
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.site import NAME, register_page, title_page
from dashboard.words import FIXED, punctuate

register_page(__name__, path="/accessibilite", name="Accessibilité", title=title_page("Accessibilité"))

WRITTEN: Final = "28 novembre 2026"
TESTED: Final = (
    (
        "Contrôle automatique (axe-core 4) de chaque vue, à 1 440 et à 390 pixels de large, en clair et en sombre, à "
        "chaque livraison : aucune erreur relevée."
    ),
    (
        "Parcours des vues au clavier seul, mouvements réduits, et affichage à 200 % : essayés par un robot à chaque "
        "livraison."
    ),
    (
        "Chaque figure a un nom, un rôle, et les mêmes nombres dans un tableau ; aucune information n’est donnée par "
        "la couleur seule."
    ),
)
NOT_TESTED: Final = (
    "Aucun audit des 106 critères du RGAA par une personne formée n’a été fait.",
    "Aucun essai avec un lecteur d’écran (NVDA, JAWS, VoiceOver) ni avec des utilisateurs en situation de handicap.",
    (
        "Les points d’une figure ne s’atteignent pas un à un au clavier : le tableau qui suit la figure donne les "
        "mêmes nombres et les mêmes liens."
    ),
    (
        "Les PDF produits par l’impression de la fiche n’ont pas été contrôlés (PDF/UA) ; le document Word, structuré, "
        "en est l’équivalent."
    ),
)
NO_CONTACT: Final = (
    "L’exploitant de cet outil n’a pas encore indiqué d’adresse de contact. Adressez-vous à la collectivité qui vous "
    "l’ouvre."
)
LAW: Final = (
    f"{NAME} est soumis à l’article 47 de la loi n° 2005-102 du 11 février 2005. Cette déclaration suit le modèle du "
    "référentiel général d’amélioration de l’accessibilité (RGAA), version 4.1."
)
STATE: Final = (
    "Faute d’audit de conformité, l’outil est déclaré non conforme au RGAA 4.1, comme le veut la règle, quoi que "
    "disent les contrôles ci-dessous."
)
MADE: Final = (
    f"Établie le {WRITTEN}. Technologies : HTML, CSS, JavaScript, SVG, WAI-ARIA. Environnement de test : Chromium sous "
    "Linux, axe-core 4."
)
APPEAL: Final = (
    "Si vous avez signalé un défaut qui vous empêche d’accéder à un contenu et n’avez pas obtenu de réponse "
    "satisfaisante, vous pouvez écrire au Défenseur des droits (formulaire en ligne, délégué de votre région, ou "
    "courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07)."
)


def layout(**_: str) -> Component:
    """The statement; the operator gives a way to be reached in the environment variable CONTACT."""
    contact = os.environ.get("CONTACT")
    return html.Div(
        [
            html.H1(f"Accessibilité{FIXED}: non conforme"),
            html.P(punctuate(LAW), className="lead"),
            _section("État de conformité", html.P(punctuate(STATE))),
            _section("Ce qui a été contrôlé", _list(TESTED)),
            _section("Ce qui ne l’a pas été, et ce qui manque", _list(NOT_TESTED)),
            _section("Établissement de cette déclaration", html.P(punctuate(MADE))),
            _section("Signaler un défaut", html.P(punctuate(f"Écrivez à {contact}." if contact else NO_CONTACT))),
            _section("Voies de recours", html.P(punctuate(APPEAL))),
        ],
        className="page",
    )


def _section(title: str, body: Component) -> Component:
    return html.Section([html.H2(title), body], className="sheet-section")


def _list(lines: tuple[str, ...]) -> Component:
    return html.Ul([html.Li(punctuate(line)) for line in lines], className="principles")
