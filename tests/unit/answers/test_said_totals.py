"""What an answer says of the totals that the list has."""

import json

import pytest

from insider_web_push.answers.day_list import COUNTERS, Totals
from insider_web_push.answers.said_totals import says_less, totals_said
from insider_web_push.vocabulary import NumberFormat
from tests.builders import campaign_day, parse_campaign_metrics, rows_of, sample, totals


@pytest.mark.parametrize("name", ["campaign_metrics_older", "campaign_metrics_newer"])
@pytest.mark.parametrize("printed", ["411,840", "411.840", 411840, "n/a", None, "", [], "0"])
@pytest.mark.parametrize("numbers", NumberFormat)
def test_it_is_what_stands_in_the_table(name: str, printed: object, numbers: NumberFormat) -> None:
    """Read by itself, an answer says what the row that is made of it says: of one figure, printed in any way."""
    answer = sample(name)
    answer["overview"]["targeted"]["sent"] = printed
    (row,) = rows_of([campaign_day(parse_campaign_metrics(answer), numbers=numbers)])["campaign_day"]
    said = totals_said(json.dumps(answer).encode(), numbers)
    assert {name: getattr(said, name) for name in COUNTERS} == {name: row[name] for name in COUNTERS}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"overview": []}', b'{"overview": {"total": 1}}'])
def test_of_an_answer_that_cannot_be_read_nothing_is_said(body: bytes) -> None:
    """That there is none is publish's to say."""
    assert totals_said(body, NumberFormat.POINT) == Totals()


@pytest.mark.parametrize(
    ("said", "listed", "less"),
    [
        (totals(sent=100), totals(sent=100), False),
        (totals(sent=80), totals(sent=100), False),
        (totals(sent=79), totals(sent=100), True),
        (totals(sent=0), totals(sent=9), False),
        (totals(sent=500), totals(sent=100), False),
        (totals(sent=500, clicks=0), totals(sent=100, clicks=20), True),
        (totals(undelivered=0, dropped=0), totals(undelivered=100, dropped=100), False),
        (totals(sent=None), totals(sent=1), True),
        (totals(sent=None), totals(sent=0), False),
        (totals(), totals(sent=None), False),
        (totals(), None, False),
    ],
)
def test_less_is_a_fall_below_the_list(said: Totals, listed: Totals | None, less: bool) -> None:  # noqa: FBT001
    """As from one revision to the next, or to what cannot be read; not of what the list cannot tell, or may fall."""
    assert says_less(said, listed) is less
