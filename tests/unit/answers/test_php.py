"""What PHP printed is read as what it was."""

from typing import Any

import pytest

from insider_web_push.answers.php import as_list, as_object, parse_flag, parse_name, parse_object, parse_text
from insider_web_push.answers.printed_numbers import Parsed


@pytest.mark.parametrize(
    ("printed", "items"),
    [
        ([1, 2], [1, 2]),
        (None, []),
        ("", []),
        ({}, []),
        ([], []),
        ({"0": "a", "2": "c"}, ["a", "c"]),
        ({"10": "k", "9": "j"}, ["j", "k"]),
        ({"0": None}, [None]),
    ],
)
def test_a_list_is_read_however_it_is_printed(printed: object, items: list[object]) -> None:
    """In the order of its keys, which are numbers."""
    assert as_list(printed) == items


@pytest.mark.parametrize(
    "value", [{"a": 1}, {"0": 1, "a": 2}, {"00": 1}, {"-1": 1}, {"\u0661": 1}, "x", 0, False, True]
)
def test_what_is_no_list_stays_for_the_shape_to_refuse(value: object) -> None:
    """Neither read nor taken as absent."""
    assert as_list(value) is value


@pytest.mark.parametrize(("printed", "found"), [(None, {}), ("", {}), ([], {}), ({}, {}), ({"a": 1}, {"a": 1})])
def test_an_empty_list_may_stand_for_an_empty_object(printed: object, found: dict[str, Any]) -> None:
    """PHP prints an empty array so."""
    assert (as_object(printed), parse_object(printed)) == (found, Parsed(found))


@pytest.mark.parametrize("value", [["x"], True, 7, "menu"])
def test_what_is_no_object_is_a_problem(value: object) -> None:
    """Nothing is in it that could be named."""
    assert as_object(value) is value
    assert (parse_object(value).value, bool(parse_object(value).problem)) == ({}, True)


@pytest.mark.parametrize(
    ("raw", "text"),
    [("Sale", "Sale"), (2026, "2026"), (2.5, "2.5"), (-1, "-1"), (0, "0"), (10**30, str(10**30)), (" ", " "), ("", "")],
)
def test_a_number_as_a_text_is_that_text(raw: object, text: str) -> None:
    """For a campaign that is called 2026."""
    assert parse_text(raw) == Parsed(text)


@pytest.mark.parametrize("raw", [True, False, [], ["Sale"], {}, {"tr": "Tüh"}, float("nan"), float("inf")])
def test_what_is_no_text_is_a_problem(raw: object) -> None:
    """Null, and words that show what stood there."""
    parsed = parse_text(raw)
    assert (parsed.value, parsed.problem) == (None, f"{raw!r} is not a text")
    assert parse_name(raw).problem == f"{raw!r} is not a name"


@pytest.mark.parametrize("raw", [None, "", " ", "\n"])
def test_a_row_needs_a_name(raw: object) -> None:
    """Where a text may be absent."""
    assert parse_text(raw).problem is None
    assert (parse_name(raw).value, bool(parse_name(raw).problem)) == (None, True)


@pytest.mark.parametrize("raw", ["Desktop", " Desktop", 7])
def test_a_name_stays_as_it_is_printed(raw: object) -> None:
    """It is a key of the tables."""
    assert parse_name(raw) == Parsed(str(raw))


@pytest.mark.parametrize(
    ("raw", "flag"),
    [(True, True), (False, False), (1, True), (0, False), ("1", True), ("0", False), ("true", True), ("false", False),
     ("TRUE", True), ("", False), (" ", False), (None, None)],
)  # fmt: skip
def test_a_flag_is_read(raw: object, flag: bool | None) -> None:  # noqa: FBT001 — what is expected
    """As JSON has it, as a number, and as PHP makes a text of it: false is ""."""
    assert parse_flag(raw) == Parsed(flag)


@pytest.mark.parametrize("raw", ["later", "yes", 2, -1, 1.5, "1.0", [], {}, [True], "\u0661"])
def test_what_is_no_flag_is_a_problem(raw: object) -> None:
    """Null, and words that show what stood there."""
    assert parse_flag(raw) == Parsed(None, f"{raw!r} is not a flag")
