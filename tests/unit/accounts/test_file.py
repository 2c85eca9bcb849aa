"""The accounts file."""

import traceback
from pathlib import Path

import pytest

from insider_web_push.accounts.file import Account, read_accounts
from insider_web_push.days.rules import Rules
from insider_web_push.errors import ConfigurationError
from insider_web_push.vocabulary import Check
from tests.conftest import PROJECT_ROOT

LEAST = "accounts: [{name: default, timezone: Europe/Istanbul, storage: data}]"
MOST = """
accounts:
  - {name: default, timezone: Europe/Istanbul, storage: "s3://aws_default@lake/insider"}
  - name: brand2
    conn_id: brand2_conn
    timezone: Europe/Berlin
    schedule: null
    storage: ~/insider
    pool_slots: 8
"""


def write(folder: Path, text: str) -> Path:
    """Write an accounts file."""
    path = folder / "accounts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_account_needs_a_name_a_zone_and_a_storage(tmp_path: Path) -> None:
    """The rest has defaults."""
    (account,) = read_accounts(write(tmp_path, LEAST))
    assert (account.conn_id, account.schedule, account.pool_slots) == ("insider_web_push_default", "0 5 * * *", 9)


def test_every_setting_is_read(tmp_path: Path) -> None:
    """In the file's order."""
    first, second = read_accounts(write(tmp_path, MOST))
    assert first.storage == "s3://aws_default@lake/insider"
    assert second == Account(
        name="brand2",
        conn_id="brand2_conn",
        timezone="Europe/Berlin",
        schedule=None,
        storage=str(Path.home() / "insider"),
        pool_slots=8,
    )


def test_the_repositorys_own_file_is_right() -> None:
    """A clone must run as it is."""
    (account,) = read_accounts(PROJECT_ROOT / "include" / "accounts.yaml")
    assert (account.name, account.conn_id) == ("default", "insider_web_push_default")


def test_a_relative_storage_is_relative_to_the_file(tmp_path: Path) -> None:
    """And not to wherever a worker happens to run."""
    (account,) = read_accounts(write(tmp_path, LEAST.replace("storage: data", "storage: ../data")))
    assert account.storage == str(tmp_path.parent / "data")


def test_only_the_default_account_goes_without_its_name(tmp_path: Path) -> None:
    """In DAGs, pools and assets."""
    first, second = read_accounts(write(tmp_path, MOST))
    assert (first.named("x"), first.pool, first.publish_pool) == ("x", "insider_web_push", "insider_web_push_publish")
    assert (second.named("x"), second.pool) == ("x__brand2", "insider_web_push__brand2")
    assert len({first.pool, first.publish_pool, second.pool, second.publish_pool}) == 4


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", "accounts", id="empty"),
        pytest.param("accounts", "accounts", id="text"),
        pytest.param("accounts: {default: {}}", "accounts", id="not-a-list"),
        pytest.param("accounts: [", "cannot be read", id="not-yaml"),
        pytest.param(LEAST + "\npools: 3", "pools", id="unknown-setting"),
        pytest.param(LEAST.replace("storage: data", "storag: data"), "storag", id="misspelt-setting"),
        pytest.param(LEAST.replace(", storage: data", ""), "accounts.0.storage", id="no-storage"),
        pytest.param(LEAST.replace("storage: data", "storage: ''"), "accounts.0.storage", id="blank-storage"),
        pytest.param(LEAST.replace("name: default", "name: Brand 2"), "accounts.0.name = 'Brand 2'", id="name"),
        pytest.param(LEAST.replace("Europe/Istanbul", "Istanbul"), "'Istanbul' is not an IANA time zone", id="zone"),
        pytest.param(LEAST.replace("Europe/Istanbul", "+03:00"), r"'\+03:00' is not an IANA time zone", id="offset"),
        pytest.param(LEAST.replace("}", ", schedule: '@daily'}"), "'@daily' is not a cron expression", id="preset"),
        pytest.param(LEAST.replace("}", ", schedule: 0 1 * *}"), "is not a cron expression", id="four-fields"),
        pytest.param(LEAST.replace("}", ", schedule: 61 25 * * *}"), "is not a cron expression", id="no-such-hour"),
        pytest.param(LEAST.replace("}", ", schedule: a b c d e}"), "is not a cron expression", id="no-cron"),
        pytest.param(LEAST.replace("}", ", pool_slots: 0}"), "accounts.0.pool_slots = 0", id="no-slots"),
        pytest.param(LEAST.replace("}", ", refresh_schedule: hourly}"), "'hourly' is not a cron", id="refresh"),
        pytest.param(LEAST.replace("}", ", ages: [3, 2, 11]}"), "accounts.0.ages = .*must increase", id="ages"),
        pytest.param(LEAST.replace("}", ", partial_after_h: soon}"), "0.partial_after_h = 'soon'", id="partial"),
        pytest.param(LEAST.replace("}", ", accept_missing: [x]}"), "accounts.0.accept_missing.0 = 'x'", id="accept"),
        pytest.param(LEAST.replace("}", ", check_thresholds: {x: 1}}"), "accounts.0.check_thresholds.x", id="check"),
        pytest.param(LEAST.replace("}", ", correction_threshold: 2}"), "correction_threshold = 2", id="correction"),
        pytest.param(
            LEAST.replace("]", ", {name: default, timezone: UTC, storage: b}]"), "have the same name", id="twins"
        ),
        pytest.param(
            LEAST.replace("]", ", {name: b, timezone: UTC, storage: b}]"), "have the same conn_id", id="one-connection"
        ),
    ],
)  # fmt: skip
def test_a_mistake_names_the_file_and_the_setting(tmp_path: Path, text: str, shown: str) -> None:
    """A DAG file that cannot be imported shows this line in the UI."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError, match=f"(?s){shown}") as caught:
        read_accounts(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("line", "setting", "meant"),
    [
        (4, "    timezone: Istanbul", "did you mean Asia/Istanbul or Europe/Istanbul"),
        (4, "    timezone: Europe/Istambul", "did you mean Europe/Istanbul"),
        (6, "    storag: data", "did you mean storage"),
        (6, "    refresh_shedule: null", "did you mean refresh_schedule"),
        (6, "    colour: blue", r"Extra inputs are not permitted$"),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_what_was_meant(
    tmp_path: Path, line: int, setting: str, meant: str
) -> None:
    """In a file of several accounts."""
    lines = ["accounts:", "", "  - name: brand", "    timezone: UTC", "    storage: data"]
    lines[line - 1 : line] = [setting]
    with pytest.raises(ConfigurationError, match=rf"accounts\.yaml, line {line}: accounts\.0\..*{meant}"):
        read_accounts(write(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("schedule", ["*/5 * * * *", "0 * * * *", "0 1,13 * * *", "0 1 * * 1", "0 1 1 * *"])
def test_a_schedule_that_is_not_once_a_day_is_refused(tmp_path: Path, schedule: str) -> None:
    """One run is one day: more often would fetch a day twice, less often would leave days out."""
    path = write(tmp_path, LEAST.replace("}", f", schedule: '{schedule}'}}"))
    with pytest.raises(ConfigurationError, match="once a day"):
        read_accounts(path)


@pytest.mark.parametrize(
    "zone",
    ["Africa/Cairo", "America/Havana", "America/Nuuk", "America/Santiago", "America/Sao_Paulo", "America/St_Johns",
     "Antarctica/Troll", "Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe", "Europe/Istanbul", "Europe/London"],
)  # fmt: skip
def test_every_zone_can_have_the_default_schedule(zone: str) -> None:
    """Wherever and whenever its clocks jump."""
    assert Account(name="default", timezone=zone, storage="data").schedule == "0 5 * * *"


@pytest.mark.parametrize(
    ("zone", "schedule"),
    [
        ("Europe/London", "0 1 * * *"),
        ("Europe/Berlin", "30 2 * * *"),
        ("America/Sao_Paulo", "0 0 * * *"),
        ("America/Nuuk", "59 23 * * *"),
        ("Australia/Lord_Howe", "15 2 * * *"),
    ],
)
def test_a_time_that_the_clocks_jump_over_is_refused(tmp_path: Path, zone: str, schedule: str) -> None:
    """Without catch-up, Airflow 3.3 may lose the day before such a jump."""
    text = LEAST.replace("Europe/Istanbul", zone).replace("}", f", schedule: '{schedule}'}}")
    with pytest.raises(ConfigurationError, match=f"clocks of {zone} jump over the schedule"):
        read_accounts(write(tmp_path, text))


def test_the_rules_of_an_account_are_read(tmp_path: Path) -> None:
    """And handed to its tasks without the rest."""
    settings = "ages: [5, 20], partial_after_h: 30, accept_missing: [40006], check_thresholds: {rate: 0.5}"
    (account,) = read_accounts(write(tmp_path, LEAST.replace("}", f", {settings}}}")))
    assert account.rules == Rules(
        ages=(5, 20), partial_after_h=30, accept_missing=("40006",), check_thresholds={Check.RATE: 0.5}
    )
    assert (account.rules.threshold("rate"), account.rules.threshold("list")) == (0.5, 0.05)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(ConfigurationError, match=r"nowhere.yaml cannot be read: .*No such file"):
        read_accounts(tmp_path / "nowhere.yaml")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    """Not a traceback of a codec."""
    path = tmp_path / "accounts.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"accounts\.yaml cannot be read"):
        read_accounts(path)


SECRET = "https://hooks.example.com/services/T0/s3cr3t"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"notifier: {{path: '{SECRET}'}}", "accounts.0.notifier.path: ", id="a-webhook-for-a-path"),
        pytest.param(f"notifier: '{SECRET}'", "accounts.0.notifier: ", id="a-webhook-for-a-notifier"),
        pytest.param(
            f"notifier: {{path: a.B, kwargs: ['{SECRET}']}}", "notifier.kwargs: ", id="kwargs-that-are-a-list"
        ),
        pytest.param(f"notifier: {{path: a.B, kwarg: '{SECRET}'}}", "did you mean kwargs|kwarg: ", id="misspelled"),
        pytest.param(f"notifyer: {{kwargs: {{url: '{SECRET}'}}}}", "did you mean notifier", id="unknown-setting"),
        pytest.param(f"token: '{SECRET}'", "accounts.0.token: Extra inputs", id="a-token"),
        pytest.param(f"schedule: {{url: '{SECRET}'}}", "accounts.0.schedule: ", id="an-object"),
        pytest.param(f"schedule: ['{SECRET}']", "accounts.0.schedule: ", id="a-list"),
        pytest.param(
            f"publish_by: '01:00', notifier: {{path: a.B, kwargs: {{url: '{SECRET}'}}}}",
            "is not after",
            id="an-account",
        ),
        pytest.param(
            "panel_url: 'ftp://user:s3cr3t@host'", "accounts.0.panel_url = 'ftp://\\*\\*\\*@host'", id="login"
        ),
        pytest.param(f"token: '{SECRET}", "line 1, column [0-9]+: ", id="no-end-of-a-quote"),
        pytest.param("token: *s3cr3t", "line 1, column [0-9]+: found undefined alias", id="an-alias"),
        pytest.param("token: !s3cr3t x", "line 1, column [0-9]+: ", id="a-tag"),
        pytest.param("token: [s3cr3t, }", "line 1, column [0-9]+: ", id="a-bracket"),
    ],
)
def test_a_mistake_shows_no_secret(tmp_path: Path, text: str, said: str) -> None:
    """It ends in Airflow's list of import errors, which every reader of DAGs sees."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_accounts(write(tmp_path, LEAST.replace("}", f", {text}}}")))
    shown = "".join(traceback.format_exception(caught.value))
    assert "s3cr3t" not in str(caught.value)
    assert "s3cr3t" not in shown
