"""The Test button of the connection form, and `airflow connections test`: works, or says what is wrong."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from airflow.models.connection import Connection

from include.simulator.process import Simulator
from insider_web_push.api.connection import NO_KEY
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.conftest import KEY
from tests.integration.helpers import list_page
from tests.integration.raw_server import answer, raw_server

HookFor = Callable[..., InsiderWebPushHook]


def test_a_right_connection_tells_what_it_reached(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """Partner and number of campaigns, for one call of the budget."""
    works, message = hook.test_connection()
    assert works
    assert message.startswith("Connected to partner brand: 26 campaigns are listed for ")
    assert len(sim.requests()) == 1


def test_airflow_finds_the_hook_by_the_connections_type(sim: Simulator) -> None:
    """As the API server and the command line do."""
    extra = json.dumps({"partner_id": "brand"})
    connection = Connection("by_type", "insider_web_push", host=sim.url, password=KEY, extra=extra)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_BY_TYPE", connection.as_json())
        works, message = connection.test_connection()
    assert (works, message[:26]) == (True, "Connected to partner brand")


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        pytest.param({"key": ""}, "has no API key: set it as the password", id="no-key"),
        pytest.param({"key": NO_KEY}, "has no API key in this process", id="key-of-another-process"),
        pytest.param({"partner_id": None}, "has no partner id", id="no-partner"),
        pytest.param({"requests_per_minute": 0}, "requests_per_minute = 0", id="no-requests"),
        pytest.param({"timeout": 5}, "unknown extra 'timeout'", id="unknown-extra"),
        pytest.param({"url": "http://10.0.0.1"}, "plain http", id="plain-http"),
        pytest.param({"url": "http://127.0.0.1:1"}, "ServiceUnavailable: http://127.0.0.1:1", id="nobody-there"),
        pytest.param({"url": "https://nowhere.invalid"}, "ServiceUnavailable: https://nowhere.invalid", id="no-name"),
        pytest.param({"key": "wrong-key-0123456789"}, "Unauthorized: .*Check the API key", id="wrong-key"),
        pytest.param({"partner_id": "brand2"}, "Unauthorized: .*Check the API key", id="wrong-partner"),
        pytest.param({"budget_conn_id": "nowhere"}, "'nowhere'.*budget_conn_id", id="unknown-store"),
    ],
)
def test_a_wrong_setting_is_named(sim: Simulator, hook_for: HookFor, settings: dict[str, Any], shown: str) -> None:
    """In one line, without the key."""
    works, message = hook_for(**({"url": sim.url} | settings)).test_connection()
    assert not works
    assert re.search(shown, message), message
    assert "\n" not in message
    assert KEY not in message


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("forbidden", "Unauthorized: the API answered 403"),
        ("error_500", "ServiceUnavailable: the API answered 500"),
        ("html_200", "ServiceUnavailable: $: expected a JSON object, got an HTML page"),
        ("redirect", "InvalidRequest: the API answered 302"),
        ("stall", "no complete answer within 0.5 s"),
    ],
)
def test_a_wrong_answer_is_named(sim: Simulator, hook_for: HookFor, kind: str, shown: str) -> None:
    """As a task would see it."""
    sim.fault(kind)
    works, message = hook_for(sim.url, request_deadline_s=0.5 if kind == "stall" else 30).test_connection()
    assert not works
    assert shown in message


def test_a_throttled_test_says_so(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """The account is used by somebody else."""
    sim.patch(limit_requests=0)
    assert hook.test_connection() == (False, "Throttled: the API answered 429: Too Many Requests")


def test_a_full_budget_is_not_waited_for(sim: Simulator, hook_for: HookFor) -> None:
    """Somebody sits in front of the form."""
    list_page(hook_for(sim.url, requests_per_minute=1))
    works, message = hook_for(sim.url, requests_per_minute=1).test_connection()
    assert not works
    assert message.startswith("BudgetWait: 1 of 1 requests of the budget 127.0.0.1")


def test_an_unknown_connection_is_named() -> None:
    """With where to add it."""
    works, message = InsiderWebPushHook("nowhere").test_connection()
    assert not works
    assert message.startswith("ConfigurationError: connection 'nowhere' does not exist: add it in Admin > Connections")


def test_a_budget_file_that_cannot_be_used_is_named(
    sim: Simulator, hook: InsiderWebPushHook, budget_file: Path
) -> None:
    """Nothing was sent."""
    budget_file.mkdir(parents=True)
    try:
        works, message = hook.test_connection()
    finally:
        budget_file.rmdir()
    assert not works
    assert message.startswith(f"BudgetUnavailable: the budget's store {budget_file}")
    assert sim.requests() == []


def test_a_local_budget_with_a_distributed_executor_is_an_error(
    sim: Simulator, hook: InsiderWebPushHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each machine would have a budget of its own."""
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    works, message = hook.test_connection()
    assert not works
    assert "CeleryExecutor: set the extra budget_conn_id" in message
    assert sim.requests() == []


def test_another_server_at_the_address_is_noticed(hook_for: HookFor) -> None:
    """One that answers 200 to everything."""
    with raw_server(answer(200, b'{"hello": "world"}')) as server:
        works, message = hook_for(server.url).test_connection()
    assert (works, message) == (False, "ContractViolation: $.total: Field required")
