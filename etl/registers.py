"""The only module that reads the facts kept by hand: data/registers/*.csv, each row with its source.

`REGISTERS` declares the columns of each; `etl.register_check` judges what a person wrote in them. A spreadsheet in
French writes semicolons for commas: both are read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from etl.errors import FormatError
from etl.paths import ROOT

FOLDER = ROOT / "data" / "registers"
Kind = Literal[
    "text",
    "source",
    "file",
    "commune",
    "old_commune",
    "level",
    "territory",
    "year",
    "day",
    "address",
    "country",
    "number",
    "key",
]


@dataclass(frozen=True)
class Column:
    """One column of a register.

    Attributes:
        name: As in the header.
        example: A value that is right, shown to whoever wrote a wrong one.
        kind: What its values must be (see `etl.register_check`).
        required: An empty cell is refused.
    """

    name: str
    example: str
    kind: Kind = "text"
    required: bool = True


@dataclass(frozen=True)
class Register:
    """The columns of a register, and those that no two rows may share."""

    columns: tuple[Column, ...]
    unique: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)


_PLACE = (
    Column("level", "commune", "level"),
    Column("territory_code", "59350", "territory"),
    Column("territory", "Lille"),
)
_YEARS = (Column("start", "2004", "year", required=False), Column("end", "2004", "year", required=False))
_SOURCE = Column("source", "Code officiel géographique (Insee)")
_ADDRESS = Column("source", "https://www.lagazettedescommunes.com/805210/…", "address")
_CHECKED = Column("checked", "2026-11-28", "day", required=False)
_COMMUNE = Column("commune_code", "59350", "commune")
REGISTERS: Mapping[str, Register] = {
    "labels": Register(
        (*_PLACE, Column("label_code", "capitale-europeenne-culture-2004"),
         Column("label", "Capitale européenne de la culture"), *_YEARS, _ADDRESS, _CHECKED),
        ("level", "territory_code", "label_code"),
    ),
    "adhesions": Register(
        (*_PLACE, Column("network_code", "c40"), Column("network", "C40 Cities"),
         Column("seat_country", "GB", "country", required=False), *_YEARS, _ADDRESS, _CHECKED),
        ("level", "territory_code", "network_code"),
    ),
    "projets": Register(
        (*_PLACE, Column("project_code", "villes-resilientes-turquie"), Column("project", "Villes résilientes"),
         Column("partner", "Besni, Gölbaşı"), Column("partner_country", "TR", "country"),
         Column("theme", "société civile", required=False), *_YEARS, _ADDRESS, _CHECKED),
        ("level", "territory_code", "project_code"),
    ),
    "corrections": Register(
        (Column("source_code", "wikidata_jumelages", "source"), Column("file", "twinning_france_2017.csv", "file"),
         Column("line_key", "fr_city=Montreuil & partner_city=Beit Sira", "key"), Column("column", "partner_country"),
         Column("expected", "Prussia", required=False), Column("replacement", "Palestine", required=False),
         Column("reason", "La ville est en Palestine, comme le disent ses coordonnées"), _SOURCE,
         Column("checked_by", "A. Martin, Cités Unies France", required=False), _CHECKED),
        ("source_code", "file", "line_key", "column"),
    ),
    "patrimoine_mondial_composantes": Register(
        (Column("id_no", "770", "number"), Column("name", "Toulouse"), _COMMUNE, _SOURCE, _CHECKED),
        ("id_no", "commune_code"),
    ),
    "lieux_dits": Register((Column("name", "Avoriaz"), _COMMUNE, _SOURCE, _CHECKED), ("name", "commune_code")),
    "sites_universitaires": Register(
        (Column("uai", "0060931E"), Column("commune_code", "75105", "old_commune"),
         Column("etudiants", "290", "number"), _SOURCE),
        ("uai", "commune_code"),
    ),
    "pays": Register(
        (Column("name", "Germany"), Column("code", "DE", required=False), Column("label", "Allemagne"), _SOURCE),
        ("name",),
    ),
}  # fmt: skip


@cache
def load_register(name: str) -> pd.DataFrame:
    """A register as text, without the columns about the register itself: `source`, and `checked` (the day, or empty).

    Raises:
        FormatError: No such register, or a row that names no source.
    """
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        raise FormatError(f"data/registers/{name}.csv", "the register is not there", "Restore it from git")
    table = read_register(path)
    if "source" not in table or table["source"].eq("").any():
        line = int(table.index[table["source"].eq("")][0]) if "source" in table else 1
        raise FormatError(f"data/registers/{name}.csv, line {line}", "a fact without a source", "Run: make registers")
    return table.drop(columns=["source", "checked"], errors="ignore").reset_index(drop=True)


def read_register(path: Path) -> pd.DataFrame:
    """A register whole, as text; the index is the line where each row stands.

    Raises:
        UnicodeDecodeError: The file is not utf-8.
    """
    text = path.read_text(encoding="utf-8-sig")
    table = pd.read_csv(io.StringIO(text), sep=find_separator(text), dtype=str, keep_default_na=False,
                        skip_blank_lines=False)  # fmt: skip
    table = table.fillna("")
    table.index = pd.RangeIndex(2, 2 + len(table), name="line")
    return table[~table.isin([""]).all(axis="columns")]


def find_separator(text: str) -> str:
    """What separates the cells: the comma, or the semicolon that a French spreadsheet writes."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","
