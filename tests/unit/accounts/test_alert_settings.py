"""An account's alert settings, and the notifier that they name."""

import traceback
from pathlib import Path

import pytest
from airflow.sdk import BaseNotifier

from insider_web_push.accounts.file import read_accounts
from insider_web_push.alerts.callbacks import alerts_of
from insider_web_push.errors import ConfigurationError

LEAST = "accounts: [{name: default, timezone: Europe/Istanbul, storage: data, MORE}]"
SMTP = "airflow.providers.smtp.notifications.smtp.SmtpNotifier"


def written(folder: Path, more: str) -> Path:
    """Write an accounts file with some more settings."""
    path = folder / "accounts.yaml"
    path.write_text(LEAST.replace("MORE", more), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("setting", "cron"),
    [
        ("publish_by: '09:00'", "0 9 * * *"),
        ("publish_by: 09:00", "0 9 * * *"),
        ("publish_by: 10:30", "30 10 * * *"),  # the number 630, says YAML
        ("publish_by: null", None),
        ("pool_slots: 3", None),
    ],
)
def test_a_deadline_is_a_time_of_the_day(tmp_path: Path, setting: str, cron: str | None) -> None:
    """With or without quotes; by default there is none."""
    (account,) = read_accounts(written(tmp_path, setting))
    assert account.publish_by_schedule == cron


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("publish_by: '9:00'", r"publish_by = '9:00'"),
        ("publish_by: '24:00'", "publish_by = '24:00'"),
        ("publish_by: noon", "publish_by = 'noon'"),
        ("publish_by: true", "publish_by = True"),
        ("publish_by: '05:00'", "publish_by 05:00 is not after '0 5 \\* \\* \\*', when the day's run starts"),
        ("publish_by: '02:30', schedule: 0 1 * * *, timezone: Europe/Berlin", "timezone is there twice"),
        ("notifier: slack", "notifier: Input should be"),
        ("notifier: {path: slack}", "notifier.path: String should match"),
        ("notifier: {path: a.B, args: []}", "notifier.args"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(tmp_path: Path, setting: str, said: str) -> None:
    """Where all other mistakes of the file are shown."""
    with pytest.raises(ConfigurationError, match=said):
        read_accounts(written(tmp_path, setting))


def test_a_deadline_that_some_day_does_not_have_is_refused(tmp_path: Path) -> None:
    """As for schedules."""
    path = written(tmp_path, "publish_by: '02:30', schedule: 0 1 * * *")
    path.write_text(path.read_text().replace("Europe/Istanbul", "Europe/Berlin"))
    with pytest.raises(ConfigurationError, match="clocks of Europe/Berlin jump over the schedule '30 2"):
        read_accounts(path)


@pytest.mark.parametrize(
    ("notifier", "said"),
    [
        ({"path": "no_such_provider.Notifier"}, "cannot be imported: No module named 'no_such_provider'"),
        ({"path": "airflow.providers.smtp.notifications.smtp.Nobody"}, "cannot be imported: .*Nobody"),
        ({"path": "pathlib.Path"}, "is not a class derived from airflow.sdk.BaseNotifier"),
        ({"path": "json.dumps"}, "is not a class derived"),
        ({"path": SMTP}, "does not take its kwargs: .*'to'"),
        ({"path": SMTP, "kwargs": {"to": "a@example.com", "too": 1}}, "does not take its kwargs: .*'too'"),
    ],
)
def test_a_notifier_that_cannot_be_made_is_an_error_of_the_dag_file(
    tmp_path: Path, notifier: dict[str, object], said: str
) -> None:
    """And not found out when the first run fails."""
    (account,) = read_accounts(written(tmp_path, f"notifier: {notifier}"))
    with pytest.raises(ConfigurationError, match=f"(?s)the notifier of account 'default' .*{said}"):
        alerts_of(account)


def test_what_a_notifier_says_of_its_arguments_shows_no_secret(tmp_path: Path) -> None:
    """A class that quotes them; and the settings' own repr does not."""
    settings = "notifier: {path: tests.unit.accounts.test_alert_settings.Quoting, kwargs: {to: [{url: s3cr3t-url}]}}"
    (account,) = read_accounts(written(tmp_path, settings))
    with pytest.raises(ConfigurationError, match=r"does not take its kwargs: .*\*\*\* is no address") as caught:
        alerts_of(account)
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))
    assert "s3cr3t" not in repr(account)


class Quoting(BaseNotifier):
    """A notifier that quotes what it is given."""

    def __init__(self, *, to: list[dict[str, str]]) -> None:
        raise ValueError(f"{to[0]['url']} is no address")

    def notify(self, context: object) -> None:
        """Do nothing."""
