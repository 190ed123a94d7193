"""The command `python -m indicators run`: two tables in, one CSV a stage out, whole or not at all."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from etl.errors import MethodError
from indicators.declaration import load_method
from indicators.index import Results, compute_index, reference_method
from indicators.screen import compute_availability
from indicators.tables import Study, read_study
from indicators.weights import compute_effective_weights


def add_command(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its arguments."""
    parser = subparsers.add_parser("run", help="compute any index from two tables, one CSV a stage")
    parser.add_argument("--data", type=Path, required=True, help="figures: uCode, then one column a code")
    parser.add_argument("--tree", type=Path, required=True, help="tree: iCode, Level, Parent, Direction, Weight, Type…")
    parser.add_argument("--method", type=Path, help="choices, in TOML (default: those of the reference build)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the stages")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compute an index and write its stages; nothing is written if anything is refused."""
    study = read_study(arguments.data, arguments.tree)
    method = load_method(arguments.method) if arguments.method else reference_method(study)
    results = compute_index(study, method)
    write_stages(tables(study, results), arguments.out)
    sys.stdout.write(f"{describe(results)}; written to {arguments.out}\n")
    return 0


def describe(results: Results) -> str:
    """Return in one line what was computed, and what was done to the figures on the way."""
    units, indicators = results.stages["normalised"].shape
    imputed = sum(int((marks == "imputed").to_numpy().sum()) for marks in results.marks.values())
    treated = sum(treatment.kind != "none" for treatment in results.treatments.values())
    return f"{units} units, {indicators} indicators, {imputed} figures imputed, {treated} indicators treated"


def tables(study: Study, results: Results) -> dict[str, pd.DataFrame]:
    """Return every table to be written, by name; all units × codes but the last four, which say what is in them."""
    return {
        **results.stages,
        **results.marks,
        "scores": results.scores,
        "coverage": results.coverage,
        "ranks": results.ranks,
        "weights_effective": results.unit_weights,
        "availability": compute_availability(results.stages["raw"]),
        "weights": _weights(study, results),
        "treatment": _by_code({code: asdict(treatment) for code, treatment in results.treatments.items()}),
        "scales": _by_code({code: dict(scale.parameters) for code, scale in results.scales.items()}),
    }


def write_stages(stages: dict[str, pd.DataFrame], out: Path) -> None:
    """Write one CSV a table, in full precision, empty where missing; whole files only.

    They are first written to a folder beside `out`, which then takes its name; where `out` has files already, those of
    the same names are replaced one by one and the others left.

    Raises:
        MethodError: `out` cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            draft = Path(folder) / "stages"
            draft.mkdir()
            for name, table in stages.items():
                table.to_csv(draft / f"{name}.csv", index_label=str(table.index.name or "uCode"), lineterminator="\n")
            _move(draft, out)
    except OSError as error:
        raise MethodError(str(out), f"it cannot be written: {error.strerror}", "Choose another folder") from error


def _move(draft: Path, out: Path) -> None:
    if not out.exists():
        shutil.move(draft, out)
        return
    for file in sorted(draft.iterdir()):
        file.replace(out / file.name)


def _weights(study: Study, results: Results) -> pd.DataFrame:
    """Return the weights by code: level, weight among siblings, nominal effective weight, residual of the weighting."""
    tree = results.scored.tree
    return pd.DataFrame(
        {
            "Level": [study.levels.get(code, tree.height(code) + 1) for code in tree.codes],
            "Weight": tree.weights,
            "EffWeight": compute_effective_weights(tree),
            "Residual": [results.residuals.get(code) for code in tree.codes],
        },
        index=pd.Index(tree.codes, name="iCode"),
    )


def _by_code(rows: dict[str, dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("iCode")
