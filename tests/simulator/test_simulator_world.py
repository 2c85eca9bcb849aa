"""The figures: what holds for every seed, campaign, day and age."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.simulator.campaigns import DEVICES, Campaign, index_of, seeded_campaign
from include.simulator.figures import NOTHING, Figures
from include.simulator.world import Window, day_start, delivery_ended, figures

ISTANBUL = ZoneInfo("Europe/Istanbul")
CREATED = date(2018, 1, 1)
FINAL_H = 24 * 120

seeds = st.integers(0, 50)
indexes = st.integers(0, 400)
days = st.dates(date(2019, 1, 1), date(2026, 12, 31))
ages = st.floats(0, FINAL_H)


def known(seed: int, index: int, day: date, age_h: float, *, days: int = 1) -> Figures:
    """Look at a window of the campaign's days, *age_h* after it began."""
    now = day_start(day, ISTANBUL) + timedelta(hours=age_h)
    window = Window(start=day, end=day + timedelta(days=days - 1), now=now, zone=ISTANBUL)
    return figures(seed, campaign(index, seed), window)


def campaign(index: int, seed: int = 1, *, quiet: bool = False) -> Campaign:
    return seeded_campaign(seed, index, CREATED, quiet=quiet)


@given(seeds, indexes, days, ages)
def test_the_documented_identities_hold(seed: int, index: int, day: date, age_h: float) -> None:
    """Targeted are the sent and the dropped; sent = delivered + undelivered, and clickMetrics add up, at any age."""
    seen = known(seed, index, day, age_h)
    assert seen.targeted == seen.total.sent + sum(seen.drops)
    assert seen.total.sent == seen.total.delivered + sum(seen.undelivered_by)
    assert seen.total.clicks == sum(seen.clicks_by)
    assert min(*seen.drops, *seen.undelivered_by, *seen.clicks_by) >= 0


@given(seeds, indexes, days, ages)
def test_no_count_exceeds_what_it_is_a_part_of(seed: int, index: int, day: date, age_h: float) -> None:
    """On each device: conversions <= clicks <= delivered <= sent, and revenue only with conversions."""
    for device in known(seed, index, day, age_h).devices:
        assert 0 <= device.conversions <= device.clicks <= device.delivered <= device.sent
        assert (device.revenue > 0) == (device.conversions > 0)


@given(seeds, indexes, days, ages, ages)
def test_figures_never_fall(seed: int, index: int, day: date, one_h: float, other_h: float) -> None:
    """Looking again later never shows less, on any device and for any drop reason."""
    early = known(seed, index, day, min(one_h, other_h))
    late = known(seed, index, day, max(one_h, other_h))
    for before, after in zip(early.devices, late.devices, strict=True):
        assert before.sent <= after.sent
        assert before.delivered <= after.delivered
        assert before.clicks <= after.clicks
        assert before.conversions <= after.conversions
        assert before.revenue <= after.revenue
    assert all(before <= after for before, after in zip(early.drops, late.drops, strict=True))


@given(seeds, indexes, days)
def test_an_active_campaign_has_sends_on_every_day_once_it_is_over(seed: int, index: int, day: date) -> None:
    """Nothing that is counted as active has an all-zero day, and what was sent is final the next midnight."""
    over = known(seed, index, day, 24)
    final = known(seed, index, day, FINAL_H)
    assert over.total.sent == final.total.sent > 0
    assert over.targeted == final.targeted


@given(seeds, indexes, days)
def test_delivery_is_final_when_the_time_to_live_has_ended(seed: int, index: int, day: date) -> None:
    """What isTTLEnded says and the figures agree."""
    who = campaign(index, seed)
    closed = day_start(day + timedelta(days=1), ISTANBUL) + timedelta(hours=who.ttl_h)
    window = Window(start=day, end=day, now=closed, zone=ISTANBUL)
    assert delivery_ended(who, window)
    assert figures(seed, who, window).undelivered == known(seed, index, day, FINAL_H).undelivered


@given(seeds, indexes, days, st.integers(1, 9), ages)
def test_a_window_is_the_sum_of_its_days(seed: int, index: int, day: date, number: int, age_h: float) -> None:
    """Days of a window are looked at from the same instant."""
    now = day_start(day, ISTANBUL) + timedelta(hours=age_h)
    each = [day + timedelta(days=n) for n in range(number)]
    parts = [figures(seed, campaign(index, seed), Window(start=d, end=d, now=now, zone=ISTANBUL)) for d in each]
    assert known(seed, index, day, age_h, days=number) == sum(parts, NOTHING)


def test_most_comes_in_within_the_first_days() -> None:
    """A day later there is much, but not all, of a large campaign's clicks; two days later most of them."""
    final = known(1, 13, date(2026, 1, 5), FINAL_H).total.clicks
    after_one, after_two = (known(1, 13, date(2026, 1, 5), hours).total.clicks for hours in (25, 72))
    assert 0.4 * final < after_one < after_two < final
    assert after_two > 0.9 * final


def test_a_price_alert_converts_for_weeks() -> None:
    """Where the attribution window is 90 days, conversions are still coming in after 30, and not after 101."""
    alert = next(i for i in range(200) if campaign(i).type == "Price Alert" and campaign(i).volume > 100_000)
    at = {d: known(1, alert, date(2026, 1, 5), 24 * d).total.conversions for d in (11, 30, 101, 120)}
    assert at[11] < at[30] < at[101] == at[120]


@pytest.mark.parametrize("age_h", [-1000, -1, 0])
def test_a_day_that_has_not_begun_has_no_figures(age_h: float) -> None:
    """The future is zero, not an error."""
    assert known(1, 0, date(2026, 1, 5), age_h) == NOTHING


def test_a_quiet_campaign_never_has_figures() -> None:
    """It is there to be listed with zeros."""
    window = Window(start=CREATED, end=date(2018, 12, 31), now=datetime(2026, 1, 1, tzinfo=UTC), zone=ISTANBUL)
    assert figures(1, campaign(0, quiet=True), window) == NOTHING


def test_days_before_the_campaign_was_created_add_nothing() -> None:
    """A window that reaches back further holds only the days since."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    reaching = Window(start=date(2017, 12, 1), end=CREATED, now=now, zone=ISTANBUL)
    just = Window(start=CREATED, end=CREATED, now=now, zone=ISTANBUL)
    assert figures(1, campaign(0), reaching) == figures(1, campaign(0), just) != NOTHING


def test_the_day_is_the_zones() -> None:
    """At 22:00 UTC it is tomorrow in Istanbul, and tomorrow's recurring campaigns have begun to send."""
    recurring = next(i for i in range(200) if campaign(i).recurring and campaign(i).volume > 100_000)
    tomorrow, now = date(2026, 1, 6), datetime(2026, 1, 5, 22, tzinfo=UTC)
    seen = {
        zone: figures(1, campaign(recurring), Window(start=tomorrow, end=tomorrow, now=now, zone=ZoneInfo(zone)))
        for zone in ("Europe/Istanbul", "UTC")
    }
    assert seen["Europe/Istanbul"].total.sent > 0
    assert seen["UTC"] == NOTHING


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 29), 23, id="spring"),
        pytest.param(date(2026, 10, 25), 25, id="autumn"),
        pytest.param(date(2026, 6, 1), 24, id="plain"),
    ],
)
def test_days_of_a_clock_change_have_their_real_length(day: date, hours: int) -> None:
    """Ages are differences of instants, not of local times."""
    berlin = ZoneInfo("Europe/Berlin")
    assert day_start(day + timedelta(days=1), berlin) - day_start(day, berlin) == timedelta(hours=hours)


def test_the_seed_decides_the_figures() -> None:
    """The same seed repeats the world, another makes another one."""
    assert known(1, 5, date(2026, 1, 5), 100) == known(1, 5, date(2026, 1, 5), 100)
    assert known(1, 0, date(2026, 1, 5), 100) != known(2, 0, date(2026, 1, 5), 100)


@given(seed=seeds, index=st.integers(0, 99_999), quiet=st.booleans())
def test_ids_lead_back_to_the_campaign(seed: int, index: int, *, quiet: bool) -> None:
    """A builderId is found without a search, and never equals an `id`."""
    who = campaign(index, seed, quiet=quiet)
    assert index_of(who.builder_id) == (index, quiet)
    assert who.id > campaign(99_999, seed, quiet=True).builder_id


def test_all_ids_differ() -> None:
    """Active and quiet campaigns share neither builderIds nor ids."""
    everyone = [campaign(i, quiet=quiet) for i in range(2000) for quiet in (False, True)]
    assert len({c.builder_id for c in everyone} | {c.id for c in everyone}) == 2 * len(everyone)


def test_a_small_account_has_campaigns_of_every_size() -> None:
    """Among the default 24 there are some of a handful and some of hundreds of thousands."""
    volumes = [campaign(i).volume for i in range(24)]
    assert min(volumes) < 20
    assert max(volumes) > 200_000


def test_a_small_account_has_names_that_need_care() -> None:
    """Markup, a template, quotes, a tab and letters of other alphabets are among the default 24."""
    names = " ".join(campaign(i).name for i in range(24))
    assert all(part in names for part in ("<script>", "{{ ", '"', "'", "\t", "İ", "夏", "🛍"))


@given(seeds, indexes)
def test_device_shares_add_up(seed: int, index: int) -> None:
    """Every recipient is on one of the devices."""
    shares = campaign(index, seed).device_shares
    assert len(shares) == len(DEVICES)
    assert sum(shares) == pytest.approx(1)
