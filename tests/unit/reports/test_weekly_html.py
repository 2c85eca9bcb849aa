"""The weekly report as a page."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from insider_web_push.reports.weekly_html import weekly_html
from tests.weeks import campaign_day, loss, report

NAMES = ["<script>alert('push')</script>", '"Flash" & <b>deals</b> 🛍️', "夏のセール", "Ürün;\tstok $x^2$", "{{ name }}"]
REASON = "<i>offline</i>"
BUILT_AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


class Page(HTMLParser):
    """What a browser would make of it: its elements, their attributes, its text, and the cells of its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """Note it."""
        self._in_cell = self._in_cell and tag not in {"th", "td"}

    def handle_data(self, data: str) -> None:
        """Add it."""
        self.text += data
        if self._in_cell:
            self.rows[-1][-1] += data


def html(*, before: bool = True, reason: str = REASON) -> str:
    """Make a page of campaigns with awkward names: ids 0 to 4 with 40 to 44 clicks a day, and 30 before."""
    rows = [
        campaign_day(str(position), day, name=name, clicks=40 + position)
        for day in range(7)
        for position, name in enumerate(NAMES)
    ]
    earlier = [campaign_day(row["campaign_id"], day - 7, clicks=30) for day in range(7) for row in rows[:5]]
    found = report(rows, earlier if before else None, unsuccessful=[loss("undelivered", reason, 200)])
    return weekly_html(found, account="acme & co", built_at=BUILT_AT)


@pytest.fixture(scope="module")
def page() -> Page:
    """The page with a week before."""
    return Page(html())


def test_what_people_typed_is_text(page: Page) -> None:
    """In tables and in plots; it is neither script nor markup, nor a template or a formula."""
    assert {"script", "b", "i"} & set(page.elements) == set()
    assert all(name in page.text for name in NAMES)
    assert page.text.count(REASON) == 2
    assert "acme & co" in page.text


@pytest.mark.parametrize("reason", ["<script>", "font-family: x", "\"&'", "--now: red}", "{{ plots }}", "🛍️"])
def test_a_reason_changes_nothing_but_its_text(page: Page, reason: str) -> None:
    """In the plot and in the table: elements and attributes, so colours and fonts too, are those of any other."""
    other = Page(html(reason=reason))
    assert other.text == page.text.replace(REASON, reason)
    assert (other.elements, other.attributes) == (page.elements, page.attributes)


def test_the_page_needs_nothing_else(page: Page) -> None:
    """No other file, no address that a browser would ask; no script."""
    loading = {"src", "srcset", "action", "poster", "data", "background"}
    assert [value for name, value in page.attributes if name in loading or name.startswith("on")] == []
    links = [value for name, value in page.attributes if name in {"href", "xlink:href"}]
    assert all(link.startswith("#") for link in links)
    assert "link" not in page.elements
    assert re.findall(r"@import|url\((?!#)", html()) == []


def test_each_day_is_shown_with_its_figures(page: Page) -> None:
    """Sent, clicks, CTR, conversions."""
    clicks = sum(40 + position for position in range(5))
    assert ["Sun 22", "5,000", f"{clicks}", f"{clicks / 4000:.2%}", "20"] in page.rows


def test_the_weeks_figures_are_shown_with_their_change(page: Page) -> None:
    """By sign and arrow, for whoever sees no colour; one that stood still says so."""
    clicks = 7 * sum(40 + position for position in range(5))
    for shown in ("Sent35,000unchanged", f"Clicks{clicks:,}▲ +{clicks / 1050 - 1:.1%}", "Revenue, TRY3,500unchanged"):
        assert shown in re.sub(r"\n *", "", page.text)


def test_movers_are_shown_with_both_weeks(page: Page) -> None:
    """By each figure in which anything moved."""
    assert [f"{NAMES[4]}4 · Bulk", "210", "308", "+98"] in page.rows
    assert "Clicks: rose most" in page.text
    assert "Sent: rose most" not in page.text


def test_what_appears_and_what_is_gone_is_said_in_words() -> None:
    """Its change is against nothing."""
    found = report([campaign_day("1")], [campaign_day("2", -7, clicks=50)])
    rows = Page(weekly_html(found, account="acme", built_at=BUILT_AT)).rows
    assert ["Campaign 11 · Bulk", "new", "40", "+40"] in rows
    assert ["Campaign 22 · Bulk", "50", "gone", "\N{MINUS SIGN}50"] in rows


def test_rankings_are_shown_with_what_they_are_by(page: Page) -> None:
    """And with how small a campaign they leave out."""
    assert [f"{NAMES[4]}4 · Bulk", "5,600", "308", "5.50%"] in page.rows
    assert [f"{NAMES[0]}0 · Bulk", "280", "5.00%", "700.00"] in page.rows
    assert "only campaigns with at least 100 messages delivered" in page.text


def test_losses_are_shown_with_their_share(page: Page) -> None:
    """Of the sent."""
    assert [f"{REASON}undelivered", "200", "0.57%"] in page.rows


def test_what_is_not_known_is_a_dash() -> None:
    """A zero would be a figure."""
    found = report([campaign_day("1", conversions=None)])
    rows = Page(weekly_html(found, account="acme", built_at=BUILT_AT)).rows
    assert ["Mon 16", "1,000", "40", "5.00%", "\N{EN DASH}"] in rows


def test_plots_are_drawn_in_the_pages_colours_and_have_a_name(page: Page) -> None:
    """Four by day, one by reason; every colour is the page's variable."""
    assert page.elements.count("svg") == 5
    assert [value for name, value in page.attributes if name == "aria-label"] == [
        "Sent, by day", "Clicks, by day", "CTR, %, by day", "Revenue, TRY, by day",
        "Messages that did not arrive, by reason",
    ]  # fmt: skip
    colours = {value for name, value in page.attributes if name in {"style", "fill", "stroke"}}
    assert colours == {f"var(--{name})" for name in ("ink", "muted", "line", "now", "before")}


def test_each_currency_has_its_plot() -> None:
    """By an axis of its own: they are never added up, nor compared."""
    earned = {"1": ("TRY", 2_000_000), "2": ("EUR", 30), "3": ("TRY", 1)}
    rows = [
        campaign_day(campaign_id, day, currency=currency, revenue=Decimal(amount))
        for day in range(7)
        for campaign_id, (currency, amount) in earned.items()
    ]
    page = weekly_html(report(rows), account="acme", built_at=BUILT_AT)
    found = re.findall(r'<svg role="img" aria-label="([^"]*)"[^>]*>(.*?)</svg>', page, re.DOTALL)
    plots = {name: Page(inside).text.split() for name, inside in found}
    assert [name for name in plots if "Revenue" in name] == ["Revenue, TRY, by day", "Revenue, EUR, by day"]
    assert plots["Revenue, TRY, by day"][:5] == ["0", "500k", "1M", "1.5M", "2M"]
    assert plots["Revenue, EUR, by day"][:4] == ["0", "10", "20", "30"]


def test_without_a_week_before_nothing_is_compared() -> None:
    """And the page says so."""
    alone = Page(html(before=False))
    assert "no comparison" in alone.text
    assert "The week before is not complete" in alone.text
    assert "rose most" not in alone.text


def test_the_same_week_gives_the_same_page() -> None:
    """So that a report that is built again differs only where figures do."""
    assert html() == html()


def test_an_empty_week_is_a_page() -> None:
    """Without plots and tables that would have nothing to show."""
    empty = Page(weekly_html(report([], []), account="acme", built_at=BUILT_AT))
    assert "Nothing stands out." in empty.text
    assert {"svg", "table"} & set(empty.elements) == set()
