"""The real server over loopback: what only bytes on a socket can show."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

from include.simulator.faults import OVERSIZED_BYTES
from include.simulator.process import Simulator

Post = Callable[..., httpx.Response]
DAY = "2026-03-10"


def wait_for_requests(sim: Simulator, number: int) -> None:
    """Wait until so many have arrived."""
    deadline = time.monotonic() + 10
    while len(sim.requests()) < number:
        assert time.monotonic() < deadline, f"{len(sim.requests())} of {number} requests arrived"
        time.sleep(0.01)


def test_three_endpoints_answer(post: Post) -> None:
    """List, one campaign of it, and the account."""
    rows = post("overall-metrics", per_page="20").json()["data"]
    one = post("campaign-metrics", campaign_id=str(rows[0]["builderId"]))
    assert one.json()["name"] == rows[0]["campName"]
    assert one.headers["content-type"] == "application/json"
    assert post("top-metrics").json()["success"] is True


def test_only_post_is_answered(sim: Simulator) -> None:
    """All functions are executed by POST; unknown paths are nobody's."""
    assert httpx.get(f"{sim.url}/v1/statistics/top-metrics", trust_env=False).status_code == 405
    for path in ("/v2/statistics/moved", "/v1/statistics/worst-metrics", "/docs"):
        assert httpx.post(f"{sim.url}{path}", trust_env=False).status_code == 404


def test_the_limit_holds_under_concurrent_requests(sim: Simulator, post: Post) -> None:
    """Twenty at once, ten admitted, and the log and the summary say so."""
    sim.patch(limit_requests=10, retry_after="seconds", quota_headers=True)
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: post("top-metrics"), range(20)))
    assert sorted(reply.status_code for reply in replies) == [200] * 10 + [429] * 10
    assert all(1 <= int(r.headers["retry-after"]) <= 60 for r in replies if r.status_code == 429)
    assert all("x-ratelimit-limit" in reply.headers for reply in replies)
    summary = sim.summary()
    assert (summary["requests"], summary["throttled"], summary["most_in_window"]) == (20, 10, 20)
    assert [request["status"] for request in sim.requests()].count(429) == 10


def test_the_log_has_the_arrival_and_not_the_departure(sim: Simulator, post: Post) -> None:
    """The time is this machine's monotonic clock, before the latency."""
    sim.patch(latency_s=0.4)
    before = time.monotonic()
    post("campaign-metrics", campaign_id="40006")
    after = time.monotonic()
    (request,) = sim.requests()
    assert before < request["arrived_at"] < after - 0.4
    assert datetime.fromisoformat(request["at"]).tzinfo is not None
    del request["arrived_at"], request["at"]
    assert request == {
        "endpoint": "campaign-metrics",
        "partner_id": "brand",
        "campaign_id": "40006",
        "start_date": DAY,
        "page": None,
        "status": 200,
    }


def test_latency_does_not_queue_requests(sim: Simulator, post: Post) -> None:
    """Ten are under way at once, long before the first of them is answered."""
    sim.patch(latency_s=60)
    with ThreadPoolExecutor(10) as pool:
        callers = [pool.submit(post, "top-metrics", timeout=1) for _ in range(10)]
        wait_for_requests(sim, 10)
        assert [request["status"] for request in sim.requests()] == [None] * 10
        for caller in callers:
            assert isinstance(caller.exception(), httpx.TimeoutException)


@pytest.mark.parametrize(
    ("kind", "status", "media_type", "body"),
    [
        ("error_500", 500, "application/json", {"message": "Server Error"}),
        ("error_520_html", 520, "text/html", "<!DOCTYPE html>"),
        ("html_200", 200, "text/html", "<!DOCTYPE html>"),
        ("list_200", 200, "application/json", "[]"),
        ("not_found", 424, "application/json", {"message": "SERVICE:-Campaign not found"}),
        ("upstream_424", 424, "application/json", {"message": "SERVICE:-"}),
        (
            "forbidden",
            403,
            "application/json",
            {"message": "This IP address is not allowed for the key.", "status": 403},
        ),
        ("invalid_400", 400, "text/plain", "The given data was invalid."),
        ("redirect", 302, None, ""),
    ],
)
def test_a_fault_takes_the_place_of_one_answer(
    sim: Simulator, post: Post, kind: str, status: int, media_type: str | None, body: Any
) -> None:
    """And the next is the real one again."""
    sim.fault(kind, times=1)
    reply = post("top-metrics")
    assert reply.status_code == status
    if media_type:
        assert reply.headers["content-type"].startswith(media_type)
    assert reply.json() == body if isinstance(body, dict) else reply.text.startswith(body)
    assert ("location" in reply.headers) == (kind == "redirect")
    assert post("top-metrics").status_code == 200


def test_a_fault_may_hit_one_campaign_only(sim: Simulator, post: Post) -> None:
    """The list and the other campaigns are well."""
    first, second = (str(row["builderId"]) for row in post("overall-metrics").json()["data"][:2])
    sim.fault("error_500", campaign_id=first)
    statuses = [post("campaign-metrics", campaign_id=i).status_code for i in (first, second, first)]
    assert statuses == [500, 200, 500]
    sim.clear()
    assert post("campaign-metrics", campaign_id=first).status_code == 200


def test_truncated_json_comes_with_its_own_length(sim: Simulator, post: Post) -> None:
    """Only reading the JSON shows that something is missing."""
    whole = post("top-metrics").content
    sim.fault("truncated_json")
    cut = post("top-metrics")
    assert (cut.status_code, cut.headers["content-length"]) == (200, str(len(whole) // 2))
    with pytest.raises(json.JSONDecodeError):
        cut.json()


def test_an_oversized_answer_is_valid_json(sim: Simulator, post: Post) -> None:
    """Larger than what a caller should read."""
    sim.fault("oversized")
    reply = post("top-metrics")
    assert int(reply.headers["content-length"]) > OVERSIZED_BYTES
    assert reply.json()["success"] is True


def test_a_stalled_answer_does_not_come_and_blocks_nobody(sim: Simulator, post: Post) -> None:
    """The client gives up; meanwhile others are answered; the log shows no status."""
    sim.fault("stall", times=1)
    with ThreadPoolExecutor(1) as pool:
        stalled = pool.submit(post, "top-metrics", timeout=0.6)
        wait_for_requests(sim, 1)
        assert post("top-metrics").status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            stalled.result()
    assert [request["status"] for request in sim.requests()] == [None, 200]


def test_a_dripping_answer_outlives_every_read_timeout(sim: Simulator, post: Post) -> None:
    """Bytes keep coming, so that only a deadline for the whole answer ends it: half as long again is no timeout."""
    sim.fault("drip", times=1)
    timeout_s, started, got = 0.6, time.monotonic(), b""
    headers = {"Authorization": f"Bearer {sim.api_key}"}
    body = {"partner_id": sim.partner_id, "start_date": DAY, "end_date": DAY}
    address = f"{sim.url}/v1/statistics/top-metrics"
    with (
        httpx.Client(trust_env=False, timeout=timeout_s) as client,
        client.stream("POST", address, json=body, headers=headers) as reply,
    ):
        for chunk in reply.iter_raw():
            got += chunk
            if len(got) > 1 and time.monotonic() - started > 1.5 * timeout_s:
                break
    whole = post("top-metrics").content
    assert whole.startswith(got)
    assert len(got) < len(whole)


def test_figures_grow_as_the_frozen_clock_is_moved(sim: Simulator, post: Post) -> None:
    """Late clicks and conversions come in; a clock that stands still moves nothing."""

    def total(name: str) -> int:
        return sum(row[name] for row in post("overall-metrics", per_page="20").json()["data"])

    sim.patch(now="2026-03-11T01:00:00+03:00")
    before = {name: total(name) for name in ("sent", "delivered", "clicks", "conversions")}
    assert before == {name: total(name) for name in before}
    sim.patch(now="2026-07-20T09:00:00+03:00")
    after = {name: total(name) for name in before}
    assert after["sent"] == before["sent"]
    assert all(after[name] > before[name] for name in ("delivered", "clicks", "conversions"))


def test_settings_are_patched_while_it_runs(sim: Simulator, post: Post) -> None:
    """The next request sees them, and a wrong one changes nothing."""
    sim.patch(campaigns=3, quiet_campaigns=0)
    with pytest.raises(ValueError, match="limit_request"):
        sim.patch(limit_request=3, campaigns=9)
    assert post("overall-metrics").json()["total"] == 3


def test_a_rotated_key_takes_the_old_ones_place_and_is_never_shown(sim: Simulator, post: Post) -> None:
    """Not in the settings, the refusal of a patch, the request log or what the process prints."""
    sim.patch(api_key="rotated-k3y")
    try:
        assert post("top-metrics").status_code == 401
        assert post("top-metrics", key="rotated-k3y").status_code == 200
        refusal = sim.admin.patch("/settings", json={"api_key": ["rotated-k3y"]})
        shown = f"{sim.settings()} {refusal.text} {sim.requests()} {sim.log.read_text()}"
        assert refusal.status_code == 422
    finally:
        sim.patch(api_key=sim.api_key)
    assert "k3y" not in shown


def test_a_changed_campaign_is_put_back_by_clearing(sim: Simulator, post: Post) -> None:
    """Vanished from the list and from the API, then there again."""
    first = str(post("overall-metrics").json()["data"][0]["builderId"])
    sim.campaign(first, listed=False, exists=False)
    assert post("campaign-metrics", campaign_id=first).status_code == 424
    assert post("overall-metrics").json()["total"] == 25
    sim.clear()
    assert post("campaign-metrics", campaign_id=first).status_code == 200
    with pytest.raises(ValueError, match="no campaign 17"):
        sim.campaign("17", listed=False)


def test_admin_calls_count_against_nothing(sim: Simulator, post: Post) -> None:
    """Neither in the log nor against the limit."""
    sim.patch(limit_requests=1)
    for _ in range(5):
        sim.summary()
    assert post("top-metrics").status_code == 200
    assert sim.summary()["requests"] == 1
