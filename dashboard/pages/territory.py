"""Territoire: identity, the two scores, how it differs, whom it is like, its ties, every figure back to its source."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.comparison import advantages, levers, similar
from dashboard.components import keeps, numbers_table, score_words, spread
from dashboard.evidence import list_indicators
from dashboard.intervals import link_interval
from dashboard.past import past_section
from dashboard.positions import Peers, compute_medians, find_peers
from dashboard.queries import (
    Place,
    count_members,
    find_row,
    read_epci_of,
    read_members_of,
    read_profile,
    read_stamp,
)
from dashboard.rankings import address_of
from dashboard.routing import find_territory
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.standings import count_ranked, read_standing
from dashboard.tie_list import ties_section
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
    return _sheet(build, place, get_site().catalogue)


def _sheet(build: Build, place: Place, catalogue: Catalogue) -> Component:
    group = find_peers(build, place)
    profile = read_profile(build, place.level, place.territory_code, group.members)
    known = [i for i in catalogue.indices if i.code in count_ranked(build, place.level)]
    scored = [
        html.Div([_plate(build, place, i, profile) for i in catalogue.indices], className="scores"),
        html.P(_say_peers(group, profile), className="legend-line"),
        *advantages(build, place, profile, catalogue, group.label),
        *similar(build, place, catalogue),
        *levers(build, place, profile, catalogue),
    ]
    return html.Div(
        [
            _identity(build, place, group),
            html.P(_interpret(build, place, catalogue), className="lead"),
            *(scored if known else []),
            ties_section(build, place),
            *past_section(build, place),
            *[_index_section(build, place, index, profile, catalogue) for index in known],
            *_lead_around(build, place),
        ],
        className="page sheet",
    )


def _identity(build: Build, place: Place, group: Peers) -> Component:
    where = " · ".join(part for part in (place.departement_label, place.region_label) if part not in ("", place.label))
    members = count_members(build, place.territory_code, place.level) if place.level != "commune" else 0
    facts: list[tuple[str, Any]] = [
        ("Habitants", format_number(place.population)),
        ("Communes", format_number(members) if members else ""),
        ("Où", where),
        ("Intercommunalité", _link_epci(build, place)),
        ("Comparaison", group.label),
        ("Caractère", TYPOLOGIES.get(place.typology, "") if place.level in ("epci", "commune") else ""),
        ("Siren" if place.level == "epci" else "Code", place.territory_code),
    ]
    nature = name_nature(place.nature) if place.level == "epci" else LEVELS[place.level][0]
    return html.Header(
        [
            html.P(f"{nature} · édition {read_stamp(build).edition}", className="overline"),
            html.H1(place.label),
            keeps(address_of({"level": place.level, "territory_code": place.territory_code}), place.label),
            html.Dl([html.Div([html.Dt(term), html.Dd(told)]) for term, told in facts if told], className="facts"),
        ],
        className="identity",
    )


def _link_epci(build: Build, place: Place) -> Component | str:
    if place.level != "commune":
        return ""
    epci = read_epci_of(build, place.territory_code)
    return _link(epci.territory_code, epci.label) if epci else "aucune intercommunalité à fiscalité propre"


def _interpret(build: Build, place: Place, catalogue: Catalogue) -> list[Component | str]:
    """One sentence: which quarter, and how to see it."""
    scores = [read_standing(build, place.level, index.code)["score"] for index in catalogue.indices]
    both = scores[0].to_frame("attractivite_score").join(scores[1].rename("rayonnement_score"), how="outer")
    row = find_row(both, place.territory_code)
    see: list[Component | str] = []
    if place.level == "epci":
        see = [" ", dcc.Link("Voir sa position", href=f"/?territoire={place.territory_code}"), "."]
    if row is None or row.isna().any():
        missing = [i.label.lower() for i in catalogue.indices if row is None or pd.isna(row[f"{i.code}_score"])]
        return [f"Trop de données manquent pour donner un score en {' et en '.join(missing)}.", *see]
    quarter = compute_medians(both).name_quarter(row["attractivite_score"], row["rayonnement_score"])
    among = "nationales" if place.level == "epci" else f"des {LEVELS[place.level][1]}"
    return [f"Au regard des médianes {among}, le territoire est «{FIXED}", html.Em(quarter), f"{FIXED}».", *see]


def _plate(build: Build, place: Place, index: Index, profile: pd.DataFrame) -> Component:
    """One of the two scores: its figure, its interval, its rank."""
    total = count_ranked(build, place.level).get(index.code, 0)
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
            html.P([rank, html.Br(), link_interval()], className="score-rank"),
            spread(row, index.code),
            html.P([punctuate(index.question), html.Br(), f"{covered} du poids est renseigné."], className="small"),
        ],
        className=f"score-plate plate-{index.code}",
    )  # fmt: skip


def _say_peers(group: Peers, profile: pd.DataFrame) -> list[Component | str]:
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


def _lead_around(build: Build, place: Place) -> list[Component]:
    """The intercommunalités of a département or a région."""
    if place.level not in ("departement", "region"):
        return []
    count = len(read_members_of(build, place.level, place.territory_code))
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    told = f"Voir les scores et les rangs de {pluralise(count, 'intercommunalité')}"
    return [
        html.Section(
            [html.H2("Ses intercommunalités"), numbers_table(f"/chiffres/membres/{code}", told)],
            className="sheet-section",
        )
    ]


def _link(code: str, label: str) -> Component:
    return dcc.Link(label, href=f"/territoire/{code}")
