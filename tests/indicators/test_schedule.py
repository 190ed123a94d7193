"""The weekly refresh is tested by the files and the table that it writes, with a systemctl and a crontab of our own."""

import os
import shlex
import stat
import subprocess
import sys

import pytest

from etl.errors import ProductError
from etl.paths import ROOT
from indicators.alert import run_alert
from indicators.schedule import MARK, UNIT, schedule, unschedule

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$HOME/systemctl.log"
[ -e "$HOME/no-systemd" ] && exit 1
exit 0
"""
CRONTAB = """#!/bin/sh
if [ "$1" = "-l" ]; then cat "$HOME/table" 2>/dev/null || { echo "no crontab for you" >&2; exit 1; }
else cat > "$HOME/table"; fi
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user who has both programs, and nothing else on the path but the system's own folders."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (("systemctl", SYSTEMCTL), ("crontab", CRONTAB)):
        (tools / name).write_text(text)
        (tools / name).chmod(stat.S_IRWXU)
    for tool in ("sh", "cat"):
        (tools / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tools))
    return tmp_path


def units(home):
    folder = home / ".config/systemd/user"
    return {p.suffix[1:]: p.read_text(encoding="utf-8") for p in sorted(folder.glob(f"{UNIT}.*"))}


def without_systemd(home):
    (home / "no-systemd").touch()


def test_a_systemd_timer_runs_the_refresh_every_week(home):
    said = "\n".join(schedule({"MIRROR": "https://miroir.example/a b", "ON_FAILURE": 'mail -s "100 %" cuf'}))
    found = units(home)
    assert f'ExecStart="{sys.executable}" -m indicators refresh\n' in found["service"]
    assert f"WorkingDirectory={ROOT}\n" in found["service"]
    assert 'Environment="MIRROR=https://miroir.example/a b"\n' in found["service"]
    assert 'Environment="ON_FAILURE=mail -s \\"100 %%\\" cuf"\n' in found["service"]
    assert "OnCalendar=Mon *-*-* 05:30:00\n" in found["timer"]
    assert "Persistent=true\n" in found["timer"], "a machine that was off catches up"
    assert (home / "systemctl.log").read_text().splitlines()[-2:] == [
        "--user daemon-reload",
        f"--user enable --now {UNIT}.timer",
    ]
    for text in found.values():
        assert all(line in said for line in text.splitlines()), "it prints what it wrote"
    assert "refresh.log" in said


def test_the_unit_files_are_sound_to_systemd(home):
    schedule({"MIRROR": "../mirror"})
    path = "/usr/bin/systemd-analyze"
    if not os.path.exists(path):  # noqa: PTH110
        pytest.skip("systemd-analyze is not on this machine")
    folder = home / ".config/systemd/user"
    done = subprocess.run(
        [path, "verify", "--user", "--recursive-errors=no", str(folder / f"{UNIT}.timer")],
        capture_output=True, text=True, check=False,
        env={"XDG_RUNTIME_DIR": str(home), "HOME": str(home), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert UNIT not in done.stderr, done.stderr


def test_scheduling_twice_leaves_one_timer_with_the_last_settings(home):
    schedule({"MIRROR": "old"})
    schedule({"MIRROR": "new"})
    assert sorted(units(home)) == ["service", "timer"]
    assert "old" not in units(home)["service"]


def test_unscheduling_removes_the_timer(home):
    schedule({})
    said = unschedule()
    assert units(home) == {}
    assert [line.startswith("Removed ") for line in said] == [True, True]
    assert f"--user disable --now {UNIT}.timer" in (home / "systemctl.log").read_text()
    assert unschedule() == ["Nothing was scheduled."]


def test_without_systemd_cron_runs_the_refresh_every_week(home):
    without_systemd(home)
    (home / "table").write_text("0 3 * * * backup\n")
    said = schedule({"MIRROR": "/a folder", "ON_FAILURE": "echo 100%"})
    other, line = (home / "table").read_text().splitlines()
    assert other == "0 3 * * * backup"
    assert line.startswith(f"30 5 * * 1 cd {ROOT} && MIRROR='/a folder' ON_FAILURE='echo 100\\%' ")
    assert f"{shlex.quote(sys.executable)} -m indicators refresh >/dev/null 2>&1 {MARK}" in line
    assert f"    {line}" in said
    assert units(home) == {}


def test_cron_keeps_one_line_and_unscheduling_leaves_the_others(home):
    without_systemd(home)
    (home / "table").write_text("0 3 * * * backup\n")
    schedule({"MIRROR": "old"})
    schedule({"MIRROR": "new"})
    assert (home / "table").read_text().count(MARK) == 1
    assert unschedule() == [f"Removed the line '{MARK}' from the crontab"]
    assert (home / "table").read_text() == "0 3 * * * backup\n"


def test_a_user_without_a_table_gets_one(home):
    without_systemd(home)
    schedule({})
    assert (home / "table").read_text().count("\n") == 1


def test_without_either_it_says_what_to_run(home):
    for name in ("systemctl", "crontab"):
        (home / "bin" / name).unlink()
    with pytest.raises(ProductError, match=r"neither systemd for users nor cron.*-m indicators refresh"):
        schedule({})


def test_a_scheduler_that_refuses_is_said(home):
    without_systemd(home)
    (home / "bin/crontab").write_text("#!/bin/sh\necho 'not allowed to use this program' >&2\nexit 1\n")
    with pytest.raises(ProductError, match=r"crontab -: it failed \(not allowed to use this program\)"):
        schedule({})


# -- the command on failure ------------------------------------------------------------------------------------------


def test_the_alert_knows_the_code_and_the_reason(tmp_path):
    said = []
    run_alert(
        f'echo "$REFRESH_EXIT $REFRESH_MESSAGE" > {tmp_path}/alert', 3, "culture_musees: answers 404", said.append
    )
    assert (tmp_path / "alert").read_text() == "3 culture_musees: answers 404\n"
    assert said == []


def test_an_alert_that_fails_or_hangs_is_said_and_changes_nothing(monkeypatch):
    said = []
    run_alert("exit 7", 2, "why", said.append)
    monkeypatch.setattr("indicators.alert.ALERT_SECONDS", 0.1)
    run_alert("exec sleep 5", 2, "why", said.append)
    run_alert("", 2, "why", said.append)
    assert said == ["ON_FAILURE ended with code 7: exit 7", "ON_FAILURE did not end within 0.1 seconds: exec sleep 5"]
