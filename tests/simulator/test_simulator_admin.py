"""Figures and campaigns that are changed while it runs, seen through the API."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from include.simulator.process import Simulator
from tests.hostile_texts import HOSTILE, as_json

Post = Callable[..., httpx.Response]
DAY, NEXT_DAY = "2026-03-10", "2026-03-11"


@pytest.fixture
def largest(post: Post) -> str:
    """The campaign with the most clicks: there is room for every move."""
    rows = post("overall-metrics", per_page="20").json()["data"]
    return str(max(rows, key=lambda row: int(row["clicks"]))["builderId"])


def number(printed: str) -> int:
    return int(printed.replace(",", "").split(" ")[0])


def detail(post: Post, campaign_id: str, **window: str) -> dict[str, Any]:
    return dict(post("campaign-metrics", campaign_id=campaign_id, **window).json())


def row(post: Post, campaign_id: str, **window: str) -> dict[str, Any]:
    rows = post("overall-metrics", per_page="20", **window).json()["data"]
    return next(dict(one) for one in rows if str(one["builderId"]) == campaign_id)


def device(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in answer["deviceMetrics"] if one["device"] == name)


def test_late_conversions_show_at_all_endpoints(sim: Simulator, post: Post, largest: str) -> None:
    """The campaign, its row of the list and the account: each two more, and 151.30 more of revenue."""

    def look() -> tuple[int, int, int, float, float]:
        one, listed, top = detail(post, largest), row(post, largest), post("top-metrics").json()
        return (
            number(device(one, "Mobile")["conversions"]),
            number(one["overview"]["conversionRate"]["conversions"]),
            listed["conversions"],
            listed["revenue"],
            top["detail"]["revenue"],
        )

    before = look()
    sim.move("late", largest, DAY, device="Mobile", conversions=2, revenue="151.30")
    grown = [after - earlier for earlier, after in zip(before, look(), strict=True)]
    assert grown == pytest.approx([2, 2, 2, 151.30, 151.30])


def test_a_move_leaves_other_days_and_campaigns_alone(sim: Simulator, post: Post, largest: str) -> None:
    """The next day, and every other row of the list."""

    def others() -> list[dict[str, Any]]:
        rows = post("overall-metrics", per_page="20").json()["data"]
        return [one for one in rows if str(one["builderId"]) != largest]

    before = others(), detail(post, largest, start_date=NEXT_DAY, end_date=NEXT_DAY)
    sim.move("scale", largest, DAY, factor="0.7")
    assert (others(), detail(post, largest, start_date=NEXT_DAY, end_date=NEXT_DAY)) == before


def test_the_list_does_not_show_a_shift_between_devices(sim: Simulator, post: Post, largest: str) -> None:
    """Three clicks go from Desktop to Mobile, and only the campaign's own answer tells."""
    before, listed = detail(post, largest), row(post, largest)
    sim.move("device_shift", largest, DAY, device="Desktop", to_device="Mobile", clicks=3)
    after = detail(post, largest)
    assert row(post, largest) == listed
    assert after["overview"] == before["overview"]
    moved = {
        name: number(device(after, name)["clicks"]) - number(device(before, name)["clicks"])
        for name in ("Desktop", "Mobile")
    }
    assert moved == {"Desktop": -3, "Mobile": 3}


def test_the_list_does_not_show_a_shift_between_reasons(sim: Simulator, post: Post, largest: str) -> None:
    """Five that were capped turn out to have unsubscribed."""

    def dropped() -> dict[str, int]:
        reasons = detail(post, largest)["unsuccessfulMessages"]["dropped"]
        return {reason["label"]: number(reason["count"]) for reason in reasons}

    before, listed = dropped(), row(post, largest)
    sim.move("reason_shift", largest, DAY, reason="frequencyCapped", to_reason="unsubscriptions", count=5)
    expected = {
        **before,
        "frequencyCapped": before["frequencyCapped"] - 5,
        "unsubscriptions": before["unsubscriptions"] + 5,
    }
    assert dropped() == expected
    assert row(post, largest) == listed


def test_scaled_counters_fall_everywhere(sim: Simulator, post: Post, largest: str) -> None:
    """To seven tenths, rounded down."""
    before = row(post, largest)
    sim.move("scale", largest, DAY, factor=0.7)
    after = row(post, largest)
    names = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")
    assert all(after[name] < before[name] for name in names)
    assert after["sent"] == pytest.approx(0.7 * before["sent"], abs=3)
    assert number(detail(post, largest)["overview"]["targeted"]["sent"]) == after["sent"]


@pytest.mark.parametrize("now", ["2026-03-11T09:00:00+03:00", "2026-06-01T09:00:00+03:00"])
def test_the_end_of_delivery_may_be_denied_or_claimed(sim: Simulator, post: Post, largest: str, now: str) -> None:
    """The one field turns over, whatever the day's age; nothing else does."""
    sim.patch(now=now)
    before = detail(post, largest)
    sim.move("ttl_ended", largest, DAY, ended=not before["isTTLEnded"])
    assert detail(post, largest) == {**before, "isTTLEnded": not before["isTTLEnded"]}


def test_a_move_waits_for_its_instant(sim: Simulator, post: Post, largest: str) -> None:
    """It shows when the figures' clock gets there, and no more when it is put back."""
    at = datetime(2026, 8, 1, tzinfo=UTC)
    sim.patch(now="2026-07-31T23:59:59Z")
    before = row(post, largest)
    sim.move("late", largest, DAY, device="Mobile", conversions=2, at=at)
    assert row(post, largest) == before
    sim.patch(now=at)
    assert row(post, largest)["conversions"] == before["conversions"] + 2
    sim.patch(now="2026-07-31T23:59:59Z")
    assert row(post, largest) == before


def test_a_move_needs_its_room_when_it_begins_to_show(sim: Simulator, post: Post, largest: str) -> None:
    """Before the day has begun there is nothing to move at once, and enough for later."""
    sim.patch(now="2026-03-09T12:00:00+03:00")
    with pytest.raises(ValueError, match="clicks by 3, at most by 0"):
        sim.move("late", largest, DAY, device="Mobile", clicks=3)
    sim.move("late", largest, DAY, device="Mobile", clicks=3, at="2026-03-12T09:00:00+03:00")
    assert row(post, largest)["clicks"] == 0


@pytest.mark.parametrize(
    ("kind", "campaign_id", "what", "message"),
    [
        pytest.param("scale", "17", {"factor": 2}, "404 .*no campaign 17", id="campaign"),
        pytest.param("late", None, {"device": "Watch", "clicks": 1}, "422 .*Watch", id="device"),
        pytest.param(
            "reason_shift", None, {"reason": "rain", "to_reason": "other", "count": 1}, "422 .*rain", id="reason"
        ),
        pytest.param(
            "late", None, {"device": "Mobile", "clicks": 10**8}, "422 .*clicks by 100000000, at most by", id="too-much"
        ),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    sim: Simulator, largest: str, kind: str, campaign_id: str | None, what: dict[str, Any], message: str
) -> None:
    """The refusal names what is wrong, and nothing is moved."""
    with pytest.raises(ValueError, match=message):
        sim.move(kind, campaign_id or largest, DAY, **what)
    assert sim.admin.get("/moves").json() == []


def test_moves_are_listed_and_forgotten(sim: Simulator, post: Post, largest: str) -> None:
    """By clearing everything, or the moves alone."""
    before = detail(post, largest)
    for forget in (sim.clear, lambda: sim.admin.delete("/moves").raise_for_status()):
        sim.move("scale", largest, DAY, factor="0.5")
        listed = {"kind": "scale", "campaign_id": largest, "day": DAY, "at": None, "factor": "0.5"}
        assert sim.admin.get("/moves").json() == [listed]
        assert detail(post, largest) != before
        forget()
        assert sim.admin.get("/moves").json() == []
        assert detail(post, largest) == before


def test_a_campaign_may_print_a_figure_in_a_way_of_its_own(sim: Simulator, post: Post, largest: str) -> None:
    """On every day, in campaign-metrics only, until it is cleared."""
    before, listed = detail(post, largest), row(post, largest)
    sim.campaign(largest, spoil={"overview.targeted.sent": "1.234"})
    spoiled = detail(post, largest)
    assert spoiled["overview"].pop("targeted") == {**before["overview"]["targeted"], "sent": "1.234"}
    assert spoiled["overview"].items() < before["overview"].items()
    assert row(post, largest) == listed
    sim.clear()
    assert detail(post, largest) == before


def test_a_figure_that_is_not_printed_cannot_be_spoilt(sim: Simulator, post: Post, largest: str) -> None:
    """A test that misspells one must not pass for want of it."""
    before = detail(post, largest)
    with pytest.raises(ValueError, match=r"422 .*no field overview\.targeted\.snt"):
        sim.campaign(largest, spoil={"overview.targeted.snt": "1.234"})
    assert detail(post, largest) == before


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_campaign_may_have_any_name(sim: Simulator, post: Post, largest: str, name: str) -> None:
    """Also one that no request can carry: half an emoji."""
    sim.campaign(largest, name=as_json(name))
    assert (detail(post, largest)["name"], row(post, largest)["campName"]) == (name, name)
    with pytest.raises(ValueError, match="a text as JSON writes it"):
        sim.campaign(largest, name="without quotes")
