"""What plan says of a list: each campaign counted once."""

from datetime import timedelta
from typing import Any

import pytest

from insider_web_push.days.census import census_of, said_of
from insider_web_push.days.gathered_day import GatheredDay
from insider_web_push.days.looks import Look, Mode
from tests.builders import SWEPT_AT, gathered_day, snapshot, swept, totals

OLD = SWEPT_AT - timedelta(days=1)


def day(**changes: Any) -> GatheredDay:
    """Give a day of five: one unmoved, one moved, one never fetched, one that was accepted as missing, one quiet."""
    listed = [swept(key) for key in ("1", "2", "3", "4")] + [swept("5", clicks=0)]
    stored = {
        "a": snapshot("1", fetched_at=OLD, baseline=totals(clicks=1)),
        "b": snapshot("2", fetched_at=OLD, baseline=totals(clicks=0)),
    }
    return gathered_day(listed, stored, **({"accepted": {"4": "settings"}} | changes))


def look(**how: Any) -> Look:
    """Look at a day."""
    return Look(**({"mode": Mode.CHANGED, "since": SWEPT_AT} | how))


@pytest.mark.parametrize(
    ("changes", "said", "fetched"),
    [
        ({}, "1 quiet, 1 unmoved, 1 accepted as missing", 2),
        ({"accepted": {"3": "manual__1", "4": "settings"}}, "1 quiet, 1 unmoved, 2 accepted as missing", 1),
        ({"look": look(only={"1"})}, "1 quiet, 1 unmoved, 1 accepted as missing, 1 missing, 1 not looked at", 0),
        ({"look": look(held={"1"})}, "1 quiet, 0 unmoved, 1 accepted as missing", 3),
        ({"look": look(mode=Mode.ALL)}, "1 quiet, 0 unmoved", 4),
        ({"wants_totals": True}, "1 quiet, 4 with the list's totals alone", 0),
    ],
    ids=["as-it-is", "one-more-accepted", "one-campaign-alone", "one-is-held", "all", "totals"],
)
def test_a_campaign_that_is_not_there_is_not_unmoved(changes: dict[str, Any], said: str, fetched: int) -> None:
    """The numbers add up to the list's."""
    found = day(**changes)
    counts = census_of(found, found.to_fetch())
    assert (said_of(counts), counts.get("to fetch", 0), sum(counts.values())) == (said, fetched, 5)


def test_a_rebuild_fetches_nothing_and_says_what_is_missing() -> None:
    """It makes the day of what is there."""
    counts = census_of(day(look=look(mode=Mode.MISSING)), [])
    assert said_of(counts) == "1 quiet, 2 unmoved, 1 accepted as missing, 1 missing"
