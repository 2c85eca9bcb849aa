"""The accounts file: which accounts get DAGs, and their few settings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from insider_web_push.connection import DEFAULT_CONN_ID
from insider_web_push.errors import ConfigurationError
from insider_web_push.rules import Rules
from insider_web_push.yaml_mistakes import line_of, meant

_ONCE_A_DAY = re.compile(r"([0-9]|[1-5][0-9]) ([0-9]|1[0-9]|2[0-3]) \* \* \*", re.ASCII)
_CHECKED_YEARS = (2018, 2040)
"""From the DAG's start to well after this version."""
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        message = (
            f"{name!r} is not an IANA time zone such as Europe/Istanbul{meant(name, sorted(available_timezones()))}"
        )
        raise ValueError(message)
    return name


def _once_a_day(expression: str) -> str:
    if not _ONCE_A_DAY.fullmatch(expression):
        message = f"{expression!r} is not a cron expression for once a day such as '0 5 * * *'"
        raise ValueError(message)
    return expression


@cache
def _skipped(schedule: str, timezone: str) -> date | None:
    """Tell the first day on which the clocks jump over the scheduled time."""
    minute, hour, *_ = (int(part) for part in schedule.split()[:2])
    zone, first, last = ZoneInfo(timezone), date(_CHECKED_YEARS[0], 1, 1), date(_CHECKED_YEARS[1], 1, 1)
    for day in (first + timedelta(days=offset) for offset in range((last - first).days)):
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            return day
    return None


class Account(Rules):
    """
    One account: who it is, and the rules of its days (`Rules`).

    Attributes:
        name: Part of the names of its DAGs, pools and assets; `default` is left out of them.
        conn_id: Airflow connection of type `insider_web_push`.
        timezone: IANA name; the account's days begin and end there.
        schedule: Cron expression in that time zone, once a day, at a time that every day has; null runs only what is
            triggered by hand.
        refresh_schedule: As schedule, of the refresh.
        storage: Root of the object layout: a URL, or a path relative to the accounts file.
        pool_slots: How many workers talk to, or wait for, the API at once. The rate is the connection's, not this.
        correction_threshold: How much a week's totals must have moved since its last report for a new one, as a
            fraction.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    conn_id: str = DEFAULT_CONN_ID
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    schedule: Annotated[str, AfterValidator(_once_a_day)] | None = "0 5 * * *"
    refresh_schedule: Annotated[str, AfterValidator(_once_a_day)] | None = "0 7 * * *"
    storage: Annotated[str, Field(min_length=1)]
    pool_slots: Annotated[int, Field(ge=1, le=128)] = 6
    correction_threshold: Annotated[float, Field(ge=0, le=1)] = 0.01

    @model_validator(mode="after")
    def _scheduled_every_day(self) -> Self:
        """Airflow 3.3.2 loses the day before one on which the scheduled time does not exist."""
        for schedule in filter(None, (self.schedule, self.refresh_schedule)):
            day = _skipped(schedule, self.timezone)
            if day:
                message = (
                    f"the clocks of {self.timezone} jump over the schedule {schedule!r} on {day}: take a later hour"
                )
                raise ValueError(message)
        return self

    @property
    def rules(self) -> Rules:
        """The rules alone, for operators."""
        return Rules(**{name: getattr(self, name) for name in Rules.model_fields})

    def named(self, what: str) -> str:
        """Name something of this account: `what`, or `what__brand` for an account that is not the default."""
        return what if self.name == "default" else f"{what}__{self.name}"

    @property
    def pool(self) -> str:
        """Pool of the tasks that talk to the API."""
        return self.named("insider_web_push")

    @property
    def publish_pool(self) -> str:
        """Pool of one slot: one publish of an account at a time."""
        return self.named("insider_web_push_publish")


class _AccountsFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    accounts: list[Account]


def read_accounts(path: Path) -> list[Account]:
    """
    Read and check the accounts file.

    Raises:
        ConfigurationError: names the file, the line, the setting, and what was probably meant.
    """
    try:
        text = path.read_text(encoding="utf-8")
        accounts = _AccountsFile.model_validate(yaml.safe_load(text)).accounts
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"the accounts file {path} cannot be read: {error}"
        raise ConfigurationError(message) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where, line = ".".join(str(part) for part in first["loc"]), line_of(text, first["loc"])
        hint = meant(str(first["loc"][-1]), Account.model_fields) if first["type"] == "extra_forbidden" else ""
        message = f"the accounts file {path}, line {line}: {where} = {first['input']!r}: {first['msg']}{hint}"
        raise ConfigurationError(message) from None
    for setting in ("name", "conn_id"):
        values = [getattr(account, setting) for account in accounts]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            message = f"the accounts file {path}: two accounts have the same {setting}, {twice!r}: give each its own"
            raise ConfigurationError(message)
    return [account.model_copy(update={"storage": _absolute(account.storage, path)}) for account in accounts]


def configured_accounts() -> list[Account]:
    """Read the accounts file: `[insider_web_push] accounts_file`, or `include/accounts.yaml` beside the DAGs folder."""
    from airflow.sdk.configuration import conf  # noqa: PLC0415 — the rest of this file needs no Airflow

    configured = conf.get("insider_web_push", "accounts_file", fallback="")
    return read_accounts(Path(configured or Path(conf.get("core", "dags_folder")).parent / "include" / "accounts.yaml"))


def _absolute(storage: str, accounts_file: Path) -> str:
    if _HAS_SCHEME.match(storage):
        return storage
    # Without a scheme, since a file URL would need its blanks encoded, and fsspec does not decode them.
    return str((accounts_file.resolve().parent / Path(storage).expanduser()).resolve())
