"""Days that are committed: revisions, what moved, what is held, and what a look leaves behind."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.errors import Overtaken
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.vocabulary import DayOutcome, DayStatus, Finality
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.lake import RUN, Lake
from tests.unit.publishing.looks import LATER, body, first, listed, look

OTHER_RUN = EventOwed(dag_id="insider_web_push_refresh", run_id="scheduled__2")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty storage."""
    return Lake(tmp_path)


def conversions_moved(lake: Lake) -> list[dict[str, Any]]:
    """Read how the conversions of campaigns moved."""
    rows = lake.reader.read(lake.manifest().day, "campaign_day_change").to_pylist()
    return [row for row in rows if (row["table_name"], row["metric"]) == ("campaign_day", "conversions")]


def test_the_first_publish_owes_an_event_and_moves_nothing(lake: Lake) -> None:
    """There is nothing that it could have moved from."""
    first(lake, "1", "2")
    manifest = lake.manifest()
    assert (manifest.revision, manifest.event, manifest.moved, manifest.changes) == (1, RUN, {}, [])
    assert (manifest.looked_at, manifest.status) == (1, DayStatus.COMPLETE)


def test_what_moved_is_in_the_manifest_and_in_the_changes(lake: Lake) -> None:
    """Campaign, metric, before and after."""
    first(lake, "1", "2", conversions="14")
    look(lake, "1", "2", conversions="14")
    at = SWEPT_AT + LATER
    lake.list_day([*listed("1", conversions="16"), *listed("2", conversions="14")], at=at)
    (moved,) = listed("1", conversions="16")
    lake.answer("1", fetched_at=at + timedelta(hours=1), baseline=moved.totals, body=body(conversions="16"))
    published = lake.publish(run=OTHER_RUN)
    assert (published.outcome, published.announce) == (DayOutcome.PUBLISHED, True)
    assert lake.manifest().moved["1"]["conversions"] == ["14", "16"]
    (row,) = conversions_moved(lake)
    assert (row["campaign_id"], row["metric"], row["before"], row["after"], row["delta"]) == (
        "1",
        "conversions",
        "14",
        "16",
        2,
    )
    assert (row["from_revision"], row["revision"]) == (1, 2)


def test_changes_of_every_revision_stay(lake: Lake) -> None:
    """A file each, which later ones leave alone."""
    first(lake, "1", conversions="14")
    for number, conversions in enumerate(("16", "17"), start=1):
        look(lake, "1", at=SWEPT_AT + number * LATER, conversions=conversions)
        lake.publish()
    assert [row["after"] for row in conversions_moved(lake)] == ["16", "17"]
    assert [name.rpartition("/")[2] for name in lake.files("*campaign_day_change/**/*.parquet")] == [
        "rev-00002.parquet", "rev-00003.parquet",
    ]  # fmt: skip


def test_nothing_moved_is_no_revision_and_no_event(lake: Lake) -> None:
    """But the look is noted, and the baseline that the next plan compares with."""
    first(lake, "1")
    lake.succeed()
    files = lake.files("*.parquet")
    look(lake, "1")
    published = lake.publish(run=OTHER_RUN)
    manifest = lake.manifest()
    assert (published.outcome, published.announce, manifest.revision, manifest.event) == (
        DayOutcome.UNMOVED,
        False,
        1,
        None,
    )
    assert (manifest.looked_at, manifest.sweep) == (3, lake.store.newest_list(manifest.day))
    assert manifest.campaigns["1"].fetched_at == SWEPT_AT + timedelta(minutes=1)
    assert manifest.campaigns["1"].snapshot_at == SWEPT_AT + LATER + timedelta(minutes=1)
    assert lake.files("*.parquet") == files


@pytest.mark.parametrize(
    ("state", "announce", "owed"),
    [("sent", False, None), ("success", True, OTHER_RUN), ("running", False, RUN), ("failed", True, OTHER_RUN)],
)
def test_an_event_that_another_run_owes_is_sent_only_if_it_is_lost(
    lake: Lake, state: str, *, announce: bool, owed: EventOwed | None
) -> None:
    """A success by hand has sent nothing."""
    first(lake, "1")
    lake.states[RUN.run_id] = state
    if state == "sent":
        lake.succeed()
    assert lake.publish(run=OTHER_RUN).announce is announce
    assert lake.manifest().event == owed


@pytest.mark.parametrize("owed", [True, False])
def test_an_event_that_this_task_owes_is_sent_though_the_day_is_kept(lake: Lake, *, owed: bool) -> None:
    """An earlier try committed the revision; by the next one a campaign is missing. A success says that it was sent."""
    first(lake, "1", "2")
    lake.list_day([*listed("1", clicks="5,000"), *listed("2")], at=SWEPT_AT + LATER)
    kept = lake.publish(run=RUN if owed else OTHER_RUN)
    assert (kept.outcome, kept.announce, kept.wrote) == (DayOutcome.KEPT, owed, False)


def test_a_day_whose_counters_fell_is_held(lake: Lake) -> None:
    """By many falls that are too small to hold their campaigns; the version before stays until somebody accepts it."""
    every = [str(number) for number in range(1, 9)]
    first(lake, *every, clicks="30")
    look(lake, *every, clicks="21")
    held = lake.publish()
    assert (held.outcome, lake.manifest().revision, lake.manifest().held) == (DayOutcome.HELD, 1, {})
    assert held.why == "clicks fell from 240 to 168 (30 %) since revision 1"
    assert lake.publish(accept_fall=True).outcome is DayOutcome.PUBLISHED
    assert lake.manifest().moved["1"]["clicks"] == ["30", "21"]


def test_a_figure_that_cannot_be_read_is_a_failed_check(lake: Lake) -> None:
    """It holds no day, and nothing was there before."""
    lake.list_day(listed("1", "2"))
    lake.answer("1", body=body(clicks="1.234"))
    lake.answer("2")
    assert lake.publish().outcome is DayOutcome.PUBLISHED
    assert lake.manifest().checks["unreadable"] == ["1"]


def test_a_fall_of_a_fifth_is_published(lake: Lake) -> None:
    """More than that is held."""
    first(lake, "1", clicks="5,000")
    look(lake, "1", clicks="4,000")
    assert lake.publish().outcome is DayOutcome.PUBLISHED


@pytest.mark.parametrize(
    ("age", "finality"), [(3, Finality.PROVISIONAL), (11, Finality.DELIVERY_CLOSED), (102, Finality.FINAL)]
)
def test_a_day_that_settles_is_published_though_no_figure_moved(lake: Lake, age: int, finality: Finality) -> None:
    """Consumers wait for that; at other looks there is nothing to say."""
    running = json.dumps(json.loads(body()) | {"isTTLEnded": False}).encode()
    every = [*listed("1"), swept("2", clicks=0)]
    for at in (SWEPT_AT, SWEPT_AT + timedelta(days=age - 1)):
        lake.list_day(every, at=at)
        lake.answer("1", body=running, fetched_at=at + timedelta(minutes=1), baseline=every[0].totals)
        if at is SWEPT_AT:
            lake.publish()
            lake.succeed()
    published = lake.publish(run=OTHER_RUN)
    settled = finality is not Finality.PROVISIONAL
    assert published.announce is settled
    assert {campaign.finality for campaign in lake.manifest().campaigns.values()} == {finality}
    assert lake.manifest().moved == (
        {key: {"finality": ["provisional", str(finality)]} for key in ("1", "2")} if settled else {}
    )


def with_revenue(lake: Lake, listed_now: str, *, before_the_answer: str, at: datetime) -> None:
    """List a campaign with one revenue, and answer with 2,480 to a list that had another."""
    (plain,) = listed("1")
    totals = plain.totals.model_copy(update={"revenue": before_the_answer})
    now = plain.totals.model_copy(update={"revenue": listed_now})
    lake.list_day([ListedCampaign.as_it_was("1", "The campaign", "Bulk", now)], at=at)
    lake.answer("1", fetched_at=at + timedelta(minutes=1), baseline=totals, body=body())


def revenue_of(lake: Lake) -> tuple[Decimal, str]:
    """Read the campaign's revenue, and whose it is."""
    (row,) = lake.reader.read(lake.manifest().day).to_pylist()
    return row["revenue"], row["revenue_source"]


def test_a_fetch_that_is_cleared_keeps_the_precise_revenue(lake: Lake) -> None:
    """Its own list is from before the figure moved; the newest one has it."""
    with_revenue(lake, "2479.66", before_the_answer="2479.66", at=SWEPT_AT)
    lake.publish()
    with_revenue(lake, "2479.66", before_the_answer="1999.5", at=SWEPT_AT + LATER)
    lake.publish()
    assert (lake.manifest().revision, revenue_of(lake)) == (1, (Decimal("2479.66"), "list"))


def test_a_revenue_that_can_only_be_had_rounded_says_so_and_has_not_moved(lake: Lake) -> None:
    """Neither list is of the answer's figure; the printed one is the same."""
    with_revenue(lake, "2479.66", before_the_answer="2479.66", at=SWEPT_AT)
    lake.publish()
    with_revenue(lake, "2600", before_the_answer="1999.5", at=SWEPT_AT + LATER)
    lake.publish()
    assert revenue_of(lake) == (Decimal(2480), "answer")
    assert "revenue" not in lake.manifest().moved.get("1", {})


def test_the_sentinel_counts_what_it_missed(lake: Lake) -> None:
    """Fetched again with the same totals, and moved all the same."""
    first(lake, "1", "2", conversions="14")
    every = listed("1", "2", conversions="14")
    lake.list_day(every, at=SWEPT_AT + LATER)
    for campaign, conversions in zip(every, ("14", "15"), strict=True):
        answer = {"body": body(conversions=conversions), "baseline": campaign.totals}
        lake.answer(campaign.campaign_id, fetched_at=SWEPT_AT + LATER, **answer)
    lake.publish()
    sentinel = lake.manifest().sentinel
    assert (sentinel.checked, sentinel.missed) == (2, ["2"])


def test_undocumented_fields_are_counted_and_reported_once(lake: Lake, caplog: pytest.LogCaptureFixture) -> None:
    """Not again by the next day."""
    strange = json.dumps(sample("campaign_metrics_older") | {"experimentGroups": [1]}).encode()
    lake.list_day([swept("1"), swept("2")])
    for campaign in ("1", "2"):
        lake.answer(campaign, body=strange)
    lake.publish()
    lake.publish()
    assert lake.manifest().unknown_fields == {"$.experimentGroups": 2}
    assert caplog.text.count("Schema drift") == 1


def test_two_publishers_of_one_day_lose_nothing(lake: Lake) -> None:
    """One that gathered before another committed does not write over it: it gathers again."""
    first(lake, "1", conversions="14")
    look(lake, "1", conversions="15", at=SWEPT_AT + LATER)
    stale = [lake.gathered()]
    look(lake, "1", conversions="16", at=SWEPT_AT + 2 * LATER)
    lake.states[OTHER_RUN.run_id] = "running"

    def gather() -> GatheredDay:
        if not stale:
            return lake.gathered()
        lake.publish(run=OTHER_RUN)
        return stale.pop()

    published = lake.publisher().publish(DAY, gather)
    manifest = lake.manifest()
    assert (published and published.outcome, manifest.revision, manifest.run_id) == (
        DayOutcome.UNMOVED,
        2,
        OTHER_RUN.run_id,
    )
    assert lake.reader.read(DAY)["conversions"].to_pylist() == [16]


def test_an_answer_that_comes_while_a_day_is_published_is_in_it(lake: Lake) -> None:
    """Nobody else has committed; whoever stored the answer may have found the pool taken."""
    first(lake, "1", conversions="14")
    look(lake, "1", conversions="15", at=SWEPT_AT + LATER)
    late = [SWEPT_AT + 2 * LATER]

    def gather() -> GatheredDay:
        gathered = lake.gathered()
        if late:
            look(lake, "1", conversions="16", at=late.pop())
        return gathered

    lake.publisher().publish(DAY, gather)
    assert (lake.manifest().revision, lake.reader.read(DAY)["conversions"].to_pylist()) == (3, [16])


def test_one_that_always_comes_too_late_fails_with_an_error_that_the_next_try_heals(lake: Lake) -> None:
    """And leaves what the others have committed."""
    first(lake, "1", conversions="14")
    runs = iter(range(1, 10))
    lake.states[OTHER_RUN.run_id] = "running"

    def gather() -> GatheredDay:
        number = next(runs)
        look(lake, "1", conversions=str(14 + number), at=SWEPT_AT + number * LATER)
        stale = lake.gathered()
        lake.publish(run=OTHER_RUN)
        return stale

    with pytest.raises(Overtaken, match=r"committed 2026-11-22 of account brand meanwhile.*next try of the task"):
        lake.publisher().publish(DAY, gather)
    assert (lake.manifest().revision, lake.manifest().run_id) == (4, OTHER_RUN.run_id)
    assert lake.publish().outcome is DayOutcome.UNMOVED
