"""The only module that changes the goalposts: `make refit`, a change of every score that the CHANGELOG must tell."""

from __future__ import annotations

import argparse
import os

import pandas as pd

from etl.build import write_observations
from etl.fetch import Fetcher
from etl.lock import hold_lock
from etl.paths import DataPaths, default_paths
from etl.refresh import gather
from etl.warehouse import draft_path, find_current, new_build_id, open_current, write_build
from indicators.catalogue import Catalogue, load_catalogue
from indicators.compute import fit_goalposts_of
from indicators.goalposts import write_goalposts


def refit(paths: DataPaths, *, mirror: str | None = None) -> int:
    """Fit the goalposts of every scored level on the reference edition, and write them.

    Args:
        paths: Data folders.
        mirror: Fetch the sources from there first; by default, the figures kept (previous build, else snapshot).

    Returns:
        Number of goalposts written.

    Raises:
        BuildError: There are no observations to fit on.
        BusyError: A refresh is running.
        MethodError: An indicator is missing everywhere, or constant.
    """
    catalogue = load_catalogue()
    with hold_lock(paths.warehouse):
        tables = _fit_tables(paths, catalogue, mirror)
    write_goalposts(tables)
    return sum(len(t) for t in tables)


def _fit_tables(paths: DataPaths, catalogue: Catalogue, mirror: str | None) -> list[pd.DataFrame]:
    """Goalposts fitted on what the mirror gives, else on the published build, else on the snapshot."""
    gathered = None
    if mirror is not None or find_current(paths.warehouse) is None:
        gathered = gather(paths, fetcher=Fetcher(paths.raw, mirror), offline=mirror is None)
    if gathered is None:
        with open_current(paths.warehouse) as con:
            return list(fit_goalposts_of(con, catalogue))
    draft = draft_path(paths.warehouse, new_build_id())
    try:
        write_observations(draft, gathered, edition=catalogue.reference_edition, order=catalogue.sources)
        with write_build(draft) as con:
            return list(fit_goalposts_of(con, catalogue))
    finally:
        draft.unlink(missing_ok=True)


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `refit`."""
    parser = commands.add_parser("refit", help="fit the goalposts again (say so in the CHANGELOG, under Figures)")
    parser.set_defaults(run=_run)


def _run(_args: argparse.Namespace) -> int:
    count = refit(default_paths(), mirror=os.environ.get("MIRROR") or None)
    print(f"{count} goalposts written. Say in the CHANGELOG, under Figures, what changed and why.")  # noqa: T201
    return 0
