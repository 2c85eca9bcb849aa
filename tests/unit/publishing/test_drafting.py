"""A campaign whose newer answer says less keeps what is published of it, and the rest of the day goes on."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.answers.day_list import COUNTERS, ListedCampaign
from insider_web_push.days.looks import Cause
from insider_web_push.lake.manifest import EventOwed, Manifest
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import CallOutcome, DayOutcome, DayStatus, DetailStatus, Finality
from tests.builders import DAY, SWEPT_AT, sample, swept
from tests.lake import RUN, Lake

OTHER_RUN = EventOwed(dag_id="insider_web_push_refresh", run_id="scheduled__2")
Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two campaigns, published, and announced."""
    found = Lake(tmp_path)
    look(found, 1, whole=("1", "2"))
    assert found.publish().outcome is DayOutcome.PUBLISHED
    found.states[RUN.run_id] = "success"
    return found


def fewer_clicks(document: dict[str, Any]) -> None:
    """Make an answer say less by a counter."""
    document["overview"]["ctr"]["clicks"] = "1"


def unreadable_revenue(document: dict[str, Any]) -> None:
    """Make it say less by a figure that cannot be read."""
    document["overview"]["revenue"] = "411.840 USD"


def fewer_devices(document: dict[str, Any]) -> None:
    """Make it say less by a row."""
    del document["deviceMetrics"][0]


WAYS = pytest.mark.parametrize("less", [fewer_clicks, unreadable_revenue, fewer_devices])


def answer(spoil: Spoil | None = None, *, conversions: str | None = None) -> bytes:
    """Give the older sample, or what is made of it."""
    document = sample("campaign_metrics_older")
    if conversions:
        document["overview"]["conversionRate"]["conversions"] = conversions
    if spoil:
        spoil(document)
    return json.dumps(document).encode()


def as_listed(campaign_id: str, *, conversions: str | None = None) -> ListedCampaign:
    """Give a campaign as it is listed beside `answer`."""
    overview = json.loads(answer(conversions=conversions))["overview"]
    counts = overview["total"] | overview["targeted"] | overview["deliveryRate"] | overview["ctr"]
    counts |= overview["conversionRate"]
    return swept(campaign_id, **{name: int(str(counts[name]).replace(",", "")) for name in COUNTERS})


def look(
    lake: Lake,
    age: int,
    *,
    whole: tuple[str, ...] = (),
    less: dict[str, Spoil] | None = None,
    listed: tuple[str, ...] = ("1", "2"),
    **moved: str,
) -> datetime:
    """List the day at an age, and keep answers: some as they were or moved on, some that say less."""
    at = SWEPT_AT + timedelta(days=age - 1)
    every = {key: as_listed(key, **(moved if key in whole else {})) for key in listed}
    lake.list_day(list(every.values()), at=at)
    bodies = {key: answer(**moved) for key in whole} | {key: answer(spoil) for key, spoil in (less or {}).items()}
    for key, body in bodies.items():
        baseline = (every.get(key) or as_listed(key)).totals
        lake.answer(key, fetched_at=at + timedelta(minutes=1), baseline=baseline, body=body)
    return at


def rows(lake: Lake, *columns: str, table: str = "campaign_day") -> dict[str, list[Any]]:
    """Read what is published of each campaign, but for where it is from."""
    found: dict[str, list[Any]] = {}
    for row in lake.reader.read(DAY, table).to_pylist():
        figures = {name: value for name, value in row.items() if name not in {"revision", "schema_version"}}
        found.setdefault(row["campaign_id"], []).append([figures[name] for name in columns or figures])
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


def test_a_held_campaign_is_asked_again_at_every_look(lake: Lake) -> None:
    """Though its totals stand still; and the day does not wait for it."""
    at = look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    lake.list_day([as_listed("1"), as_listed("2")], at=at + timedelta(days=1))
    gathered = lake.gathered()
    assert [(item.campaign_id, cause) for item, cause in gathered.to_fetch()] == [("1", Cause.HELD)]
    assert gathered.standing(now=at).status is DayStatus.COMPLETE
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.HELD
    assert (list(lake.manifest().held), lake.manifest().looked_at) == (["1"], 4)


def test_a_held_campaign_that_leaves_the_list_stays_held(lake: Lake) -> None:
    """With its published figures; it is still asked for."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    before = rows(lake, "clicks")
    lake.list_day([as_listed("2")], at=SWEPT_AT + timedelta(days=3))
    assert [(item.campaign_id, cause) for item, cause in lake.gathered().to_fetch()] == [("1", Cause.HELD)]
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.PUBLISHED
    assert (rows(lake, "clicks"), rows(lake, "listed")["1"], list(lake.manifest().held)) == (before, [[False]], ["1"])


def test_a_rebuild_makes_the_same_bytes_and_keeps_what_is_held(lake: Lake) -> None:
    """It reads what is published, and not the answer that is held."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks}, conversions="16")
    lake.publish()
    kept = {
        name: data for name, data in lake.files("*.parquet").items() if "change" not in name and "rev=1/" not in name
    }
    for name in kept:
        (lake.root / name).unlink()
    before = lake.manifest()
    assert lake.publish(rebuild=True).wrote
    assert lake.manifest() == before
    assert {name: data for name, data in lake.files("*.parquet").items() if name in kept} == kept


@pytest.mark.parametrize("lost", ["campaign_day-", "campaign_day_device-"])
def test_lost_files_let_no_loss_through(lake: Lake, lost: str) -> None:
    """What is published is made again from its answers."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks}, conversions="16")
    for name in lake.files(f"*rev=1/{lost}*.parquet"):
        (lake.root / name).unlink()
    lake.publish()
    assert list(lake.manifest().held) == ["1"]


@pytest.mark.parametrize("purged", ["1", "2"])
def test_a_purge_of_a_campaign_leaves_what_is_held_of_the_others(lake: Lake, purged: str) -> None:
    """And nothing of the purged one."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    lake.publish(run=OTHER_RUN)
    lake.store.write_tombstone(
        Tombstone(partner_id="brand", day=DAY, campaigns=frozenset({purged}), purged_at=SWEPT_AT, run_id="manual__9")
    )
    lake.publish(run=OTHER_RUN, accept_fall=True, rebuild=True, mode="missing")
    assert list(lake.manifest().held) == [key for key in ("1",) if key != purged]
    assert list(rows(lake)) == [key for key in ("1", "2") if key != purged]


def test_two_publishers_judge_the_newest_answer(lake: Lake) -> None:
    """One that gathered an answer that says less finds the better one that came meanwhile."""
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    stale = lake.gathered()
    look(lake, 4, whole=("1", "2"), conversions="16")
    lake.publish(run=OTHER_RUN)
    gathered = iter([stale])
    lake.publisher().publish(lambda: next(gathered, None) or lake.gathered())
    assert (rows(lake, "conversions"), lake.manifest().held) == ({"1": [[16]], "2": [[16]]}, {})


def test_the_day_guard_looks_at_what_is_left(lake: Lake) -> None:
    """A campaign that is held does not hold the day."""
    many = tuple(str(number) for number in range(1, 9))
    look(lake, 2, whole=many, listed=many)
    lake.publish()
    look(lake, 3, whole=many[2:], listed=many, less={"1": fewer_clicks, "2": unreadable_revenue}, conversions="16")
    assert lake.publish().outcome is DayOutcome.PUBLISHED
    assert list(lake.manifest().held) == ["1", "2"]


def test_a_partial_day_holds_its_campaigns_as_well(lake: Lake) -> None:
    """It says what it lacks, and what is held."""
    path = lake.root / lake.store.at.manifest(DAY)
    manifest = lake.manifest()
    path.write_bytes(manifest.model_copy(update={"status": DayStatus.PARTIAL, "event": None}).to_json())
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    assert lake.publish().outcome is DayOutcome.PUBLISHED  # it is complete now
    assert (lake.manifest().status, list(lake.manifest().held)) == (DayStatus.COMPLETE, ["1"])


def test_a_manifest_of_an_earlier_version_holds_nothing(lake: Lake) -> None:
    """And goes on as any other."""
    path = lake.root / lake.store.at.manifest(DAY)
    old = {key: value for key, value in json.loads(path.read_bytes()).items() if key not in {"held", "reason"}}
    path.write_bytes(json.dumps(old).encode())
    assert Manifest.from_json(path.read_bytes(), where="it").held == {}
    look(lake, 3, whole=("2",), less={"1": fewer_clicks})
    assert lake.publish(run=OTHER_RUN).outcome is DayOutcome.HELD
