"""The only module that writes files for readers: CSV and XLSX, with a notice that travels with the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dashboard.queries import Stamp
from dashboard.reading import PUBLISHED, VARIANTS, Reading
from dashboard.site import NAME
from dashboard.words import format_day, name_mean
from indicators.catalogue import Catalogue
from indicators.peers import LEAST_MEMBERS

BOM = "\ufeff"  # spreadsheets in French expect it to read accents
Cell = str | float | None
WIDTHS = (10, 40)  # least and greatest of a column, in letters
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")  # in the name of a sheet


@dataclass(frozen=True)
class Sheet:
    """What a file holds, whatever its format.

    Attributes:
        notice: Lines that say what the figures are.
        header: Names of the columns.
        rows: Their cells; None where nothing is known.
        name: Name of the file, without its edition; the view's code when empty.
    """

    notice: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    name: str = ""


def write_notice(
    stamp: Stamp,
    catalogue: Catalogue,
    sources: Sequence[dict[str, object]],
    shown: str,
    *more: str,
    reading: Reading = PUBLISHED,
) -> list[str]:
    """What must be read with the figures: edition, content, method, uncertainty, sources and licences.

    Args:
        stamp: The build.
        catalogue: The index as declared.
        sources: Source cards of the build.
        shown: What the rows are (the filters in words).
        more: Lines of the view's own.
        reading: Edition and variant the rows were read in.
    """
    low, high = catalogue.score_range
    edition = reading.edition or stamp.edition
    name, answer = VARIANTS[reading.variant]
    lines = [
        f"{NAME}, édition {edition}, calculée le {format_day(stamp.created_at)} (données {stamp.build_id})",
        f"Contenu : {shown}",
        f"Lecture : {name}. {answer}",
        *more,
        f"Territoires comparables : même nature et même classe de population, élargies sous {LEAST_MEMBERS} membres",
        (
            f"Méthode : {len(catalogue.scored)} indicateurs notés de {low:.0f} à {high:.0f}, moyenne arithmétique dans "
            f"un pilier, {name_mean(catalogue.power)} entre piliers ; deux indices, jamais fondus en un seul"
        ),
        (
            "Incertitude : « bas » et « haut », « meilleur » et « moins bon » bornent le score et le rang ; un rang ne "
            "se cite pas sans elles. Un indicateur seul n’en a pas"
        ),
        "Sources :",
    ]
    lines += [f"  {s['title']}, {s['producer']}, {s['licence']}, {s['vintage']}, {s['page']}" for s in sources]
    return lines


def write_csv(sheet: Sheet) -> str:
    """A sheet as CSV (`;`, decimal comma), the notice first, each of its lines led by `#`."""
    out = io.StringIO()
    for line in sheet.notice:
        out.write(f"# {line}\r\n")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_protect(name) for name in sheet.header])
    for row in sheet.rows:
        writer.writerow([_protect(_write_cell(cell)) for cell in row])
    return BOM + out.getvalue()


def write_xlsx(sheet: Sheet, title: str) -> bytes:
    """A sheet as a workbook: the figures under the title, then « Notice »; a text is a text, never a formula."""
    book = Workbook(write_only=True)
    figures = book.create_sheet(title.translate(FORBIDDEN)[:31])
    figures.freeze_panes = "C2"
    for place, width in enumerate(_measure_columns(sheet), start=1):
        figures.column_dimensions[get_column_letter(place)].width = width
    figures.append([_bold(figures, name) for name in sheet.header])
    for row in sheet.rows:
        figures.append([_as_text(figures, cell) if _is_guessed(cell) else cell for cell in row])
    told = book.create_sheet("Notice")
    told.column_dimensions["A"].width = 120
    for line in sheet.notice:
        told.append([_wrapped(told, line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _measure_columns(sheet: Sheet) -> list[int]:
    """Width of each column in letters: its longest cell, within bounds (a header goes to the line)."""
    least, most = WIDTHS
    lengths = [max((len(str(cell)) for cell in column), default=0) for column in zip(*sheet.rows, strict=True)]
    return [min(most, max(least, length + 2)) for length in lengths or [least] * len(sheet.header)]


def _bold(sheet: object, text: str) -> WriteOnlyCell:
    cell = _as_text(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _wrapped(sheet: object, text: str) -> WriteOnlyCell:
    cell = _as_text(sheet, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _is_guessed(cell: Cell) -> TypeGuard[str]:
    """Whether the workbook would take a text for a formula or an error."""
    return isinstance(cell, str) and cell[:1] in ("=", "#")


def _as_text(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a name that starts with « = » is a name
    return cell


def _write_cell(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return str(cell) if isinstance(cell, int) else f"{cell:.2f}".replace(".", ",")


def _protect(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is led by an apostrophe; a negative number is left alone."""
    starts_formula = cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if starts_formula else cell
