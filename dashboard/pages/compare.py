"""Comparer: two to six territories of one level, on every node and every raw figure, and who is ahead how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dash import Input, Output, State, callback, dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.chooser import chooser, follow_controls, lead_to, suggest
from dashboard.chosen import MOST, Chosen, parse_chosen, read_query, write_query
from dashboard.compare_sheet import lay_out_sides
from dashboard.comparisons import PATH, Asked, draw, parse_asked
from dashboard.components import choice, fetched, labelled, note, numbers_table
from dashboard.contrasts import contrast_sections, lead_sentence
from dashboard.downloads import Args, notice_of, register_view, take_away
from dashboard.duel_tables import ahead_section
from dashboard.edge_names import leave_room
from dashboard.exports import Sheet
from dashboard.imprint import Caption
from dashboard.intervals import link_interval
from dashboard.queries import INDEX_CODES, read_stamp
from dashboard.reading import AS_PUBLISHED, VARIANTS, Reading, list_editions, list_variants
from dashboard.sides import list_indicators, read_sides
from dashboard.site import get_build, get_palette, get_site, register_page, title_page
from dashboard.standings import count_ranked, list_levels
from dashboard.theme import GRAPH_CONFIG, Palette
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW, format_number, pluralise, punctuate
from indicators.catalogue import Pillar
from indicators.robustness import PUBLISHED as INTERVAL

VIEW: Final = "comparer"  # what is taken away


register_page(__name__, path=PATH, name="Comparer", order=4, title=title_page("Comparer"))


def layout(**given: str) -> Component:
    """The page as its address says: `?territoires=a,b,c&niveau=…&variante=…&edition=…`."""
    build = get_build()
    asked = parse_asked(build, given)
    complete = lead_to(PATH, asked.chosen, asked.reading.items)
    is_pair = len(asked.chosen.places) > 1
    return html.Div(
        [
            html.H1("Comparer des territoires, chiffre par chiffre"),
            html.P(_lead(build, asked), className="lead"),
            _context(build, asked),
            *chooser("compare-add", asked.chosen, asked.keep, complete),
            dcc.Store(id="compare-here", data=asked.href),
            *(_sheet(build, asked) if is_pair else [suggest(build, asked.chosen, asked.keep)]),
        ],
        className="page compare",
    )


def _lead(build: Build, asked: Asked) -> str:
    places = asked.chosen.places
    if len(places) < 2:
        return (
            f"De deux à {format_number(MOST)} territoires d’un même niveau, sur les deux indices, leurs piliers et "
            "chaque chiffre publié, avec ce que l’incertitude permet d’en dire."
        )
    return lead_sentence(read_sides(build, asked.chosen, asked.reading), places, get_site().catalogue)


def _context(build: Build, asked: Asked) -> Component:
    """What is shown, as a sentence; the value of each choice is an address."""
    level = asked.chosen.level
    levels = {one: Asked(Chosen(one), Reading()).href for one in list_levels(build)} | {level: asked.href}
    parts: list[Component] = [
        _choose("compare-level", "Niveau", asked, {href: LEVELS[one][1].capitalize() for one, href in levels.items()})
    ]
    editions = list_editions(build, level)
    if len(editions) > 1:
        offered = {asked.read(edition=None if year == editions[0] else year): str(year) for year in editions}
        parts += [html.Span("· édition"), _choose("compare-edition", "Édition", asked, offered)]
    else:
        parts.append(html.Span(["· édition ", html.Strong(str(read_stamp(build).edition))]))
    known = list_variants(build, level)
    if len(known) > 1:
        offered = {asked.read(variant=one): VARIANTS[one][0] for one in known}
        parts += [html.Span("· mesure"), _choose("compare-variant", "Mesure", asked, offered)]
    if asked.chosen.places:
        parts.append(dcc.Link("Leur évolution", href=f"/evolution?{write_query(asked.chosen.items)}"))
    if asked.reading.variant != AS_PUBLISHED:
        parts.append(html.Span(VARIANTS[asked.reading.variant][1], className="small"))
    return html.Div(parts, className="context")


def _choose(name: str, label: str, asked: Asked, offered: Mapping[str, str]) -> Component:
    options = [{"value": href, "label": words} for href, words in offered.items()]
    return choice(name, label, asked.href, options, width="10.5rem")


def _sheet(build: Build, asked: Asked) -> list[Component]:
    places, catalogue = asked.chosen.places, get_site().catalogue
    sides = read_sides(build, asked.chosen, asked.reading)
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.Div([_figure(build, asked, code) for code in INDEX_CODES], className="compare-figures"),
                        numbers_table(f"/chiffres/comparer?{asked.query}"),
                    ],
                    className="compare-main",
                ),
                html.Div([_how_to_read(), take_away(VIEW, asked.query)], className="margin"),
            ],
            className="plate plate-wide",
        ),
        ahead_section(build, places, asked.reading, catalogue),
        *contrast_sections(sides, places, catalogue),
        _every_figure(asked),
        dcc.Store(id="compare-query", data=asked.query),
    ]


def _figure(build: Build, asked: Asked, index_code: str) -> Component:
    names = ", ".join(place.label for place in asked.chosen.places)
    said = f"{get_site().catalogue.find_index(index_code).label} et ses piliers, scores et intervalles{FIXED}: {names}"
    drawn = draw(build, get_palette(), asked, (index_code,))
    graph = dcc.Graph(id=f"compare-{index_code}", figure=drawn, config=GRAPH_CONFIG, responsive=True)
    height = {"height": f"{drawn.layout.height:.0f}px"}
    return html.Div(graph, role="img", id=f"compare-{index_code}-name", style=height, **labelled(said))


def _how_to_read() -> Component:
    low, high = (format_number(end) for end in get_site().catalogue.score_range)
    return note(
        "Comment lire",
        html.P(
            f"Chaque territoire a sa forme, posée sur son score, de {low} à {high}{NARROW}; le trait va du score le "
            "plus bas à son plus haut dans presque toutes les variantes raisonnables du calcul."
        ),
        html.P("Deux traits qui se recouvrent largement ne départagent pas les deux territoires."),
        html.P(f"Les deux indices ne s’additionnent pas{FIXED}: chacun a sa couleur et son axe."),
        html.P(link_interval()),
    )


def _every_figure(asked: Asked) -> Component:
    catalogue = get_site().catalogue
    groups = []
    for index in catalogue.indices:
        folds = [_fold(pillar, asked) for pillar in catalogue.pillars_of(index.code)]
        groups.append(html.Div([html.H3(index.label, className=index.code), html.Div(folds, className="folds")]))
    return html.Section(
        [
            html.H2("Chiffre par chiffre"),
            html.P(
                "Les chiffres publiés, avec leur unité, leur année et leur source. L’axe sous chaque nom situe les "
                "scores de 1 à 100. Un chiffre seul n’a pas d’intervalle.",
                className="small",
            ),
            *groups,
        ],
        className="sheet-section",
        id="chiffres",
    )


def _fold(pillar: Pillar, asked: Asked) -> Component:
    count = len(list_indicators(get_site().catalogue, asked.chosen.level, pillar.code))
    address = f"/chiffres/comparer/{pillar.code}?{asked.query}"
    words = [html.Strong(pillar.label), html.Span(f" {pluralise(count, 'chiffre')}", className="quiet")]
    question = html.P(punctuate(pillar.question), className="small")
    return html.Details([html.Summary(words), question, fetched(address)], className="fold", key=address)


def lay_out_sheet(build: Build, args: Args) -> Sheet:
    """What is on screen, as a file."""
    asked = parse_asked(build, args)
    names = ", ".join(place.label for place in asked.chosen.places) or "aucun territoire choisi"
    sides = read_sides(build, asked.chosen, asked.reading)
    totals = count_ranked(build, asked.chosen.level, asked.reading)
    notice = notice_of(build, {**args, "niveau": asked.chosen.level}, f"comparaison de {names}")
    return lay_out_sides(sides, asked.chosen, get_site().catalogue, totals=totals, notice=notice)


def draw_asked(build: Build, palette: Palette, args: Args) -> Figure:
    """What is on screen, as one figure."""
    return leave_room(draw(build, palette, parse_asked(build, args), INDEX_CODES))


def caption(build: Build, args: Args) -> Caption:
    """What the image says above its figure."""
    names = ", ".join(place.label for place in parse_chosen(build, args).places)
    inside = format_number(100 * (INTERVAL.high - INTERVAL.low))
    reading = (
        f"La forme est posée sur le score{NARROW}; le trait contient les scores de {inside}{FIXED}% des "
        f"{format_number(INTERVAL.replicates)} calculs refaits avec d’autres choix de méthode."
    )
    return Caption(f"Comparer {names}", reading)


register_view(VIEW, title="Comparer", sheet=lay_out_sheet, figure=draw_asked, caption=caption)


@callback(
    *[Output(f"compare-{code}", "figure") for code in INDEX_CODES],
    Input("scheme", "data"),
    State("compare-query", "data"),
    prevent_initial_call=True,
)
def redraw(scheme: str, query: str) -> tuple[Figure, ...]:
    """Another scheme."""
    build = get_build()
    asked = parse_asked(build, read_query(query))
    return tuple(draw(build, get_palette(scheme), asked, (code,)) for code in INDEX_CODES)


follow_controls("compare-here", "compare-level", "compare-edition", "compare-variant")
