"""Which campaigns a week's report names."""

from decimal import Decimal

from insider_web_push.reports.rankings import by_ctr, by_revenue, least_delivered, moved, movers
from insider_web_push.reports.weekly import CampaignWeek
from tests.weeks import campaign_day, report


def ids(campaigns: list[CampaignWeek]) -> list[str]:
    """Name them."""
    return [campaign.campaign_id for campaign in campaigns]


def test_movers_are_those_that_moved_most() -> None:
    """Up and down; new ones from zero, gone ones to zero, unmoved ones not at all."""
    now = [campaign_day(str(n), clicks=100 + 10 * n) for n in range(8)]
    before = [campaign_day(str(n), -7, clicks=100) for n in range(4)] + [campaign_day("7", -7, clicks=900)]
    rose, fell = movers(report(now, [*before, campaign_day("gone", -7, clicks=25)]), "clicks")
    assert ids(rose) == ["6", "5", "4", "3", "2"]
    assert [(item.campaign_id, moved(item, "clicks")) for item in fell] == [("7", -730), ("gone", -25)]


def test_what_is_not_known_has_not_moved() -> None:
    """A figure that could not be read is no fall to zero."""
    found = report([campaign_day("1", clicks=None)], [campaign_day("1", -7)])
    assert movers(found, "clicks") == ([], [])


def test_revenue_moves_in_its_currency() -> None:
    """A campaign that earned in another one earned none in this."""
    found = report([campaign_day("1", currency="EUR")], [campaign_day("1", -7, revenue=Decimal(30))])
    assert [moved(item, "revenue TRY") for item in movers(found, "revenue TRY").last] == [-30]
    assert [moved(item, "revenue EUR") for item in movers(found, "revenue EUR").first] == [100]


def test_without_a_week_before_nothing_moved() -> None:
    """Everything would be new."""
    assert movers(report([campaign_day("1")]), "clicks") == ([], [])


def test_best_and_worst_by_ctr_are_of_those_that_delivered_enough() -> None:
    """One click on three messages is no CTR of 33 %; nobody is in both lists."""
    rows = [campaign_day(str(n), clicks=10 * n) for n in range(7)] + [campaign_day("lucky", delivered=3, clicks=1)]
    found = report([*rows, campaign_day("unknown", clicks=None)])
    best, worst = by_ctr(found)
    assert (ids(best), ids(worst)) == (["6", "5", "4", "3", "2"], ["0", "1"])


def test_enough_grows_with_the_week() -> None:
    """A hundred, or a thousandth of what was delivered."""
    assert least_delivered(report([campaign_day("1")])) == 100
    assert least_delivered(report([campaign_day("1", delivered=3_000_000)])) == 3000


def test_revenue_is_ranked_by_currency() -> None:
    """The highest may be small campaigns, the lowest may not; who earned nothing is no best."""
    rows = [campaign_day(str(n), revenue=Decimal(n)) for n in range(8)]
    rows += [campaign_day("euro", currency="EUR"), campaign_day("small", delivered=5, revenue=Decimal("0.5"))]
    found = report(rows)
    best, worst = by_revenue(found, "TRY")
    assert (ids(best), ids(worst)) == (["7", "6", "5", "4", "3"], ["0", "1", "2"])
    assert ids(by_revenue(report(rows[:2]), "TRY").first) == ["1"]
