"""The only module that lays out what a reader chooses on « Écarts »: the groups, the reading, the node looked at."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import choice
from dashboard.gap_scene import Scene
from dashboard.gaps import LEVEL, Asked
from dashboard.groups import FAMILIES, FIRST, SECOND, Side, count_members, describe_side
from dashboard.queries import read_stamp
from dashboard.reading import VARIANTS, list_variants
from dashboard.standings import read_places


def context(scene: Scene) -> Component:
    """What is compared, as a sentence changed in place: the two groups, the edition, the reading of size."""
    asked = scene.asked
    variants = [{"value": v, "label": VARIANTS[v][0]} for v in list_variants(scene.build, LEVEL)]
    edition = asked.reading.edition or read_stamp(scene.build).edition
    one, other = asked.sides.first, asked.sides.second
    return html.Div(
        [
            choice("gaps-a", "Premier groupe", one.code, _offer(scene, one), width="16rem"),
            html.Span("face aux"),
            choice("gaps-b", "Second groupe", other.code, _offer(scene, other), width="16rem"),
            html.Span(["· édition ", html.Strong(str(edition)), " · taille"]),
            choice("gaps-variante", "Lecture de la taille", asked.reading.variant, variants, width="9rem"),
        ],
        className="context",
    )


def node_choice(scene: Scene) -> Component:
    """The index, the pillar or the figure looked at."""
    label, offered = "Indice, pilier ou chiffre vu de près", _offer_nodes(scene)
    select = choice("gaps-noeud", label, scene.asked.noeud, offered, width="22rem", searchable=True)
    return html.Div([html.Span("Vu de près"), select], className="context gap-context", id="de-pres")


def _offer(scene: Scene, side: Side) -> list[dict[str, str]]:
    places = read_places(scene.build, LEVEL)
    offered = []
    for code, (_, plural, singular) in FAMILIES.items():
        own = Side(code, plural, singular)
        offered.append({"value": code, "label": f"{plural[:1].upper()}{plural[1:]} ({count_members(places, own)})"})
    if side.members:
        offered.append({"value": side.code, "label": describe_side(places, side)})
    return offered


def _offer_nodes(scene: Scene) -> list[dict[str, Any]]:
    catalogue, offered = scene.catalogue, []
    for index in catalogue.indices:
        items = [{"value": index.code, "label": f"{index.label}, indice"}]
        items += [{"value": p.code, "label": f"{p.label}, pilier"} for p in catalogue.pillars_of(index.code)]
        offered.append({"group": index.label, "items": items})
    for pillar in catalogue.pillars:
        items = [{"value": i.code, "label": i.label} for i in catalogue.indicators_of(pillar.code) if LEVEL in i.levels]
        offered.append({"group": f"Chiffres · {pillar.label}", "items": items})
    return offered


def problems(asked: Asked) -> Component:
    """What the address holds that cannot be used, in words."""
    if not asked.sides.problems:
        return html.Div()
    return html.Ul([html.Li(problem) for problem in asked.sides.problems], className="gap-problems", role="status")


def other_groups(asked: Asked) -> Component:
    """Any two lists of codes, as the address takes them."""
    fields = [
        html.P([html.Label(f"Groupe {key.upper()}, codes SIREN", htmlFor=f"gaps-list-{key}"),
                dcc.Input(id=f"gaps-list-{key}", name=key, value=",".join(side.members), type="text",
                          placeholder="200040715, 200046977")])
        for key, side in ((FIRST, asked.sides.first), (SECOND, asked.sides.second))
    ]  # fmt: skip
    button = html.Button("Comparer", type="submit", className="theme")
    return html.Details(
        [
            html.Summary("Comparer deux autres groupes, code par code"),
            html.Form([*fields, button], action="/ecarts", method="GET", className="gap-form"),
        ],
        className="fold",
        open=not asked.sides.is_named,
    )  # fmt: skip
