"""Where the bars, lines and texts of a chart are, in the units of its SVG, whose y grows downwards. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

_STEPS = (1, 2, 2.5, 5, 10)
_MOST_STEPS = 6
_ROOM = 1.05
"""The axis is that much longer than the largest bar, which then does not touch the caption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle by its upper left corner; the page has a colour for each of the two weeks."""

    x: float
    y: float
    width: float
    height: float
    week: Literal["now", "before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text whose start, middle or end is at x, on the baseline y."""

    text: str
    x: float
    y: float
    anchor: Literal["start", "middle", "end"]
    colour: Literal["ink", "muted"] = "muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A horizontal line, from left to right at y."""

    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """
    A chart, ready to be written.

    Attributes:
        title: What a screen reader says.
    """

    title: str
    width: float
    height: float
    bars: Sequence[Bar]
    labels: Sequence[Label]
    rules: Sequence[Rule] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from the lowest to the highest number that it shows, with round numbers (*ticks*) between them."""

    lowest: float
    highest: float
    ticks: Sequence[float]

    def place(self, number: float) -> float:
        """Tell how far from its lower end a number is, as a share of its length."""
        return (number - self.lowest) / (self.highest - self.lowest)


def axis_over(numbers: Iterable[float | None]) -> Axis:
    """Make an axis that holds zero and all numbers; revenue that was paid back is below zero."""
    known = [0.0, *(number for number in numbers if number is not None)]
    lowest, highest = _ROOM * min(known), _ROOM * max(known)
    if lowest == highest:
        return Axis(0, 1, (0,))
    step = _round_up((highest - lowest) / _MOST_STEPS)
    steps = range(math.ceil(lowest / step), math.floor(highest / step) + 1)
    return Axis(lowest, highest, [step * at for at in steps])


def _round_up(number: float) -> float:
    """Give the next larger of 1, 2, 2.5, 5, 10 and their tenfolds."""
    size = 10.0 ** math.floor(math.log10(number))
    return next(step * size for step in _STEPS if step * size >= number)
