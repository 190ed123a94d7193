"""What the bench of the server knows of a running dashboard: its addresses, its callbacks, what a browser sends."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from dashboard.serving import ask_page

PATIENCE = 120  # s for a server to answer its first request
UPDATE = "/_dash-update-component"


@contextmanager
def serving(module: str, *arguments: str, ready: str) -> Iterator[Site]:
    """A server in a process of its own, stopped at the end.

    Args:
        module: What `python -m` runs; `{port}` in the arguments is a free port.
        arguments: Its arguments.
        ready: Address that answers 200 once it serves.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", module, *(a.replace("{port}", port) for a in arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    site = Site(f"http://127.0.0.1:{port}")
    try:
        site.wait(ready)
        yield site
    finally:
        process.terminate()
        process.wait(30)


@dataclass(frozen=True)
class Call:
    """A callback with the values that a page gives it.

    Attributes:
        name: Page, what was changed, and what the callback writes.
        body: What the browser sends.
        changed: The choice given another value; empty for the values as laid out.
    """

    name: str
    body: dict[str, Any]
    changed: str = ""


class Site:
    """A running server, asked as a browser asks: one connection, compressed answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.headers["Accept-Encoding"] = "br"

    def wait(self, path: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.session.get(self.address + path, timeout=PATIENCE).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.2)
        raise TimeoutError(f"{self.address}{path} does not answer within {PATIENCE} s")

    def get(self, path: str) -> tuple[bytes, int]:
        """An answer, and how many bytes it weighs compressed."""
        return self._weigh(self.session.get(self.address + path, timeout=PATIENCE, stream=True))

    def post(self, body: dict[str, Any]) -> tuple[bytes, int]:
        """The answer of a callback, and how many bytes it weighs compressed."""
        return self._weigh(self.session.post(self.address + UPDATE, json=body, timeout=PATIENCE, stream=True))

    @staticmethod
    def _weigh(answer: requests.Response) -> tuple[bytes, int]:
        if not answer.ok:
            raise RuntimeError(f"{answer.url} answers {answer.status_code}: {answer.text[:300]}")
        body = answer.content
        return body, int(answer.headers.get("Content-Length", len(body)))

    def lay_out(self, address: str) -> dict[str, Any]:
        """A page as Dash lays it out, by the callback of its router."""
        path, _, query = address.partition("?")
        return json.loads(self.post(ask_page(path, query))[0])

    def list_views(self) -> list[str]:
        """Addresses of the views of the header."""
        frame = json.loads(self.get("/_dash-layout")[0])
        return [p["href"] for p in walk(frame) if p.get("className") == "view"]

    def list_calls(self, address: str) -> list[Call]:
        """Every callback of the server that a page can set off: as laid out, then each of its choices changed."""
        props = {p["id"]: p for p in walk(json.loads(self.get("/_dash-layout")[0])) if isinstance(p.get("id"), str)}
        props |= {p["id"]: p for p in walk(self.lay_out(address)) if isinstance(p.get("id"), str)}
        calls = []
        for dependency in json.loads(self.get("/_dash-dependencies")[0]):
            asked = [*dependency["inputs"], *dependency["state"]]
            if dependency["clientside_function"] or any(one["id"] not in props for one in asked):
                continue
            calls.append(Call(f"{address} {_name(dependency)}", _fill(dependency, props)))
            for one in dependency["inputs"]:
                other = _find_other(props[one["id"]]) if one["property"] == "value" else None
                if other is not None:
                    changed = props | {one["id"]: {**props[one["id"]], "value": other}}
                    name = f"{address} {one['id']}={other} {_name(dependency)}"
                    calls.append(Call(name, _fill(dependency, changed, one), one["id"]))
        return [call for call in calls if all(i.get("value") is not None for i in call.body["inputs"])]


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """The props of every component under a node of a layout."""
    if isinstance(node, dict):
        if "props" in node and "namespace" in node:
            yield node["props"]
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def _name(dependency: dict[str, Any]) -> str:
    return dependency["output"].strip(".").replace("...", ", ").split("@")[0].split(", ")[0]


def _find_other(props: dict[str, Any]) -> str | None:
    """Another value of a choice, the last one offered."""
    offered = [item for one in props.get("data") or [] if isinstance(one, dict) for item in one.get("items", [one])]
    values = [item["value"] for item in offered if "value" in item and item["value"] != props.get("value")]
    return values[-1] if values else None


def _fill(dependency: dict[str, Any], props: dict[str, Any], first: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of a call with the values of a page."""
    output = dependency["output"]
    parts = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts]
    value = lambda one: one | {"value": props[one["id"]].get(one["property"])}  # noqa: E731
    first = first or dependency["inputs"][0]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": [value(one) for one in dependency["inputs"]],
        "state": [value(one) for one in dependency["state"]],
        "changedPropIds": [f"{first['id']}.{first['property']}"],
    }


def list_parts(document: str) -> tuple[list[str], list[str]]:
    """Addresses that a document asks for: ours, then the bundles of Dash and its components."""
    found = re.findall(r'(?:src|href)="(/[^"]+)"', document)
    bundles = [one for one in found if one.startswith("/_dash-component-suites/")]
    return [one for one in found if one not in bundles], bundles
