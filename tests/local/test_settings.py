from datetime import timedelta
from pathlib import Path

import pendulum
import pytest

from include.local.account import write_accounts_file
from include.local.settings import DemoSettings, SettingError, read_settings
from insider_web_push.accounts.file import read_accounts

ACCOUNT = {"API_URL": "https://api.example", "API_KEY": "a-key-of-the-account", "PARTNER_ID": "acme"}


def read(tmp_path: Path, **env: str) -> DemoSettings:
    return read_settings(env, default_storage=tmp_path / "storage")


@pytest.mark.parametrize(
    ("env", "named"),
    [
        pytest.param({"API_KEY": "k"}, "API_URL is not set", id="key-without-address"),
        pytest.param({"API_URL": "api.example"}, "API_URL", id="no-scheme"),
        pytest.param({"API_URL": "https://api.example/v1"}, "API_URL", id="path"),
        pytest.param({"API_URL": "http://10.1.2.3"}, "ALLOW_HTTP=1", id="plain-http"),
        pytest.param({"API_URL": "https://api.example"}, "API_KEY is not set", id="no-key"),
        pytest.param(ACCOUNT | {"API_KEY_FILE": "/dev/null"}, "unset one", id="two-keys"),
        pytest.param(ACCOUNT | {"API_KEY": "", "API_KEY_FILE": "/nowhere"}, "API_KEY_FILE", id="unreadable-key-file"),
        pytest.param(ACCOUNT | {"API_KEY": "", "API_KEY_FILE": "/dev/null"}, "is empty", id="empty-key-file"),
        pytest.param(ACCOUNT | {"API_KEY": "two words"}, "API_KEY has characters", id="key-with-space"),
        pytest.param(ACCOUNT | {"PARTNER_ID": " "}, "PARTNER_ID is not set", id="no-partner"),
        pytest.param({"DAY": "22.11.2026"}, "DAY", id="no-date"),
        pytest.param({"DAY": "2026-W47-1"}, "DAY", id="week-date"),
        pytest.param({"DAY": "2999-01-01"}, "in the future", id="future"),
        pytest.param({"TIMEZONE": "Mars/Olympus"}, "TIMEZONE", id="no-zone"),
        pytest.param({"STORAGE": "/dev/null/x"}, "STORAGE", id="no-folder"),
        pytest.param({"YES": "perhaps"}, "YES", id="no-flag"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(tmp_path, env, named):
    """One line, with what to do; nothing was started."""
    with pytest.raises(SettingError, match=named) as refusal:
        read(tmp_path, **env)
    assert "\n" not in str(refusal.value)


def test_without_settings_it_is_the_simulator_and_yesterday(tmp_path):
    """The first step needs no configuration, and its key is made for it."""
    one, other = read(tmp_path, TIMEZONE="Pacific/Auckland"), read(tmp_path)
    assert one.api_url is None
    assert one.day == pendulum.yesterday("Pacific/Auckland").date()
    assert one.api_key != other.api_key


def test_the_key_is_in_no_representation(tmp_path):
    """A traceback or a log may show the settings."""
    assert ACCOUNT["API_KEY"] not in repr(read(tmp_path, **ACCOUNT))


def test_a_key_file_gives_the_key(tmp_path):
    """Without the line break that editors put at its end."""
    (tmp_path / "key").write_text("from-a-file\n")
    env = ACCOUNT | {"API_KEY": "", "API_KEY_FILE": str(tmp_path / "key")}
    assert read(tmp_path, **env).api_key == "from-a-file"


@pytest.mark.parametrize(
    ("timezone", "day", "start", "hours"),
    [
        pytest.param("Europe/Istanbul", "2026-11-22", "2026-11-22T00:00:00+03:00", 24, id="plain"),
        pytest.param("Europe/Berlin", "2026-03-29", "2026-03-29T00:00:00+01:00", 23, id="spring"),
        pytest.param("Europe/Berlin", "2025-10-26", "2025-10-26T00:00:00+02:00", 25, id="autumn"),
        pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", 23, id="no-midnight"),
        pytest.param("America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00:00-03:00", 24, id="before-no-midnight"),
    ],
)
def test_the_interval_is_the_local_day(tmp_path, timezone, day, start, hours):
    """From its first instant to the next day's, also where the clock changes."""
    begin, end = read(tmp_path, TIMEZONE=timezone, DAY=day).data_interval
    assert begin.isoformat() == start
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize("storage", ["", "s3://lake@bucket/insider"])
def test_the_package_reads_the_accounts_file_that_is_written(tmp_path, storage):
    """Its one account has the zone and the place that were asked for, and no schedule of its own."""
    settings = read(tmp_path, STORAGE=storage, TIMEZONE="Europe/Berlin")
    write_accounts_file(tmp_path / "accounts.yaml", settings, schedule=None)
    [account] = read_accounts(tmp_path / "accounts.yaml")
    assert (account.timezone, account.schedule) == ("Europe/Berlin", None)
    assert account.storage.removeprefix("file://") == (storage or str(tmp_path / "storage"))
