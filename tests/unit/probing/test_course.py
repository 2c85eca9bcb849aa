"""The course of a check: what it asks, how much, in which order, and what ends it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from include.simulator.campaigns import CampaignChange
from insider_web_push.answers.day_list import Totals
from insider_web_push.api.heard import Heard
from insider_web_push.errors import (
    BudgetUnavailable,
    BudgetWait,
    InsiderError,
    ServiceUnavailable,
    Throttled,
    TurnedAway,
    Unauthorized,
)
from insider_web_push.probing.asking import campaigns_in
from insider_web_push.probing.course import MOST_CALLS
from insider_web_push.probing.report import AccountReport, Finding, Verdict
from insider_web_push.probing.windows import campaign_of_several_days
from tests.unit.probing.simulated import CONFIGURED, NOW, Replaced, heard, probed

UNAUTHORIZED, TURNED_AWAY, THROTTLED = heard(401), heard(403), heard(429)
WAIT = BudgetWait("30 of 30 requests are used", retry_after_s=30.0)


def at_question(number: int, answer: Heard | Exception) -> Replaced:
    """Answer one question, counted from 1, with something else."""
    asked = [0]

    def instead(_endpoint: str, _body: Mapping[str, str]) -> Heard | Exception | None:
        asked[0] += 1
        return answer if asked[0] == number else None

    return instead


def report(*findings: Finding) -> AccountReport:
    """Make a report."""
    return AccountReport(
        version="1", partner_id="brand", timezone="Europe/Istanbul", checked_at=NOW, calls=9, findings=findings
    )


def finding(topic: str, verdict: Verdict, do: str = "") -> Finding:
    """Make a finding."""
    return Finding(topic=topic, asked="a question", found="an answer", assumed="another", verdict=verdict, do=do)


@pytest.mark.parametrize(
    ("settings", "calls"),
    [
        ({}, 17),
        ({"retention_days": 390}, 20),
        ({"campaigns": 0, "quiet_campaigns": 0}, 13),
        ({"campaigns": 0, "quiet_campaigns": 30, "campaigns_created": "2026-03-19"}, 17),
    ],
    ids=str,
)
def test_a_check_takes_few_calls(settings: dict[str, Any], calls: int) -> None:
    """Never more than it says before, and fewer than a minute's budget."""
    account = probed(**settings)
    account.findings()
    assert len(account.asked) == calls
    assert calls <= MOST_CALLS < CONFIGURED.limit.requests


def test_the_longest_check_takes_what_was_said_before() -> None:
    """Nothing on the settled day, several pages, a list and a range that do not agree, days that are too old."""

    def idle_on_the_settled_day(_endpoint: str, body: Mapping[str, str]) -> Heard | None:
        """Say that none of the campaigns sent anything."""
        rows = [{"builderId": n, "sent": 0} for n in range(20)]
        return (
            heard(200, json.dumps({"total": 40, "data": rows}).encode()) if body["end_date"] == "2026-03-06" else None
        )

    account = probed(idle_on_the_settled_day, campaigns=100, quiet_campaigns=0, retention_days=390)
    account.findings()
    busiest = next(body["campaign_id"] for _, body in account.asked if "campaign_id" in body)
    account.service.account.changes[int(busiest)] = CampaignChange(spoil={"overview.ctr.clicks": "7"})
    account.asked.clear()
    account.findings()
    assert len(account.asked) == MOST_CALLS


def test_no_question_is_asked_twice() -> None:
    """Where everything agrees, each call says something new."""
    account = probed()
    account.findings()
    assert len({str(question) for question in account.asked}) == len(account.asked) > 0


def test_no_question_carries_another_key() -> None:
    """What a wrong one does to an account is not documented: so the key is never in the hands of a probe."""
    account = probed()
    account.findings()
    assert {name for _, body in account.asked for name in body} == {
        "partner_id", "start_date", "end_date", "campaign_id", "page", "per_page",
    }  # fmt: skip
    assert {body["partner_id"] for _, body in account.asked} == {"brand"}


def test_refusals_are_provoked_last() -> None:
    """In case the API takes them for an attack, everything else is known."""
    topics = list(probed().findings())
    provoked = ["unknown campaign", "bad date, list", "bad date, campaign", "before it existed"]
    read_from_answers = ["quota headers", "response time", "unknown fields"]
    assert topics[-7:] == provoked + read_from_answers


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (UNAUTHORIZED, Unauthorized),
        (TURNED_AWAY, TurnedAway),
        (THROTTLED, Throttled),
        (heard(500), ServiceUnavailable),
        (BudgetUnavailable("no answer"), BudgetUnavailable),
        (WAIT, BudgetWait),
    ],
)
def test_without_an_answer_to_the_first_question_there_is_no_report(
    answer: Heard | Exception, error: type[InsiderError]
) -> None:
    """Nothing can be said, and nothing more is spent."""
    account = probed(at_question(1, answer))
    with pytest.raises(error):
        account.findings()
    assert len(account.asked) <= 1


@pytest.mark.parametrize(
    ("answer", "said", "verdict"),
    [
        (UNAUTHORIZED, "Unauthorized: the API answered 401", Verdict.DIFFERS),
        (TURNED_AWAY, "TurnedAway: the API answered 403", Verdict.UNKNOWN),
        (THROTTLED, "Throttled: the API answered 429", Verdict.DIFFERS),
        (WAIT, "BudgetWait: 30 of 30", Verdict.UNKNOWN),
    ],
)
def test_a_refused_key_or_a_used_up_budget_ends_the_check(
    answer: Heard | Exception, said: str, verdict: Verdict
) -> None:
    """What was found before is kept, and the rest is said to be missing."""
    account = probed(at_question(13, answer))
    findings = account.findings()
    assert len(account.asked) in {12, 13}
    assert findings["the rest"].found.startswith(said)
    assert findings["the rest"].verdict is verdict
    assert "days add up" in findings
    assert "unknown campaign" not in findings


def test_one_answer_that_does_not_come_costs_only_its_finding() -> None:
    """The others are asked all the same."""
    lost = Heard(status=None, headers={}, body=b"", error=ServiceUnavailable("no complete answer"), took_s=0.0)
    account, calm = probed(at_question(11, lost)), probed()
    assert list(account.findings()) == list(calm.findings())
    assert len(account.asked) == len(calm.asked)


@pytest.mark.parametrize(
    ("of_day", "of_range", "chosen"),
    [
        ({"1": 900, "2": 50}, {"1": 900, "2": 150}, "2"),
        ({"1": 900, "2": 50, "3": 40}, {"1": 910, "2": 100, "3": 500}, "2"),
        ({"1": 900, "2": 50}, {"1": 900, "2": 50}, "1"),
        ({"1": 900}, {}, "1"),
        ({"1": 0, "2": None}, {"1": 70}, None),
        ({}, {"1": 70}, None),
    ],
)
def test_the_campaign_that_sent_on_several_days_is_looked_at(
    of_day: dict[str, int | None], of_range: dict[str, int], chosen: str | None
) -> None:
    """Of one that sent on a single day, the sum would say nothing; without any sends there is none."""
    assert campaign_of_several_days(totals(of_day), totals(of_range)) == chosen


def totals(sent: Mapping[str, int | None]) -> dict[str, Totals]:
    """Make totals of what was sent, by campaign."""
    nothing = dict.fromkeys(Totals.model_fields)
    return {campaign_id: Totals(**nothing | {"sent": number}) for campaign_id, number in sent.items()}


def test_a_report_shows_what_to_do() -> None:
    """What differs with the assumption; the conclusion last."""
    shown = report(
        finding("page size", Verdict.AS_ASSUMED),
        finding("days add up", Verdict.DIFFERS, "report it"),
        finding("time zone", Verdict.UNKNOWN),
    )
    assert list(shown.lines()) == [
        "AS ASSUMED     page size: an answer",
        "DIFFERS        days add up: an answer",
        "               assumed: another",
        "               do: report it",
        "COULD NOT TELL time zone: an answer",
        "9 calls, 3 findings; differs: days add up; could not be told: 1",
    ]


def test_a_report_that_finds_no_difference_says_so() -> None:
    """In its last line."""
    assert report(finding("page size", Verdict.NOTED)).conclusion == "9 calls, 1 findings; nothing differs"


def test_a_report_is_read_as_it_was_written() -> None:
    """With every field."""
    written = report(finding("page size", Verdict.NOTED, "report it"))
    assert AccountReport.model_validate_json(written.to_json()) == written


def test_no_finding_names_a_campaign_even_where_the_api_does() -> None:
    """The report is kept beside the days, where a purge has to find whom it names."""
    names: dict[str, str] = {}

    def repeating(_endpoint: str, body: Mapping[str, str]) -> Heard | None:
        """Repeat in a refusal what was asked for."""
        about = body.get("campaign_id", "")
        said = f"campaign {about} ({names.get(about)}) has no such day"
        return heard(422, json.dumps({"message": said}).encode()) if about in names else None

    account = probed(repeating)
    listed = account.questions.list_page("2026-03-06", "2026-03-06")
    account.asked.clear()
    names |= {row.campaign_id: row.name for row in campaigns_in(listed)}
    findings = account.findings().values()
    said = "\n".join(f"{finding.asked} {finding.found} {finding.do}" for finding in findings)
    assert "campaign the campaign (the campaign) has no such day" in said
    assert [text for text in (*names, *names.values()) if text in said] == []
