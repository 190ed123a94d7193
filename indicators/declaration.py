"""The only place that reads how an index is to be computed: a `Method`, from Python or from a TOML file.

Every key is optional; what is not said is as in `Method`: nothing is imputed unless it is asked for. A whole file:

    steps = ["denominate", "impute", "screen", "treat"]  # in this order, before normalisation; each may be left out

    [screen]
    availability = 0.65                       # least share of figures present for a unit to be kept

    [denominate]
    factor = 1000

    [impute]
    method = "mean_group"                     # none, mean, median, mean_group, median_group
    group = "EurAsia_group"

    [treat]
    skewness = 2.0
    kurtosis = 3.5
    max_points = 5
    forced = { Flights = "log", Gas = 3, TIRcon = "none" }

    [normalise]
    method = "minmax"                         # the options of the method beside its name
    low = 1
    high = 100
    [normalise.indicators.CO2]                # one indicator otherwise
    method = "goalposts"
    worst = 20
    best = 0

    [weights]
    method = "given"                          # given, equal, pca, pca_squared, optimised, budget
    given = { Physical = 2 }                  # instead of the tree's
    [weights.nodes.Conn]                      # the children of one node otherwise
    method = "pca"

    [aggregate]
    method = "arithmetic"
    coverage = 0.0
    [aggregate.levels.4]                      # nodes of one level of the tree
    method = "geometric"
    coverage = 0.66
    [aggregate.nodes.Conn]                    # one node
    method = "power"
    power = 0.5
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from etl.errors import MethodError
from indicators.treat import Rule

STEPS = ("denominate", "impute", "screen", "treat")
Options = Mapping[str, Any]
EMPTY: Options = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """A method and its options.

    Attributes:
        name: The method, with or without its family's prefix.
        options: Its options, by name.
    """

    name: str
    options: Options = field(default_factory=dict)


@dataclass(frozen=True)
class AggregateChoice:
    """How a node is made from its children.

    Attributes:
        choice: The method and its options.
        coverage: The least share of its weight that must be observed.
    """

    choice: Choice = field(default_factory=lambda: Choice("arithmetic"))
    coverage: float = 0.0


@dataclass(frozen=True)
class Method:
    """Every choice made between raw figures and ranks.

    Attributes:
        steps: What is done before normalisation, in order.
        availability: Least share of figures present for a unit to be kept by the step `screen`.
        factor: What rates are per, in the step `denominate`.
        imputation: How missing figures are filled in the step `impute`.
        treatment: When and how outliers are treated in the step `treat`.
        normalisation: How figures become scores.
        normalisation_of: The same for some indicators, by code.
        weighting: How siblings are weighed.
        weighting_of: The same for the children of some nodes, by the node's code.
        given: Weights that replace the tree's, by code.
        aggregation: How nodes are made.
        aggregation_of_level: The same for the nodes of some levels.
        aggregation_of: The same for some nodes, by code.
    """

    steps: tuple[str, ...] = STEPS
    availability: float = 0.0
    factor: float = 1.0
    imputation: Choice = field(default_factory=lambda: Choice("none"))
    treatment: Rule = field(default_factory=Rule)
    normalisation: Choice = field(default_factory=lambda: Choice("minmax", {"low": 0.0, "high": 100.0}))
    normalisation_of: Mapping[str, Choice] = field(default_factory=dict)
    weighting: Choice = field(default_factory=lambda: Choice("given"))
    weighting_of: Mapping[str, Choice] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    aggregation: AggregateChoice = field(default_factory=AggregateChoice)
    aggregation_of_level: Mapping[int, AggregateChoice] = field(default_factory=dict)
    aggregation_of: Mapping[str, AggregateChoice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse steps that do not exist or are done twice."""
        for step in self.steps:
            if step not in STEPS or self.steps.count(step) > 1:
                raise MethodError(
                    f"steps, {step}", "it does not exist or stands twice", f"Choose among {', '.join(STEPS)}"
                )
        if not 0 <= self.availability <= 1:
            raise MethodError("screen, availability", f"it is {self.availability}", "Give a share between 0 and 1")
        if not self.factor > 0:
            raise MethodError("denominate, factor", f"it is {self.factor}", "Give a positive number")


def load_method(path: Path) -> Method:
    """Read a method from a TOML file.

    Raises:
        MethodError: Not TOML, or a key or a value that means nothing here.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MethodError(str(path), "it cannot be read", str(error.strerror)) from None
    try:
        return parse_method(tomllib.loads(text), where=path.name)
    except tomllib.TOMLDecodeError as error:
        raise MethodError(path.name, f"it is not TOML: {error}", "Correct that line") from None


def parse_method(document: Options, where: str = "method") -> Method:
    """Make a method from the tables of a TOML document; see the module for the keys."""
    allowed = ("steps", "screen", "denominate", "impute", "treat", "normalise", "weights", "aggregate")
    _only(document, allowed, where)
    default = Method()
    tables = {name: _table(document, name, where) for name in allowed[1:]}
    _only(tables["screen"], ("availability",), f"{where}, screen")
    _only(tables["denominate"], ("factor",), f"{where}, denominate")
    weights, aggregate, normalise = tables["weights"], tables["aggregate"], tables["normalise"]
    return Method(
        steps=tuple(document.get("steps", default.steps)),
        availability=_number(tables["screen"], "availability", default.availability, f"{where}, screen"),
        factor=_number(tables["denominate"], "factor", default.factor, f"{where}, denominate"),
        imputation=_choice(tables["impute"], default.imputation),
        treatment=_rule(tables["treat"], f"{where}, treat"),
        normalisation=_choice(normalise, default.normalisation, leave=("indicators",)),
        normalisation_of=_choices(normalise, "indicators", f"{where}, normalise"),
        weighting=_choice(weights, default.weighting, leave=("nodes", "given")),
        weighting_of=_choices(weights, "nodes", f"{where}, weights"),
        given=_numbers(weights, "given", f"{where}, weights"),
        aggregation=_aggregate(aggregate, default.aggregation, f"{where}, aggregate", leave=("levels", "nodes")),
        aggregation_of_level=_aggregates_of_levels(aggregate, f"{where}, aggregate"),
        aggregation_of={
            code: _aggregate(table, default.aggregation, f"{where}, aggregate, {code}")
            for code, table in _tables(aggregate, "nodes", f"{where}, aggregate").items()
        },
    )


def _rule(table: Options, where: str) -> Rule:
    _only(table, ("skewness", "kurtosis", "max_points", "forced"), where)
    default = Rule()
    return Rule(
        skewness=_number(table, "skewness", default.skewness, where),
        kurtosis=_number(table, "kurtosis", default.kurtosis, where),
        max_points=int(_number(table, "max_points", default.max_points, where)),
        forced=_table(table, "forced", where),
    )


def _choice(table: Options, default: Choice, leave: tuple[str, ...] = ()) -> Choice:
    """Return a method and its options; the default's options hold for the default's method only."""
    given = {name: value for name, value in table.items() if name != "method" and name not in leave}
    name = str(table.get("method", default.name))
    same = name == default.name
    return Choice(name, {**default.options, **given} if same else given)


def _choices(table: Options, key: str, where: str) -> dict[str, Choice]:
    return {code: _named(choice, f"{where}, {code}") for code, choice in _tables(table, key, where).items()}


def _named(table: Options, where: str) -> Choice:
    if "method" not in table:
        raise MethodError(where, "it names no method", "Add method = …")
    return _choice(table, Choice(str(table["method"])))


def _aggregate(table: Options, default: AggregateChoice, where: str, leave: tuple[str, ...] = ()) -> AggregateChoice:
    coverage = _number(table, "coverage", default.coverage, where)
    return AggregateChoice(_choice(table, default.choice, leave=("coverage", *leave)), coverage)


def _aggregates_of_levels(table: Options, where: str) -> dict[int, AggregateChoice]:
    choices = {}
    for level, choice in _tables(table, "levels", where).items():
        if not level.isdigit():
            raise MethodError(f"{where}, levels", f"“{level}” is not a level", "Give a whole number")
        choices[int(level)] = _aggregate(choice, AggregateChoice(), f"{where}, level {level}")
    return choices


def _tables(table: Options, key: str, where: str) -> dict[str, Options]:
    inner = _table(table, key, where)
    return {name: _table(inner, name, f"{where}, {key}") for name in inner}


def _table(table: Options, key: str, where: str) -> dict[str, Any]:
    value = table.get(key, EMPTY)
    if not isinstance(value, Mapping):
        raise MethodError(f"{where}, {key}", f"it is {value!r}, not a table", f"Write it under [{key}]")
    return dict(value)


def _number(table: Options, key: str, default: float, where: str) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MethodError(f"{where}, {key}", f"it is {value!r}, not a number", "Give a number")
    return float(value)


def _numbers(table: Options, key: str, where: str) -> dict[str, float]:
    inner = _table(table, key, where)
    return {name: _number(inner, name, 0.0, f"{where}, {key}") for name in inner}


def _only(table: Options, allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise MethodError(f"{where}, {key}", "nothing is called so", f"Choose among {', '.join(allowed)}")
