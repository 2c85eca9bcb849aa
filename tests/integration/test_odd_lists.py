"""Lists that change while they are read, have a campaign twice, or a row that names none: through all operators."""

from contextlib import suppress
from typing import Any

import pytest

from include.simulator.process import Simulator
from insider_web_push.answers.day_list import COUNTERS
from insider_web_push.days.rules import Rules
from insider_web_push.errors import IncompleteDay, PagesDrifted, PlanTooLarge
from insider_web_push.vocabulary import Check, DayCheck
from tests.integration.pipeline import Pipeline


def listed(sim: Simulator, day: Pipeline, number: int = 25) -> list[str]:
    """Set the number of active campaigns, so that the list has two pages; gives their ids."""
    sim.patch(campaigns=number, quiet_campaigns=0)
    found = [planned["campaign_id"] for planned in day.plan(day.discover())]
    sim.clear_log()
    return found


@pytest.fixture(autouse=True)
def _told_and_not_red(day: Pipeline) -> None:
    """What is wrong with a day as a whole is looked up in its manifest here."""
    day.rules = Rules(check_thresholds=dict.fromkeys(DayCheck, 1))


def list_calls(sim: Simulator) -> int:
    """Count the calls for pages of the list."""
    return sum(request["endpoint"] == "overall-metrics" for request in sim.requests())


@pytest.mark.parametrize("kind", ["drift", "shrink"])
@pytest.mark.parametrize("times", [2, 4])
def test_a_list_that_changes_while_it_is_read_is_read_again(
    sim: Simulator, day: Pipeline, kind: str, times: int
) -> None:
    """Every campaign is there then, and nothing is said; the calls are counted."""
    everyone = listed(sim, day)
    sim.fault(kind, endpoint="overall-metrics", times=times)
    (swept,) = day.discover()
    assert list_calls(sim) == 2 + times
    assert swept["calls"] == len(sim.requests()) == 2 + times + 1
    assert [planned["campaign_id"] for planned in day.plan([swept])] == everyone


def test_a_list_that_lacks_what_it_states_is_a_failure_to_retry(sim: Simulator, day: Pipeline) -> None:
    """A campaign would be missing, and nobody would know; the message names what was stated and found."""
    listed(sim, day)
    sim.fault("short", endpoint="overall-metrics")
    said = "23 unique campaigns in 3 readings, but a total of 25 .a total of 25 and 23 rows;"
    with pytest.raises(PagesDrifted, match=said):
        day.discover()
    assert list_calls(sim) == 6


def test_pages_that_overlap_for_ever_are_no_twins(sim: Simulator, day: Pipeline) -> None:
    """There are as many rows as stated, but another campaign may be missing: the day says so."""
    everyone = listed(sim, day)
    sim.fault("drift", endpoint="overall-metrics")
    day.run()
    assert set(day.read()) == set(everyone[:-1])
    assert "up to 1 may be missing" in day.manifest.day_checks[DayCheck.LIST_UNSTEADY][0]


def test_a_list_that_never_stands_still_is_taken_together_and_says_so(sim: Simulator, day: Pipeline) -> None:
    """The day has the campaigns of all readings, and its manifest says what was seen."""
    everyone = listed(sim, day)
    for _ in range(3):
        sim.fault("shrink", endpoint="overall-metrics", times=1)
        sim.fault("shrink", endpoint="overall-metrics", times=1)
    (swept,) = day.discover()
    assert list_calls(sim) == 6
    for planned in day.plan([swept]):
        day.fetch(**planned)
    day.publish([swept])
    assert set(day.read()) == set(everyone) - {everyone[20]}
    (said,) = day.manifest.day_checks[DayCheck.LIST_UNSTEADY]
    assert "a total of 24 to 25 and 24 rows" in said
    assert "up to 1 may be missing" in said


def test_the_readings_are_stored_and_read_alike_later(sim: Simulator, day: Pipeline) -> None:
    """A rebuild needs no call, and says the same."""
    listed(sim, day)
    sim.fault("shrink", endpoint="overall-metrics", times=6)
    day.run()
    before = day.manifest
    sim.clear()
    day.refresh(first_day="2026-03-10", last_day="2026-03-10", rebuild=True)
    assert sim.requests() == []
    assert day.manifest == before


@pytest.mark.parametrize(
    ("second", "said"), [({}, False), ({"sent": 0, "targeted": 0, "delivered": 0, "clicks": 0}, True)]
)
def test_a_campaign_listed_twice_for_ever_blocks_nothing(
    sim: Simulator, day: Pipeline, second: dict[str, Any], *, said: bool
) -> None:
    """Two readings; it is named where the rows disagree, and the row of zeros never counts."""
    everyone = listed(sim, day, 3)
    sim.campaign(everyone[1], second_row=second)
    day.run()
    assert list_calls(sim) == 2
    assert set(day.read()) == set(everyone)
    assert all(day.read("sent"))
    assert set(day.read("detail_status")) == {"fetched"}
    checks = day.manifest.day_checks
    assert set(checks) == ({DayCheck.LISTED_TWICE} if said else set())
    assert not said or everyone[1] in checks[DayCheck.LISTED_TWICE][0]


def test_a_row_without_an_id_blocks_nothing_and_is_named(sim: Simulator, day: Pipeline) -> None:
    """The others are published complete; one reading is enough."""
    everyone = listed(sim, day, 3)
    sim.campaign(everyone[0], spoil_row={"builderId": None, "campName": "A draft"})
    day.run()
    assert list_calls(sim) == 1
    assert set(day.read()) == set(everyone[1:])
    (said,) = day.manifest.day_checks[DayCheck.ROW_WITHOUT_ID]
    assert said.startswith("row 1 of the list, 'A draft', id 7000")


def test_what_is_wrong_with_the_day_alone_is_a_look_and_no_revision(sim: Simulator, day: Pipeline) -> None:
    """It comes, and goes again."""
    everyone = listed(sim, day, 3)
    day.run()
    sim.campaign(everyone[0], second_row={"sent": 0})
    day.run()
    assert (day.revision, set(day.manifest.day_checks)) == (1, {DayCheck.LISTED_TWICE})
    sim.campaign(everyone[0])
    day.run()
    assert (day.revision, day.manifest.day_checks) == (1, {})


def test_a_list_that_php_printed_with_gaps_is_read(sim: Simulator, day: Pipeline) -> None:
    """As the list that it is."""
    everyone = listed(sim, day, 3)
    sim.fault("php_list", endpoint="overall-metrics")
    day.run()
    assert set(day.read()) == set(everyone)


@pytest.mark.parametrize(("max_calls", "spent"), [(3, 3), (4, 4), (5, 5)])
def test_reading_again_spends_no_more_than_the_run_may(
    sim: Simulator, day: Pipeline, max_calls: int, spent: int
) -> None:
    """Not one call."""
    listed(sim, day)
    sim.fault("shrink", endpoint="overall-metrics")
    day.max_calls = max_calls
    with pytest.raises(PlanTooLarge):
        day.discover()
    assert len(sim.requests()) <= spent


def test_a_purge_does_not_look_like_an_unsteady_list(sim: Simulator, day: Pipeline) -> None:
    """It takes rows out of the stored list."""
    everyone = listed(sim, day, 3)
    sim.campaign(everyone[1], second_row={})
    day.run()
    day.purge(campaigns=[everyone[0]])
    day.refresh(first_day="2026-03-10", last_day="2026-03-10", rebuild=True)
    assert set(day.read()) == set(everyone[1:])
    assert day.manifest.day_checks == {}


@pytest.mark.parametrize("literals", [{"sent": None}, {"sent": "1.234"}, dict.fromkeys(COUNTERS)])
def test_a_list_that_prints_its_figures_otherwise_hides_no_move(
    sim: Simulator, day: Pipeline, literals: dict[str, Any]
) -> None:
    """Every campaign is fetched at every look, and each run fails the check, not the first one alone."""
    sim.patch(now="2026-03-11T01:00:00+03:00", quiet_campaigns=0)
    day.run()
    for campaign_id in day.read():
        sim.campaign(campaign_id, spoil_row=literals)
    before = sum(day.read("clicks"))
    for now in ("2026-03-12T09:00:00+03:00", "2026-07-20T09:00:00+03:00"):
        sim.patch(now=now)
        with pytest.raises(IncompleteDay, match=r"check list_figures failed for 3 of 3 campaigns"):
            day.run()
        assert day.estimate["by_cause"]["unknown"] == 3
        assert set(day.manifest.checks[Check.LIST_FIGURES]) == set(day.read())
        assert day.manifest.sentinel.checked == 0
    assert sum(day.read("clicks")) > before


def test_a_quiet_campaign_stays_quiet_where_others_are_unknown(sim: Simulator, day: Pipeline) -> None:
    """All of its figures can be read."""
    sim.campaign(day.plan_of_one(), spoil_row={"clicks": None})
    with suppress(IncompleteDay):
        day.run()
    assert sorted(day.read("detail_status")) == ["fetched", "fetched", "fetched", "quiet"]
