"""What is checked of a campaign day: each check finds what it is for, and is silent where it cannot hold."""

from datetime import date
from typing import Any

import pytest

from insider_web_push.tables.identities import GROWTH_SLACK, MOST_GROWTH
from insider_web_push.vocabulary import Check
from tests.builders import campaign_day, parse_campaign_metrics, rows_of, sample, totals

LISTED = {
    "targeted": 450_000, "sent": 411_840, "dropped": 38_160, "delivered": 140_355, "undelivered": 271_485,
    "clicks": 2_807, "conversions": 14, "revenue": "2479.6600112915",
}  # fmt: skip
FIRST_OF_JUNE = {"startDate": "2023-05-31T21:00:00.000000Z", "endDate": "2023-06-01T20:59:59.999999Z"}
OVERVIEW = {
    "targeted": "total.targeted", "sent": "targeted.sent", "dropped": "targeted.dropped",
    "delivered": "deliveryRate.delivered", "undelivered": "deliveryRate.undelivered", "clicks": "ctr.clicks",
    "conversions": "conversionRate.conversions",
}  # fmt: skip


def changed(changes: dict[str, Any], generation: str = "campaign_metrics_older") -> dict[str, Any]:
    """Give a documented answer with other values at these places; numbers in a place are positions."""
    document = sample(generation)
    for place, value in changes.items():
        *parents, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        part: Any = document
        for name in parents:
            part = part[name]
        part[last] = value
    return document


def failed(changes: dict[str, Any], **known: Any) -> list[str]:
    """Give the failed checks of a documented answer with these changes, in full."""
    (row,) = rows_of([campaign_day(parse_campaign_metrics(changed(changes)), **known)])["campaign_day"]
    return row["failed_check_details"]


def funnel(**counts: int) -> dict[str, Any]:
    """Give an overview of these counts, everything else 0, without any section or printed rate to disagree with."""
    named = {f"overview.{place}": str(counts.get(name, 0)) for name, place in OVERVIEW.items()}
    return named | {"overview.total.deliveryRate": None, "overview.total.ctr": None,
                    "overview.total.conversionRate": None, "deviceMetrics": [], "unsuccessfulMessages": [],
                    "clickMetrics": []}  # fmt: skip


@pytest.mark.parametrize("generation", ["campaign_metrics_older", "campaign_metrics_newer"])
def test_the_documented_answers_pass_every_check(generation: str) -> None:
    """Identities that do not hold on the published samples would be no identities."""
    (row,) = rows_of([campaign_day(parse_campaign_metrics(sample(generation)))])["campaign_day"]
    assert row["failed_check_details"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"overview.total.targeted": "450,001"}, "targeted_sum: targeted 450001 is not sent 411840 + dropped 38160"),
        (
            {"overview.deliveryRate.undelivered": "271,484", "unsuccessfulMessages.undelivered.1.count": "484"},
            "sent_sum: sent 411840 is not delivered 140355 + undelivered 271484",
        ),
        ({"unsuccessfulMessages.dropped.1.count": "3,001"}, "drop_reason_sum: dropped 38160, but 38161 by dropped"),
        (
            {"unsuccessfulMessages.undelivered.1.count": "0"},
            "undelivered_reason_sum: undelivered 271485, but 271000 by undelivered",
        ),
        ({"deviceMetrics.0.sent": "100,001"}, "device_sum: sent 411840, but 411841 by device"),
        ({"deviceMetrics.0.delivered": "39,999"}, "device_sum: delivered 140355, but 140354 by device"),
        ({"deviceMetrics.0.clicks": "808"}, "device_sum: clicks 2807, but 2808 by device"),
        ({"clickMetrics.2.clicks": "1"}, "click_sum: clicks 2807, but 2808 by click"),
        (
            {"overview.total.deliveryRate": "34.09%"},
            "rate: $.overview.total.deliveryRate: '34.09%' is not delivered 140355 / sent 411840",
        ),
        ({"overview.total.ctr": "2.01%"}, "rate: $.overview.total.ctr: '2.01%' is not clicks 2807 / delivered 140355"),
        (
            {"overview.total.conversionRate": "0.51%"},
            "rate: $.overview.total.conversionRate: '0.51%' is not conversions 14 / clicks 2807",
        ),
        (
            {"deviceMetrics.1.ctr": "2.01%"},
            "rate: $.deviceMetrics[1].ctr: '2.01%' is not clicks 2000 / delivered 100355",
        ),
        ({"overview.revenue": "2,480 TRY"}, "currency: $.overview.revenue: TRY, where USD is preferred"),
        ({"deviceMetrics.1.revenue": "TRY"}, "currency: $.deviceMetrics[1].revenue: TRY, where USD is preferred"),
        ({"status": "on"}, "unreadable_attribute: $.status: 'on' is not a code"),
        ({"preferredCurrency": "₺"}, "unreadable_attribute: $.preferredCurrency: '₺' is not a currency"),
        ({"endDate": "8 June"}, "unreadable_attribute: $.endDate: '8 June' is not an instant with its zone"),
    ],
)  # fmt: skip
def test_each_check_finds_what_it_is_for(changes: dict[str, Any], said: str) -> None:
    """And says where, or by which figures; no other check fails with it."""
    assert failed(changes) == [said]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"overview.targeted.sent": "-", "deviceMetrics.0.sent": None}, id="null-figures"),
        pytest.param({"clickMetrics": []}, id="no-click-metrics"),
        pytest.param({"clickMetrics.2.clicks": "-"}, id="null-part-of-a-whole-sum"),
        pytest.param(funnel(), id="sections-absent-of-nothing"),
        pytest.param({"overview.total.deliveryRate": None, "overview.total.ctr": ""}, id="rates-absent"),
        pytest.param({"preferredCurrency": None}, id="no-preferred-currency"),
        pytest.param({"overview.total.ctr": "2%", "deviceMetrics.0.ctr": 2}, id="coarse-rate"),
        pytest.param(funnel(clicks=3), id="clicks-without-sends"),
        pytest.param(funnel(delivered=5, clicks=3, conversions=1), id="delivered-without-sends"),
        pytest.param(funnel(clicks=3) | {"overview.total.ctr": "0.00%"}, id="no-denominator"),
    ],
)
def test_a_check_that_cannot_hold_is_not_applied(changes: dict[str, Any]) -> None:
    """What cannot be read is one failed check already."""
    assert {said.partition(":")[0] for said in failed(changes)} <= {"unreadable"}


NO_DEVICE, NO_REASON = "but no device is named", "but no reason says why"


@pytest.mark.parametrize("nothing", [None, [], {}, ""], ids=["null", "list", "object", "text"])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("unsuccessfulMessages.dropped", [f"drop_reason_sum: dropped 38160, {NO_REASON}"]),
        ("unsuccessfulMessages.undelivered", [f"undelivered_reason_sum: undelivered 271485, {NO_REASON}"]),
        (
            "unsuccessfulMessages",
            [
                f"drop_reason_sum: dropped 38160, {NO_REASON}",
                f"undelivered_reason_sum: undelivered 271485, {NO_REASON}",
            ],
        ),
        (
            "deviceMetrics",
            [
                f"device_sum: sent 411840, {NO_DEVICE}",
                f"device_sum: delivered 140355, {NO_DEVICE}",
                f"device_sum: clicks 2807, {NO_DEVICE}",
            ],
        ),
    ],
)
def test_a_breakdown_that_is_missing_fails(place: str, said: list[str], nothing: object) -> None:
    """Beside totals that are above 0."""
    assert failed({place: nothing}) == said


@pytest.mark.parametrize("printed", ["1.234", None, "", True, "many"])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("deviceMetrics.0.sent", "device_sum: sent 411840, but 311840 by device, and 1 that cannot be read"),
        ("deviceMetrics.1.clicks", "device_sum: clicks 2807, but 807 by device, and 1 that cannot be read"),
        (
            "unsuccessfulMessages.dropped.0.count",
            "drop_reason_sum: dropped 38160, but 3308 by dropped, and 1 that cannot be read",
        ),
        (
            "unsuccessfulMessages.undelivered.0.count",
            "undelivered_reason_sum: undelivered 271485, but 485 by undelivered, and 1 that cannot be read",
        ),
        ("clickMetrics.0.clicks", "click_sum: clicks 2807, but 807 by click, and 1 that cannot be read"),
    ],
)
def test_a_breakdown_with_an_unreadable_part_fails(place: str, said: str, printed: object) -> None:
    """Where the readable ones do not add up: nobody knows what it was."""
    assert [what for what in failed({place: printed}) if not what.startswith("unreadable: ")] == [said]


def test_all_that_was_dropped_needs_a_reason() -> None:
    """Also where nothing was sent."""
    assert failed(funnel(targeted=5, dropped=5)) == [f"drop_reason_sum: dropped 5, {NO_REASON}"]


@pytest.mark.parametrize(
    ("printed", "fails"), [("50.00%", False), ("50.01%", False), ("50.02%", True), ("50.1%", True)]
)
def test_a_rate_is_held_to_its_printed_rounding(printed: str, *, fails: bool) -> None:
    """10001 of 20000 is 50.005 %: rounded either way it is right, and nothing further."""
    counts = funnel(targeted=20_000, sent=20_000, delivered=10_001, undelivered=9_999)
    said = failed(counts | {"overview.total.deliveryRate": printed})
    assert any(what.startswith("rate: ") for what in said) is fails


@pytest.mark.parametrize("name", ["targeted", "sent", "dropped", "delivered", "clicks", "conversions"])
@pytest.mark.parametrize(
    ("listed", "fails"),
    [
        pytest.param(lambda figure: figure, False, id="equal"),
        pytest.param(lambda figure: figure + 1, True, id="lower-than-listed"),
        pytest.param(lambda figure: (figure - GROWTH_SLACK + 1) // MOST_GROWTH, False, id="has-grown"),
        pytest.param(lambda figure: (figure - GROWTH_SLACK) // MOST_GROWTH - 1, True, id="far-higher"),
        pytest.param(lambda _: None, False, id="not-listed"),
    ],
)
def test_an_answer_is_not_below_the_list_and_not_far_above_it(name: str, listed: Any, *, fails: bool) -> None:
    """Hours may lie between the two: figures grow meanwhile, and never fall."""
    figures = LISTED | {"conversions": 1_400}
    changes = {"overview.conversionRate.conversions": "1,400", "overview.total.conversionRate": "49.88%"}
    baseline = totals(**(figures | {name: listed(figures[name])}))
    assert [said.partition(":")[0] for said in failed(changes, baseline=baseline)] == ["list"] * fails


def test_undelivered_may_fall_below_the_list() -> None:
    """It falls whenever delivered grows."""
    assert failed({}, baseline=totals(**(LISTED | {"delivered": 140_000, "undelivered": 271_840}))) == []


@pytest.mark.parametrize(
    ("baseline", "changes", "said"),
    [
        pytest.param(LISTED | {"revenue": "2481"}, {}, ["revenue: 2480 printed, but 2481 in the list"], id="disagrees"),
        pytest.param(LISTED | {"revenue": "2481", "clicks": 2_800}, {}, [], id="moved-meanwhile"),
        pytest.param(LISTED | {"revenue": None}, {}, [], id="list-without-revenue"),
        pytest.param(LISTED | {"revenue": "9"}, {"overview.revenue": "USD"}, [], id="bare-currency"),
    ],
)
def test_revenue_is_held_against_the_list_where_all_counts_agree(
    baseline: dict[str, Any], changes: dict[str, Any], said: list[str]
) -> None:
    """Else a conversion came in between the two."""
    assert failed(changes, baseline=totals(**baseline)) == said


@pytest.mark.parametrize(
    ("timezone", "fails"), [("Europe/Istanbul", False), ("Asia/Riyadh", False), ("UTC", True), ("Europe/Berlin", True)]
)
def test_an_echoed_window_is_held_against_the_accounts_zone(timezone: str, *, fails: bool) -> None:
    """By its offset on that day."""
    said = failed(FIRST_OF_JUNE, day=date(2023, 6, 1), timezone=timezone)
    assert [what.partition(":")[0] for what in said] == ["time_zone"] * fails


def test_every_check_has_a_meaning_and_a_name_of_its_own() -> None:
    """They stand in a column, in the manifest, and in accounts' thresholds."""
    assert len({check.meaning for check in Check}) == len(Check)
    assert all(check.value.islower() for check in Check)
