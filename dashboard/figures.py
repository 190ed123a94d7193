"""Figures: functions from a table to a Plotly figure. They know neither SQL nor Dash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.axes import Axis, choose_axis
from dashboard.placement import Box, box_label, place_labels
from dashboard.positions import QUARTERS, Medians, compute_medians
from dashboard.theme import SHAPES, TITLE_FONT, Palette, lay_out

WIDTH: Final = 860.0  # px the labels are placed for; on smaller screens the page hides those that would meet
HEIGHT: Final = 600.0
LABEL_SIZE: Final = 13
MOST_LABELS: Final = 40


def quadrant(positions: pd.DataFrame, *, peers: Sequence[str], chosen: str | None, palette: Palette) -> go.Figure:
    """The two indices against each other: every territory a point, the comparable ones standing out.

    Args:
        positions: As `standings.read_positions`; rows without both scores are left out.
        peers: Codes of the territories that stand out.
        chosen: Code of the territory drawn in ink, with its uncertainty when it is known.
        palette: Colours of the scheme.
    """
    shown = positions.dropna(subset=["attractivite_score", "rayonnement_score"])
    axes = choose_axis(shown["attractivite_score"]), choose_axis(shown["rayonnement_score"])
    stands_out = shown["territory_code"].isin(list(peers))
    is_chosen = shown["territory_code"].eq(chosen or "")
    figure = go.Figure(layout=_lay_out_quadrant(axes, compute_medians(shown), palette))
    figure.add_trace(_points(shown[~stands_out & ~is_chosen], palette.receding, size=5, opacity=0.75))
    figure.add_trace(_points(shown[stands_out & ~is_chosen], palette.secondary, size=9, opacity=1.0, rim=palette.paper))
    figure.add_trace(_points(shown[is_chosen], palette.ink, size=14, opacity=1.0, rim=palette.paper, bars=True))
    figure.add_trace(_labels(pd.concat([shown[is_chosen], shown[stands_out & ~is_chosen]]), axes, palette, chosen))
    return figure


def _points(
    rows: pd.DataFrame, colour: str, *, size: int, opacity: float, rim: str | None = None, bars: bool = False
) -> go.Scatter:
    places, told = _list_places(rows)
    trace = {
        "x": rows["attractivite_score"].round(2).tolist(),
        "y": rows["rayonnement_score"].round(2).tolist(),
        "mode": "markers",
        "hovertext": rows["label"].tolist(),
        "customdata": places,
        "hovertemplate": (
            "<b>%{hovertext}</b><br>Attractivité %{x:.0f}, rang "
            + told[0]
            + "<br>Rayonnement %{y:.0f}, rang "
            + told[1]
            + "<extra></extra>"
        ),
        "marker": {
            "symbol": [_SYMBOLS[SHAPES.get(family, "circle")] for family in rows["family"]],
            "size": [size + 2 if family in ("METRO", "CU") else size for family in rows["family"]],
            "color": colour,
            "opacity": opacity,
            "line": {"width": 1 if rim else 0, "color": rim or colour},
        },
    }
    if bars:
        trace |= {f"error_{axis}": _interval(rows, code, colour) for axis, code in _AXES}
    return go.Scatter(**trace)


_AXES: Final = (("x", "attractivite"), ("y", "rayonnement"))
_SYMBOLS: Final = {"circle": 0, "square": 1, "diamond": 2}  # Plotly's numbers: a thousand names weigh 9 kB


def _list_places(rows: pd.DataFrame) -> tuple[list[list[Any]], tuple[str, str]]:
    """Code, then by index rank and interval, as numbers (a thousand sentences would double the figure's weight)."""
    ends = [f"{code}_{end}" for _, code in _AXES for end in ("rank", "rank_low", "rank_high")]
    columns = [[None if pd.isna(v) else int(v) for v in rows[end]] for end in ends]
    places = [list(each) for each in zip(rows["territory_code"], *columns, strict=True)]
    first, second = (_say_place(rows, code, at) for (_, code), at in zip(_AXES, (1, 4), strict=True))
    return places, (first, second)


def _say_place(rows: pd.DataFrame, code: str, at: int) -> str:
    """How the hover tells a rank; the interval only where every point of the trace has one."""
    known = bool(rows[f"{code}_rank_low"].notna().all())
    between = f" (entre %{{customdata[{at + 1}]}} et %{{customdata[{at + 2}]}})" if known else ""
    return f"%{{customdata[{at}]}}{between}"


def _interval(rows: pd.DataFrame, code: str, colour: str) -> dict[str, Any]:
    """Uncertainty of a score as a bar; invisible while no interval is known."""
    score, low, high = (rows[f"{code}_{end}"] for end in ("score", "low", "high"))
    known = bool(low.notna().all() and high.notna().all() and len(rows))
    up, down = (high - score).tolist(), (score - low).tolist()
    return {"array": up, "arrayminus": down, "visible": known, "color": colour, "thickness": 2, "width": 5}


def _labels(rows: pd.DataFrame, axes: tuple[Axis, Axis], palette: Palette, chosen: str | None) -> go.Scatter:
    rows = rows.head(MOST_LABELS)
    across, up = axes
    scores = zip(rows["attractivite_score"], rows["rayonnement_score"], strict=True)
    points = [(across.place(x) * WIDTH, (1 - up.place(y)) * HEIGHT) for x, y in scores]
    texts = [shorten(label) for label in rows["label"]]
    corners = _box_quarters() + _box_bars(rows[rows["territory_code"].eq(chosen or "")], axes)
    sides = place_labels(points, texts, width=WIDTH, height=HEIGHT, size=LABEL_SIZE, taken=corners)
    kept = [place for place, side in enumerate(sides) if side]
    return go.Scatter(
        x=[float(rows["attractivite_score"].iloc[p]) for p in kept],
        y=[float(rows["rayonnement_score"].iloc[p]) for p in kept],
        text=[texts[p] for p in kept],
        textposition=[sides[p] for p in kept],
        mode="markers+text",  # a marker nobody sees keeps the text clear of the one below
        marker={"size": [16 if rows["territory_code"].iloc[p] == chosen else 10 for p in kept], "opacity": 0},
        hoverinfo="skip",
        textfont={"size": LABEL_SIZE, "color": palette.ink},
    )


def shorten(label: str) -> str:
    """A name short enough for a label: without its nature, « Grenoble-Alpes-Métropole » as « Grenoble-Alpes »."""
    for lead in ("Métropole d’", "Métropole d'", "Métropole du ", "Métropole de ", "Métropole ", "CU ", "CA ", "CC "):
        label = label.removeprefix(lead)
    for tail in (" Méditerranée Métropole", " Provence Métropole", "-Métropole", " Métropole", " Eurométropole"):
        label = label.removesuffix(tail)
    return label.removeprefix("d'").removeprefix("d’")


def _lay_out_quadrant(axes: tuple[Axis, Axis], medians: Medians, palette: Palette) -> dict[str, Any]:
    layout = lay_out(palette, hovermode="closest", clickmode="event")
    names = (("attractivite", "Attractivité"), ("rayonnement", "Rayonnement"))
    for key, (code, title), axis in zip(("xaxis", "yaxis"), names, axes, strict=True):
        text = f"<b>{title}</b>" + (", échelle logarithmique" if axis.is_log else "")
        layout[key] = layout[key] | axis.describe() | {
            "fixedrange": True,
            "showgrid": False,
            "ticks": "outside",
            "ticklen": 4,
            "tickcolor": palette.hairline,
            "title": {"text": text, "font": {"size": 15, "color": palette.index[code]}, "standoff": 10},
        }  # fmt: skip
    line = {"color": palette.secondary, "width": 1, "dash": "dot"}
    layout["shapes"] = [
        {"type": "line", "x0": medians.attractivite, "x1": medians.attractivite, "yref": "paper", "y0": 0, "y1": 1},
        {"type": "line", "y0": medians.rayonnement, "y1": medians.rayonnement, "xref": "paper", "x0": 0, "x1": 1},
    ]
    layout["shapes"] = [shape | {"line": line, "layer": "below"} for shape in layout["shapes"]]
    layout["annotations"] = [
        _name_quarter(is_right, is_top, name, palette) for (is_right, is_top), name in QUARTERS.items()
    ]
    return layout


def _name_quarter(is_right: bool, is_top: bool, name: str, palette: Palette) -> dict[str, Any]:  # noqa: FBT001
    return {
        "text": "<br>".join(f"<i>{line}</i>" for line in break_quarter(name)),
        "align": "right" if is_right else "left",
        "xref": "paper", "yref": "paper",
        "x": 1 if is_right else 0, "y": 1 if is_top else 0,
        "xanchor": "right" if is_right else "left", "yanchor": "top" if is_top else "bottom",
        "xshift": -8 if is_right else 8,
        "showarrow": False,
        "font": {"family": TITLE_FONT, "size": 17, "color": palette.secondary},
    }  # fmt: skip


def break_quarter(name: str) -> list[str]:
    """The name of a quarter in one or two lines: « attractif, / discret », « attractif / et rayonnant »."""
    return name.replace(", ", ",\n").replace(" et ", "\net ").split("\n")


def _box_quarters() -> list[Box]:
    """Where the names of the quarters stand, so that no label covers them."""
    boxes = []
    for (is_right, is_top), name in QUARTERS.items():
        side = ("bottom " if is_top else "top ") + ("left" if is_right else "right")
        corner = WIDTH if is_right else 0.0, 0.0 if is_top else HEIGHT
        lines = break_quarter(name)
        box = box_label(*corner, max(lines, key=len), side=side, size=17)
        more = 1.25 * 17 * (len(lines) - 1)
        boxes.append(Box(box.left, box.top - (0 if is_top else more), box.right, box.bottom + (more if is_top else 0)))
    return boxes


def _box_bars(rows: pd.DataFrame, axes: tuple[Axis, Axis]) -> list[Box]:
    """Where the uncertainty of the chosen territory is drawn, so that its own name does not cross it."""
    boxes = []
    for row in rows.dropna(subset=[f"{code}_{end}" for _, code in _AXES for end in ("low", "high")]).to_dict("records"):
        x, y = axes[0].place(row["attractivite_score"]) * WIDTH, (1 - axes[1].place(row["rayonnement_score"])) * HEIGHT
        left, right = (axes[0].place(row[f"attractivite_{end}"]) * WIDTH for end in ("low", "high"))
        bottom, top = ((1 - axes[1].place(row[f"rayonnement_{end}"])) * HEIGHT for end in ("low", "high"))
        boxes += [Box(left, y - 3, right, y + 3), Box(x - 3, top, x + 3, bottom)]
    return boxes


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
                y=own["score"].round(1).tolist(),
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
    figure.update_xaxes(dtick=1, tickformat="d", showgrid=False, fixedrange=True)
    return figure


def count_classes(positions: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    """Third of each index (0 lowest, 1, 2 highest) of each row, by rank; NaN without a score."""
    thirds = []
    for code in ("attractivite", "rayonnement"):
        share = positions[f"{code}_score"].rank(pct=True, method="average")
        thirds.append((share * 3).apply(np.ceil).clip(1, 3) - 1)
    return thirds[0], thirds[1]
