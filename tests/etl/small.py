"""A small product: few sources, the fixtures as the mirror, one score. Runs in a second.

`python -m tests.etl.small <mirror> <data root> [only] [accept]` is one refresh of it, as a process of its own.
"""

import resource
import shutil
import sys
from pathlib import Path
from unittest import mock

import duckdb

import etl.refresh
from etl.errors import ProductError
from etl.fetch import Fetcher
from etl.paths import DataPaths
from etl.registry import Source, load_sources
from indicators.refresh import EXIT_OK, Scoring, refresh
from tests.etl.conftest import FIXTURES

SOURCES = (
    "anct_contours", "contours_communes", "etalab_decoupage", "etalab_decoupage_2021", "insee_appartenance",
    "insee_passage", "culture_musees", "insee_comparateur",
)  # fmt: skip
MUSEUMS = "culture_musees/entrees_et_categories_de_public.csv"
ORDER = {"population": ("etalab_decoupage", "insee_comparateur", "etalab_decoupage_2021")}


def write_small_scores(con: duckdb.DuckDBPyConnection) -> None:
    """Score the EPCI by their museums' visitors of 2023: the index has its own tests."""
    con.execute("""
        INSERT INTO score BY NAME
        SELECT level, territory_code, 2026 AS edition, 'as_is' AS variant, 'rayonnement' AS node_code,
               100 * value / max(value) OVER () AS score, rank() OVER (ORDER BY value DESC) AS rank
        FROM observation WHERE level = 'epci' AND series_code = 'musees_visiteurs' AND year = 2023""")


def load_small_scoring() -> Scoring:
    return Scoring(2026, ORDER, write_small_scores)


def load_small_sources() -> dict[str, Source]:
    """The few sources of the small product."""
    known = load_sources()
    return {code: source for code, source in known.items() if code in SOURCES}


def copy_mirror(target: Path) -> Path:
    """A mirror of one's own, to damage at will."""
    for code in SOURCES:
        shutil.copytree(FIXTURES / code, target / code, ignore=shutil.ignore_patterns("expected*"))
    return target


def small_paths(root: Path) -> DataPaths:
    """Data folders under one root; nothing is shipped."""
    return DataPaths(root, root / "snapshot", root / "geo")


def patient_for_tests(paths: DataPaths, mirror: str | Path) -> Fetcher:
    """A fetcher that gives up soon."""
    return Fetcher(paths.raw, str(mirror), retries=1, backoff=0.01, timeout=(1.0, 0.4), body_seconds=0.8)


def refresh_small(root: Path, mirror: str | Path, **options) -> tuple[int, list[str]]:
    """One refresh of the small product: exit code and lines said."""
    paths = small_paths(root)
    said: list[str] = []
    options.setdefault("fetcher", patient_for_tests(paths, mirror))
    options.setdefault("scoring", load_small_scoring)
    with mock.patch.object(etl.refresh, "load_sources", load_small_sources):
        code = refresh(paths, report=said.append, **options)
    return code, said


def publish_small(root: Path) -> Path:
    """A mirror of its own and the product published from it, under this folder."""
    copy_mirror(root / "mirror")
    assert refresh_small(root / "data", root / "mirror")[0] == EXIT_OK
    return root


def main(argv: list[str]) -> int:
    """One refresh; what it says, or why it could not, goes to `<data root>/said.txt`."""
    mirror, root, only, accept = (*argv, "", "")[:4]
    try:
        code, said = refresh_small(Path(root), mirror, only=only.split(), accept=accept.split())
    except ProductError as error:
        code, said = 2, [str(error)]
    (Path(root) / "said.txt").write_text("\n".join(said), encoding="utf-8")
    return code


def run_apart(argv: list[str], max_file_bytes: int = 0) -> None:
    """`main` in a process of its own, which may write no file larger than this."""
    if max_file_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))
    sys.exit(main(argv))


if __name__ == "__main__":
    run_apart(sys.argv[1:])
