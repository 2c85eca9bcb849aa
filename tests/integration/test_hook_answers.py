"""The hook's good days: what is asked, and what comes back."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pendulum
import pytest

from include.simulator.process import Simulator
from insider_web_push.answers.day_list import read_list_page
from insider_web_push.answers.shapes import read_campaign_metrics
from insider_web_push.errors import ConfigurationError, InvalidRequest, Unauthorized
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.helpers import DAY, ISTANBUL, first_campaign, leases, list_page, metrics


def test_the_list_of_a_day_is_read(hook: InsiderWebPushHook) -> None:
    """Twenty rows of twenty-six, verbatim."""
    answer = list_page(hook)
    page = read_list_page(answer.body)
    assert (answer.status, page.total, len(page.data)) == (200, 26, 20)
    assert answer.request["per_page"] == "20"
    assert datetime.now(UTC) - answer.fetched_at < timedelta(minutes=1)


@pytest.mark.parametrize("generation", ["newer", "older"])
def test_a_campaigns_figures_are_read(sim: Simulator, hook: InsiderWebPushHook, generation: str) -> None:
    """In both generations of the response; the body is the server's, byte for byte."""
    sim.patch(generation=generation)
    answer = metrics(hook, first_campaign(hook))
    parsed = read_campaign_metrics(answer.body)
    assert parsed.overview.total.targeted != "0"
    assert bool(parsed.click_metrics) is (generation == "older")
    assert answer.body == metrics(hook, answer.request["campaign_id"]).body


def test_the_server_sees_what_was_asked(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """Endpoint, partner, campaign and day."""
    metrics(hook, first_campaign(hook))
    listed, asked = sim.requests()
    assert (listed["endpoint"], listed["page"], listed["start_date"]) == ("overall-metrics", "1", "2026-03-10")
    assert (asked["endpoint"], asked["partner_id"], asked["start_date"]) == ("campaign-metrics", "brand", "2026-03-10")


def test_every_answer_stamps_its_lease(hook: InsiderWebPushHook, budget_file: Path) -> None:
    """Refusals too: the server has counted them."""
    list_page(hook)
    with pytest.raises(Exception, match="not found"):
        metrics(hook, "17")
    assert leases(budget_file) == [True, True]
    assert (hook.budget_use().used, hook.budget_use().limit) == (2, 30)


def test_a_call_by_run_is_under_the_budget_as_well(hook: InsiderWebPushHook) -> None:
    """Whoever uses the hook as an HttpHook."""
    body = {"partner_id": "brand", "start_date": "2026-03-10", "end_date": "2026-03-10"}
    assert hook.run("/v1/statistics/top-metrics", json=body).json()["success"] is True
    assert hook.budget_use().used == 1


@pytest.mark.parametrize(
    ("campaign_id", "first_day", "last_day"),
    [
        pytest.param("abc", DAY, DAY, id="not-digits"),
        pytest.param("1", DAY, DAY - timedelta(days=1), id="end-before-start"),
        pytest.param("1", DAY, pendulum.now(ISTANBUL).add(days=1).date(), id="future"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_sent(
    sim: Simulator, hook: InsiderWebPushHook, campaign_id: str, first_day: date, last_day: date
) -> None:
    """No request, and no lease."""
    with pytest.raises(InvalidRequest) as caught:
        hook.campaign_metrics(campaign_id=campaign_id, first_day=first_day, last_day=last_day, timezone=ISTANBUL)
    assert caught.value.status is None
    assert sim.requests() == []
    assert hook.budget_use().used == 0


def test_today_is_the_accounts_today(hook: InsiderWebPushHook) -> None:
    """In one of these zones it is always another day than in the other."""
    ahead = pendulum.now("Pacific/Kiritimati").date()
    hook.overall_metrics(day=ahead, page=1, timezone="Pacific/Kiritimati")
    with pytest.raises(InvalidRequest, match="future"):
        hook.overall_metrics(day=ahead, page=1, timezone="Pacific/Pago_Pago")


def test_a_limit_that_was_raised_is_used_by_the_next_request(
    sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]
) -> None:
    """Without a restart of anything."""
    first = hook_for(sim.url, requests_per_minute=1)
    list_page(first)
    hook_for(sim.url, requests_per_minute=2)
    list_page(first)
    assert first.budget_use().limit == 2


def test_a_call_reads_its_connection_once(
    sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reading is a request to Airflow's API server, which was a third of what a whole Airflow spent on a call."""
    hook, read, readings = hook_for(sim.url), InsiderWebPushHook.get_connection, list[str]()

    def counted(conn_id: str) -> object:
        readings.append(conn_id)
        return read(conn_id)

    # Wrapped and not replaced: Airflow still answers, and nothing outside of the process can count it.
    monkeypatch.setattr(InsiderWebPushHook, "get_connection", staticmethod(counted))
    assert hook.settings.partner_id  # as the task does before, for its storage
    list_page(hook)
    assert len(readings) == 1


def test_an_unknown_connection_says_where_to_add_it() -> None:
    """One line, no traceback of Airflow's."""
    with pytest.raises(ConfigurationError, match="'nowhere' does not exist: add it in Admin > Connections"):
        list_page(InsiderWebPushHook("nowhere"))


@pytest.mark.parametrize("key", ["k3y/of", "k3y?of", "k3y#of", "k3y[of"])
def test_a_connection_whose_uri_airflow_cannot_read_is_not_said_to_be_missing(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow drops it without a word: nobody looks for a slash in a key where a connection *does not exist*."""
    monkeypatch.setenv("AIRFLOW_CONN_CUT", f"insider-web-push://:{key}@api.example.com?partner_id=brand")
    with pytest.raises(ConfigurationError, match="'cut' cannot be read, though AIRFLOW_CONN_CUT is set") as caught:
        list_page(InsiderWebPushHook("cut"))
    assert "k3y" not in str(caught.value)


def test_a_wrong_key_is_not_retried_by_the_hook(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]) -> None:
    """And after it was refused, nothing is sent with it for a while."""
    wrong = hook_for(sim.url, key="another-key-altogether")
    for _ in range(3):
        with pytest.raises(Unauthorized, match="password"):
            list_page(wrong)
    assert len(sim.requests()) == 1


def test_somebody_elses_key_is_unauthorized(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]) -> None:
    """The API says so in another shape."""
    with pytest.raises(Unauthorized, match="API key"):
        list_page(hook_for(sim.url, partner_id="brand2"))


def test_a_bodys_text_survives_the_way(hook: InsiderWebPushHook) -> None:
    """People give campaigns any name."""
    names = {row["campName"] for row in json.loads(list_page(hook).body)["data"]}
    assert {"夏のセール", "<script>alert('push')</script>"} <= names
