"""Territoire: identity, the two scores, the pillars, and every figure back to its source."""

from __future__ import annotations

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import score_words, spread
from dashboard.evidence import list_indicators
from dashboard.positions import Group, assign_group, compute_medians
from dashboard.queries import (
    Place,
    count_members,
    count_scored,
    find_row,
    read_epci_of,
    read_members_of,
    read_positions,
    read_profile,
    read_stamp,
)
from dashboard.routing import find_territory
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.unknown import say_unknown
from dashboard.warehouse import Build
from dashboard.words import (
    ABSENT,
    FIXED,
    LEVELS,
    TYPOLOGIES,
    format_measure,
    format_number,
    name_nature,
    pluralise,
    punctuate,
)
from indicators.catalogue import Catalogue, Index


def title(code: str | None = None) -> str:
    """The territory's name in the browser's tab."""
    place = find_territory(get_build(), code)
    return title_page(place.label if place else "Page introuvable")


register_page(__name__, path_template="/territoire/<code>", name="Territoire", title=title)


def layout(code: str | None = None, **_: str) -> Component:
    """The page of the territory that the address names."""
    build = get_build()
    place = find_territory(build, code)
    if place is None:
        return say_unknown(f"Aucun territoire ne porte le code «{FIXED}{code}{FIXED}».")
    if place.level != "epci":
        return _lead_to_epci(build, place)
    return _sheet(build, place, get_site().catalogue)


def _sheet(build: Build, place: Place, catalogue: Catalogue) -> Component:
    positions = read_positions(build)
    group = assign_group(positions, place.territory_code)
    peers = tuple(positions.loc[group.find_members(positions), "territory_code"])
    profile = read_profile(build, place.territory_code, peers)
    return html.Div(
        [
            _identity(build, place, group),
            html.P(_interpret(build, place, catalogue), className="lead"),
            html.Div([_plate(build, i, profile) for i in catalogue.indices], className="scores"),
            html.P(_say_peers(group, profile), className="legend-line"),
            *[_index_section(build, place, index, profile, catalogue) for index in catalogue.indices],
        ],
        className="page sheet",
    )


def _identity(build: Build, place: Place, group: Group) -> Component:
    where = " · ".join(part for part in (place.departement_label, place.region_label) if part)
    facts = [
        ("Habitants", format_number(place.population)),
        ("Communes", format_number(count_members(build, place.territory_code))),
        ("Où", where),
        ("Comparée aux", group.label),
        ("Caractère", TYPOLOGIES.get(place.typology, "")),
        ("Siren", place.territory_code),
    ]
    return html.Header(
        [
            html.P(f"{name_nature(place.nature)} · édition {read_stamp(build).edition}", className="overline"),
            html.H1(place.label),
            html.Dl([html.Div([html.Dt(term), html.Dd(told)]) for term, told in facts if told], className="facts"),
        ],
        className="identity",
    )


def _interpret(build: Build, place: Place, catalogue: Catalogue) -> list[Component | str]:
    """One sentence: which quarter, and how to see it."""
    positions = read_positions(build)
    row = positions[positions["territory_code"].eq(place.territory_code)].iloc[0]
    quarter = compute_medians(positions).name_quarter(row["attractivite_score"], row["rayonnement_score"])
    see = dcc.Link("Voir sa position", href=f"/?territoire={place.territory_code}")
    if quarter is None:
        missing = [i.label.lower() for i in catalogue.indices if pd.isna(row[f"{i.code}_score"])]
        return [f"Trop de données manquent pour donner un score en {' et en '.join(missing)}. ", see, "."]
    return [f"Au regard des médianes nationales, le territoire est «{FIXED}", html.Em(quarter), f"{FIXED}». ", see, "."]


def _plate(build: Build, index: Index, profile: pd.DataFrame) -> Component:
    """One of the two scores: its figure, its interval, its rank."""
    total = count_scored(build).get(index.code, 0)
    name = html.H2(index.label, className=index.code)
    row = find_row(profile, index.code)
    if row is None or pd.isna(row["score"]):
        told = html.P(f"Pas de score{FIXED}: trop de données manquent.")
        absent = html.P(ABSENT, className="score-figure")
        return html.Section([name, absent, told], className=f"score-plate plate-{index.code}")
    score, rank = score_words(row, total)
    figure, _, interval = score.partition(", ")
    covered = format_measure(100 * row["coverage"], "%")
    return html.Section(
        [
            name,
            html.P(
                [html.Span(figure, className=f"score-figure {index.code}"), html.Span(" sur 100", className="score-of"),
                 html.Span(f", {interval}" if interval else "", className="score-of")]
            ),
            html.P(rank, className="score-rank"),
            spread(row, index.code),
            html.P([punctuate(index.question), html.Br(), f"{covered} du poids est renseigné."], className="small"),
        ],
        className=f"score-plate plate-{index.code}",
    )  # fmt: skip


def _say_peers(group: Group, profile: pd.DataFrame) -> list[Component | str]:
    count = int(profile["peer_count"].max()) if len(profile) and profile["peer_count"].notna().any() else 0
    told = f"{pluralise(count, 'territoire')}, {group.label}"
    return [
        html.Span([html.Span(className="spread-score")], className="spread spread-key ink"),
        "ce territoire",
        html.Span([html.Span(className="spread-median", style={"left": "50%"})], className="spread spread-key"),
        "médiane",
        html.Span(
            [html.Span(className="spread-half", style={"left": "5%", "width": "90%"})], className="spread spread-key"
        ),
        f"moitié centrale des territoires comparables{FIXED}: {told}.",
    ]


def _index_section(build: Build, place: Place, index: Index, profile: pd.DataFrame, catalogue: Catalogue) -> Component:
    return html.Section(
        [
            html.H2(
                [index.label, html.Span(f"{FIXED}: du score aux chiffres", className="quiet")], className=index.code
            ),
            *[list_indicators(build, place, pillar, profile, catalogue) for pillar in catalogue.pillars_of(index.code)],
        ],
        className="index-section",
    )


def _lead_to_epci(build: Build, place: Place) -> Component:
    """A commune, a département or a région: not scored at this level, and where to read on."""
    links: list[Component] = []
    if place.level == "commune":
        epci = read_epci_of(build, place.territory_code)
        if epci is None:
            told = "Cette commune n’appartient à aucune intercommunalité à fiscalité propre."
        else:
            told = "Les scores sont calculés pour les intercommunalités. Celle de cette commune" + f"{FIXED}:"
            links = [_link(epci.territory_code, epci.label)]
    else:
        told = f"Les scores sont calculés pour les intercommunalités. Celles de ce territoire{FIXED}:"
        links = [_link(code, label) for code, label in read_members_of(build, place.level, place.territory_code)]
    return html.Div(
        [
            html.P(LEVELS[place.level][0], className="overline"),
            html.H1(place.label),
            html.P(told, className="lead"),
            html.Ul([html.Li(link) for link in links], className="columns"),
        ],
        className="page",
    )


def _link(code: str, label: str) -> Component:
    return dcc.Link(label, href=f"/territoire/{code}")
