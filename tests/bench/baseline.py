"""`python -m tests.bench.baseline <port> <folder>`: a server of the same make whose one callback returns what it has.

The floor of `tests.bench.server`: the answers it wrote in the folder, parsed once, given back by a Dash callback.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import flask
from dash import Dash, Input, Output, dcc, html
from flask_compress import Compress

from dashboard.app import COMPRESSED
from dashboard.serving import Server


def make(folder: Path) -> flask.Flask:
    """The application over a folder of recorded answers."""
    server = flask.Flask("baseline")
    server.config |= {"COMPRESS_MIMETYPES": COMPRESSED, "COMPRESS_BR_LEVEL": 5}
    Compress(server)
    app = Dash("baseline", server=server, serve_locally=True)
    app.layout = html.Div([dcc.Store(id="asked"), dcc.Store(id="answer")])
    recorded = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")}

    @app.callback(Output("answer", "data"), Input("asked", "data"))
    def answer(asked: str) -> object:
        if asked not in recorded:
            recorded[asked] = json.loads((folder / f"{asked}.json").read_text(encoding="utf-8"))
        return recorded[asked]

    server.test_client().get("/")
    return server


def ask(name: str) -> dict[str, object]:
    """What a browser sends to have a recorded answer."""
    return {
        "output": "answer.data",
        "outputs": {"id": "answer", "property": "data"},
        "inputs": [{"id": "asked", "property": "data", "value": name}],
        "changedPropIds": ["asked.data"],
    }


if __name__ == "__main__":
    Server(lambda: make(Path(sys.argv[2])), f"127.0.0.1:{sys.argv[1]}").run()
