"""Every answer that the API can print parses back: what it was printed from stands in the rows."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.simulator import formats
from include.simulator.campaigns import DEVICES, seeded_campaign
from include.simulator.figures import CLICK_TARGETS, DROP_REASONS, UNDELIVERED_REASONS, DeviceFigures, Figures
from include.simulator.settings import NumberFormat
from include.simulator.world import Window
from insider_web_push import vocabulary
from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.tables.campaign_day import TableRows
from tests.builders import campaign_day, rows_of

COUNTS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")
ZONES = ["UTC", "Europe/Istanbul", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"]
RATES = {
    "delivery_rate": ("delivered", "sent"),
    "ctr": ("clicks", "delivered"),
    "conversion_rate": ("conversions", "clicks"),
}

counts = st.integers(0, 12) | st.integers(0, 10**12)


@st.composite
def parts(draw: st.DrawFn, whole: int, number: int) -> tuple[int, ...]:
    """Divide a count into so many others."""
    marks = sorted(draw(st.lists(st.integers(0, whole), min_size=number - 1, max_size=number - 1)))
    return tuple(b - a for a, b in zip([0, *marks], [*marks, whole], strict=True))


@st.composite
def device_figures(draw: st.DrawFn) -> DeviceFigures:
    """Draw figures of a device; revenue with six decimals, as JSON's floats hold it."""
    sent = draw(counts)
    delivered = draw(st.integers(0, sent))
    clicks = draw(st.integers(0, delivered))
    money = draw(st.integers(0, 10**14)) if draw(st.booleans()) else 0
    return DeviceFigures(sent, delivered, clicks, draw(st.integers(0, clicks)), Decimal(money).scaleb(-6))


@st.composite
def any_figures(draw: st.DrawFn) -> Figures:
    """Draw the figures of a campaign, for which the identities hold."""
    devices = tuple(draw(device_figures()) for _ in DEVICES)
    total = sum(devices, DeviceFigures())
    return Figures(
        devices=devices,
        drops=tuple(draw(counts) for _ in DROP_REASONS),
        undelivered_by=draw(parts(total.sent - total.delivered, len(UNDELIVERED_REASONS))),
        clicks_by=draw(parts(total.clicks, len(CLICK_TARGETS))),
    )


@settings(deadline=None)
@given(
    figures=any_figures(),
    older=st.booleans(),
    extra_fields=st.booleans(),
    currency=st.sampled_from(["TRY", "USD", "EUR", "KWD"]),
    numbers=st.sampled_from(NumberFormat),
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2022, 1, 1), date(2027, 12, 31)),
)
def test_every_answer_that_can_be_printed_parses_back(
    *, figures: Figures, older: bool, extra_fields: bool, currency: str, numbers: NumberFormat, zone: str, day: date
) -> None:
    """Every count, rate and amount, in both generations and notations; revenue is the list's; no check fails."""
    style = formats.Style(currency=currency, older=older, extra_fields=extra_fields, numbers=numbers)
    # Number 2 has a Tablet row, without which the devices of these figures would not add up.
    campaign = seeded_campaign(7, 2, date(2021, 1, 1))
    window = Window(start=day, end=day, now=datetime.combine(day, datetime.min.time(), UTC), zone=ZoneInfo(zone))
    body = json.dumps(formats.campaign_metrics(campaign, figures, window, style)).encode()
    listed = formats.overall_page(
        [formats.overall_row(campaign, figures, window, style)], page=1, per_page=20, total=1, style=style
    )
    (swept,) = campaigns_of([read_list_page(json.dumps(listed).encode())])
    answer = read_campaign_metrics(body)
    known = {"day": day, "timezone": zone, "swept": swept, "baseline": swept.totals}
    tables = rows_of([campaign_day(answer, numbers=vocabulary.NumberFormat(numbers), **known)])

    total = figures.total
    (row,) = tables["campaign_day"]
    assert row["failed_check_details"] == []
    assert [row[name] for name in COUNTS] == [
        figures.targeted, total.sent, figures.dropped, total.delivered, figures.undelivered, total.clicks,
        total.conversions,
    ]  # fmt: skip
    assert row["revenue"] == Decimal(repr(float(total.revenue))).quantize(Decimal("1e-9"))
    assert abs(row["revenue_reported"] - total.revenue) <= Decimal("0.5")
    assert row["currency"] == currency
    assert_rates(row, total)
    assert_devices(tables, figures, older=older)
    assert_reasons_and_clicks(tables, figures, older=older)


def assert_devices(tables: TableRows, figures: Figures, *, older: bool) -> None:
    """One row each; in the older generation one without revenue has the bare currency."""
    devices = dict(zip(DEVICES, figures.devices, strict=True))
    assert {device["device"] for device in tables["campaign_day_device"]} == set(DEVICES)
    for device in tables["campaign_day_device"]:
        said = devices[device["device"]]
        assert [device[name] for name in ("sent", "delivered", "clicks", "conversions")] == [
            said.sent, said.delivered, said.clicks, said.conversions,
        ]  # fmt: skip
        is_bare = older and not said.revenue
        assert (device["revenue"] is None) is is_bare
        assert is_bare or abs(device["revenue"] - said.revenue) <= Decimal("0.5")
        assert_rates(device, said)


def assert_rates(row: dict[str, Any], said: DeviceFigures) -> None:
    """Computed ones exactly, reported ones to a hundredth of a percent."""
    for name, (part, whole) in RATES.items():
        of = getattr(said, whole)
        assert row[name] == (getattr(said, part) / of if of else None)
        assert row[f"{name}_reported"] == pytest.approx(getattr(said, part) / of if of else 0, abs=0.000_050_001)


def assert_reasons_and_clicks(tables: TableRows, figures: Figures, *, older: bool) -> None:
    """One row each; the newer generation has no silentHours, whose messages are counted with the first reason."""
    drops = dict(zip(DROP_REASONS, figures.drops, strict=True))
    if not older:
        drops["frequencyCapped"] += drops.pop("silentHours")
    undelivered = dict(zip(UNDELIVERED_REASONS, figures.undelivered_by, strict=True))
    said = {("dropped", name): n for name, n in drops.items()} | {("undelivered", n): c for n, c in undelivered.items()}
    rows = tables["campaign_day_unsuccessful"]
    assert {(row["outcome"], row["reason"]): row["count"] for row in rows} == said
    clicks = {row["name"]: row["clicks"] for row in tables["campaign_day_click"]}
    assert clicks == (dict(zip(CLICK_TARGETS, figures.clicks_by, strict=True)) if older else {})
