"""Facts kept by hand that no publisher offers as data: labels, memberships of networks, cooperation projects.

Traps: whoever fills a register is no programmer and uses a spreadsheet: each row is judged by `etl.register_check`, and
those with a problem are refused with its French words; a register may be empty; codes of the day are those written.
"""

from __future__ import annotations

import pandas as pd

from etl.card import Card, RawFile, Series
from etl.parsing import Parser
from etl.register_check import check_rows
from etl.registers import REGISTERS, find_separator

LABELS, NETWORKS, PROJECTS = "labels.csv", "adhesions.csv", "projets.csv"
CARD = Card(
    code="registres",
    producer="Équipe de l’outil, pour Cités Unies France",
    title="Registres tenus à la main : labels, adhésions, projets de coopération",
    licence="Faits publics, chacun avec sa source",
    page="https://cites-unies-france.org/",
    vintage="en continu",
    files=(RawFile(LABELS), RawFile(NETWORKS), RawFile(PROJECTS)),
    series=(
        Series("labels_titres", "Labels et titres internationaux", "titres", "links", link_roles=("titled",)),
        Series("reseaux_releves", "Réseaux relevés à la main", "réseaux", "links", link_roles=("member",)),
        Series("projets_cooperation", "Projets de coopération", "projets", "links", link_roles=("cooperation",)),
    ),
    mode="register",
    period="daily",
    shrink_tolerance=1.0,
    link_kind="label",
    note="Registres partiels : un territoire absent est inconnu. Une ligne sans date de vérification n’a pas encore "
    "été relue sur la page citée.",
)


def parse(p: Parser) -> None:
    """One link a row of each register."""
    labels = _read(p, LABELS)
    _add(p, labels, kind="label", role="titled", code="label_code", name=labels["label"])
    networks = _read(p, NETWORKS)
    _add(p, networks, kind="reseau", role="member", code="network_code", name=networks["network"],
         country=networks["seat_country"])  # fmt: skip
    projects = _read(p, PROJECTS)
    _add(p, projects, kind="projet", role="cooperation", code="project_code",
         name=projects["project"] + "\u00a0: " + projects["partner"], country=projects["partner_country"],
         theme=projects["theme"])  # fmt: skip


def _read(p: Parser, file: str) -> pd.DataFrame:
    """The rows of a register that are right; the others are refused with what is wrong."""
    register = REGISTERS[file.removesuffix(".csv")]
    text = p.read_bytes(file).decode("utf-8-sig", errors="replace")
    if len(text.splitlines()) < 2:
        empty = pd.DataFrame(columns=list(register.names), index=pd.Index([], name="line"), dtype=str)
        empty.attrs["file"] = file
        return empty
    rows = p.read_csv(file, register.names, sep=find_separator(text))
    found = check_rows(file, register, rows, _name_places(p, rows))
    problems = {problem.line: problem for problem in reversed(list(found))}
    for line, problem in problems.items():
        p.reject(rows.loc[[line]], problem.column, str(rows.loc[line, problem.column]), problem.wrong)
    return rows.drop(index=list(problems))


def _name_places(p: Parser, rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Today's name by code, by level; a code of the past goes by the name written, for the passage to judge."""
    others = p.places.others
    names = {"commune": dict(zip(p.places.communes.index, p.places.communes["label"], strict=True))}
    for level in ("epci", "departement", "region"):
        some = others[others["level"].eq(level)]
        names[level] = dict(zip(some["territory_code"], some["name_key"], strict=True))
    for level, today in names.items():
        here = rows[rows["level"].eq(level)]
        names[level] = dict(zip(here["territory_code"], here["territory"], strict=True)) | today
    return names


def _add(
    p: Parser, rows: pd.DataFrame, *, kind: str, role: str, code: str, name: pd.Series[str],
    country: pd.Series[str] | str = "", theme: pd.Series[str] | str = "",
) -> None:  # fmt: skip
    p.add_links(
        rows, level=rows["level"], code=rows["territory_code"], kind=kind, role=role, partner_label=name,
        partner_code=rows[code], partner_country=country, theme=theme, start=rows["start"].replace("", None),
        end=rows["end"].replace("", None),
    )  # fmt: skip
