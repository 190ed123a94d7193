"""The only module that judges what a person wrote in a register, and says it in French to whoever edits the file.

Each problem names the file, the line, the column, what is wrong and a value that would do. Codes of territories are
compared with the names written beside them when the reference lists are there (data/snapshot, shipped).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from etl.corrections import parse_key
from etl.countries import known_countries
from etl.naming import significant_words
from etl.paths import ROOT
from etl.registers import REGISTERS, Column, Register, find_separator, read_register
from etl.registry import load_sources
from etl.schemas import FIRST_TIE, LONGEST_TIE
from etl.territories import CODE_PATTERN

REFERENCE = ROOT / "data" / "snapshot" / "etalab_decoupage"
_LEVELS = ("commune", "epci", "departement", "region")
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell, or in a whole file (line 0)."""

    file: str
    line: int
    column: str
    wrong: str
    example: str = ""

    def __str__(self) -> str:
        """« data/registers/labels.csv, ligne 4, colonne « start » : … »."""
        where = f"data/registers/{self.file}"
        where += f", ligne {self.line}" if self.line else ""
        where += f", colonne « {self.column} »" if self.column else ""
        return f"{where} : {self.wrong}." + (f" Exemple qui convient : {self.example}" if self.example else "")


def check_folder(folder: Path) -> tuple[dict[str, int], list[Problem]]:
    """Rows by register, and every problem, register by register."""
    names = read_names()
    counts: dict[str, int] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        found, rows = check_file(path, names)
        problems += found
        counts[path.stem] = rows
    missing = [name for name in REGISTERS if name not in counts]
    problems += [Problem(f"{name}.csv", 0, "", "le registre manque ; le reprendre dans git") for name in missing]
    return counts, problems


def check_file(path: Path, names: Names) -> tuple[list[Problem], int]:
    """Problems of one register, and how many rows it has."""
    register = REGISTERS.get(path.stem)
    if register is None:
        known = ", ".join(sorted(REGISTERS))
        return [Problem(path.name, 0, "", f"registre inconnu ; ceux qui existent : {known}")], 0
    whole = list(_check_shape(path, register))
    if whole:
        return whole, 0
    table = read_register(path)
    return list(check_rows(path.name, register, table, names)), len(table)


def _check_shape(path: Path, register: Register) -> Iterator[Problem]:
    """What prevents the file from being read at all."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        yield Problem(path.name, line, "", "les accents sont mal enregistrés ; dans le tableur, enregistrer sous "
                      "« CSV UTF-8 (délimité par des virgules) »")  # fmt: skip
        return
    rows = list(csv.reader(io.StringIO(text), delimiter=find_separator(text)))
    header = rows[0] if rows else []
    missing = [name for name in register.names if name not in header]
    extra = [name for name in header if name not in register.names]
    if missing or extra:
        told = [f"colonnes manquantes : {', '.join(missing)}"] * bool(missing)
        told += [f"colonnes inconnues : {', '.join(extra)}"] * bool(extra)
        yield Problem(path.name, 1, "", " ; ".join(told), ",".join(register.names))
    for number, row in enumerate(rows[1:], 2):
        if row and len(row) != len(header) and not (missing or extra):
            wrong = (
                f"{len(row)} cellules au lieu de {len(header)} ; un texte qui contient une virgule va entre guillemets"
            )
            yield Problem(path.name, number, "", wrong, '"Besni, Gölbaşı"')


def check_rows(file: str, register: Register, table: pd.DataFrame, names: Names) -> Iterator[Problem]:
    """Problems of the cells, line by line, then rows that say the same thing twice."""
    cells = table.to_dict("records")
    for line, row in zip(table.index, cells, strict=True):
        texts = {str(name): str(value) for name, value in row.items()}
        for column in register.columns:
            wrong, example = judge(column, texts[column.name], texts, names)
            if wrong:
                yield Problem(file, int(line), column.name, wrong, example or column.example)
    first: dict[tuple[str, ...], int] = {}
    for line, row in zip(table.index, cells, strict=True):
        key = tuple(str(row[name]) for name in register.unique)
        if key in first:
            yield Problem(file, int(line), register.unique[-1], f"la ligne répète la ligne {first[key]}")
        first.setdefault(key, int(line))


def judge(column: Column, value: str, row: Mapping[str, str], names: Names) -> tuple[str, str]:
    """What is wrong with a cell (empty: nothing), and a value that would do (empty: the column's own example)."""
    if value != value.strip():
        return f"« {value} » commence ou finit par une espace", value.strip()
    if not value:
        return ("la cellule est vide", "") if column.required else ("", "")
    if column.kind == "territory":
        return _judge_territory(value, row["level"], row["territory"], names)
    if column.kind == "file":
        return _judge_file(value, row["source_code"])
    if column.kind == "commune":
        return _judge_territory(value, "commune", "", names)
    rule = _RULES.get(column.kind)
    return (rule(value) if rule else ""), ""


def _judge_territory(code: str, level: str, label: str, names: Names) -> tuple[str, str]:
    if level not in _LEVELS:
        return "", ""  # said of the column `level`
    example = {"commune": "59350", "epci": "200093201", "departement": "59", "region": "32"}[level]
    if re.fullmatch(r"[1-9]\d{3}", code) and level == "commune":
        return f"« {code} » a perdu son zéro (le tableur l’enlève : mettre la colonne au format Texte)", f"0{code}"
    if not re.match(CODE_PATTERN[level], code):
        return f"« {code} » n’a pas la forme d’un code de niveau {level}", example
    known = names.get(level)
    if not known:
        return "", ""
    if code not in known:
        return f"aucun territoire de niveau {level} ne porte aujourd’hui le code {code}", example
    if label and not _alike(label, known[code]):
        return f"le code {code} est celui de « {known[code]} », non de « {label} »", ""
    return "", ""


def _judge_file(file: str, source_code: str) -> tuple[str, str]:
    source = load_sources().get(source_code)
    if source is None:
        return "", ""  # said of the column `source_code`
    known = [one.name for one in source.card.files]
    return ("", "") if file in known else (f"« {file} » n’est pas un fichier de {source_code}", known[0])


def _alike(label: str, official: str) -> bool:
    mine, theirs = significant_words(label), significant_words(official)
    return mine <= theirs or theirs <= mine


def _judge_year(value: str) -> str:
    last = dt.datetime.now(dt.UTC).year + LONGEST_TIE
    good = re.fullmatch(r"\d{3,4}", value) and FIRST_TIE <= int(value) <= last
    return "" if good else f"« {value} » n’est pas une année"


def _judge_day(value: str) -> str:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return f"« {value} » n’est pas une date écrite année-mois-jour"
    return f"le {value} n’est pas encore passé" if day > dt.datetime.now(dt.UTC).date() else ""


def _judge_key(value: str) -> str:
    return "" if parse_key(value) else f"« {value} » ne désigne pas une ligne : écrire colonne=valeur"


def _judge_address(value: str) -> str:
    good = re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value)
    return "" if good else f"« {value} » n’est pas l’adresse d’une page publique"


_RULES: Mapping[str, Callable[[str], str]] = {
    "old_commune": lambda v: "" if re.fullmatch(r"(\d\d|2[AB])\d{3}", v) else f"« {v} » n’est pas un code de commune",
    "level": lambda v: "" if v in _LEVELS else f"« {v} » n’est pas un niveau ; écrire {', '.join(_LEVELS)}",
    "year": _judge_year,
    "day": _judge_day,
    "key": _judge_key,
    "address": _judge_address,
    "country": lambda v: "" if v in known_countries() else f"« {v} » n’est pas un code de pays à deux lettres",
    "number": lambda v: "" if re.fullmatch(r"\d+", v) else f"« {v} » n’est pas un nombre entier",
    "source": lambda v: "" if v in load_sources() else f"« {v} » n’est pas une source de l’outil",
}


def read_names() -> dict[str, dict[str, str]]:
    """Official name by code, by level, from the shipped reference lists; empty where they are not there."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect() as con:
        for level in _LEVELS:
            path = REFERENCE / f"{level}.parquet"
            if path.is_file():
                found[level] = dict(con.execute(f"SELECT code, label FROM '{path}'").fetchall())
    return found


def describe(counts: Mapping[str, int], problems: list[Problem]) -> list[str]:
    """The report of `make registers`."""
    lines = [str(problem) for problem in problems]
    rows = sum(counts.values())
    told = f"{len(counts)} registres, {rows} lignes"
    if not problems:
        return [f"{told} : tout est en ordre."]
    return [*lines, f"{told} : {len(problems)} à corriger."]
