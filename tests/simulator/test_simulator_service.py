"""What the API decides about a request, without HTTP."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from include.simulator.campaigns import CampaignChange
from include.simulator.faults import Fault, FaultKind
from tests.simulator.asking import KEY, TOTALS, ask, json_of, listed, number, service


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        pytest.param({"key": None}, {"message": "Unauthorized"}, id="no-key"),
        pytest.param({"key": "other"}, {"message": "Unauthorized"}, id="wrong-key"),
        pytest.param({"key": f"{KEY} "}, {"message": "Unauthorized"}, id="key-with-a-blank"),
        pytest.param({"partner_id": "rival"}, {"status_code": 401}, id="wrong-partner"),
    ],
)
def test_only_the_accounts_key_opens_it(parameters: dict[str, Any], body: dict[str, Any]) -> None:
    """Both shapes of 401 that were seen; nothing about the account is told."""
    reply = ask(service(), **parameters)
    assert (reply.status, json.loads(reply.content)) == (401, body)


def test_a_request_without_the_key_costs_nothing() -> None:
    """Nobody else can use up the account's budget."""
    api = service(limit_requests=1)
    assert [ask(api, key="other").status for _ in range(3)] == [401] * 3
    assert ask(api).status == 200
    assert api.journal.summary(60)["most_in_window"] == 1


def test_the_budget_is_one_for_all_endpoints_and_refusals() -> None:
    """A malformed request and an unknown campaign cost as much as figures do."""
    api = service(limit_requests=4)
    statuses = [
        ask(api, "top-metrics").status,
        ask(api, "overall-metrics").status,
        ask(api, "campaign-metrics", campaign_id="1").status,
        ask(api, "campaign-metrics", campaign_id="1", start_date="x").status,
        ask(api, "top-metrics", start_date="x").status,
    ]
    assert statuses == [200, 200, 424, 400, 429]


@pytest.mark.parametrize(
    ("settings", "status", "body"),
    [
        pytest.param({}, 429, {"message": "Too Many Requests", "status": 429}, id="json"),
        pytest.param({"throttle_body": "text"}, 429, "Too Many Requests", id="text"),
        pytest.param({"throttle_body": "empty"}, 429, "", id="empty"),
        pytest.param(
            {"throttle_status": 403},
            403,
            {
                "error": {"message": "Too many attempts, please try again later. 1 Requests/minute is allowed."},
                "status": 403,
            },
            id="as-403",
        ),
    ],
)
def test_the_shapes_of_a_throttled_answer(settings: dict[str, Any], status: int, body: dict[str, Any] | str) -> None:
    """Four that were seen."""
    api = service(limit_requests=1, **settings)
    ask(api)
    refused = ask(api)
    assert refused.status == status
    assert (json.loads(refused.content) if isinstance(body, dict) else refused.content.decode()) == body
    assert api.journal.summary(60) == {"requests": 2, "throttled": 1, "most_in_window": 2, "first_to_last_s": 0}


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("none", {}),
        ("seconds", {"Retry-After": "50"}),
        ("date", {"Retry-After": "Fri, 20 Mar 2026 09:00:51 GMT"}),
    ],
)
def test_retry_after_says_when_the_window_has_room(kind: str, headers: dict[str, str]) -> None:
    """A request at 0 s and one at 10 s: 50 s more."""
    api = service(limit_requests=1, retry_after=kind)
    ask(api)
    assert ask(api, at_s=10).headers == headers


def test_quota_headers_count_down() -> None:
    """Used and maximum, also on the answer that is refused."""
    api = service(limit_requests=2, quota_headers=True)
    replies = [ask(api), ask(api, start_date="x"), ask(api)]
    assert [r.headers["X-RateLimit-Remaining"] for r in replies] == ["1", "0", "0"]
    assert {r.headers["X-RateLimit-Limit"] for r in replies} == {"2"}


@pytest.mark.parametrize("generation", ["newer", "older", "mixed"])
def test_the_list_and_the_campaigns_agree(generation: str) -> None:
    """For the same window every total of overall-metrics is campaign-metrics' own, in whole numbers of money too."""
    api = service(generation=generation)
    window: dict[str, Any] = {"start_date": "2026-03-08", "end_date": "2026-03-10"}
    for row in listed(api, **window):
        one = json_of(ask(api, "campaign-metrics", campaign_id=str(row["builderId"]), **window))
        overview = one["overview"]
        printed = {
            **overview["total"],
            **overview["targeted"],
            **overview["deliveryRate"],
            **overview["ctr"],
            **overview["conversionRate"],
        }
        assert {name: number(printed[name]) for name in TOTALS} == {name: row[name] for name in TOTALS}
        assert overview["total"]["ctr"] == f"{row['ctr']:.2%}"
        assert number(overview["revenue"]) == pytest.approx(row["revenue"], abs=0.5)
        for name in ("sent", "delivered", "clicks", "conversions"):
            assert sum(number(device[name]) for device in one["deviceMetrics"]) == row[name]


def test_the_accounts_totals_are_the_sum_of_the_list() -> None:
    """top-metrics and overall-metrics agree."""
    api = service()
    rows, top = listed(api), json_of(ask(api, "top-metrics"))
    assert number(top["overview"]["total"]["targeted"]) == sum(row["targeted"] for row in rows)
    assert Decimal(str(top["detail"]["revenue"])) == sum(Decimal(str(row["revenue"])) for row in rows)


def test_the_two_generations_are_mixed_by_campaign() -> None:
    """Asked twice, a campaign answers in the same one."""
    api = service()

    def ask_all() -> list[bool]:
        return ["clickMetrics" in json_of(ask(api, "campaign-metrics", campaign_id=str(i))) for i in ids]

    ids = [row["builderId"] for row in listed(api)]
    shapes = ask_all()
    assert set(shapes) == {True, False}
    assert ask_all() == shapes


@pytest.mark.parametrize("campaign_id", ["1", "700040000", "40006x", "-40006", "٤٠٠٠٦", "9" * 40])
def test_an_unknown_campaign_is_not_found(campaign_id: str) -> None:
    """424 and the words; so are an `id` in place of a builderId, and what is no number."""
    reply = ask(service(), "campaign-metrics", campaign_id=campaign_id)
    assert (reply.status, json.loads(reply.content)) == (424, {"message": "SERVICE:-Campaign not found"})


def test_a_window_may_not_start_before_the_campaign_was_created() -> None:
    """400 in free text; the list leaves the campaign out."""
    api = service(campaigns_created="2026-03-11")
    campaign_id = str(listed(service())[0]["builderId"])
    reply = ask(api, "campaign-metrics", campaign_id=campaign_id, end_date="2026-03-12")
    assert (reply.status, b"create date" in reply.content) == (400, True)
    assert listed(api) == []


def test_tomorrow_is_zero() -> None:
    """A day in the future is answered, with nothing in it."""
    rows = listed(service(), start_date="2026-03-21", end_date="2026-03-22")
    assert rows
    assert not any(row[name] for row in rows for name in TOTALS)


@pytest.mark.parametrize(
    ("change", "shown", "status"),
    [
        pytest.param(CampaignChange(listed=False), False, 200, id="off-the-list"),
        pytest.param(CampaignChange(exists=False), True, 424, id="listed-but-gone"),
        pytest.param(CampaignChange(exists=False, listed=False), False, 424, id="vanished"),
        pytest.param(CampaignChange(created=date(2026, 3, 11)), False, 400, id="created-later"),
    ],
)
def test_a_campaign_may_be_changed_by_hand(change: CampaignChange, status: int, *, shown: bool) -> None:
    """It vanishes, is not found, or is younger; the others stay."""
    api = service()
    first = listed(api)[0]["builderId"]
    api.account.changes[first] = change
    rows = listed(api)
    assert (first in {row["builderId"] for row in rows}) == shown
    assert len(rows) == 25 + shown
    assert ask(api, "campaign-metrics", campaign_id=str(first)).status == status


def test_a_campaign_may_be_silenced_by_hand() -> None:
    """All its totals are zero from then on."""
    api = service()
    first = listed(api)[0]
    api.account.changes[first["builderId"]] = CampaignChange(quiet=True)
    assert first["sent"] > listed(api)[0]["sent"] == 0


@pytest.mark.parametrize(
    "change", [{"spoil_row": {"snt": 1}}, {"second_row": {"snt": 1}}, {"spoil": {"overview.x": 1}}]
)
def test_a_misspelt_change_is_told(change: dict[str, Any]) -> None:
    """It would have no effect."""
    api = service()
    campaign = api.account.seeded(api.settings, str(listed(api)[0]["builderId"]))
    assert campaign
    assert api.lost_paths(campaign, CampaignChange(**change)) in (["snt"], ["overview.x"])


def test_a_faulty_answer_counts_against_the_limit() -> None:
    """The server has counted before it fails."""
    api = service(limit_requests=2)
    api.faults.add(Fault(kind=FaultKind.ERROR_500))
    assert [ask(api).status for _ in range(3)] == [500, 500, 429]


def test_a_throttled_request_uses_up_no_fault() -> None:
    """It does not get as far: the fault waits for the next one that is let in."""
    api = service(limit_requests=1, limit_window_s=10)
    ask(api, at_s=0)
    api.faults.add(Fault(kind=FaultKind.ERROR_500, times=1))
    assert [ask(api, at_s=moment).status for moment in (1, 11, 22)] == [429, 500, 200]


def test_the_log_never_holds_the_key_and_cuts_long_values() -> None:
    """What a request names is noted as it came, whatever it is."""
    api = service()
    ask(api, "campaign-metrics", campaign_id="x" * 5000)
    (entry,) = api.journal.shown()
    assert KEY not in json.dumps(entry)
    assert entry["campaign_id"] == "x" * 100
    assert set(entry) == {
        *("arrived_at", "at", "endpoint", "partner_id", "campaign_id", "start_date", "page", "status"),
    }
