"""`python -m dashboard`: builds the warehouse if there is none, prints the address, serves."""

from __future__ import annotations

import argparse
import sys

from dashboard.app import create_app
from dashboard.serving import Server, warm
from etl.errors import ProductError
from indicators.refresh import ensure_build


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 2 when there is nothing to serve."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Serve the dashboard.")
    parser.add_argument("--port", type=int, default=8050)
    parser.add_argument("--host", default="127.0.0.1")
    asked = parser.parse_args(arguments)
    try:
        build = ensure_build()
    except ProductError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Attractivité × Rayonnement: http://{asked.host}:{asked.port}  (Ctrl+C to stop)", flush=True)
    Server(lambda: warm(create_app(build.parent).server), f"{asked.host}:{asked.port}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
