"""The only module that scores a build again under a reader's own choices, by the kernel that made the build."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from dashboard.positions import ALL_METROPOLES, Group, parse_group
from dashboard.queries import INDEX_CODES
from dashboard.standings import list_levels, read_places, read_positions
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, format_number
from indicators.catalogue import Catalogue, Indicator, Pillar
from indicators.compute import build_tree
from indicators.inequality import compute_mobility
from indicators.personal import AGGREGATIONS, DEFAULT, NORMALISATIONS, Choices, bind_choices
from indicators.ranks import compute_rank
from indicators.score import Scorer
from indicators.tree import Floats, Tree

HEAVIEST: Final = 10.0  # a weight above it says the same as all the others near zero
MOST_MOVED: Final = 6  # territories named on each side
RESCORED_LEVELS: Final = ("epci", "departement", "region")  # 34,875 points cannot be followed with the eye
NORMALISED: Final = {
    "goalposts": "entre bornes fixes",
    "percentile": "par rang",
    "minmax": "du plus faible au plus fort",
}
AGGREGATED: Final = {"arithmetic": "moyenne arithmétique", "geometric": "moyenne géométrique"}


@dataclass(frozen=True)
class Asked:
    """What a reader asks of « Et si… ».

    Attributes:
        niveau: Level.
        choices: What is decided otherwise.
        groupe: Group that stands out.
        territoire: Code of the territory followed, or empty.
        refused: What the address holds that cannot be used, in words.
    """

    niveau: str = "epci"
    choices: Choices = DEFAULT
    groupe: str = ALL_METROPOLES.code
    territoire: str = ""
    refused: tuple[str, ...] = ()

    @property
    def group(self) -> Group:
        """The group that stands out."""
        return parse_group(self.groupe) or ALL_METROPOLES

    @property
    def query(self) -> str:
        """How it is written in an address: what differs from the default."""
        told = {
            "niveau": self.niveau if self.niveau != "epci" else "",
            "poids": ",".join(f"{code}:{weight:g}" for code, weight in self.choices.weights),
            "normalisation": self.choices.normalisation if self.choices.normalisation != NORMALISATIONS[0] else "",
            "moyenne": self.choices.aggregation if self.choices.aggregation != AGGREGATIONS[0] else "",
            "groupe": self.groupe if self.groupe != ALL_METROPOLES.code else "",
            "territoire": self.territoire,
        }
        return urlencode({name: value for name, value in told.items() if value}, safe=":,")


def parse_asked(build: Build, catalogue: Catalogue, given: Mapping[str, str | None]) -> Asked:
    """What an address asks; what cannot be used is left at its default, and told in `refused`."""
    levels = [level for level in list_levels(build) if level in RESCORED_LEVELS]
    level = given.get("niveau") if given.get("niveau") in levels else "epci"
    weights, refused = _parse_weights(given.get("poids") or "", build_tree(catalogue, str(level)))
    choices = Choices(
        weights,
        _check(given.get("normalisation"), NORMALISATIONS),
        _check(given.get("moyenne"), AGGREGATIONS),
    )
    group = parse_group(given.get("groupe")) or ALL_METROPOLES
    code = given.get("territoire") or ""
    known = code in set(read_places(build, str(level))["territory_code"])
    return Asked(str(level), choices, group.code, code if known else "", tuple(refused))


def _check(value: str | None, known: Sequence[str]) -> str:
    return value if value is not None and value in known else known[0]


def _parse_weights(text: str, tree: Tree) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """Weights that differ from the declared ones, in the tree's order; and what cannot be read."""
    found: dict[str, float] = {}
    refused: list[str] = []
    for part in filter(None, text.split(",")):
        code, _, written = part.partition(":")
        weight = _parse_weight(written)
        if code not in tree.position or code in tree.roots:
            refused.append(f"«{FIXED}{code}{FIXED}» n’est ni un pilier ni un indicateur de l’indice.")
        elif weight is None:
            refused.append(
                f"Le poids «{FIXED}{written}{FIXED}» de «{FIXED}{code}{FIXED}» n’est pas un nombre de 0 à "
                f"{format_number(HEAVIEST)}{FIXED}; son poids par défaut est gardé."
            )
        elif weight != tree[code].weight:
            found[code] = weight
    for parent, below in tree.children.items():
        if not any(found.get(code, tree[code].weight) > 0 for code in below):
            refused.append(f"Tous les poids de «{FIXED}{parent}{FIXED}» sont à zéro{FIXED}; ils sont remis par défaut.")
            found = {code: weight for code, weight in found.items() if code not in below}
    return tuple((code, found[code]) for code in tree.codes if code in found), refused


def _parse_weight(written: str) -> float | None:
    try:
        weight = float(written.replace(",", "."))
    except ValueError:
        return None
    return weight if math.isfinite(weight) and 0 <= weight <= HEAVIEST else None


@per_build
def _read_figures(build: Build, level: str, codes: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Raw figures and published scores, territories (in the order of `read_places`) × indicators; NaN where missing."""
    found = build.read(
        """
        SELECT territory_code, node_code, value, score FROM score
        WHERE level = $level AND variant = 'as_is' AND node_code IN (SELECT unnest($codes))
              AND edition = (SELECT max(edition) FROM build)
        """,
        {"level": level, "codes": list(codes)},
    )
    places = read_places(build, level)["territory_code"]
    rows = found["territory_code"].map({code: row for row, code in enumerate(places)})
    columns = found["node_code"].map({code: at for at, code in enumerate(codes)})
    raw, scores = (np.full((len(places), len(codes)), np.nan) for _ in range(2))
    raw[rows, columns], scores[rows, columns] = found["value"], found["score"]
    return raw, scores


@per_build
def _bind(build: Build, catalogue: Catalogue, level: str, normalisation: str, aggregation: str) -> Scorer:
    """The kernel of a level, kept with the build: other weights only cost a weighted sum."""
    tree = build_tree(catalogue, level)
    raw, scores = _read_figures(build, level, tree.columns)
    directions = np.array([catalogue.find_indicator(code).direction for code in tree.columns], dtype=float)
    choices = Choices((), normalisation, aggregation)
    return bind_choices(tree, raw, scores, directions, choices, catalogue.score_range)


def rescore(build: Build, catalogue: Catalogue, level: str, choices: Choices) -> pd.DataFrame:
    """The territories of a level scored under a reader's choices, beside what is published.

    Returns:
        As `standings.read_positions`, its `<index>_score` and `_rank` replaced and its `_low`, `_high`, `_rank_low`,
        `_rank_high` empty (no interval is computed for a reader's own weights), the published ones under
        `<index>_was_…`, and `<index>_gained`: places won (> 0) or lost.
    """
    positions = read_positions(build, level)
    scorer = _bind(build, catalogue, level, choices.normalisation, choices.aggregation)
    tree = build_tree(catalogue, level)
    scored = scorer.score(tree.weight_vector(dict(choices.weights)))
    for code in [code for code in INDEX_CODES if code in tree.position]:
        ends = [f"{code}_{end}" for end in ("score", "low", "high", "rank", "rank_low", "rank_high")]
        was = positions[ends].rename(columns={end: end.replace(f"{code}_", f"{code}_was_") for end in ends})
        ranks = compute_rank(scored.column(code))
        positions = positions.join(was).assign(
            **{f"{code}_score": scored.column(code), f"{code}_rank": ranks},
            **(
                {}
                if choices.is_default
                else dict.fromkeys((end for end in ends if "_low" in end or "_high" in end), np.nan)
            ),
            **{f"{code}_gained": positions[f"{code}_rank"] - ranks},
        )
        positions[f"{code}_tied"] = positions.groupby(f"{code}_rank")[f"{code}_rank"].transform("size")
    return positions


def _bounds(code: str) -> list[str]:
    return [f"{code}_{end}" for end in ("low", "high", "rank_low", "rank_high")]


@dataclass(frozen=True)
class Shift:
    """How far the order of one index moves.

    Attributes:
        tau: Kendall's tau-b between the published ranks and these.
        moved: Territories whose rank changes.
        far: Territories that move by more than a tenth of the ranking.
        ranked: Territories ranked in both.
        beyond: Territories whose rank leaves their published interval.
    """

    tau: float
    moved: int
    far: int
    ranked: int
    beyond: int


def measure_shift(rows: pd.DataFrame, index: str) -> Shift:
    """How far an index's order moves, from the rows of `rescore`."""
    both = rows.dropna(subset=[f"{index}_rank", f"{index}_was_rank"])
    now, was = both[f"{index}_rank"].to_numpy(float), both[f"{index}_was_rank"].to_numpy(float)
    far = int((np.abs(now - was) > len(both) / 10).sum())
    beyond = int(((now < both[f"{index}_was_rank_low"]) | (now > both[f"{index}_was_rank_high"])).sum())
    moved = int((now != was).sum())
    return Shift(compute_mobility(was, now, [""] * len(both))[0].tau, moved, far, len(both), beyond)


def list_moved(rows: pd.DataFrame, index: str, *, up: bool) -> pd.DataFrame:
    """The territories that win (or lose) most places on an index, the farthest first."""
    gained = rows[f"{index}_gained"]
    moved = rows[gained > 0] if up else rows[gained < 0]
    return moved.sort_values(f"{index}_gained", ascending=not up, kind="stable").head(MOST_MOVED)


def sort_changed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `rescore` by rank of the first index, those without a rank last."""
    first = next(code for code in INDEX_CODES if f"{code}_gained" in rows)
    return rows.sort_values([f"{first}_rank", "folded"], na_position="last", kind="stable")


def say_choices(catalogue: Catalogue, choices: Choices) -> list[str]:
    """What is decided otherwise, one phrase each: « Cibles : poids 2 au lieu de 1 »."""
    weighed: list[Pillar | Indicator] = [*catalogue.pillars, *catalogue.indicators]
    labels = {one.code: one.label for one in weighed}
    declared = {one.code: one.weight for one in weighed}
    told = [
        f"{labels[code]}{FIXED}: poids {_say_weight(weight)} au lieu de {_say_weight(declared[code])}"
        for code, weight in choices.weights
    ]
    if choices.normalisation != NORMALISATIONS[0]:
        told.append(f"notes {NORMALISED[choices.normalisation]} au lieu de bornes fixes")
    if choices.aggregation != AGGREGATIONS[0]:
        told.append(f"{AGGREGATED[choices.aggregation]} entre piliers")
    return told


def _say_weight(weight: float) -> str:
    return format_number(weight, 2).rstrip("0").rstrip(",") if weight % 1 else format_number(weight)
