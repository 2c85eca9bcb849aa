"""How the probes judge what an account's API does: each of them both ways."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from include.simulator.campaigns import CampaignChange, seeded_campaign
from include.simulator.moves import Late
from insider_web_push.api.heard import Heard
from insider_web_push.budget.lease import RateLimit
from insider_web_push.errors import ServiceUnavailable
from insider_web_push.probing.report import Verdict
from tests.unit.probing.simulated import NOW, Probed, Replaced, heard, probed

DAY = "2026-03-06"
LIST, TOP = "overall-metrics", "top-metrics"
AS_ASSUMED, NOTED, DIFFERS, UNKNOWN = Verdict.AS_ASSUMED, Verdict.NOTED, Verdict.DIFFERS, Verdict.UNKNOWN


def to(endpoint: str, answer: Heard, **parameters: str) -> Replaced:
    """Give this answer to the questions that have these parameters."""

    def instead(asked: str, body: Mapping[str, str]) -> Heard | None:
        return answer if asked.endswith(endpoint) and parameters.items() <= body.items() else None

    return instead


def page(rows: int, total: int) -> Heard:
    """Make a page of the list, with campaigns that sent something."""
    data = [{"builderId": n, "targeted": 9, "sent": 9, "delivered": 9, "status": "Active"} for n in range(rows)]
    return heard(200, json.dumps({"total": total, "data": data}).encode())


UPSTREAM, SERVER, NO_DAY_IS_FINE = heard(424, b'{"message": "SERVICE:-"}'), heard(500), page(3, 3)
NO_ANSWER = Heard(status=None, headers={}, body=b"", error=ServiceUnavailable("no complete answer"), took_s=0.0)


@pytest.mark.parametrize(
    ("settings", "topic", "verdict", "found", "do"),
    [
        ({}, "pages of the list", AS_ASSUMED, "total 26, 20 and 6 rows", ""),
        ({"campaigns": 5}, "pages of the list", AS_ASSUMED, "total 7, 7 rows", ""),
        ({"campaigns": 0, "quiet_campaigns": 0}, "pages of the list", UNKNOWN, "no campaign is listed", ""),
        ({}, "page size", AS_ASSUMED, "50: the API answered 422", ""),
        ({"most_per_page": 50, "campaigns": 60}, "page size", NOTED, "50: 200 with 50 rows", "2 instead of 4 calls"),
        ({"most_per_page": 50, "campaigns": 5}, "page size", UNKNOWN, "with more than 20 campaigns", ""),
        ({}, "page out of range", AS_ASSUMED, "200 with 0 rows", ""),
        ({}, "which campaigns", AS_ASSUMED, "that existed by the day, with or without figures: 2 without", ""),
        ({"listed": "all"}, "which campaigns", NOTED, "all campaigns, whatever the day", "2 calls for the list"),
        ({"listed": "active"}, "which campaigns", NOTED, "only campaigns with figures", "listed = false"),
        ({"retention_days": 400}, "which campaigns", UNKNOWN, "all campaigns, or those that existed", ""),
        ({"campaigns": 0, "quiet_campaigns": 0}, "which campaigns", UNKNOWN, "no campaign was listed", ""),
        ({}, "account totals", AS_ASSUMED, "7 counters agree", ""),
        ({"campaigns": 90}, "account totals", AS_ASSUMED, "7 counters agree", ""),
        ({"campaigns": 120}, "account totals", UNKNOWN, "22 of 122 campaigns of .* were read: too few", ""),
        ({"campaigns": 0}, "account totals", UNKNOWN, "nothing to compare", ""),
        ({}, "earliest day", NOTED, "figures of 2021-03-19", ""),
        ({"retention_days": 390}, "earliest day", AS_ASSUMED, "figures of 2025-03-20", "no day before 2025-03-20"),
        ({"campaigns_created": "2026-02-20"}, "earliest day", UNKNOWN, "none of 2026-02-17", ""),
        ({"campaigns_created": "2025-12-01"}, "earliest day", NOTED, "2025-12-17", "would be published as empty"),
        ({}, "unknown campaign", AS_ASSUMED, "Campaign not found", ""),
        ({}, "bad date, list", AS_ASSUMED, "422", ""),
        ({}, "bad date, campaign", AS_ASSUMED, "400", ""),
        ({}, "before it existed", AS_ASSUMED, "400", ""),
        ({}, "days add up", AS_ASSUMED, "messages on 3 of 3 days", ""),
        ({"windows_add_up": False}, "days add up", DIFFERS, "sent .* by days and .* as a range", "report it"),
        ({"campaigns_created": "2026-03-06"}, "days add up", UNKNOWN, "2026-03-04: the API answered 400", ""),
        ({"campaigns": 0}, "windows", UNKNOWN, "no campaign with messages among 2 of 2", "check again"),
        ({}, "list and detail", AS_ASSUMED, "all seven counters", ""),
        ({"generation": "older"}, "startDate, endDate", AS_ASSUMED, "the window that was asked for", ""),
        ({"generation": "newer"}, "startDate, endDate", AS_ASSUMED, "the campaign's own", ""),
        ({"generation": "older"}, "time zone", AS_ASSUMED, r"UTC\+03:00", ""),
        ({"generation": "newer"}, "time zone", UNKNOWN, "does not show", "compare a day's totals with the panel"),
        ({"generation": "older", "timezone": "Europe/Berlin"}, "time zone", DIFFERS, r"UTC\+01:00", "timezone"),
        ({}, "number format", AS_ASSUMED, '^"1,234.56": ', ""),
        ({"number_format": "1.234,56"}, "number format", DIFFERS, '^"1.234,56": ', 'number_format to "1.234,56"'),
        ({"number_format": "1.234,56"}, "list and detail", AS_ASSUMED, "all seven counters", ""),
        ({"number_format": "1.234,56"}, "days add up", AS_ASSUMED, "messages on 3 of 3 days", ""),
        ({"number_format": "1.234,56", "currency": "KWD"}, "number format", DIFFERS, "1.234,56", "number_format"),
        ({}, "quota headers", AS_ASSUMED, "none, on 0 of 17 answers", ""),
        ({"quota_headers": True, "limit_requests": 30}, "quota headers", AS_ASSUMED, "stated limit 30", ""),
        ({"quota_headers": True, "limit_requests": 60}, "quota headers", NOTED, "stated limit 60", "minute to 60"),
        ({}, "response time", AS_ASSUMED, "median 0.20 s", ""),
        ({}, "unknown fields", AS_ASSUMED, "none", ""),
        ({"extra_fields": True}, "unknown fields", NOTED, r"\$\.data\[\]\.labelColor", "report it"),
    ],
)  # fmt: skip
def test_each_behaviour_is_told(settings: dict[str, Any], topic: str, verdict: Verdict, found: str, do: str) -> None:
    """Against the simulator, set to do one thing or the other."""
    finding = probed(**settings).findings()[topic]
    assert finding.verdict is verdict
    assert re.search(found, finding.found)
    assert do in finding.do
    assert bool(finding.do) is bool(do)


@pytest.mark.parametrize(
    ("instead", "topic", "verdict", "found"),
    [
        (to(LIST, page(10, 26), start_date=DAY, page="1"), "pages of the list", DIFFERS, "10 and 6 rows instead of 20"),
        (to(LIST, heard(200, b"<html>")), "pages of the list", DIFFERS, "expected a JSON object, got an HTML page"),
        (to(LIST, page(20, 26), page="2"), "pages of the list", DIFFERS, "20 and 20 rows instead of 20 and 6"),
        (to(LIST, page(3, 26), page="3"), "page out of range", NOTED, "200 with 3 rows"),
        (to("campaign-metrics", UPSTREAM, campaign_id="999999999999"), "unknown campaign", DIFFERS, "424: SERVICE:-"),
        (to("campaign-metrics", SERVER, start_date="2026-13-01"), "bad date, campaign", DIFFERS, "500"),
        (to(LIST, NO_DAY_IS_FINE, start_date="2026-13-01"), "bad date, list", DIFFERS, "200 with 3 rows of 3"),
        (to("campaign-metrics", SERVER, start_date="2010-01-01"), "before it existed", DIFFERS, "500"),
        (to("campaign-metrics", heard(200), start_date="2010-01-01"), "before it existed", NOTED, "200"),
        (to(LIST, page(20, 26), start_date=DAY, per_page="50"), "page size", AS_ASSUMED, "50: 200 with 20 rows of 26"),
        (to(TOP, heard(200, b'{"overview": {"targeted": {"sent": "9"}}}')), "account totals", DIFFERS, "sent: .* 9 by"),
        (to(TOP, heard(403)), "account totals", NOTED, "403"),
        (to(TOP, heard(404)), "account totals", NOTED, "404"),
        (to(TOP, SERVER), "account totals", NOTED, "500"),
        (to(TOP, heard(200, b'{"totals": {}}')), "account totals", NOTED, "200"),
        (to(LIST, SERVER, start_date=DAY, page="2"), "account totals", UNKNOWN, "too few"),
        (to(LIST, UPSTREAM, start_date="2021-03-19"), "earliest day", DIFFERS, "2021-03-19 .*424"),
        (to(LIST, heard(406), start_date="2021-03-19"), "earliest day", AS_ASSUMED, "2021-03-19 .*406"),
        (to("campaign-metrics", SERVER), "days add up", UNKNOWN, "2026-03-04: the API answered 500"),
        (to("campaign-metrics", SERVER), "list and detail", UNKNOWN, "2026-03-06: the API answered 500"),
        (to("campaign-metrics", SERVER), "startDate, endDate", UNKNOWN, "without readable dates"),
        (to(LIST, heard(200, took_s=20.0), page="3"), "response time", DIFFERS, "longest 20.00 s"),
        (to(LIST, heard(500, **{"X-Quota-Used": "3"}), page="3"), "quota headers", NOTED, "x-quota-used, on 1 of 17"),
        (to(LIST, heard(500, **{"X-RateLimit-Limit": "9"}), page="3"), "quota headers", DIFFERS, "configured 30"),
        (to(LIST, NO_ANSWER, page="3"), "response time", DIFFERS, "1 without a whole answer"),
    ],
)  # fmt: skip
def test_odd_answers_are_told(instead: Replaced, topic: str, verdict: Verdict, found: str) -> None:
    """What the simulator never does: one answer is another one."""
    finding = probed(instead).findings()[topic]
    assert finding.verdict is verdict
    assert re.search(found, finding.found)
    assert finding.do or verdict in {AS_ASSUMED, UNKNOWN}


OF_ONE_DAY = {"startDate": "2026-03-05T23:00:00.000000Z", "endDate": "2026-03-06T22:59:59.999999Z"}
"""A campaign that ran on the asked day alone, in another zone."""


def busiest(account: Probed) -> str:
    """Tell which campaign's windows a check of this account looks at."""
    account.findings()
    return next(body["campaign_id"] for _, body in account.asked if body.get("campaign_id"))


@pytest.mark.parametrize(
    ("spoilt", "topic", "verdict", "found"),
    [
        ({"overview.ctr.clicks": "7"}, "list and detail", DIFFERS, r"^clicks \d+ in the list and 7 in the detail$"),
        ({"overview.ctr.clicks": "7"}, "days add up", DIFFERS, "^clicks 21 by days and 7 as a range$"),
        ({"overview.targeted.sent": "1.234"}, "list and detail", DIFFERS, "sent .* and None in the detail"),
        ({"startDate": "-"}, "startDate, endDate", UNKNOWN, "without readable dates"),
        (OF_ONE_DAY, "startDate, endDate", AS_ASSUMED, "the campaign's own"),
        (OF_ONE_DAY, "time zone", UNKNOWN, "does not show the window"),
    ],
)  # fmt: skip
def test_figures_that_do_not_agree_are_told(spoilt: dict[str, Any], topic: str, verdict: Verdict, found: str) -> None:
    """Each counter by its name; one that cannot be read is no figure."""
    campaign_id = busiest(probed(generation="older"))
    account = probed(generation="older")
    account.service.account.changes[int(campaign_id)] = CampaignChange(spoil=spoilt)
    finding = account.findings()[topic]
    assert finding.verdict is verdict
    assert re.search(found, finding.found)


def test_a_campaign_of_one_day_proves_no_sum() -> None:
    """The other days are empty, so that any reading of a range gives the same figures."""
    other = probed(campaigns=1, quiet_campaigns=1)
    busy, quiet = (
        str(seeded_campaign(1, 0, date(2018, 1, 1), quiet=is_quiet).builder_id) for is_quiet in (False, True)
    )

    def of_one_day(endpoint: str, body: Mapping[str, str]) -> Heard | None:
        """Answer the days before with those of a campaign that sends nothing, and the range with the last day."""
        if body.get("campaign_id") != busy or body["end_date"] > DAY or body["start_date"] < "2026-03-04":
            return None
        campaign_id = busy if body["end_date"] == DAY else quiet
        return other.ask(endpoint, {**body, "campaign_id": campaign_id, "start_date": body["end_date"]})

    finding = probed(of_one_day, campaigns=1, quiet_campaigns=1).findings()["days add up"]
    assert finding.verdict is UNKNOWN
    assert finding.found.startswith("no campaign with messages on several days was found: this one has some on 1 of 3")


def test_what_no_day_has_is_said() -> None:
    """A campaign without a click says nothing of clicks; the rest of it adds up."""
    campaign_id = busiest(probed())
    account = probed()
    spoil = {"overview.ctr.clicks": "0", "overview.conversionRate.conversions": "0"}
    account.service.account.changes[int(campaign_id)] = CampaignChange(spoil=spoil)
    finding = account.findings()["days add up"]
    assert finding.verdict is AS_ASSUMED
    assert finding.found.endswith("3 of 3 days (nothing to see of: clicks, conversions)")


def test_dates_of_another_window_are_told() -> None:
    """Neither what was asked for nor what the other answer shows."""

    def of_february(endpoint: str, body: Mapping[str, str]) -> Heard | None:
        """Answer the range with another one."""
        if (body["start_date"], body["end_date"]) != ("2026-03-04", DAY) or endpoint.endswith(LIST):
            return None
        return other.ask(endpoint, {**body, "start_date": "2026-02-01", "end_date": "2026-02-03"})

    other = probed(generation="older")
    finding = probed(of_february, generation="older").findings()["startDate, endDate"]
    assert finding.verdict is NOTED
    assert finding.found.startswith("neither: 2026-03-05 21:00:00+00:00 to ")


def test_figures_that_move_while_they_are_asked_for_prove_nothing() -> None:
    """The range is asked for twice where it is not the sum, and so is the list."""

    def moving(_endpoint: str, body: Mapping[str, str]) -> None:
        """Deliver one more message of the last day before every answer about the campaign."""
        service = account.service
        campaign = service.account.find(service.settings, body.get("campaign_id", ""))
        if campaign:
            one = Late(kind="late", campaign_id=body["campaign_id"], day=date(2026, 3, 6), device="Mobile", delivered=1)
            service.add_move(campaign, one, at=NOW)

    account = probed(moving)
    findings = account.findings()
    assert {topic: findings[topic].verdict for topic in ("days add up", "list and detail")} == {
        "days add up": UNKNOWN,
        "list and detail": UNKNOWN,
    }
    assert "moved while they were asked for" in findings["days add up"].found


@pytest.mark.parametrize(
    ("limit", "do"),
    [
        (RateLimit(requests=600), "pool_slots to 4"),
        (RateLimit(request_deadline=timedelta(seconds=0.3)), "request_deadline_s to 60"),
    ],
)
def test_settings_that_do_not_fit_the_response_time_are_named(limit: RateLimit, do: str) -> None:
    """Too few workers to use the limit up; a deadline that answers come close to."""
    finding = probed().findings(pool_slots=1, limit=limit)["response time"]
    assert finding.verdict is DIFFERS
    assert do in finding.do
