"""The only module that installs the weekly refresh for the current user: a systemd timer where there is one, else cron.

Both run `python -m indicators refresh` with the settings given when it was scheduled; `etl.journal` keeps the log.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from etl.errors import ProductError
from etl.journal import log_path
from etl.paths import ROOT, default_paths

UNIT = "attractivite-rayonnement-refresh"
MARK = f"# {UNIT}"
SETTINGS = ("MIRROR", "ONLY", "DATA_DIR", "ON_FAILURE", "CONTACT")  # ACCEPT is given by someone who has looked
WEEKLY = "Mon *-*-* 05:30:00"
CRON_WEEKLY = "30 5 * * 1"
SERVICE = """[Unit]
Description=Attractivité × Rayonnement: weekly refresh of the open data
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={root}
{environment}ExecStart={command}
Nice=10
"""
TIMER = f"""[Unit]
Description=Attractivité × Rayonnement: weekly refresh of the open data

[Timer]
OnCalendar={WEEKLY}
RandomizedDelaySec=1800
Persistent=true

[Install]
WantedBy=timers.target
"""


def schedule(settings: Mapping[str, str]) -> list[str]:
    """Install the weekly refresh; what was installed before is replaced.

    Args:
        settings: Environment of the refresh (SETTINGS).

    Returns:
        What was written, as lines.

    Raises:
        ProductError: There is neither systemd nor cron for this user.
    """
    if _has_systemd():
        lines = _schedule_timer(settings)
    elif shutil.which("crontab"):
        lines = _schedule_cron(settings)
    else:
        raise ProductError("schedule", "this machine has neither systemd for users nor cron",
                           f"Have your own scheduler run: {_command()}")  # fmt: skip
    return [*lines, f"Log: {log_path(default_paths())}", "To remove it: make unschedule"]


def unschedule() -> list[str]:
    """Remove the weekly refresh, wherever it was installed.

    Returns:
        What was removed, as lines.
    """
    removed = [*_unschedule_timer(), *_unschedule_cron()]
    return removed or ["Nothing was scheduled."]


def _command() -> str:
    return f"{shlex.quote(sys.executable)} -m indicators refresh"


def _run(*command: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own words, never a shell)
        command, input=given, capture_output=True, text=True, check=False, timeout=30
    )


def _require(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        raise ProductError(shlex.join(done.args), f"it failed ({said})", "Run it by hand to see why")


# -- systemd ---------------------------------------------------------------------------------------------------------


def _has_systemd() -> bool:
    return shutil.which("systemctl") is not None and _run("systemctl", "--user", "show-environment").returncode == 0


def _units() -> dict[str, Path]:
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    folder = Path(home) / "systemd" / "user"
    return {kind: folder / f"{UNIT}.{kind}" for kind in ("service", "timer")}


def _schedule_timer(settings: Mapping[str, str]) -> list[str]:
    environment = "".join(f"Environment={_quote_unit(f'{n}={v}')}\n" for n, v in settings.items())
    command = f"{_quote_unit(sys.executable)} -m indicators refresh"
    root = str(ROOT).replace("%", "%%")
    texts = {"service": SERVICE.format(root=root, environment=environment, command=command), "timer": TIMER}
    lines = []
    for kind, path in _units().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[kind], encoding="utf-8")
        lines += [f"Wrote {path}:", *(f"    {line}" for line in texts[kind].splitlines())]
    _require(_run("systemctl", "--user", "daemon-reload"))
    _require(_run("systemctl", "--user", "enable", "--now", f"{UNIT}.timer"))
    return lines


def _quote_unit(text: str) -> str:
    """A word of a unit file: quoted, with `%` and quotes kept from being read as marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def _unschedule_timer() -> list[str]:
    units = [path for path in _units().values() if path.exists()]
    if not units:
        return []
    if _has_systemd():
        _run("systemctl", "--user", "disable", "--now", f"{UNIT}.timer")
    for path in units:
        path.unlink()
    if _has_systemd():
        _require(_run("systemctl", "--user", "daemon-reload"))
    return [f"Removed {path}" for path in units]


# -- cron ------------------------------------------------------------------------------------------------------------


def _read_table() -> list[str]:
    """The user's other lines; a user without a table has none."""
    return [line for line in _run("crontab", "-l").stdout.splitlines() if not line.endswith(MARK)]


def _schedule_cron(settings: Mapping[str, str]) -> list[str]:
    assigned = "".join(f"{n}={shlex.quote(v)} " for n, v in settings.items())
    work = f"cd {shlex.quote(str(ROOT))} && {assigned}{_command()} >/dev/null 2>&1".replace("%", "\\%")
    line = f"{CRON_WEEKLY} {work} {MARK}"
    _require(_run("crontab", "-", given="".join(f"{one}\n" for one in [*_read_table(), line])))
    return ["Added to the crontab:", f"    {line}"]


def _unschedule_cron() -> list[str]:
    if shutil.which("crontab") is None or MARK not in _run("crontab", "-l").stdout:
        return []
    _require(_run("crontab", "-", given="".join(f"{one}\n" for one in _read_table())))
    return [f"Removed the line '{MARK}' from the crontab"]


# -- commands --------------------------------------------------------------------------------------------------------


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `schedule` and `unschedule`."""
    kept = "refresh every week (MIRROR, ONLY, ON_FAILURE, CONTACT are kept)"
    commands.add_parser("schedule", help=kept).set_defaults(
        run=lambda _args: _print(schedule({n: os.environ[n] for n in SETTINGS if os.environ.get(n)}))
    )
    commands.add_parser("unschedule", help="no longer refresh every week").set_defaults(
        run=lambda _args: _print(unschedule())
    )


def _print(lines: list[str]) -> int:
    for line in lines:
        print(line)  # noqa: T201
    return 0
