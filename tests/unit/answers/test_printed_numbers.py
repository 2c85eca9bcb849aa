"""Figures as text: each is read as people read it, or refused; never a wrong number."""

from decimal import Decimal

import pytest

from insider_web_push.answers.printed_money import parse_money
from insider_web_push.answers.printed_numbers import (
    Parsed,
    parse_code,
    parse_count,
    parse_percent,
    parse_plain_decimal,
    printed_step,
)
from insider_web_push.vocabulary import NumberFormat

INT64_MAX = 2**63 - 1
NOT_A_FIGURE = [
    "-",
    "N/A",
    "12abc",
    "1_000",
    "1e3",
    "+5",
    "--5",
    ".5",
    "5.",
    "1.2.3",
    "1,5",
    "1,23,456",
    ",123",
    "1,,000",
]
OTHER_DIGITS = ["\uff11\uff12", "\u0661\u0662\u0663", "1\u0662", "\u00b2", "\u2160"]
NOT_TEXT = [True, False, float("nan"), float("inf"), float("-inf"), [], {}, {"value": 1}, b"1"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1", 1),
        ("0", 0),
        ("411,840", 411_840),
        ("1,234,567", 1_234_567),
        ("1234567", 1_234_567),
        (" 12 ", 12),
        (411_840, 411_840),
        (3.0, 3),
        (str(INT64_MAX), INT64_MAX),
        (f"{INT64_MAX:,}", INT64_MAX),
    ],
)
def test_a_count_is_read(raw: object, value: int) -> None:
    """With and without separators, as text and as a number, up to what int64 holds."""
    assert parse_count(raw) == Parsed(value)


@pytest.mark.parametrize("parse", [parse_count, parse_percent, parse_money])
@pytest.mark.parametrize("raw", [None, "", "  ", "\u00a0"])
def test_no_figure_is_no_problem(parse, raw: object) -> None:
    """Nothing printed means null, not 0 and not a failed check."""
    assert parse(raw) == Parsed(None)


@pytest.mark.parametrize(
    "raw",
    [
        *NOT_A_FIGURE,
        *OTHER_DIGITS,
        *NOT_TEXT,
        "1.234",
        "1.0",
        2.5,
        -1,
        "-1",
        INT64_MAX + 1,
        str(INT64_MAX + 1),
        "9" * 500,
    ],
)
def test_what_is_no_count_is_a_problem(raw: object) -> None:
    """Null, and words that show what stood there."""
    parsed = parse_count(raw)
    assert parsed.value is None
    assert repr(raw)[:20] in str(parsed.problem)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("34.08%", 0.3408),
        ("100.00%", 1.0),
        ("0.00%", 0.0),
        ("91.33", 0.9133),
        ("34.08 %", 0.3408),
        ("1.234%", 0.01234),
        ("1,234.56%", 12.3456),
        ("0.123", 0.00123),
        ("-1.5%", -0.015),
        (0, 0.0),
        (100, 1.0),
        (91.33, 0.9133),
    ],
)
def test_a_percentage_is_read_as_a_fraction(raw: object, value: float) -> None:
    """With its sign and without, as text, int and float."""
    assert parse_percent(raw) == Parsed(value)


@pytest.mark.parametrize(
    "raw", [*NOT_A_FIGURE, *OTHER_DIGITS, *NOT_TEXT, "%", "34.08%%", "1,5%", "1,234%", "1,234", "1.234", "9" * 500]
)
def test_what_is_no_percentage_is_a_problem(raw: object) -> None:
    """Also 1.234 without a sign, and 1,234 with one: a thousand to some people, one and a bit to others."""
    parsed = parse_percent(raw)
    assert parsed.value is None
    assert parsed.problem


@pytest.mark.parametrize(
    ("parse", "raw"), [(parse_count, "0,123"), (parse_percent, "0,123%"), (parse_money, "0,500 TRY")]
)
def test_a_fraction_with_a_comma_is_not_taken_for_thousands(parse, raw: str) -> None:
    """Half a lira, as people in Turkey write it, must not become five hundred."""
    parsed = parse(raw)
    assert parsed.problem
    assert getattr(parsed.value, "amount", parsed.value) is None


@pytest.mark.parametrize(("raw", "code"), [(1, 1), (-1, -1), ("3", 3), (" 3 ", 3), ("-1", -1), (INT64_MAX, INT64_MAX)])
def test_a_code_is_read(raw: object, code: int) -> None:
    """As a number and as a text; nobody documents that it is not negative."""
    assert parse_code(raw) == Parsed(code)


@pytest.mark.parametrize("raw", [*OTHER_DIGITS, *NOT_TEXT, "on", "1.0", 1.0, "1,000", 2**63, str(2**63), "9" * 500])
def test_what_is_no_code_is_a_problem(raw: object) -> None:
    """Null, and words."""
    parsed = parse_code(raw)
    assert parsed.value is None
    assert parsed.problem


@pytest.mark.parametrize(
    ("raw", "step"),
    [("34.08%", "0.0001"), ("34.0800 %", "0.000001"), ("1,234.5%", "0.001"), ("34%", "0.01"), ("91.33", "0.0001"),
     (0, "0.01"), (91.33, "0.0001"), (100.0, "0.001")],
)  # fmt: skip
def test_the_last_printed_place_has_a_worth(raw: object, step: str) -> None:
    """As a fraction, to which a rate can be held."""
    assert printed_step(raw) == Decimal(step)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("2479.6600112915", "2479.6600112915"), ("0", "0"), ("-1.5", "-1.5"), ("2,480", None), ("1e5", None), ("", None),
     ("nan", None), ("\u0663", None), ("9" * 61, None), (None, None)],
)  # fmt: skip
def test_a_plain_decimal_is_read(text: str | None, amount: str | None) -> None:
    """Digits and a point; nothing is guessed."""
    assert parse_plain_decimal(text) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("parse", [parse_count, parse_percent, parse_money])
@pytest.mark.parametrize("raw", [10**400, -(10**400), 10**4299], ids=["400-digits", "negative", "longest"])
def test_a_huge_number_is_a_problem_and_no_crash(parse, raw: int) -> None:
    """Python reads JSON integers of up to 4300 digits."""
    assert parse(raw).problem


def test_a_problem_shows_only_the_beginning_of_what_stood_there() -> None:
    """A figure of a megabyte must not become a column of a megabyte."""
    assert len(str(parse_count("x" * 1_000_000).problem)) < 100


COMMA = NumberFormat.COMMA


@pytest.mark.parametrize(
    ("parse", "raw", "value"),
    [
        (parse_count, "411.840", 411_840), (parse_count, "1.234.567", 1_234_567), (parse_count, "7", 7),
        (parse_count, 7, 7), (parse_count, 3.0, 3), (parse_count, "411,840", None), (parse_count, "1,5", None),
        (parse_percent, "34,08%", 0.3408), (parse_percent, "91,33", 0.9133), (parse_percent, "100,00 %", 1.0),
        (parse_percent, "1.234,5%", 12.345), (parse_percent, 91.33, 0.9133), (parse_percent, 0, 0.0),
        (parse_percent, "34.08%", None), (parse_percent, "1.234%", None), (parse_percent, "1,234", None),
    ],
)  # fmt: skip
def test_an_account_may_print_the_other_way_round(parse, raw: object, value: float | None) -> None:
    """Texts only: a number of JSON has one notation. What is doubtful is mirrored as well."""
    parsed = parse(raw, COMMA)
    assert (parsed.value, bool(parsed.problem)) == (value, value is None)


def test_the_last_printed_place_is_found_the_other_way_round() -> None:
    """Else a rate would be held to a thousandth of what it says."""
    assert printed_step("1.234,5%", COMMA) == Decimal("0.001")
