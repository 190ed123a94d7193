"""The only module that asks a build for the plate of a territory's pillars, for the page, its image and its table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotly.graph_objects import Figure

from dashboard.pillar_plate import MOST_POINTS, Plate, pillar_plate, shorten_names
from dashboard.positions import find_peers
from dashboard.profiles import find_group, find_group_rows, read_matrix
from dashboard.queries import Place, find_row, read_profile
from dashboard.reading import Reading
from dashboard.standings import count_ranked, read_places
from dashboard.theme import Palette
from dashboard.warehouse import Build, per_build
from indicators.catalogue import Catalogue

COLUMNS = ("score", "low", "high", "peer_median")


@per_build
def read_plate(build: Build, catalogue: Catalogue, place: Place, reading: Reading) -> Plate:
    """The indices and pillars of a territory, and where those it is compared to stand."""
    nodes = _list_nodes(build, catalogue, place.level, reading)
    profile = read_profile(build, place.level, place.territory_code, find_peers(build, place).members, reading)
    blank = pd.Series(float("nan"), index=COLUMNS)
    records = []
    for node, label, index in nodes:
        row = find_row(profile, node)
        figures = {name: (blank if row is None else row)[name] for name in COLUMNS}
        records.append({"node": node, "label": label, "index": index, "is_index": node == index, **figures})
    matrix = read_matrix(build, place.level, tuple(node for node, _, _ in nodes), reading)
    group = find_group_rows(build, place.level, find_group(build, place.level, place.territory_code))
    others = group[group != matrix.rows[place.territory_code]]
    labels = read_places(build, place.level)["label"].to_numpy(object)[others].tolist()
    names = shorten_names(labels) if len(labels) <= MOST_POINTS else tuple(labels)
    return Plate(pd.DataFrame(records), names, np.asarray(matrix.scores[others]))


def _list_nodes(build: Build, catalogue: Catalogue, level: str, reading: Reading) -> list[tuple[str, str, str]]:
    """Code, label and index of each index ranked at a level, then of its pillars."""
    known = count_ranked(build, level, reading)
    return [
        (code, label, index.code)
        for index in catalogue.indices
        if index.code in known
        for code, label in (
            (index.code, index.label),
            *((p.code, p.label) for p in catalogue.pillars_of(index.code) if p.code in known),
        )
    ]


@per_build
def draw_plate(build: Build, palette: Palette, catalogue: Catalogue, place: Place, reading: Reading) -> Figure:
    """The plate drawn, kept with its build."""
    return pillar_plate(read_plate(build, catalogue, place, reading), palette)
