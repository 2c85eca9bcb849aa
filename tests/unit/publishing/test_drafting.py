"""A campaign whose newer answer says less keeps what is published of it, and the rest of the day goes on."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insider_web_push.lake.manifest import EventOwed
from insider_web_push.vocabulary import CallOutcome, DayOutcome, DetailStatus, Finality
from tests.builders import SWEPT_AT, swept
from tests.lake import Lake
from tests.unit.publishing.saying_less import (
    WAYS,
    Spoil,
    answer,
    as_listed,
    fewer_clicks,
    fewer_devices,
    look,
    rows,
)

OTHER_RUN = EventOwed(dag_id="insider_web_push_refresh", run_id="scheduled__2")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two campaigns, published, and announced."""
    found = Lake(tmp_path)
    look(found, 1, whole=("1", "2"))
    assert found.publish().outcome is DayOutcome.PUBLISHED
    found.succeed()
    return found


@WAYS
def test_only_a_campaign_that_says_less_is_held(lake: Lake, less: Spoil) -> None:
    """A look without a revision, which names it and says why."""
    before, manifest = rows(lake), lake.manifest()
    look(lake, 3, whole=("2",), less={"1": less})
    published = lake.publish(run=OTHER_RUN)
    held = lake.manifest()
    assert (published.outcome, published.wrote, published.announce) == (DayOutcome.HELD, False, False)
    assert (list(held.held), held.revision, held.looked_at) == (["1"], 1, 3)
    assert held.held["1"] in published.why
    assert "1 'Big autumn sale'" in published.why
    assert held.campaigns["1"].snapshot == manifest.campaigns["1"].snapshot
    assert (rows(lake), held.files) == (before, manifest.files)


@WAYS
@pytest.mark.parametrize("table", ["campaign_day", "campaign_day_device"])
def test_the_rest_of_the_day_goes_on(lake: Lake, less: Spoil, table: str) -> None:
    """As a revision with an event; the held one has the rows that it had."""
    before = rows(lake, table=table)
    look(lake, 3, whole=("2",), less={"1": less}, conversions="16")
    published = lake.publish(run=OTHER_RUN)
    assert (published.outcome, published.announce) == (DayOutcome.PUBLISHED, True)
    assert "revision 2 with 2 campaigns; held: 1 'Big autumn sale' (" in published.why
    assert list(lake.manifest().held) == ["1"]
    assert rows(lake, table=table)["1"] == before["1"]
    assert (rows(lake, "conversions")["2"], list(lake.manifest().moved)) == ([[16]], ["2"])


def test_an_answer_that_is_gone_is_held(lake: Lake) -> None:
    """The list turned to zeros, and the API does not know the campaign any more."""
    at = SWEPT_AT + timedelta(days=2)
    zero = swept("1", clicks=0)
    lake.list_day([zero, as_listed("2")], at=at)
    lake.answer(
        "1",
        fetched_at=at,
        outcome=CallOutcome.SKIPPED,
        status=424,
        baseline=zero.totals,
        body=b"{}",
        reason="not found",
    )
    before = rows(lake, "sent", "clicks", "listed")
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.HELD
    assert rows(lake, "sent", "clicks", "listed") == before
    assert lake.manifest().held["1"].startswith("the API has nothing for it any more; targeted fell from")


def test_what_had_nothing_and_is_gone_is_no_news(lake: Lake) -> None:
    """It was zero, and is: neither it nor the day is held, now or at the next look."""
    document = json.loads(answer())
    for part in ("total", "targeted", "deliveryRate", "ctr", "conversionRate"):
        document["overview"][part] = dict.fromkeys(document["overview"][part], "0")
    document |= {"deviceMetrics": [], "unsuccessfulMessages": {}, "clickMetrics": []}
    document["overview"]["revenue"] = "USD"
    zero, at = swept("3", clicks=0), SWEPT_AT + timedelta(days=1)
    every = [as_listed("1"), as_listed("2")]
    lake.list_day([*every, swept("3", clicks=1)], at=at)
    lake.answer("3", fetched_at=at, baseline=swept(clicks=1).totals, body=json.dumps(document).encode())
    lake.publish()
    for days in (2, 3):
        lake.list_day([*every, zero], at=SWEPT_AT + timedelta(days=days))
        gone = {"outcome": CallOutcome.SKIPPED, "status": 424, "body": b"{}", "reason": "not found"}
        lake.answer("3", fetched_at=SWEPT_AT + timedelta(days=days), baseline=zero.totals, **gone)
        assert lake.publish().outcome is DayOutcome.PUBLISHED  # with the event that the first one owes
        assert (lake.manifest().campaigns["3"].status, lake.manifest().held) == (DetailStatus.SKIPPED, {})


def test_an_answer_that_is_gone_can_be_accepted(lake: Lake) -> None:
    """The day goes without it from then on: it is not asked for again, and is no fault of the day."""
    test_an_answer_that_is_gone_is_held(lake)
    assert lake.publish(run=OTHER_RUN, accept_fall=True).outcome is DayOutcome.PUBLISHED
    campaign = lake.manifest().campaigns["1"]
    assert (campaign.status, campaign.accepted_by) == (DetailStatus.SKIPPED, OTHER_RUN.run_id)
    lake.list_day([swept("1", clicks=0), as_listed("2")], at=SWEPT_AT + timedelta(days=6))
    later = lake.gathered()
    assert (later.to_fetch(), later.standing(now=SWEPT_AT).lacks) == ([], "")


@WAYS
def test_a_fall_is_accepted_campaign_by_campaign(lake: Lake, less: Spoil, caplog: pytest.LogCaptureFixture) -> None:
    """The words and the log say what was lost by it."""
    look(lake, 3, whole=("2",), less={"1": less})
    lost = (lake.publish(run=OTHER_RUN), lake.manifest().held["1"])[1]
    published = lake.publish(run=OTHER_RUN, accept_fall=True)
    assert (published.outcome, lake.manifest().revision, lake.manifest().held) == (DayOutcome.PUBLISHED, 2, {})
    assert published.why == f"revision 2 with 2 campaigns; accepted: 1 'Big autumn sale' ({lost})"
    assert f"campaign 1 says less, which was accepted: {lost}" in caplog.text


def test_only_the_campaigns_of_the_form_are_accepted(lake: Lake) -> None:
    """Others stay held."""
    look(lake, 3, less={"1": fewer_clicks, "2": fewer_devices})
    lake.publish(run=OTHER_RUN, accept_fall=True, mode="all", only=["1"])
    assert (list(lake.manifest().held), rows(lake, "clicks")["1"]) == (["2"], [[1]])


@WAYS
@pytest.mark.parametrize("conversions", [None, "16"])
def test_a_later_answer_that_says_as_much_again_lets_go(lake: Lake, less: Spoil, conversions: str | None) -> None:
    """Whether it moved since, or not."""
    look(lake, 3, whole=("2",), less={"1": less})
    lake.publish(run=OTHER_RUN)
    look(lake, 4, whole=("1", "2"), **({"conversions": conversions} if conversions else {}))
    published = lake.publish(run=OTHER_RUN)
    assert published.outcome is (DayOutcome.PUBLISHED if conversions else DayOutcome.UNMOVED)
    assert lake.manifest().held == {}


def test_one_whose_answer_stays_less_stays_held(lake: Lake) -> None:
    """And says what the newest one would take away; the totals of the list do not look moved by it."""
    for age, less in ((3, fewer_clicks), (4, fewer_devices), (11, fewer_devices)):
        look(lake, age, whole=("2",), less={"1": less})
        assert lake.publish(run=OTHER_RUN, closing=True).outcome is DayOutcome.HELD
    assert "devices" in lake.manifest().held["1"]
    assert "fell" not in lake.manifest().held["1"]
    assert lake.manifest().sentinel.checked == 1  # campaign 2, and not the one that is held
    assert (lake.manifest().looked_at, lake.manifest().campaigns["1"].finality) == (11, Finality.DELIVERY_CLOSED)
