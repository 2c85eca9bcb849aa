"""Each remedy of docs/runbook-causes.md for the list of a day's campaigns, and for days that have none."""

import pytest

from insider_web_push.days.troubles import Trouble
from insider_web_push.vocabulary import DayCheck
from tests.e2e.remedies.house import DAY, campaigns

_LIST = "overall-metrics"


@pytest.fixture(autouse=True)
def _as_it_was(house):
    """One test that fails leaves nothing to the next."""
    yield
    for account in ("lists", "answers"):
        house.sims[account].clear()
    house.sims["lists"].patch(campaigns=4)
    house.set_rules("lists", check_thresholds={})


@pytest.mark.parametrize(
    ("fault", "trouble", "mode"),
    [
        ("short", Trouble.LIST_DRIFTED, None),
        ("drift", Trouble.LIST_UNSTEADY, None),
        ("list_200", Trouble.REJECTED, "changed"),
    ],
)
def test_a_list_that_was_wrong_is_read_again(house, days, fault, trouble, mode):
    sim, day = house.sims["lists"], next(days)
    sim.patch(campaigns=25)  # two pages
    sim.fault(fault, endpoint=_LIST)
    run_id = house.refresh("lists", day, expected="failed")
    assert house.remedy(trouble, "lists", day) in house.said("lists", run_id)
    sim.clear()
    house.refresh("lists", day, **({"mode": mode} if mode else {}))
    assert house.is_whole("lists", day)
    assert house.manifest("lists", day).day_checks == {}


@pytest.mark.parametrize(
    ("check", "row"),
    [
        (DayCheck.ROW_WITHOUT_ID, {"builderId": None}),
        (DayCheck.ACCOUNT_TOTALS, {"sent": 0}),
        (DayCheck.LIST_UNSTEADY, {}),
    ],
)
def test_a_list_that_is_so_every_day_is_given_room(house, days, check, row):
    """By the accounts file, one check after the other."""
    sim, day = house.sims["lists"], next(days)
    if check is DayCheck.LIST_UNSTEADY:
        sim.patch(campaigns=25)
        sim.fault("drift", endpoint=_LIST)
    else:
        sim.campaign(campaigns(day)[0], quiet=check is DayCheck.ROW_WITHOUT_ID, spoil_row=row)
    run_id = house.refresh("lists", day, expected="failed")
    said = house.said("lists", run_id)
    assert f"set check_thresholds of account lists to {check}: 1" in said
    # What the list says otherwise than the answers fails other checks as well, on days where it is much.
    house.set_rules("lists", check_thresholds=dict.fromkeys([str(check), "list", "account_totals"], 1))
    house.refresh("lists", day)
    assert house.manifest("lists", day).is_complete


def test_a_run_whose_list_was_not_read_is_cleared(house):
    """Once what its log names is mended: here the connection's key."""
    house.connect("key", key="an-old-key-0123456789")
    day = DAY.subtract(days=1)
    run_id = house.refresh("key", day, expected="failed")
    assert house.remedy(Trouble.NO_LIST, "key", day) in house.said("key", run_id)
    house.connect("key")
    house.airflow.api.clear(house.dag("key"), run_id, tasks=["choose"])
    house.end_of("key", run_id, expected="success")
    assert house.is_whole("key", day)


def test_a_day_whose_list_was_refused_is_looked_at_without_rebuild(house, days):
    day = next(days)
    house.sims["lists"].fault("list_200", endpoint=_LIST)
    house.refresh("lists", day, expected="failed")
    house.sims["lists"].clear()
    run_id = house.refresh("lists", day, expected="failed", rebuild=True)
    assert house.remedy(Trouble.NOTHING_STORED, "lists", day) in house.said("lists", run_id)
    house.refresh("lists", day)
    assert house.is_whole("lists", day)


@pytest.mark.parametrize("is_right", [True, False])
def test_a_day_that_the_api_has_nothing_for_is_fetched_anew_or_accepted(house, days, is_right):
    """Its campaigns were fetched, and never published: one was missing."""
    sim, day = house.sims["answers"], next(days)
    ids = campaigns(day)
    sim.fault("list_200", campaign_id=ids[0])
    house.refresh("answers", day, expected="failed")
    sim.clear()
    for campaign in ids:
        sim.campaign(campaign, quiet=True)
        sim.fault("not_found", campaign_id=campaign)
    run_id = house.refresh("answers", day, expected="failed", mode="all")
    assert house.remedy(Trouble.HAS_NOTHING, "answers", day) in house.said("answers", run_id)
    if is_right:
        house.refresh("answers", day, accept_missing=ids)
        assert house.manifest("answers", day).is_complete
    else:
        sim.clear()
        house.refresh("answers", day, mode="all", campaigns=ids)
        assert house.is_whole("answers", day)
