"""The only module that defines the words on screen, for a reader who is not a statistician."""

from __future__ import annotations

from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.words import punctuate

WORDS: Final = {
    "Territoire": "Une commune, une intercommunalité, un département ou une région.",
    "Intercommunalité": (
        "Établissement public de coopération intercommunale à fiscalité propre (EPCI), ou métropole de Lyon : "
        "métropole, communauté urbaine, d’agglomération ou de communes."
    ),
    "Ville ordinaire": "Ici, une communauté urbaine ou d’agglomération, face aux métropoles.",
    "Édition": "L’année d’un indice entier. Les chiffres qui le composent peuvent être plus anciens ; ils sont datés.",
    "Année": "L’année que décrit un chiffre.",
    "Millésime": "La version d’un découpage géographique ou d’un fichier.",
    "Série": "Une colonne publiée par un producteur, renommée et suivie d’année en année.",
    "Indice, pilier, indicateur": (
        "Un indice résume des piliers, un pilier résume des indicateurs, un indicateur est une formule sur des séries."
    ),
    "Score": "Une note, du repère le moins bon au meilleur repère. Ce n’est pas un pourcentage.",
    "Repères": (
        "Les deux valeurs entre lesquelles un indicateur est noté, le moins bon et le meilleur. Fixés une fois, ils ne "
        "bougent pas d’une édition à l’autre."
    ),
    "Poids": "Combien compte un élément face aux autres éléments du même pilier, ou du même indice.",
    "Rang": "Place parmi tous les territoires du niveau qui ont un score. À score égal, rang égal (ex æquo).",
    "Intervalle": "Ce que deviendrait un score ou un rang avec d’autres choix de méthode défendables.",
    "Territoires comparables": "Même nature, même classe de population ; le groupe s’élargit quand il est trop petit.",
    "Couverture": "La part du poids d’un indice, ou d’un pilier, pour laquelle le territoire a un chiffre.",
    "Médiane": "La valeur qui partage les territoires en deux moitiés de même effectif.",
    "Secret statistique": "Un chiffre que le producteur connaît et n’a pas le droit de publier.",
    "Estimé": "Un chiffre que nous avons reconstitué, par exemple depuis la zone d’emploi ou des communes incomplètes.",
    "n.d.": "Non disponible : inconnu. Ce n’est jamais un zéro.",
    "Par habitant, à taille égale": (
        "Deux autres lectures des mêmes chiffres : rapportés à la population, ou à ce que la taille du territoire "
        "laisse attendre."
    ),
    "Indice rétrospectif": "Un indice réduit aux chiffres observés chaque année, pour regarder en arrière.",
    "Tau de Kendall": (
        "Mesure de l’accord de deux classements : 1, le même ordre ; 0, aucun rapport ; −1, l’ordre inverse."
    ),
    "Gini, Theil": (
        "Mesures d’inégalité d’une quantité entre territoires : 0, la même pour tous. L’indice de Theil se partage "
        "entre ce qui sépare les groupes et ce qui sépare les membres d’un groupe."
    ),
}  # fmt: skip


def tell_words() -> Component:
    """The glossary, as a list of definitions."""
    return html.Section(
        [
            html.H2("Glossaire"),
            html.Dl(
                [html.Div([html.Dt(word), html.Dd(punctuate(said))]) for word, said in WORDS.items()],
                className="glossary",
            ),
        ],
        id="glossaire",
    )
