"""The weekly report's plots: what is drawn, where, and that names stay text."""

from datetime import timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insider_web_push.reports.bar_charts import Bar, BarChart, axis_over
from insider_web_push.reports.plots import daily_chart, loss_chart, short
from insider_web_push.reports.templates import rendered
from insider_web_push.reports.weekly import Loss
from tests.weeks import MONDAY

WEEK = [MONDAY + timedelta(days=offset) for offset in range(7)]
NAMES = ["Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22"]
FLAT = [3.0] * 7
HEIGHTS = st.lists(st.none() | st.floats(-1e12, 1e12).map(lambda number: round(number, 6)), min_size=7, max_size=7)


def parsed(chart: BarChart) -> ET.Element:
    """Write a picture, and read it as strictly as XML is read."""
    return ET.fromstring(rendered("plots.svg.j2", chart=chart))  # noqa: S314 — our own


def undelivered(**counts: int | None) -> list[Loss]:
    """Give losses by reason."""
    return [Loss("undelivered", reason, count, None) for reason, count in counts.items()]


def bars(chart: BarChart, week: str = "now") -> list[Bar]:
    """Give the bars of one of the two weeks."""
    return [bar for bar in chart.bars if bar.week == week]


def numbers(chart: BarChart) -> list[str]:
    """Give what the axis of a chart by day says."""
    return [label.text for label in chart.labels if label.anchor == "end"]


def day_of(bar: Bar, chart: BarChart) -> str:
    """Name the day whose label is nearest to a bar's middle."""
    days = [label for label in chart.labels if label.anchor == "middle"]
    return min(days, key=lambda label: abs(label.x - bar.x - bar.width / 2)).text


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("<script>", id="element"),
        pytest.param("</text></svg><b>", id="end-tags"),
        pytest.param("font-family: x", id="style"),
        pytest.param('#010101 height="1"', id="attribute"),
        pytest.param("\"&'", id="quotes"),
        pytest.param("&lt;b&gt;", id="escaped-before"),
        pytest.param("{{ 7 * 7 }}{% if %}", id="template"),
        pytest.param("]]> <!-- $x^2$", id="comment"),
        pytest.param("🛍️ 夏のセール", id="emoji"),
        pytest.param("عميل غير متصل", id="right-to-left"),
    ],
)
def test_a_name_comes_out_as_text(reason: str) -> None:
    """Whatever it is: as a text of the picture, and as the picture's own name."""
    picture = parsed(loss_chart(reason, undelivered(**{reason: 5})))
    assert [element.tag for element in picture] == ["rect", "text", "text"]
    assert [text.text for text in picture.iter("text")] == [reason, "5"]
    assert parsed(daily_chart(reason, WEEK, FLAT, None)).get("aria-label") == picture.get("aria-label") == reason


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("not\n there\t ", "not there"),
        ("W" * 26, "W" * 26),
        ("W" * 27, "W" * 25 + "…"),
        ("W" * 10_000, "W" * 25 + "…"),
    ],
)
def test_a_name_takes_one_line_and_no_more(reason: str, shown: str) -> None:
    """The table has all of it."""
    assert loss_chart("", undelivered(**{reason: 5})).labels[0].text == shown


def test_a_picture_scales_and_says_that_it_is_one() -> None:
    """It has a shape and no size, which is the page's to give."""
    picture = parsed(daily_chart("Sent, by day", WEEK, FLAT, FLAT))
    assert picture.attrib == {
        "role": "img", "aria-label": "Sent, by day", "viewBox": "0 0 330.0 178.0", "font-size": "10"
    }  # fmt: skip


def test_a_day_that_is_not_known_is_a_gap_and_zero_is_none() -> None:
    """A zero is a thin line on the axis, in both weeks."""
    chart = daily_chart("", WEEK, [4, None, 0, 1, 1, 1, 1], [None, 4, 0, 1, 1, None, 1])
    assert [day_of(bar, chart) for bar in bars(chart)] == [NAMES[at] for at in (0, 2, 3, 4, 5, 6)]
    assert [day_of(bar, chart) for bar in bars(chart, "before")] == [NAMES[at] for at in (1, 2, 3, 4, 6)]
    assert {bar.height for bar in chart.bars if day_of(bar, chart) == "Wed 18"} == {1}


def test_a_week_of_zeros_lies_on_the_axis() -> None:
    """Whose one number is zero."""
    chart = daily_chart("", WEEK, [0.0] * 7, None)
    assert {(bar.y + bar.height, bar.height) for bar in chart.bars} == {(chart.rules[0].y, 1)}
    assert len(chart.bars) == len(WEEK)
    assert numbers(chart) == ["0"]


def test_a_week_of_which_nothing_is_known_is_empty() -> None:
    """Its days are there."""
    chart = daily_chart("", WEEK, [None] * 7, None)
    assert chart.bars == []
    assert [label.text for label in chart.labels] == ["0", *NAMES]


def test_heights_are_in_proportion_from_zero() -> None:
    """In both weeks by one axis; the week before stands to the left, and nothing overlaps."""
    chart = daily_chart("", WEEK, [2, 4, 1, 1, 1, 1, 1], [8, 1, 1, 1, 1, 1, 1])
    now, before = bars(chart), bars(chart, "before")
    assert now[1].height == pytest.approx(2 * now[0].height)
    assert before[0].height == pytest.approx(4 * now[0].height)
    in_turn = [bar for pair in zip(before, now, strict=True) for bar in pair]
    assert all(left.x + left.width < right.x for left, right in pairwise(in_turn))


def test_revenue_that_was_paid_back_hangs_from_zero() -> None:
    """Below the line that zero is."""
    chart = daily_chart("", WEEK, [-100, 300, 0, 0, 0, 0, 0], None)
    zero = dict(zip(numbers(chart), chart.rules, strict=True))["0"].y
    paid_back, earned, *_ = chart.bars
    assert (paid_back.y, earned.y + earned.height) == (zero, zero)
    assert earned.height == pytest.approx(3 * paid_back.height)


@pytest.mark.parametrize(
    ("heights", "ticks"),
    [
        ([923_605], ["0", "200k", "400k", "600k", "800k"]),
        ([20_535, 20_000], ["0", "5k", "10k", "15k", "20k"]),
        ([4.16], ["0", "1", "2", "3", "4"]),
        ([583_000], ["0", "200k", "400k", "600k"]),
        ([11_740], ["0", "2.5k", "5k", "7.5k", "10k"]),
        ([0.031], ["0", "0.01", "0.02", "0.03"]),
        ([1], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ([-287_000, 883_000], ["-250k", "0", "250k", "500k", "750k"]),
        ([], ["0"]),
    ],
)
def test_the_axis_has_few_round_numbers(heights: list[float], ticks: list[str]) -> None:
    """From zero up to the largest bar."""
    assert [short(tick) for tick in axis_over(heights).ticks] == ticks


@given(heights=HEIGHTS, earlier=st.none() | HEIGHTS)
def test_everything_lies_within_the_picture(heights: list[float | None], earlier: list[float | None] | None) -> None:
    """Whatever the figures; each that is known has its bar."""
    chart = daily_chart("", WEEK, heights, earlier)
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert all(bar.y >= 0 and bar.y + bar.height <= chart.height for bar in chart.bars)
    assert all(0 <= rule.y <= chart.height for rule in chart.rules)
    assert len(chart.bars) == sum(height is not None for height in [*heights, *(earlier or [])])
    assert 1 <= len(chart.rules) <= 7


def test_a_single_reason_has_the_longest_bar() -> None:
    """With room for its number behind it."""
    chart = loss_chart("", undelivered(offline=3))
    (bar,) = chart.bars
    name, number = chart.labels
    assert (name.text, number.text) == ("offline", "3")
    assert name.y < bar.y
    assert bar.x + bar.width < number.x < chart.width - 50


def test_eight_reasons_are_drawn_and_those_without_a_count_are_not() -> None:
    """One below the other, in the order of their counts."""
    counts = {f"r{number}": 1000 - number for number in range(12)}
    chart = loss_chart("", undelivered(**counts, none=0, unknown=None))
    assert [label.text for label in chart.labels[::2]] == [f"r{number}" for number in range(8)]
    assert [label.text for label in chart.labels[1::2]] == ["1k", "999", *map(str, range(998, 992, -1))]
    assert all(upper.y + upper.height < lower.y for upper, lower in pairwise(chart.bars))
    assert all(upper.width > lower.width for upper, lower in pairwise(chart.bars))
    assert chart.bars[-1].y + chart.bars[-1].height < chart.height


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (0.25, "0.25"), (950, "950"), (12_000, "12k"), (-12_000, "-12k"), (1_500_000, "1.5M"), (2e9, "2B")],
)
def test_a_number_is_short(number: float, said: str) -> None:
    """As on an axis."""
    assert short(number) == said
