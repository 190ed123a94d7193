"""The only module that reads the catalogue: the index as declared, checked before anything is computed."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from etl.errors import MethodError
from etl.registry import load_series
from indicators.formula import is_derived, parse_formula, series_of

CATALOGUE_FILE = Path(__file__).with_name("catalogue.toml")
THEMES: Mapping[str, str] = {
    "societe": "Société", "economie": "Économie", "enseignement_superieur": "Enseignement supérieur",
    "recherche": "Recherche", "tourisme": "Tourisme", "culture": "Culture", "accessibilite": "Accessibilité",
    "action_internationale": "Action internationale",
}  # fmt: skip
TARGETS: Mapping[str, str] = {
    "habitants": "Habitants", "etudiants": "Étudiants", "visiteurs": "Visiteurs", "entreprises": "Entreprises",
}  # fmt: skip
TRANSFORMS = ("none", "log1p")
ABSENT = ("zero", "missing")
RULES = ("p05", "p95", "positive_p95", "min", "max")
LEVELS = ("commune", "epci", "departement", "region")
VARIANTS = ("per_inhabitant", "scale_adjusted")
RETROSPECTIVE = "retro_"
Goalpost = float | str
Block = TypeVar("Block", "Index", "Pillar", "Indicator")


@dataclass(frozen=True)
class Index:
    """One of the two composite indices; they are never merged."""

    code: str
    label: str
    question: str
    definition: str


@dataclass(frozen=True)
class Pillar:
    """A pillar of an index; `weight` is among its siblings."""

    code: str
    index: str
    label: str
    question: str
    weight: float = 1.0


@dataclass(frozen=True)
class Indicator:
    """An indicator: a formula over series, read towards its goalposts (see catalogue.toml for each key)."""

    code: str
    pillar: str
    theme: str
    label: str
    unit: str
    formula: str
    worst: Goalpost
    best: Goalpost
    absent: str
    definition: str
    rationale: str
    transform: str = "none"
    targets: tuple[str, ...] = ()
    weight: float = 1.0
    decimals: int = 1
    max_age: int = 12
    unknown_in: tuple[str, ...] = ()
    unknown_at: tuple[str, ...] = ()
    levels: tuple[str, ...] = LEVELS
    variants: tuple[str, ...] = ()

    @cached_property
    def tree(self) -> ast.expr:
        """The parsed formula."""
        return parse_formula(f"catalogue.toml, indicator {self.code}", self.formula)

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Codes of the series it needs."""
        return tuple(series_of(f"catalogue.toml, indicator {self.code}", self.tree))

    @property
    def is_derived(self) -> bool:
        """Computed from the scores of the other indicators (`formula = "singularity()"`), not from series."""
        return is_derived(self.tree)

    @property
    def is_scored(self) -> bool:
        """False for context: shown, never scored."""
        return self.weight > 0

    @property
    def direction(self) -> int:
        """1 where a high figure is good, −1 where a low one is: the way from worst to best."""
        if isinstance(self.worst, str) or isinstance(self.best, str):
            return -1 if self.worst in ("p95", "max") else 1
        return -1 if self.worst > self.best else 1


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The whole index as declared (one object a file, so that what follows from it can be kept by identity).

    Attributes:
        edition: Current edition.
        reference_edition: The edition on which goalposts are fitted.
        score_range: Lowest and highest score.
        power: Exponent of the power mean between pillars (1 arithmetic, 0 geometric).
        outside: Series kept out of the index, to validate it against.
        coverage: Least share of weight observed, by kind of node (`pillar`, `index`).
        sources: For a series given by several sources, their codes by preference.
        retrospective: The reduced tree of past editions.
    """

    edition: int
    reference_edition: int
    reference_population: str
    score_range: tuple[float, float]
    power: float
    outside: tuple[str, ...]
    coverage: Mapping[str, float]
    sources: Mapping[str, tuple[str, ...]]
    indices: tuple[Index, ...]
    pillars: tuple[Pillar, ...]
    indicators: tuple[Indicator, ...]
    retrospective: Retrospective | None = None

    def find_index(self, code: str) -> Index:
        """The index of that code."""
        return _find(self.indices, code)

    def find_pillar(self, code: str) -> Pillar:
        """The pillar of that code."""
        return _find(self.pillars, code)

    def find_indicator(self, code: str) -> Indicator:
        """The indicator of that code."""
        return _find(self.indicators, code)

    def pillars_of(self, index: str) -> tuple[Pillar, ...]:
        """Pillars of one index, in order."""
        return tuple(p for p in self.pillars if p.index == index)

    def indicators_of(self, pillar: str) -> tuple[Indicator, ...]:
        """Indicators of one pillar, in order, context included."""
        return tuple(i for i in self.indicators if i.pillar == pillar)

    def index_of(self, indicator: Indicator) -> str:
        """Code of the index that an indicator serves."""
        return self.find_pillar(indicator.pillar).index

    @cached_property
    def scored(self) -> tuple[Indicator, ...]:
        """The indicators that score."""
        return tuple(i for i in self.indicators if i.is_scored)

    def scored_at(self, level: str) -> tuple[Indicator, ...]:
        """The indicators that score at one level."""
        return tuple(i for i in self.scored if level in i.levels)


@dataclass(frozen=True)
class Retrospective:
    """The index of past editions: fewer figures exist every year, so it has its own tree and its own name.

    Attributes:
        label: Its name on screen.
        definition: What it is, and is not.
        editions: The years it is computed for.
        levels: The levels it is computed at.
        catalogue: Its reduced tree, whose codes start with `retro_`; its reference edition fixes the goalposts.
    """

    label: str
    definition: str
    editions: tuple[int, ...]
    levels: tuple[str, ...]
    catalogue: Catalogue


def _find(blocks: Iterable[Block], code: str) -> Block:
    for block in blocks:
        if block.code == code:
            return block
    raise KeyError(code)


@cache
def load_catalogue(path: Path = CATALOGUE_FILE) -> Catalogue:
    """Read and check a catalogue.

    Raises:
        MethodError: Names the block, what is wrong and what would be right.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise MethodError(path.name, f"not valid TOML ({error})", "Mend the line named") from error
    catalogue = _read_tree(path, raw, raw)
    if "retrospective" in raw:
        catalogue = replace(catalogue, retrospective=_read_retrospective(path, raw))
    _validate(path, catalogue)
    return catalogue


def _read_tree(path: Path, raw: dict[str, Any], common: dict[str, Any]) -> Catalogue:
    """A tree of the file; the retrospective one shares the scale, the coverage and the sources of the first."""
    return Catalogue(
        edition=raw["edition"],
        reference_edition=raw["reference_edition"],
        reference_population=common["reference_population"],
        score_range=(float(common["score_range"][0]), float(common["score_range"][1])),
        power=float(common["power"]),
        outside=tuple(raw.get("outside", ())),
        coverage={k: float(v) for k, v in common["coverage"].items()},
        sources={k: tuple(v) for k, v in common.get("sources", {}).items()},
        indices=tuple(_block(path, "index", Index, b) for b in raw["index"]),
        pillars=tuple(_block(path, "pillar", Pillar, b) for b in raw["pillar"]),
        indicators=tuple(_block(path, "indicator", Indicator, b) for b in raw["indicator"]),
    )


def _read_retrospective(path: Path, raw: dict[str, Any]) -> Retrospective:
    reduced = raw["retrospective"]
    editions = tuple(range(reduced["first_edition"], reduced["edition"] + 1))
    catalogue = _read_tree(path, reduced, raw)
    _validate(path, catalogue)
    codes = [i.code for i in catalogue.indices] + [p.code for p in catalogue.pillars]
    for code in codes + [i.code for i in catalogue.indicators]:
        if not code.startswith(RETROSPECTIVE):
            raise MethodError(f"{path.name}, {code}", "a code of the retrospective tree has another tree's form",
                              f"Let it start with {RETROSPECTIVE}")  # fmt: skip
    return Retrospective(reduced["label"], reduced["definition"], editions, tuple(reduced["levels"]), catalogue)


def _block(path: Path, kind: str, cls: type[Block], raw: dict[str, Any]) -> Block:
    where = f"{path.name}, {kind} {raw.get('code', '(no code)')}"
    known = {f.name for f in fields(cls)}
    unknown = sorted(set(raw) - known)
    if unknown:
        raise MethodError(where, f"'{unknown[0]}' is not a key of a {kind}", f"Known keys: {', '.join(sorted(known))}")
    try:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
        return cls(**values)
    except TypeError as error:
        raise MethodError(where, str(error).split("() ")[-1], "Add the key") from error


def _validate(path: Path, catalogue: Catalogue) -> None:
    _refuse_doubles(path, catalogue)
    for pillar in catalogue.pillars:
        _require(f"{path.name}, pillar {pillar.code}", "index", pillar.index, [i.code for i in catalogue.indices])
    for one in catalogue.indicators:
        _validate_indicator(path, catalogue, one)
    series = load_series()
    for name in catalogue.outside:
        _require(f"{path.name}, outside", "series", name, series)
        for one in catalogue.scored:
            if name in one.series:
                raise MethodError(
                    f"{path.name}, outside", f"{name} is used by {one.code}", "Keep it out of one of them"
                )
    for name, codes in catalogue.sources.items():
        _require(f"{path.name}, [sources]", "series", name, series)
        for code in codes:
            _require(f"{path.name}, [sources] {name}", "source", code, series[name][1])


def _validate_indicator(path: Path, catalogue: Catalogue, one: Indicator) -> None:
    where = f"{path.name}, indicator {one.code}"
    _require(where, "pillar", one.pillar, [p.code for p in catalogue.pillars])
    _require(where, "theme", one.theme, THEMES)
    _require(where, "transform", one.transform, TRANSFORMS)
    _require(where, "absent", one.absent, ABSENT)
    for target in one.targets:
        _require(where, "target", target, TARGETS)
    for level in one.levels:
        _require(where, "level", level, LEVELS)
    for variant in one.variants:
        _require(where, "variant", variant, VARIANTS)
    for name in one.series:
        _require(where, "series", name, load_series())
    for goalpost in (one.worst, one.best):
        if isinstance(goalpost, str):
            _require(where, "goalpost rule", goalpost, RULES)
    if one.worst == one.best:
        raise MethodError(where, "worst and best are the same", "They carry the direction of reading")
    if one.weight < 0:
        raise MethodError(where, f"the weight {one.weight} is negative", "Use worst and best for the direction")


def _refuse_doubles(path: Path, catalogue: Catalogue) -> None:
    seen: set[str] = set()
    for code in [*(i.code for i in catalogue.indices), *(p.code for p in catalogue.pillars)]:
        if code in seen:
            raise MethodError(f"{path.name}, {code}", "the code stands twice", "Give one of them another code")
        seen.add(code)
    pairs = [(i.code, i.pillar) for i in catalogue.indicators]
    for pair in pairs:
        if pairs.count(pair) > 1:
            raise MethodError(f"{path.name}, indicator {pair[0]}", "it stands twice in one pillar", "Remove one")
        if pair[0] in seen:
            raise MethodError(f"{path.name}, indicator {pair[0]}", "an index or pillar has that code", "Rename it")


def _require(where: str, what: str, given: str, known: Iterable[str]) -> None:
    if given not in known:
        raise MethodError(where, f"{what} '{given}' is unknown", f"Known: {', '.join(sorted(known))}")
