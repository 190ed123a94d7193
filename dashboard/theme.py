"""The only module that knows colours and type: two hues for two indices, a palette a scheme, the figures' layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

Scheme = Literal["light", "dark"]
TEXT_FONT: Final = "'Atkinson Hyperlegible Next', system-ui, sans-serif"
TITLE_FONT: Final = "'Source Serif 4', Georgia, serif"
STEPS: Final = 7  # classes of a sequential scale
SHAPES: Final = {"METRO": "diamond", "CU": "square", "CA": "circle", "CC": "circle"}  # a nature is told by its shape


@dataclass(frozen=True)
class Palette:
    """Colours of one scheme. The two index hues stand for the two indices and for nothing else.

    Attributes:
        index: Hue by index code.
    """

    scheme: Scheme
    paper: str
    ink: str
    secondary: str
    hairline: str
    receding: str
    index: dict[str, str] = field(hash=False)

    def find_hue(self, index_code: str | None) -> str:
        """Hue of an index, ink for anything else."""
        return self.index.get(index_code or "", self.ink)


LIGHT: Final = Palette(
    "light",
    "#FBFAF7",
    "#1B1F24",
    "#59626E",
    "#DAD7D0",
    "#B9B7B1",
    {"attractivite": "#0B6A8A", "rayonnement": "#B0500A"},
)
DARK: Final = Palette(
    "dark", "#15191D", "#E8E6E1", "#A3ABB5", "#343A41", "#4E565F", {"attractivite": "#6CC7E2", "rayonnement": "#F0A35E"}
)


def find_palette(scheme: str | None) -> Palette:
    """The palette of a scheme; light when it is not known."""
    return DARK if scheme == "dark" else LIGHT


def _parse(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _write(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02X}" for c in rgb)


def mix(colour: str, other: str, share: float) -> str:
    """The colour at `share` (0–1) of the way from one to the other."""
    return _write(tuple(a + (b - a) * share for a, b in zip(_parse(colour), _parse(other), strict=True)))


def scale_sequential(palette: Palette, hue: str, steps: int = STEPS) -> list[str]:
    """A single-hue scale, from near the paper to beyond the hue."""
    end = mix(hue, palette.ink, 0.35)
    return [mix(mix(palette.paper, hue, 0.14), end, share) for share in _list_shares(steps)]


def scale_bivariate(palette: Palette, steps: int = 3) -> list[list[str]]:
    """A square scale: [rayonnement class][attractivité class], each axis its own hue, both together near ink."""
    shares = _list_shares(steps)
    ground = mix(palette.paper, palette.secondary, 0.14)
    blue = [mix(ground, palette.index["attractivite"], 0.95 * share) for share in shares]
    top = mix(palette.index["rayonnement"], ground, 0.05)
    both = mix(palette.ink, mix(palette.index["rayonnement"], palette.index["attractivite"], 0.5), 0.3)
    high = [mix(top, both, share) for share in shares]
    return [[mix(low, end, share) for low, end in zip(blue, high, strict=True)] for share in shares]


def _list_shares(steps: int) -> list[float]:
    """From 0 to 1 in even steps; the last alone when there is one."""
    return [step / (steps - 1) for step in range(steps)] if steps > 1 else [1.0]


def lay_out(palette: Palette, **extra: Any) -> dict[str, Any]:
    """Layout shared by the figures: paper, ink, French numbers, no decoration."""
    axis = {
        "gridcolor": palette.hairline,
        "linecolor": palette.hairline,
        "zeroline": False,
        "tickfont": {"color": palette.secondary, "size": 13},
        "tickangle": 0,  # words askew are not read; where they would meet, there are too many
        "title": {"font": {"size": 15}},
    }
    return {
        "template": "none",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": TEXT_FONT, "color": palette.ink, "size": 13},
        "separators": ",\u202f",
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": palette.paper,
            "bordercolor": palette.ink,
            "font": {"family": TEXT_FONT, "color": palette.ink, "size": 14},
            "align": "left",
        },
        "xaxis": axis,
        "yaxis": axis,
        "margin": {"l": 52, "r": 12, "t": 12, "b": 48},
        "dragmode": False,
    } | extra


GRAPH_CONFIG: Final[Any] = {
    "locale": "fr",
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
}
