"""A publisher for the tests: a real HTTP server on this machine, over a folder, that can be told to misbehave."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

Answer = Callable[["Handler"], None]


class Publisher(ThreadingHTTPServer):
    """Serves `folder`; counts what it is asked for and the bodies it sends.

    Attributes:
        answers: By path, what to do instead of serving the file; a list is used up one answer a request.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.requests: list[str] = []
        self.bodies: list[str] = []
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def forget(self) -> None:
        self.requests.clear()
        self.bodies.clear()

    def next_answer(self, path: str) -> Answer | None:
        found = self.answers.get(path)
        if isinstance(found, list):
            return found.pop(0) if found else None
        return found

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Publisher

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.server.requests.append(path)
        answer = self.server.next_answer(path)
        if answer is not None:
            answer(self)
        else:
            self.serve_file(path)

    def serve_file(self, path: str) -> None:
        file = self.server.folder / path.lstrip("/")
        if not file.is_file():
            self.send(404, b"no such file")
            return
        body = file.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self.send(304, b"")
            return
        self.server.bodies.append(path)
        self.send(200, body, {"ETag": etag})

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Silent."""


@contextmanager
def publish_folder(folder: Path) -> Iterator[Publisher]:
    server = Publisher(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


# -- misbehaviour ----------------------------------------------------------------------------------------------------


def status(code: int, **headers: str) -> Answer:
    return lambda h: h.send(code, b"", {k.replace("_", "-"): v for k, v in headers.items()})


def body(content: bytes, content_type: str = "application/octet-stream") -> Answer:
    return lambda h: h.send(200, content, {"Content-Type": content_type})


def redirect(target: str) -> Answer:
    return lambda h: h.send(302, b"", {"Location": target})


def silence(h: Handler) -> None:
    """The connection is taken and nothing ever comes."""
    h.server.released.wait(5)
    h.close_connection = True


def stall(h: Handler) -> None:
    """The body starts, then nothing comes."""
    h.send_response(200)
    h.send_header("Content-Length", "1000000")
    h.end_headers()
    h.wfile.write(b"IDPatrimostat;")
    h.wfile.flush()
    h.server.released.wait(5)
    h.close_connection = True


def drip(h: Handler) -> None:
    """The body comes one byte at a time, for ever: no read ever times out."""
    h.send_response(200)
    h.send_header("Content-Length", "1000000")
    h.end_headers()
    while not h.server.released.wait(0.1):
        h.wfile.write(b"x")
        h.wfile.flush()


def truncate(h: Handler) -> None:
    """Half of the announced body, then the connection closes."""
    content = (h.server.folder / unquote(h.path).lstrip("/")).read_bytes()
    h.send_response(200)
    h.send_header("Content-Length", str(len(content)))
    h.end_headers()
    h.wfile.write(content[: len(content) // 2])
    h.close_connection = True
