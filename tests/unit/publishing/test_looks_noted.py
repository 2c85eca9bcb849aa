"""Which looks count as looks at the whole day, and what a closing look asks for."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from insider_web_push.days.looks import Cause
from insider_web_push.vocabulary import Finality
from tests.builders import SWEPT_AT, swept
from tests.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A day of two campaigns that was published the morning after."""
    found = Lake(tmp_path)
    look(found, 1, "1", "2")
    return found


def look(lake: Lake, age: int, *answered: str, listed: tuple[str, ...] = ("1", "2"), **work: Any) -> None:
    """Look at the day at an age: list it, keep answers for some campaigns, publish."""
    at = SWEPT_AT + timedelta(days=age - 1)
    lake.list_day([swept(campaign) for campaign in listed], at=at)
    for campaign in answered:
        lake.answer(campaign, fetched_at=at + timedelta(minutes=1))
    lake.publish(now=at, **work)


@pytest.mark.parametrize(
    ("age", "answered", "work", "looked_at"),
    [
        pytest.param(7, (), {"closing": True}, 7, id="nothing-moved"),
        pytest.param(7, (), {}, 7, id="a-cleared-daily-run"),
        pytest.param(7, ("1",), {"only": ["1"], "mode": "all"}, 1, id="some-campaigns"),
        pytest.param(7, (), {"mode": "missing"}, 1, id="only-what-was-missing"),
        pytest.param(7, ("1", "2"), {"mode": "all"}, 7, id="everything"),
        pytest.param(11, ("1", "2"), {"closing": True}, 11, id="closing-look"),
        pytest.param(12, (), {}, 10, id="a-cleared-daily-run-is-no-closing-look"),
        pytest.param(103, ("1", "2"), {"mode": "all"}, 103, id="everything-after-the-last-look"),
        pytest.param(103, ("1",), {"only": ["1"], "mode": "all"}, 1, id="some-campaigns-after-the-last-look"),
        pytest.param(103, (), {}, 101, id="a-cleared-daily-run-is-not-the-last-look"),
    ],
)
def test_a_look_counts_for_what_it_has_seen(
    lake: Lake, age: int, answered: tuple[str, ...], work: dict[str, Any], looked_at: int
) -> None:
    """So that what it has not seen stays due."""
    look(lake, age, *answered, **work)
    assert lake.manifest().looked_at == looked_at


def test_a_day_that_is_first_published_late_was_looked_at_then(tmp_path: Path) -> None:
    """All its answers are of that age."""
    late = Lake(tmp_path / "late")
    look(late, 40, "1", "2")
    assert late.manifest().looked_at == 40


def test_a_campaign_that_left_the_list_is_asked_for_by_a_closing_look(lake: Lake) -> None:
    """And by whoever asks for everything, or for it; the day does not wait for it."""
    at = SWEPT_AT + timedelta(days=10)
    lake.list_day([swept("1")], at=at)
    assert {(item.campaign_id, cause) for item, cause in lake.gathered(closing=True).to_fetch()} == {
        ("1", Cause.CLOSING), ("2", Cause.CLOSING),
    }  # fmt: skip
    assert [item.campaign_id for item, _ in lake.gathered(mode="all", only=["2"]).to_fetch()] == ["2"]
    assert [item.campaign_id for item, _ in lake.gathered().to_fetch()] == []
    lake.answer("1", fetched_at=at + timedelta(minutes=1))
    assert lake.gathered(closing=True).standing(now=at).lacks == ""


def test_a_campaign_that_left_the_list_settles_with_its_day(lake: Lake) -> None:
    """It can give no newer figures."""
    look(lake, 102, "1", listed=("1",), closing=True)
    assert {campaign.finality for campaign in lake.manifest().campaigns.values()} == {Finality.FINAL}
    assert lake.manifest().looked_at == 102
