"""What a page says when its address leads nowhere."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component


def say_unknown(told: str) -> Component:
    """A clear page for an unknown address, with a way on."""
    return html.Div(
        [
            html.P("Erreur 404", className="overline"),
            html.H1("Cette page n’existe pas"),
            html.P(told, className="lead"),
            html.P(
                [
                    "Cherchez un territoire par son nom ou son code, en haut de la page, ou repartez du ",
                    dcc.Link("positionnement", href="/"),
                    " ou du ",
                    dcc.Link("classement", href="/classement"),
                    ".",
                ]
            ),
        ],
        className="page unknown",
    )
