"""Which due days a refresh takes where the budget does not reach for all."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from insider_web_push.days.days_to_look_at import Why, days_due, oldest_day
from insider_web_push.days.rules import Rules
from insider_web_push.days.within_budget import affordable
from insider_web_push.lake.manifest import ManifestHead
from tests.unit.days.test_days_to_look_at import RULES, TODAY, ago, published


def taken(due: dict[date, Why], heads: list[ManifestHead], most: int) -> list[int]:
    """Choose; gives the ages of the chosen days in their order."""
    return [(TODAY - day).days for day in affordable(due, heads, today=TODAY, rules=RULES, most=most)]


def looks(ages: Iterable[int], *, looked_at: int = 1) -> tuple[dict[date, Why], list[ManifestHead]]:
    """Give published days of some ages, of 400 campaigns each, and which of them are due."""
    heads = [published(age, looked_at=looked_at, campaigns=400) for age in ages]
    return days_due(heads, [], today=TODAY, rules=RULES), heads


@pytest.mark.parametrize(
    ("most", "ages"),
    [
        pytest.param(10_000, [2, 3, 7, 8, 9], id="all"),
        pytest.param(1000, [2, 3, 7, 8, 9], id="just-all"),
        pytest.param(999, [2, 3, 7, 8], id="the-youngest-first"),
        pytest.param(500, [2, 3], id="two"),
        pytest.param(100, [2], id="one-is-always-taken"),
    ],
)
def test_a_run_takes_as_many_due_days_as_it_can_fetch(most: int, ages: list[int]) -> None:
    """The youngest first: a look costs half of the campaigns."""
    assert taken(*looks([9, 8, 7, 3, 2]), most) == ages


def test_a_closing_look_costs_a_call_for_each_campaign() -> None:
    """Where another one costs half."""
    assert taken(*looks([12, 11, 7, 3], looked_at=7), 800) == [11, 12]
    assert taken(*looks([12, 11, 7, 3], looked_at=7), 799) == [11]


@pytest.mark.parametrize(("most", "ages"), [(1600, [50, 49, 2, 3, 7, 44]), (800, [50, 2, 3, 7]), (300, [50])])
def test_the_oldest_that_waited_long_have_a_quarter_of_the_run(most: int, ages: list[int]) -> None:
    """And one of them is taken in any case; they come first, as plan leaves the last ones first."""
    young, their_heads = looks([2, 3, 7])
    old, other_heads = looks(range(44, 51), looked_at=14)
    assert taken(old | young, [*their_heads, *other_heads], most)[: len(ages)] == ages


def test_a_day_that_nobody_looked_at_costs_as_much_as_its_neighbour() -> None:
    """Without one it cannot be told: then one is taken, and is the next ones' neighbour."""
    heads = [published(50, looked_at=30, campaigns=9), published(6, looked_at=3, campaigns=400)]
    due = days_due(heads, [], [ago(4), ago(5)], today=TODAY, rules=RULES)
    assert taken(due, heads, 799) == [4]
    assert taken(due, heads, 800) == [4, 5]
    assert taken(due, [], 10_000) == [4]


def test_an_event_that_is_owed_waits_for_nobody() -> None:
    """It costs no call."""
    young, heads = looks([2, 3])
    assert taken(young | {ago(4): Why.EVENT_OWED}, [*heads, published(4, looked_at=3, campaigns=400)], 100) == [2, 4]


@pytest.mark.parametrize("load", [1.1, 1.4, 3.0])
def test_every_day_has_its_last_look_at_any_load(load: float) -> None:
    """Within eight days; and at first every day its first look, on the day."""
    campaigns, followed = 1000, 280
    most, rules = round(campaigns * 5 / load), Rules()
    looked: dict[date, int] = {}
    late: dict[int, int] = {}
    for today in (TODAY + timedelta(days=offset) for offset in range(followed)):
        looked[today - timedelta(days=1)] = 1
        gone = [day for day in looked if day < oldest_day(today=today, rules=rules)]
        assert all(looked.pop(day) >= rules.final_age for day in gone)
        heads = [published(0, looked_at=age, campaigns=campaigns, day=day) for day, age in looked.items()]
        due = days_due(heads, [], today=today, rules=rules)
        for day in affordable(due, heads, today=today, rules=rules, most=most):
            age = (today - day).days
            look = next(look for look in rules.ages if look > looked[day])
            late[look] = max(late.get(look, 0), age - look)
            looked[day] = age
        assert all((today - day).days - rules.final_age <= 8 for day in due if looked[day] < rules.final_age)
    assert late[2] == 0
