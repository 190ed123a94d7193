"""A small product: few sources, the fixtures as the mirror, a catalogue of four indicators. Runs in a second.

`python -m tests.etl.small <mirror> <data root> [only] [accept]` is one refresh of it, as a process of its own.
"""

import shutil
import sys
from pathlib import Path
from unittest import mock

import etl.refresh
from etl.errors import ProductError
from etl.fetch import Fetcher
from etl.paths import DataPaths
from etl.registry import Source, load_sources
from indicators.refresh import IndexFiles, refresh
from tests.etl.conftest import FIXTURES

SOURCES = (
    "anct_contours", "contours_communes", "etalab_decoupage", "etalab_decoupage_2021", "insee_appartenance",
    "insee_passage", "culture_musees", "insee_comparateur",
)  # fmt: skip
CATALOGUE = """
edition = 2026
reference_edition = 2026
reference_population = "toutes"
score_range = [1, 100]
[coverage]
pillar = 0.6
index = 0.6
[sources]
population = ["etalab_decoupage", "insee_comparateur", "etalab_decoupage_2021"]
[[index]]
code = "attractivite"
label = "A"
question = "?"
definition = "."
[[index]]
code = "rayonnement"
label = "R"
question = "?"
definition = "."
[[pillar]]
code = "qualite"
index = "attractivite"
label = "Q"
question = "?"
[[pillar]]
code = "notoriete"
index = "rayonnement"
label = "N"
question = "?"
[[indicator]]
code = "habitants"
pillar = "qualite"
theme = "societe"
label = "Habitants"
unit = "habitants"
formula = "population"
worst = 0
best = "max"
absent = "missing"
definition = "."
rationale = "."
[[indicator]]
code = "visiteurs_musees"
pillar = "notoriete"
theme = "culture"
label = "Visiteurs"
unit = "entrées"
formula = "musees_visiteurs"
worst = 0
best = "max"
absent = "zero"
definition = "."
rationale = "."
"""
GOALPOSTS = """indicator_code,level,edition,parameter,value
habitants,epci,2026,worst,0
habitants,epci,2026,best,1000000
visiteurs_musees,epci,2026,worst,0
visiteurs_musees,epci,2026,best,1000000
"""


def load_small_sources() -> dict[str, Source]:
    """The few sources of the small product."""
    known = load_sources()
    return {code: source for code, source in known.items() if code in SOURCES}


def copy_mirror(target: Path) -> Path:
    """A mirror of one's own, to damage at will."""
    for code in SOURCES:
        shutil.copytree(FIXTURES / code, target / code, ignore=shutil.ignore_patterns("expected*"))
    return target


def small_index(folder: Path) -> IndexFiles:
    """The small catalogue and its goalposts, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = IndexFiles(folder / "catalogue.toml", folder / "goalposts.csv")
    files.catalogue.write_text(CATALOGUE, encoding="utf-8")
    files.goalposts.write_text(GOALPOSTS, encoding="utf-8")
    return files


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
    with mock.patch.object(etl.refresh, "load_sources", load_small_sources):
        code = refresh(paths, index=small_index(root / "index"), report=said.append, **options)
    return code, said


def main(argv: list[str]) -> int:
    mirror, root, only, accept = (*argv, "", "")[:4]
    try:
        code, said = refresh_small(Path(root), mirror, only=only.split(), accept=accept.split())
    except ProductError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(said))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
