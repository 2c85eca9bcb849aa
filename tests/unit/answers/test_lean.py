"""A lean model is a model, but for one thing that it does not remember."""

import sys

from insider_web_push.answers.day_list import Totals
from insider_web_push.answers.lean import LeanModel


class Lean(LeanModel):
    """A lean one."""

    clicks: int | None = None


def test_it_does_not_remember_what_was_given() -> None:
    """All of them share one set; a copy does not write into it."""
    one, other = Lean(clicks=1), Lean.model_validate_json(b'{"clicks": 2}')
    assert one.model_fields_set is other.model_fields_set
    assert one.model_copy(update={"clicks": 2}) == other
    assert (one.model_fields_set, one.model_dump()) == (set(), {"clicks": 1})


def test_totals_are_lean() -> None:
    """A day has tens of thousands."""
    assert sys.getsizeof(Totals(clicks=1).model_fields_set) == sys.getsizeof(set())
