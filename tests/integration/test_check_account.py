"""The check of an account, over real HTTP: what it keeps, what it says, and what it never says."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowRescheduleException

from include.simulator.process import Simulator
from insider_web_push.accounts.file import Account
from insider_web_push.cli.check import ALL_AS_NEEDED, NOT_CHECKED, SOMETHING_DIFFERS, check
from insider_web_push.errors import ServiceUnavailable, StorageNotWritable, Unauthorized
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.storage import Storage
from insider_web_push.operators import CheckAccountOperator
from insider_web_push.probing.course import MOST_CALLS
from insider_web_push.probing.report import AccountReport
from tests.integration.conftest import CONN_ID, KEY

Check = Callable[[], tuple[int, str]]


@pytest.fixture
def sim(sim: Simulator) -> Simulator:
    """The simulator, with figures up to now."""
    sim.patch(now=None)
    return sim


@pytest.fixture
def hook(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook]) -> InsiderWebPushHook:
    """The hook on the simulator, with room for two checks in a minute."""
    return hook_for(sim.url, requests_per_minute=100)


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """Where the report goes."""
    return (tmp_path / "lake").as_uri()


@pytest.fixture
def check_by_command(hook: InsiderWebPushHook, lake: str) -> Check:
    """Check the account as the command does; gives its exit code and what it printed."""

    def run() -> tuple[int, str]:
        out = io.StringIO()
        account = Account(name="default", conn_id=hook.http_conn_id, timezone="Europe/Istanbul", storage=lake)
        return check(account, out=out), out.getvalue()

    return run


def operator(lake: str) -> CheckAccountOperator:
    """Make the DAG's task."""
    return CheckAccountOperator(
        task_id="check_account", conn_id=CONN_ID, storage=lake, timezone="Europe/Istanbul", pool_slots=6
    )


def kept_report(lake: str) -> AccountReport | None:
    """Read the report that lies in the storage."""
    store = Storage(lake, "brand")
    data = store.read_if_there(store.at.account_check)
    return None if data is None else AccountReport.model_validate_json(data)


def test_a_check_is_kept_and_shown(sim: Simulator, check_by_command: Check, lake: str) -> None:
    """All of it as assumed: exit 0, with the bound stated before."""
    code, shown = check_by_command()
    report = kept_report(lake)
    assert code == ALL_AS_NEEDED
    assert report is not None
    assert report.calls == len(sim.requests())
    assert shown.splitlines()[0].endswith(f"at most {MOST_CALLS} calls")
    assert shown.splitlines()[1:-1] == list(report.lines())
    assert shown.splitlines()[-1].endswith("/state/partner_id=brand/account_check.json")


def test_what_differs_ends_in_another_exit_code(sim: Simulator, check_by_command: Check) -> None:
    """And is named with what to set."""
    sim.patch(quota_headers=True, limit_requests=29)
    code, shown = check_by_command()
    assert code == SOMETHING_DIFFERS
    assert "DIFFERS        quota headers: x-ratelimit-limit, x-ratelimit-remaining, on 17 of 17 answers" in shown
    assert "do: set the connection's requests_per_minute to 29" in shown


def test_the_newest_report_is_the_one_that_is_kept(sim: Simulator, check_by_command: Check, lake: str) -> None:
    """One an account."""
    check_by_command()
    sim.patch(windows_add_up=False)
    check_by_command()
    report = kept_report(lake)
    assert report is not None
    assert report.differing == ["days add up"]


def test_a_wrong_key_is_one_call_and_no_report(
    sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], check_by_command: Check, lake: str
) -> None:
    """More of them could lock the account out."""
    hook_for(sim.url, key="another-key-0123456789")
    code, shown = check_by_command()
    assert (code, len(sim.requests())) == (NOT_CHECKED, 1)
    assert "Unauthorized: the API answered 401" in shown
    assert kept_report(lake) is None


def test_no_server_is_a_message(hook_for: Callable[..., InsiderWebPushHook], check_by_command: Check) -> None:
    """And exit 2."""
    hook_for("http://127.0.0.1:9")
    code, shown = check_by_command()
    assert code == NOT_CHECKED
    assert "ServiceUnavailable: http://127.0.0.1:9/v1/statistics/overall-metrics" in shown


def test_an_unknown_connection_is_a_message(lake: str) -> None:
    """Which says where to add it."""
    out = io.StringIO()
    account = Account(name="default", conn_id="nowhere", timezone="Europe/Istanbul", storage=lake)
    assert check(account, out=out) == NOT_CHECKED
    assert "connection 'nowhere' does not exist: add it in Admin > Connections" in out.getvalue()


@pytest.mark.usefixtures("hook")
def test_a_storage_that_takes_nothing_costs_no_call(sim: Simulator, tmp_path: Path) -> None:
    """The report could not be kept."""
    (tmp_path / "lake").write_text("a file in the place of the folder")
    with pytest.raises(StorageNotWritable):
        operator((tmp_path / "lake").as_uri()).execute({})
    assert sim.requests() == []


def test_a_timeout_in_the_middle_costs_only_its_finding(
    sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], check_by_command: Check
) -> None:
    """The others are asked all the same."""
    hook_for(sim.url, request_deadline_s=1)
    sim.fault("stall", campaign_id="999999999999")
    code, shown = check_by_command()
    assert code == SOMETHING_DIFFERS
    assert "unknown campaign: http" in shown
    assert "no complete answer within 1 s" in shown
    assert "bad date, list: the API answered 422" in shown


def test_the_key_is_nowhere(
    sim: Simulator, check_by_command: Check, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither shown nor kept nor logged, also where the server repeats it among its fields."""
    check_by_command()
    asked = [request["campaign_id"] for request in sim.requests() if request["campaign_id"]]
    sim.campaign(asked[0], spoil={"overview.targeted.sent": KEY, "startDate": KEY, "overview.ctr": KEY})
    code, shown = check_by_command()
    assert code == ALL_AS_NEEDED
    assert "$.overview.ctr" in shown
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY not in shown
    assert KEY not in caplog.text
    assert KEY.encode() not in kept


def _list_of_a_day(sim: Simulator) -> dict[str, str]:
    return {"partner_id": sim.partner_id, "start_date": "2026-03-10", "end_date": "2026-03-10"}


def test_a_refusal_is_looked_at_and_not_raised(sim: Simulator, hook: InsiderWebPushHook) -> None:
    """With status, headers, body, and the error that everybody else would get."""
    sim.patch(quota_headers=True)
    heard = hook.look("/v1/statistics/overall-metrics", {"partner_id": "brand"})
    assert (heard.status, type(heard.error).__name__) == (422, "InvalidRequest")
    assert heard.headers["x-ratelimit-limit"] == "100000"
    assert b"start date field is required" in heard.body
    assert 0 < heard.took_s < 30


def test_a_look_is_under_the_budget(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], lake: str) -> None:
    """The limit of the connection holds for a check as well: the worker is given back before any call."""
    hook = hook_for(sim.url, requests_per_minute=1, window_s=600)
    hook.look("/v1/statistics/overall-metrics", _list_of_a_day(sim))
    sim.clear_log()
    with pytest.raises(AirflowRescheduleException):
        operator(lake).execute({})
    assert sim.requests() == []


def test_a_check_keeps_to_the_limit(sim: Simulator, hook_for: Callable[..., InsiderWebPushHook], lake: str) -> None:
    """Sixteen calls, four in any half second, none of them throttled."""
    sim.patch(limit_requests=4, limit_window_s=0.5)
    hook_for(sim.url, requests_per_minute=4, window_s=0.5)
    operator(lake).execute({})
    assert sim.summary()["throttled"] == 0
    assert sim.summary()["requests"] == 17


@pytest.mark.usefixtures("hook")
def test_the_task_succeeds_and_hands_on_what_differs(sim: Simulator, lake: str) -> None:
    """Short: the report is in the storage."""
    sim.patch(windows_add_up=False)
    result = operator(lake).execute({})
    assert result == {
        "conclusion": "18 calls, 18 findings; differs: days add up",
        "differing": ["days add up"],
        "calls": 18,
        "report": f"{lake}/state/partner_id=brand/account_check.json",
    }


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize(("fault", "error"), [("forbidden", Unauthorized), ("error_500", ServiceUnavailable)])
def test_the_task_fails_where_the_first_question_is_not_answered(
    sim: Simulator, lake: str, fault: str, error: type[Exception]
) -> None:
    """Nothing could be said of the account."""
    sim.fault(fault)
    with pytest.raises(error):
        operator(lake).execute({})
    assert len(sim.requests()) == 1
