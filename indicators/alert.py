"""The only module that warns someone: the operator's own command, run when a refresh did not end well."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

ALERT_SECONDS = 60


def run_alert(command: str, code: int, told: str, report: Callable[[str], None]) -> None:
    """Run ON_FAILURE through the shell, with REFRESH_EXIT and REFRESH_MESSAGE in its environment.

    Args:
        command: A shell command of the operator; empty: nobody is warned.
        code: Exit code of the refresh.
        told: What went wrong, in one line.
        report: Says whether the command could not run.
    """
    if not command:
        return
    environment = os.environ | {"REFRESH_EXIT": str(code), "REFRESH_MESSAGE": told}
    try:
        done = subprocess.run(command, shell=True, env=environment, timeout=ALERT_SECONDS, check=False)  # noqa: S602
    except subprocess.TimeoutExpired:
        report(f"ON_FAILURE did not end within {ALERT_SECONDS} seconds: {command}")
        return
    if done.returncode:
        report(f"ON_FAILURE ended with code {done.returncode}: {command}")
