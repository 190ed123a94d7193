"""The section of « Écarts » on size: who does better, or less, than its population makes expected."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.components import named_figure, note, numbers_table, score_words
from dashboard.downloads import take_away
from dashboard.gap_scene import Scene, address, keep_figure, section
from dashboard.gap_words import lower, say_points
from dashboard.gaps import (
    LEVEL,
    find_composite,
    has_scenarios,
    pick_above,
    pick_below,
    read_surplus,
)
from dashboard.groups import FIRST, SECOND
from dashboard.queries import list_records
from dashboard.rankings import find_index, name_node
from dashboard.spread_figures import draw_size
from dashboard.standings import count_ranked, read_places
from dashboard.words import FIXED, NARROW, format_number, pluralise, say_between

LISTED: Final = 12  # towns told before the rest is folded


def _read_size(scene: Scene, node: str = "") -> pd.DataFrame:
    node = node or find_composite(scene.asked.noeud, scene.catalogue)
    rows = read_surplus(scene.build, scene.catalogue, node, scene.asked.reading)
    if rows.empty:
        return rows
    told = rows.assign(group=scene.asked.sides.assign(read_places(scene.build, LEVEL)))
    told.attrs = rows.attrs
    return told


@keep_figure
def figure_size(scene: Scene) -> Figure:
    """Scores against population, those clear of the trend named."""
    rows, node = _read_size(scene), find_composite(scene.asked.noeud, scene.catalogue)
    above, below = _pick(rows)
    return draw_size(
        rows, above["territory_code"].tolist(), below["territory_code"].tolist(), scene.palette,
        index=find_index(node, scene.catalogue), score=f"{name_node(node, scene.catalogue)}, score",
    )  # fmt: skip


def _pick(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ordinary towns above the trend, métropoles below it."""
    groups = rows["group"].to_numpy(object)
    return pick_above(rows, groups, SECOND), pick_below(rows, groups, FIRST)


def count_above(scene: Scene, node: str) -> tuple[int, int]:
    """How many of the second group stand wholly above what size makes expected, of how many that have a score."""
    rows = _read_size(scene, node)
    if rows.empty:
        return 0, 0
    return len(_pick(rows)[0]), int((rows["group"].eq(SECOND) & rows["score"].notna()).sum())


def size_section(scene: Scene) -> Component:
    """Who does better, or less, than its size makes expected."""
    rows, sides = _read_size(scene), scene.asked.sides
    node = find_composite(scene.asked.noeud, scene.catalogue)
    title = "Ces villes ordinaires qui rayonnent" if node == "rayonnement" and not sides.items else (
        f"Au-delà de leur taille{FIXED}: {lower(name_node(node, scene.catalogue))}"
    )  # fmt: skip
    if rows.empty:
        told = "Trop peu de territoires ont un score pour dire ce qu’une taille laisse attendre."
        return html.Section([html.H2(title), html.P(told)], id="taille", className="gap-section")
    figure = named_figure(
        "gaps-size",
        figure_size(scene),
        label=f"{name_node(node, scene.catalogue)} selon la population, avec la tendance",
        numbers=address("taille", scene.asked),
        class_name="quadrant gap-size",
        caption=["Un point mène à la page du territoire."],
    )
    above, below = _pick(rows)
    margin = [_size_note(rows), take_away("ecarts-taille", scene.asked.query)]
    return section(
        "taille", title, _say_size(scene, rows, above), figure, margin, *_size_lists(scene, node, above, below)
    )


def _size_note(rows: pd.DataFrame) -> Component:
    share = format_number(100 * rows.attrs["r2"])
    return note(
        "Comment lire",
        html.P(
            "Le pointillé est la tendance de toutes les intercommunalités, parabole ajustée au logarithme de la "
            f"population. Elle explique {share}{FIXED}% des différences de score."
        ),
        html.P(
            "En couleur, les territoires du second groupe dont l’écart à la tendance reste positif dans tout son "
            f"intervalle{FIXED}: la tendance est réajustée dans chaque variante de méthode, sur des territoires "
            "retirés au hasard. Un score au-delà de la tendance n’est pas un mérite, ni l’inverse une faute."
        ),
    )


def _say_size(scene: Scene, rows: pd.DataFrame, above: pd.DataFrame) -> list[str]:
    sides = scene.asked.sides
    if not has_scenarios(scene.catalogue, scene.asked.reading):
        why = "L’incertitude des scores n’est simulée que pour la lecture publiée (dernière édition, telle quelle)"
        return [f"{why}{FIXED}: aucun territoire n’est nommé ici comme au-dessus de sa taille."]
    total = int((rows["group"].eq(SECOND) & rows["score"].notna()).sum())
    count = pluralise(len(above), sides.second.singular, sides.second.plural)
    verb = "se tiennent" if len(above) > 1 else "se tient"
    return [f"{count} sur {format_number(total)} {verb} nettement au-dessus de ce que leur taille laisse attendre."]


def _size_lists(scene: Scene, node: str, above: pd.DataFrame, below: pd.DataFrame) -> list[Component]:
    total = count_ranked(scene.build, LEVEL, scene.asked.reading).get(node, 0)
    lists: list[Component] = []
    if len(above):
        lists.append(
            html.Div(
                [
                    html.H3("Nettement au-dessus de leur taille"),
                    _list_towns(above.head(LISTED), total),
                    *_fold_rest(scene, above.iloc[LISTED:]),
                ]
            )
        )
    if len(below):
        side = scene.asked.sides.first
        who = f"Des {side.plural}" if len(below) > 1 else f"Une {side.singular}"
        title = f"{who} dont la taille laisse attendre davantage"
        told = f"Une réserve plutôt qu’un retard{FIXED}: l’indice ne voit pas tous les atouts."
        lists.append(html.Div([html.H3(title), html.P(told, className="small"), _list_towns(below, total)]))
    return [html.Div(lists, className="two-columns gap-lists")] if lists else []


def _fold_rest(scene: Scene, rows: pd.DataFrame) -> list[Component]:
    if rows.empty:
        return []
    told = f"Les {format_number(len(rows) + LISTED)} en tableau"
    return [numbers_table(address("au-dessus", scene.asked), told)]


def _list_towns(rows: pd.DataFrame, total: int) -> Component:
    return html.Ol([_say_town(row, total) for row in list_records(rows)], className="gap-towns")


def _say_town(row: dict[str, Any], total: int) -> Component:
    score, rank = score_words(pd.Series(row), total)
    surplus = f"{say_points(row['surplus'])} d’écart, {say_between(row['surplus_low'], row['surplus_high'])}"
    return html.Li(
        [
            dcc.Link(str(row["label"]), href=f"/territoire/{row['territory_code']}"),
            html.Span(surplus, className="gap-surplus"),
            html.Span(f"score {score}{NARROW}; {rank}", className="small"),
        ]
    )
