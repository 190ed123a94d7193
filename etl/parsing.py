"""The only module through which a source reads its raw files and says what their rows are.

A source's `parse(p)` receives a `Parser`, reads its files through it (everything is text, with its line; every cast is
declared), and says what each row is: figures, links, rows refused, rows out of scope. Nothing is placed in today's
geography here: see `etl.ingest`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from etl.card import Card
from etl.corrections import CORRECTION_TABLE, correct, gather_told, load_corrections
from etl.countries import country_codes
from etl.errors import FormatError
from etl.numbers import read_numbers
from etl.parsed import FIGURE_COLUMNS, LINK_COLUMNS, REJECTED_COLUMNS, Parsed, stack
from etl.places import Places
from etl.raw_files import decode, read_raw
from etl.raw_tables import RawTable, find_columns, read_csv, read_records, read_sheet, require_columns


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

    def read_bytes(self, file: str, member: str | None = None) -> bytes:
        """Content of a raw file, or of one member of a zip archive (matched by suffix, case folded)."""
        return read_raw(self._where(file), self._folder / file, member)

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
            sep: What stands between two cells.
            encoding: Of the text.
            header: How many lines stand above the header.
            member: Suffix of the member to read in a zip archive.
            counted: False for a lookup file, whose rows are not counted as read.

        Returns:
            Text columns; the index, named `line`, is the line of the file (of the member) where the row starts;
            `attrs["file"]` is the file name.
        """
        where, content = self._where(file), self._text(file, encoding, member)
        table = read_csv(where, content, columns, sep=sep, header=header, unique=counted)
        return self._open(table, file, counted=counted)

    def read_excel(
        self, file: str, columns: Sequence[str], *, sheet: str, header: int = 0, member: str | None = None,
        counted: bool = True,
    ) -> pd.DataFrame:  # fmt: skip
        """Read one sheet of a workbook as text; same result as `read_csv`."""
        where, content = self._where(file), self.read_bytes(file, member)
        return self._open(
            read_sheet(where, content, columns, sheet=sheet, header=header, unique=counted), file, counted=counted
        )

    def read_json(self, file: str) -> Any:
        """Read a JSON file."""
        try:
            if file not in self._documents:
                self._documents[file] = json.loads(self._text(file, "utf-8"))
            return self._documents[file]
        except json.JSONDecodeError as error:
            raise FormatError(self._where(file), f"not valid JSON ({error})", "Fetch it again") from error

    def read_records(self, file: str, columns: Sequence[str], *, counted: bool = True) -> pd.DataFrame:
        """Read a JSON list of objects as text columns; `line` is the rank of the object, from 1."""
        table = read_records(self._where(file), self.read_json(file), columns, unique=counted)
        return self._open(table, file, counted=counted)

    def require_columns(self, file: str, present: Sequence[str], wanted: Sequence[str]) -> None:
        """Refuse a file in which a needed column is missing, naming what stands there instead."""
        require_columns(self._where(file), present, wanted)

    def find_columns(self, rows: pd.DataFrame, stem: str) -> dict[int, str]:
        """Columns named by a stem and a year, so that a newer edition needs no change here.

        Args:
            rows: A frame from `read_csv` and its kin.
            stem: Regular expression of the whole name, whose group 1 is the year, of two digits or four.

        Returns:
            Column by year, oldest first; never empty.
        """
        return find_columns(self._where(rows.attrs["file"]), list(rows.columns), stem)

    def _where(self, file: str) -> str:
        return f"{self.card.code}, {file}"

    def _text(self, file: str, encoding: str, member: str | None = None) -> str:
        return decode(self._where(file), self.read_bytes(file, member), encoding)

    def _open(self, table: RawTable, file: str, *, counted: bool) -> pd.DataFrame:
        """The rows of a table, counted and corrected, without those at fault, which are refused."""
        table.rows.attrs["file"] = file
        self._rows_read += len(table.rows) * counted
        rows, told = correct(table.rows, self._corrections)
        self._corrected.append(told)
        if table.faults.empty:
            return rows
        self.reject(rows.loc[table.faults.index], "", table.faults["value"], table.faults["reason"])
        return rows[~rows.index.isin(table.faults.index)]

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
            figures=stack(self._figures, FIGURE_COLUMNS),
            links=stack(self._links, LINK_COLUMNS),
            rejected=stack(self._rejected, REJECTED_COLUMNS),
            excluded=dict(sorted(self._excluded.items())),
            rows_read=self._rows_read,
            tables=self.tables,
        )
