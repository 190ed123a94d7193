"""The only module that says in words what a map shows: its lead, its reading note, the territory outlined."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.charted import say_figure, say_share
from dashboard.classes import UNKNOWN
from dashboard.components import note, score_words
from dashboard.intervals import link_interval
from dashboard.map_address import EQUAL, SHADED, Asked
from dashboard.map_legend import name_cell
from dashboard.map_plate import Plate
from dashboard.queries import INDEX_CODES, list_records
from dashboard.reading import AS_PUBLISHED, VARIANTS
from dashboard.site import get_site
from dashboard.standings import count_ranked
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW


def write_lead(plate: Plate) -> str:
    """What is shown, in a sentence."""
    if plate.shown.kind != "both":
        return plate.shown.told
    told = "Où l’on attire, où l’on rayonne, où l’on fait les deux."
    if plate.asked.classes == SHADED:
        return f"{told} Chaque indice va par paliers égaux de son plus bas à son plus haut score."
    if plate.shading.size == 2:
        return f"{told} Chaque indice est partagé à sa médiane{FIXED}; leur croisement donne quatre couleurs."
    return (
        f"{told} Chaque indice est partagé en trois tiers de même effectif{FIXED}; leur croisement donne neuf couleurs."
    )


def describe(plate: Plate) -> str:
    """What a screen reader says of the map."""
    what = "les deux indices croisés" if plate.shown.kind == "both" else plate.shown.label
    return f"{plate.title}{FIXED}: {what}. Les mêmes chiffres sont dans le tableau qui suit."


def write_caption(asked: Asked) -> list[str]:
    """What is written under the map."""
    if asked.departement:
        return ["Un territoire mène à sa page. Contours des communes généralisés."]
    return ["Un territoire mène à sa page. L’outre-mer est rapproché de l’hexagone et n’est pas à l’échelle."]


def say_why(plate: Plate) -> str:
    """Why a territory may have no class."""
    if plate.shown.kind == "figure":
        return "inconnu de la source ou secret."
    if plate.asked.reading.variant == "scale_adjusted":
        return "un des chiffres est nul ou manque."
    return "trop de données manquent."


def tell_chosen(build: Build, plate: Plate) -> list[Component]:
    """The territory outlined: its class, its figures, the way to its page."""
    own = plate.rows[plate.rows["territory_code"].eq(plate.asked.territoire)]
    if own.empty:
        return []
    row, asked = own.iloc[0], plate.asked
    told = _tell_figure(row, plate) if plate.shown.kind == "figure" else _tell_standings(build, row, plate)
    place = plate.shading.places[int(own.index[0])]
    if place != UNKNOWN and plate.shading.kind == "square" and asked.classes == EQUAL:
        told = [html.P(html.Em(_capitalise(name_cell(plate.shading, place)) + ".")), *told]
    without = Asked(asked.niveau, asked.departement, asked.noeud, asked.classes, asked.reading).query
    links: list[Component | str] = [
        dcc.Link("Ouvrir sa page", href=f"/territoire/{asked.chosen}"),
        " · ",
        dcc.Link("Retirer", href=f"/carte?{without}" if without else "/carte"),
    ]
    return [note(str(row["label"]), *told, html.P(links))]


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tell_standings(build: Build, row: pd.Series[Any], plate: Plate) -> list[Component]:
    """Score and rank in words, with their intervals and the share of known data."""
    totals = count_ranked(build, plate.asked.niveau, plate.asked.reading)
    catalogue = get_site().catalogue
    if plate.shown.kind == "both":
        nodes = [(f"{code}_", code, catalogue.find_index(code).label, code) for code in INDEX_CODES]
    else:
        nodes = [("", plate.shown.code, plate.shown.label, plate.shown.index)]
    told: list[Component] = []
    for lead, node, label, hue in nodes:
        ends = ("score", "low", "high", "rank", "rank_low", "rank_high", "tied")
        own = pd.Series({end: row[f"{lead}{end}"] for end in ends})
        score, rank = score_words(own, totals.get(node, 0))
        known = f"{say_share(row[f'{lead}coverage'])} des données connues"
        told.append(html.P([html.Strong(f"{label} {score}", className=hue), html.Br(), f"{rank}, {known}"]))
    return told


def _tell_figure(row: pd.Series[Any], plate: Plate) -> list[Component]:
    figure = say_figure(list_records(row.to_frame().T)[0], plate.decimals)
    return [html.P([f"{plate.shown.label}, {plate.shown.unit}{FIXED}: ", html.Strong(figure)])]


def how_to_read(plate: Plate) -> Component:
    """The reading note: what a class is, what a rank counts, where there is no interval."""
    asked = plate.asked
    among = LEVELS[asked.niveau][1] + (" du département" if asked.departement else "")
    told = [
        "La teinte suit le chiffre lui-même, du plus bas au plus haut."
        if asked.classes == SHADED
        else f"Les classes réunissent chacune à peu près le même nombre de {among}, sauf égalités.",
        "Plus la teinte est forte, plus le chiffre est élevé. Les grandes surfaces attirent l’œil sans peser plus.",
    ]
    if plate.shown.kind == "figure":
        told.append(f"C’est un chiffre brut{FIXED}: ni score, ni rang, ni sens de lecture.")
        return note("Comment lire", *(html.P(text) for text in told))
    if asked.niveau == "commune":
        told.append(
            f"Le rang compte toutes les communes de France{NARROW}; là où le rang ou son intervalle manque, c’est dit."
        )
    if asked.reading.variant != AS_PUBLISHED:
        told.append(VARIANTS[asked.reading.variant][1])
    return note("Comment lire", *(html.P(text) for text in told), html.P(link_interval()))
