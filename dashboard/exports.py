"""The only module that writes files for readers: CSV with a notice that travels with the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

from dashboard.positions import Group, parse_group
from dashboard.queries import Stamp, list_records
from dashboard.site import NAME
from dashboard.words import format_day, name_mean
from indicators.catalogue import Catalogue
from indicators.peers import EVERYONE, LEAST_MEMBERS

BOM = "\ufeff"  # spreadsheets in French expect it to read accents


def write_ranking(
    rows: pd.DataFrame, *, stamp: Stamp, catalogue: Catalogue, sources: Sequence[dict[str, object]], shown: str
) -> str:
    """The ranking as CSV (`;`, decimal comma), the notice first, each of its lines led by `#`.

    Args:
        rows: As `queries.read_positions`, filtered.
        stamp: The build.
        catalogue: The index as declared.
        sources: Source cards of the build.
        shown: What the rows are (the filters in words).
    """
    out = io.StringIO()
    for line in _write_notice(stamp, catalogue, sources, shown):
        out.write(f"# {line}\r\n")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    labels = {index.code: index.label for index in catalogue.indices}
    header = [
        "Code SIREN",
        "Intercommunalité",
        "Nature",
        "Département",
        "Région",
        "Population",
        "Territoires comparables",
    ]
    for label in labels.values():
        header += [
            f"{label} : score",
            f"{label} : bas",
            f"{label} : haut",
            f"{label} : rang",
            f"{label} : rang, meilleur",
            f"{label} : rang, moins bon",
        ]
    writer.writerow(header)
    for row in list_records(rows):
        writer.writerow([_protect(cell) for cell in _write_row(row, list(labels))])
    return BOM + out.getvalue()


def _write_notice(stamp: Stamp, catalogue: Catalogue, sources: Sequence[dict[str, object]], shown: str) -> list[str]:
    low, high = catalogue.score_range
    lines = [
        f"{NAME}, édition {stamp.edition}, calculée le {format_day(stamp.created_at)} (données {stamp.build_id})",
        f"Contenu : {shown}",
        f"Territoires comparables : même nature et même classe de population, élargies sous {LEAST_MEMBERS} membres",
        (
            f"Méthode : {len(catalogue.scored)} indicateurs notés de {low:.0f} à {high:.0f}, moyenne arithmétique dans "
            f"un pilier, {name_mean(catalogue.power)} entre piliers ; deux indices, jamais fondus en un seul"
        ),
        "Incertitude : « bas » et « haut », « meilleur » et « moins bon » ; vides tant qu’elle n’est pas calculée",
        "Sources :",
    ]
    lines += [f"  {s['title']}, {s['producer']}, {s['licence']}, {s['vintage']}, {s['page']}" for s in sources]
    return lines


def _write_row(row: dict[str, object], codes: Sequence[str]) -> list[str]:
    cells = [str(row[c] or "") for c in ("territory_code", "label", "nature", "departement_label", "region_label")]
    cells.append(_write_number(row["population"], 0))
    cells.append((parse_group(str(row["peer_group"])) or Group(EVERYONE)).label)
    for code in codes:
        cells += [_write_number(row[f"{code}_{end}"], 2) for end in ("score", "low", "high")]
        cells += [_write_number(row[f"{code}_{end}"], 0) for end in ("rank", "rank_low", "rank_high")]
    return cells


def _write_number(value: object, decimals: int) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    return f"{float(str(value)):.{decimals}f}".replace(".", ",")


def _protect(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is led by an apostrophe; a negative number is left alone."""
    starts_formula = cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if starts_formula else cell
