"""`python -m insider_web_push doctor`: what it says of accounts, budgets and storages, and what it leaves."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from include.servers import free_ports
from include.simulator.process import Simulator
from insider_web_push.__main__ import main
from insider_web_push.cli.doctor import SOMETHING_IS_WRONG
from insider_web_push.errors import Unauthorized
from insider_web_push.hook import InsiderWebPushHook
from tests.builders import DAY, swept
from tests.integration.conftest import CONN_ID, KEY
from tests.integration.helpers import list_page
from tests.lake import Lake

HookFor = Callable[..., InsiderWebPushHook]
Doctor = Callable[[], str]


@pytest.fixture
def accounts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One account, with its storage in `lake` beside the file."""
    file = tmp_path / "accounts.yaml"
    account = {"name": "default", "conn_id": CONN_ID, "timezone": "Europe/Istanbul", "storage": "lake"}
    file.write_text(yaml.safe_dump({"accounts": [account]}))
    monkeypatch.setenv("AIRFLOW__INSIDER_WEB_PUSH__ACCOUNTS_FILE", str(file))
    return file


@pytest.fixture
def doctor(accounts_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run the command; gives its lines, unwrapped."""
    assert accounts_file.exists()
    monkeypatch.setenv("COLUMNS", "120")

    def run() -> str:
        main(["doctor"])
        return " ".join(capsys.readouterr().out.split())

    return run


def test_what_works_is_said_without_a_call_and_leaves_nothing(
    hook_for: HookFor, sim: Simulator, doctor: Doctor, tmp_path: Path
) -> None:
    """The object that it writes is gone again."""
    hook_for(sim.url)
    said = doctor()
    assert re.search(r"ok Airflow 3\.\d+\.\S+, and the package is made for >=3", said)
    assert "ok entry points Airflow knows the connection type and the plugin" in said
    assert "ok accounts file default" in said
    assert f"ok connection {CONN_ID} leads to {sim.url.removeprefix('http://')}, at most 30 requests" in said
    assert "ok partner id brand" in said
    assert "ok budget 0 of 30 requests are used; the next one may leave now, in a file on this machine" in said
    assert f"ok storage {tmp_path}/lake can be written and listed; nothing is published yet" in said
    assert sim.requests() == []
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == []


def test_published_days_are_counted_and_what_a_run_wrote_stays(
    hook_for: HookFor, sim: Simulator, doctor: Doctor, tmp_path: Path
) -> None:
    """Every run leaves the object that it tries the storage with."""
    hook_for(sim.url)
    lake = Lake(tmp_path / "lake")
    lake.list_day([swept("1", sent=0)])
    lake.publish()
    lake.store.check_usable()
    assert f"can be written and listed; days published: 1, the newest {DAY}" in doctor()
    assert lake.store.read_if_there(lake.store.at.write_check) == b""


@pytest.mark.parametrize(
    ("extra", "key", "expected"),
    [
        ({}, "", "WRONG connection connection 'integration' has no API key: set it as the password"),
        ({"partner_id": ""}, KEY, "WRONG connection connection 'integration' has no partner id"),
        ({"budget_conn_id": "nowhere"}, KEY, "WRONG budget connection 'nowhere', the budget's store, does not exist"),
    ],
)
def test_a_setting_that_is_wrong_is_named_with_what_to_do(
    hook_for: HookFor, doctor: Doctor, extra: dict[str, str], key: str, expected: str
) -> None:
    """In the words of the error that a task would raise."""
    hook_for("https://api.example.com", key=key, **extra)
    assert expected in doctor()


def test_a_budget_that_does_not_answer_is_wrong(
    hook_for: HookFor, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No request would leave."""
    monkeypatch.setenv("AIRFLOW_CONN_SHARED", f"redis://:pass-of-the-store@127.0.0.1:{free_ports(1)[0]}")
    hook_for("https://api.example.com", budget_conn_id="shared")
    said = doctor()
    assert "WRONG budget the budget's store shared (redis at 127.0.0.1:" in said
    assert "-> start that server" in said
    assert "pass-of-the-store" not in said


def test_a_refused_key_is_told_and_never_shown(hook_for: HookFor, sim: Simulator, doctor: Doctor) -> None:
    """With the command that uses it again."""
    wrong = "not-the-key-0123456789"
    with pytest.raises(Unauthorized):
        list_page(hook_for(sim.url, key=wrong))
    said = doctor()
    assert "look budget 1 of 30 requests are used" in said
    assert "An API key that the API refused is not used" in said
    assert "-> python -m insider_web_push budget" in said
    assert wrong not in said


def test_a_storage_that_cannot_be_written_is_wrong(
    hook_for: HookFor, sim: Simulator, doctor: Doctor, tmp_path: Path
) -> None:
    """Whatever stands in the way."""
    hook_for(sim.url)
    (tmp_path / "lake").write_text("a file")
    said = doctor()
    assert f"WRONG storage {tmp_path}/lake: NotADirectoryError: Not a directory" in said
    assert "-> see that `storage` of account default is right" in said


def test_an_accounts_file_that_is_wrong_is_told_after_the_rest(doctor: Doctor, accounts_file: Path) -> None:
    """With its line."""
    accounts_file.write_text("accounts:\n  - name: default\n    timezone: Mars/Olympus\n    storage: lake\n")
    said = doctor()
    assert "ok entry points" in said
    assert f"WRONG accounts file the accounts file {accounts_file}, line 3" in said


def test_what_is_wrong_is_the_exit_status(hook_for: HookFor, sim: Simulator, doctor: Doctor) -> None:
    """A script can ask for the exit status. What is unknown beside it does not hide it."""
    hook_for(sim.url, key="")
    assert "WRONG" in doctor()
    assert main(["doctor"]) == SOMETHING_IS_WRONG
