"""`python -m dashboard`: builds the warehouse if there is none, prints the address, serves."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from dashboard.app import create_app
from etl.errors import ProductError
from indicators.refresh import ensure_build

WORKERS = 2
THREADS = 4


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without a configuration file; each worker makes its own application, hence its own connection."""

    def __init__(self, warehouse: Path, options: dict[str, Any]) -> None:
        self._warehouse = warehouse
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        server = create_app(self._warehouse).server
        server.test_client().get("/")  # Dash knows its scripts once it wrote a page: another worker may have written it
        return server


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
    options = {
        "bind": f"{asked.host}:{asked.port}",
        "workers": WORKERS,
        "threads": THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "timeout": 60,
    }
    _Server(build.parent, options).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
