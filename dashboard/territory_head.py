"""The top of a territory's page: who it is, what is shown of it, its two scores, how to read them, what follows."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import UNHEARD, choice, keeps, labelled, note, score_words, spread
from dashboard.intervals import link_interval
from dashboard.pillar_plate import MOST_POINTS
from dashboard.positions import Medians, compute_medians
from dashboard.queries import INDEX_CODES, Place, count_members, find_row, read_epci_of, read_stamp
from dashboard.rankings import address_of
from dashboard.reading import VARIANTS, Reading, list_editions, list_variants
from dashboard.standings import count_ranked, read_positions
from dashboard.warehouse import Build, per_build
from dashboard.words import (
    ABSENT,
    FIXED,
    LEVELS,
    NARROW,
    TYPOLOGIES,
    format_measure,
    format_number,
    name_nature,
    pluralise,
    punctuate,
)
from indicators.catalogue import Catalogue, Index

SECTIONS: Final = {  # by id, their names in the summary
    "scores": "Scores",
    "piliers": "Piliers",
    "atouts": "Atouts",
    "contributions": "Contributions",
    "leviers": "Leviers",
    "voisins": "Profils voisins",
    "liens": "Liens",
    "evolution": "Évolution",
    "chiffres": "Chiffres",
    "membres": "Intercommunalités",
}
NO_INTERVAL: Final = punctuate("Sans intervalle : il n’est pas calculé pour cette lecture.")


def identity(build: Build, place: Place, peers: str) -> Component:
    """Nature, name, where to keep it, and the facts that tell which territory this is."""
    where = " · ".join(part for part in (place.departement_label, place.region_label) if part not in ("", place.label))
    members = count_members(build, place.territory_code, place.level) if place.level != "commune" else 0
    facts: list[tuple[str, Any]] = [
        ("Habitants", format_number(place.population)),
        ("Communes", format_number(members) if members else ""),
        ("Où", where),
        ("Intercommunalité", _link_epci(build, place)),
        ("Comparaison", peers),
        ("Caractère", TYPOLOGIES.get(place.typology, "") if place.level in ("epci", "commune") else ""),
        ("Siren" if place.level == "epci" else "Code", place.territory_code),
        ("Et les autres", _link_others(place)),
        ("Sur papier", _link_fiche(place)),
    ]
    nature = name_nature(place.nature) if place.level == "epci" else LEVELS[place.level][0]
    return html.Header(
        [
            html.P(nature, className="overline"),
            html.H1(place.label),
            keeps(address_of({"level": place.level, "territory_code": place.territory_code}), place.label),
            html.Dl([html.Div([html.Dt(term), html.Dd(told)]) for term, told in facts if told], className="facts"),
        ],
        className="identity",
    )


def _link_fiche(place: Place) -> Component:
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    return dcc.Link("Fiche, Word, diapositives", href=f"/territoire/{code}/fiche")


def _link_epci(build: Build, place: Place) -> Component | str:
    if place.level != "commune":
        return ""
    epci = read_epci_of(build, place.territory_code)
    if epci is None:
        return "aucune intercommunalité à fiscalité propre"
    return dcc.Link(epci.label, href=f"/territoire/{epci.territory_code}")


def _link_others(place: Place) -> Component:
    query = f"territoires={address_of({'level': place.level, 'territory_code': place.territory_code})}"
    comparison = dcc.Link("comparer", href=f"/comparer?{query}")
    return html.Span([comparison, ", ", dcc.Link("suivre dans le temps", href=f"/evolution?{query}")])


@per_build
def _read_medians(build: Build, level: str, reading: Reading) -> Medians:
    return compute_medians(read_positions(build, level, reading))


def interpret(build: Build, place: Place, reading: Reading, profile: pd.DataFrame) -> list[Component | str]:
    """One sentence: which quarter, and where to see it."""
    rows = {code: find_row(profile, code) for code in INDEX_CODES}
    scores = {code: float("nan") if row is None else float(row["score"]) for code, row in rows.items()}
    code = address_of({"level": place.level, "territory_code": place.territory_code})
    level = "" if place.level in ("epci", "commune") else f"&niveau={place.level}"
    see: list[Component | str] = [" ", dcc.Link("Voir sa position", href=f"/?territoires={code}{level}"), "."]
    missing = [name for index, name in _NAMES.items() if pd.isna(scores[index])]
    if missing:
        return [f"Trop de données manquent pour donner un score en {' et en '.join(missing)}."]
    quarter = _read_medians(build, place.level, reading).name_quarter(*scores.values())
    among = "nationales" if place.level == "epci" else f"des {LEVELS[place.level][1]}"
    return [f"Au regard des médianes {among}, le territoire est «{FIXED}", html.Em(quarter), f"{FIXED}».", *see]


_NAMES: Final = dict(zip(INDEX_CODES, ("attractivité", "rayonnement"), strict=True))


def context(build: Build, place: Place, reading: Reading, peers: str) -> list[Component]:
    """What is shown, as a sentence; edition and variant are changed in place where the level has several."""
    editions, variants = list_editions(build, place.level), list_variants(build, place.level)
    edition = str(reading.edition or find_newest(build, place.level))
    offers = {
        "edition": ("Édition", edition, {str(one): str(one) for one in editions}, "5rem"),
        "variante": ("Lecture", reading.variant, {one: VARIANTS[one][0] for one in variants}, "9rem"),
    }
    compared = f"comparé{'e' if place.level in ('commune', 'epci', 'region') else ''} aux"
    several = any(len(labels) > 1 for _, _, labels, _ in offers.values())
    parts = [
        html.Span(f"{LEVELS[place.level][0]} · édition"),
        *_choose("edition", *offers["edition"]),
        html.Span("· lecture"),
        *_choose("variante", *offers["variante"]),
        html.Span([f"· {compared} ", html.Strong(peers)]),
    ]
    answer = VARIANTS[reading.variant][1]
    return [
        html.Div(parts, className="context" if several else "context-told"),
        *([html.P(answer, className="small")] if several else []),
    ]


def find_newest(build: Build, level: str) -> str:
    """The edition shown unless another is asked for."""
    editions = list_editions(build, level)
    return str(editions[0] if editions else read_stamp(build).edition)


def _choose(name: str, label: str, value: str, labels: dict[str, str], width: str) -> list[Component]:
    """A choice; the only answer in words, its field out of sight, where there is one."""
    options = [{"value": each, "label": words} for each, words in labels.items()]
    select = choice(f"territory-{name}", label, value, options, width=width)
    if len(labels) > 1:
        return [select]
    return [html.Strong(labels.get(value, value)), html.Div(select, className="filter-void")]


def summary(found: list[str]) -> Component:
    """The parts of the page, as discreet links.

    Args:
        found: Ids of the sections that this territory has.
    """
    links = [html.Li(html.A(name, href=f"#{code}")) for code, name in SECTIONS.items() if code in found]
    return html.Nav(html.Ul(links), className="summary", **labelled("Dans cette page"))


def plate(build: Build, place: Place, index: Index, profile: pd.DataFrame, reading: Reading) -> Component:
    """One of the two scores: its figure, its interval, its rank."""
    total = count_ranked(build, place.level, reading).get(index.code, 0)
    name = html.H2(index.label, className=index.code)
    row = find_row(profile, index.code)
    if row is None or pd.isna(row["score"]):
        told = html.P(f"Pas de score{FIXED}: trop de données manquent.")
        absent = html.P(ABSENT, className="score-figure")
        return html.Div([name, absent, told], className=f"score-plate plate-{index.code}")
    score, rank = score_words(row, total)
    figure, _, interval = score.partition(", ")
    covered = format_measure(100 * row["coverage"], "%")
    has_interval = pd.notna(row["rank_low"])
    return html.Div(
        [
            name,
            html.P(
                [html.Span(figure, className=f"score-figure {index.code}"), html.Span(" sur 100", className="score-of"),
                 html.Span(f", {interval}" if interval else "", className="score-of")]
            ),
            html.P([rank, html.Br(), link_interval()] if has_interval else rank, className="score-rank"),
            *([] if has_interval else [html.P(NO_INTERVAL, className="small")]),
            spread(row, index.code),
            html.P([punctuate(index.question), html.Br(), f"{covered} du poids est renseigné."], className="small"),
        ],
        className=f"score-plate plate-{index.code}",
    )  # fmt: skip


def how_to_read(profile: pd.DataFrame, peers: str, catalogue: Catalogue) -> Component:
    """The reading note: what each mark of the page stands for."""
    count = int(profile["peer_count"].max()) if len(profile) and profile["peer_count"].notna().any() else 0
    low, high = (format_number(end) for end in catalogue.score_range)
    keys = [
        ({"--score": "50%"}, "ce territoire"),
        ({"--low": "10%", "--high": "90%", "--score": "50%"}, "et son intervalle"),
        ({"--median": "50%"}, "médiane de ses comparables"),
        ({"--half": "10%", "--half-end": "90%"}, "leur moitié centrale"),
    ]
    return note(
        "Comment lire",
        html.P(
            f"Un score va de {low} à {high}. «{FIXED}57, entre 46 et 61{FIXED}»{FIXED}: presque toutes les variantes "
            f"raisonnables du calcul tombent entre ces bornes{NARROW}; un rang ne se cite pas sans les siennes."
        ),
        html.Ul([html.Li([_draw_key(style), said]) for style, said in keys], className="keys"),
        html.P(
            f"Comparables{FIXED}: {pluralise(count, 'territoire', 'territoires')} avec un score parmi les {peers}. Un "
            "point gris en est un."
            if count <= MOST_POINTS
            else f"Comparables{FIXED}: {format_number(count)} {peers}. L’aplat gris est d’autant plus haut qu’ils sont "
            "nombreux à ce score.",
            className="small",
        ),
    )


def _draw_key(style: dict[str, str]) -> Component:
    return html.Span(className="spread spread-key", style=style, **UNHEARD)
