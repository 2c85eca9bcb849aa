"""
The weekly report's plots, as SVG that stands inside the page. Pure.

Drawn by matplotlib, an optional extra, at the width of a phone, so that nothing shrinks there. Text stays text, in the
page's own font; colours become the page's, so that light, dark and paper each have theirs.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any

from insider_web_push.reports.weekly import Loss

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (4.6, 2.5)
_INK, _MUTED, _LINE, _NOW, _BEFORE = "#010101", "#020202", "#030303", "#040404", "#050505"
_IN_THE_PAGE = {_INK: "ink", _MUTED: "muted", _LINE: "line", _NOW: "now", _BEFORE: "before"}
"""Stand-ins that no plot has by itself, and the page's variables that take their place."""
_LONGEST_LABEL, _MOST_BARS = 26, 8

Heights = Sequence[float | None]


def daily_plot(title: str, days: Sequence[date], heights: Heights, earlier: Heights | None) -> str:
    """
    Draw a figure by weekday.

    Args:
        title: What a screen reader says.
        days: The week's days.
        heights: The figure on each; None, which is no zero, leaves a gap.
        earlier: The same weekdays in the week before; None if those are not known.
    """

    def draw(axes: Axes) -> None:
        width = 0.36 if earlier else 0.62
        positions = range(len(days))
        if earlier:
            axes.bar([at - width / 2 - 0.01 for at in positions], _gaps(earlier), width, color=_BEFORE, linewidth=0)
        offset = width / 2 + 0.01 if earlier else 0.0
        axes.bar([at + offset for at in positions], _gaps(heights), width, color=_NOW, linewidth=0)
        axes.set_xticks(list(positions), [f"{day:%a} {day.day}" for day in days])
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(lambda number, _: short(number))
        axes.grid(axis="y", color=_LINE, linewidth=0.8)

    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 — of an optional extra

    return _svg(draw, title)


def loss_plot(title: str, losses: Sequence[Loss]) -> str:
    """Draw lost messages by reason, the largest on top."""
    shown = [(loss.reason, loss.count) for loss in losses if loss.count][:_MOST_BARS]

    def draw(axes: Axes) -> None:
        positions = range(len(shown))
        axes.barh(list(positions), [count for _, count in shown], 0.62, color=_NOW, linewidth=0)
        axes.set_yticks(list(positions), [_label(reason) for reason, _ in shown])
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        longest = max(count for _, count in shown)
        axes.set_xlim(0, longest * 1.22)
        for at, (_, count) in enumerate(shown):
            axes.text(count + longest * 0.02, at, short(count), va="center", ha="left", color=_INK)

    return _svg(draw, title, height=0.2 + 0.27 * max(len(shown), 2))


def short(number: float) -> str:
    """Write a number for an axis: 0, 950, 12k, 1.5M."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.3g}"


def _gaps(heights: Heights) -> list[float]:
    return [float("nan") if height is None else height for height in heights]


def _label(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_LABEL else flat[: _LONGEST_LABEL - 1] + "…"


def _svg(draw: Callable[[Axes], None], title: str, *, height: float = _INCHES[1]) -> str:
    import matplotlib as mpl  # noqa: PLC0415 — an optional extra, and slow to import
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 — as above
    from matplotlib.figure import Figure  # noqa: PLC0415 — as above

    style: Any = {
        "svg.fonttype": "none", "svg.hashsalt": "weekly", "font.family": "sans-serif", "font.size": 8.5,
        "text.parse_math": False, "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
        "axes.edgecolor": _LINE, "xtick.color": _MUTED, "ytick.color": _MUTED, "xtick.major.size": 0,
        "ytick.major.size": 0, "axes.axisbelow": True,
    }  # fmt: skip
    with mpl.rc_context(style), warnings.catch_warnings():
        # Text is drawn by the reader's browser, whose fonts are not those that matplotlib measures with.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(_INCHES[0], height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _for_the_page(out.getvalue(), title)


def _for_the_page(svg: str, title: str) -> str:
    """Cut the document's head, let the page decide size, font and colours."""
    inner = svg[svg.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1)
    inner = re.sub(r'(<svg[^>]*?) (?:width|height)="[^"]*"', r"\1", inner)
    inner = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", inner, count=1)
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"(font: [0-9.]+px )[^;\"]*", r"\1inherit", inner)
    inner = re.sub(r"font-family: [^;\"]*;?", "", inner)
    for colour, variable in _IN_THE_PAGE.items():
        inner = inner.replace(colour, f"var(--{variable})")
    return inner
