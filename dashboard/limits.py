"""The only module that says what the index cannot say, with the figures of the build on screen."""

from __future__ import annotations

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.queries import read_ages, read_stamp
from dashboard.warehouse import Build
from dashboard.words import FIXED, format_measure, format_number, pluralise, punctuate
from indicators.catalogue import Catalogue

OLD: Final = 5  # years between a figure and the edition from which it is told
MOST_NAMED: Final = 6
LEAST_TOLD: Final = 0.01  # share of estimated figures


def tell_limits(build: Build, catalogue: Catalogue) -> Component:
    """What a reader must not draw from the figures."""
    fixed = (
        (
            "Une cause. Deux indicateurs qui varient ensemble ne disent pas que l’un fait l’autre, et un score ne dit "
            "pas ce qu’une politique a produit."
        ),
        (
            "L’image. Personne n’a été interrogé : la notoriété est approchée par des visites, des noms dans d’autres "
            "langues, des inscriptions ; pas par une enquête de réputation."
        ),
        (
            "La qualité d’un lien. Un jumelage endormi compte comme un jumelage vivant, un réseau comme un autre. La "
            "durée des partenariats, leur mémoire, ne sont pas dans les données ouvertes."
        ),
        (
            "L’erreur de mesure des sources. L’intervalle dit l’effet de nos choix, pas celui d’un recensement ou "
            "d’une déclaration incomplète."
        ),
        (
            "Ce qui se passe là où l’activité est comptée au siège. Quand un producteur déclare tout au siège d’un "
            "établissement, les autres sites n’apparaissent pas ; nous le corrigeons quand les sites sont connus."
        ),
        (
            "La valeur d’un territoire. Une place dans un classement n’est pas un jugement, et deux ou trois places "
            "d’écart ne veulent rien dire."
        ),
    )
    return html.Section(
        [
            html.H2("Ce que l’indice ne peut pas dire"),
            html.Ul(
                [
                    html.Li(_tell_old(build, catalogue)),
                    *filter(None, [_tell_estimated(build, catalogue)]),
                    *[html.Li(punctuate(said)) for said in fixed],
                    html.Li(
                        [
                            "Ce que les contrôles ont écarté. ",
                            dcc.Link("Les lignes refusées et hors champ", href="/donnees#sources"),
                            " sont comptées, et le motif est dit.",
                        ]
                    ),
                ],
                className="principles",
            ),
        ],
        id="limites",
        className="prose",
    )


def _tell_old(build: Build, catalogue: Catalogue) -> list[Component | str]:
    """How many indicators speak of a past older than five years, and which."""
    edition, ages = read_stamp(build).edition, read_ages(build)
    years = {one: ages[one.code].last_year for one in catalogue.scored if one.code in ages and not one.is_derived}
    old = sorted((one for one in years if edition - years[one] >= OLD), key=lambda one: (years[one], one.label))
    if not old:
        return [f"Le présent exact. Tous les chiffres ont moins de {OLD}{FIXED}ans à la date de l’édition."]
    named = ", ".join(f"{one.label.lower()} ({years[one]})" for one in old[:MOST_NAMED])
    more = f" et {pluralise(len(old) - MOST_NAMED, 'autre')}" if len(old) > MOST_NAMED else ""
    told = (
        f"Le présent. Sur {format_number(len(years))}{FIXED}indicateurs notés, {format_number(len(old))} reposent sur "
        f"des chiffres d’au moins {OLD}{FIXED}ans avant l’édition {edition}{FIXED}: {named}{more}. Chaque chiffre est "
        "donné avec son année."
    )
    return [told]


def _tell_estimated(build: Build, catalogue: Catalogue) -> Component | None:
    ages = read_ages(build)
    shares = {one: ages[one.code].estimated for one in catalogue.scored if one.code in ages}
    told = [
        f"{one.label.lower()} ({format_measure(100 * shares[one], '%')})"
        for one in sorted(shares, key=lambda one: -shares[one])
        if shares[one] >= LEAST_TOLD
    ]
    if not told:
        return None
    return html.Li(
        f"Une mesure directe partout. Part des intercommunalités dont le chiffre est estimé{FIXED}: {', '.join(told)}."
    )
