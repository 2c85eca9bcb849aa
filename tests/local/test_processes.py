import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from include.local.home import PROJECT
from include.local.interrupts import Interrupted, held, orderly_interrupts
from include.local.lock import AlreadyRunningError, holder, only_one
from include.local.processes import ComponentDiedError, Processes
from include.local.sessions import Session, started_at, stop_recorded, write_record

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)  # as Airflow does with each task
open(sys.argv[1] + str(os.getpid()), "w").close()
time.sleep(600)
"""
"""A leader and a child of its own process group that both ignore SIGTERM; each leaves its pid as a file."""

SUPERVISOR = """
import sys, time
from pathlib import Path
from include.local.processes import Processes
from include.local.lock import only_one
folder = Path(sys.argv[1])
with only_one(folder / "lock", "a test") as lock:
    processes = Processes(record=folder / "record.json", logs=folder)
    processes.watch(lock)
    processes.start("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], {})
    print("started", flush=True)
    time.sleep(600)
"""


def wait_until(condition, *, within_s: float = 20) -> bool:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def start_stubborn(folder: Path) -> tuple[subprocess.Popen, list[int]]:
    leader = subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", STUBBORN, f"{folder}/pid-"], start_new_session=True
    )
    assert wait_until(lambda: len(list(folder.glob("pid-*"))) == 2)
    return leader, [int(path.name.removeprefix("pid-")) for path in folder.glob("pid-*")]


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_session_is_stopped_as_a_whole(tmp_path):
    """Also a child in another process group, and whoever ignores the stop signal."""
    leader, pids = start_stubborn(tmp_path)
    write_record(tmp_path / "record.json", [Session("stubborn", leader.pid, started_at(leader.pid), grace_s=0.3)])
    stop_recorded(tmp_path / "record.json")
    leader.wait(1)
    assert [is_gone(pid) for pid in pids] == [True, True]
    assert not (tmp_path / "record.json").exists()


def test_a_pid_that_belongs_to_somebody_else_by_now_is_left_alone(tmp_path):
    """The record is of an earlier process with the same pid."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        write_record(tmp_path / "record.json", [Session("earlier", other.pid, started_at(other.pid) - 60, grace_s=0.3)])
        stop_recorded(tmp_path / "record.json")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path):
    """SIGKILL leaves it no chance to clean up; and a new one waits until the watchdog has."""
    supervisor = subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", SUPERVISOR, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert supervisor.stdout.readline() == b"started\n"
    [recorded] = json.loads((tmp_path / "record.json").read_text())
    supervisor.kill()
    supervisor.communicate()
    with only_one(tmp_path / "lock", "the next"):
        assert is_gone(recorded["pid"])


def test_a_component_that_ends_is_reported_with_its_log(tmp_path):
    """Its name, how it ended, and its last words."""
    processes = Processes(record=tmp_path / "record.json", logs=tmp_path)
    try:
        processes.start("mayfly", [sys.executable, "-c", "print('last words'); raise SystemExit(3)"], {})
        with pytest.raises(ComponentDiedError, match=r"(?s)mayfly .*exit code 3.*last words"):  # noqa: PT012 - it takes a moment
            while True:
                processes.check()
                time.sleep(0.05)
    finally:
        processes.stop_all()


def test_a_second_start_in_one_home_is_refused(tmp_path):
    """By a message that says what runs and how to stop it."""
    lock = tmp_path / "lock"
    with only_one(lock, "make up"):
        assert holder(lock).pid == os.getpid()
        with pytest.raises(AlreadyRunningError, match="`make down` stops it"), only_one(lock, "make demo"):
            pass
    assert holder(lock) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_waits_for_what_is_held(number):
    """What starts a process and writes it down is finished first."""
    reached = []
    with orderly_interrupts():
        with pytest.raises(Interrupted) as interrupt, held():  # noqa: PT012 - where in the block it comes is the claim
            os.kill(os.getpid(), number)
            reached.append("the end of the block")
        assert (interrupt.value.number, reached) == (number, ["the end of the block"])
        with pytest.raises(Interrupted):  # noqa: PT012 - as above
            os.kill(os.getpid(), number)
            reached.append("more")
    assert reached == ["the end of the block"]


def test_a_killed_component_takes_its_children_along_and_can_be_started_again(tmp_path):
    """SIGKILL asks nobody, reaches a child in a group of its own, and the log goes on."""
    processes = Processes(record=tmp_path / "record.json", logs=tmp_path)
    command = [sys.executable, "-c", STUBBORN, f"{tmp_path}/pid-"]
    processes.start("stubborn", command, {})
    assert wait_until(lambda: len(list(tmp_path.glob("pid-*"))) == 2)
    pids = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    processes.kill("stubborn")
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids)
    processes.check()
    processes.start("stubborn", command, {}, append=True)
    assert processes.pids().keys() == {"stubborn"}
    processes.kill("stubborn")


def test_what_ended_by_itself_is_told_once(tmp_path):
    """With its exit code, so that it can be started again."""
    processes = Processes(record=tmp_path / "record.json", logs=tmp_path)
    processes.start("brief", [sys.executable, "-c", "raise SystemExit(3)"], {})
    ended: dict[str, int] = {}
    assert wait_until(lambda: ended.update(processes.take_ended()) or ended)
    assert ended == {"brief": 3}
    assert processes.take_ended() == {}
