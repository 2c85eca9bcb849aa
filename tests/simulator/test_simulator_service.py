"""What the API decides about a request, without HTTP."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from include.simulator.campaigns import CampaignChange
from include.simulator.faults import Fault, FaultKind
from include.simulator.journal import Entry
from include.simulator.replies import Reply
from include.simulator.service import Service
from include.simulator.settings import SimulatorSettings

KEY = "key-of-the-test"
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TOTALS = ("targeted", "sent", "dropped", "delivered", "undelivered", "clicks", "conversions")


def service(**settings: Any) -> Service:
    given = {"api_key": KEY, "partner_id": "brand", "now": NOW, "limit_requests": 1000, **settings}
    return Service(SimulatorSettings.model_validate(given))


def ask(
    api: Service, endpoint: str = "top-metrics", *, at_s: float = 0.0, key: str | None = KEY, **parameters: Any
) -> Reply:
    body = {"partner_id": "brand", "start_date": "2026-03-10", "end_date": "2026-03-10", **parameters}
    entry = Entry(arrived_at=at_s, at=NOW, endpoint=endpoint)
    reply = api.answer(
        entry,
        authorization=None if key is None else f"Bearer {key}",
        raw=json.dumps({name: value for name, value in body.items() if value is not None}).encode(),
    )
    entry.status = reply.status
    return reply


def json_of(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply
    return dict(json.loads(reply.content))


def number(printed: str) -> int:
    return int(printed.replace(",", "").split(" ")[0])


def listed(api: Service, **window: Any) -> list[dict[str, Any]]:
    """Sweep all pages of the list."""
    rows: list[dict[str, Any]] = []
    while True:
        page = json_of(ask(api, "overall-metrics", page=str(len(rows) // 20 + 1), per_page="20", **window))
        rows += page["data"]
        if len(rows) >= page["total"] or not page["data"]:
            return rows


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


def test_paging_shows_each_campaign_once_in_one_order() -> None:
    """41 + 4 campaigns: two sweeps are alike, and a page beyond the last is empty."""
    api = service(campaigns=41, quiet_campaigns=4)
    ids = [row["builderId"] for row in listed(api)]
    assert len(ids) == len(set(ids)) == 45
    assert ids == [row["builderId"] for row in listed(api)]
    assert json_of(ask(api, "overall-metrics", page="9"))["data"] == []


def test_a_page_has_ten_campaigns_by_default() -> None:
    """As documented."""
    page = json_of(ask(service(), "overall-metrics"))
    assert (page["page"], page["per_page"], page["total"], len(page["data"])) == (1, 10, 26, 10)


def test_quiet_campaigns_are_listed_with_zeros() -> None:
    """As many as set, and only they."""
    quiet = [row for row in listed(service(quiet_campaigns=3)) if not any(row[name] for name in TOTALS)]
    assert len(quiet) == 3


def test_an_account_without_campaigns_has_an_empty_list() -> None:
    """It is a day with nothing, not an error."""
    page = json_of(ask(service(campaigns=0, quiet_campaigns=0), "overall-metrics"))
    assert (page["total"], page["data"]) == (0, [])


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


def test_a_drifting_list_shows_a_campaign_twice_and_another_never() -> None:
    """As many rows as `total`, but not as many campaigns."""
    api = service(campaigns=25, quiet_campaigns=0)
    api.faults.add(Fault(kind=FaultKind.DRIFT))
    ids = [row["builderId"] for row in listed(api)]
    assert len(ids) == 25
    assert len(set(ids)) == 24


def test_a_shrinking_list_lets_one_fall_between_its_pages() -> None:
    """The pages state different totals, and there are as many campaigns as the last one says."""
    api = service(campaigns=25, quiet_campaigns=0)
    everyone = [row["builderId"] for row in listed(api)]
    api.faults.add(Fault(kind=FaultKind.SHRINK, times=2))
    pages = [json_of(ask(api, "overall-metrics", page=number, per_page="20")) for number in ("1", "2")]
    assert [page["total"] for page in pages] == [25, 24]
    assert [row["builderId"] for page in pages for row in page["data"]] == everyone[:20] + everyone[21:]


def test_a_short_page_lacks_a_row_that_is_counted() -> None:
    """Its last one."""
    api = service(campaigns=3, quiet_campaigns=0)
    plain = json_of(ask(api, "overall-metrics"))
    api.faults.add(Fault(kind=FaultKind.SHORT))
    assert json_of(ask(api, "overall-metrics")) == plain | {"data": plain["data"][:-1]}


def test_a_list_with_gaps_is_an_object() -> None:
    """As PHP prints it; the rows are the same."""
    api = service(campaigns=3, quiet_campaigns=0)
    plain = json_of(ask(api, "overall-metrics"))
    api.faults.add(Fault(kind=FaultKind.PHP_LIST))
    gaps = json_of(ask(api, "overall-metrics"))
    assert gaps == plain | {"data": dict(zip(("0", "2", "4"), plain["data"], strict=True))}


def test_a_row_of_the_list_may_be_spoiled() -> None:
    """The campaign's own answer is not."""
    api = service()
    first = listed(api)[0]
    api.account.changes[first["builderId"]] = CampaignChange(spoil_row={"builderId": None, "sent": "many"})
    assert listed(api)[0] == first | {"builderId": None, "sent": "many"}
    assert ask(api, "campaign-metrics", campaign_id=str(first["builderId"])).status == 200


@pytest.mark.parametrize("second", [{}, {"sent": 0}])
def test_a_campaign_may_stand_twice_in_the_list(second: dict[str, Any]) -> None:
    """At its end, and counted."""
    api = service()
    rows = listed(api)
    api.account.changes[rows[0]["builderId"]] = CampaignChange(second_row=second)
    assert listed(api) == [*rows, rows[0] | second]
    assert json_of(ask(api, "overall-metrics"))["total"] == len(rows) + 1


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
