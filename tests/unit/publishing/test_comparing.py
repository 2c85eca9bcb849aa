"""A content and the revision before, a batch of campaigns at a time, say what all of their rows would say at once."""

from typing import Any

import pytest

from insider_web_push.lake.raw import Snapshot
from insider_web_push.publishing.comparing import falls_since, moved_rows, moves_since
from insider_web_push.publishing.revision import DayContent, content_of
from insider_web_push.tables import day_tables
from insider_web_push.tables.changes import moves_between
from insider_web_push.tables.day_tables import DayTables, only, rows_in
from insider_web_push.vocabulary import DayStatus
from tests.builders import gathered_day, snapshot, swept
from tests.unit.publishing.looks import body

CAMPAIGNS = [str(number) for number in range(8, 13)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have more than one for a few campaigns."""
    monkeypatch.setattr(day_tables, "BATCH", 2)


def content(*campaigns: str, unmoved: DayTables | None = None, listed: bool = True, **figures: str) -> DayContent:
    """Give a day whose campaigns have the same figures."""
    stored: dict[str, Snapshot] = {f"raw/{key}": snapshot(key, body=body(**figures)) for key in campaigns}
    day = gathered_day([swept(key) for key in campaigns] if listed else [], stored)
    given: dict[str, Any] = {"status": DayStatus.COMPLETE, "accepted": {}, "unmoved": unmoved}
    return content_of(day, lambda wanted: {known.key: stored[known.key] for known in wanted}, **given)


def test_moves_come_as_of_all_rows_at_once() -> None:
    """By table, then by campaign; also of those that appear or vanish."""
    before, after = content(*CAMPAIGNS[:-1]).tables, content(*CAMPAIGNS[1:], conversions="16")
    moves = moves_since(before, after)
    assert moves == moves_between(rows_in(before, CAMPAIGNS), rows_in(after.tables, CAMPAIGNS))
    assert {move.campaign_id for move in moves} == set(CAMPAIGNS)
    assert len({move.table_name for move in moves}) > 1


def test_rows_that_stand_are_not_compared() -> None:
    """Whatever else moved."""
    before = content(*CAMPAIGNS).tables
    after = content(*CAMPAIGNS, unmoved=only(before, CAMPAIGNS[1:]), conversions="16")
    assert after.stand == set(CAMPAIGNS[1:])
    (pair,) = moved_rows(before, after)
    assert [[row["campaign_id"] for row in rows["campaign_day"]] for rows in pair] == [["8"], ["8"]]
    assert {move.campaign_id for move in moves_since(before, after)} == {"8"}


def test_where_the_day_says_another_thing_of_a_campaign_its_rows_do_not_stand() -> None:
    """Its answer is not opened all the same."""
    before = content(*CAMPAIGNS).tables
    after = content(*CAMPAIGNS, unmoved=before, listed=False)
    assert after.stand == frozenset()
    assert {(move.campaign_id, move.metric) for move in moves_since(before, after)} >= {
        (campaign, "listed") for campaign in CAMPAIGNS
    }


def test_falls_are_of_the_whole_day() -> None:
    """Of all batches, also of campaigns whose rows stand."""
    before = content(*CAMPAIGNS).tables
    one_fell = content(*CAMPAIGNS, unmoved=only(before, CAMPAIGNS[1:]), clicks="1")
    every_one = content(*CAMPAIGNS, clicks="1")
    assert [fall.metric for fall in falls_since(before, every_one)] == ["clicks"]
    assert falls_since(before, one_fell) == []
