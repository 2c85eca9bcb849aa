"""Amounts as text: each is read as people read it, or refused; never a wrong number."""

from decimal import Decimal

import pytest

from insider_web_push.answers.printed_money import (
    THREE_DECIMALS,
    Money,
    Notation,
    notation_of,
    parse_currency,
    parse_money,
)
from insider_web_push.answers.printed_numbers import Parsed
from insider_web_push.vocabulary import NumberFormat
from tests.unit.answers.test_printed_numbers import NOT_TEXT

POINT, COMMA = NumberFormat


@pytest.mark.parametrize(
    ("raw", "amount", "currency"),
    [
        ("0 TRY", "0", "TRY"),
        ("2,480 TRY", "2480", "TRY"),
        ("2,480\u00a0TRY", "2480", "TRY"),
        ("1,234.567 USD", "1234.567", "USD"),
        ("0.123 EUR", "0.123", "EUR"),
        ("-12.50 EUR", "-12.50", "EUR"),
        ("1,234.567890123456 TRY", "1234.567890123", "TRY"),
        ("0.0000000005 TRY", "0", "TRY"),
        ("0.0000000015 TRY", "2E-9", "TRY"),
        ("-0.12345678951 TRY", "-0.12345679", "TRY"),
        ("9" * 29 + ".123456789 TRY", "9" * 29 + ".123456789", "TRY"),
    ],
)
def test_money_is_read_exactly(raw: str, amount: str, currency: str) -> None:
    """As a decimal, up to what the tables' type holds: what has more than nine places is rounded, half to even."""
    assert parse_money(raw) == Parsed(Money(Decimal(amount), currency))


def test_a_bare_currency_states_no_amount() -> None:
    """Null is not 0."""
    assert parse_money("USD") == Parsed(Money(None, "USD"))


@pytest.mark.parametrize(
    "raw",
    [
        "1.234 TRY",
        "1,5 TRY",
        "- TRY",
        "9" * 30 + " TRY",
        "9" * 29 + ".9999999995 TRY",
        "€1,234.56",
        "1,234.56 €",
        "₺5",
        "2480",
        "TRY 2,480",
        "2,480 try",
        "2,480 TRYL",
        "2 480 TRY",
        "2480TRY",
        "$5",
        "NaN TRY",
        "Infinity TRY",
        "\uff11 TRY",
        0,
        2480.0,
        *NOT_TEXT,
    ],
)
def test_what_is_no_money_is_a_problem(raw: object) -> None:
    """No amount, and words; the currency alone may still be known."""
    parsed = parse_money(raw)
    assert parsed.value is None or parsed.value.amount is None
    assert parsed.problem


@pytest.mark.parametrize(
    ("raw", "currency", "is_problem"),
    [("TRY", "TRY", False), (" TRY ", "TRY", False), ("", None, False), (None, None, False), ("tr", None, True),
     ("₺", None, True), ("Lira", None, True)],
)  # fmt: skip
def test_a_currency_is_a_code_of_three_letters(raw: str | None, currency: str | None, *, is_problem: bool) -> None:
    """As in ISO 4217; which codes there are changes."""
    parsed = parse_currency(raw)
    assert (parsed.value, parsed.problem is not None) == (currency, is_problem)


@pytest.mark.parametrize("raw", ["€1,234.56", "1,234.56 TL", "$5", "1,234.56"])
def test_an_amount_without_a_code_has_no_currency(raw: str) -> None:
    """Its sign could be of several, and what it counts is not guessed."""
    assert parse_money(raw).value is None


@pytest.mark.parametrize("currency", sorted(THREE_DECIMALS))
@pytest.mark.parametrize(
    ("printed", "amount"), [("512.345", "512.345"), ("1.234", "1.234"), ("-9.000", "-9"), ("1,234", "1234")]
)
def test_a_currency_of_three_decimals_is_read_with_them(currency: str, printed: str, amount: str) -> None:
    """A fils is a thousandth of a dinar."""
    assert parse_money(f"{printed} {currency}") == Parsed(Money(Decimal(amount), currency))


@pytest.mark.parametrize("currency", ["TRY", "USD", "JPY", "XYZ"])
@pytest.mark.parametrize("printed", ["512.345", "1.234", "-9.000"])
def test_in_other_currencies_it_could_be_a_thousand(currency: str, printed: str) -> None:
    """Those have two decimals, or none."""
    parsed = parse_money(f"{printed} {currency}")
    assert (parsed.value, bool(parsed.problem)) == (Money(None, currency), True)


@pytest.mark.parametrize(
    ("printed", "amount"),
    [("1.234,56 TRY", "1234.56"), ("2.480 TRY", "2480"), ("12,5 TRY", "12.5"), ("0 TRY", "0"), ("1,234 TRY", None),
     ("1,234.56 TRY", None), ("0.5 TRY", None), ("512,345 KWD", "512.345"), ("USD", None)],
)  # fmt: skip
def test_an_account_may_print_the_other_way_round(printed: str, amount: str | None) -> None:
    """What is doubtful then is what is doubtful otherwise, mirrored."""
    found = parse_money(printed, Notation(COMMA)).value
    assert found is not None
    assert found.amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("printed", "listed", "numbers", "expected"),
    [
        pytest.param("1.234 TRY", "1234.4", POINT, Notation(COMMA, is_sure=True), id="a-thousand"),
        pytest.param("1.234 TRY", "1.2336", POINT, Notation(POINT, is_sure=True), id="a-fraction"),
        pytest.param("1.234 KWD", "1233.9", POINT, Notation(COMMA, is_sure=True), id="a-thousand-dinars"),
        pytest.param("512,345 KWD", "512.345", POINT, Notation(COMMA, is_sure=True), id="dinars-with-a-comma"),
        pytest.param("2,480 TRY", "2479.66", POINT, Notation(POINT, is_sure=True), id="as-documented"),
        pytest.param("2,480 TRY", "2479.66", COMMA, Notation(POINT, is_sure=True), id="against-the-setting"),
        pytest.param("1.234 TRY", "9", POINT, Notation(POINT), id="neither"),
        pytest.param("12 TRY", "12.3", COMMA, Notation(COMMA), id="both"),
        pytest.param("1.234 TRY", None, POINT, Notation(POINT), id="not-listed"),
        pytest.param("USD", "0", POINT, Notation(POINT), id="bare"),
        pytest.param("x", "0", COMMA, Notation(COMMA), id="no-amount"),
        pytest.param(None, "0", POINT, Notation(POINT), id="nothing"),
    ],
)
def test_the_lists_number_tells_how_amounts_are_printed(
    printed: str, listed: str | None, numbers: NumberFormat, expected: Notation
) -> None:
    """Where it agrees with one reading alone."""
    assert notation_of(printed, None if listed is None else Decimal(listed), numbers) == expected


@pytest.mark.parametrize(("numbers", "amount"), [(POINT, "1.234"), (COMMA, "1234")])
def test_where_the_notation_is_sure_nothing_is_doubtful(numbers: NumberFormat, amount: str) -> None:
    """Another amount of the same answer shows it."""
    assert parse_money("1.234 TRY", Notation(numbers, is_sure=True)) == Parsed(Money(Decimal(amount), "TRY"))
