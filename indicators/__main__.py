"""`python -m indicators …`: the commands of the engine, each declared by the module that owns it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from etl.errors import ProductError
from indicators import audit, refit, refresh, run, schedule, uncertainty

COMMANDS = (
    refresh.add_command, schedule.add_command, refit.add_command, run.add_command, audit.add_command,
    uncertainty.add_command,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The command's exit code; 2 where something was refused, said in one line on the error output.
    """
    parser = argparse.ArgumentParser(prog="python -m indicators", description="Composite indices, step by step.")
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for add_command in COMMANDS:
        add_command(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except ProductError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
