"""The limit, and what happens when the server says that it was overrun: for every caller, not only this one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from include.simulator.process import Simulator
from insider_web_push.errors import BudgetWait, Throttled
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.helpers import list_page

HookFor = Callable[..., InsiderWebPushHook]


def test_the_thirty_first_request_of_a_minute_is_not_sent(sim: Simulator, hook_for: HookFor) -> None:
    """By eight callers together; the server throttles nobody."""
    sim.patch(limit_requests=30)
    hook = hook_for(sim.url)

    def call(_: int) -> bool:
        try:
            return list_page(InsiderWebPushHook(hook.http_conn_id, max_wait_s=0.0)).status == 200
        except BudgetWait:
            return False

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(call, range(36)))
    assert answered.count(True) == 30
    assert (sim.summary()["requests"], sim.summary()["throttled"]) == (30, 0)


@pytest.mark.parametrize("status", [429, 403])
def test_a_throttled_answer_stops_every_other_caller(sim: Simulator, hook_for: HookFor, status: int) -> None:
    """Before they have sent anything."""
    sim.patch(limit_requests=0, throttle_status=status)
    with pytest.raises(Throttled):
        list_page(hook_for(sim.url))
    sim.patch(limit_requests=100)
    with pytest.raises(BudgetWait) as caught:
        list_page(hook_for(sim.url))
    assert 50 < caught.value.retry_after_s <= 60
    assert len(sim.requests()) == 1


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 403])
def test_retry_after_says_for_how_long(sim: Simulator, hook_for: HookFor, form: str, status: int) -> None:
    """In both of its forms; the error says the same."""
    sim.patch(limit_requests=1, limit_window_s=200, throttle_status=status, retry_after=form)
    list_page(hook_for(sim.url))
    with pytest.raises(Throttled) as caught:
        list_page(hook_for(sim.url))
    assert 190 < caught.value.retry_after_s <= 201
    assert 180 < hook_for(sim.url).budget_use().next_free_s <= 201


def test_retry_after_counts_for_five_windows_at_most(sim: Simulator, hook_for: HookFor) -> None:
    """Some servers send milliseconds: 60000 would close the account for most of a day."""
    sim.patch(limit_requests=1, limit_window_s=60_000, retry_after="seconds")
    list_page(hook_for(sim.url))
    with pytest.raises(Throttled) as caught:
        list_page(hook_for(sim.url))
    assert caught.value.retry_after_s == 300
    assert 290 < hook_for(sim.url).budget_use().next_free_s <= 300


def test_another_account_is_not_stopped(sim: Simulator, hook_for: HookFor) -> None:
    """It has a budget of its own."""
    sim.patch(limit_requests=0)
    with pytest.raises(Throttled):
        list_page(hook_for(sim.url))
    assert hook_for(sim.url, partner_id="brand2").budget_use().next_free_s == 0.0


def test_a_rotated_key_does_not_open_a_new_budget(sim: Simulator, hook_for: HookFor) -> None:
    """The server counts the account."""
    list_page(hook_for(sim.url))
    assert hook_for(sim.url, key="rotated-key-0123456789").budget_use().used == 1


def test_a_lower_limit_that_the_server_states_is_obeyed(sim: Simulator, hook_for: HookFor) -> None:
    """Before it has to throttle anybody."""
    sim.patch(limit_requests=3, quota_headers=True)
    hook = hook_for(sim.url)
    for _ in range(3):
        list_page(hook)
    with pytest.raises(BudgetWait, match="3 of 3 requests"):
        list_page(hook)
    assert sim.summary()["throttled"] == 0
