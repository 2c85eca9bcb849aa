"""The weekly report as one page that needs nothing else: no script, no other file, no address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from insider_web_push.reports.bar_charts import BarChart
from insider_web_push.reports.figures import Figures, revenue_in
from insider_web_push.reports.plots import daily_chart, loss_chart
from insider_web_push.reports.rankings import least_delivered
from insider_web_push.reports.templates import rendered
from insider_web_push.reports.weekly import WeeklyReport
from insider_web_push.reports.weekly_view import best_and_worst, cards, daily, lost, movements, printed, title_of


class Plot(NamedTuple):
    """A plot and its caption."""

    title: str
    chart: BarChart


def weekly_html(report: WeeklyReport, *, account: str, built_at: datetime) -> str:
    """
    Write the page.

    Args:
        account: The partner id.
        built_at: The present instant, which the footer shows.
    """
    return rendered(
        "weekly.html.j2",
        report=report,
        account=account,
        built_at=f"{built_at:%Y-%m-%d %H:%M} UTC",
        span=_span(report),
        cards=cards(report),
        plots=_plots(report),
        daily=daily(report),
        movements=movements(report),
        rankings=best_and_worst(report),
        least_delivered=printed(least_delivered(report)),
        lost=lost(report.losses),
        loss_plot=_loss_plot(report),
    )


def _plots(report: WeeklyReport) -> list[Plot]:
    """Draw the week day by day; without campaigns there is nothing to draw."""
    metrics = ["sent", "clicks", "ctr", *map(revenue_in, report.currencies)]
    return [_daily(report, metric) for metric in metrics] if report.daily else []


def _daily(report: WeeklyReport, metric: str) -> Plot:
    week = [report.monday + timedelta(days=offset) for offset in range(7)]
    before = report.daily_before
    title = "CTR, %" if metric == "ctr" else title_of(metric)
    heights = [_height(report.daily.get(day), metric) for day in week]
    earlier = [_height(before.get(day - timedelta(days=7)), metric) for day in week] if before else None
    return Plot(title, daily_chart(f"{title}, by day", week, heights, earlier))


def _height(figures: Figures | None, metric: str) -> float | None:
    value = figures.get(metric) if figures else None
    if value is None:
        return None
    return 100 * float(value) if metric == "ctr" else float(value)


def _loss_plot(report: WeeklyReport) -> Plot | None:
    if not any(loss.count for loss in report.losses):
        return None
    return Plot("Messages by reason", loss_chart("Messages that did not arrive, by reason", report.losses))


def _span(report: WeeklyReport) -> str:
    sunday = report.monday + timedelta(days=6)
    return f"{report.monday:%-d %B %Y} to {sunday:%-d %B %Y}"
