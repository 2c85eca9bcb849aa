"""What counts as saying less: every way in which a newer answer can lose what is published, and what is none."""

import json
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.answers.falls import GUARDED
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.errors import InsiderError
from insider_web_push.tables.losses import losses
from tests.builders import campaign_day, detail, rows_of, sample
from tests.mutations import damaged

Tables = dict[str, list[dict[str, Any]]]
Change = Callable[[Tables], object]


@pytest.fixture
def before() -> Tables:
    """Two campaigns that were fetched: one with all parts, one that nobody touches."""
    figures = {
        "targeted": 1200, "sent": 1000, "dropped": 200, "delivered": 900, "undelivered": 100, "clicks": 90,
        "conversions": 9, "revenue": Decimal("411.840000000"), "currency": "TRY", "detail_status": "fetched",
    }  # fmt: skip
    device = {"conversions": 3, "revenue": Decimal("137.280000000"), "currency": "TRY"}
    return {
        "campaign_day": [{"campaign_id": "1"} | figures, {"campaign_id": "2"} | figures],
        "campaign_day_device": [
            {"campaign_id": "1", "device": "Desktop", "sent": 500, "delivered": 450, "clicks": 45} | device,
            {"campaign_id": "1", "device": "Mobile", "sent": 400, "delivered": 360, "clicks": 36} | device,
            {"campaign_id": "1", "device": "Tablet", "sent": 100, "delivered": 90, "clicks": 9} | device,
        ],
        "campaign_day_unsuccessful": [
            {"campaign_id": "1", "outcome": "dropped", "reason": "frequencyCapped", "count": 150},
            {"campaign_id": "1", "outcome": "dropped", "reason": "internalErrors", "count": 50},
            {"campaign_id": "1", "outcome": "undelivered", "reason": "offlineRecipients", "count": 100},
        ],
        "campaign_day_click": [
            {"campaign_id": "1", "name": "mainAction", "clicks": 60},
            {"campaign_id": "1", "name": "primaryAction", "clicks": 30},
        ],
        "campaign_day_goal": [{"campaign_id": "1", "goal": "camp-join", "label": "Join"}],
    }


def put(table: str, position: int = 0, **figures: object) -> Change:
    """Change a row."""
    return lambda tables: tables[table][position].update(figures)


def drop(table: str, *positions: int) -> Change:
    """Leave rows out; all of campaign 1 if none is named."""

    def change(tables: Tables) -> None:
        tables[table] = [
            row
            for at, row in enumerate(tables[table])
            if at not in positions and (positions or row["campaign_id"] != "1")
        ]

    return change


def both(*changes: Change) -> Change:
    """Change several things."""
    return lambda tables: [change(tables) for change in changes]


DAY, DEVICE, REASON, CLICK = "campaign_day", "campaign_day_device", "campaign_day_unsuccessful", "campaign_day_click"
ZEROS = dict.fromkeys((*GUARDED, "dropped", "undelivered"), 0) | {"revenue": Decimal(0)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(put(DAY, sent=799), "sent fell from 1,000 to 799 (20 %)", id="counter"),
        pytest.param(put(DAY, clicks=0), "clicks fell from 90 to 0 (100 %)", id="counter-to-zero"),
        pytest.param(put(DAY, targeted=100), "targeted fell from 1,200 to 100 (92 %)", id="audience"),
        pytest.param(put(DAY, revenue=Decimal(10)), "revenue fell from 411.84 to 10 (98 %)", id="revenue"),
        pytest.param(put(DAY, currency="EUR"), "the currency of revenue was TRY, and is EUR", id="currency"),
        pytest.param(put(DAY, currency=None), "the currency of revenue was TRY, and is unknown", id="no-currency"),
        pytest.param(put(DAY, clicks=None), "there is no readable clicks (was 90) any more", id="counter-null"),
        pytest.param(put(DAY, dropped=None), "there is no readable dropped (was 200) any more", id="unguarded-null"),
        pytest.param(
            put(DAY, sent=None, revenue=None, currency=None),
            "there is no readable sent (was 1,000), revenue (was 411.84) any more", id="several-null",
        ),
        pytest.param(
            put(DEVICE, 1, clicks=None), "there is no readable clicks of Mobile (was 36) any more", id="device-null"
        ),
        pytest.param(
            put(REASON, 2, count=None),
            "there is no readable count of undelivered/offlineRecipients (was 100) any more", id="reason-null",
        ),
        pytest.param(drop(DEVICE, 2), "1 of 3 devices is gone (Tablet)", id="device-gone"),
        pytest.param(drop(DEVICE), "3 of 3 devices are gone (Desktop, Mobile, Tablet)", id="devices-gone"),
        pytest.param(drop(REASON, 1), "1 of 3 reasons is gone (dropped/internalErrors)", id="reason-gone"),
        pytest.param(drop(CLICK, 1), "1 of 2 click targets is gone (primaryAction)", id="click-target-gone"),
        pytest.param(
            both(put(DAY, sent=None), drop(DEVICE, 2)),
            "there is no readable sent (was 1,000) any more; 1 of 3 devices is gone (Tablet)", id="two-losses",
        ),
        pytest.param(
            both(put(DAY, **ZEROS, detail_status="skipped"), drop(DEVICE), drop(REASON), drop(CLICK)),
            "the API has nothing for it any more; targeted fell from 1,200 to 0 (100 %); sent fell from 1,000 to 0 "
            "(100 %); delivered fell from 900 to 0 (100 %); clicks fell from 90 to 0 (100 %)", id="skipped",
        ),
    ],
)  # fmt: skip
def test_a_campaign_says_less(before: Tables, change: Change, said: str) -> None:
    """And only that one is named."""
    after = deepcopy(before)
    change(after)
    assert {key: "; ".join(sentences) for key, sentences in losses(before, after).items()} == {"1": said}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: None, id="the-same"),
        pytest.param(put(DAY, sent=800), id="a-fifth"),
        pytest.param(put(DAY, conversions=0), id="fewer-than-ten"),
        pytest.param(put(DAY, undelivered=0), id="undelivered-falls-when-delivered-grows"),
        pytest.param(put(DAY, conversions=8, revenue=Decimal(10)), id="a-cancelled-order"),
        pytest.param(put(DAY, conversions=0, revenue=None, currency=None), id="all-orders-cancelled"),
        pytest.param(put(DAY, 1, detail_status="missing"), id="no-answer-yet"),
        pytest.param(
            both(drop(DEVICE, 2), put(DEVICE, 1, sent=500, delivered=450, clicks=45)), id="a-shift-between-devices"
        ),
        pytest.param(both(drop(REASON, 1), put(REASON, 0, count=200)), id="a-shift-between-reasons"),
        pytest.param(both(drop(REASON, 2), put(DAY, delivered=1000, undelivered=0)), id="all-of-it-was-delivered"),
        pytest.param(drop(CLICK), id="the-newer-generation-has-no-clicks-by-target"),
        pytest.param(both(drop(CLICK, 1), put(CLICK, 0, clicks=90)), id="a-shift-between-click-targets"),
        pytest.param(drop("campaign_day_goal"), id="a-goal-is-no-figure"),
        pytest.param(drop(DAY), id="purged"),
    ],
)
def test_what_says_no_less(before: Tables, change: Change) -> None:
    """Shifts that add up, noise, and what really becomes less."""
    after = deepcopy(before)
    change(after)
    assert losses(before, after) == {}


@pytest.mark.parametrize("status", ["missing", "totals", "quiet", "skipped"])
def test_only_answers_are_guarded(before: Tables, status: str) -> None:
    """What the list said stands in for an answer, and yields to it."""
    for row in before[DAY]:
        row["detail_status"] = status
    after = deepcopy(before)
    put(DAY, **ZEROS, detail_status="fetched")(after)
    assert losses(before, after) == {}


def test_a_small_campaign_that_the_api_has_nothing_for_any_more_is_named(before: Tables) -> None:
    """Its counters are too small to fall by ten."""
    before[DAY][1] |= dict.fromkeys(GUARDED, 2)
    after = deepcopy(before)
    put(DAY, 1, **ZEROS, detail_status="skipped")(after)
    assert losses(before, after)["2"][0] == "the API has nothing for it any more"


def test_a_device_that_had_nothing_may_go(before: Tables) -> None:
    """It is no loss."""
    after = deepcopy(before)
    before[DEVICE].append({"campaign_id": "1", "device": "Watch", "sent": 0, "delivered": 0, "clicks": None})
    assert losses(before, after) == {}


@pytest.mark.parametrize("name", ["campaign_metrics_older", "campaign_metrics_newer"])
@given(data=st.data())
def test_no_second_answer_takes_a_figure_away_in_silence(name: str, data: st.DataObject) -> None:
    """Whatever was damaged in it: it is refused as a whole, or named, or every figure is still there."""
    second = data.draw(damaged(sample(name)))
    try:
        answer = read_campaign_metrics(json.dumps(second).encode())
    except InsiderError:
        return
    before, after = rows_of([campaign_day(detail(name))]), rows_of([campaign_day(answer)])
    if losses(before, after):
        return
    (was,), (now,) = before["campaign_day"], after["campaign_day"]
    for figure in GUARDED:
        if was[figure]:
            fell = was[figure] - now[figure]
            assert fell < 10 or 5 * fell <= was[figure], figure
    if was["revenue"] and now["revenue"] is None:
        assert now["conversions"] == 0
    for table in ("campaign_day_device", "campaign_day_unsuccessful"):
        column = "clicks" if table == "campaign_day_device" else "count"
        if len(after[table]) < len([row for row in before[table] if row[column]]):
            whole = now["clicks"] if column == "clicks" else now["dropped"] + now["undelivered"]
            assert sum(row[column] for row in after[table]) == whole
