"""Which buttons days get, what they send, what they cost and what they ask."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from insider_web_push.coverage.action_words import Terms, cost_said
from insider_web_push.coverage.actions import Action, actions_of
from insider_web_push.coverage.day_facts import DayFacts
from insider_web_push.coverage.index import INCOMPLETE, PURGED, published_entry, unpublished_entry
from insider_web_push.days.asks import Ask
from insider_web_push.days.cost import Typical
from insider_web_push.days.forecast import Forecast
from insider_web_push.days.rules import Rules
from insider_web_push.days.stored_day import stored_day
from insider_web_push.days.troubles import Trouble
from insider_web_push.vocabulary import Check, DayCheck
from tests.builders import DAY, SWEPT_AT, swept
from tests.lake import Lake

TERMS = Terms(rules=Rules(), timezone="UTC", now=SWEPT_AT + timedelta(hours=9), requests=30, window_s=60)
FELL = "sent fell from 4,000 to 0 (100 %)"
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("11111", "Winter"), swept("22222", "Sale"), swept("33333", sent=0)])
    lake.answer("11111")
    return lake


@pytest.fixture
def lacking(lake: Lake) -> DayFacts:
    """A day that lacks a campaign, and is not published."""
    noted = unpublished_entry(INCOMPLETE, why="1 campaign (22222 'Sale') of 3 missing")
    return DayFacts(DAY, None, noted, stored_day(lake.store, DAY, None))


@pytest.fixture
def complete(lake: Lake) -> DayFacts:
    """The same day, published with all its campaigns."""
    lake.answer("22222")
    lake.publish()
    manifest = lake.manifest().model_copy(update={"checks": {}})
    return DayFacts(DAY, manifest, published_entry(manifest), stored_day(lake.store, DAY, manifest))


def changed(facts: DayFacts, day: date = DAY, *, noted: Trouble | None = None, why: str = "", **manifest) -> DayFacts:
    assert facts.manifest is not None
    assert facts.stored is not None
    new = facts.manifest.model_copy(update={"day": day, **manifest})
    stored = replace(facts.stored, day=day, held=frozenset(new.held))
    return DayFacts(day, new, published_entry(new, why=why, trouble=noted or ""), stored)


def never(day: date) -> DayFacts:
    return DayFacts(day, None, None, None)


def offered(*days: DayFacts, terms: Terms = TERMS) -> dict[Ask, Action]:
    return {action.ask: action for action in actions_of(days, terms)}


def fitting(*days: DayFacts) -> list[Ask]:
    return [action.ask for action in actions_of(days, TERMS) if action.fits]


def conf(action: Action) -> dict[str, object]:
    return json.loads(action.conf)


def test_a_day_that_lacks_nothing_can_be_looked_at_and_rebuilt(complete: DayFacts) -> None:
    """Nothing is called for; a look may come back with what moved, and costs its list."""
    assert fitting(complete) == []
    found = offered(complete)
    assert list(found) == [Ask.LOOK, Ask.REBUILD]
    assert found[Ask.LOOK].cost == "2 to 4 calls, less than a minute"
    assert found[Ask.LOOK].question == ""
    assert found[Ask.REBUILD].cost == "no call"
    assert "2026-11-22 is made anew" in found[Ask.REBUILD].question


def test_a_day_that_lacks_a_campaign_is_fetched_or_goes_without_it(lacking: DayFacts) -> None:
    """The one that is missing, by name; whoever accepts it is asked first."""
    found = offered(lacking)
    assert list(found) == [Ask.FETCH_MISSING, Ask.ACCEPT_MISSING, Ask.LOOK]
    assert found[Ask.FETCH_MISSING].cost == "3 calls, less than a minute"
    assert found[Ask.FETCH_MISSING].question == ""
    accept = found[Ask.ACCEPT_MISSING]
    assert conf(accept) == {"first_day": str(DAY), "last_day": str(DAY), "accept_missing": ["22222"]}
    assert accept.question.endswith("stand for them: 22222 'Sale'.")
    assert accept.cost == "2 to 3 calls, less than a minute"


def test_what_the_account_does_without_already_is_not_asked_again(lacking: DayFacts) -> None:
    """There is nobody left to accept."""
    terms = Terms(rules=Rules(accept_missing=("22222",)), timezone="UTC", now=TERMS.now, requests=30, window_s=60)
    assert Ask.ACCEPT_MISSING not in offered(lacking, terms=terms)


def test_a_day_that_nobody_tried_is_fetched_at_the_price_of_a_typical_one() -> None:
    """Or at one that nobody can tell."""
    typical = Typical(50, 40, "as in the newest 14 published days")
    terms = Terms(rules=Rules(), timezone="UTC", now=TERMS.now, requests=30, window_s=60, typical=typical)
    (action,) = actions_of([never(DAY)], terms)
    assert (action.ask, action.fits) == (Ask.FETCH_MISSING, True)
    assert action.cost.startswith("about 44 calls, at least 60 s, if the day that was never tried is as in the newest")
    assert offered(never(DAY))[Ask.FETCH_MISSING].cost.startswith("nobody can tell")


def test_a_held_campaign_is_accepted_alone(complete: DayFacts) -> None:
    """Its fall is named in the question, and no other campaign's is accepted with it."""
    found = offered(changed(complete, held={"11111": FELL}))
    assert next(iter(found)) is Ask.LOOK
    assert conf(found[Ask.ACCEPT_FALL])["campaigns"] == ["11111"]
    assert f"11111 'Big autumn sale' ({FELL})" in found[Ask.ACCEPT_FALL].question
    assert found[Ask.ACCEPT_FALL].cost == "3 calls, less than a minute"


def test_a_held_day_is_accepted_or_fetched_as_a_whole(complete: DayFacts) -> None:
    """With the words of publish in the question."""
    held = changed(complete, noted=Trouble.HELD_DAY, why=FELL)
    assert fitting(held) == [Ask.FETCH_ALL, Ask.ACCEPT_FALL]
    accept = offered(held)[Ask.ACCEPT_FALL]
    assert (FELL in accept.question, "campaigns" in conf(accept)) == (True, False)


def test_a_quiet_day_is_accepted_as_quiet(lacking: DayFacts) -> None:
    """And not as a fall, of which there is none."""
    noted = unpublished_entry(INCOMPLETE, why="hardly anything happened", trouble=Trouble.QUIET_DAY)
    found = offered(DayFacts(DAY, None, noted, lacking.stored))
    assert list(found)[:2] == [Ask.LOOK, Ask.ACCEPT_QUIET]
    assert found[Ask.ACCEPT_QUIET].question == "2026-11-22 is published as it is: hardly anything happened."


@pytest.mark.parametrize(
    ("broken", "asks"),
    [
        ({"checks": {Check.DEVICE_SUM: ["11111", "22222"]}}, [Ask.REBUILD]),
        ({"checks": {Check.TIME_ZONE: ["11111", "22222"]}}, [Ask.FETCH_ALL]),
        ({"day_checks": {DayCheck.LIST_UNSTEADY: ["it moved"]}}, [Ask.LOOK]),
    ],
)
def test_failed_checks_call_for_their_own_remedy(complete: DayFacts, broken: dict, asks: list[Ask]) -> None:
    """As the one table says."""
    assert fitting(changed(complete, **broken)) == asks


def test_checks_that_the_account_allows_call_for_nothing(complete: DayFacts) -> None:
    """Runs are not red for them."""
    terms = Terms(
        rules=Rules(check_thresholds={Check.DEVICE_SUM: 1}), timezone="UTC", now=TERMS.now, requests=30, window_s=60
    )
    facts = changed(complete, checks={Check.DEVICE_SUM: ["11111"]})
    assert not any(action.fits for action in actions_of([facts], terms))


def test_what_was_purged_has_no_button_and_costs_nothing(lacking: DayFacts) -> None:
    """The refresh leaves it alone, too."""
    purged = DayFacts(BEFORE, None, unpublished_entry(PURGED, why="it was purged"), None)
    assert actions_of([purged], TERMS) == []
    assert offered(purged, lacking)[Ask.FETCH_MISSING].cost == offered(lacking)[Ask.FETCH_MISSING].cost


def test_several_days_are_one_run(lacking: DayFacts, complete: DayFacts) -> None:
    """From the first to the last, with what all of them cost."""
    days = [changed(complete, BEFORE), lacking]
    found = offered(*days)
    assert conf(found[Ask.LOOK]) == {"first_day": str(BEFORE), "last_day": str(DAY), "mode": "changed"}
    assert found[Ask.LOOK].cost == "5 to 8 calls, less than a minute"


def test_nothing_is_accepted_of_days_that_do_not_call_for_it(complete: DayFacts) -> None:
    """The range of a decision is that of the days which need one."""
    days = [
        changed(complete, BEFORE),
        changed(complete, DAY, held={"11111": FELL}),
        changed(complete, AFTER, held={"22222": FELL}),
    ]
    accept = offered(*days)[Ask.ACCEPT_FALL]
    assert conf(accept) == {
        "first_day": str(DAY), "last_day": str(AFTER), "accept_fall": True, "campaigns": ["11111", "22222"]
    }  # fmt: skip
    assert f"{DAY}: 11111 'Big autumn sale'" in accept.question
    assert f"{AFTER}: 22222 'Big autumn sale'" in accept.question


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Forecast(), "no call"),
        (Forecast(1), "1 call, less than a minute"),
        (Forecast(2, 1000, 1000), "1,002 calls, at least 33 min"),
        (Forecast(2, 10, 1000), "12 to 1,002 calls, up to 33 min"),
        (Forecast(2, 10, 5000), "12 to 5,002 calls, up to 2.8 hours; the run may wait for approval"),
        (Forecast(2, 5000, 5000), "5,002 calls, at least 2.8 hours; the run waits for approval"),
    ],
)
def test_a_cost_is_calls_and_time_and_whether_somebody_must_approve(found: Forecast, said: str) -> None:
    """At 30 calls a minute, and with the account's two hours."""
    assert cost_said(found, TERMS) == said
