"""The only module that draws the frame of the quadrant: two axes, two median lines, four quarters and their names."""

from __future__ import annotations

from typing import Any, Final

from dashboard.axes import Axes
from dashboard.placement import LINE, Box, box_label
from dashboard.positions import QUARTERS, Medians
from dashboard.theme import TITLE_FONT, Palette, lay_out

AXES: Final = (("x", "attractivite"), ("y", "rayonnement"))
WIDTH: Final = 860.0  # px the names are placed for; on smaller screens the page moves those that would meet
HEIGHT: Final = 600.0
NAME_SIZE: Final = 17
ROOM: Final = 0.08  # of an axis, the least a quarter's name needs


def lay_out_quadrant(axes: Axes, medians: Medians, palette: Palette, *, is_dense: bool = False) -> dict[str, Any]:
    """The ground of the quadrant: two axes, two median lines, then the four quarters as shapes, and their names.

    Args:
        axes: The part of the figure to show.
        medians: The lines that divide it.
        palette: Colours of the scheme.
        is_dense: Whether cells cover the ground, which the lines then cross.
    """
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
    line = {"color": palette.ink if is_dense else palette.secondary, "width": 1, "dash": "dot"}
    line = {"type": "line", "layer": "above" if is_dense else "below", "line": line}
    layout["shapes"] = [
        {"x0": medians.attractivite, "x1": medians.attractivite, "yref": "paper", "y0": 0, "y1": 1} | line,
        {"y0": medians.rayonnement, "y1": medians.rayonnement, "xref": "paper", "x0": 0, "x1": 1} | line,
        *[_quarter(*sides, axes, medians, palette) for sides in QUARTERS],
    ]
    layout["annotations"] = [_name_quarter(*sides, axes, medians, palette) for sides in QUARTERS]
    return layout


def _quarter(is_right: bool, is_top: bool, axes: Axes, medians: Medians, palette: Palette) -> dict[str, Any]:  # noqa: FBT001
    """A quarter that the page may light."""
    ends: dict[str, float] = {}
    for (key, code), axis, is_high in zip(AXES, axes, (is_right, is_top), strict=True):
        line = min(max(getattr(medians, code), axis.low), axis.high)
        ends |= {f"{key}0": line, f"{key}1": axis.high if is_high else axis.low}
    return ends | {
        "type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": palette.secondary, "opacity": 0,
    }  # fmt: skip


def _measure_quarter(is_right: bool, is_top: bool, axes: Axes, medians: Medians) -> tuple[float, float]:  # noqa: FBT001
    """Width and height of what is shown of a quarter, shares of the axes."""
    pairs = zip((is_right, is_top), axes, (medians.attractivite, medians.rayonnement), strict=True)
    ends = ((is_high, axis.place(line) if axis.low < line else 0.0) for is_high, axis, line in pairs)
    wide, high = (1 - end if is_high else end for is_high, end in ends)
    return wide, high


def _name_quarter(is_right: bool, is_top: bool, axes: Axes, medians: Medians, palette: Palette) -> dict[str, Any]:  # noqa: FBT001
    """The name of a quarter in its corner: on one line where it is low, none where it is hardly seen."""
    wide, high = _measure_quarter(is_right, is_top, axes, medians)
    name = QUARTERS[is_right, is_top]
    lines = break_quarter(name) if high > 2 * ROOM else [name]
    return {
        "text": "<br>".join(f"<i>{line}</i>" for line in lines),
        "visible": min(wide, high) > ROOM,
        "align": "right" if is_right else "left",
        "xref": "paper", "yref": "paper",
        "x": 1 if is_right else 0, "y": 1 if is_top else 0,
        "xanchor": "right" if is_right else "left", "yanchor": "top" if is_top else "bottom",
        "xshift": -8 if is_right else 8,
        "showarrow": False,
        "font": {"family": TITLE_FONT, "size": NAME_SIZE, "color": palette.secondary},
    }  # fmt: skip


def break_quarter(name: str) -> list[str]:
    """The name of a quarter in one or two lines: « attractif, / discret », « attractif / et rayonnant »."""
    return name.replace(", ", ",\n").replace(" et ", "\net ").split("\n")


def box_quarters() -> list[Box]:
    """Where the names of the quarters stand, so that no label covers them."""
    boxes = []
    for (is_right, is_top), name in QUARTERS.items():
        side = ("bottom " if is_top else "top ") + ("left" if is_right else "right")
        corner = WIDTH if is_right else 0.0, 0.0 if is_top else HEIGHT
        lines = break_quarter(name)
        box = box_label(*corner, max(lines, key=len), side=side, size=NAME_SIZE)
        more = LINE * NAME_SIZE * (len(lines) - 1)
        boxes.append(Box(box.left, box.top - (0 if is_top else more), box.right, box.bottom + (more if is_top else 0)))
    return boxes
