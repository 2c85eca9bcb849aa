"""
Every oddity that is known of the API's answers, each with the rows that it gives.

Sources: the vendor's endpoint page and Postman collection, and what clients in production show. The ids are the
oddities; each case changes one documented answer and names what stands in the tables then.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from insider_web_push.answers.day_list import parse_list_page
from insider_web_push.answers.decoding import json_object
from insider_web_push.answers.list_readings import campaigns_of
from insider_web_push.errors import ContractViolation, ServiceUnavailable
from insider_web_push.tables.campaign_day import TableRows
from tests.builders import campaign_day, parse_campaign_metrics, rows_of, sample, totals

OLDER, NEWER = "campaign_metrics_older", "campaign_metrics_newer"
ABSENT = object()
DAY_TABLE, DEVICES, REASONS, CLICKS, GOALS = (
    "campaign_day", "campaign_day_device", "campaign_day_unsuccessful", "campaign_day_click", "campaign_day_goal",
)  # fmt: skip


def answer(generation: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Give a documented answer with other values at these places; numbers in a place are positions."""
    document = sample(generation)
    for place, value in changes.items():
        *parents, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        part: Any = document
        for name in parents:
            part = part[name]
        if value is ABSENT:
            del part[last]
        else:
            part[last] = value
    return document


def rows(generation: str, changes: dict[str, Any], **known: Any) -> TableRows:
    """Give the rows of a documented answer with these changes."""
    return rows_of([campaign_day(parse_campaign_metrics(answer(generation, changes)), **known)])


def odd(oddity: str, generation: str, changes: dict[str, Any], expected: dict[str, Any]) -> Any:
    """Give one case; a column of campaign_day is named as it is, one of another table as `table[row].column`."""
    return pytest.param(generation, changes, expected, id=oddity)


def stands(tables: TableRows, column: str) -> Any:
    """Read `ctr`, or `campaign_day_device[1].revenue`, or `campaign_day_click`, the number of rows."""
    table, _, rest = column.partition("[")
    if not rest:
        return len(tables[table]) if table in tables else tables[DAY_TABLE][0][table]
    position, _, name = rest.partition("].")
    return tables[table][int(position)][name]


NUMBERS = [
    odd(
        "large-counts-have-separators", OLDER, {},
        {"sent": 411_840, "targeted": 450_000, f"{DEVICES}[0].sent": 100_000},
    ),
    odd("small-counts-have-none", NEWER, {}, {"sent": 1, "clicks": 0, f"{DEVICES}[1].sent": 0}),
    odd("millions", NEWER, {"overview.ctr.clicks": "1,234,567"}, {"clicks": 1_234_567}),
    odd("a-count-as-a-number", NEWER, {"overview.ctr.clicks": 7}, {"clicks": 7}),
    odd("rates-have-a-percent-sign", OLDER, {}, {"delivery_rate_reported": 0.3408, "delivery_rate": 140_355 / 411_840}),
    odd("a-rate-of-nothing", NEWER, {}, {"conversion_rate_reported": 0.0, "conversion_rate": None}),
    odd("percentage-is-the-int-0", NEWER, {}, {f"{REASONS}[0].percentage_reported": 0.0}),
    odd("percentage-is-a-text-without-a-sign", OLDER, {}, {f"{REASONS}[0].percentage_reported": 0.9133}),
    odd("click-ratio", OLDER, {"clickMetrics.0.clickRatio": "100.00%"}, {f"{CLICKS}[0].click_ratio_reported": 1.0}),
    odd("no-revenue", NEWER, {}, {"revenue": Decimal(0), "revenue_reported": Decimal(0), "currency": "TRY"}),
    odd("revenue-has-separators", OLDER, {}, {"revenue_reported": Decimal(2480), "currency": "USD"}),
    odd("bare-currency-is-null", OLDER, {}, {f"{DEVICES}[1].revenue": None, f"{DEVICES}[1].currency": "USD"}),
    odd(
        "bare-currency-in-the-overview", OLDER, {"overview.revenue": "USD"},
        {"revenue": None, "revenue_reported": None, "currency": "USD", "failed_checks": []},
    ),
    odd(
        "revenue-absent", NEWER, {"overview.revenue": ABSENT},
        {"revenue": None, "currency": None, "preferred_currency": "TRY", "failed_checks": []},
    ),
    odd(
        "revenue-with-a-sign-for-a-code", NEWER, {"overview.revenue": "€1,234.56"},
        {"revenue": None, "currency": None, "preferred_currency": "TRY", "failed_checks": ["unreadable"]},
    ),
    odd(
        "dinars-have-three-decimals", NEWER,
        {"overview.revenue": "512.345 KWD", "deviceMetrics.0.revenue": "1.234 KWD", "deviceMetrics.1.revenue": "0 KWD",
         "preferredCurrency": "KWD"},
        {"revenue": Decimal("512.345"), f"{DEVICES}[0].revenue": Decimal("1.234"), "failed_checks": []},
    ),
    odd(
        "more-than-nine-places", NEWER, {"overview.revenue": "1,234.567890123456 TRY"},
        {"revenue": Decimal("1234.567890123"), "revenue_source": "answer", "failed_checks": []},
    ),
    odd(
        "a-thousand-or-one", NEWER, {"overview.ctr.clicks": "1.234"},
        {"clicks": None, "failed_checks": ["unreadable"]},
    ),
    odd("one-and-a-half", NEWER, {"overview.ctr.clicks": "1,5"}, {"clicks": None, "failed_checks": ["unreadable"]}),
    odd(
        "a-percentage-with-a-comma", OLDER, {"overview.total.ctr": "2,000%"},
        {"ctr_reported": None, "ctr": 2_807 / 140_355, "failed_checks": ["unreadable"]},
    ),
    odd("a-placeholder-for-a-count", NEWER, {"overview.ctr.clicks": "-"}, {"clicks": None, "ctr": None}),
    odd("an-empty-count", NEWER, {"overview.ctr.clicks": ""}, {"clicks": None, "failed_checks": []}),
]  # fmt: skip
SECTIONS = [
    odd("silent-hours-in-the-older-sample", OLDER, {}, {f"{REASONS}[1].reason": "silentHours", REASONS: 7}),
    odd("no-silent-hours-in-the-newer-sample", NEWER, {}, {REASONS: 6, f"{REASONS}[1].reason": "unsubscriptions"}),
    odd(
        "unknown-reason", OLDER, {"unsuccessfulMessages.dropped.1.label": "expired"},
        {f"{REASONS}[1].reason": "expired"},
    ),
    odd("unknown-device", OLDER, {"deviceMetrics.1.device": "Smart TV"}, {f"{DEVICES}[1].device": "Smart TV"}),
    odd("click-metrics-present", OLDER, {}, {CLICKS: 3, f"{CLICKS}[1].header": "Shop now", f"{CLICKS}[1].clicks": 807}),
    odd("click-metrics-absent", NEWER, {}, {CLICKS: 0, "failed_checks": []}),
    odd("click-metrics-null", NEWER, {"clickMetrics": None}, {CLICKS: 0}),
    odd("click-without-a-header", OLDER, {"clickMetrics.0.header": ABSENT}, {f"{CLICKS}[0].header": None}),
    odd("no-comparison-data", OLDER, {}, {"extra": None}),
    odd("comparison-data", OLDER, {"comparisonData": [{"day": 1}]}, {"extra": '{"$.comparisonData": [{"day": 1}]}'}),
    odd("unknown-field", NEWER, {"mood": "good"}, {"extra": '{"$.mood": "good"}', "failed_checks": []}),
    odd("goal-menu", NEWER, {}, {GOALS: 2, f"{GOALS}[1].label": "Purchases From Click..."}),
    odd("goal-menu-as-an-empty-list", NEWER, {"goalMenu": []}, {GOALS: 0}),
    odd("goal-without-a-label", NEWER, {"goalMenu": {"camp-join": None}}, {f"{GOALS}[0].label": None}),
    odd(
        "unsuccessful-messages-as-an-empty-list", NEWER, {"unsuccessfulMessages": []},
        {REASONS: 0, "failed_checks": []},
    ),
    odd("goal-menu-as-a-flag", NEWER, {"goalMenu": True}, {GOALS: 0, "failed_checks": ["unreadable_attribute"]}),
    odd("a-goal-as-a-flag", NEWER, {"goalMenu": {"camp-join": True}}, {f"{GOALS}[0].label": "true"}),
    odd("a-device-as-a-number", OLDER, {"deviceMetrics.1.device": 7}, {f"{DEVICES}[1].device": "7"}),
    odd("a-reason-as-a-number", OLDER, {"unsuccessfulMessages.dropped.0.label": 7}, {f"{REASONS}[0].reason": "7"}),
    odd(
        "a-header-as-a-flag", OLDER, {"clickMetrics.0.header": True},
        {f"{CLICKS}[0].header": None, f"{CLICKS}[0].name": "mainAction", "failed_checks": ["unreadable_attribute"]},
    ),
    odd(
        "a-click-target-without-a-name", OLDER, {"clickMetrics.2.name": ABSENT},
        {CLICKS: 2, "failed_checks": ["nameless"],
         "failed_check_details": ["nameless: $.clickMetrics[2].name: None is not a name"]},
    ),
    odd(
        "a-device-that-is-null", OLDER, {"deviceMetrics": {"3": None, "4": sample(OLDER)["deviceMetrics"][0]}},
        {DEVICES: 1, "failed_checks": ["device_sum", "nameless"]},
    ),
    odd("a-reason-without-a-label", OLDER, {"unsuccessfulMessages.dropped.0.label": []}, {REASONS: 6}),
    odd(
        "no-reasons", OLDER, {"unsuccessfulMessages": ABSENT},
        {REASONS: 0, "failed_checks": ["drop_reason_sum", "undelivered_reason_sum"]},
    ),
    odd("no-devices", OLDER, {"deviceMetrics": ABSENT}, {DEVICES: 0, "failed_checks": ["device_sum"]}),
]  # fmt: skip
ATTRIBUTES = [
    odd(
        "older-samples-lack-the-status-fields", OLDER, {},
        {"status_name": None, "status_code": None, "working_status": None, "send_type": None, "failed_checks": []},
    ),
    odd(
        "newer-samples-have-them", NEWER, {},
        {"status_name": "completed", "status_code": 1, "working_status": 3, "send_type": 0},
    ),
    odd("success-and-message-absent", NEWER, {"success": ABSENT, "message": ABSENT}, {"failed_checks": []}),
    odd("status-as-a-text", NEWER, {"status": "2"}, {"status_code": 2}),
    odd("status-as-a-word", NEWER, {"status": "on"}, {"status_code": None, "failed_checks": ["unreadable_attribute"]}),
    odd("placeholder-for-a-date", NEWER, {"endDate": "-"}, {"ends_at": None, "failed_checks": []}),
    odd(
        "no-date", NEWER, {"startDate": None, "endDate": ""},
        {"starts_at": None, "ends_at": None, "failed_checks": []},
    ),
    odd(
        "date-without-fraction", NEWER, {"startDate": "2023-10-31T21:00:00Z"},
        {"starts_at": datetime(2023, 10, 31, 21, tzinfo=UTC)},
    ),
    odd(
        "date-without-zone", NEWER, {"startDate": "2023-10-31 21:00:00"},
        {"starts_at": None, "failed_checks": ["unreadable_attribute"]},
    ),
    odd("is-ttl-ended-absent", NEWER, {"isTTLEnded": ABSENT}, {"is_ttl_ended": None}),
    odd("no-preferred-currency", NEWER, {"preferredCurrency": ABSENT}, {"currency": "TRY", "failed_checks": []}),
    odd("a-number-as-a-name", NEWER, {"alias": 1, "primaryGoal": 2.5}, {"alias": "1", "primary_goal": "2.5"}),
    odd(
        "flags-as-php-prints-them", NEWER, {"isRecurring": "", "isTTLEnded": 1},
        {"is_recurring": False, "is_ttl_ended": True, "failed_checks": []},
    ),
    *(
        odd(
            f"{field}-of-another-type", NEWER, {field: value},
            {column: None, "clicks": 0, "failed_checks": ["unreadable_attribute"],
             "failed_check_details": [f"unreadable_attribute: $.{field}: {value!r} is not {kind}"]},
        )
        for field, value, column, kind in [
            ("isTTLEnded", "later", "is_ttl_ended", "a flag"),
            ("isRecurring", {"every": "day"}, "is_recurring", "a flag"),
            ("startDate", False, "starts_at", "an instant with its zone"),
            ("endDate", ["2023"], "ends_at", "an instant with its zone"),
            ("primaryGoal", True, "primary_goal", "a text"),
            ("alias", ["single"], "alias", "a text"),
            ("statusName", {}, "status_name", "a text"),
            ("personalizationStatus", False, "personalization_status", "a text"),
            ("status", [1], "status_code", "a code"),
        ]
    ),
    odd(
        "another-currency-than-the-preferred", NEWER, {"overview.revenue": "5 USD"},
        {"currency": "USD", "revenue": Decimal(5), "failed_checks": ["currency"]},
    ),
]  # fmt: skip
NO_SENDS = {
    "overview.total.targeted": "0", "overview.targeted.sent": "0", "overview.deliveryRate.delivered": "0",
    "overview.ctr.clicks": "3", "overview.total.deliveryRate": "0.00%", "deviceMetrics": [],
}  # fmt: skip
WINDOWS = [
    odd(
        "clicks-without-sends", NEWER, NO_SENDS,
        {"clicks": 3, "delivery_rate": None, "ctr": None, "conversion_rate": 0.0, "failed_checks": []},
    ),
    odd(
        "dates-of-the-newer-sample-are-the-campaigns-own", NEWER, {},
        {"starts_at": datetime(2023, 10, 31, 21, tzinfo=UTC), "failed_checks": []},
    ),
    odd(
        "dates-of-the-older-sample-echo-eight-days", OLDER, {},
        {"ends_at": datetime(2023, 6, 8, 20, 59, 59, 999_999, tzinfo=UTC), "failed_checks": []},
    ),
    odd(
        "window-is-the-asked-day-three-hours-off", OLDER, {"endDate": "2023-06-01T20:59:59.999999Z"},
        {"failed_checks": ["time_zone"]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("generation", "changes", "expected"), [*NUMBERS, *SECTIONS, *ATTRIBUTES, *WINDOWS])
def test_an_oddity_gives_these_rows(generation: str, changes: dict[str, Any], expected: dict[str, Any]) -> None:
    """On 1 June 2023, the day with which the published windows begin, in an account in UTC."""
    tables = rows(generation, changes, day=date(2023, 6, 1))
    assert {column: stands(tables, column) for column in expected} == expected


@pytest.mark.parametrize("generation", [OLDER, NEWER])
def test_an_answer_without_figures_is_none(generation: str) -> None:
    """Attributes and breakdowns may be absent; the overview may not."""
    with pytest.raises(ContractViolation, match=r"\$\.overview: "):
        rows(generation, {"overview": ABSENT})


def test_success_false_is_a_failure_of_the_service() -> None:
    """Whatever its status said."""
    with pytest.raises(ServiceUnavailable):
        json_object(b'{"success": false, "message": "later"}')


def test_the_precise_revenue_is_the_lists() -> None:
    """The answer rounds 2479.6600112915 to 2,480."""
    tables = rows(OLDER, {}, baseline=totals(clicks=2_807, revenue="2479.6600112915"))
    assert stands(tables, "revenue") == Decimal("2479.660011292")


def test_half_an_emoji_is_a_question_mark() -> None:
    """No table could hold it; the raw answer does."""
    body = b'{"name": "Sale \\ud83d!", "mood": "\\ud83d\\ude00 \\udc00"}'
    decoded = json_object(body)
    tables = rows_of([campaign_day(parse_campaign_metrics(sample(OLDER) | decoded))])
    row = tables[DAY_TABLE][0]
    assert (row["name"], row["extra"]) == ("Sale ?!", '{"$.mood": "😀 ?"}')


@pytest.mark.parametrize(
    ("field", "value", "attribute", "listed"),
    [
        pytest.param("endDate", "-", "end_date", None, id="placeholder-for-a-date"),
        pytest.param("sendDate", "2023-06-01 09:30:00", "send_date", "2023-06-01 09:30:00", id="date-without-zone"),
        pytest.param("firstButtonLink", "N/A", "first_button_link", None, id="placeholder-for-a-link"),
        pytest.param("messageLink", "https://shop.example/a", "message_link", "https://shop.example/a", id="link"),
        pytest.param("tags", ["sale", "tr"], "tags", ("sale", "tr"), id="tags"),
        pytest.param("tags", [], "tags", (), id="no-tags"),
        pytest.param("tags", "sale", "tags", None, id="tags-of-a-wrong-shape"),
        pytest.param("tags", ["sale", None], "tags", None, id="a-tag-of-a-wrong-shape"),
        pytest.param("statusName", "active", "status_name", "active", id="status-name-as-seen-in-production"),
        pytest.param("statusName", ABSENT, "status_name", None, id="status-name-absent-as-documented"),
        pytest.param("status", 1, "status", None, id="status-of-a-wrong-shape"),
        pytest.param("type", "Cart Reminder", "type", "Cart Reminder", id="type-is-an-open-set"),
        pytest.param("type", {"name": "Bulk"}, "type", None, id="type-of-a-wrong-shape"),
        pytest.param("campName", 2026, "name", "2026", id="a-number-as-a-name"),
        pytest.param("campName", ["Sale"], "name", "", id="name-of-a-wrong-shape"),
        pytest.param("campName", None, "name", "", id="no-name"),
    ],
)
def test_an_oddity_of_the_list_gives_this_attribute(field: str, value: object, attribute: str, listed: object) -> None:
    """No attribute of a list can block a day."""
    page = sample("overall_metrics")
    if value is ABSENT:
        page["data"][0].pop(field, None)
    else:
        page["data"][0][field] = value
    assert getattr(campaigns_of([parse_list_page(page)])[0], attribute) == listed
