"""Any text is the figure that people read, or a problem: held against a reader of digits that is as plain as can be."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from insider_web_push.answers.printed_money import Money, parse_money
from insider_web_push.answers.printed_numbers import Parsed, parse_count, parse_percent

INT64_MAX = 2**63 - 1

groups = st.lists(st.sampled_from(["0", "1", "12", "000", "123", "0123"]), min_size=1, max_size=3).map(",".join)
almost_figures = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "-", " "]),
    groups,
    st.sampled_from(["", "", ".", ".5", ".08", ".123", ",5"]),
    st.sampled_from(["", "", "%", " %", "x"]),
)
texts = (
    almost_figures
    | st.text(st.sampled_from("0123456789,.-+% \u00a0eETRYUSD\uff11\u0663"), max_size=14)
    | st.text(max_size=20)
)
money_texts = st.builds("{} {}".format, texts, st.sampled_from(["TRY", "USD", "tr", ""])) | texts


def as_people_read(text: str) -> Decimal | None:
    """Read the documented notation, digit by digit: a point for fractions, commas between groups of three."""
    sign, unsigned = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = unsigned.partition(".")
    groups = whole.split(",")
    if not all(group and set(group) <= set("0123456789") for group in [*groups, fraction or "0"]):
        return None
    if point and not fraction:
        return None
    if len(groups) > 1:
        first, *others = groups
        # Nobody writes a thousand as 0,123: in half of the world that is a fraction.
        if len(first) > 3 or first.startswith("0") or any(len(group) != 3 for group in others):
            return None
    return Decimal(sign + "".join(groups) + point + fraction)


@given(st.integers(0, INT64_MAX))
def test_every_printed_count_parses_back(number: int) -> None:
    """Formatted as the API does, plain, and as a number."""
    assert {parse_count(printed).value for printed in (f"{number:,}", str(number), number)} == {number}


@given(st.integers(0, 10**7))
def test_every_printed_percentage_parses_back(hundredths: int) -> None:
    """Two decimals and a sign, as the API prints them."""
    printed = f"{hundredths / 100:.2f}"
    fraction = float(Decimal(hundredths) / 10_000)
    assert parse_percent(f"{printed}%") == parse_percent(printed) == Parsed(fraction)


@given(st.integers(-(10**27), 10**27), st.sampled_from([0, 2]), st.sampled_from(["TRY", "USD", "EUR"]))
def test_every_printed_amount_parses_back(number: int, decimals: int, currency: str) -> None:
    """Whole or with cents, with separators."""
    amount = Decimal(number).scaleb(-decimals)
    assert parse_money(f"{amount:,f} {currency}") == Parsed(Money(amount, currency))


@settings(max_examples=300)
@given(texts)
def test_any_text_is_the_count_that_people_read_or_a_problem(text: str) -> None:
    """Never another number."""
    parsed = parse_count(text)
    if parsed.value is not None:
        assert parsed.value == as_people_read(text.strip())
    assert (parsed.value is None) == (parsed.problem is not None or not text.strip())


@settings(max_examples=300)
@given(texts)
def test_any_text_is_the_percentage_that_people_read_or_a_problem(text: str) -> None:
    """Never another number."""
    parsed = parse_percent(text)
    if parsed.value is not None:
        printed = text.strip().removesuffix("%").rstrip()
        figure = as_people_read(printed)
        assert figure is not None
        assert "," not in printed or "." in printed
        assert parsed.value == float(figure / 100)
    assert (parsed.value is None) == (parsed.problem is not None or not text.strip())


@settings(max_examples=300)
@given(money_texts)
def test_any_text_is_the_amount_that_people_read_or_a_problem(text: str) -> None:
    """Never another number, and never another currency."""
    parsed = parse_money(text)
    if parsed.value is not None and parsed.value.amount is not None:
        figure, currency = text.split()
        assert (parsed.value.amount, parsed.value.currency) == (as_people_read(figure), currency)
        assert parsed.problem is None
