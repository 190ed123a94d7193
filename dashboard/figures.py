"""Figures: functions from a table to a Plotly figure. They know neither SQL nor Dash."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import Axes, choose_axis, thin, tick_years
from dashboard.placement import Box, box_label, place_labels
from dashboard.positions import Medians, compute_medians
from dashboard.quarters import AXES, HEIGHT, WIDTH, box_quarters, lay_out_quadrant
from dashboard.theme import SHAPES, Palette, lay_out
from dashboard.words import INTERVAL

LABEL_SIZE: Final = 13
CHOSEN_SIZE: Final = 15
MOST_LABELS: Final = 40
MOST_AVOIDED: Final = 120  # comparable points that a chosen territory's name keeps clear of
MARK: Final = 5.0  # px, half a comparable point
BOTH: Final = ["attractivite_score", "rayonnement_score"]
GROUND, COMPARABLE, CHOSEN, NAMES = range(4)  # the traces of the quadrant, always in this order
_SYMBOLS: Final = {"circle": 0, "square": 1, "diamond": 2}  # Plotly's numbers
_SYMBOL_OF: Final = {family: _SYMBOLS[shape] for family, shape in SHAPES.items()}
LARGER: Final = ("METRO", "CU")  # families whose shapes look smaller than a circle of the same size
Trace = dict[str, Any]


def quadrant(
    positions: pd.DataFrame,
    *,
    peers: Collection[str],
    chosen: Collection[str] | str | None,
    palette: Palette,
    axes: Axes | None = None,
    ground: Trace | None = None,
    medians: Medians | None = None,
) -> go.Figure:
    """The two indices against each other: every territory a point, the comparable ones standing out.

    The traces are always `GROUND`, `COMPARABLE`, `CHOSEN`, `NAMES`; `ids` hold the codes, so that points that move are
    followed. A chosen territory keeps its point in one of the first two, under its own mark.

    Args:
        positions: As `standings.read_positions`; rows without both scores are left out.
        peers: Codes of the territories that stand out.
        chosen: Codes of the territories drawn in ink, named, with their uncertainty when it is known.
        palette: Colours of the scheme.
        axes: The part of the figure to show; all of it by default.
        ground: What stands for the territories that neither stand out nor are chosen, where points would be too many.
        medians: The lines that divide the figure; those of the positions by default.
    """
    shown = positions.dropna(subset=BOTH)
    axes, medians = axes or choose_axes(shown), medians or compute_medians(shown)
    stands_out = shown["territory_code"].isin(list(peers))
    traces = [
        ground or _points(shown[~stands_out], palette.receding, size=5, uid="ground", opacity=0.75),
        _points(shown[stands_out], palette.secondary, size=9, uid="comparable", rim=palette.paper),
        *draw_chosen(shown, peers=peers, chosen=chosen, palette=palette, axes=axes),
    ]
    return go.Figure(traces, lay_out_quadrant(axes, medians, palette, is_dense=ground is not None))


def choose_axes(positions: pd.DataFrame) -> Axes:
    """The axes that tell the territories of a table apart."""
    shown = positions.dropna(subset=BOTH)
    return choose_axis(shown["attractivite_score"]), choose_axis(shown["rayonnement_score"])


def draw_chosen(
    positions: pd.DataFrame,
    *,
    peers: Collection[str],
    chosen: Collection[str] | str | None,
    palette: Palette,
    axes: Axes,
) -> list[Trace]:
    """The traces `CHOSEN` and `NAMES`, all that changes when only the chosen territories do."""
    shown = positions.dropna(subset=BOTH)
    codes = [chosen] if isinstance(chosen, str) else list(chosen or ())
    order = {code: place for place, code in enumerate(codes)}
    own = shown[shown["territory_code"].isin(codes)]
    own = own.sort_values("territory_code", key=lambda found: found.map(order))
    others = shown[shown["territory_code"].isin(list(peers)) & ~shown["territory_code"].isin(codes)]
    taken = box_quarters() + _box_bars(own, axes)
    near = [Box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in _locate(others.head(MOST_AVOIDED), axes)]
    sides = _place(own, axes, [*taken, *near], CHOSEN_SIZE, insisted=True)
    trace = _points(own, palette.ink, size=13, uid="chosen", rim=palette.paper)
    trace |= {
        "mode": "markers+text",
        "text": [f"<b>{shorten(label)}</b>" for label in own["label"]],
        "textposition": sides or None,
        "textfont": {"size": CHOSEN_SIZE, "color": palette.ink},
        **{f"error_{axis}": _interval(own, code, palette.ink) for axis, code in AXES},
    }
    taken += _box_labels(own, axes, sides)
    return [trace, _names(others, axes, palette, taken)]


def _points(
    rows: pd.DataFrame, colour: str, *, size: int, uid: str, opacity: float = 1.0, rim: str | None = None
) -> Trace:
    """Points of one ink; figures travel as typed arrays, which weigh less than their digits."""
    places, told = _list_places(rows)
    is_larger = rows["family"].isin(LARGER)
    return {
        "type": "scatter",
        "uid": uid,
        "x": rows["attractivite_score"].to_numpy(np.float32),
        "y": rows["rayonnement_score"].to_numpy(np.float32),
        "ids": rows["territory_code"].to_numpy(object),
        "mode": "markers",
        "hovertext": rows["label"].tolist(),
        "customdata": places,
        "hovertemplate": (
            f"<b>%{{hovertext}}</b><br>Attractivité %{{x:.0f}}{told[0]}"
            f"<br>Rayonnement %{{y:.0f}}{told[1]}<extra></extra>"
        ),
        "marker": {
            "symbol": rows["family"].map(_SYMBOL_OF).fillna(0).to_numpy(np.int8),
            "size": np.where(is_larger, size + 2, size).astype(np.int8),
            "color": colour,
            "opacity": opacity,
            "line": {"width": 1 if rim else 0, "color": rim or colour},
        },
    }


def _list_places(rows: pd.DataFrame) -> tuple[npt.NDArray[np.integer[Any]] | None, list[str]]:
    """Ranks and their intervals, as figures, and how to say it: as words they would weigh half as much as all else.

    A rank is told only where every point of the trace has its interval.
    """
    columns: list[str] = []
    told: list[str] = []
    for _, code in AXES:
        ends = [f"{code}_{end}" for end in ("rank", "rank_low", "rank_high")]
        known = bool(rows[ends].notna().all(axis=None))
        at = len(columns)
        rank, low, high = (f"%{{customdata[{at + place}]}}" for place in range(3))
        told.append(f", rang {rank} ({INTERVAL} {low}–{high})" if known else "")
        columns += ends if known else []
    return _pack(rows[columns].to_numpy(float)) if columns and len(rows) else None, told


def _pack(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.integer[Any]]:
    """Whole numbers, not negative, in the least room that holds them all."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _interval(rows: pd.DataFrame, code: str, colour: str) -> dict[str, Any]:
    """Uncertainty of a score as a bar; none where no interval is known."""
    score, low, high = (rows[f"{code}_{end}"] for end in ("score", "low", "high"))
    known = low.notna() & high.notna()
    up, down = ((far.where(known, 0)).round(2).tolist() for far in (high - score, score - low))
    bar = {"array": up, "arrayminus": down, "color": colour, "thickness": 1.5, "width": 4}
    return bar | {"visible": bool(known.any())}


def _names(rows: pd.DataFrame, axes: Axes, palette: Palette, taken: Sequence[Box]) -> Trace:
    """The names of the comparable territories that have room, the first ones first."""
    inside = [axis.holds(rows[column]) for axis, column in zip(axes, BOTH, strict=True)]
    rows = rows[inside[0] & inside[1]].head(MOST_LABELS)
    sides = _place(rows, axes, taken, LABEL_SIZE)
    kept = rows[np.array([bool(side) for side in sides], dtype=bool)]
    return {
        "type": "scatter",
        "uid": "names",
        "x": kept["attractivite_score"].round(2).tolist(),
        "y": kept["rayonnement_score"].round(2).tolist(),
        "ids": kept["territory_code"].tolist(),
        "text": [shorten(label) for label in kept["label"]],
        "textposition": [side for side in sides if side] or None,
        "mode": "markers+text",  # a marker nobody sees keeps the text clear of the one below
        "marker": {"size": 10, "opacity": 0},
        "hoverinfo": "skip",
        "textfont": {"size": LABEL_SIZE, "color": palette.ink},
    }


def _place(
    rows: pd.DataFrame, axes: Axes, taken: Sequence[Box], size: int, *, insisted: bool = False
) -> list[str | None]:
    texts = [shorten(label) for label in rows["label"]]
    return place_labels(
        _locate(rows, axes), texts, width=WIDTH, height=HEIGHT, size=size, taken=taken, insisted=insisted
    )


def _locate(rows: pd.DataFrame, axes: Axes) -> list[tuple[float, float]]:
    """Where the points of a table lie, px, y downwards."""
    across, up = axes
    return [(across.place(x) * WIDTH, (1 - up.place(y)) * HEIGHT) for x, y in rows[BOTH].itertuples(index=False)]


def shorten(label: str) -> str:
    """A name short enough for a label: without its nature, « Grenoble-Alpes-Métropole » as « Grenoble-Alpes »."""
    for lead in ("Métropole d’", "Métropole d'", "Métropole du ", "Métropole de ", "Métropole ", "CU ", "CA ", "CC "):
        label = label.removeprefix(lead)
    for tail in (" Méditerranée Métropole", " Provence Métropole", "-Métropole", " Métropole", " Eurométropole"):
        label = label.removesuffix(tail)
    return label.removeprefix("d'").removeprefix("d’")


def _box_bars(rows: pd.DataFrame, axes: Axes) -> list[Box]:
    """Where the uncertainty of the chosen territories is drawn, so that no name crosses it."""
    boxes = []
    for row, (x, y) in zip(rows.to_dict("records"), _locate(rows, axes), strict=True):
        boxes.append(Box(x - 7, y - 7, x + 7, y + 7))
        if pd.notna(row["attractivite_low"]) and pd.notna(row["attractivite_high"]):
            left, right = (axes[0].place(row[f"attractivite_{end}"]) * WIDTH for end in ("low", "high"))
            boxes.append(Box(left, y - 3, right, y + 3))
        if pd.notna(row["rayonnement_low"]) and pd.notna(row["rayonnement_high"]):
            bottom, top = ((1 - axes[1].place(row[f"rayonnement_{end}"])) * HEIGHT for end in ("low", "high"))
            boxes.append(Box(x - 3, top, x + 3, bottom))
    return boxes


def _box_labels(rows: pd.DataFrame, axes: Axes, sides: Sequence[str | None]) -> list[Box]:
    """Where the names of the chosen territories stand."""
    named = zip(rows["label"], _locate(rows, axes), sides, strict=True)
    return [box_label(x, y, shorten(text), side=side, size=CHOSEN_SIZE) for text, (x, y), side in named if side]


def past_curves(past: pd.DataFrame, nodes: dict[str, str], palette: Palette) -> go.Figure:
    """The retrospective scores, edition by edition, a curve an index named at its end.

    Args:
        past: edition, node_code, score.
        nodes: By node code, the name of its curve.
        palette: Colours of the scheme.
    """
    figure = go.Figure(layout=lay_out(palette, hovermode="x unified", margin={"l": 36, "r": 110, "t": 8, "b": 32}))
    for node, name in nodes.items():
        own = past[past["node_code"].eq(node)]
        colour = palette.find_hue(node.removeprefix("retro_"))
        figure.add_trace(
            go.Scatter(
                x=own["edition"].tolist(),
                y=thin(own["score"]),
                name=name,
                mode="lines+markers+text",
                text=["" for _ in own["score"][1:]] + [name],
                textposition="middle right",
                textfont={"color": colour, "size": 15},
                line={"color": colour, "width": 2},
                marker={"size": 6},
                hovertemplate="%{y:.0f}",
                cliponaxis=False,
            )
        )
    figure.update_yaxes(range=[0, 102], nticks=6, showgrid=True, fixedrange=True)
    figure.update_xaxes(showgrid=False, fixedrange=True, **tick_years(past["edition"].unique().tolist()))
    return figure
