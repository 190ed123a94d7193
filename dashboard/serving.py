"""The only module that runs the server: gunicorn's workers, each with its own application, warm before it is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from dashboard.site import get_build
from dashboard.standings import read_places

OPTIONS: Final[dict[str, Any]] = {
    "workers": 2,
    "threads": 4,
    "worker_class": "gthread",
    "loglevel": "warning",
    "timeout": 60,
}


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without a configuration file.

    Each worker makes its own application, hence its own connection (see `dashboard.warehouse`).
    """

    def __init__(self, make: Callable[[], Flask], bind: str) -> None:
        """Serve what `make` returns at `bind` (`host:port`); `.run()` starts."""
        self._make = make
        self._bind = bind
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn our options; it calls this."""
        for name, value in {**OPTIONS, "bind": self._bind}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker; gunicorn calls this."""
        return self._make()


def warm(server: Flask) -> Flask:
    """The application once Dash knows its scripts (another worker may have written the page that asks for them).

    What is slow the first time (search and the communes, 34,875 of them) is computed meanwhile in the background.
    """
    server.test_client().get("/")
    threading.Thread(target=_visit, args=(server,), name="warm-up", daemon=True).start()
    return server


def _visit(server: Flask) -> None:
    """Ask for what a reader of a commune asks."""
    client = server.test_client()
    client.get("/recherche?q=a")
    with server.app_context():
        communes = read_places(get_build(), "commune")["territory_code"]
    if len(communes):
        client.post("/_dash-update-component", json=ask_page(f"/territoire/{communes.iloc[0]}"))


def ask_page(path: str, query: str = "") -> dict[str, Any]:
    """What a browser sends to have a page laid out.

    Args:
        path: Address of the page.
        query: What follows its question mark.
    """
    outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
    asked = {"pathname": path, "search": f"?{query}" if query else ""}
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": outputs,
        "inputs": [{"id": "_pages_location", "property": name, "value": value} for name, value in asked.items()],
        "changedPropIds": ["_pages_location.pathname"],
    }
