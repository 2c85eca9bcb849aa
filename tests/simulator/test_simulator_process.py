"""The process: it starts and ends, whatever is going on."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from include.simulator.__main__ import main
from include.simulator.process import PROJECT_ROOT, SimulatorDidNotStartError, running_simulator

KEY = "k3y-of-the-process"


def wait_until(condition: Callable[[], bool], what: str, *, within_s: float = 20) -> None:
    """Wait for a condition, and fail in its words if it does not come true."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {within_s:g} s"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Whether there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def listens(child: subprocess.Popen[Any], ready: Path) -> bool:
    """Whether a simulator that was started has said so."""
    assert child.poll() is None, "the simulator ended"
    return ready.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_status_zero_while_answers_stall(tmp_path: Path, number: signal.Signals) -> None:
    """Long before a stalled, a dripping and a slow answer would have ended, and without a traceback."""
    ready = tmp_path / "ready.json"
    child = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-m", "include.simulator", "--ready-file", str(ready)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "SIMULATOR_API_KEY": KEY, "SIMULATOR_LATENCY_S": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until(lambda: listens(child, ready), "the simulator listens")
        url = httpx.Response(200, text=ready.read_text()).json()["url"]
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            callers = [threading.Thread(target=_call, args=(client,)) for _ in range(3)]
            for kind in ("stall", "drip"):
                client.post("/admin/faults", json={"kind": kind, "times": 1}).raise_for_status()
            for caller in callers[:2]:
                caller.start()
            _wait_for_requests(client, 2)
            client.patch("/admin/settings", json={"latency_s": 60}).raise_for_status()
            callers[2].start()
            _wait_for_requests(client, 3)
            child.send_signal(number)
            printed, _ = child.communicate(timeout=20)
            for caller in callers:
                caller.join()
    finally:
        child.kill()
        child.wait()
    assert child.returncode == 0
    assert printed.splitlines() == [f"simulator listening on {url}: partner demo, 24 campaigns, 30 requests in 60 s"]


def _call(client: httpx.Client) -> None:
    window = {"start_date": "2026-03-10", "end_date": "2026-03-10"}
    with contextlib.suppress(httpx.TransportError):  # the server ends under it: that is what the test is about
        client.post(
            "/v1/statistics/top-metrics",
            json={"partner_id": "demo", **window},
            headers={"Authorization": f"Bearer {KEY}"},
        )


def _wait_for_requests(client: httpx.Client, number: int) -> None:
    wait_until(lambda: client.get("/admin/summary").json()["requests"] >= number, f"{number} requests arrived")


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Even by a signal that lets nobody clean up."""
    script = (
        "import sys, time\n"
        "from include.simulator.process import running_simulator\n"
        "with running_simulator() as sim:\n"
        "    print(sim.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(  # noqa: S603 - the script above, by our own interpreter
        [sys.executable, "-c", script],
        cwd=PROJECT_ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    try:
        wait_until(lambda: is_gone(pid), "the simulator ended with its parent")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_leaving_the_block_ends_it_also_by_an_exception() -> None:
    """No process stays behind."""
    pids = []

    def fail_while_it_runs() -> None:
        with running_simulator() as sim:
            pids.append(sim.pid)
            raise RuntimeError("in between")

    with pytest.raises(RuntimeError, match="in between"):
        fail_while_it_runs()
    wait_until(lambda: is_gone(pids[0]), "the simulator ended with its block")


def test_an_unknown_setting_stops_the_start_with_its_name() -> None:
    """A misspelt one would silently have no effect."""
    with pytest.raises(SimulatorDidNotStartError, match=r"unknown settings: SIMULATOR_CAMPAINS$"):
        running_simulator(campains=3).__enter__()


def test_a_wrong_setting_stops_the_start_with_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and no value in it."""
    monkeypatch.setenv("SIMULATOR_API_KEY", KEY)
    monkeypatch.setenv("SIMULATOR_CURRENCY", KEY)
    assert main([]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "simulator: SIMULATOR_CURRENCY: String should match pattern '^[A-Z]{3}$'"
    ]


def test_it_listens_where_it_is_told(tmp_path: Path) -> None:
    """In a container that is another address than loopback's first."""
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "include.simulator", "--host", "127.0.0.2", "--ready-file", str(ready)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL) as child:  # noqa: S603 - as above
        try:
            wait_until(lambda: listens(child, ready), "the simulator listens")
            url = json.loads(ready.read_text())["url"]
            assert url.startswith("http://127.0.0.2:")
            assert httpx.get(f"{url}/admin/summary", trust_env=False).json()["requests"] == 0
        finally:
            child.terminate()


def test_a_taken_port_stops_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    """And the line says which."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr().err.startswith(f"simulator: port {port} of 127.0.0.1: Address already in use")


def test_the_key_is_in_no_process_list_and_the_callers_environment_has_no_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key goes by environment; a variable of the shell does not change a test's world."""
    monkeypatch.setenv("SIMULATOR_CAMPAIGNS", "5")
    with running_simulator(api_key=KEY, quiet_campaigns=0) as sim:
        command = psutil.Process(sim.pid).cmdline()
        assert sim.settings()["campaigns"] == 24
        assert KEY not in sim.log.read_text()
    assert KEY not in str(command)
