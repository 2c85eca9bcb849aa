"""What the buttons of a day send, carried out: break something, press what is offered, and see the day complete."""

import json
from datetime import UTC, date, datetime

import pytest

from include.simulator.process import Simulator
from insider_web_push.coverage.action_words import Terms
from insider_web_push.coverage.actions import Action, actions_of
from insider_web_push.coverage.keeping import usable_index
from insider_web_push.coverage.panel import read_day
from insider_web_push.days.asks import Ask
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.storage import Storage
from tests.integration.mending import RANGE, Clock, is_whole
from tests.integration.pipeline import DAY, Pipeline


def offered(day: Pipeline) -> dict[Ask, Action]:
    """The buttons of the day's page, as it would be read now."""
    store = Storage(day.storage, "brand")
    facts = read_day(store, date.fromisoformat(DAY), usable_index(store))
    terms = Terms(rules=day.rules, timezone=day.timezone, now=datetime.now(UTC), requests=30, window_s=60)
    return {action.ask: action for action in actions_of([facts], terms)}


def press(sim: Simulator, day: Pipeline, action: Action) -> None:
    """Run the refresh with what a button sends; it costs no more than was said."""
    sim.clear_log()
    day.run_id = f"manual__{action.ask}"
    day.refresh(**json.loads(action.conf))
    most = 0 if action.cost == "no call" else int(action.cost.split(" call")[0].split(" ")[-1])
    assert len(sim.requests()) <= most


@pytest.fixture
def lacking(sim: Simulator, day: Pipeline, at_age: Clock) -> str:
    """A day that lacks a campaign, which the API does not know for now; gives its id."""
    at_age(1)
    broken = day.plan_of_one()
    sim.fault("not_found", campaign_id=broken)
    with pytest.raises(IncompleteDay):
        day.run_all()
    return broken


def test_what_is_missing_is_fetched(sim: Simulator, day: Pipeline, lacking: str) -> None:
    """When the API is well: one campaign, the list and the account's totals."""
    sim.admin.delete("/faults")
    press(sim, day, offered(day)[Ask.FETCH_MISSING])
    assert is_whole(day)
    assert [call["campaign_id"] for call in sim.requests() if call["endpoint"] == "campaign-metrics"] == [lacking]


def test_the_missing_one_is_accepted(sim: Simulator, day: Pipeline, lacking: str) -> None:
    """While the API still does not know it."""
    press(sim, day, offered(day)[Ask.ACCEPT_MISSING])
    assert day.manifest.is_complete
    assert day.manifest.campaigns[lacking].accepted_by == day.run_id
    assert Ask.ACCEPT_MISSING not in offered(day)


@pytest.mark.parametrize("of", ["one campaign", "the day"])
def test_a_fall_is_accepted(sim: Simulator, day: Pipeline, at_age: Clock, of: str) -> None:
    """Of the campaign that is named; or of all of them, where the day as a whole says less."""
    at_age(20)
    day.run()
    before = sum(day.read("sent"))
    fetched = [key for key in day.read() if day.manifest.campaigns[key].snapshot]
    for campaign in fetched[:1] if of == "one campaign" else fetched:
        sim.move("scale", campaign, DAY, factor=0.5)
    day.run_id = "manual__2"
    with pytest.raises(IncompleteDay):
        day.refresh(**RANGE)
    press(sim, day, offered(day)[Ask.ACCEPT_FALL])
    assert is_whole(day)
    assert sum(day.read("sent")) < before
    assert Ask.ACCEPT_FALL not in offered(day)


def test_a_lost_file_is_rebuilt(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """Without a call."""
    at_age(3)
    day.run()
    (day.folder / day.manifest.files["campaign_day"].key).unlink()
    press(sim, day, offered(day)[Ask.REBUILD])
    assert day.read("sent")


def test_a_quiet_day_is_accepted_as_quiet(sim: Simulator, day: Pipeline, at_age: Clock) -> None:
    """After a week with activity; no fall is offered to accept, since there is none."""
    at_age(1)
    day.refresh(first_day="2026-03-03", last_day="2026-03-09", depth="totals")
    sim.patch(campaigns=0, quiet_campaigns=0)
    at_age(2)
    with pytest.raises(IncompleteDay):
        day.refresh(**RANGE)
    found = offered(day)
    assert Ask.ACCEPT_FALL not in found
    press(sim, day, found[Ask.ACCEPT_QUIET])
    assert (day.read(), day.manifest.is_complete) == ([], True)
