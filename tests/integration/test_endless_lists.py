"""A list that states far more campaigns than it has: its total does not decide how many calls are spent."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest

from include.simulator.process import Simulator
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, ListTooLong, PagesDrifted, PlanTooLarge
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.pipeline import DAY, Pipeline
from tests.integration.raw_server import RawServer, answer, raw_server

MakeHook = Callable[..., InsiderWebPushHook]
ENDLESS = 1_000_000_000
FIRST, SECOND = range(40001, 40021), range(40021, 40041)


def page(total: int, ids: range) -> bytes:
    """Make a page of the list."""
    row = {"type": "single", "sent": 9, "targeted": 9, "delivered": 9}
    rows = [row | {"builderId": key, "campName": f"no. {key}"} for key in ids]
    return json.dumps({"page": 1, "per_page": 20, "total": total, "data": rows}).encode()


class InTurn:
    """Answers with one page after the other, and then from the first again."""

    def __init__(self, *pages: bytes) -> None:
        self._answers = cycle([answer(200, body) for body in pages])

    def __iter__(self) -> Iterator[bytes]:
        return iter(next(self._answers))


def discover(day: Pipeline, hook_for: MakeHook, *pages: bytes) -> tuple[RawServer, str]:
    """Read a list from such a server; gives what was asked, and why it was refused."""
    with raw_server(InTurn(*pages)) as server:
        hook_for(server.url, allow_http=True, requests_per_minute=1000)
        with pytest.raises((ListTooLong, PagesDrifted, PlanTooLarge)) as refused:
            day.discover()
    return server, str(refused.value)


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        pytest.param([page(900, FIRST), page(900, range(0))], 2, id="empty"),
        pytest.param([page(900, FIRST)] * 2, 2, id="repeated"),
        pytest.param([page(900, FIRST), page(900, SECOND), page(900, range(0))], 3, id="later"),
        pytest.param([page(900, range(0))] * 2, 2, id="nothing-at-all"),
    ],
)
def test_an_empty_or_repeated_page_ends_a_list(
    day: Pipeline, hook_for: MakeHook, pages: list[bytes], asked: int
) -> None:
    """Three readings of so many pages, and not of 45; and what they have is not taken for the day."""
    server, said = discover(day, hook_for, *pages)
    assert len(server.requests) == 3 * asked
    assert "but a total of 900" in said


@pytest.mark.parametrize("total", [ENDLESS, 10**40])
def test_a_total_that_cannot_be_is_not_followed(day: Pipeline, hook_for: MakeHook, total: int) -> None:
    """One call, and its answer is kept for people; the message says what to do if it should be true."""
    day.rules = Rules(approve_above_h=None)
    server, said = discover(day, hook_for, page(total, FIRST))
    assert len(server.requests) == 1
    assert f"list of {DAY}: the list states {total} campaigns, more than 100000, which no account" in said
    assert f"max_calls of at least {total // 20 + 1}" in said
    (kept,) = day.folder.rglob("*.rejected.json.gz")
    assert kept.name in said


def test_history_tells_what_a_list_may_have(day: Pipeline, hook_for: MakeHook) -> None:
    """A day of four campaigns: a thousand are believed of any day, and not more."""
    day.run()
    server, said = discover(day, hook_for, page(1001, FIRST))
    assert len(server.requests) == 1
    assert f"more than 1000, while {DAY} has 4, the most of the days around it" in said
    server, _ = discover(day, hook_for, page(1000, FIRST), page(1000, range(0)))
    assert len(server.requests) == 6


def test_what_needs_approval_is_not_spent_on_a_list(day: Pipeline, hook_for: MakeHook) -> None:
    """At a thousand calls a minute, 60 calls here: 1,200 campaigns."""
    day.rules = Rules(approve_above_h=0.001)
    server, said = discover(day, hook_for, page(1201, FIRST))
    assert len(server.requests) == 1
    assert "more than 1200, the 60 calls that need no approval" in said


def test_whoever_says_how_many_calls_may_be_spent_is_obeyed(day: Pipeline, hook_for: MakeHook) -> None:
    """The list is followed as far as that reaches, and no further."""
    day.max_calls = 400
    server, said = discover(day, hook_for, page(2000, FIRST))
    assert (len(server.requests), "but a total of 2000" in said) == (6, True)
    server, said = discover(day, hook_for, page(ENDLESS, FIRST))
    assert (len(server.requests), "more than max_calls = 400" in said) == (1, True)


def test_one_endless_list_costs_the_other_days_of_a_refresh_nothing(
    sim: Simulator, day: Pipeline, hook_for: MakeHook, at_age: Callable[[float], None]
) -> None:
    """Only verify is red for it, with its cause."""
    at_age(3)
    with raw_server(InTurn(page(ENDLESS, FIRST))) as server:
        hook_for(server.url, allow_http=True, requests_per_minute=1000)
        day.form = {"first_day": "2026-03-09", "last_day": "2026-03-09"}
        swept: Any = day.discover(day.choose())
    hook_for(sim.url, requests_per_minute=1000)
    day.form = {}
    swept += day.discover()
    day.fetch_and_publish(swept)
    with pytest.raises(IncompleteDay, match="list of 2026-03-09: the list states 1000000000 campaigns") as red:
        day.verify(swept)
    assert red.value.troubles == ("list_too_long",)
    assert day.manifest.is_complete
