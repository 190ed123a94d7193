"""A stored result is parsed again when any code that made it changed."""

import ast
from pathlib import Path

import etl.identity
from etl.paths import ROOT

# What makes no row: declarations, words of errors, folders; registers count with each source that reads them.
MAKES_NO_ROW = {"etl.card", "etl.errors", "etl.paths", "etl.registers", "etl.register_check"}
FOLLOWED_BY_SOURCE = {"etl.cubes"}  # `code_version` adds them to the sources that borrow from them


def imports_of(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {name for name in named if (ROOT / f"{name.replace('.', '/')}.py").exists() and name.startswith("etl.")}


def test_every_module_that_makes_rows_is_part_of_a_result_s_identity():
    core = {module.__name__ for module in etl.identity._CORE}
    found = {"etl.parsing", "etl.ingest"}
    for path in (ROOT / "etl/sources").glob("*.py"):
        found |= {name for name in imports_of(path) if not name.startswith("etl.sources.")}
    waiting = found - MAKES_NO_ROW
    while waiting:
        met = imports_of(ROOT / f"{waiting.pop().replace('.', '/')}.py") - found - MAKES_NO_ROW
        found |= met
        waiting |= met
    assert found - core - MAKES_NO_ROW - FOLLOWED_BY_SOURCE == set()
    assert core - found == set()
