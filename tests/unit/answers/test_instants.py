"""Instants as the API prints them, and what a window says of the account's zone."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.instants import parse_instant, wrong_zone
from insider_web_push.answers.printed_numbers import Parsed

BEGIN = datetime(2023, 5, 31, 21, tzinfo=UTC)
JUST_BEFORE = timedelta(microseconds=1)


def echo(day: date, offset: timedelta) -> tuple[datetime, datetime]:
    """Give a day's window at an offset from UTC."""
    begin = datetime.combine(day, time.min, UTC) - offset
    return begin, begin + timedelta(days=1) - JUST_BEFORE


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("2023-05-31T21:00:00.000000Z", BEGIN),
        ("2023-05-31T21:00:00Z", BEGIN),
        ("2023-05-31T21:00:00.5Z", BEGIN.replace(microsecond=500_000)),
        ("2023-05-31T21:00:00.123456789Z", BEGIN.replace(microsecond=123_456)),
        ("2023-06-01T00:00:00.000+03:00", BEGIN),
        (" 2023-05-31T21:00:00Z ", BEGIN),
    ],
)
def test_an_instant_is_read_in_utc(printed: str, at: datetime) -> None:
    """With any number of digits, cut to microseconds."""
    assert parse_instant(printed) == Parsed(at)


@pytest.mark.parametrize("printed", [None, "", " ", "-"])
def test_no_instant_is_no_problem(printed: str | None) -> None:
    """Null, and not a failed check."""
    assert parse_instant(printed) == Parsed(None)


@pytest.mark.parametrize(
    "printed",
    [
        "2023-05-31", "2023-05-31 21:00:00", "2023-05-31T21:00:00", "2023-05-31T21:00Z", "2023-13-01T00:00:00Z",
        "2023-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+03:00", "9999-12-31T23:59:59-03:00",
        "2023-05-31T24:00:00Z", "2023-05-31T21:00:00.Z", "٢٠٢٣-05-31T21:00:00Z", "2023-05-31T21:00:00+99:99", "N/A",
        "soon", "1" * 1_000, 1685566800, True, [], {"date": "2023-05-31"},
    ],
)  # fmt: skip
def test_what_is_no_instant_is_a_problem(printed: object) -> None:
    """A time without a zone is none: it could be anybody's."""
    parsed = parse_instant(printed)
    assert parsed.value is None
    assert parsed.problem


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_every_printed_instant_parses_back(at: datetime, minutes: int) -> None:
    """In UTC, or at any offset."""
    assert parse_instant(at.strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)).value == at
    try:
        there = at.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert parse_instant(there.isoformat()).value == at


@pytest.mark.parametrize(
    ("window", "zone", "says"),
    [
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=3)), "Europe/Istanbul", None, id="istanbul"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=3)), "Europe/Berlin", "UTC+03:00", id="not-berlin"),
        pytest.param(echo(date(2023, 6, 1), timedelta(0)), "America/New_York", "UTC+00:00", id="in-utc"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=-4)), "America/New_York", None, id="west"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=-4)), "UTC", "UTC-04:00", id="west-in-words"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=-3, minutes=-30)), "UTC", "UTC-03:30", id="half-hours"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=5, minutes=45)), "Asia/Kathmandu", None, id="quarters"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=14)), "Pacific/Kiritimati", None, id="farthest-east"),
        pytest.param(echo(date(2023, 6, 1), timedelta(hours=15)), "UTC", None, id="no-zone-is-so-far"),
        pytest.param(echo(date(2023, 6, 20), timedelta(0)), "UTC", None, id="another-day"),
        pytest.param((BEGIN, BEGIN + timedelta(days=1)), "UTC", None, id="an-end-of-its-own"),
        pytest.param((BEGIN, None), "UTC", None, id="half-a-window"),
        pytest.param((None, None), "UTC", None, id="no-window"),
    ],
)
def test_only_the_asked_day_at_one_shift_is_an_echo(
    window: tuple[datetime | None, datetime | None], zone: str, says: str | None
) -> None:
    """Anything else may be the campaign's own dates, and says nothing."""
    wrong = wrong_zone(date(2023, 6, 1), zone, *window)
    assert (wrong is None) if says is None else (says in str(wrong) and zone in str(wrong))


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(("2023-05-31T21:00:00.000000Z", "2023-06-08T20:59:59.999999Z"), id="echo-of-eight-days"),
        pytest.param(("2023-10-31T21:00:00.000000Z", "2023-11-30T20:59:59.999999Z"), id="campaigns-own-dates"),
    ],
)
def test_the_published_windows_say_nothing_of_a_single_day(printed: tuple[str, str]) -> None:
    """Neither is that of a day."""
    starts_at, ends_at = (parse_instant(text).value for text in printed)
    assert wrong_zone(date(2023, 6, 1), "UTC", starts_at, ends_at) is None


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["23-hours", "25-hours"])
@pytest.mark.parametrize(("hours", "wrong"), [(1, False), (2, False), (3, True)])
def test_a_day_with_a_clock_change_has_two_offsets(day: date, hours: int, *, wrong: bool) -> None:
    """An echo at either is right."""
    assert bool(wrong_zone(day, "Europe/Berlin", *echo(day, timedelta(hours=hours)))) is wrong


def test_a_window_of_25_hours_is_no_echo_under_one_shift() -> None:
    """The account's own day is not wrong, whatever its length."""
    zone, day = ZoneInfo("Europe/Berlin"), date(2026, 10, 25)
    begin = datetime.combine(day, time.min, zone).astimezone(UTC)
    end = datetime.combine(day, time.max, zone).astimezone(UTC)
    assert end - begin > timedelta(hours=24)
    assert wrong_zone(day, "Europe/Berlin", begin, end) is None
