"""One word for each cause that has a remedy of its own."""

import pytest

from insider_web_push import errors
from insider_web_push.days.troubles import Trouble, trouble_named, trouble_of, trouble_of_check
from insider_web_push.vocabulary import Check, DayCheck


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (errors.ContractViolation("$"), Trouble.REJECTED),
        (errors.ContractViolation("$").at("campaign 1 on 2026-11-22"), Trouble.REJECTED),
        (errors.DamagedObject("x is damaged").at("here"), Trouble.DAMAGED_OBJECT),
        (errors.LostFile("x is gone"), Trouble.LOST_FILE),
        (errors.RetryableError("later"), Trouble.TRANSIENT),
        (errors.FatalError("no"), Trouble.LASTING),
        (KeyError("x"), Trouble.OTHER),
    ],
)
def test_an_error_stands_for_a_cause(error: BaseException, trouble: Trouble) -> None:
    """By its class: an answer that was rejected has another remedy than a stored object that is damaged."""
    assert trouble_of(error) is trouble


@pytest.mark.parametrize("check", list(DayCheck))
def test_each_check_of_a_day_has_a_remedy_of_its_own(check: DayCheck) -> None:
    """They have nothing in common but that they are about the list."""
    assert trouble_of_check(str(check)) == str(check)


@pytest.mark.parametrize(
    ("check", "trouble"),
    [
        (Check.TIME_ZONE, Trouble.CHECK_TIME_ZONE),
        (Check.LIST_FIGURES, Trouble.CHECK_LIST_FIGURES),
        (Check.LIST, Trouble.CHECK_LIST),
        (Check.UNREADABLE, Trouble.CHECK),
        ("of_a_newer_version", Trouble.CHECK),
    ],
)
def test_checks_of_a_campaign_share_a_remedy_unless_they_have_their_own(check: str, trouble: Trouble) -> None:
    """A manifest may name a check that this version does not know."""
    assert trouble_of_check(check) is trouble


def test_a_word_of_another_version_is_read() -> None:
    """XComs live longer than a version."""
    assert trouble_named("not_found") is Trouble.NOT_FOUND
    assert trouble_named("eaten_by_mice") is Trouble.OTHER
