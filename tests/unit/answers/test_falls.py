"""How far a figure may fall."""

from decimal import Decimal

import pytest

from insider_web_push.answers.falls import is_fall


@pytest.mark.parametrize(
    ("before", "after", "too_far"),
    [(100, 80, False), (100, 79, True), (5, 2, False), (12, 2, True), (12, 3, False), (Decimal(50), Decimal(39), True)],
)
def test_by_more_than_a_fifth_and_by_ten(before: int, after: int, too_far: bool) -> None:  # noqa: FBT001
    """Both, of counts as of amounts."""
    assert is_fall(before, before - after) is too_far
