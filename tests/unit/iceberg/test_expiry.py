"""Which snapshots go."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from insider_web_push.iceberg.expiry import MAX_AGE, Taken, expired, max_age, summary_of, taken

DAY, OTHER = date(2026, 11, 22), date(2026, 11, 21)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def ago(**span: float) -> datetime:
    """Give an instant before now."""
    return NOW - timedelta(**span)


def snapshot(number: int, at: datetime, *days: date, partner_id: str = "brand") -> Taken:
    """Give a snapshot that a follower has taken."""
    return Taken(number, at, partner_id, days)


def gone(*snapshots: Taken, **given: Any) -> list[int]:
    """Decide with nothing purged, and the newest snapshot the present one."""
    plain: dict[str, Any] = {
        "partner_id": "brand", "purged": {}, "now": NOW, "max_age": MAX_AGE, "kept": {snapshots[-1].snapshot_id},
    }  # fmt: skip
    return expired(snapshots, **(plain | given))


def test_old_ones_go() -> None:
    assert gone(snapshot(1, ago(days=9)), snapshot(2, ago(days=7)), snapshot(3, ago(days=1))) == [1]


def test_what_branches_and_tags_lead_to_stays_however_old_it_is() -> None:
    assert gone(snapshot(1, ago(days=90)), snapshot(2, ago(days=80)), snapshot(3, ago(days=70)), kept={1, 3}) == [2]


def test_one_that_may_hold_what_was_purged_goes_at_once() -> None:
    """Also one of another day, which has all rows of the table; those after the purged day was written stay."""
    every = [
        snapshot(1, ago(hours=9), DAY),
        snapshot(2, ago(hours=7), OTHER),
        snapshot(3, ago(hours=5), DAY),
        snapshot(4, ago(hours=4), OTHER),
    ]
    assert gone(*every, purged={DAY: ago(hours=6)}) == [1, 2]


def test_the_last_one_of_a_purged_day_counts() -> None:
    """The first may have been taken while the purge was at work."""
    every = [snapshot(number, ago(hours=10 - number), DAY) for number in range(4)]
    assert gone(*every, purged={DAY: ago(hours=9, minutes=30)}) == [0, 1, 2]


def test_the_clock_of_who_purged_may_be_ahead() -> None:
    every = [snapshot(1, ago(hours=9), DAY), snapshot(2, ago(hours=6), DAY)]
    assert gone(*every, purged={DAY: ago(hours=5, minutes=55)}) == [1]


def test_a_purge_that_has_not_come_here_yet_takes_nothing() -> None:
    """It does when the day is written without what was purged."""
    assert gone(snapshot(1, ago(hours=9), DAY), snapshot(2, ago(hours=4), OTHER), purged={DAY: ago(hours=6)}) == []


def test_an_old_purge_does_not_cut_the_history_of_a_day_short_for_ever() -> None:
    """All that was taken before it is gone by its age."""
    every = [snapshot(1, ago(days=3), DAY), snapshot(2, ago(days=1), DAY)]
    assert gone(*every, purged={DAY: ago(days=8)}) == []


def test_another_account_s_day_is_another_day() -> None:
    every = [snapshot(1, ago(hours=9), DAY), snapshot(2, ago(hours=3), DAY, partner_id="other")]
    assert gone(*every, purged={DAY: ago(hours=6)}) == []


def test_the_table_of_campaigns_has_no_days_so_any_purge_counts() -> None:
    assert gone(snapshot(1, ago(hours=9)), snapshot(2, ago(hours=3)), purged={DAY: ago(hours=6)}) == [1]


@pytest.mark.parametrize(
    ("said", "expected"),
    [(None, MAX_AGE), ("86400000", timedelta(days=1)), ("for ever", MAX_AGE), ("-1", MAX_AGE)],
)
def test_the_table_may_say_how_long_snapshots_are_kept(said: str | None, expected: timedelta) -> None:
    """By Iceberg's own property."""
    assert max_age({} if said is None else {"history.expire.max-snapshot-age-ms": said}) == expected


def test_a_snapshot_says_what_it_is_about() -> None:
    summary = summary_of("brand", {DAY: "2-0a1b2c", OTHER: None})
    assert summary == {
        "insider-web-push.partner-id": "brand",
        "insider-web-push.days": "2026-11-21=gone 2026-11-22=2",
    }
    assert taken(7, NOW, summary) == Taken(7, NOW, "brand", [OTHER, DAY])
    assert taken(7, NOW, {"added-records": "3"}) == Taken(7, NOW, "", [])
