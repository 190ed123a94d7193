"""The only module that lays the checks of the audit out as tables, each with its reading note in French."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.audit import CAUSES, EQUAL_SIZE, Audit, say_r
from dashboard.queries import list_records
from dashboard.words import ABSENT, FIXED, format_number
from indicators.audit import OUTLYING, PRESENCE, REDUNDANT, SCARCE, SIZE_ONLY

Rows = list[list[str]]
_REMARKS = {
    "scarce": f"renseigné pour moins de {SCARCE:.0%}".replace("%", f"{FIXED}%"),
    "outlying": "très étirée",
    "presence": "dit surtout s’il y en a",
    "negative": "en sens contraire",
    "redundant": "presque redondants",
    "inconsistent": "sans cohérence",
    "overweight": "pèse plus du double",
    "underweight": "pèse moins de moitié",
    "size": "surtout affaire de taille",
    "against": "va contre l’indice",
}


@dataclass(frozen=True)
class Check:
    """One table of the audit: its title, its reading note, its heading, and what writes its rows."""

    title: str
    note: str
    head: tuple[str, ...]
    write: Callable[[Audit], Rows]


def say_flag(flag: str) -> str:
    """A remark of the audit, in French; nothing where nothing calls for a look."""
    return _REMARKS.get(flag, flag)


def _share(value: float | None) -> str:
    text = format_number(None if value is None else 100 * value)
    return text if text == ABSENT else f"{text}{FIXED}%"


def _lines(table: pd.DataFrame, audit: Audit, write: Callable[[dict[str, Any]], Sequence[str]]) -> Rows:
    """Each row led by the name of its node, escaped: the first cell of a fetched table is HTML."""
    return [[html.escape(audit.name(r["node_code"])), *write(r)] for r in list_records(table)]


def _write_flags(audit: Audit) -> Rows:
    table = audit.rows[audit.rows["flag"].ne("")]
    return _lines(
        table,
        audit,
        lambda r: (
            audit.name(r["other_code"]),
            _NAMES[r["check_code"]],
            say_r(r["value"]),
            say_flag(r["flag"]),
        ),
    )


def _write_figures(audit: Audit) -> Rows:
    table = audit.wide("distribution").merge(audit.wide("availability")[["node_code", "share"]], on="node_code")

    def write(r: dict[str, Any]) -> list[str]:
        decimals = audit.decimals.get(r["node_code"], 1)
        ends = [format_number(r[m], decimals) for m in ("min", "q1", "median", "q3", "max")]
        return [_share(r["share"]), _share(r["zeros"]), *ends, format_number(r["skewness"], 1)]

    return _lines(table, audit, write)


def _write_treatment(audit: Audit) -> Rows:
    return _lines(
        audit.wide("treatment"),
        audit,
        lambda r: [
            *(format_number(r[m], 1) for m in ("skewness", "kurtosis")),
            *(_share(r[m]) for m in ("at_worst", "at_best")),
            say_r(r.get("presence_r2")),
            say_flag(r["flag"]),
        ],
    )


def _write_correlations(audit: Audit) -> Rows:
    table = audit.wide("correlation").sort_values("flag", key=lambda f: f.eq(""), kind="stable")
    return _lines(table, audit, lambda r: (audit.name(r["other_code"]), say_r(r["pearson"]), say_flag(r["flag"])))


def _write_consistency(audit: Audit) -> Rows:
    shares = audit.of("components")
    shares = shares[shares["other_code"].eq("")].pivot(index="node_code", columns="measure", values="value")
    table = audit.wide("consistency").merge(shares.reset_index(), on="node_code", how="left")
    return _lines(
        table,
        audit,
        lambda r: [
            say_r(r["cronbach"]), _share(r.get("share_1")), _share(r.get("share_2")), say_flag(r["flag"]),
        ],
    )  # fmt: skip


def _write_importance(audit: Audit) -> Rows:
    return _lines(
        audit.wide("importance"),
        audit,
        lambda r: [
            audit.name(r["other_code"]), _share(r["nominal"]), _share(r["effective"]),
            say_r(r["correlation_ratio"]), say_flag(r["flag"]),
        ],
    )  # fmt: skip


def _write_size(audit: Audit) -> Rows:
    return _lines(audit.wide("size"), audit, lambda r: [say_r(r["spearman"]), say_flag(r["flag"])])


def _write_outside(audit: Audit) -> Rows:
    return _lines(
        audit.wide("outside"),
        audit,
        lambda r: [
            audit.name(r["other_code"]), say_r(r["spearman"]), say_r(r[EQUAL_SIZE]), say_flag(r["flag"]),
        ],
    )  # fmt: skip


def _write_removals(audit: Audit) -> Rows:
    table = audit.of("removal").sort_values("value", ascending=False)
    return _lines(table, audit, lambda r: [audit.name(r["other_code"]), format_number(r["value"], 1)])


def _write_intervals(audit: Audit) -> Rows:
    return _lines(
        audit.wide("interval"),
        audit,
        lambda r: [
            format_number(r["score_width"], 1), format_number(r["rank_width"]), _share(r["told_apart"]),
        ],
    )  # fmt: skip


def _write_causes(audit: Audit) -> Rows:
    table = audit.wide("sobol")
    table = table[table["other_code"].ne("")]

    def bounded(r: dict[str, Any], measure: str) -> str:
        best, low, high = (max(r[key], 0.0) for key in (measure, f"{measure}_low", f"{measure}_high"))
        return f"{_share(best)}, de {format_number(100 * low)} à {_share(high)}"

    return _lines(
        table, audit, lambda r: (CAUSES[r["other_code"]].capitalize(), bounded(r, "first"), bounded(r, "total"))
    )


_NAMES = {
    "availability": "Disponibilité",
    "treatment": "Distribution des scores",
    "correlation": "Corrélation",
    "consistency": "Cohérence",
    "importance": "Importance",
    "size": "Taille",
    "indices": "Indices entre eux",
    "outside": "Validation externe",
}
_REMARK = "À regarder"
CHECKS: dict[str, Check] = {
    "remarques": Check(
        "Points à regarder",
        "Ce que les contrôles signalent, sans rien changer aux scores. Un signalement demande un jugement, pas "
        "toujours une correction.",
        ("Élément", "Avec", "Contrôle", "Valeur", _REMARK),
        _write_flags,
    ),
    "figures": Check(
        "Disponibilité et distribution des chiffres",
        "Part des intercommunalités renseignées, part de zéros, puis étendue dans l’unité de l’indicateur. Asymétrie : "
        "0 pour une distribution symétrique, forte quand quelques territoires l’emportent de loin.",
        ("Indicateur", "Renseigné", "Zéros", "Minimum", "1ᵉʳ quart", "Médiane", "3ᵉ quart", "Maximum", "Asymétrie"),
        _write_figures,
    ),
    "traitement": Check(
        "Scores après traitement",
        f"Un score est « très étiré » quand l’asymétrie passe {format_number(OUTLYING[0])} et l’aplatissement "
        f"{format_number(OUTLYING[1], 1)}. Présence : part des écarts de score qui tient au seul fait d’en avoir ou "
        f"non ; au-delà de {say_r(PRESENCE)}, le score ne dit guère combien.",
        ("Indicateur", "Asymétrie", "Aplatissement", "Au plus bas", "Au plus haut", "Présence (R²)", _REMARK),
        _write_treatment,
    ),
    "correlations": Check(
        "Corrélations",
        "De −1 à 1, entre indicateurs d’un même pilier, puis entre piliers d’un même indice. En dessous de 0, deux "
        f"éléments se compensent ; au-delà de {say_r(REDUNDANT)}, ils comptent deux fois la même chose.",
        ("Élément", "Avec", "Corrélation", _REMARK),
        _write_correlations,
    ),
    "coherence": Check(
        "Cohérence (alpha de Cronbach, composantes principales)",
        "Alpha proche de 1 : les éléments mesurent une même chose ; autour de 0,5, des choses voisines. Première "
        "composante : part des écarts qu’un seul axe résume.",
        ("Indice ou pilier", "Alpha", "1ʳᵉ composante", "2ᵉ composante", _REMARK),
        _write_consistency,
    ),
    "importance": Check(
        "Importance effective et poids nominal",
        "Le poids est ce que nous déclarons ; l’importance effective, ce que l’élément explique des écarts (rapport de "
        "corrélation, ramené à une part entre voisins). Signalée au-delà du double ou sous la moitié du poids.",
        ("Élément", "Dans", "Poids nominal", "Importance effective", "Rapport de corrélation", _REMARK),
        _write_importance,
    ),
    "taille": Check(
        "Corrélation avec la population",
        "Corrélation des rangs avec le nombre d’habitants, pour chaque indice, pilier et indicateur. "
        f"Au-delà de {say_r(SIZE_ONLY)} : surtout affaire de taille.",
        ("Élément", "Corrélation", _REMARK),
        _write_size,
    ),
    "validation": Check(
        "Validation externe",
        "Corrélation des rangs de chaque indice avec des chiffres qu’aucun indicateur n’utilise, telle quelle puis à "
        "population égale. Elle devrait être positive.",
        ("Indice", "Chiffre tenu à l’écart", "Corrélation", "À population égale", _REMARK),
        _write_outside,
    ),
    "retraits": Check(
        "Ce que change chaque retrait",
        "Nombre de places dont un territoire se déplace en moyenne quand on retire un pilier ou un indicateur.",
        ("Sans", "Indice", "Déplacement moyen (places)"),
        _write_removals,
    ),
    "incertitude": Check(
        "Incertitude : largeur des intervalles",
        "Largeur médiane de l’intervalle publié, en points de score et en places, puis part des paires "
        "d’intercommunalités dont les intervalles de rang ne se recouvrent pas : celles que l’indice départage.",
        ("Indice ou pilier", "Points", "Places", "Paires départagées"),
        _write_intervals,
    ),
    "sobol": Check(
        "Ce qui fait l’incertitude (indices de Sobol)",
        "Part de la variance du déplacement moyen des rangs due à chaque choix de méthode. Seul : ce que le choix "
        "explique à lui seul. En tout : avec ses interactions, d’où une somme qui dépasse 100 %. L’étendue est celle "
        "de 90 % des rééchantillonnages ; une valeur négative, bruit d’un zéro, est donnée pour 0.",
        ("Indice", "Choix", "Seul", "En tout"),
        _write_causes,
    ),
}  # fmt: skip
