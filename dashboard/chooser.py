"""The territories set side by side, as a reader handles them: a shape each, moved, removed, added, by links only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc, html
from dash.development.base_component import Component

from dashboard.chosen import MOST, SEPARATOR, Chosen, offer_first, write_code, write_query
from dashboard.components import labelled, territory_search
from dashboard.profiles import read_neighbours
from dashboard.queries import Place, read_place
from dashboard.site import get_site
from dashboard.standings import read_places
from dashboard.warehouse import Build
from dashboard.words import FIXED, LEVELS, NARROW, format_number

Link = Callable[[Sequence[Place]], str]
_HIDDEN: dict[str, Any] = {"aria-hidden": "true"}
_PRONOUNS = {"departement": ("un", "peuplés")}


def mark(at: int) -> Component:
    """The shape of a territory, by its order."""
    return html.Span(className=f"mark mark-{at + 1}", **_HIDDEN)


def chooser(search_id: str, chosen: Chosen, link: Link, lead_to: str) -> list[Component]:
    """What was refused, then the territories and the field that adds one.

    Args:
        search_id: Identity of the field.
        chosen: The territories.
        link: Address of the same page with other territories, or in another order.
        lead_to: Address that the code of a territory completes (see `lead_to`).
    """
    items = [_chip(chosen.places, at, link) for at in range(len(chosen.places))]
    if len(chosen.places) < MOST:
        items.append(html.Li(_add(search_id, chosen.level, lead_to), className="side-add"))
    refusals = [html.P(sentence) for sentence in chosen.refused]
    return [
        *([html.Div(refusals, className="refusals", role="status")] if refusals else []),
        html.Ul(items, className="side-list", **labelled("Territoires côte à côte")),
    ]


def lead_to(path: str, chosen: Chosen, more: dict[str, str]) -> str:
    """The address that one more code completes."""
    before = write_query({name: told for name, told in (chosen.items | more).items() if name != "territoires"})
    codes = "".join(f"{code}{SEPARATOR}" for code in chosen.codes)
    return f"{path}?{before}{'&' if before else ''}territoires={codes}"


def _chip(places: Sequence[Place], at: int, link: Link) -> Component:
    place, before, after = places[at], list(places[:at]), list(places[at + 1 :])
    steps = [_step("×", f"Retirer {place.label}", link([*before, *after]))]
    if before:
        steps.insert(0, _step("←", f"Avancer {place.label}", link([*before[:-1], place, before[-1], *after])))
    name = dcc.Link(place.label, href=f"/territoire/{write_code(place)}")
    return html.Li([mark(at), name, html.Span(steps, className="steps")], className="side")


def _step(sign: str, label: str, href: str) -> Component:
    words = [html.Span(sign, **_HIDDEN), html.Span(label, className="unseen")]
    return dcc.Link(words, href=href, title=label, className="step")


def _add(search_id: str, level: str, complete: str) -> Component:
    article = _PRONOUNS.get(level, ("une", ""))[0]
    return territory_search(search_id, f"Ajouter {article} {LEVELS[level][0].lower()}", complete, level=level)


def follow_controls(here: str, *controls: str) -> None:
    """Declare that each control of a page opens the address that its value is.

    Args:
        here: Identity of the store that holds the page's own address.
        controls: Identities of the controls.
    """
    for control in controls:
        clientside_callback(
            ClientsideFunction("compare", "follow"),
            Output("go", "href", allow_duplicate=True),
            Input(control, "value"),
            State(here, "data"),
            prevent_initial_call=True,
        )


def suggest(build: Build, chosen: Chosen, link: Link) -> Component:
    """What to begin with: the neighbours of the first territory, or the most populated of each nature."""
    return _suggest_neighbours(build, chosen.places[0], link) if chosen.places else _suggest_first(build, chosen, link)


def _suggest_first(build: Build, chosen: Chosen, link: Link) -> Component:
    how = _PRONOUNS.get(chosen.level, ("", "peuplées"))[1]
    offered = []
    for name, codes in offer_first(build, chosen.level):
        places = [place for code in codes if (place := read_place(build, chosen.level, code))]
        told = ", ".join(place.label for place in places)
        words = f"Les {format_number(len(places))} {name} les plus {how}"
        offered.append(html.Li([dcc.Link(words, href=link(places)), html.Span(f"{FIXED}: {told}", className="small")]))
    return html.Section([html.H2("Pour commencer"), html.Ul(offered, className="sentences")], className="sheet-section")


def _suggest_neighbours(build: Build, first: Place, link: Link) -> Component:
    found = read_neighbours(build, get_site().catalogue, first.level, first.territory_code)
    codes = read_places(build, first.level)["territory_code"]
    near = [place for one in found if (place := read_place(build, first.level, str(codes.iloc[one.row])))]
    links = [html.Li(dcc.Link(one.label, href=link([first, one]))) for one in near]
    if len(near) > 1:
        links.append(html.Li(dcc.Link("Tous ensemble", href=link([first, *near][:MOST]))))
    told = (
        "Ses profils les plus proches, quels que soient leur nature et leur taille."
        if near
        else "Ajoutez un territoire."
    )
    title = html.H2(f"{first.label}{FIXED}: avec qui{NARROW}?")
    body = [title, html.P(told, className="small"), html.Ul(links, className="sentences")]
    return html.Section(body, className="sheet-section")
