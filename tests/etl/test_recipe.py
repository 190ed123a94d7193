"""README's recipe "Add a source", followed to the letter in a copy of the package: two new paths, nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CODE = "demo_bibliotheques"
MODULE = '''"""Municipal libraries, an invented source.

Traps: the publisher writes "nc" for what it does not know.
"""

from __future__ import annotations

from etl.card import Card, RawFile, Series
from etl.parsing import Parser

_FILE = "bibliotheques.csv"
CARD = Card(
    code="demo_bibliotheques",
    producer="Un producteur",
    title="Bibliothèques municipales",
    licence="Licence Ouverte 2.0",
    page="https://example.org/",
    vintage="2024",
    files=(RawFile(_FILE),),
    series=(Series("bibliotheques_prets", "Prêts des bibliothèques", "prêts"),),
    mode="manual",
)


def parse(p: Parser) -> None:
    """One figure a library."""
    rows = p.read_csv(_FILE, ("nom", "insee", "prets"))
    p.add_figures(rows, "bibliotheques_prets", code=rows["insee"], year=2024, value=rows["prets"],
                  missing=("", "nc"), label=rows["nom"])  # fmt: skip
'''
FIXTURE = {
    "bibliotheques.csv": (
        "nom;insee;prets\nCentre;38185;1200\nGare;38185;300\nPont;38421;nc\nVieux port;13201;50\nPerdue;99999;7\n"
    ),
    "expected.csv": (
        "level,territory_code,series_code,year,value,status\n"
        "commune,38185,bibliotheques_prets,2024,1500,ok\ncommune,13055,bibliotheques_prets,2024,50,ok\n"
    ),
    "expected_rejected.csv": "file,line,column,reason\nbibliotheques.csv,6,code,commune code unknown\n",
}
PUBLISH = f"""
from pathlib import Path
import etl.refresh
from etl.build import write_observations
from etl.fetch import Fetcher
from etl.paths import default_paths
from etl.registry import load_sources
from etl.warehouse import draft_path, new_build_id, publish

few = {{c: s for c, s in load_sources().items() if s.card.required or s.card.stage == "geography" or c == "{CODE}"}}
etl.refresh.load_sources = lambda: few
paths = default_paths()
draft = draft_path(paths.warehouse, new_build_id())
write_observations(draft, etl.refresh.gather(paths, fetcher=Fetcher(paths.raw, "tests/fixtures")), edition=2026)
publish(draft)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """A copy of the package, to which only the two paths of the recipe are added."""
    copy = tmp_path_factory.mktemp("package")
    leave = shutil.ignore_patterns("__pycache__")
    for folder in ("etl", "tests/etl", "tests/fixtures", "data/registers"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=leave)
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        shutil.copy(ROOT / file, copy / file)
    return copy


def run(package: Path, *command: str) -> str:
    place = {"PYTHONPATH": str(package), "DATA_DIR": str(package / "data"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=package, env=os.environ | place, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_a_source_dropped_in_is_tested_by_discovery_and_loaded_and_told_by_the_status(package):
    (package / "etl" / "sources" / f"{CODE}.py").write_text(MODULE, encoding="utf-8")
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/etl/test_sources.py", "-k", CODE)
    assert f"{CODE} has no fixture: add tests/fixtures/{CODE}/" in run(package, *tests)

    folder = package / "tests" / "fixtures" / CODE
    folder.mkdir()
    for name, content in FIXTURE.items():
        (folder / name).write_text(content, encoding="utf-8")
    assert "3 passed" in run(package, *tests)

    assert run(package, "-c", PUBLISH) == ""
    assert CODE in run(package, "-m", "etl", "status")
    assert "1,500  [ok]" in run(package, "-m", "etl", "trace", "38185", "bibliotheques_prets", "2024").replace(
        " prêts", " "
    )
    assert "commune code unknown" in run(package, "-m", "etl", "rejected", CODE)
