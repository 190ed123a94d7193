"""The only place that reads the two-table form of an index: figures (`iData`) and tree (`iMeta`).

`iData`: one row per unit, `uCode`, optionally `uName`, one column per code. `iMeta`: one row per code, with `iCode`,
`Level` (1 for indicators), `Parent`, `Direction` (1 or −1), `Weight`, `Type` (Indicator, Aggregate, Denominator, Group,
Other), optionally `iName`, `Unit`, `Denominator`, `Target`. Empty and `NA` are missing figures. Both are refused whole,
by name, when something is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from etl.errors import MethodError
from indicators.tree import Node, Tree

MISSING = ("", "NA", "NaN", "n.d.")
TYPES = ("Indicator", "Aggregate", "Denominator", "Group", "Other")
NEEDED_META = ("iCode", "Level", "Parent", "Direction", "Weight", "Type")


@dataclass(frozen=True)
class Study:
    """An index to compute: figures and what is declared about them.

    Attributes:
        figures: units × indicators in their own units, in the order of `tree.columns`; NaN where missing.
        tree: The index tree.
        directions: 1 where a high figure is good, −1 where a low one is, by indicator.
        denominators: The column of `context` an indicator is divided by, for those that are.
        context: units × denominators.
        groups: units × groupings, one label each, None where there is none.
        labels: The units' names, by code.
        levels: The level of each node as declared (1 for indicators).
        units: The unit each node is measured in, by code.
        targets: The figure each indicator aims at, for those that have one.
    """

    figures: pd.DataFrame
    tree: Tree
    directions: Mapping[str, int]
    denominators: Mapping[str, str] = field(default_factory=dict)
    context: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    labels: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the figures once, before anything is computed."""
        validate_figures(self.figures, self.tree)


def validate_figures(figures: pd.DataFrame, tree: Tree) -> None:
    """Refuse figures from which no index can be made.

    Raises:
        MethodError: A column that is not there, a duplicate unit or column, an indicator without figure, constant or
            with an infinite figure.
    """
    for kind, labels in (("unit", figures.index), ("column", figures.columns)):
        if labels.has_duplicates:
            twice = labels[labels.duplicated()][0]
            raise MethodError(f"{kind} {twice}", "it stands twice in the figures", "Keep one of them")
    for leaf in tree.leaves:
        column = tree[leaf].source
        if column not in figures:
            raise MethodError(
                leaf, f"the figures have no column “{column}”", "Add the column, or correct the code in the tree"
            )
        _validate_column(column, figures[column].to_numpy(dtype=float))


def _validate_column(code: str, values: np.ndarray) -> None:
    if np.isinf(values).any():
        raise MethodError(code, "a figure is infinite", "Correct it, or leave it missing")
    present = values[~np.isnan(values)]
    if not present.size:
        raise MethodError(code, "all its figures are missing", "Remove the indicator, or complete it")
    if present.min() == present.max():
        raise MethodError(
            code, f"it is constant: every figure is {present[0]:g}", "Remove the indicator: it tells nobody apart"
        )


def read_study(data: str | Path, meta: str | Path) -> Study:
    """Read an index from its two tables.

    Args:
        data: The figures, units × columns.
        meta: The tree and what is declared about each column.

    Raises:
        MethodError: Anything unsound, by name, with the remedy.
    """
    data, meta = Path(data), Path(meta)
    declared, table = _read_text(meta, "iCode", NEEDED_META), _read_text(data, "uCode", ())
    for code, kind in declared["Type"].items():
        if kind not in TYPES:
            raise MethodError(f"{meta.name}, {code}, Type", f"it is “{kind}”", f"Choose one of {', '.join(TYPES)}")
    tree = _read_tree(declared, meta.name)
    names = {kind: list(declared.index[declared["Type"] == kind]) for kind in TYPES}
    denominators = _texts(declared, "Denominator", tree.leaves)
    by = list(dict.fromkeys([*names["Denominator"], *denominators.values()]))
    return Study(
        figures=_read_figures(table, tree.columns, data.name),
        tree=tree,
        directions={code: _direction(declared["Direction"][code], code, meta.name) for code in tree.leaves},
        denominators=denominators,
        context=_read_figures(table, by, data.name),
        groups=_columns(table, names["Group"], data.name).replace(dict.fromkeys(MISSING)),
        labels={str(unit): name for unit, name in table["uName"].items()} if "uName" in table else {},
        levels={code: int(_number(declared["Level"][code], meta.name, code, "Level")) for code in tree.codes},
        units=_texts(declared, "Unit", tree.codes),
        targets={
            code: _number(text, meta.name, code, "Target")
            for code, text in _texts(declared, "Target", tree.leaves).items()
        },
    )


def _read_text(path: Path, key: str, needed: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV as text (a code keeps its zeros), keyed; duplicate headers and keys are refused, not renamed."""
    if not path.is_file():
        raise MethodError(str(path), "there is no such file", "Correct the path")
    header, *rows = _read_rows(path)
    for name in (key, *needed):
        if name not in header:
            raise MethodError(path.name, f"the column “{name}” is missing", f"Its columns are: {', '.join(header)}")
    for name in header:
        if header.count(name) > 1:
            raise MethodError(f"{path.name}, column {name}", "it stands twice", "Keep one of them")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise MethodError(
                f"{path.name}, line {line}", f"{len(row)} fields under {len(header)} headings", "Complete the line"
            )
    table = pd.DataFrame(rows, columns=header, dtype=str).set_index(key)
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise MethodError(f"{path.name}, {key} {twice}", "it stands twice", "Keep one of the two lines")
    if "" in table.index:
        raise MethodError(
            f"{path.name}, line {list(table.index).index('') + 2}", f"its {key} is empty", "Give it a code"
        )
    return table


def _read_rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.reader(handle)) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MethodError(path.name, f"it is not a CSV in UTF-8 ({error})", "Save it again as UTF-8") from None


def _read_tree(declared: pd.DataFrame, where: str) -> Tree:
    rows = declared[declared["Type"].isin(("Indicator", "Aggregate"))]
    nodes = tuple(
        Node(
            code=str(code),
            parent=row["Parent"] if row["Parent"] not in MISSING else None,
            weight=_number(row["Weight"], where, str(code), "Weight"),
            label=row.get("iName", ""),
        )
        for code, row in rows.iterrows()
    )
    tree = Tree(nodes)
    for code in tree.codes:
        kind = rows.loc[code, "Type"]
        if (kind == "Aggregate") != (code in tree.children):
            what = "an aggregate without children" if kind == "Aggregate" else "an indicator with children"
            raise MethodError(f"{where}, {code}", f"it is {what}", "Correct its Type, or the Parent of the others")
    return tree


def _read_figures(table: pd.DataFrame, codes: tuple[str, ...] | list[str], where: str) -> pd.DataFrame:
    texts = _columns(table, codes, where)
    return pd.DataFrame(
        {code: [_figure(text, where, str(unit), code) for unit, text in texts[code].items()] for code in codes},
        index=table.index,
        columns=list(codes),
        dtype=float,
    )


def _columns(table: pd.DataFrame, codes: tuple[str, ...] | list[str], where: str) -> pd.DataFrame:
    for code in codes:
        if code not in table:
            raise MethodError(
                f"{where}, {code}", "the tree names a column that is not there", "Add it, or correct the tree"
            )
    return table[list(codes)]


def _figure(text: str, where: str, unit: str, code: str) -> float:
    return np.nan if text.strip() in MISSING else _number(text, where, unit, code)


def _number(text: object, where: str, row: str, column: str) -> float:
    try:
        number = float(str(text))
    except ValueError:
        raise MethodError(f"{where}, {row}, {column}", f"“{text}” is not a number", "Correct it") from None
    if not np.isfinite(number):
        raise MethodError(f"{where}, {row}, {column}", f"it is {text}", "Give a finite number, or leave it empty")
    return number


def _direction(text: object, code: str, where: str) -> int:
    if text not in ("1", "-1"):
        raise MethodError(
            f"{where}, {code}, Direction",
            f"it is “{text}”",
            "Give 1 where a high figure is good, -1 where a low one is",
        )
    return int(str(text))


def _texts(declared: pd.DataFrame, column: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Return the codes for which a column of the tree says something."""
    if column not in declared:
        return {}
    return {str(code): text for code, text in declared.loc[list(codes), column].items() if text not in MISSING}
