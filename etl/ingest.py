"""The only module that turns a parsed source into base observations: codes folded, rows judged, figures summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from etl.card import Card
from etl.errors import FormatError
from etl.overseas import OVERSEAS_COMMUNE
from etl.parsed import Parsed
from etl.schemas import find_refused, link_schema, observation_schema
from etl.territories import LEVELS, Territories

KEY = ["level", "territory_code", "series_code", "year"]
OBSERVATION_COLUMNS = (*KEY, "value", "status")
LINK_COLUMNS = (
    "level", "territory_code", "kind", "partner_label", "partner_country", "partner_code", "role", "theme", "start",
    "end",
)  # fmt: skip
REJECTED_COLUMNS = ("file", "line", "column", "value", "reason")
LOST_ZEROS = 5  # codes one digit short from which the whole column is damaged


@dataclass(frozen=True)
class Placed:
    """Figures and links line by line, in today's codes, before any sum: what the lineage shows."""

    figures: pd.DataFrame
    links: pd.DataFrame
    rejected: pd.DataFrame
    excluded: dict[str, int]


@dataclass(frozen=True)
class Loaded:
    """What one source brings to a build.

    Attributes:
        observation: OBSERVATION_COLUMNS, one row a key, at the levels the source itself gives.
        link: LINK_COLUMNS.
        rejected_row: REJECTED_COLUMNS.
        tables: Geography only.
        counts: rows_read, rows_kept, rows_rejected, rows_excluded.
        excluded: Rows out of scope by reason.
    """

    observation: pd.DataFrame
    link: pd.DataFrame
    rejected_row: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)


def ingest(card: Card, parsed: Parsed, territories: Territories) -> Loaded:
    """Place, judge and sum one parsed source."""
    placed = place(card, parsed, territories)
    observation = _sum_up(card, placed.figures)
    counts = _count_rows(parsed, placed)
    return Loaded(
        observation=observation,
        link=placed.links[list(LINK_COLUMNS)].drop_duplicates(ignore_index=True),
        rejected_row=placed.rejected.sort_values(["file", "line", "column"], ignore_index=True),
        tables=parsed.tables,
        counts=counts,
        excluded=placed.excluded,
    )


def carry_over(card: Card, loaded: Loaded, territories: Territories) -> Loaded:
    """A result kept from an older geography, in today's: codes that moved are folded, the others refused."""
    figures, lost = _move(loaded.observation, territories, "series_code", "value")
    links, lost_links = _move(loaded.link, territories, "kind", "partner_label")
    if figures is loaded.observation and links is loaded.link:
        return loaded
    fixed = [s.code for s in card.series if s.aggregation not in ("sum", "max")]
    moved = figures["moved"] & figures["series_code"].isin(fixed)
    figures["status"] = figures["status"].mask(moved & figures["status"].eq("ok"), "estimated")
    figures = figures[~(figures["series_code"].isin(fixed) & figures.duplicated(KEY))]
    rejected = [f for f in (loaded.rejected_row, lost, lost_links) if not f.empty]
    return Loaded(
        observation=_sum_up(card, figures),
        link=links[list(LINK_COLUMNS)].drop_duplicates(ignore_index=True) if len(links) else links,
        rejected_row=pd.concat(rejected, ignore_index=True) if rejected else loaded.rejected_row,
        tables=loaded.tables,
        counts=loaded.counts,
        excluded=loaded.excluded,
    )


def _move(rows: pd.DataFrame, territories: Territories, named: str, shown: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows in today's codes, the moved ones last, and what has no place any more; `rows` itself if none moved."""
    if rows.empty:
        return rows, pd.DataFrame(columns=list(REJECTED_COLUMNS))
    known = pd.Series(data=False, index=rows.index)
    for level in LEVELS:
        here = rows["level"].eq(level)
        known[here] = rows.loc[here, "territory_code"].isin(territories.known_codes(level))
    if known.all():
        return rows, pd.DataFrame(columns=list(REJECTED_COLUMNS))
    folded = territories.fold(rows["territory_code"]).where(rows["level"].eq("commune"))
    placed = rows.assign(territory_code=rows["territory_code"].where(known, folded), moved=~known)
    lost = rows[~known & folded.isna()]
    refused = pd.DataFrame(
        {
            "file": "", "line": 0, "column": lost[named],
            "value": lost["territory_code"] + " " + lost[shown].astype(str),
            "reason": "the reference geography no longer has this territory",
        }
    )  # fmt: skip
    kept = placed.drop(index=lost.index)
    return pd.concat([kept[~kept["moved"]], kept[kept["moved"]]], ignore_index=True), refused


def place(card: Card, parsed: Parsed, territories: Territories) -> Placed:
    """Fold the codes of every row to today's geography and refuse what does not pass the gate."""
    excluded = dict(parsed.excluded)
    figures, lost_figures = _fold(parsed.figures, territories, excluded)
    links, lost_links = _fold(parsed.links, territories, excluded)
    figures = _put_own_codes_first(figures)
    figures["year"] = figures["year"].astype("int64")
    figures["value"] = figures["value"].astype(float)
    figures = _mark_estimates(card, figures, territories)
    kept, refused = _judge(observation_schema(card, territories), figures, "value")
    kept_links, refused_links = _judge(link_schema(territories), links, "partner_label")
    rejected = [f for f in (parsed.rejected, lost_figures, lost_links, refused, refused_links) if not f.empty]
    table = pd.concat(rejected, ignore_index=True) if rejected else pd.DataFrame(columns=list(REJECTED_COLUMNS))
    table["value"] = table["value"].astype(str)
    return Placed(kept, kept_links, table.drop_duplicates(ignore_index=True), excluded)


def _fold(rows: pd.DataFrame, territories: Territories, excluded: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Today's code of each row; rows of the overseas collectivities are counted apart, unknown codes refused."""
    places, distinct = pd.factorize(rows["code"].astype(str))  # a code stands on many rows
    names = pd.Series(distinct, dtype=str).str.strip()

    def spread(by_code: pd.Series[Any]) -> pd.Series[Any]:
        return by_code.take(places).set_axis(rows.index)

    codes, commune = spread(names), rows["level"].eq("commune")
    _refuse_lost_zeros(rows, codes, names, commune)
    folded = codes.where(~commune, spread(territories.fold(names)))
    abroad = commune & folded.isna() & spread(names.str.match(OVERSEAS_COMMUNE).astype(bool))
    count = len(rows.loc[abroad, ["file", "line"]].drop_duplicates())
    if count:
        reason = "collectivité d’outre-mer"
        excluded[reason] = excluded.get(reason, 0) + count
    unknown = folded.isna() & ~abroad
    lost = _refusals(rows[unknown], "code", codes[unknown], "commune code unknown, even through the passage table")
    kept = rows.assign(territory_code=folded, code=codes)[folded.notna()].reset_index(drop=True)
    return kept, lost


def _refuse_lost_zeros(
    rows: pd.DataFrame, codes: pd.Series[str], names: pd.Series[str], commune: pd.Series[bool]
) -> None:
    """Stop a source whose codes went through a spreadsheet: no 0 leads any of them, and several are one digit short.

    One such code is a slip, and its row is refused; a whole column of them means that nine départements are gone.
    """
    if not names.str.fullmatch(r"[1-9]\d{3}").any():
        return
    short = commune & codes.str.fullmatch(r"[1-9]\d{3}").astype(bool)
    if short.sum() >= LOST_ZEROS and not codes[commune].str.startswith("0").any():
        raise FormatError(
            str(rows["file"].iloc[0]),
            f"{short.sum():,} commune codes have lost their leading zero ('{codes[short].iloc[0]}')",
            "The file went through a spreadsheet: ask the publisher, or use another export",
        )


def _put_own_codes_first(figures: pd.DataFrame) -> pd.DataFrame:
    """Lines of the communes that kept their code before those that merged into them.

    Of figures that cannot be summed (a median), only the first of a key is kept.
    """
    merged = figures["code"].ne(figures["territory_code"])
    return pd.concat([figures[~merged], figures[merged]], ignore_index=True) if merged.any() else figures


def _mark_estimates(card: Card, figures: pd.DataFrame, territories: Territories) -> pd.DataFrame:
    """A figure shared between parts of an old commune, or published for another perimeter, is an estimate.

    A merged commune's perimeter is another one too: its own line speaks of the smaller commune that it was.
    """
    fixed = [s.code for s in card.series if s.aggregation == "none"]
    moved = figures["level"].eq("epci") & figures["territory_code"].isin(territories.changed_epci)
    commune = figures["level"].eq("commune")
    grown = figures.loc[commune & figures["code"].ne(figures["territory_code"]), "territory_code"]
    merged = commune & figures["territory_code"].isin(grown)
    estimated = figures["code"].isin(territories.split_codes) | (figures["series_code"].isin(fixed) & (moved | merged))
    return figures.assign(status=figures["status"].mask(estimated & figures["status"].eq("ok"), "estimated"))


def _judge(schema: pa.DataFrameSchema, rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    reasons = find_refused(schema, rows)
    bad = rows.loc[reasons.index]
    refused = _refusals(bad, column, bad[column].astype(str), "")
    refused["reason"] = reasons.to_numpy()
    return rows.drop(index=reasons.index), refused


def _refusals(rows: pd.DataFrame, column: str, value: pd.Series, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": rows["file"],
            "line": rows["line"],
            "column": column,
            "value": value.astype(str),
            "reason": reason,
        }
    )


def _sum_up(card: Card, figures: pd.DataFrame) -> pd.DataFrame:
    """One row a key: figures summed (or their maximum taken), a secret part makes the whole secret."""
    if figures.empty:
        return pd.DataFrame(columns=list(OBSERVATION_COLUMNS))
    greatest = [s.code for s in card.series if s.aggregation == "max"]
    texts = [c for c in KEY if c != "year"]
    frame = figures[[*KEY, "value"]].astype(dict.fromkeys(texts, "category"))  # integers to sort and group by
    frame = frame.assign(secret=figures["status"].eq("secret"), estimated=figures["status"].eq("estimated"))
    if frame.duplicated(KEY).any():
        summed = frame[~frame["series_code"].isin(greatest)].groupby(KEY, observed=True)
        topped = frame[frame["series_code"].isin(greatest)].groupby(KEY, observed=True)
        spec = {"secret": ("secret", "any"), "estimated": ("estimated", "any")}
        sums = [summed.agg(value=("value", "sum"), **spec), topped.agg(value=("value", "max"), **spec)]
        frame = pd.concat(sums).reset_index()
    out = frame.sort_values(KEY, ignore_index=True).astype(dict.fromkeys(texts, str))
    out["status"] = np.select([out["secret"], out["estimated"]], ["secret", "estimated"], default="ok")
    out["value"] = out["value"].mask(out["secret"])
    return out[list(OBSERVATION_COLUMNS)]


def _count_rows(parsed: Parsed, placed: Placed) -> dict[str, int]:
    rejected = len(placed.rejected[["file", "line"]].drop_duplicates())
    excluded = sum(placed.excluded.values())
    return {
        "rows_read": parsed.rows_read,
        "rows_kept": max(0, parsed.rows_read - rejected - excluded),
        "rows_rejected": rejected,
        "rows_excluded": excluded,
    }
