"""What a source declares about itself: its card, its raw files, its series."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Mode = Literal["live", "manual", "frozen", "register"]
Aggregation = Literal["sum", "max", "none", "zone_mean", "links"]
Shipping = Literal["ship", "apart", "off"]
Period = Literal["never", "daily", "quarterly", "yearly", "unknown"]


@dataclass(frozen=True)
class Slice:
    """One part of a raw file that its publisher gives by parts: a file name, and where to ask for it."""

    name: str
    url: str


@dataclass(frozen=True)
class RawFile:
    """One file of a publisher.

    Attributes:
        name: Its name in the mirror and in data/raw (the part after `<source_code>/`).
        url: Where the publisher offers it; None when there is no feed.
        slices: The parts it is asked for by, when the publisher limits each answer (see `etl.slices`).
        accept: The media type asked for, where the same address gives several.
        magic: The bytes that such a file starts with, when its format has any.
    """

    name: str
    url: str | None = None
    slices: tuple[Slice, ...] = ()
    accept: str = ""

    @property
    def magic(self) -> bytes:
        """First bytes that a file of this extension must have (empty: no such rule)."""
        return {"zip": b"PK", "xlsx": b"PK", "xls": b"\xd0\xcf\x11\xe0"}.get(self.name.rsplit(".", 1)[-1], b"")


def export_url(portal: str, dataset: str, extension: str = "csv") -> str:
    """Address of a whole data set on an Opendatasoft portal (its `records` pages stop at 100 rows)."""
    return (
        f"https://{portal}/api/explore/v2.1/catalog/datasets/{dataset}/exports/{extension}"
        "?lang=fr&timezone=Europe%2FBerlin&use_labels=true&delimiter=%3B"
    )


@dataclass(frozen=True)
class Series:
    """A published column, renamed; the codes are a contract (INDICATORS.md).

    Attributes:
        code: Series code.
        label: French noun, as the publisher names it.
        unit: French unit of one figure.
        aggregation: How the figure of a territory follows from its communes: `sum`; `max`; `none` (only the
            levels that the publisher gives); `zone_mean` (given by zone d'emploi, see `etl.levels`);
            `links` (distinct partners in `link`, a territory's own and its members').
        complete: The source gives every commune a figure, so that a member without one leaves its sum
            incomplete; otherwise the source lists only those that have something.
        low: Least plausible figure.
        high: Greatest plausible figure.
        link_roles: For `links`: the roles that count (empty: all).
        year: For `links`: the year that the list describes; 0 for a list of today, dated by the day it was fetched.
    """

    code: str
    label: str
    unit: str
    aggregation: Aggregation = "sum"
    complete: bool = False
    low: float = 0.0
    high: float = math.inf
    link_roles: tuple[str, ...] = ()
    year: int = 0


@dataclass(frozen=True)
class Card:
    """The source card: who publishes what, under which licence, from where, with which traps.

    Attributes:
        code: Source code, the module's and the fixture's name.
        mode: `live` (fetched from `files[].url`), `manual` or `frozen` (no feed: mirror or snapshot), `register` (kept
            by hand in data/registers, always there).
        shipping: `ship` in the snapshot; `apart` in a file of its own, under the publisher's licence
            (share-alike); `off`: loaded only when asked for by name, never shipped.
        stage: `geography` sources are parsed first and build the territories the others are placed in.
        required: Without any figures of this source nothing can be published.
        shrink_tolerance: Share of rows that may vanish from one edition to the next.
        total_bound: Largest plausible ratio between a series' totals in two successive editions.
        note: What a reader of the figures must know, in French.
        period: How often the publisher brings a new edition; a `frozen` source never has one.
    """

    code: str
    producer: str
    title: str
    licence: str
    page: str
    vintage: str
    files: tuple[RawFile, ...]
    series: tuple[Series, ...] = ()
    mode: Mode = "frozen"
    shipping: Shipping = "ship"
    stage: Literal["geography", "figures"] = "figures"
    required: bool = False
    citation: str = ""
    note: str = ""
    shrink_tolerance: float = 0.05
    total_bound: float = 1.5
    link_kind: str = ""
    period: Period = "unknown"

    def find_series(self, code: str) -> Series:
        """The declared series of that code; KeyError names the source otherwise."""
        for series in self.series:
            if series.code == code:
                return series
        raise KeyError(f"{self.code} declares no series {code}")
