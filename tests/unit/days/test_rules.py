"""What an account may set for its days, and what it means."""

import pytest
from pydantic import ValidationError

from insider_web_push.days.rules import Rules, finality_of
from insider_web_push.vocabulary import Finality, NumberFormat


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ages": [3, 2, 11]}, "must increase"),
        ({"ages": [2, 3, 7]}, "11 days or later"),
        ({"ages": []}, "at least 1 item"),
        ({"ages": [0, 11]}, "greater than or equal to 1"),
        ({"partial_after_h": -1}, "greater than or equal to 0"),
        ({"accept_missing": ["4x"]}, "pattern"),
        ({"check_thresholds": {"no_such_check": 0.1}}, "no_such_check|Input should be"),
        ({"number_format": "1 234,56"}, "1,234.56"),
        ({"number_format": True}, "1,234.56"),
        ({"number_format": None}, "1,234.56"),
        ({"check_thresholds": {"unreadable": 2}}, "less than or equal to 1"),
        ({"partial_after": 3}, "Extra inputs"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(given: dict[str, object], said: str) -> None:
    """The accounts file's reader names the file and the account."""
    with pytest.raises(ValidationError, match=said):
        Rules.model_validate(given)


def test_ids_may_be_written_as_numbers() -> None:
    """As YAML reads them."""
    assert Rules.model_validate({"number_format": "1.234,56"}).number_format is NumberFormat.COMMA
    assert Rules().number_format is NumberFormat.POINT
    assert Rules.model_validate({"accept_missing": [40006, "7"]}).accept_missing == ("40006", "7")


@pytest.mark.parametrize(("ages", "closing"), [((2, 11, 102), (11, 102)), ((5, 20, 30), (20, 30)), ((15,), (15, 15))])
def test_two_looks_fetch_everything(ages: tuple[int, ...], closing: tuple[int, int]) -> None:
    """The first one after delivery has closed, and the last one."""
    assert Rules(ages=ages).closing_ages == closing


@pytest.mark.parametrize(("age", "closed_at"), [(10, None), (11, 11), (50, 11), (102, 102), (300, 102)])
def test_the_newest_closing_look_is_the_one_that_counts(age: int, closed_at: int | None) -> None:
    """Whatever lies between them."""
    assert Rules().closed_at(age) == closed_at


@pytest.mark.parametrize(
    ("is_ttl_ended", "age", "finality"),
    [
        (False, 1, Finality.PROVISIONAL),
        (None, 10, Finality.PROVISIONAL),
        (True, 0, Finality.PROVISIONAL),
        (True, 1, Finality.DELIVERY_CLOSED),
        (False, 11, Finality.DELIVERY_CLOSED),
        (None, 101, Finality.DELIVERY_CLOSED),
        (False, 102, Finality.FINAL),
        (True, 102, Finality.FINAL),
    ],
)
def test_a_campaign_day_settles_by_its_answer_or_its_age(
    is_ttl_ended: bool | None,  # noqa: FBT001 — a column of the table
    age: int,
    finality: Finality,
) -> None:
    """`isTTLEnded` on the day itself says nothing: a recurring campaign goes on sending."""
    assert finality_of(is_ttl_ended=is_ttl_ended, age=age, final_age=102) == finality
