"""The only module that draws « Et si… » and lays it out to be taken away: its figure, its rows, its caption."""

from __future__ import annotations

from typing import Final

from plotly.graph_objects import Figure

from dashboard.downloads import Args, notice_of, register_view
from dashboard.exports import Sheet
from dashboard.figures import quadrant
from dashboard.imprint import Caption
from dashboard.rescoring import rescore, say_choices, sort_changed
from dashboard.sheets import lay_out_standings
from dashboard.site import get_site
from dashboard.theme import Palette
from dashboard.warehouse import Build
from dashboard.what_if_address import Asked, parse_asked
from dashboard.words import FIXED, LEVELS, NARROW

VIEW: Final = "et-si"
PERSONAL: Final = "pondération personnelle"


def draw(build: Build, palette: Palette, asked: Asked) -> Figure:
    """The quadrant under the reader's choices."""
    rows = rescore(build, get_site().catalogue, asked.niveau, asked.choices)
    everyone = asked.niveau != "epci"
    peers = rows["territory_code"] if everyone else rows.loc[asked.group.find_members(rows), "territory_code"]
    return quadrant(rows, peers=peers.tolist(), chosen=asked.territoire or None, palette=palette)


def lay_out(build: Build, args: Args) -> Sheet:
    """Scores and ranks under the reader's choices beside the published ones, the notice saying so."""
    catalogue = get_site().catalogue
    asked = parse_asked(build, catalogue, args)
    rows = sort_changed(rescore(build, catalogue, asked.niveau, asked.choices))
    nodes = {}
    for index in catalogue.indices:
        if f"{index.code}_gained" in rows:
            nodes[index.code] = index.label if asked.choices.is_default else f"{index.label}, {PERSONAL}"
            nodes[f"{index.code}_was"] = f"{index.label}, publié"
    told = say_choices(catalogue, asked.choices)
    how = f"Pondération personnelle : {' ; '.join(told)}" if told else "Pondération par défaut"
    return lay_out_standings(
        rows, nodes, level=asked.niveau, name=VIEW, notice=notice_of(build, args, LEVELS[asked.niveau][1], how)
    )


def _draw_taken(build: Build, palette: Palette, args: Args) -> Figure:
    return draw(build, palette, parse_asked(build, get_site().catalogue, args))


def _caption(build: Build, args: Args) -> Caption:
    catalogue = get_site().catalogue
    asked = parse_asked(build, catalogue, args)
    told = say_choices(catalogue, asked.choices)
    how = f"{PERSONAL.capitalize()}{FIXED}: {f'{NARROW}; '.join(told)}." if told else "Pondération par défaut."
    return Caption(f"Attractivité et rayonnement des {LEVELS[asked.niveau][1]}", how)


register_view(VIEW, title="Et si", sheet=lay_out, figure=_draw_taken, caption=_caption)
