"""`make bench`: speed and memory, as ratios against a baseline timed in the same run. It judges; it is no test.

A bench is a module of this folder with `measure() -> Iterable[Measure]`; `python -m tests.bench etl` runs one.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench
from tests.bench.measure import Measure, describe

SHARED_PARTS = ("__main__", "measure", "floor", "baseline", "site")


def main(argv: list[str]) -> int:
    """Run every bench, or those named; exit code 1 when a ratio passes its bound."""
    known = [m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name not in SHARED_PARTS]
    unknown = [name for name in argv if name not in known]
    if unknown:
        print(f"no bench '{unknown[0]}'; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    measures: list[Measure] = []
    for name in argv or known:
        print(f"\n{name}")
        for one in importlib.import_module(f"tests.bench.{name}").measure():
            print(describe(one), flush=True)
            measures.append(one)
    return int(any(m.is_beyond for m in measures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
