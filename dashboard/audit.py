"""The only module that reads the audit of a build, and says in a few sentences what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboard.queries import read_series
from dashboard.warehouse import Build, per_build
from dashboard.words import FIXED, format_number, punctuate
from indicators.audit import REDUNDANT, SIZE_ONLY
from indicators.catalogue import Catalogue

EQUAL_SIZE = "spearman_at_equal_size"
CAUSES = {
    "aggregation": "la moyenne entre piliers",
    "weights": "les poids",
    "left_out": "l’indicateur retiré",
}  # the choices of method that the published interval varies


@dataclass(frozen=True)
class Audit:
    """The audit of the current edition, with what names its nodes and series."""

    rows: pd.DataFrame
    labels: dict[str, str]
    decimals: dict[str, int]

    def of(self, check: str) -> pd.DataFrame:
        """The rows of one check."""
        return self.rows[self.rows["check_code"].eq(check)]

    def name(self, code: str) -> str:
        """What a node, a series or the population is called on screen."""
        return self.labels.get(code, code)

    def wide(self, check: str) -> pd.DataFrame:
        """One row a pair of nodes, in the order of the audit, one column a measure, and `flag`."""
        rows = self.of(check)
        keys = ["node_code", "other_code"]
        table = rows.pivot(index=keys, columns="measure", values="value")
        table["flag"] = rows.groupby(keys)["flag"].max()
        order = pd.MultiIndex.from_frame(rows[keys].drop_duplicates())
        return table.reindex(order).reset_index()

    def find(self, check: str, node: str, measure: str) -> float | None:
        """One value, or None."""
        rows = self.of(check)
        rows = rows[rows["node_code"].eq(node) & rows["measure"].eq(measure)]
        return float(rows["value"].iloc[0]) if len(rows) else None


def read_audit(build: Build, catalogue: Catalogue) -> Audit:
    """The audit of the intercommunalités in the current edition; without rows when the build has none."""
    labels = {"population": "Population"}
    labels |= {i.code: i.label for i in catalogue.indices} | {p.code: p.label for p in catalogue.pillars}
    labels |= {i.code: i.label for i in catalogue.indicators}
    series = {str(code): str(label) for code, label in read_series(build)["label"].items()}
    return Audit(_read_rows(build), series | labels, {i.code: i.decimals for i in catalogue.indicators})


@per_build
def _read_rows(build: Build) -> pd.DataFrame:
    return build.read(
        """
        SELECT check_code, node_code, other_code, measure, value, flag FROM audit
        WHERE level = 'epci' AND edition = (SELECT max(edition) FROM build)
        """
    )


def summarise_audit(audit: Audit, catalogue: Catalogue) -> list[str]:
    """What a reader must know of the audit before opening its tables, one sentence each."""
    told = (
        _say_indices(audit, catalogue),
        _say_size(audit, catalogue),
        _say_outside(audit),
        _say_removals(audit, catalogue),
        _say_intervals(audit, catalogue),
        _say_causes(audit, catalogue),
    )
    return [said for said in told if said]


def _say_indices(audit: Audit, catalogue: Catalogue) -> str:
    first = catalogue.indices[0].code
    plain, equal = (audit.find("indices", first, m) for m in ("spearman", EQUAL_SIZE))
    if plain is None:
        return ""
    return (
        f"Les rangs des deux indices sont corrélés à {say_r(plain)} ({say_r(equal)} à population "
        f"égale). Au-delà de {say_r(REDUNDANT)}, ils diraient la même chose."
    )


def _say_size(audit: Audit, catalogue: Catalogue) -> str:
    found = [(i.label.lower(), audit.find("size", i.code, "spearman")) for i in catalogue.indices]
    told = [f"{say_r(value)} pour {label}" for label, value in found if value is not None]
    if not told:
        return ""
    return (
        f"Corrélation avec la population{FIXED}: {' et '.join(told)}. Au-delà de {say_r(SIZE_ONLY)}, un indice "
        "ne dirait guère que la taille."
    )


def _say_outside(audit: Audit) -> str:
    rows = audit.of("outside")
    equal = rows[rows["measure"].eq(EQUAL_SIZE)]["value"]
    if equal.empty:
        return ""
    series = rows["other_code"].nunique()
    return (
        f"{series} chiffres tenus hors de l’indice servent à l’éprouver{FIXED}: à population égale, leur corrélation "
        f"avec les indices va de {say_r(equal.min())} à {say_r(equal.max())}."
    )


def _say_removals(audit: Audit, catalogue: Catalogue) -> str:
    rows = audit.of("removal")
    rows = rows[rows["node_code"].isin([i.code for i in catalogue.indicators])]
    if rows.empty:
        return ""
    most = rows.sort_values("value").iloc[-1]
    return (
        f"Le retrait d’un indicateur déplace un territoire de {format_number(rows['value'].median())}{FIXED}places en "
        f"moyenne (médiane des retraits), de {format_number(most['value'])} au plus{FIXED}: "
        f"«{FIXED}{audit.name(str(most['node_code']))}{FIXED}»."
    )


def _say_intervals(audit: Audit, catalogue: Catalogue) -> str:
    def told(measure: str, scale: int, unit: str = "") -> list[str]:
        found = ((i.label.lower(), audit.find("interval", i.code, measure)) for i in catalogue.indices)
        return [f"{format_number(scale * value)}{unit} en {label}" for label, value in found if value is not None]

    wide, apart = told("rank_width", 1, f"{FIXED}places"), told("told_apart", 100)
    if not wide:
        return ""
    return (
        f"La moitié des intervalles de rang dépassent {' et '.join(wide)}. Sur cent paires d’intercommunalités, les "
        f"intervalles en départagent {' et '.join(apart)}."
    )


def _say_causes(audit: Audit, catalogue: Catalogue) -> str:
    rows = audit.of("sobol")
    totals = rows[rows["measure"].eq("total")]
    told = []
    for index in catalogue.indices:
        own = totals[totals["node_code"].eq(index.code)].sort_values("value")
        if len(own):
            most = own.iloc[-1]
            told.append(
                f"en {index.label.lower()}, {CAUSES[most['other_code']]} ({format_number(100 * most['value'])}{FIXED}%)"
            )
    if not told:
        return ""
    return punctuate(
        f"Le choix de méthode qui déplace le plus les rangs : {' ; '.join(told)}. La part est celle de la variance "
        "du déplacement moyen, interactions comprises (indice de Sobol total)."
    )


def say_r(value: float | None) -> str:
    """A correlation, or a share of the variance: two decimals."""
    return format_number(value, 2)
