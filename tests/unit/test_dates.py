"""Which day a run is about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.dates import day_of_run

ISTANBUL, BERLIN, SAO_PAULO = "Europe/Istanbul", "Europe/Berlin", "America/Sao_Paulo"
ANY_INSTANT = datetime(2030, 1, 1, tzinfo=UTC)
instants = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — bounds are naive
zones = st.sampled_from([ISTANBUL, BERLIN, SAO_PAULO, "UTC", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns"])


@pytest.mark.parametrize(
    ("zone", "starts", "day"),
    [
        pytest.param(ISTANBUL, "2026-11-21T21:00Z", date(2026, 11, 22), id="midnight-is-yesterday-in-utc"),
        pytest.param(ISTANBUL, "2026-11-21T22:00Z", date(2026, 11, 22), id="one-o-clock"),
        pytest.param(ISTANBUL, "2026-11-22T20:59Z", date(2026, 11, 22), id="last-minute"),
        pytest.param(BERLIN, "2026-03-28T23:00Z", date(2026, 3, 29), id="before-the-change-in-spring"),
        pytest.param(BERLIN, "2026-03-29T22:00Z", date(2026, 3, 30), id="after-the-change-in-spring"),
        pytest.param(BERLIN, "2026-03-29T21:59Z", date(2026, 3, 29), id="end-of-the-day-of-23-hours"),
        pytest.param(BERLIN, "2026-10-24T22:00Z", date(2026, 10, 25), id="before-the-change-in-autumn"),
        pytest.param(BERLIN, "2026-10-25T22:59Z", date(2026, 10, 25), id="end-of-the-day-of-25-hours"),
        pytest.param(BERLIN, "2026-10-25T23:00Z", date(2026, 10, 26), id="after-the-change-in-autumn"),
        pytest.param(SAO_PAULO, "2018-11-04T02:59Z", date(2018, 11, 3), id="before-the-midnight-that-is-not"),
        pytest.param(SAO_PAULO, "2018-11-04T03:00Z", date(2018, 11, 4), id="instead-of-the-midnight-that-is-not"),
        pytest.param(SAO_PAULO, "2018-02-18T01:30Z", date(2018, 2, 17), id="23:30-for-the-first-time"),
        pytest.param(SAO_PAULO, "2018-02-18T02:30Z", date(2018, 2, 17), id="23:30-for-the-second-time"),
    ],
)
def test_a_runs_day_is_the_first_of_its_interval(zone: str, starts: str, day: date) -> None:
    """In the account's zone; when it runs does not matter."""
    starts_at = datetime.fromisoformat(starts)
    assert day_of_run(data_interval_start=starts_at, run_after=ANY_INSTANT, timezone=zone) == day


@pytest.mark.parametrize(
    ("zone", "run_after", "day"),
    [
        pytest.param(ISTANBUL, "2026-11-22T20:59Z", date(2026, 11, 21), id="a-minute-before-midnight"),
        pytest.param(ISTANBUL, "2026-11-22T21:00Z", date(2026, 11, 22), id="midnight"),
        pytest.param(BERLIN, "2026-03-30T00:30Z", date(2026, 3, 29), id="after-a-day-of-23-hours"),
        pytest.param(BERLIN, "2026-10-25T22:30Z", date(2026, 10, 24), id="in-the-25th-hour"),
        pytest.param(SAO_PAULO, "2018-11-05T02:30Z", date(2018, 11, 4), id="a-day-ago-does-not-exist"),
        pytest.param(SAO_PAULO, "2018-11-04T03:00Z", date(2018, 11, 3), id="instead-of-midnight"),
        pytest.param(SAO_PAULO, "2018-02-18T02:59Z", date(2018, 2, 16), id="in-the-repeated-hour"),
    ],
)
def test_a_run_without_an_interval_is_about_the_last_day_that_was_over(zone: str, run_after: str, day: date) -> None:
    """Triggered by hand without a logical date."""
    run_at = datetime.fromisoformat(run_after)
    assert day_of_run(data_interval_start=None, run_after=run_at, timezone=zone) == day


@given(instants, zones)
def test_the_last_day_that_was_over_is_the_calendars_yesterday(run_after: datetime, zone: str) -> None:
    """At any instant, in any zone, whatever the clocks do."""
    yesterday = run_after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    assert day_of_run(data_interval_start=None, run_after=run_after, timezone=zone) == yesterday


@given(instants, zones)
def test_an_intervals_zone_does_not_matter(starts: datetime, zone: str) -> None:
    """Airflow hands over UTC, people write what they like."""
    days = {
        day_of_run(data_interval_start=starts.astimezone(ZoneInfo(other)), run_after=ANY_INSTANT, timezone=zone)
        for other in ("UTC", "Asia/Tokyo", "America/Los_Angeles")
    }
    assert days == {starts.astimezone(ZoneInfo(zone)).date()}
