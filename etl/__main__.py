"""`python -m etl`: status, trace, rejected, registers, snapshot."""

from __future__ import annotations

import argparse
import sys

from etl.errors import ProductError
from etl.lineage import describe, trace
from etl.paths import DataPaths, default_paths
from etl.refused import describe_refused, read_counts, read_refused
from etl.register_check import check_folder
from etl.register_check import describe as describe_registers
from etl.registers import FOLDER
from etl.snapshot import write_snapshot
from etl.status import as_json, as_lines, read_last_run, read_status, say_absent, say_expired


def main(argv: list[str] | None = None) -> int:
    """Run one command; our own errors end as one line on the error output, with exit code 2."""
    args = _parser().parse_args(argv)
    if args.command == "registers":
        counts, problems = check_folder(FOLDER)
        print("\n".join(describe_registers(counts, problems)))
        return 2 if problems else 0
    try:
        for line in _run(args):
            print(line)
    except ProductError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(args: argparse.Namespace) -> list[str]:
    paths = default_paths()
    if args.command == "status":
        status = read_status(paths)
        return (
            [as_json(status)]
            if args.json
            else [*as_lines(status), *say_absent(status), *say_expired(paths), *_last_run(paths)]
        )
    if args.command == "trace":
        return describe(trace(paths, args.code, args.series, args.year, level=args.level))
    if args.command == "rejected":
        return describe_refused(read_counts(paths, args.source), read_refused(paths, args.source))
    sizes = write_snapshot(paths)
    lines = [f"  {code:<32} {size:>10,} bytes" for code, size in sizes.items()]
    return [*lines, f"  {'in all':<32} {sum(sizes.values()):>10,} bytes"]


def _last_run(paths: DataPaths) -> list[str]:
    last = read_last_run(paths)
    return [f"last refresh: {last.ended} UTC, {last.outcome}"] if last else []


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description="Observations: state, lineage, snapshot.")
    commands = parser.add_subparsers(dest="command", required=True)
    status = commands.add_parser("status", help="every source with its state, edition, years, rows and coverage")
    status.add_argument("--json", action="store_true", help="for machines")
    one = commands.add_parser("trace", help="where a figure comes from, down to the raw lines")
    one.add_argument("code", help="territory code, e.g. 200040715")
    one.add_argument("series", help="series code, e.g. musees_visiteurs")
    one.add_argument("year", type=int)
    one.add_argument("--level", choices=("commune", "epci", "departement", "region", "ze"))
    refused = commands.add_parser("rejected", help="rows refused, with the nearest candidates, and rows out of scope")
    refused.add_argument("source", nargs="?", help="one source code (default: all)")
    commands.add_parser("registers", help="check what is kept by hand in data/registers, row by row (in French)")
    commands.add_parser("snapshot", help="write data/snapshot and data/geo from the published build")
    return parser


if __name__ == "__main__":
    sys.exit(main())
