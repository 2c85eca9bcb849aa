"""What the demo and the system test ask of Airflow, over its public REST API."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import httpx

_PAGE = 100
"""Rows a page: the API's own maximum."""

_SHOWN_OF_A_REFUSAL = 500
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.3, 1.0

FINAL_RUN_STATES = frozenset({"success", "failed"})

Json = dict[str, Any]


class AirflowApiError(RuntimeError):
    """Airflow refused a request; the message carries what was asked and what it said."""


class AirflowApi:
    """
    A thin client: one method a question, JSON in and out.

    Args:
        url: Of the API server, without a path.
        password: Of the user `admin`.
        check: Called while waiting, to raise when there is nothing left to wait for.
    """

    def __init__(self, url: str, *, password: str, check: Callable[[], None]) -> None:
        self._password = password
        self.check = check
        """Raises when there is nothing left to wait for."""
        # trust_env: a proxy from the environment must not get between here and loopback.
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def close(self) -> None:
        """Let go of the connection, so that the server need not wait for it when it stops."""
        self._http.close()

    def serves_workers(self) -> bool:
        """Say whether the server answers on the workers' side of it."""
        return self._health("/execution/health") is not None

    def healthy(self) -> bool:
        """Say whether every component has reported for duty."""
        parts = self._health("/api/v2/monitor/health")
        return parts is not None and all(part["status"] == "healthy" for part in parts.values())

    def _health(self, path: str) -> Json | None:
        try:
            response = self._http.get(path)
        except httpx.TransportError:
            return None
        return None if response.is_error else dict(response.json())

    def wait_for_dag(self, dag_id: str, *, timeout_s: float = 60) -> Json:
        """
        Wait until the DAG processor has brought in a DAG.

        Raises:
            AirflowApiError: its file cannot be imported; the message is the import error.
        """

        def parsed() -> Json | None:
            found = self._get("/dags", dag_id_pattern=dag_id, exclude_stale=True)["dags"]
            match = next((dag for dag in found if dag["dag_id"] == dag_id), None)
            if match is None and (errors := self.import_errors()):
                raise AirflowApiError(f"{errors[0]['filename']} cannot be imported:\n{errors[0]['stack_trace']}")
            return match

        return self._wait(parsed, f"DAG {dag_id}", timeout_s)

    def import_errors(self) -> list[Json]:
        """List what the DAG processor could not import."""
        return list(self._get("/importErrors")["import_errors"])

    def upsert_connection(self, connection_id: str, **fields: object) -> None:
        """Create or replace a connection; *fields* as in the API: conn_type, host, password, extra (JSON text)."""
        body = {"connection_id": connection_id, **fields}
        if self._request("GET", f"/connections/{connection_id}", missing_ok=True) is None:
            self._request("POST", "/connections", json=body)
        else:
            self._request("PATCH", f"/connections/{connection_id}", json=body)

    def test_account(self, connection_id: str) -> str:
        """Test a connection of ours as the UI's Test button does, on the API server; gives what it says."""
        return str(
            self._post("/connections/test", {"connection_id": connection_id, "conn_type": "insider_web_push"}).get(
                "message"
            )
        )

    def page(self, path: str) -> int:
        """Ask for a page beside the API, with the login; gives the status."""
        self._log_in()
        return self._http.get(path).status_code

    def make_pool(self, name: str, slots: int) -> None:
        """Create a pool."""
        self._post("/pools", {"name": name, "slots": slots, "include_deferred": False})

    def delete_pool(self, name: str) -> None:
        """Remove a pool."""
        self._request("DELETE", f"/pools/{name}")

    def set_slots(self, name: str, slots: int) -> None:
        """Give a pool other slots, as Admin > Pools does."""
        pool = self._get(f"/pools/{name}")
        kept = {field: pool[field] for field in ("description", "include_deferred")}
        self._request("PATCH", f"/pools/{name}", json={"pool": name, "slots": slots, **kept})

    def pause(self, dag_id: str, *, paused: bool = True) -> None:
        """Pause a DAG, or let it run with ``paused=False``."""
        self._request("PATCH", f"/dags/{dag_id}", json={"is_paused": paused})

    def trigger(
        self,
        dag_id: str,
        *,
        logical_date: datetime | None,
        data_interval: tuple[datetime, datetime] | None = None,
        conf: Mapping[str, object] | None = None,
    ) -> str:
        """Start a run and return its id. The interval goes with a logical date only."""
        body: Json = {"logical_date": logical_date and logical_date.isoformat(), "conf": dict(conf or {})}
        if data_interval is not None:
            body["data_interval_start"], body["data_interval_end"] = (end.isoformat() for end in data_interval)
        return str(self._post(f"/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def backfill(self, dag_id: str, *, first: datetime, last: datetime) -> None:
        """Start a backfill of the runs whose logical dates lie between the two, both included."""
        body: Json = {
            "dag_id": dag_id,
            "from_date": first.isoformat(),
            "to_date": last.isoformat(),
            "reprocess_behavior": "completed",
            "max_active_runs": 2,
            "dag_run_conf": {},
            "run_backwards": False,
        }
        self._post("/backfills", body)

    def runs(self, dag_id: str) -> list[Json]:
        """List a DAG's runs, the latest first."""
        return list(self._get(f"/dags/{dag_id}/dagRuns", order_by="-run_after", limit=_PAGE)["dag_runs"])

    def run(self, dag_id: str, run_id: str) -> Json:
        """Give one run: state, dates, conf."""
        return self._get(f"/dags/{dag_id}/dagRuns/{run_id}")

    def wait_for_run(self, dag_id: str, run_id: str, *, timeout_s: float = 300) -> Json:
        """Wait until a run has succeeded or failed, and return it."""

        def ended() -> Json | None:
            run = self.run(dag_id, run_id)
            return run if run["state"] in FINAL_RUN_STATES else None

        return self._wait(ended, f"run {run_id} of {dag_id}", timeout_s)

    def wait_for(self, found: Callable[[], list[Json]], what: str, *, timeout_s: float = 120) -> list[Json]:
        """Wait until something is found, and return it."""
        self._wait(lambda: {"found": True} if found() else None, what, timeout_s)
        return found()

    def end_run(self, dag_id: str, run_id: str) -> None:
        """Set a run to failed, which also ends its tasks."""
        self._request("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}", json={"state": "failed"})

    def task_instances(self, dag_id: str, run_id: str, **filters: object) -> Iterator[Json]:
        """Iterate over a run's task instances, mapped ones included; *filters* as in the API (task_id, state)."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        offset = 0
        while True:
            page = self._get(path, limit=_PAGE, offset=offset, order_by="map_index", **filters)
            yield from page["task_instances"]
            offset += _PAGE
            if offset >= page["total_entries"]:
                return

    def count_task_instances(self, dag_id: str, run_id: str, **filters: object) -> int:
        """Count task instances without fetching them."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return int(self._get(path, limit=1, **filters)["total_entries"])

    def clear(self, dag_id: str, run_id: str, *, tasks: list[str | tuple[str, int]], downstream: bool = True) -> None:
        """Clear task instances, as the UI's Clear does; a tuple is (task id, map index)."""
        body = {
            "dry_run": False,
            "dag_run_id": run_id,
            "task_ids": [list(task) if isinstance(task, tuple) else task for task in tasks],
            "include_downstream": downstream,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self._post(f"/dags/{dag_id}/clearTaskInstances", body)

    def mark_success(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Set a task to success, as the UI's *Mark task as* does."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        self._request("PATCH", path, params={"update_mask": "new_state"}, json={"new_state": "success"})

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str) -> None:
        """Answer a task that waits for a person: `Approve`, `Reject`."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self._request("PATCH", path, json={"chosen_options": [option]})

    def log(self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, try_number: int = 1) -> str:
        """Give a task instance's log as plain text, one line an event."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        content = self._get(path, map_index=map_index, full_content=True)["content"]
        return "\n".join(line if isinstance(line, str) else _log_line(line) for line in content)

    def xcom(self, dag_id: str, run_id: str, task_id: str, *, key: str = "return_value", map_index: int = -1) -> Any:
        """Give a task's XCom, deserialised; None if there is none."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        found = self._request(
            "GET", path, missing_ok=True, params={"map_index": map_index, "deserialize": False, "stringify": False}
        )
        return None if found is None else found["value"]

    def asset_events(self, **filters: object) -> list[Json]:
        """List asset events, the latest first."""
        return list(self._get("/assets/events", order_by="-timestamp", limit=_PAGE, **filters)["asset_events"])

    def get(self, path: str, **params: object) -> Json:
        """Ask anything else below `/api/v2`."""
        return self._get(path, **params)

    def _wait(self, ready: Callable[[], Json | None], what: str, timeout_s: float) -> Json:
        began = time.monotonic()
        while (found := ready()) is None:
            self.check()
            waited_s = time.monotonic() - began
            if waited_s > timeout_s:
                raise TimeoutError(f"{what}: nothing after {timeout_s:.0f} s")
            # Each question costs the server about as much as a request of a task does.
            time.sleep(min(max(_SHORTEST_PAUSE_S, waited_s / 10), _LONGEST_PAUSE_S))
        return found

    def _get(self, path: str, **params: object) -> Json:
        found = self._request("GET", path, params=params)
        return found or {}

    def _post(self, path: str, body: Json) -> Json:
        found = self._request("POST", path, json=body)
        return found or {}

    def _request(self, method: str, path: str, *, missing_ok: bool = False, **kwargs: Any) -> Json | None:
        self._log_in()
        response = self._send(method, f"/api/v2{path}", missing_ok=missing_ok, **kwargs)
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return dict(response.json()) if response.content else None

    def _log_in(self) -> None:
        if "Authorization" not in self._http.headers:
            login = self._send("POST", "/auth/token", json={"username": "admin", "password": self._password})
            self._http.headers["Authorization"] = f"Bearer {login.json()['access_token']}"

    def _send(self, method: str, path: str, *, missing_ok: bool = False, **kwargs: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **kwargs)
        except httpx.TransportError as error:
            self.check()
            raise AirflowApiError(f"{method} {path}: {type(error).__name__}") from error
        if response.is_server_error:
            self.check()
        if response.is_error and not (missing_ok and response.status_code == httpx.codes.NOT_FOUND):
            raise AirflowApiError(f"{method} {path}: {response.status_code} {response.text[:_SHOWN_OF_A_REFUSAL]}")
        return response


def _log_line(event: Json) -> str:
    details = {name: value for name, value in event.items() if name not in {"timestamp", "event", "level", "logger"}}
    return " ".join([str(event.get("timestamp") or ""), str(event["event"]), str(details) if details else ""]).strip()
