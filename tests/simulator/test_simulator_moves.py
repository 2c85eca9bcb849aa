"""Figures that move on demand: what comes in, shifts or falls, and what holds all the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from include.simulator.campaigns import DEVICES, Campaign, seeded_campaign
from include.simulator.figures import (
    DROP_REASONS,
    NOTHING,
    UNDELIVERED_REASONS,
    DeviceFigures,
    Figures,
)
from include.simulator.move_book import ImpossibleMoveError, MoveBook, check_room, moved
from include.simulator.moves import Move
from include.simulator.world import Window, day_start, delivery_ended, figures

ISTANBUL = ZoneInfo("Europe/Istanbul")
DAY = date(2026, 3, 10)
MOVES: TypeAdapter[Move] = TypeAdapter(Move)

# Desktop, Mobile and Tablet; 40 sent, 22 delivered, 9 clicks, 3 conversions and 10 drops in all.
SMALL = Figures(
    devices=(
        DeviceFigures(10, 6, 3, 1, Decimal("100.5")),
        DeviceFigures(30, 16, 6, 2, Decimal("60.25")),
        DeviceFigures(),
    ),
    drops=(5, 0, 3, 2, 0),
    undelivered_by=(15, 3),
    clicks_by=(7, 1, 1),
)


def move(kind: str, **what: Any) -> Move:
    return MOVES.validate_python({"kind": kind, "campaign_id": "40003", "day": DAY, **what})


def campaign(index: int = 13) -> Campaign:
    return seeded_campaign(1, index, date(2018, 1, 1))


def known(index: int, age_h: float, *moves: Move, first: date = DAY, last: date = DAY) -> Figures:
    """Look at a window, *age_h* after its first day began."""
    now = day_start(first, ISTANBUL) + timedelta(hours=age_h)
    return figures(1, campaign(index), Window(start=first, end=last, now=now, zone=ISTANBUL), moves)


def counts(seen: Figures) -> list[int]:
    """Every count and sum that some endpoint prints, but for the reasons of what is not delivered."""
    devices = [n for d in (*seen.devices, seen.total) for n in (d.sent, d.delivered, d.clicks, d.conversions)]
    return [*devices, *seen.drops, *seen.clicks_by, seen.targeted]


numbers = st.integers(1, 3000)
devices = st.sampled_from(DEVICES)
lates = st.builds(
    lambda device, delivered, clicks, conversions: move(
        "late", device=device, delivered=delivered, clicks=clicks, conversions=conversions, revenue="151.30"
    ),
    *(devices, numbers, numbers, numbers),
)
device_shifts = st.builds(
    lambda pair, delivered, clicks, conversions: move(
        "device_shift", device=pair[0], to_device=pair[1], delivered=delivered, clicks=clicks, conversions=conversions
    ),
    *(st.permutations(DEVICES), numbers, numbers, numbers),
)
reason_shifts = st.builds(
    lambda pair, count: move("reason_shift", reason=pair[0], to_reason=pair[1], count=count),
    *(st.one_of(st.permutations(DROP_REASONS), st.permutations(UNDELIVERED_REASONS)), numbers),
)
scales = st.builds(lambda thousandths: move("scale", factor=Decimal(thousandths).scaleb(-3)), st.integers(0, 3000))


@given(
    st.integers(0, 200),
    st.floats(0, 24 * 120),
    st.lists(st.one_of(lates, device_shifts, reason_shifts, scales), max_size=4),
)
def test_the_identities_hold_after_any_moves(index: int, age_h: float, moves: list[Move]) -> None:
    """Whatever is moved, in whatever order, at any age."""
    seen = known(index, age_h, *moves)
    assert seen.total.sent == seen.total.delivered + seen.undelivered
    assert seen.total.clicks == sum(seen.clicks_by)
    assert min(*seen.drops, *seen.undelivered_by, *seen.clicks_by) >= 0
    for device in seen.devices:
        assert 0 <= device.conversions <= device.clicks <= device.delivered <= device.sent
        assert device.revenue == 0 or device.revenue > 0 < device.conversions


@given(st.integers(0, 200), st.floats(0, 24 * 120), st.one_of(device_shifts, reason_shifts))
def test_no_total_shows_a_shift(index: int, age_h: float, shift: Move) -> None:
    """Neither a count nor, to the last digit, the revenue."""
    before, after = known(index, age_h), known(index, age_h, shift)
    assert after.total == before.total
    assert (after.dropped, after.undelivered) == (before.dropped, before.undelivered)


@given(st.integers(0, 200), st.floats(0, 24 * 120), st.floats(0, 24 * 120), lates)
def test_figures_with_late_counts_never_fall_by_themselves(
    index: int, one_h: float, other_h: float, late: Move
) -> None:
    """Where the seeded deliveries take up the room of the late ones, the sum stays."""
    early, later = (known(index, hours, late) for hours in sorted((one_h, other_h)))
    assert all(before <= after for before, after in zip(counts(early), counts(later), strict=True))
    assert early.total.revenue <= later.total.revenue


def test_late_counts_come_in_on_their_device() -> None:
    """Delivered out of the undelivered, clicks to mainAction; the other devices stay."""
    late = move("late", device="Mobile", delivered=14, clicks=2, conversions=2, revenue="151.30")
    check_room(late, SMALL)
    after = moved(SMALL, [late])
    assert after.devices == (SMALL.devices[0], DeviceFigures(30, 30, 8, 4, Decimal("211.55")), SMALL.devices[2])
    assert (after.undelivered_by, after.clicks_by, after.drops) == ((1, 3), (9, 1, 1), SMALL.drops)


def test_late_deliveries_empty_one_reason_after_the_other() -> None:
    """All 18 undelivered arrive after all."""
    moves = [move("late", device="Mobile", delivered=14), move("late", device="Desktop", delivered=4)]
    assert moved(SMALL, moves[:1]).undelivered_by == (1, 3)
    assert moved(SMALL, moves).undelivered_by == (0, 0)


def test_a_shift_takes_the_conversions_share_of_the_revenue_along() -> None:
    """One of two conversions: half of it."""
    after = moved(SMALL, [move("device_shift", device="Mobile", to_device="Desktop", clicks=3, conversions=1)])
    assert after.devices[:2] == (
        DeviceFigures(10, 6, 6, 2, Decimal("130.625")),
        DeviceFigures(30, 16, 3, 1, Decimal("30.125")),
    )


def test_a_shift_of_all_conversions_leaves_no_revenue_behind() -> None:
    """Where no share of it is a finite decimal either."""
    late = move("late", device="Desktop", conversions=2, revenue="0.000000001")
    shift = move("device_shift", device="Desktop", to_device="Mobile", conversions=3)
    after = moved(SMALL, [late, shift])
    assert [device.revenue for device in after.devices] == [0, Decimal("160.750000001"), 0]


@pytest.mark.parametrize(
    ("reason", "to_reason", "drops", "undelivered_by"),
    [
        pytest.param("frequencyCapped", "unsubscriptions", (2, 0, 6, 2, 0), (15, 3), id="dropped"),
        pytest.param("other", "offlineRecipients", (5, 0, 3, 2, 0), (18, 0), id="undelivered"),
    ],
)
def test_messages_are_counted_under_another_reason(
    reason: str, to_reason: str, drops: tuple[int, ...], undelivered_by: tuple[int, ...]
) -> None:
    """Three of them."""
    after = moved(SMALL, [move("reason_shift", reason=reason, to_reason=to_reason, count=3)])
    assert (after.drops, after.undelivered_by) == (drops, undelivered_by)


def test_scaled_figures_fall() -> None:
    """Each count rounded down; what has no conversion any more has no revenue."""
    after = moved(SMALL, [move("scale", factor="0.7")])
    assert after.devices[:2] == (DeviceFigures(7, 4, 2, 0), DeviceFigures(21, 11, 4, 1, Decimal("42.175")))
    assert (after.drops, after.undelivered_by, after.clicks_by) == ((3, 0, 2, 1, 0), (10, 3), (4, 1, 1))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        pytest.param(
            {"kind": "late", "device": "Mobile", "delivered": 15}, "delivered by 15, at most by 14", id="sent"
        ),
        pytest.param({"kind": "late", "device": "Desktop", "clicks": 4}, "clicks by 4, at most by 3", id="delivered"),
        pytest.param(
            {"kind": "late", "device": "Desktop", "conversions": 3}, "conversions by 3, at most by 2", id="clicks"
        ),
        pytest.param(
            {"kind": "late", "device": "Tablet", "revenue": "1.5"}, "revenue by 1.5, at most by 0", id="conversions"
        ),
        pytest.param(
            {"kind": "device_shift", "device": "Desktop", "to_device": "Tablet", "clicks": 1},
            "clicks by 1, at most by 0",
            id="a-device-that-was-sent-nothing",
        ),
        pytest.param(
            {"kind": "device_shift", "device": "Desktop", "to_device": "Mobile", "conversions": 2},
            "conversions by 2, at most by 1",
            id="device",
        ),
        pytest.param(
            {"kind": "reason_shift", "reason": "other", "to_reason": "offlineRecipients", "count": 4},
            "count by 4, at most by 3",
            id="reason",
        ),
    ],
)
def test_more_than_there_is_cannot_be_moved(asked: dict[str, Any], message: str) -> None:
    """The refusal names what was asked for and what is there, and so do the figures: as much as there is room for."""
    too_much = move(**asked)
    with pytest.raises(ImpossibleMoveError, match=f"40003 on 2026-03-10 cannot move {message}"):
        check_room(too_much, SMALL)
    assert moved(SMALL, [too_much]) == moved(SMALL, [too_much.fit(SMALL)])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        pytest.param({"kind": "meteor"}, "'late', 'device_shift', 'reason_shift', 'ttl_ended', 'scale'", id="kind"),
        pytest.param({"kind": "late", "device": "Watch", "clicks": 1}, "'Desktop', 'Mobile' or 'Tablet'", id="device"),
        pytest.param({"kind": "late", "device": "Mobile"}, "nothing to move", id="nothing"),
        pytest.param({"kind": "late", "device": "Mobile", "clicks": -1}, "greater than or equal to 0", id="negative"),
        pytest.param({"kind": "late", "device": "Mobile", "click": 1}, "click\n", id="misspelt"),
        pytest.param(
            {"kind": "device_shift", "device": "Mobile", "to_device": "Mobile", "clicks": 1}, "both Mobile", id="itself"
        ),
        pytest.param(
            {"kind": "device_shift", "device": "Mobile", "to_device": "Desktop"}, "nothing to move", id="no-counts"
        ),
        pytest.param(
            {"kind": "reason_shift", "reason": "rain", "to_reason": "other", "count": 1},
            "no reason 'rain'",
            id="reason",
        ),
        pytest.param(
            {"kind": "reason_shift", "reason": "internalErrors", "to_reason": "other", "count": 1},
            "no move from internalErrors to other",
            id="dropped-to-undelivered",
        ),
        pytest.param({"kind": "scale", "factor": "-1"}, "greater than or equal to 0", id="factor"),
        pytest.param({"kind": "scale", "factor": 1, "at": "2026-03-10T09:00:00"}, "timezone", id="no-zone"),
    ],
)
def test_a_move_that_cannot_be_is_refused(wrong: dict[str, Any], message: str) -> None:
    """By a message that names it."""
    with pytest.raises(ValidationError, match=message):
        move(**wrong)


def test_a_move_is_about_its_day_only() -> None:
    """A window of three days changes by what its middle day does."""
    first, last = DAY - timedelta(days=1), DAY + timedelta(days=1)
    late = move("late", device="Mobile", clicks=3)
    before, after = (known(13, 24 * 120, *moves, first=first, last=last) for moves in ((), (late,)))
    assert after.total.clicks == before.total.clicks + 3
    assert known(13, 24 * 120, late, first=last, last=last) == known(13, 24 * 120, first=last, last=last)


def test_moves_show_from_their_instant_on_and_in_the_order_in_which_they_were_added() -> None:
    """To the second, on the figures' clock."""
    book, at = MoveBook(), datetime(2026, 3, 12, 9, tzinfo=UTC)
    second, first = move("scale", factor=2, at=at), move("late", device="Mobile", clicks=1)
    book.add(40003, second)
    book.add(40003, first)
    assert book.showing(40003, at - timedelta(seconds=1)) == [first]
    assert book.showing(40003, at) == [second, first] == book.all()
    assert book.showing(40010, at) == []
    book.clear()
    assert book.all() == []


@pytest.mark.parametrize(
    ("ended", "age_days", "expected"),
    [
        pytest.param({}, 2, False, id="seeded-open"),
        pytest.param({}, 20, True, id="seeded-ended"),
        pytest.param({DAY: True}, 2, False, id="the-day-before-is-open"),
        pytest.param({DAY: True, DAY - timedelta(days=1): True}, 2, True, id="all-days-said-to-have-ended"),
        pytest.param({DAY - timedelta(days=1): False}, 20, False, id="one-day-said-to-be-open"),
    ],
)
def test_a_window_has_ended_when_all_its_days_have(ended: dict[date, bool], age_days: int, *, expected: bool) -> None:
    """Each day by what a move says of it, else by the seeded time to live."""
    moves = [move("ttl_ended", day=day, ended=said) for day, said in ended.items()]
    start = DAY - timedelta(days=1)
    window = Window(start=start, end=DAY, now=day_start(start, ISTANBUL) + timedelta(days=age_days), zone=ISTANBUL)
    assert delivery_ended(campaign(), window, moves) == expected


def test_a_quiet_campaign_has_nothing_to_move() -> None:
    """It stays at zero whatever happens."""
    quiet = seeded_campaign(1, 0, date(2018, 1, 1), quiet=True)
    window = Window(start=DAY, end=DAY, now=datetime(2026, 4, 1, tzinfo=UTC), zone=ISTANBUL)
    assert figures(1, quiet, window, [move("scale", factor=2)]) == NOTHING
