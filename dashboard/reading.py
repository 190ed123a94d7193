"""The only module that knows how an index may be read: which edition, and which reading of size (variant)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.warehouse import Build, per_build

AS_PUBLISHED: Final = "as_is"  # the variant shown by default
VARIANTS: Final = {  # on screen: short name, what it answers
    "as_is": ("telle quelle", "Ce que pèse chaque territoire."),
    "per_inhabitant": ("par habitant", "Ce que pèse chaque territoire, rapporté à sa population."),
    "scale_adjusted": (
        "à taille égale",
        "Ce que fait chaque territoire de plus, ou de moins, que sa taille n’annonce.",
    ),
}


@dataclass(frozen=True)
class Reading:
    """How the index is read.

    Attributes:
        edition: Year of the index; the newest when None.
        variant: As `score.variant`.
    """

    edition: int | None = None
    variant: str = AS_PUBLISHED

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """Values of `$edition` and `$variant` in `SQL`."""
        return {"edition": self.edition, "variant": self.variant}

    @property
    def items(self) -> dict[str, str]:
        """How it is written in an address: what differs from the default."""
        told = {"edition": str(self.edition or ""), "variante": self.variant if self.variant != AS_PUBLISHED else ""}
        return {name: value for name, value in told.items() if value}


PUBLISHED: Final = Reading()
SQL: Final = "variant = $variant AND edition = coalesce($edition, (SELECT max(edition) FROM build))"


def parse_reading(build: Build, level: str, given: Mapping[str, str | None]) -> Reading:
    """What an address asks; an edition or a variant that the build has not at that level falls back to the default."""
    edition = given.get("edition") or ""
    known = list_editions(build, level)
    year = int(edition) if edition in {str(one) for one in known} else None
    variant = given.get("variante")
    return Reading(
        None if not known or year == known[0] else year,
        variant if variant in list_variants(build, level) else AS_PUBLISHED,
    )


@per_build
def list_editions(build: Build, level: str) -> tuple[int, ...]:
    """Editions of the full index at a level, the newest first; those of the retrospective index are not among them."""
    rows = build.read_rows(
        """
        SELECT DISTINCT edition FROM score
        WHERE level = $level AND variant = $variant AND node_code IN ('attractivite', 'rayonnement')
        ORDER BY edition DESC
        """,
        {"level": level, "variant": AS_PUBLISHED},
    )
    return tuple(int(row["edition"]) for row in rows)


@per_build
def list_variants(build: Build, level: str) -> tuple[str, ...]:
    """Variants that have ranks at a level, the published one first."""
    rows = build.read_rows(
        "SELECT DISTINCT variant FROM score WHERE level = $level AND rank IS NOT NULL", {"level": level}
    )
    found = {str(row["variant"]) for row in rows}
    return tuple(variant for variant in VARIANTS if variant in found)
