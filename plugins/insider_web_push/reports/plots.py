"""
The weekly report's plots; `plots.svg.j2` writes them as SVG that stands inside the page. Pure.

They are as wide as a phone shows them, so that nothing shrinks there. Texts are in the page's font, and colours are the
page's variables, so that light, dark and paper each have theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from insider_web_push.reports.bar_charts import Axis, Bar, BarChart, Label, Rule, axis_over
from insider_web_push.reports.weekly import Loss

_WIDTH = 330.0
_TOP, _BOTTOM, _BELOW = 6.0, 160.0, 18.0
"""The bars of days are between top and bottom; the days' names are below."""
_DIGIT, _TO_THE_MIDDLE = 7.0, 3.5
"""A digit's width in the widest of common fonts; from the baseline of a text to its middle."""
_ALONE, _BESIDE, _BETWEEN = 0.62, 0.36, 0.02
"""Shares of a day's width: a bar alone, each of two, and the gap between those."""
_ROW, _BASELINE, _BAR_AT, _THICK = 32.0, 11.0, 16.0, 10.0
"""A reason stands above its bar: beside it a long one would leave no room on a phone."""
_LONGEST_BAR = _WIDTH / 1.22
"""The rest of the width is for the number behind the bar."""
_HAIRLINE = 1.0
"""The least height of a bar: a zero is drawn as a hairline, since a figure that is not known is not drawn at all."""
_LONGEST_LABEL, _MOST_BARS = 26, 8

Heights = Sequence[float | None]


def daily_chart(title: str, days: Sequence[date], heights: Heights, earlier: Heights | None) -> BarChart:
    """
    Draw a figure by weekday.

    Args:
        title: What a screen reader says.
        days: The week's days.
        heights: The figure on each; None, which is no zero, leaves a gap.
        earlier: The same weekdays in the week before; None if those are not known.
    """
    axis = axis_over([*heights, *(earlier or ())])
    ticks = [(short(tick), _level(axis, tick)) for tick in axis.ticks]
    left = _DIGIT * max(len(text) for text, _ in ticks) + 6
    slot = (_WIDTH - left) / len(days)
    middles = [left + slot * (at + 0.5) for at in range(len(days))]
    names = [
        Label(text=f"{day:%a} {day.day}", x=middle, y=_BOTTOM + 14, anchor="middle")
        for day, middle in zip(days, middles, strict=True)
    ]
    numbers = [Label(text=text, x=left - 4, y=y + _TO_THE_MIDDLE, anchor="end") for text, y in ticks]
    width = slot * (_BESIDE if earlier else _ALONE)
    apart = (width + slot * _BETWEEN) / 2 if earlier else 0.0
    bars = [
        *(_columns("before", axis, [middle - apart for middle in middles], width, earlier) if earlier else ()),
        *_columns("now", axis, [middle + apart for middle in middles], width, heights),
    ]
    rules = [Rule(left=left, right=_WIDTH, y=y) for _, y in ticks]
    return BarChart(
        title=title, width=_WIDTH, height=_BOTTOM + _BELOW, bars=bars, labels=[*numbers, *names], rules=rules
    )


def loss_chart(title: str, losses: Sequence[Loss]) -> BarChart:
    """Draw lost messages by reason, the largest on top."""
    shown = [(loss.reason, loss.count) for loss in losses if loss.count][:_MOST_BARS]
    longest = max(count for _, count in shown)
    bars, labels = [], []
    for at, (reason, count) in enumerate(shown):
        bar = Bar(x=0, y=_ROW * at + _BAR_AT, width=_LONGEST_BAR * count / longest, height=_THICK, week="now")
        middle = bar.y + bar.height / 2 + _TO_THE_MIDDLE
        bars.append(bar)
        labels.append(Label(text=_label(reason), x=0, y=_ROW * at + _BASELINE, anchor="start"))
        labels.append(Label(text=short(count), x=bar.width + 5, y=middle, anchor="start", colour="ink"))
    return BarChart(title=title, width=_WIDTH, height=_ROW * len(shown), bars=bars, labels=labels)


def short(number: float) -> str:
    """Write a number for an axis: 0, 950, 12k, 1.5M."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.3g}"


def _columns(
    week: Literal["now", "before"], axis: Axis, middles: Sequence[float], width: float, heights: Heights
) -> Iterator[Bar]:
    zero = _level(axis, 0)
    for middle, number in zip(middles, heights, strict=True):
        if number is not None:
            height = max(abs(_level(axis, number) - zero), _HAIRLINE)
            top = zero if number < 0 else zero - height
            yield Bar(x=middle - width / 2, y=top, width=width, height=height, week=week)


def _level(axis: Axis, number: float) -> float:
    return _BOTTOM - axis.place(number) * (_BOTTOM - _TOP)


def _label(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_LABEL else flat[: _LONGEST_LABEL - 1] + "…"
