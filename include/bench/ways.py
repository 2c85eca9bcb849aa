"""The ways that are held against each other, and how each is run once."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pendulum

from include.bench.figures import Figures, Usage, figures_of
from include.local.stack import LocalAirflow
from include.servers import postgres, valkey
from include.simulator.process import Simulator, running_simulator

LIMIT = 30
_DAILY = "insider_web_push_campaign_metrics"
_ZONE = "Europe/Istanbul"
_LONGEST_S = 1800.0
_FIRST_CALL_WITHIN_S = 300.0


class Ours(NamedTuple):
    """An account of the bench, by how many campaign days a task of it takes."""

    name: str
    per_task: int
    dag: str
    said: str = ""

    @property
    def conn_id(self) -> str:
        """Its connection, to the same API as those of the others."""
        return f"insider_web_push_{self.name}"


ONE_A_TASK = Ours("default", 1, _DAILY)
TEN_A_TASK = Ours("tens", 10, f"{_DAILY}__tens", ", ten campaign days a task")
ACCOUNTS = (ONE_A_TASK, TEN_A_TASK)


@dataclass(frozen=True)
class Bench:
    """What all ways share: one Airflow, the window to run under, and processes that keep cores busy beside it."""

    airflow: LocalAirflow
    window_s: float
    busy: frozenset[int] = frozenset()

    @contextmanager
    def simulator(self, campaigns: int) -> Iterator[Simulator]:
        """A fresh account, which also means a fresh budget, and connections to it."""
        with running_simulator(
            campaigns=campaigns,
            quiet_campaigns=0,
            latency_s=0.05,
            limit_requests=LIMIT,
            limit_window_s=self.window_s,
        ) as sim:
            self.airflow.api.upsert_connection("plain_http", conn_type="http", host=sim.url, password=sim.api_key)
            for account in ACCOUNTS:
                self.airflow.api.upsert_connection(account.conn_id, **self.connection(sim))
            yield sim

    def connection(self, sim: Simulator, **extra: object) -> dict[str, Any]:
        """The simulator as a connection of ours."""
        fields = {"partner_id": sim.partner_id, "window_s": self.window_s, **extra}
        return {
            "conn_type": "insider_web_push",
            "host": sim.url,
            "password": sim.api_key,
            "extra": json.dumps(fields),
        }

    def measured(self, way: str, sim: Simulator, work: Callable[[], None]) -> Figures:
        """Do the work, and judge it by the simulator's log."""
        with Usage.watching(without=self.busy | {sim.pid}) as usage:
            work()
        return figures_of(way, sim.requests(), usage, limit=LIMIT, window_s=self.window_s)

    def plain(self, slots: int) -> Figures:
        """`HttpOperator.expand` in a pool."""
        with self.simulator(90) as sim:
            bodies = _bodies(sim)
            sim.clear()
            return self.measured(
                f"HttpOperator, pool of {slots}",
                sim,
                lambda: self._finish(f"plain_pool_of_{slots}", [self._trigger_plain(slots, bodies)]),
            )

    def ours(self, account: Ours) -> Figures:
        """The daily DAG: 5 pages of the list, the account's totals, 90 campaigns."""
        with self.simulator(90) as sim:
            way = f"ours, 1 run{account.said}"
            return self.measured(way, sim, lambda: self._finish(account.dag, self._trigger(account.dag, days=1)))

    def ours_crowded(self, account: Ours) -> Figures:
        """Three runs of the daily DAG and a program that uses the hook, all at once: 3 x (3 + 28) + 15 calls."""
        with self.simulator(28) as sim:
            campaigns = [str(body["campaign_id"]) for body in _bodies(sim)][:15]
            sim.clear()

            def work() -> None:
                with self._hook_user(sim, campaigns, {}) as begin:
                    runs = self._trigger(account.dag, days=3)
                    _wait_for_a_call(sim)
                    begin()
                    self._finish(account.dag, runs)

            return self.measured(f"ours, 3 runs and a hook user{account.said}", sim, work)

    def ours_on(self, store: str) -> Figures:
        """Two processes with clocks 1 s apart, which meet in a shared store."""
        opened = {"valkey": valkey, "postgres": postgres}[store]
        with self.simulator(95) as sim, opened() as store_connection:
            campaigns = [str(body["campaign_id"]) for body in _bodies(sim)]
            sim.clear()
            shared = {"AIRFLOW_CONN_BUDGET": json.dumps(store_connection)}

            def work() -> None:
                ahead = shared | {"CLOCK_OFFSET_S": "1"}
                with (
                    self._hook_user(sim, campaigns[::2], shared, "budget") as begin_one,
                    self._hook_user(sim, campaigns[1::2], ahead, "budget") as begin_other,
                ):
                    begin_one()
                    begin_other()

            return self.measured(f"ours, 2 machines on {store}", sim, work)

    @contextmanager
    def _hook_user(
        self, sim: Simulator, campaigns: list[str], extra_env: dict[str, str], budget_conn_id: str = ""
    ) -> Iterator[Callable[[], None]]:
        """Start a program that uses the hook; gives what lets it begin, and waits for its end."""
        connection = json.dumps(self.connection(sim, budget_conn_id=budget_conn_id))
        conn_id = ONE_A_TASK.conn_id
        env = self.airflow.env | {f"AIRFLOW_CONN_{conn_id.upper()}": connection} | extra_env
        command = [sys.executable, "-m", "include.bench.hook_user", conn_id, _day(0).to_date_string(), *campaigns]
        pipe = subprocess.PIPE
        program = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - ours
        assert program.stdin
        assert program.stdout
        try:
            if "ready\n" not in program.stdout:  # which reads up to that line
                raise RuntimeError(f"the hook user did not start:\n{program.communicate()[1][-2000:]}")
            yield partial(print, file=program.stdin, flush=True)
            _, errors = program.communicate(timeout=_LONGEST_S)
            if program.returncode:
                raise RuntimeError(f"the hook user failed:\n{errors[-2000:]}")
        finally:
            program.kill()

    def _trigger(self, dag: str, *, days: int) -> list[str]:
        now = pendulum.now("UTC")
        return [
            self.airflow.api.trigger(
                dag, logical_date=now.add(microseconds=back), data_interval=(_day(back), _day(back - 1))
            )
            for back in range(1, days + 1)
        ]

    def _trigger_plain(self, slots: int, bodies: list[dict[str, object]]) -> str:
        dag = f"plain_pool_of_{slots}"
        return self.airflow.api.trigger(dag, logical_date=pendulum.now("UTC"), conf={"bodies": bodies})

    def _finish(self, dag: str, runs: list[str]) -> None:
        for run in runs:
            state = self.airflow.api.wait_for_run(dag, run, timeout_s=_LONGEST_S)["state"]
            if state != "success":
                raise RuntimeError(f"{dag} {run} ended as {state}")


@contextmanager
def busy_cores(number: int) -> Iterator[frozenset[int]]:
    """Keep *number* cores busy, as a worker's other tasks would; gives the processes that do."""
    command = [sys.executable, "-c", "while True: pass"]
    burners = [subprocess.Popen(command) for _ in range(number)]  # noqa: S603 - ours
    try:
        yield frozenset(burner.pid for burner in burners)
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def storage_of(home: Path) -> str:
    """Where the runs' objects go: a folder of this process, since a day that is there already is not fetched again."""
    return str(home / f"storage-{os.getpid()}")


def _day(back: int) -> pendulum.DateTime:
    return pendulum.today(_ZONE).subtract(days=back)


def _wait_for_a_call(sim: Simulator) -> None:
    until = time.monotonic() + _FIRST_CALL_WITHIN_S
    while not sim.requests():
        if time.monotonic() > until:
            raise TimeoutError(f"no run has called the API within {_FIRST_CALL_WITHIN_S:.0f} s of its start")
        time.sleep(0.01)


def _bodies(sim: Simulator) -> list[dict[str, object]]:
    """The request of each campaign of yesterday, from the list."""
    day = _day(1).to_date_string()
    window = {"partner_id": sim.partner_id, "start_date": day, "end_date": day}
    headers = {"Authorization": f"Bearer {sim.api_key}"}
    rows: list[dict[str, Any]] = []
    while True:
        page = {**window, "page": str(len(rows) // 20 + 1), "per_page": "20"}
        url = f"{sim.url}/v1/statistics/overall-metrics"
        answer = httpx.post(url, json=page, headers=headers, trust_env=False).raise_for_status().json()
        rows += answer["data"]
        if len(rows) >= answer["total"]:
            return [{**window, "campaign_id": str(row["builderId"])} for row in rows]
