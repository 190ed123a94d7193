"""The only module that reads raw files: everything as text, with its line, and every cast declared.

A source's `parse(p)` receives a `Parser`, reads its files through it, and says what each row is: figures,
links, rows refused, rows out of scope. Nothing is placed in today's geography here: see `etl.ingest`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from etl.card import Card
from etl.corrections import CORRECTION_TABLE, correct, gather_told, load_corrections
from etl.countries import country_codes
from etl.errors import FormatError

if TYPE_CHECKING:
    from etl.matching import Places

BOM = b"\xef\xbb\xbf"
csv.field_size_limit(10_000_000)  # characters; some publishers put a contour in a cell
FIGURE_COLUMNS = ("file", "line", "level", "code", "series_code", "year", "value", "status", "label")
LINK_COLUMNS = (
    "file", "line", "level", "code", "kind", "partner_label", "partner_country", "partner_code", "role", "theme",
    "start", "end",
)  # fmt: skip
REJECTED_COLUMNS = ("file", "line", "column", "value", "reason")
MAX_UNPACKED = 1_000_000_000  # bytes of one archive; INSEE's largest cube unpacks to 410 MB
MAX_SWELLING = 200  # unpacked over packed; text swells 5 to 20 times
SMALL_ENOUGH = 20_000_000  # bytes, whatever the swelling
ONE_BYTE_ENCODINGS = ("latin-1", "iso-8859-1", "iso-8859-15", "cp1252")


@dataclass(frozen=True)
class Parsed:
    """One source, read: rows as published, in publishers' codes.

    Attributes:
        figures: FIGURE_COLUMNS, one row a figure and raw line.
        links: LINK_COLUMNS, one row a tie and raw line.
        rejected: REJECTED_COLUMNS, rows refused and why.
        excluded: Rows out of the product's scope, counted by reason.
        rows_read: Rows of the main files.
        tables: Geography only: named tables for `etl.territories`; and for any source, what came of its corrections.
    """

    figures: pd.DataFrame
    links: pd.DataFrame
    rejected: pd.DataFrame
    excluded: dict[str, int]
    rows_read: int
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbers:
    """A text column read as figures.

    Attributes:
        value: float64, NaN where missing, secret or refused.
        secret: bool, the publisher withholds the figure.
        refused: bool, the text is no figure in the declared format.
    """

    value: pd.Series[float]
    secret: pd.Series[bool]
    refused: pd.Series[bool]


def read_numbers(
    text: pd.Series[str],
    *,
    decimal: str = ".",
    thousands: str = "",
    missing: Sequence[str] = ("",),
    secret: Sequence[str] = (),
) -> Numbers:
    """Cast a text column in its declared number format.

    Args:
        text: Shape (n,), as published.
        decimal: Decimal mark of the column.
        thousands: Every character used to separate thousands (any of them is dropped).
        missing: Cells that mean "no figure".
        secret: Cells that mean "withheld".
    """
    clean = text.str.strip()
    is_missing = clean.isin([*missing, *secret])
    if thousands:
        clean = clean.str.replace(f"[{thousands}]", "", regex=True)
    if decimal != ".":
        clean = clean.where(~clean.str.contains(".", regex=False), "?").str.replace(decimal, ".", regex=False)
    value = pd.to_numeric(clean.where(~is_missing, None), errors="coerce").astype(float)
    finite = np.isfinite(value)
    return Numbers(
        value=value.where(finite),
        secret=text.str.strip().isin(list(secret)),
        refused=~is_missing & ~finite,
    )


class Parser:
    """Reads the raw files of one source and gathers what `parse` says of their rows."""

    def __init__(self, card: Card, folder: Path, places: Places | None = None) -> None:
        """Bind the parser to a card and to the folder that holds its raw files."""
        self.card = card
        self._folder = folder
        self._places = places
        self._figures: list[pd.DataFrame] = []
        self._links: list[pd.DataFrame] = []
        self._rejected: list[pd.DataFrame] = []
        self._excluded: dict[str, int] = {}
        self._rows_read = 0
        self._documents: dict[str, Any] = {}
        self._corrections = load_corrections(card.code)
        self._corrected: list[pd.DataFrame] = []
        self.tables: dict[str, pd.DataFrame] = {}

    @property
    def places(self) -> Places:
        """Names, postcodes and contours of today's communes (figures stage only)."""
        if self._places is None:
            raise FormatError(self.card.code, "a geography source cannot look places up", "Set stage='figures'")
        return self._places

    # -- reading -------------------------------------------------------------------------------------------------

    def read_bytes(self, file: str, member: str | None = None) -> bytes:
        """Content of a raw file, or of one member of a zip archive (matched by suffix, case folded)."""
        path = self._folder / file
        if not path.is_file():
            raise FormatError(f"{self.card.code}, {file}", "the raw file is not there", "Run: make refresh")
        if member is None:
            return path.read_bytes()
        return self._read_member(path, member)

    def _read_member(self, path: Path, suffix: str) -> bytes:
        where = f"{self.card.code}, {path.name}"
        try:
            with zipfile.ZipFile(path) as archive:
                members = [(i, i.filename.lower()) for i in archive.infolist()]
                exact = [i for i, name in members if name.rsplit("/", 1)[-1] == suffix.lower()]
                found = exact or [i for i, name in members if name.endswith(suffix.lower())]
                if len(found) != 1:
                    names = ", ".join(archive.namelist()[:10])
                    raise FormatError(where, f"{len(found)} members end in '{suffix}' (it holds: {names})",
                                      "Check the archive, or mend the source module")  # fmt: skip
                _check_members(where, archive)
                return archive.read(found[0])
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise FormatError(where, f"the archive is corrupt ({error})", "Fetch it again: make refresh") from error

    def read_csv(
        self,
        file: str,
        columns: Sequence[str],
        *,
        sep: str = ";",
        encoding: str = "utf-8",
        header: int = 0,
        member: str | None = None,
        counted: bool = True,
    ) -> pd.DataFrame:
        """Read a CSV file as text.

        Args:
            file: Raw file name.
            columns: Columns needed; each must be there. `"*"` alone reads all those that have a name.
            header: How many lines stand above the header.
            member: Suffix of the member to read in a zip archive.
            counted: False for a lookup file, whose rows are not counted as read.

        Returns:
            Text columns; the index, named `line`, is the line of the file (of the member) where the row starts;
            `attrs["file"]` is the file name.
        """
        content = self._decode(self.read_bytes(file, member), file, encoding)
        names = next(csv.reader(io.StringIO(_nth_line(content, header)), delimiter=sep), [])
        self.require_columns(file, names, () if list(columns) == ["*"] else columns)
        wanted = [n for n in names if n] if list(columns) == ["*"] else list(columns)
        try:
            frame = pd.read_csv(
                io.StringIO(content), sep=sep, header=header, dtype=str, keep_default_na=False, usecols=wanted,
                index_col=False,
            )  # fmt: skip
        except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
            raise FormatError(f"{self.card.code}, {file}", f"the table is broken ({error})",
                              "Compare the file with the publisher's page") from error  # fmt: skip
        if frame.empty:
            raise FormatError(f"{self.card.code}, {file}", "the file has a header and no row", "Fetch it again")
        lines, cells = _survey(content, sep, header)
        if len(lines) != len(frame):
            raise FormatError(f"{self.card.code}, {file}", f"the table is broken ({len(lines)} rows or {len(frame)})",
                              "Look for a quote that is not closed")  # fmt: skip
        frame.index = pd.Index(lines, name="line", dtype="int64")
        frame = self._opened(frame, file, counted=counted)
        frame = self._refuse_misshapen(frame, pd.Series(cells, index=frame.index), len(names))
        if not counted or _has_no_doubled_line(content):
            return frame
        whole = pd.read_csv(
            io.StringIO(content), sep=sep, header=header, dtype=str, keep_default_na=False, index_col=False
        )
        return self._refuse_doubled(frame, whole.set_axis(lines).duplicated())

    def read_excel(
        self, file: str, columns: Sequence[str], *, sheet: str, header: int = 0, member: str | None = None,
        counted: bool = True,
    ) -> pd.DataFrame:  # fmt: skip
        """Read one sheet of a workbook as text; same result as `read_csv`."""
        where = f"{self.card.code}, {file}"
        try:
            frame = pd.read_excel(
                io.BytesIO(self.read_bytes(file, member)),
                sheet_name=sheet, header=header, dtype=str, keep_default_na=False, engine="calamine",
            )  # fmt: skip
        except Exception as error:
            raise FormatError(where, f"the sheet '{sheet}' cannot be read ({error})", "Fetch it again") from error
        frame.columns = frame.columns.astype(str)
        every = list(columns) == ["*"]
        self.require_columns(file, list(frame.columns), () if every else columns)
        frame = frame.fillna("").astype(str)
        frame.index = pd.RangeIndex(header + 2, header + 2 + len(frame), name="line")
        doubled = frame.duplicated() & ~frame.isin([""]).all(axis=1)
        opened = self._opened(frame[list(frame.columns if every else columns)].copy(), file, counted=counted)
        return self._refuse_doubled(opened, doubled) if counted else opened

    def read_json(self, file: str) -> Any:
        """Read a JSON file."""
        try:
            if file not in self._documents:
                self._documents[file] = json.loads(self._decode(self.read_bytes(file), file, "utf-8"))
            return self._documents[file]
        except json.JSONDecodeError as error:
            raise FormatError(f"{self.card.code}, {file}", f"not valid JSON ({error})", "Fetch it again") from error

    def read_records(self, file: str, columns: Sequence[str], *, counted: bool = True) -> pd.DataFrame:
        """Read a JSON list of objects as text columns; `line` is the rank of the object, from 1."""
        records = self.read_json(file)
        if not isinstance(records, list) or not records:
            raise FormatError(f"{self.card.code}, {file}", "not a list of records", "Fetch it again: make refresh")
        self.require_columns(file, sorted(set().union(*(r.keys() for r in records))), columns)
        rows = {c: ["" if r.get(c) is None else str(r[c]) for r in records] for c in columns}
        frame = pd.DataFrame(rows, dtype=str)
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="line")
        frame = self._opened(frame, file, counted=counted)
        alike = frame.index[frame.duplicated(keep=False)]
        if not counted or alike.empty:
            return frame
        whole = pd.Series([json.dumps(records[n - 1], sort_keys=True) for n in alike], index=alike)
        return self._refuse_doubled(frame, whole.duplicated())

    def _refuse_misshapen(self, frame: pd.DataFrame, cells: pd.Series[int], width: int) -> pd.DataFrame:
        """Without the rows that have more or fewer cells than the header: their columns have shifted."""
        odd = cells.ne(width)
        if odd.mean() > 0.5:
            rule = f"the header has {width} cells and most rows have {cells.median():.0f}: the columns have shifted"
            raise FormatError(f"{self.card.code}, {frame.attrs['file']}", rule, "Compare it with the publisher's page")
        self.reject(frame[odd], "", cells.astype(str) + " cells", f"the row has not the {width} cells of the header")
        return frame[~odd] if odd.any() else frame

    def _refuse_doubled(self, frame: pd.DataFrame, doubled: pd.Series[bool]) -> pd.DataFrame:
        """Without the rows that stand a second time in the file, cell for cell: they would be summed twice."""
        here = doubled.reindex(frame.index, fill_value=False)
        self.reject(frame[here], "", "", "the very same row stands above")
        return frame[~here] if here.any() else frame

    def _opened(self, frame: pd.DataFrame, file: str, *, counted: bool) -> pd.DataFrame:
        frame.attrs["file"] = file
        self._rows_read += len(frame) * counted
        frame, told = correct(frame, self._corrections)
        self._corrected.append(told)
        return frame

    def _decode(self, content: bytes, file: str, encoding: str) -> str:
        while content.startswith(BOM):
            content = content[len(BOM) :]
        if not content.strip():
            raise FormatError(f"{self.card.code}, {file}", "the file is empty", "Fetch it again: make refresh")
        if encoding.lower() in ONE_BYTE_ENCODINGS and _is_utf8(content):
            raise FormatError(f"{self.card.code}, {file}", f"utf-8 text instead of {encoding}",
                              "The publisher changed the encoding: mend the source module")  # fmt: skip
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise FormatError(f"{self.card.code}, {file}, line {line}", f"not {encoding} text",
                              "The publisher changed the encoding: mend the source module") from error  # fmt: skip

    def require_columns(self, file: str, present: Sequence[str], wanted: Sequence[str]) -> None:
        """Refuse a file in which a needed column is missing, naming what stands there instead."""
        missing = [c for c in wanted if c not in present]
        if missing:
            there = ", ".join(f"'{c}'" for c in present[:40]) + ("…" if len(present) > 40 else "")
            raise FormatError(
                f"{self.card.code}, {file}",
                f"column '{missing[0]}' is missing; the file has: {there}",
                "If the publisher renamed it, change its name in the source module",
            )

    def find_columns(self, rows: pd.DataFrame, stem: str) -> dict[int, str]:
        """Columns named by a stem and a year, so that a newer edition needs no change here.

        Args:
            rows: A frame from `read_csv` and its kin.
            stem: Regular expression of the whole name, whose group 1 is the year, of two digits or four.

        Returns:
            Column by year, oldest first; never empty.
        """
        hits = ((column, re.fullmatch(stem, column)) for column in rows.columns)
        found = {_full_year(hit[1]): column for column, hit in hits if hit}
        if not found:
            self.require_columns(rows.attrs["file"], list(rows.columns), [stem])
        return dict(sorted(found.items()))

    # -- saying what the rows are --------------------------------------------------------------------------------

    def add_figures(
        self,
        rows: pd.DataFrame,
        series: str,
        *,
        code: pd.Series[str],
        year: int | pd.Series[Any],
        value: pd.Series[Any] | float,
        level: str = "commune",
        status: str | pd.Series[str] = "ok",
        label: pd.Series[str] | str = "",
        **number_format: Any,
    ) -> None:
        """Say that each of these rows holds a figure of one series.

        Args:
            rows: A frame from `read_csv` and its kin, or a selection of it.
            series: Series code, declared on the card.
            code: Territory codes as published (any vintage).
            year: The year that the figure describes.
            value: Figures, or a text column to be cast with `number_format` (see `read_numbers`): cells that
                are no figure are refused with their line; missing cells give no figure.
            level: Level of the codes.
            status: `ok` or `estimated`.
            label: What the line is about (a museum's name), for the lineage.
        """
        self.card.find_series(series)
        secret: pd.Series[bool] | bool = False
        if isinstance(value, pd.Series) and not pd.api.types.is_numeric_dtype(value):
            numbers = read_numbers(value, **number_format)
            self.reject(rows[numbers.refused], str(value.name), value, f"not a figure of {series}")
            secret, value = numbers.secret, numbers.value
        frame = pd.DataFrame(
            {
                "file": rows.attrs["file"], "line": rows.index, "level": level, "code": code, "series_code": series,
                "year": year, "value": value, "status": status, "label": label,
            },
            index=rows.index,
        )  # fmt: skip
        frame.loc[secret if isinstance(secret, pd.Series) else [], "status"] = "secret"
        self._figures.append(frame[frame["value"].notna() | frame["status"].eq("secret")])

    def add_links(
        self, rows: pd.DataFrame, *, level: str | pd.Series[str], code: pd.Series[str], **columns: Any
    ) -> None:
        """Say that each of these rows ties a territory to a partner.

        Args:
            rows: A frame from `read_csv` and its kin, or a selection of it.
            level: Level of the codes.
            code: Territory codes as published (any vintage).
            columns: partner_label (the partner's plain name), partner_country (its country or its seat's, by name or
                code), partner_code (its stable identity), role, theme (what the tie is about, in the publisher's
                words), start, end (years).
        """
        base: dict[str, Any] = {
            "kind": self.card.link_kind,
            **dict.fromkeys(LINK_COLUMNS[5:10], ""),
            "start": None,
            "end": None,
        }
        frame = pd.DataFrame(
            {
                "file": rows.attrs["file"],
                "line": rows.index,
                "level": level,
                "code": code,
                **(base | columns),
            },
            index=rows.index,
        )
        frame["partner_country"] = country_codes(frame["partner_country"])
        self._links.append(frame[list(LINK_COLUMNS)])

    def reject(
        self, rows: pd.DataFrame, column: str, value: pd.Series[Any] | str, reason: pd.Series[str] | str
    ) -> None:
        """Refuse these rows; they are kept in `rejected_row` with the reason."""
        if rows.empty:
            return
        cells = value.reindex(rows.index).astype(str) if isinstance(value, pd.Series) else value
        self._rejected.append(
            pd.DataFrame(
                {
                    "file": rows.attrs["file"],
                    "line": rows.index,
                    "column": column,
                    "value": cells,
                    "reason": reason,
                }
            )
        )

    def count_rows(self, count: int) -> None:
        """Count rows of a main file read through `read_json`."""
        self._rows_read += count

    def exclude(self, count: int, reason: str) -> None:
        """Count rows that are out of scope (abroad, former members…): neither kept nor refused."""
        if count:
            self._excluded[reason] = self._excluded.get(reason, 0) + int(count)

    def parsed(self) -> Parsed:
        """What was gathered."""
        if not self._corrections.empty:
            self.tables[CORRECTION_TABLE] = gather_told(self._corrections, self._corrected)
        return Parsed(
            figures=_stack(self._figures, FIGURE_COLUMNS),
            links=_stack(self._links, LINK_COLUMNS),
            rejected=_stack(self._rejected, REJECTED_COLUMNS),
            excluded=dict(sorted(self._excluded.items())),
            rows_read=self._rows_read,
            tables=self.tables,
        )


def _stack(frames: list[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    kept = [f for f in frames if not f.empty]
    if not kept:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(kept, ignore_index=True)[list(columns)]


def _full_year(digits: str) -> int:
    """The year written with two digits or four ("18" → 2018, "99" → 1999)."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _is_utf8(content: bytes) -> bool:
    """Whether it is utf-8 with accents; any bytes can be read in a one-byte encoding, and come out garbled."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_members(where: str, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that reaches outside itself or unpacks beyond reason."""
    for member in archive.infolist():
        if member.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", member.filename):
            raise FormatError(where, f"its member '{member.filename}' points outside the archive",
                              "The archive is not to be trusted: compare it with the publisher's page")  # fmt: skip
    size = sum(m.file_size for m in archive.infolist())
    packed = sum(m.compress_size for m in archive.infolist())
    if size > MAX_UNPACKED or (size > SMALL_ENOUGH and size > MAX_SWELLING * packed):
        raise FormatError(where, f"{packed:,} bytes unpack to {size:,}",
                          "It may be a zip bomb: compare it with the publisher's page")  # fmt: skip


def _nth_line(content: str, n: int) -> str:
    start = 0
    for _ in range(n):
        start = content.find("\n", start) + 1
    end = content.find("\n", start)
    return content[start:] if end < 0 else content[start:end]


def _survey(content: str, sep: str, header: int) -> tuple[list[int], list[int]]:
    """Line on which each row starts and how many cells it has (a quoted cell may hold line ends; blank lines: none)."""
    if '"' not in content:
        rows = [(n, line.count(sep) + 1) for n, line in enumerate(content.split("\n"), 1) if line.rstrip("\r")]
    else:
        rows, previous = [], 0
        reader = csv.reader(io.StringIO(content), delimiter=sep)
        for row in reader:
            if row:
                rows.append((previous + 1, len(row)))
            previous = reader.line_num
    return [n for n, _ in rows[header + 1 :]], [cells for _, cells in rows[header + 1 :]]


def _has_no_doubled_line(content: str) -> bool:
    lines = [line for line in content.split("\n") if line.rstrip("\r")]
    return len(set(lines)) == len(lines)
