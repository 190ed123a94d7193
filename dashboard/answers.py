"""The only module that keeps whole answers of callbacks, each with the build that it comes from.

A callback answers from its inputs, the build and the scheme, and from nothing else: the same question has the same
answer until another build is published (or another day comes, since pages tell ages in days).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import flask

from dashboard.site import get_build
from etl.errors import BuildError

CALLBACK: Final = "/_dash-update-component"
MOST: Final = 48_000_000  # bytes kept by a worker, compressed; the least recently asked leave first
LONGEST: Final = 20_000  # bytes of a question worth keeping
HEADERS: Final = ("Content-Type", "Content-Encoding", "Vary")


@dataclass(frozen=True)
class _Answer:
    body: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def weight(self) -> int:
        return len(self.body) + LONGEST // 4  # with its question


class Answers:
    """The answers kept by one application."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def find(self) -> flask.Response | None:
        """The answer to the current request, when the same was asked before; None lets Dash answer."""
        flask.g.question = key = _read_question()
        with self._lock:
            answer = self._kept.get(key) if key else None
            if answer is None:
                return None
            self._kept.move_to_end(key)
        flask.g.question = None  # already kept
        return flask.Response(answer.body, headers=list(answer.headers))

    def keep(self, response: flask.Response) -> flask.Response:
        """Keep what Dash answered, as it leaves."""
        key = flask.g.get("question")
        if not key or response.status_code != 200 or response.is_streamed:
            return response
        headers = tuple((name, response.headers[name]) for name in HEADERS if name in response.headers)
        answer = _Answer(response.get_data(), headers)
        with self._lock:
            replaced = self._kept.pop(key, None)
            self._kept[key] = answer
            self._weight += answer.weight - (replaced.weight if replaced else 0)
            while self._weight > MOST:
                self._weight -= self._kept.popitem(last=False)[1].weight
        return response


def keep_answers(server: flask.Flask) -> None:
    """Have a server keep its callbacks' answers. Called before it learns to compress, so that they are kept small."""
    answers = Answers()
    server.before_request(answers.find)
    server.after_request(answers.keep)


def _read_question() -> Hashable:
    """What a callback's answer depends on; None for any other request."""
    request = flask.request
    if request.path != CALLBACK or (request.content_length or LONGEST) >= LONGEST:
        return None
    try:
        build_id = get_build().build_id
    except BuildError:
        return None
    asked = (request.get_data(), request.cookies.get("scheme"), request.headers.get("Accept-Encoding"))
    return (build_id, dt.datetime.now(dt.UTC).date(), *asked)
