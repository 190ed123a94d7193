"""Fitting the goalposts again never meets a refresh in the same folder, and leaves nothing half written."""

import multiprocessing
from pathlib import Path

import pytest

from etl.errors import BuildError, BusyError, ProductError
from etl.lock import hold_lock
from etl.paths import DataPaths
from indicators.goalposts import GOALPOST_FILE
from indicators.refit import refit


def hold(folder: Path, held, done) -> None:
    with hold_lock(folder):
        held.set()
        done.wait(30)


def test_refit_leaves_when_a_refresh_runs_and_says_which(tmp_path):
    paths = DataPaths(tmp_path, tmp_path / "snapshot", tmp_path / "geo")
    context = multiprocessing.get_context("spawn")
    held, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(paths.warehouse, held, done))
    other.start()
    assert held.wait(30)
    try:
        with pytest.raises(BusyError, match=f"process {other.pid}"):
            refit(paths)
    finally:
        done.set()
        other.join()


def test_refit_without_any_figures_changes_no_goalpost(tmp_path):
    paths = DataPaths(tmp_path, tmp_path / "snapshot", tmp_path / "geo")
    before = GOALPOST_FILE.read_bytes()
    with pytest.raises(ProductError) as caught:
        refit(paths)
    assert isinstance(caught.value, BuildError)
    assert GOALPOST_FILE.read_bytes() == before
    assert list(paths.warehouse.glob(".*.draft")) == []
