"""The only module that places labels beside their points so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LETTER: Final = 0.56  # mean width of a letter, in font sizes
LINE: Final = 1.25  # height of a line, in font sizes
GAP: Final = 7.0  # px between a point's centre and its label
# Plotly's names, with where the label's box lies: (left edge, top edge) in (widths, heights) and a shift in gaps.
SIDES: Final = {
    "middle right": (0.0, -0.5, 1.0, 0.0),
    "middle left": (-1.0, -0.5, -1.0, 0.0),
    "top center": (-0.5, -1.0, 0.0, -1.0),
    "bottom center": (-0.5, 0.0, 0.0, 1.0),
    "top right": (0.0, -1.0, 0.7, -0.7),
    "bottom right": (0.0, 0.0, 0.7, 0.7),
    "top left": (-1.0, -1.0, -0.7, -0.7),
    "bottom left": (-1.0, 0.0, -0.7, 0.7),
}


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two rectangles share a surface."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def cover(self, other: Box) -> float:
        """Surface that the two rectangles share, square pixels."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return max(0.0, across) * max(0.0, min(self.bottom, other.bottom) - max(self.top, other.top))


def place_labels(
    points: Sequence[tuple[float, float]],
    labels: Sequence[str],
    *,
    width: float,
    height: float,
    size: float,
    taken: Sequence[Box] = (),
    insisted: bool = False,
) -> list[str | None]:
    """Choose a side for each label, first come first served; None where no side is free.

    Args:
        points: Centres in pixels, y downwards, by decreasing priority.
        labels: Their texts.
        width: Width of the drawing area, pixels.
        height: Height of the drawing area, pixels.
        size: Font size, pixels.
        taken: Rectangles that nothing may cover.
        insisted: Whether every label is placed; where no side is free, on the one that covers least.
    """
    marks = [Box(x - 4, y - 4, x + 4, y + 4) for x, y in points]
    kept = list(taken)
    sides: list[str | None] = []
    for place, ((x, y), label) in enumerate(zip(points, labels, strict=True)):
        others = kept + marks[:place] + marks[place + 1 :]
        boxes = [(side, box_label(x, y, label, side=side, size=size)) for side in SIDES]
        inside = [(side, box) for side, box in boxes if _is_inside(box, width, height)]
        free = ((side, box) for side, box in inside if not any(box.meets(other) for other in others))
        side, box = next(free, (None, None))
        if box is None and insisted:
            side, box = min(inside or boxes, key=lambda pair: sum(pair[1].cover(other) for other in others))
        sides.append(side)
        if box is not None:
            kept.append(box)
    return sides


def box_label(x: float, y: float, label: str, *, side: str, size: float) -> Box:
    """Rectangle that a label takes on one side of its point."""
    wide, high = len(label) * LETTER * size, LINE * size
    across, down, shift_x, shift_y = SIDES[side]
    left, top = x + across * wide + shift_x * GAP, y + down * high + shift_y * GAP
    return Box(left, top, left + wide, top + high)


def _is_inside(box: Box, width: float, height: float) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height
