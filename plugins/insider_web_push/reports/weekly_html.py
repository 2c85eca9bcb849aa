"""The weekly report as one page that needs nothing else: no script, no other file, no address. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from insider_web_push.reports.plots import daily_plot, loss_plot, rate_plot
from insider_web_push.reports.weekly import RATES, Compared, WeeklyReport

_TITLES = {
    "targeted": "Targeted",
    "sent": "Sent",
    "delivered": "Delivered",
    "clicks": "Clicks",
    "conversions": "Conversions",
    "delivery_rate": "Delivery rate",
    "ctr": "CTR",
    "conversion_rate": "Conversion rate",
}
_CARDS = ("sent", "delivered", "clicks", "conversions", "delivery_rate", "ctr", "conversion_rate")
_NOTHING = "\N{EN DASH}"
_WITHOUT_CENTS = 10_000
_STEADY = 0.0005
"""A change that would be printed as 0.0 % is none."""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure in large type; `direction` is up, down or same."""

    title: str
    value: str
    change: str
    direction: str


def weekly_html(report: WeeklyReport, *, account: str, built_at: datetime) -> str:
    """
    Write the page.

    Args:
        account: The partner id.
        built_at: For the footer.
    """
    from jinja2 import Environment  # noqa: PLC0415 — of the optional extra `report`

    # Autoescaped: campaigns are called what their owners typed.
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"count": _count, "rate": _rate, "money": _money, "signed": _signed}
    template = environment.from_string(files(__package__).joinpath("weekly.html.j2").read_text(encoding="utf-8"))
    return template.render(
        report=report,
        account=account,
        built_at=f"{built_at:%Y-%m-%d %H:%M} UTC",
        span=_span(report),
        cards=_cards(report),
        plots=_plots(report),
        movers=report.movers("clicks"),
        by_ctr=report.by_ctr(),
        by_revenue=[(currency, *report.by_revenue(currency)) for currency in report.currencies],
    )


def _cards(report: WeeklyReport) -> list[Card]:
    by_name = {item.metric: item for item in report.totals}
    money = [item for item in report.totals if item.metric.startswith("revenue ")]
    return [_card(by_name[name]) for name in _CARDS] + [_card(item) for item in money]


def _card(item: Compared) -> Card:
    change = item.change
    direction = "same" if change is None or abs(change) < _STEADY else "up" if change > 0 else "down"
    if item.metric in RATES:
        value = _rate(item.value)
        said = "" if change is None else f"{abs(change) * 100:.2f} points"
    else:
        value = _money(item.value) if item.metric.startswith("revenue ") else _count(item.value)
        said = "" if change is None else f"{abs(change):.1%}"
    title = _TITLES.get(item.metric) or f"Revenue, {item.metric.removeprefix('revenue ')}"
    return Card(title, value, "unchanged" if said and direction == "same" else said, direction if said else "unknown")


def _plots(report: WeeklyReport) -> list[tuple[str, str]]:
    """Give captions and plots; where there is nothing to draw, none."""
    daily = [
        ("Sent", lambda figures: figures.counts["sent"]),
        ("Clicks", lambda figures: figures.counts["clicks"]),
        ("CTR, %", lambda figures: 100 * (figures.rate("ctr") or 0)),
    ]
    if report.currencies:
        currency = report.currencies[0]
        daily.append((f"Revenue, {currency}", lambda figures: float(figures.revenue.get(currency, 0))))
    plots = [(title, daily_plot(report.daily, report.daily_before, value)) for title, value in daily]
    if any(loss.count for loss in report.losses):
        plots.append(("Messages that did not arrive, by reason", loss_plot(report.losses)))
    best, _ = report.by_ctr()
    if best:
        plots.append(("Best campaigns by CTR", rate_plot(best, "ctr")))
    return plots


def _span(report: WeeklyReport) -> str:
    sunday = report.monday + timedelta(days=6)
    return f"{report.monday:%-d %B %Y} to {sunday:%-d %B %Y}"


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else _NOTHING


def _signed(value: int) -> str:
    return f"{value:+,}".replace("-", "−")  # noqa: RUF001 — the sign that typographers use


def _rate(value: object) -> str:
    return f"{value:.2%}" if isinstance(value, float) else _NOTHING


def _money(value: object) -> str:
    if not isinstance(value, Decimal):
        return _NOTHING
    return f"{value:,.0f}" if abs(value) >= _WITHOUT_CENTS else f"{value:,.2f}"
