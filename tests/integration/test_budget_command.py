"""`python -m insider_web_push budget`: what is used, what closes it, and how a person opens it again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from airflow.sdk import Connection

from include.servers import postgres, valkey
from include.simulator.process import Simulator
from insider_web_push.__main__ import main
from insider_web_push.budget.opening import store_for
from insider_web_push.errors import BudgetWait, Throttled, Unauthorized
from insider_web_push.hook import InsiderWebPushHook
from tests.integration.conftest import CONN_ID
from tests.integration.helpers import list_page

HookFor = Callable[..., InsiderWebPushHook]
Command = Callable[..., str]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command for one account; gives what it prints."""
    accounts = [{"name": "default", "conn_id": CONN_ID, "timezone": "Europe/Istanbul", "storage": "lake"}]
    file = tmp_path / "accounts.yaml"
    file.write_text(yaml.safe_dump({"accounts": accounts}))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))

    def run(*arguments: str) -> str:
        assert main(["budget", *arguments]) == 0
        return capsys.readouterr().out

    return run


def test_an_unused_budget_is_open(hook_for: HookFor, sim: Simulator, command: Command) -> None:
    """And looking at it costs no call."""
    hook_for(sim.url)
    assert command() == "0 of 30 requests are used; the next one may leave now\n"
    assert sim.requests() == []


def test_a_pause_is_told_and_ended(hook_for: HookFor, sim: Simulator, command: Command) -> None:
    """The request that was throttled goes on counting."""
    sim.patch(limit_requests=0)
    with pytest.raises(Throttled):
        list_page(hook_for(sim.url))
    with pytest.raises(BudgetWait):
        list_page(hook_for(sim.url))
    assert "the API throttled a request, so somebody else uses the account" in command()
    sim.patch(limit_requests=100)
    assert command("--reopen") == (
        "The budget of account 'default' is open again\n"
        "1 of 30 requests are used; the next one may leave now\n"
    )  # fmt: skip
    assert list_page(hook_for(sim.url)).status == 200


def test_a_refused_key_is_told_and_tried_again(hook_for: HookFor, sim: Simulator, command: Command) -> None:
    """Without the five minutes that it would wait."""
    with pytest.raises(Unauthorized):
        list_page(hook_for(sim.url, key="not-the-key-0123456789"))
    assert "An API key that the API refused is not used for 300 s more" in command()
    command("--reopen")
    with pytest.raises(Unauthorized, match="answered 401"):
        list_page(hook_for(sim.url, key="not-the-key-0123456789"))


@pytest.mark.usefixtures("command")
def test_an_account_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that are."""
    assert main(["budget", "--account", "brand"]) == 2
    assert "has no account 'brand'; it has default" in capsys.readouterr().err


@pytest.fixture(params=["sqlite", "valkey", "postgres"])
def any_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str | None]:
    """The connection of a store of each kind, on a real server; none for the file, which is the tests' own."""
    if request.param == "sqlite":
        yield None
        return
    with {"valkey": valkey, "postgres": postgres}[request.param]() as server:
        monkeypatch.setenv("AIRFLOW_CONN_SHARED", Connection(conn_id="shared", **server).as_json())
        yield "shared"


def test_each_kind_of_store_tells_what_closes_it_and_is_opened(
    hook_for: HookFor, command: Command, any_store: str | None
) -> None:
    """A server that has just started lets nobody send for a while, which is no pause and stays."""
    url = "https://api.example.com"
    hook_for(url, **({"budget_conn_id": any_store} if any_store else {}))
    store, budget = store_for(any_store), "api.example.com/brand"
    store.close(budget, 200)
    store.trip(budget, "hash of a key")
    told = command()
    assert "0 of 30 requests are used; the next one may leave in 200 s" in told
    assert "Closed for 200 s more" in told
    assert "An API key that the API refused is not used for 300 s more" in told
    reopened = command("--reopen")
    assert reopened.startswith("The budget of account 'default' is open again\n0 of 30 requests are used")
    assert "Closed" not in reopened
    assert "refused" not in reopened
