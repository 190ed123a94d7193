"""The only module that tells in words where territories stand on the quadrant, and how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.chosen import write_code
from dashboard.components import Piece, button, labelled, note
from dashboard.intervals import link_interval
from dashboard.plate import Plate
from dashboard.positions import QUARTERS, Medians
from dashboard.queries import INDEX_CODES
from dashboard.reading import AS_PUBLISHED, VARIANTS
from dashboard.situations import write_codes
from dashboard.words import FIXED, LEVELS, format_number, format_rank, format_score, pluralise, punctuate

NAMES = {"attractivite": "Attractivité", "rayonnement": "Rayonnement"}
WITHOUT = "sans les deux scores"
_MEDIANS = {"attractivite": "d’attractivité", "rayonnement": "de rayonnement"}


def name_position(row: pd.Series[Any], medians: Medians) -> str:
    """The position of a territory in a few words; where an interval crosses a line, the positions it hesitates between.

    Args:
        row: `<index>_score`, `<index>_low`, `<index>_high`.
        medians: The lines.
    """
    if medians.name_quarter(row["attractivite_score"], row["rayonnement_score"]) is None:
        return WITHOUT
    sides = find_sides(row, medians)
    crossed = [code for code, side in zip(INDEX_CODES, sides, strict=True) if side is None]
    names = [name for quarter, name in QUARTERS.items() if _agrees(quarter, sides)]
    if len(crossed) == len(INDEX_CODES):
        return "à cheval sur les quatre positions"
    told = " et ".join(f"«{FIXED}{name}{FIXED}»" for name in names)
    return f"à cheval sur {told}" if crossed else names[0]


def say_doubt(row: pd.Series[Any], medians: Medians) -> str:
    """Why a position is not sure, a sentence; empty when it is, or when nothing is known of it."""
    if medians.name_quarter(row["attractivite_score"], row["rayonnement_score"]) is None:
        return ""
    crossed = [code for code, side in zip(INDEX_CODES, find_sides(row, medians), strict=True) if side is None]
    if len(crossed) == len(INDEX_CODES):
        return "Ses deux intervalles franchissent les médianes."
    return "".join(f"Son intervalle {_MEDIANS[code]} franchit la médiane." for code in crossed)


def find_sides(row: pd.Series[Any], medians: Medians) -> tuple[bool | None, ...]:
    """By index, whether a territory is above the line; None where its interval crosses it."""
    return tuple(
        medians.find_side(code, *(row[f"{code}_{end}"] for end in ("score", "low", "high"))) for code in INDEX_CODES
    )


def _agrees(quarter: tuple[bool, bool], sides: tuple[bool | None, ...]) -> bool:
    return all(side is None or side == at for at, side in zip(quarter, sides, strict=True))


def say_title(plate: Plate) -> str:
    """« Où se situe chaque commune »."""
    return f"Où se situe chaque {LEVELS[plate.situation.level][0].lower()}"


def summarise(plate: Plate) -> list[Piece]:
    """The sentence that opens the page: the positions of the chosen territories, else how many are above both lines."""
    rows = plate.find_rows(plate.situation.codes)
    if rows.empty:
        return ["Deux questions, deux indices, jamais fondus en un seul palmarès. ", _say_both(plate)]
    named: dict[str, list[str]] = {}
    for _, row in rows.iterrows():
        named.setdefault(name_position(row, plate.medians), []).append(str(row["label"]))
    told: list[Piece] = []
    for position, labels in named.items():
        told += [html.Strong(_join(labels)), f"{FIXED}: {position}. "]
    return told


def _join(labels: list[str]) -> str:
    return " et ".join([part for part in (", ".join(labels[:-1]), labels[-1]) if part])


def _say_both(plate: Plate) -> str:
    quarters = plate.quarters.dropna()
    both = int((quarters == QUARTERS[True, True]).sum())
    share = format_number(100 * both / max(1, len(quarters)))
    singular, plural = LEVELS[plate.situation.level][0].lower(), LEVELS[plate.situation.level][1]
    told = f"Sur {pluralise(len(quarters), singular, plural)}, {format_number(both)} ({share}{FIXED}%) "
    if "rayonnement" in plate.medians.on_floor:
        return (
            f"{told}dépassent la médiane d’attractivité et sortent du plancher de rayonnement, où se tiennent plus de "
            f"la moitié des {plural}."
        )
    return f"{told}dépassent la médiane des deux à la fois."


def describe(plate: Plate) -> str:
    """What a screen reader says of the figure."""
    plural = LEVELS[plate.situation.level][1]
    chosen = ", ".join(place.label for place in plate.situation.chosen)
    return (
        f"{'Densité' if plate.is_dense else 'Nuage'} de {format_number(len(plate.shown))}{FIXED}{plural}{FIXED}: "
        "attractivité en abscisse, rayonnement en ordonnée, divisé en quatre par les médianes. En évidence"
        f"{FIXED}: {plate.comparables.label}." + (f" Territoires choisis{FIXED}: {chosen}." if chosen else "")
    )


def say_context(plate: Plate, edition: int) -> str:
    """« Intercommunalités · édition 2026 · comparées aux métropoles · telle quelle »."""
    level, variant = plate.situation.level, plate.situation.reading.variant
    compared = "comparés" if level == "departement" else "comparées"
    parts = (
        LEVELS[level][1].capitalize(),
        f"édition{FIXED}{edition}",
        f"{compared} aux {plate.comparables.label}",
        VARIANTS[variant][0],
    )
    return " · ".join(parts)


def tell_chosen(plate: Plate) -> list[Component]:
    """A note by chosen territory, with what removes it; first, why others asked for are not there."""
    refused = [html.P(sentence) for sentence in plate.situation.refused]
    told: list[Component] = [html.Div(refused, className="refusals", role="status")] if refused else []
    rows = plate.find_rows(plate.situation.codes)
    told += [_tell_one(plate, at, row) for at, (_, row) in enumerate(rows.iterrows())]
    if plate.situation.chosen and _has_intervals(plate):
        told.append(html.P(link_interval(), className="small"))
    return told


def _tell_one(plate: Plate, at: int, row: pd.Series[Any]) -> Component:
    places = plate.situation.chosen
    left = {"data-chosen": write_codes([*places[:at], *places[at + 1 :]])}
    remove = button("Retirer", className="remove", **labelled(f"Retirer {row['label']}"), **left)
    address = f"/territoire/{write_code(places[at])}"
    doubt = say_doubt(row, plate.medians)
    return html.Section(
        [
            html.Div([html.H2(str(row["label"]), className="note-title"), remove], className="note-head"),
            html.P([html.Em(name_position(row, plate.medians)), *([". ", doubt] if doubt else [])]),
            *[html.P(_tell_score(plate, row, code)) for code in INDEX_CODES],
            html.P(dcc.Link("Ouvrir sa page", href=address)),
        ],
        className="note",
    )


def _tell_score(plate: Plate, row: pd.Series[Any], code: str) -> list[Piece]:
    """The score, then the rank where its interval is known: a bare rank is quoted alone."""
    score, low, high = (row[f"{code}_{end}"] for end in ("score", "low", "high"))
    told: list[Piece] = [html.Strong(f"{NAMES[code]} {format_score(score, low, high)}", className=code)]
    best, worst = row[f"{code}_rank_low"], row[f"{code}_rank_high"]
    if pd.isna(score):
        return [*told, html.Br(), "trop de données manquent"]
    if pd.isna(best) or pd.isna(worst):
        return [*told, html.Br(), html.Span("rang non donné, faute d’intervalle", className="small")]
    total = int(plate.positions[f"{code}_rank"].notna().sum())
    rank = format_rank(row[f"{code}_rank"], total, low=best, high=worst, tied=int(row[f"{code}_tied"]))
    return [*told, html.Br(), rank]


def _has_intervals(plate: Plate) -> bool:
    return bool(plate.positions["attractivite_rank_low"].notna().any())


def count_quarters(plate: Plate) -> Component:
    """How many territories each position holds, and how many of those that stand out; its name lights its quarter."""
    quarters = plate.quarters.fillna(WITHOUT)
    own = quarters[plate.positions["territory_code"].isin(plate.comparables.members)]
    names = [*QUARTERS.values(), *([WITHOUT] if (quarters == WITHOUT).any() else [])]
    columns = [quarters.value_counts()] if len(own) == len(quarters) else [own.value_counts(), quarters.value_counts()]
    head = ["tous"] if len(columns) == 1 else ["comparables", "tous"]
    lines = [
        html.Tr(
            [
                html.Th(_light(name, at), scope="row"),
                *[html.Td(format_number(int(column.get(name, 0)))) for column in columns],
            ]
        )
        for at, name in enumerate(names)
    ]
    titles = html.Tr([html.Td(), *[html.Th(title, scope="col") for title in head]])
    table = html.Table([html.Thead(titles), html.Tbody(lines)], className="counts")
    hint = html.P("Pointer une position l’éclaire sur la figure.", className="small")
    return note("Quatre positions", table, hint)


def _light(name: str, at: int) -> Piece:
    if name == WITHOUT:
        return name
    return button(name, className="quarter", **{"data-quarter": str(at)})


def tell_comparables(plate: Plate) -> Component:
    """Who stands out, and by what rule; the nearest profiles by name."""
    found = plate.comparables
    body: list[Piece] = [html.P(f"{found.label[:1].upper()}{found.label[1:]} ({format_number(len(found.members))}).")]
    if found.how:
        body.append(html.P(found.how, className="small"))
    if plate.is_dense and not plate.points:
        body.append(html.P("Trop nombreuses pour être des points, elles seules sont comptées par les cases.",
                           className="small"))  # fmt: skip
    return note("En évidence", *body)


def how_to_read(plate: Plate) -> Component:
    """How the figure is read, with its keys."""
    singular, plural = LEVELS[plate.situation.level][0].lower(), LEVELS[plate.situation.level][1]
    article = "un" if plate.situation.level == "departement" else "une"
    first = f"Chaque point est {article} {singular}. Plus il est à droite, plus le territoire est attractif ; "
    if plate.is_dense:
        first = (
            f"Chaque case compte des {plural} : plus elle ressort du fond, plus elles y sont nombreuses. Les points "
            "sont celles mises en évidence. À droite, les plus attractives ; "
        )
    first += "en haut, les plus rayonnantes." if plate.is_dense else "plus il est haut, plus il rayonne."
    lines = "Les pointillés sont les médianes : la moitié des territoires est de chaque côté."
    if "rayonnement" in plate.medians.on_floor:
        lines = (
            "Les pointillés sont les médianes ; celle du rayonnement est le score plancher, où sont plus de la moitié "
            f"des {plural}."
        )
    told = [first, f"{lines} Les traits d’un territoire choisi sont ses intervalles."]
    if plate.axes[1].is_log:
        told.append("L’échelle verticale est logarithmique : autant de place de 1 à 10 que de 10 à 100.")
    if plate.situation.reading.variant != AS_PUBLISHED:
        told.append(VARIANTS[plate.situation.reading.variant][1])
    if not _has_intervals(plate):
        told.append("L’intervalle n’est pas calculé pour cette lecture : les scores sont donnés sans rang.")
    return note("Comment lire", *[html.P(punctuate(text)) for text in told], _keys(plate))


def _keys(plate: Plate) -> Component:
    """What each mark stands for."""
    if plate.situation.level == "epci":
        keys = [("key key-metro", "métropole"), ("key key-cu", "communauté urbaine")]
        keys.append(("key key-ca", "communauté d’agglomération ou de communes"))
    elif plate.is_dense:
        most = format_number(_count_fullest(plate))
        keys = [("key-ramp", f"de 1 à {most}{FIXED}{LEVELS[plate.situation.level][1]} par case")]
    else:
        keys = []
    if plate.situation.chosen:
        keys.append(("key-bars", "territoire choisi, et ses deux intervalles"))
    return html.Ul([html.Li([html.Span(className=mark), told]) for mark, told in keys], className="keys")


def _count_fullest(plate: Plate) -> int:
    return int(plate.density.counts.max(initial=0))
