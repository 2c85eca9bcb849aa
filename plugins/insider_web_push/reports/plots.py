"""
The weekly report's plots, as SVG that stands inside the page. Pure.

Drawn by matplotlib, an optional extra, at the width of a phone, so that nothing shrinks there. Text stays text, in the
page's own font; colours become the page's, so that light, dark and paper each have theirs.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

from insider_web_push.reports.weekly import CampaignWeek, Figures, Loss

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (4.6, 2.5)
_INK, _MUTED, _LINE, _NOW, _BEFORE = "#010101", "#020202", "#030303", "#040404", "#050505"
_IN_THE_PAGE = {_INK: "ink", _MUTED: "muted", _LINE: "line", _NOW: "now", _BEFORE: "before"}
"""Stand-ins that no plot has by itself, and the page's variables that take their place."""
_LONGEST_LABEL = 26


def daily_plot(
    figures: Mapping[date, Figures], before: Mapping[date, Figures] | None, value: Callable[[Figures], float]
) -> str:
    """Draw a figure by weekday, this week beside the one before."""
    days = sorted(figures)
    heights = [value(figures[day]) for day in days]
    earlier = [value(before[day]) for day in sorted(before)] if before else None

    def draw(axes: Axes) -> None:
        width = 0.4 if earlier else 0.62
        offset = width / 2 if earlier else 0.0
        positions = range(len(days))
        if earlier:
            axes.bar([at - offset for at in range(len(earlier))], earlier, width, color=_BEFORE, linewidth=0)
        axes.bar([at + offset for at in positions], heights, width, color=_NOW, linewidth=0)
        axes.set_xticks(list(positions), [f"{day:%a} {day.day}" for day in days])
        axes.yaxis.set_major_formatter(lambda number, _: short(number))
        axes.grid(axis="y", color=_LINE, linewidth=0.8)

    return _svg(draw)


def loss_plot(losses: Sequence[Loss]) -> str:
    """Draw lost messages by reason, the largest on top."""
    shown = [loss for loss in losses if loss.count][:8]
    return _bars([(loss.reason, loss.count, short(loss.count)) for loss in shown])


def rate_plot(campaigns: Sequence[CampaignWeek], name: str) -> str:
    """Draw a rate of campaigns, the first on top."""
    rates = [(campaign.name or campaign.campaign_id, campaign.now.rate(name) or 0.0) for campaign in campaigns]
    return _bars([(label, rate, f"{rate:.2%}") for label, rate in rates])


def short(number: float) -> str:
    """Write a number for an axis: 0, 950, 12k, 1.5M."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.3g}"


def _bars(rows: Sequence[tuple[str, float, str]]) -> str:
    def draw(axes: Axes) -> None:
        positions = range(len(rows))
        axes.barh(list(positions), [length for _, length, _ in rows], 0.62, color=_NOW, linewidth=0)
        axes.set_yticks(list(positions), [_label(label) for label, _, _ in rows])
        axes.invert_yaxis()
        axes.set_xticks([])
        longest = max((length for _, length, _ in rows), default=1) or 1
        axes.set_xlim(0, longest * 1.22)
        for at, (_, length, text) in enumerate(rows):
            axes.text(length + longest * 0.02, at, text, va="center", ha="left", fontsize=8.5, color=_INK)

    return _svg(draw, height=0.6 + 0.27 * max(len(rows), 2))


def _label(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_LABEL else flat[: _LONGEST_LABEL - 1] + "…"


def _svg(draw: Callable[[Axes], None], *, height: float = _INCHES[1]) -> str:
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
    return _for_the_page(out.getvalue())


def _for_the_page(svg: str) -> str:
    """Cut the document's head, let the page decide size, font and colours."""
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r'(<svg[^>]*?) (?:width|height)="[^"]*"', r"\1", inner)
    inner = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", inner, count=1)
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r"(font: [0-9.]+px )[^;\"]*", r"\1inherit", inner)
    inner = re.sub(r"font-family: [^;\"]*;?", "", inner)
    for colour, variable in _IN_THE_PAGE.items():
        inner = inner.replace(colour, f"var(--{variable})")
    return inner
