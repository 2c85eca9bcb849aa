"""The weekly report as a page."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from insider_web_push.reports.weekly_html import weekly_html
from tests.unit.test_weekly import MONDAY, campaign_day, report

NAMES = ["<script>alert('push')</script>", '"Flash" & <b>deals</b>', "夏のセール", "Ürün;\tstok $x^2$", "{{ name }}"]
LOST = [{"day": MONDAY, "outcome": "undelivered", "reason": "<i>offline</i>", "count": 200}]


class Page(HTMLParser):
    """What a browser would make of it: its elements, their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Add it."""
        self.text += data


def html(*, before: bool = True, **changes: Any) -> str:
    """Make a page of campaigns with awkward names."""
    rows = [
        campaign_day(str(position), day, name=name, clicks=40 + position)
        for day in range(7)
        for position, name in enumerate(NAMES)
    ]
    earlier = [row | {"day": row["day"] - timedelta(days=7), "clicks": 30} for row in rows] if before else None
    found = report(rows, earlier, unsuccessful=LOST, **changes)
    return weekly_html(found, account="acme & co", built_at=datetime(2026, 11, 23, 4, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def page() -> Page:
    """The page with a week before."""
    return Page(html())


def test_what_people_typed_is_text(page: Page) -> None:
    """In tables and in plots; a name is neither script nor markup, nor a template or a formula."""
    assert {"script", "b", "i"} & set(page.elements) == set()
    assert all(name in page.text for name in NAMES)
    assert page.text.count("<script>alert('push')") > 1
    assert "acme & co" in page.text


def test_the_page_needs_nothing_else(page: Page) -> None:
    """No other file, no address that a browser would ask."""
    loading = {"src", "srcset", "action", "poster", "data", "background"}
    assert [value for name, value in page.attributes if name in loading] == []
    links = [value for name, value in page.attributes if name in {"href", "xlink:href"}]
    assert all(link.startswith("#") for link in links)
    assert "link" not in page.elements
    assert "url(http" not in html()


def test_figures_are_those_of_the_week(page: Page) -> None:
    """Sums over the campaigns and days, with their change."""
    clicks = sum(7 * (40 + position) for position in range(len(NAMES)))
    for shown in ("35,000", f"{clicks:,}", f"{clicks / 28_000:.2%}", "3,500.00", "Revenue, TRY", "2026-W47"):
        assert shown in page.text
    assert f"up {clicks / 1050 - 1:.1%}" in page.text


def test_a_change_is_said_in_words_as_well_as_by_colour(page: Page) -> None:
    """For whoever sees none, and on paper."""
    assert "▲ up" in page.text
    assert "unchanged" in page.text


def test_plots_are_drawn_in_the_pages_colours(page: Page) -> None:
    """Four by day, two by bar; every colour is the page's variable."""
    assert page.elements.count("svg") == 6
    styles = " ".join(value for name, value in page.attributes if name in {"style", "fill", "stroke"})
    assert "var(--now)" in styles
    assert "#0" not in styles


def test_without_a_week_before_nothing_is_compared() -> None:
    """And the page says so."""
    alone = Page(html(before=False))
    assert "no comparison" in alone.text
    assert "The week before is not complete" in alone.text
    assert "Clicks rose most" not in alone.text


def test_the_same_week_gives_the_same_page() -> None:
    """So that a report that is built again differs only where figures do."""
    assert html() == html()


def test_an_empty_week_is_a_page() -> None:
    """Without plots that would have nothing to show."""
    empty = Page(weekly_html(report([], []), account="acme", built_at=datetime(2026, 11, 23, tzinfo=UTC)))
    assert "Nothing stands out." in empty.text
