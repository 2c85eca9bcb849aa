"""What top-metrics says, and whether the list agrees."""

import json
from typing import Any

import pytest

from include.simulator.figures import NOTHING
from include.simulator.formats import Style, top_metrics
from insider_web_push.answers.account_totals import disagreements, read_account_totals, sums_of
from insider_web_push.answers.day_list import COUNTERS
from tests.builders import swept

PRINTED: dict[str, Any] = {
    "overview": {
        "total": {"targeted": "450,000", "ctr": "0.57%"},
        "targeted": {"sent": "411,840", "dropped": 38160},
        "deliveryRate": {"delivered": "140,352", "undelivered": "271,488"},
        "ctr": {"clicks": "2,807"},
        "conversionRate": {"conversions": "7"},
        "revenue": "2,480 TRY",
    }
}
READ = dict(zip(COUNTERS, (450_000, 411_840, 38_160, 140_352, 271_488, 2_807, 7), strict=True))


def read(document: object) -> dict[str, int]:
    """Read an answer."""
    return read_account_totals(json.dumps(document).encode())


@pytest.mark.parametrize("document", [PRINTED, {"success": True, "data": PRINTED}, PRINTED | {"data": []}])
def test_the_counters_are_read_as_a_campaigns(document: object) -> None:
    """With or without an envelope."""
    assert read(document) == READ


def test_what_the_simulator_prints_is_read() -> None:
    """The shape that other public material shows."""
    assert read(top_metrics(NOTHING, Style(currency="TRY"))) == dict.fromkeys(COUNTERS, 0)


@pytest.mark.parametrize("figure", ["1.234", "many", None, -3, ["9"], True])
def test_a_counter_that_cannot_be_read_is_left_out(figure: object) -> None:
    """The others are there; nothing is guessed."""
    found = read(PRINTED | {"overview": PRINTED["overview"] | {"ctr": {"clicks": figure}}})
    assert found == {name: count for name, count in READ.items() if name != "clicks"}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"overview": []}', b'{"overview": {"total": 3}}', b'{"success": false}', b"{}"],
)
def test_an_answer_of_another_shape_says_nothing(body: bytes) -> None:
    """It is compared, never published: no error either."""
    assert read_account_totals(body) == {}


def test_a_counter_that_one_row_lacks_has_no_sum() -> None:
    """An unreadable figure could be anything."""
    campaigns = [swept("1", sent=5, clicks=1), swept("2", sent=7, clicks=None)]
    assert sums_of(campaigns) == dict.fromkeys((name for name in COUNTERS if name != "clicks"), 0) | {"sent": 12}


@pytest.mark.parametrize(
    ("listed", "account", "apart"),
    [
        (1000, 1000, False),
        (1000, 951, False),
        (1000, 949, True),
        (949, 1000, True),
        (0, 9, False),
        (0, 10, True),
        (100, 94, False),
        (100, 90, True),
        (400_000, 380_000, False),
        (0, 0, False),
    ],
)
def test_a_twentieth_and_ten_may_be_between_them(listed: int, account: int, *, apart: bool) -> None:
    """Figures move between two requests."""
    said = disagreements({"sent": listed}, {"sent": account}, share=0.05)
    assert bool(said) is apart
    assert not said or f"sent: {listed:,} by the list's campaigns, {account:,} by top-metrics" in said[0]


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_an_account_may_say_how_far_they_may_be_apart(share: float) -> None:
    """Or that they are not alike at all."""
    assert bool(disagreements({"sent": 1000}, {"sent": 0}, share=share)) is (share < 1)


@pytest.mark.parametrize(
    ("listed", "account"), [({}, {"sent": 1000}), ({"sent": 1000}, {}), ({"sent": 1}, {"clicks": 99})]
)
def test_what_one_side_does_not_say_is_not_compared(listed: dict[str, int], account: dict[str, int]) -> None:
    """Nor called a difference."""
    assert disagreements(listed, account, share=0.05) == []
