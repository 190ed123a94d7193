"""The sections of « Écarts » on today: every pillar, then one node looked at closely, in both groups."""

from __future__ import annotations

from typing import Final

import pandas as pd
from dash import html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import named_figure, note
from dashboard.downloads import take_away
from dashboard.gap_axes import choose_gap_axis
from dashboard.gap_figures import draw_gaps
from dashboard.gap_scene import Scene, address, keep_figure, rows_figure, section
from dashboard.gap_words import (
    lower,
    say_interval,
    say_row,
    say_spread,
)
from dashboard.gaps import (
    LEVEL,
    find_composite,
    has_scenarios,
    list_composites,
    list_kin,
    read_gaps,
    read_spread,
)
from dashboard.groups import FIRST, SECOND
from dashboard.rankings import find_index, name_node
from dashboard.spread_figures import draw_spread
from dashboard.standings import read_places
from dashboard.words import FIXED, INTERVAL, NARROW, format_number

AXIS: Final = "écart des médianes, en points de score"


@keep_figure
def figure_gaps(scene: Scene) -> Figure:
    """Indices, then pillars, the widest gap first."""
    found = _read_composites(scene)
    indices = [one.code for one in scene.catalogue.indices if one.code in found.index][::-1]
    pillars = found.drop(index=indices).sort_values("difference", ascending=False)
    rows = pd.concat([found.loc[indices], pillars]).dropna(subset=["difference"])
    told = [say_row(row) for _, row in rows.iterrows()]
    return draw_gaps(rows, told, scene.palette, title=AXIS, bold=sum(i in rows.index for i in indices))


def _read_composites(scene: Scene) -> pd.DataFrame:
    asked = scene.asked
    return read_gaps(scene.build, scene.catalogue, asked.sides, asked.reading, list_composites(scene.catalogue))


def gaps_section(scene: Scene) -> Component:
    """The summary: every index and pillar."""
    asked = scene.asked
    return section(
        "tous-les-piliers",
        "Sur quoi porte l’écart",
        [],
        rows_figure(
            "gaps-summary",
            figure_gaps(scene),
            label=f"Écart médian entre {asked.sides.first.plural} et {asked.sides.second.plural}, par indice et pilier",
            numbers=address("noeuds", asked),
            caption="Un point ouvre le détail du pilier, plus bas.",
        ),
        [
            note(
                "Comment lire",
                html.P(
                    "Le point est l’écart entre la médiane des deux groupes, en points de score (de 1 à 100)"
                    f"{NARROW}; le trait, son intervalle. Un trait qui touche zéro ne permet pas de dire qui devance."
                ),
                html.P(say_interval(has_scenarios=has_scenarios(scene.catalogue, asked.reading)), className="small"),
                html.P(_warn_few(scene), className="small"),
            ),
            take_away("ecarts", asked.query),
        ],
    )


def _warn_few(scene: Scene) -> str:
    """What the groups are made of, which the reader must know before quoting a median."""
    places, sides = read_places(scene.build, LEVEL), scene.asked.sides
    groups = sides.assign(places)
    told = []
    for key in (FIRST, SECOND):
        own = places[groups == key]
        low, high = (format_number(round(float(end), -3)) for end in (own["population"].min(), own["population"].max()))
        told.append(f"{format_number(len(own))} {sides.name(key)}, de {low} à {high}{FIXED}habitants")
    return f"{f'{NARROW}; '.join(told)}. Le petit groupe fait les grands intervalles, et chaque groupe est très divers."


@keep_figure
def figure_spread(scene: Scene) -> Figure:
    """Both groups on the node looked at."""
    spread = read_spread(scene.build, scene.catalogue, scene.asked)
    axis = choose_gap_axis(spread.rows["x"], spread.unit)
    names = {key: scene.asked.sides.name(key) for key in (FIRST, SECOND)}
    index = find_index(scene.asked.noeud, scene.catalogue)
    return draw_spread(
        spread.rows, names, axis, scene.palette, index=index, hover=_write_hover(spread.rows, spread.unit)
    )


def _write_hover(rows: pd.DataFrame, unit: str) -> str:
    ends = f" ({INTERVAL} %{{customdata[3]}}–%{{customdata[4]}})" if rows["rank_low"].notna().any() else ""
    figure = f"%{{customdata[1]:,.4~r}} {unit.split(',', maxsplit=1)[0]}" if unit else "score %{customdata[1]:.0f}"
    return f"{figure}<br>rang %{{customdata[2]}}{ends}"


@keep_figure
def figure_kin(scene: Scene) -> Figure:
    """The indicators below the node looked at, the widest gap first."""
    rows = _read_kin(scene)
    return draw_gaps(rows, [say_row(row) for _, row in rows.iterrows()], scene.palette, title=AXIS)


def _read_kin(scene: Scene) -> pd.DataFrame:
    asked, kin = scene.asked, list_kin(scene.catalogue, scene.asked.noeud)
    found = read_gaps(scene.build, scene.catalogue, asked.sides, asked.reading, kin)
    return found.dropna(subset=["difference"]).sort_values("difference", ascending=False)


def node_section(scene: Scene) -> Component:
    """The node looked at: how it is distributed in both groups, and what the gap is made of."""
    asked, label = scene.asked, name_node(scene.asked.noeud, scene.catalogue)
    spread = read_spread(scene.build, scene.catalogue, asked)
    figure = named_figure(
        "gaps-spread",
        figure_spread(scene),
        label=f"{label}{FIXED}: {asked.sides.first.plural} et {asked.sides.second.plural}, territoire par territoire",
        numbers=address("repartition", asked),
        class_name="quadrant gap-spread",
        caption=["Un point mène à la page du territoire."],
    )
    reading = note(
        "Comment lire",
        html.P("Chaque marque est une intercommunalité. La bande couvre la moitié centrale du groupe, le trait épais "
               "sa médiane."),
        _shapes(),
        html.P(_say_axis(spread.unit), className="small"),
    )  # fmt: skip
    margin = [reading, take_away("ecarts-repartition", asked.query)]
    return section("un-noeud", label, say_spread(spread, asked.sides), figure, margin, *_kin_block(scene))


def _say_axis(unit: str) -> str:
    if not unit:
        return "Le score va de 1 à 100."
    return (
        f"Chiffre brut, en {unit}. L’intervalle ne compte ici que le tirage des territoires{FIXED}: un chiffre publié "
        "n’a pas d’incertitude de méthode."
    )


def _shapes() -> Component:
    names = (("metro", "métropole"), ("cu", "communauté urbaine"), ("ca", "communauté d’agglomération ou de communes"))
    return html.Ul([html.Li([html.Span(className=f"key key-{k}"), n]) for k, n in names], className="keys")


def _kin_block(scene: Scene) -> list[Component]:
    rows = _read_kin(scene)
    if len(rows) < 2:
        return []
    composite = find_composite(scene.asked.noeud, scene.catalogue)
    figure = rows_figure(
        "gaps-kin",
        figure_kin(scene),
        label=f"Écart par indicateur, {name_node(composite, scene.catalogue)}",
        numbers=address("noeuds", scene.asked),
        caption="Un point ouvre le chiffre brut. Une médiane ne voit pas ce qu’a moins de la moitié d’un groupe.",
    )
    return [html.H3(f"De quoi l’écart est fait{FIXED}: {lower(name_node(composite, scene.catalogue))}"), figure]
