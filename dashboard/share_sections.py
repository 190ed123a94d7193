"""The sections of « Écarts » on the years and on amounts: is it closing, who holds what, since when."""

from __future__ import annotations

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component
from plotly.graph_objects import Figure

from dashboard.amounts import list_series, share_latest, share_over_years
from dashboard.components import choice, labelled, link_source, named_figure, note, numbers_table
from dashboard.downloads import take_away
from dashboard.gap_figures import draw_shares
from dashboard.gap_lines import draw_lines, draw_past
from dashboard.gap_scene import Scene, address, keep_figure, rows_figure, section
from dashboard.gap_tables import choose_series
from dashboard.gap_words import (
    lower,
    say_carried,
    say_history,
    say_past,
    say_shared_interval,
    say_theil,
)
from dashboard.gaps import (
    LEVEL,
)
from dashboard.groups import FIRST, OTHERS, SECOND
from dashboard.past_gaps import list_carried, read_past
from dashboard.queries import find_row, read_source
from dashboard.standings import read_places
from dashboard.theme import GRAPH_CONFIG
from dashboard.words import FIXED, NARROW, format_measure, format_number


@keep_figure
def figure_past(scene: Scene) -> Figure:
    """The gap on the retrospective indices."""
    return draw_past(read_past(scene.build, scene.catalogue, scene.asked.sides).table, _name_past(scene), scene.palette)


def _name_past(scene: Scene) -> dict[str, str]:
    """Names short enough for the end of a curve: those of the indices they look back on."""
    retro, labels = scene.catalogue.retrospective, {i.code: i.label for i in scene.catalogue.indices}
    return (
        {i.code: labels.get(i.code.removeprefix("retro_"), i.label) for i in retro.catalogue.indices} if retro else {}
    )


def past_section(scene: Scene) -> Component:
    """Is it closing? The retrospective index."""
    past, retro = read_past(scene.build, scene.catalogue, scene.asked.sides), scene.catalogue.retrospective
    title = "L’écart se resserre-t-il ?".replace(" ?", f"{NARROW}?")
    if retro is None or past.table.empty:
        return html.Section(
            [html.H2(title), html.P("Aucun indice rétrospectif ne couvre ces deux groupes.")], id="annees"
        )
    figure = named_figure(
        "gaps-past",
        figure_past(scene),
        label="Écart des médianes sur l’indice rétrospectif, par édition",
        numbers=address("retrospectif", scene.asked),
        class_name="gap-past",
        caption=[f"{retro.label}, écart en points. La bande est l’intervalle dû au tirage des territoires."],
    )
    reading = note(
        "Comment lire",
        html.P(f"{retro.label}{FIXED}: {retro.definition}".replace(" ;", f"{NARROW};")),
        html.P(
            "L’intervalle d’une variation compte aussi les choix de méthode, les mêmes aux deux dates.",
            className="small",
        ),
        html.P(say_carried(list_carried(scene.build, scene.catalogue)), className="small"),
    )
    return section(
        "annees",
        title,
        say_past(past, scene.catalogue),
        figure,
        [reading, take_away("ecarts-evolution", scene.asked.query)],
    )


def _read_shares(scene: Scene) -> pd.DataFrame:
    """Series told by listing sources, the most concentrated first; those of the census are in the table only."""
    found, known = share_latest(scene.build, scene.catalogue, scene.asked.sides), list_series(scene.build)
    if found.empty:
        return found
    return found[[not known[code].is_complete for code in found.index]].sort_values(f"share_{FIRST}", ascending=False)


def _share_people(scene: Scene) -> dict[str, float]:
    places = read_places(scene.build, LEVEL)
    people, groups = places["population"], scene.asked.sides.assign(places)
    return {key: float(people[groups == key].sum() / people.sum()) for key in (FIRST, SECOND, OTHERS)}


@keep_figure
def figure_shares(scene: Scene) -> Figure:
    """What both groups hold of each amount."""
    names = {key: scene.asked.sides.name(key) for key in (FIRST, SECOND)}
    return draw_shares(_read_shares(scene), _share_people(scene), names, scene.palette)


def shares_section(scene: Scene) -> Component:
    """What each group holds of the country's amounts."""
    sides, rows, people = scene.asked.sides, _read_shares(scene), _share_people(scene)
    if rows.empty:
        return html.Section([html.H2("Ce que chaque groupe concentre"), html.P("Aucune série ne s’additionne.")])
    first = rows.iloc[0]
    told = (
        f"Les {sides.first.plural} réunissent {format_number(100 * people[FIRST])}{FIXED}% des habitants, les "
        f"{sides.second.plural} {format_number(100 * people[SECOND])}{FIXED}%. Aux premières reviennent "
        f"{format_number(100 * first[f'share_{FIRST}'])}{FIXED}% du total pour la série la plus concentrée, "
        f"«{FIXED}{lower(str(first['label']))}{FIXED}»."
    )
    figure = rows_figure(
        "gaps-shares",
        figure_shares(scene),
        label=f"Part du total national des {sides.first.plural} et des {sides.second.plural}, par série",
        numbers=address("parts", scene.asked),
        caption="Un point ouvre la série au fil des ans, plus bas. Dernière année connue de chacune.",
    )
    reading = note(
        "Comment lire",
        html.Ul([html.Li([html.Span(className="key key-metro"), sides.first.plural]),
                 html.Li([html.Span(className="key key-ring"), sides.second.plural])], className="keys"),
        html.P("La ligne verticale d’un groupe est sa part des habitants. À droite, il a plus que cette part."),
        html.P("Chiffres qui s’additionnent seulement, jamais des scores ni des taux. Le total est celui des "
               "intercommunalités renseignées.", className="small"),
    )  # fmt: skip
    return section(
        "parts",
        "Ce que chaque groupe concentre",
        [told],
        figure,
        [reading, take_away("ecarts-parts", scene.asked.query)],
    )


def series_section(scene: Scene) -> Component:
    """One amount over the years it really has."""
    code = choose_series(scene.build, scene.asked)
    history = share_over_years(scene.build, scene.catalogue, scene.asked.sides, code) if code else None
    if history is None:
        return html.P(
            "Aucune intercommunalité n’est renseignée toutes les années de cette série.", className="gap-told"
        )
    latest = share_latest(scene.build, scene.catalogue, scene.asked.sides)
    row, sides = find_row(latest, code), scene.asked.sides
    told = [*say_history(history, sides), say_theil(row, sides) if row is not None else ""]
    source = history.series.source_code
    figures: list[Component] = [html.P("Une seule année est publiée.", className="small")]
    if len(history.table) > 1:
        figures = [
            _line_figure("gaps-series", figure_series(scene), "Part du total national"),
            _line_figure("gaps-inequality", figure_inequality(scene), "Inégalité par habitant"),
        ]
    total = format_measure(float(history.table["total"].iloc[-1]), history.series.unit)
    return html.Div(
        [
            html.H3(f"{history.series.label}, {history.series.years[0]} à {history.series.years[-1]}"
                    if len(history.table) > 1 else f"{history.series.label}, {history.series.years[-1]}"),
            *[html.P(sentence, className="gap-told") for sentence in told if sentence],
            html.Div(figures, className="two-columns"),
            html.P([f"Total suivi{FIXED}: {total} en {history.series.years[-1]}. Source{FIXED}: ",
                    link_source(source, _name_source(scene, source)), f". {say_shared_interval()}"], className="small"),
            numbers_table(address("serie", scene.asked)),
            numbers_table(address("variations", scene.asked), f"Toutes les séries{FIXED}: le sens de l’écart"),
            take_away("ecarts-serie", scene.asked.query),
        ]
    )  # fmt: skip


def _name_source(scene: Scene, code: str) -> str:
    card = read_source(scene.build, code)
    return str(card["title"]) if card else code


def _line_figure(graph_id: str, figure: Figure, label: str) -> Component:
    graph = dcc.Graph(id=graph_id, figure=figure, config=GRAPH_CONFIG, responsive=True)
    return html.Figure([html.H4(label), html.Div(graph, role="img", className="gap-lines", **labelled(label))])


@keep_figure
def figure_series(scene: Scene) -> Figure:
    """Shares of both groups over the years."""
    history = share_over_years(scene.build, scene.catalogue, scene.asked.sides, choose_series(scene.build, scene.asked))
    if history is None:
        return draw_lines([], [], scene.palette, suffix="", digits=0)
    names = {FIRST: "solid", SECOND: "dash", OTHERS: "dot"}
    lines = [(scene.asked.sides.name(key), list(100 * history.table[f"share_{key}"]), dash)
             for key, dash in names.items() if f"share_{key}" in history.table]  # fmt: skip
    return draw_lines(history.table["year"].tolist(), lines, scene.palette, suffix=f"{FIXED}%", digits=0)


@keep_figure
def figure_inequality(scene: Scene) -> Figure:
    """Gini and the two parts of Theil over the years."""
    history = share_over_years(scene.build, scene.catalogue, scene.asked.sides, choose_series(scene.build, scene.asked))
    if history is None:
        return draw_lines([], [], scene.palette, suffix="", digits=2)
    table = history.table
    lines = [("Gini", list(table["gini"]), "solid"), ("Theil, entre", list(table["theil_between"]), "dash"),
             ("Theil, dans", list(table["theil_within"]), "dot")]  # fmt: skip
    return draw_lines(table["year"].tolist(), lines, scene.palette, suffix="", digits=2)


def series_choice(scene: Scene) -> Component:
    """Which amount is looked at over the years."""
    known = list_series(scene.build).values()
    options = [{"value": one.code, "label": f"{one.label} ({_say_years(one.years)})"} for one in known]
    value = choose_series(scene.build, scene.asked)
    return html.Div(
        [html.Span("Au fil des ans"), choice("gaps-serie", "Série", value, options, width="26rem", searchable=True)],
        className="context gap-context",
    )


def _say_years(years: tuple[int, ...]) -> str:
    return f"{years[0]} à {years[-1]}" if len(years) > 1 else str(years[0])
