"""Two workers serve while refreshes publish: no failed request, none that mixes two builds, each worker follows."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from etl.warehouse import find_current
from indicators.refresh import EXIT_OK, Scoring
from tests.conftest import ROOT
from tests.etl.small import ORDER, copy_mirror, refresh_small

MUSEUMS = "culture_musees/entrees_et_categories_de_public.csv"
REFRESHES, CLIENTS = 4, 3


def write_telling_scores(con):
    """A score that is the figure itself, so that a page mixing two builds gives itself away."""
    con.execute("""
        INSERT INTO score BY NAME
        SELECT level, territory_code, 2026 AS edition, 'as_is' AS variant, 'rayonnement' AS node_code, value AS score
        FROM observation WHERE level = 'epci' AND series_code = 'musees_visiteurs' AND year = 2023""")


def publish(root, n):
    """A build in which Grenoble-Alpes-Métropole has 1,230 + n visitors."""
    path = root / "mirror" / MUSEUMS
    lines = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if ";témoin;" not in line]
    witness = [f"3818599;;;;;;;témoin;;;38185;2023;;;{n};;;;;\n"] if n else []
    path.write_text("".join([*lines, *witness]), encoding="utf-8")
    code, _ = refresh_small(root / "data", root / "mirror", scoring=lambda: Scoring(2026, ORDER, write_telling_scores))
    assert code == EXIT_OK


@pytest.fixture
def served(tmp_path):
    copy_mirror(tmp_path / "mirror")
    publish(tmp_path, 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
    command = [sys.executable, "-m", "gunicorn", "tests.etl.serving:app", "--bind", f"127.0.0.1:{port}", *options]
    environment = os.environ | {"WAREHOUSE": str(tmp_path / "data/warehouse")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as server:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address)
        yield tmp_path, address
        server.terminate()
        server.communicate()


def wait_for(address):
    deadline = time.monotonic() + 60
    while True:
        try:
            return requests.get(address, timeout=30)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_two_workers_serve_through_refreshes(served):
    root, address = served
    answers, failures, ended = [], [], threading.Event()

    def browse():
        while not ended.is_set():
            try:
                got = requests.get(address, timeout=30)  # a new connection each time, so that both workers answer
                got.raise_for_status()
                answers.append(got.json())
            except requests.RequestException as error:
                failures.append(repr(error))
            time.sleep(0.02)

    clients = [threading.Thread(target=browse) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for n in range(1, REFRESHES + 1):
        publish(root, n)
    newest = find_current(root / "data/warehouse").stem
    deadline = time.monotonic() + 60
    while len({a["worker"] for a in answers if a["build"] == newest}) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    ended.set()
    for client in clients:
        client.join()
    assert failures == []
    told = {}
    for a in answers:
        assert a["build"] == a["says"]
        assert a["kept"] == a["read"] == a["scored"], "one page, one build"
        assert told.setdefault(a["build"], a["read"]) == a["read"]
    assert told[newest] == 1230.0 + REFRESHES
    assert len(told) > 2, "figures were seen to change while serving"
    assert len({a["worker"] for a in answers if a["build"] == newest}) == 2, "each worker follows, without a restart"
