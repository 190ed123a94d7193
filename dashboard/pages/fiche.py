"""Fiche: what a council needs of one territory, on one printed page, two at most; sources at the foot."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.brief import Brief, RawFigure, read_brief
from dashboard.components import labelled
from dashboard.print_position import caption_spot, describe_spot
from dashboard.routing import find_territory
from dashboard.sentences import Line
from dashboard.site import get_build, get_site, register_page, title_page
from dashboard.unknown import say_unknown
from dashboard.word_document import READING, say_source, say_stamp
from dashboard.words import FIXED, format_score, punctuate


def title(code: str | None = None) -> str:
    """The territory's name in the browser's tab, which browsers print and save under."""
    place = find_territory(get_build(), code)
    return title_page(f"Fiche {place.label}" if place else "Page introuvable")


register_page(__name__, path_template="/territoire/<code>/fiche", name="Fiche", title=title)


def layout(code: str | None = None, **_: str) -> Component:
    """The fiche of the territory that the address names."""
    build = get_build()
    place = find_territory(build, code)
    if place is None:
        return say_unknown(f"Aucun territoire ne porte le code «{FIXED}{code}{FIXED}».")
    brief = read_brief(build, get_site().catalogue, place)
    return html.Div([_take(str(code)), _sheet(brief, str(code))], className="page fiche")


def _take(code: str) -> Component:
    """What is done with the fiche; not printed."""
    return html.P(
        [
            dcc.Link("Page du territoire", href=f"/territoire/{code}"),
            html.Button("Imprimer", id="fiche-print", type="button", className="reset"),
            html.A("Document Word", href=f"/territoire/{code}/fiche.docx", id="fiche-docx", download=""),
            html.A("Diapositives", href=f"/territoire/{code}/fiche.pptx", id="fiche-pptx", download=""),
        ],
        className="fiche-take",
    )


def _sheet(brief: Brief, code: str) -> Component:
    facts = " · ".join(f"{term}{FIXED}:{FIXED}{told}" for term, told in brief.facts)
    return html.Article(
        [
            html.Header(
                [
                    html.P(f"Attractivité et rayonnement, édition {brief.edition}", className="overline"),
                    html.H1(brief.place.label),
                    html.P(facts, className="small"),
                ]
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(brief.position, className="fiche-lead"),
                            *[html.P(told) for told in brief.told],
                            html.P(brief.peers, className="small"),
                        ]
                    ),
                    *_show_position(brief, code),
                ],
                className="fiche-position",
            ),
            _tell_pillars(brief),
            html.Div(
                [_list_sentences("Atouts", brief.strengths), _list_sentences("Points faibles", brief.weaknesses)],
                className="fiche-columns",
            ),
            html.P(brief.ties, className="fiche-ties"),
            _tell_figures(brief),
            html.Footer(
                [
                    html.P(punctuate(READING)),
                    html.Ol([html.Li(say_source(source)) for source in brief.sources]),
                    html.P(say_stamp(brief)),
                ],
                className="fiche-foot",
            ),
        ],
        className="fiche-sheet",
    )


def _show_position(brief: Brief, code: str) -> list[Component]:
    if brief.spot is None:
        return []
    address = f"/territoire/{code}/position.svg"
    return [
        html.Figure([html.Img(src=address, alt=describe_spot(brief.spot)), html.Figcaption(caption_spot(brief.spot))])
    ]


def _tell_pillars(brief: Brief) -> Component:
    """Each pillar on one scale, beside the comparable territories; drawn by the style sheet, sharp at any size."""
    rows = [
        html.Tr(
            [
                html.Th(line.label, scope="row"),
                html.Td(_draw(line), className="fiche-drawn"),
                html.Td(format_score(line.score, line.low, line.high)),
                html.Td(format_score(line.peer_median)),
            ],
            className=line.index,
        )
        for line in brief.pillars
    ]
    head = html.Tr([html.Th(name, scope="col") for name in ("Pilier", "1 à 100", "Score", "Comparables")])
    caption = "Les piliers. Point : le score et son intervalle ; barre grise : moitié centrale des comparables."
    return html.Table([html.Caption(punctuate(caption)), html.Thead(head), html.Tbody(rows)], className="fiche-pillars")


def _draw(line: Line) -> Component:
    if not line.has_score:
        return html.Span("n.d.")
    parts = [("half", line.peer_q1, line.peer_q3), ("median", line.peer_median, line.peer_median)]
    parts += [("interval", line.low, line.high), ("score", line.score, line.score)]
    return html.Span(
        [
            html.Span(className=f"fiche-{name}", style={"left": f"{low:.1f}%", "width": f"{max(0.0, high - low):.1f}%"})
            for name, low, high in parts
            if low == low and high == high  # noqa: PLR0124 - NaN
        ],
        className="fiche-scale",
        role="img",
        **labelled(f"{line.label} {format_score(line.score, line.low, line.high)}"),
    )


def _list_sentences(name: str, lines: tuple[str, ...]) -> Component:
    return html.Section([html.H2(name), html.Ul([html.Li(line) for line in lines])])


def _tell_figures(brief: Brief) -> Component:
    """Every raw figure, in two columns on paper."""
    rows = [_tell_figure(one) for one in brief.figures]
    return html.Section([html.H2("Les chiffres"), html.Dl(rows, className="fiche-figures")], className="fiche-overleaf")


def _tell_figure(one: RawFigure) -> Component:
    years = f" ({one.years})" if one.years else ""
    status = f", {one.status}" if one.status else ""
    cited = "".join(f"[{number}]" for number in one.sources)
    return html.Div(
        [html.Dt(one.label), html.Dd([f"{one.value}{status}{years} ", html.Sup(cited)])], className=one.index
    )
