"""The account's totals of a day, asked for once a sweep: kept, compared with the list, and never in the way of it."""

from collections.abc import Callable

import pytest

from include.simulator.process import Simulator
from insider_web_push.answers.day_list import COUNTERS
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import Check, DayCheck
from tests.integration.pipeline import DAY, Pipeline


def calls(sim: Simulator, endpoint: str = "top-metrics") -> int:
    """Count the calls of an endpoint."""
    return sum(request["endpoint"] == endpoint for request in sim.requests())


def test_they_are_asked_for_once_kept_and_agree(sim: Simulator, day: Pipeline) -> None:
    """One call; the answer is kept as it came, and its counters stand in the manifest beside the campaigns' sum."""
    day.run()
    assert calls(sim) == 1
    stored = Storage(day.storage, "brand").read_list(day.manifest.sweep)
    assert stored.top_metrics is not None
    assert stored.top_metrics.request == {"partner_id": "brand", "start_date": DAY, "end_date": DAY}
    assert day.manifest.account_totals == {name: day.manifest.totals[name] for name in COUNTERS}
    assert day.manifest.day_checks == {}


def test_a_list_that_lacks_figures_is_told_by_them(sim: Simulator, day: Pipeline) -> None:
    """Per counter; the day is published all the same, and a later look takes the check away again."""
    campaign_id = max(zip(*_sent(day), strict=True))[1]
    sim.campaign(campaign_id, spoil_row={"sent": 0})
    day.rules = Rules(check_thresholds={Check.LIST: 1})
    with pytest.raises(IncompleteDay, match="check account_totals failed"):
        day.run()
    (said,) = day.manifest.day_checks[DayCheck.ACCOUNT_TOTALS]
    assert said.startswith("sent: ")
    sim.campaign(campaign_id)
    day.run()
    assert day.manifest.day_checks == {}


def _sent(day: Pipeline) -> tuple[list[int], list[str]]:
    planned = day.plan(day.discover())
    return [one["baseline"]["sent"] for one in planned], [one["campaign_id"] for one in planned]


def test_an_account_may_say_that_they_do_not_agree(sim: Simulator, day: Pipeline) -> None:
    """By its nature: the check is never failed then."""
    sim.campaign(max(zip(*_sent(day), strict=True))[1], spoil_row={"sent": 0})
    day.rules = Rules(check_thresholds={Check.LIST: 1, DayCheck.ACCOUNT_TOTALS: 1})
    day.run()
    assert day.manifest.day_checks == {}


def test_a_counter_that_the_list_does_not_say_is_not_compared(sim: Simulator, day: Pipeline) -> None:
    """Of one campaign is enough."""
    day.rules = Rules(check_thresholds={Check.LIST_FIGURES: 1})
    sim.campaign(max(zip(*_sent(day), strict=True))[1], spoil_row={"sent": None})
    day.run()
    assert day.manifest.day_checks == {}


@pytest.mark.parametrize(
    "kind",
    ["error_500", "error_520_html", "html_200", "list_200", "truncated_json", "not_found", "upstream_424", "forbidden",
     "invalid_400", "oversized", "redirect"],
)  # fmt: skip
def test_no_refusal_of_them_is_in_the_way_of_the_day(sim: Simulator, day: Pipeline, kind: str) -> None:
    """One call is spent on them; the key's other calls go on, also where this one is refused for the key."""
    sim.fault(kind, endpoint="top-metrics")
    day.run()
    assert calls(sim) == 1
    assert day.estimate["calls"] == len(sim.requests())
    assert (len(day.read()), day.manifest.account_totals, day.manifest.day_checks) == (4, {}, {})


def test_a_throttled_request_for_them_leaves_the_list_there(sim: Simulator, day: Pipeline) -> None:
    """It is the limit's, not the list's."""
    sim.patch(limit_requests=1)
    (swept,) = day.discover()
    assert (swept["campaigns"], swept["calls"]) == (4, 2)


def test_they_are_not_waited_for(sim: Simulator, day: Pipeline, hook_for: Callable[..., object]) -> None:
    """Longer than a worker is worth; nothing was sent, and nothing is counted."""
    hook_for(sim.url, requests_per_minute=1, window_s=600)
    (swept,) = day.discover()
    assert (swept["campaigns"], swept["calls"], calls(sim)) == (4, 1, 0)


@pytest.mark.parametrize(("max_calls", "asked"), [(1, 0), (2, 1)])
def test_they_spend_no_call_that_the_run_does_not_have(
    sim: Simulator, day: Pipeline, max_calls: int, asked: int
) -> None:
    """The list comes first."""
    day.max_calls = max_calls
    day.discover()
    assert calls(sim) == asked


def test_a_day_of_totals_has_them_as_well(sim: Simulator, day: Pipeline) -> None:
    """Two calls a day."""
    day.refresh(first_day=DAY, last_day=DAY, depth="totals")
    assert len(sim.requests()) == 2
    assert day.manifest.account_totals


def test_a_rebuild_compares_what_is_stored(sim: Simulator, day: Pipeline) -> None:
    """Without a call."""
    day.run()
    before = day.manifest
    sim.clear_log()
    day.refresh(first_day=DAY, last_day=DAY, rebuild=True)
    assert (sim.requests(), day.manifest) == ([], before)


def test_a_purged_campaign_is_no_difference(day: Pipeline) -> None:
    """It is taken out of the stored list, not out of the account's totals."""
    day.run()
    day.purge(campaigns=[max(zip(day.read("sent"), day.read(), strict=True))[1]])
    assert day.manifest.day_checks == {}
    day.refresh(first_day=DAY, last_day=DAY, rebuild=True)
    assert day.manifest.day_checks == {}
    day.run()
    assert day.manifest.day_checks == {}
