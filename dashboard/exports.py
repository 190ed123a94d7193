"""The only module that writes files for readers: CSV and XLSX, with a notice that travels with the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from dashboard.positions import Group, parse_group
from dashboard.queries import Stamp, list_records
from dashboard.site import NAME
from dashboard.words import LEVELS, format_day, name_mean
from indicators.catalogue import Catalogue
from indicators.peers import EVERYONE, LEAST_MEMBERS

BOM = "\ufeff"  # spreadsheets in French expect it to read accents
Cell = str | float | None
_ENDS = ("score", "low", "high", "rank", "rank_low", "rank_high")
_ENDS_SAID = ("score", "bas", "haut", "rang", "rang, meilleur", "rang, moins bon")


@dataclass(frozen=True)
class Sheet:
    """What a file holds, whatever its format.

    Attributes:
        notice: Lines that say what the figures are.
        header: Names of the columns.
        rows: Their cells; None where nothing is known.
    """

    notice: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def lay_out_ranking(rows: pd.DataFrame, nodes: Mapping[str, str], *, level: str, notice: Sequence[str]) -> Sheet:
    """The ranking as a sheet.

    Args:
        rows: As `standings.read_places`, with `<lead>_` before the columns of `standings.read_standing`.
        nodes: By lead, label of the node.
        level: Level of the territories.
        notice: From `write_notice`.
    """
    header = ["Code SIREN" if level == "epci" else "Code", LEVELS[level][0], "Nature", "Département", "Région"]
    header += ["Population", "Territoires comparables"]
    header += [f"{label} : {said}" for label in nodes.values() for said in _ENDS_SAID]
    return Sheet(notice, header, [_write_row(row, list(nodes)) for row in list_records(rows)])


def write_notice(stamp: Stamp, catalogue: Catalogue, sources: Sequence[dict[str, object]], shown: str) -> list[str]:
    """What must be read with the figures: edition, content, method, uncertainty, sources and licences.

    Args:
        stamp: The build.
        catalogue: The index as declared.
        sources: Source cards of the build.
        shown: What the rows are (the filters in words).
    """
    low, high = catalogue.score_range
    lines = [
        f"{NAME}, édition {stamp.edition}, calculée le {format_day(stamp.created_at)} (données {stamp.build_id})",
        f"Contenu : {shown}",
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
    writer.writerow(sheet.header)
    for row in sheet.rows:
        writer.writerow([_protect(_write_cell(cell)) for cell in row])
    return BOM + out.getvalue()


def write_xlsx(sheet: Sheet) -> bytes:
    """A sheet as a workbook: the figures, then « Notice »; every text is written as text, never as a formula."""
    book = Workbook(write_only=True)
    figures = book.create_sheet("Classement")
    figures.freeze_panes = "C2"
    for place, width in enumerate((12, 40, 10, 22, 26, 12, 40)):
        figures.column_dimensions["ABCDEFG"[place]].width = width
    figures.append([_bold(figures, name) for name in sheet.header])
    for row in sheet.rows:
        figures.append([_as_text(figures, cell) if isinstance(cell, str) else cell for cell in row])
    told = book.create_sheet("Notice")
    told.column_dimensions["A"].width = 120
    for line in sheet.notice:
        told.append([_wrapped(told, line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _wrapped(sheet: object, text: str) -> WriteOnlyCell:
    cell = _as_text(sheet, text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _as_text(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # a name that starts with « = » is a name
    return cell


def _write_row(row: dict[str, object], leads: Sequence[str]) -> list[Cell]:
    cells: list[Cell] = [
        str(row[c] or "") for c in ("territory_code", "label", "nature", "departement_label", "region_label")
    ]
    cells += [_round(row["population"], 0), (parse_group(str(row["peer_group"])) or Group(EVERYONE)).label]
    if row["level"] != "epci":
        cells[-1] = ""
    for lead in leads:
        cells += [_round(row[f"{lead}_{end}"], 2 if place < 3 else 0) for place, end in enumerate(_ENDS)]
    return cells


def _round(value: object, decimals: int) -> float | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return round(float(str(value)), decimals or None)


def _write_cell(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    return str(cell) if isinstance(cell, int) else f"{cell:.2f}".replace(".", ",")


def _protect(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is led by an apostrophe; a negative number is left alone."""
    starts_formula = cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if starts_formula else cell
