"""Whether a day is suspiciously quiet."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.answers.day_list import ListedCampaign, Totals
from insider_web_push.days.quiet import activity_of, is_hardly_any, may_be_held, quiet_words, reference_days
from insider_web_push.days.quiet_days import why_quiet
from insider_web_push.days.rules import Rules
from insider_web_push.lake.manifest import Manifest, ManifestHead
from insider_web_push.lake.raw import Known
from insider_web_push.lake.storage import Storage
from insider_web_push.vocabulary import CallOutcome, DayOutcome, DayStatus
from tests.builders import DAY, SWEPT_AT, manifest, swept, totals
from tests.lake import Lake


def published(sent: int = 1000, clicks: int = 20, **said: Any) -> Manifest:
    """Give the manifest of a published day."""
    return manifest(**{"totals": {"sent": sent, "clicks": clicks}} | said)


@pytest.mark.parametrize(
    ("listed", "activity"),
    [
        ([], 0),
        ([swept("1", clicks=0)], 0),
        ([swept("1", sent=10, clicks=2), swept("2", clicks=3)], 15),
        ([swept("1", sent=10), swept("2", sent=None)], None),
        ([swept("1", sent=10), swept("2", clicks=None)], None),
    ],
)
def test_activity_is_what_was_sent_and_clicked(listed: list[ListedCampaign], activity: int | None) -> None:
    """It is not known where a figure is not."""
    assert activity_of(listed) == activity


@pytest.mark.parametrize(
    ("said", "activity"),
    [(totals(sent=2), 2), (totals(sent=20, clicks=4), 24), (totals(sent=2, dropped=None), 10), (None, 10)],
)
def test_an_answer_that_is_whole_counts_instead_of_its_row(said: Totals | None, activity: int) -> None:
    """It is what would be published; of one that was not opened nothing is known."""
    known = Known("key", CallOutcome.FETCHED, SWEPT_AT, None, said=said)
    assert activity_of([swept("1", sent=10), swept("2", sent=0)], {"1": known}) == activity


@pytest.mark.parametrize(
    ("activity", "past", "is_quiet"),
    [
        (0, published(), True),
        (50, published(), True),
        (51, published(), False),
        (0, published(0, 0), False),
        (0, published(0, 1), True),
        (0, published(totals={}), False),
        (0, published(totals={"sent": 5}), False),
    ],
)
def test_a_twentieth_of_a_day_with_activity_is_hardly_any(activity: int, past: Manifest, *, is_quiet: bool) -> None:
    """A day that had none, or whose manifest does not say, compares with nothing."""
    assert is_hardly_any(activity, past) is is_quiet


@pytest.mark.parametrize(
    ("ages", "compared"),
    [
        pytest.param(range(1, 10), [1, 2, 3, 4, 5, 6, 7], id="a-week"),
        pytest.param([1, 2, 5, 9, 14, 20, 30, 31], [1, 2, 5, 9, 14, 20, 30], id="with-gaps"),
        pytest.param(range(1, 7), [], id="a-new-account"),
        pytest.param([1, 2, 3, 4, 5, 6, 31], [], id="a-paused-account"),
        pytest.param([-3, -2, -1, 0, 1, 2, 3], [], id="days-after-it"),
    ],
)
def test_a_day_is_compared_with_the_seven_published_before_it(ages: list[int], compared: list[int]) -> None:
    """Within a month; fewer say nothing."""
    days = [DAY - timedelta(days=age) for age in ages]
    assert reference_days(days, day=DAY) == [DAY - timedelta(days=age) for age in compared]


@pytest.mark.parametrize(
    ("before", "activity", "may"),
    [
        (None, 0, True),
        (published(status=DayStatus.PARTIAL), 0, True),
        (published(0, 3, status=DayStatus.PARTIAL), 3, False),
        (published(status=DayStatus.COMPLETE), 0, False),
        (published(status=DayStatus.TOTALS), 0, False),
    ],
)
def test_a_version_that_stands_is_not_held_again(before: Manifest | None, activity: int, *, may: bool) -> None:
    """It was no more than this, or its falls are judged."""
    assert may_be_held(before, activity) is may


def test_the_words_say_what_it_was_compared_with() -> None:
    """The quietest of those days."""
    past = [published(20_000, 10), *[published(12_340, 5)] * 6]
    assert quiet_words(2, 0, past) == (
        "2 campaigns with 0 sent and clicks, where each of the last 7 published days had at least 12,345: "
        "the API may not have added the day up yet"
    )
    assert quiet_words(1, 1_000, past).startswith("1 campaign with 1,000 sent")
    assert quiet_words(0, 0, []) == ""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A week of days with a campaign, each with 1,000 sent."""
    found = Lake(tmp_path)
    for age in range(1, 8):
        publish(found, age, sent=1000)
    return found


def publish(lake: Lake, age: int = 0, **figures: int) -> DayOutcome:
    """List a day so many days before the one in question, and publish its totals."""
    listing(lake, age, **figures)
    day = DAY - timedelta(days=age)
    return lake.publish(day=day, now=SWEPT_AT - timedelta(days=age), depth="totals").outcome


def listing(lake: Lake, age: int = 0, **figures: int) -> None:
    """List a day."""
    at = SWEPT_AT - timedelta(days=age)
    lake.list_day([swept("1", **figures)] if figures else [], day=DAY - timedelta(days=age), at=at)


@pytest.mark.parametrize("figures", [{}, {"sent": 0}, {"sent": 40, "clicks": 9}])
@pytest.mark.parametrize("depth", ["full", "totals"])
def test_an_unpublished_day_with_hardly_any_activity_is_held(lake: Lake, figures: dict[str, int], depth: str) -> None:
    """Whatever was asked of it, and past any deadline."""
    listing(lake, **figures)
    rules = Rules(partial_after_h=0)
    held = lake.publish(depth=depth, rules=rules, now=SWEPT_AT + timedelta(days=3))
    assert (held.outcome, held.manifest, held.announce) == (DayOutcome.HELD, None, False)
    assert "where each of the last 7 published days had at least 1,000" in held.why
    assert held.why.endswith("it stays unpublished")


@pytest.mark.parametrize(
    "accepted", [{"accept_quiet": True}, {"rules": Rules(accept_quiet=True)}], ids=["by-the-form", "by-the-account"]
)
def test_a_quiet_day_is_published_if_it_is_accepted(lake: Lake, accepted: dict[str, Any]) -> None:
    """And is not held again."""
    listing(lake)
    assert lake.publish(**accepted).outcome is DayOutcome.PUBLISHED
    assert lake.publish().why == "revision 1, whose event was owed"


def test_a_day_that_has_figures_after_all_is_published(lake: Lake) -> None:
    """By a later look."""
    listing(lake)
    assert lake.publish().outcome is DayOutcome.HELD
    lake.list_day([swept("1", sent=900)], at=SWEPT_AT + timedelta(hours=2))
    lake.answer("1", fetched_at=SWEPT_AT + timedelta(hours=3))
    assert lake.publish().outcome is DayOutcome.PUBLISHED


@pytest.mark.parametrize("days", [(1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 31), ()], ids=["six", "a-month-ago", "none"])
def test_a_new_account_is_not_troubled(tmp_path: Path, days: tuple[int, ...]) -> None:
    """Nor one that was paused."""
    young = Lake(tmp_path)
    for age in days:
        publish(young, age, sent=1000)
    listing(young)
    assert young.publish().outcome is DayOutcome.PUBLISHED


@pytest.mark.parametrize("paused", [1, 4, 7])
def test_an_account_that_pauses_at_weekends_is_not_troubled(tmp_path: Path, paused: int) -> None:
    """One of the days before had nothing either."""
    lake = Lake(tmp_path)
    for age in range(7, 0, -1):
        publish(lake, age, sent=0 if age == paused else 1000)
    listing(lake)
    assert lake.publish().outcome is DayOutcome.PUBLISHED


class NotingStorage(Storage):
    """The real storage, which notes whose heads are read."""

    def __init__(self, url: str, partner_id: str) -> None:
        super().__init__(url, partner_id)
        self.noted: list[date] = []

    def read_head(self, day: date) -> ManifestHead | None:
        """Note the day, and read."""
        self.noted.append(day)
        return super().read_head(day)

    def read_manifest(self, day: date) -> Manifest | None:
        """Nobody needs what is said of campaigns."""
        raise AssertionError(day)


def test_on_a_normal_day_one_manifest_is_read(lake: Lake) -> None:
    """That of the day before, without its details."""
    store = NotingStorage(lake.root.as_uri(), lake.store.partner_id)
    assert why_quiet(store, DAY, [swept("1", sent=800)], None) == ""
    assert store.noted == [DAY - timedelta(days=1)]


def test_a_damaged_manifest_of_another_day_holds_nothing(lake: Lake) -> None:
    """Nobody can tell then."""
    (lake.root / lake.store.at.manifest(DAY - timedelta(days=3))).write_bytes(b"{")
    listing(lake)
    assert lake.publish().outcome is DayOutcome.PUBLISHED
