"""Reads the accounts file: which accounts get DAGs, and their few settings."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from string import Formatter
from tempfile import gettempdir
from typing import Annotated, Self
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from insider_web_push.accounts.alert_settings import AlertSettings
from insider_web_push.accounts.finding import accounts_file_of, refuse_checkout
from insider_web_push.accounts.schedules import once_a_day, skipped, time_of
from insider_web_push.accounts.yaml_mistakes import SAFE_LOADER, line_of, problem_of, repeated
from insider_web_push.api.connection import DEFAULT_CONN_ID
from insider_web_push.days.remedies import Names
from insider_web_push.days.rules import Rules
from insider_web_push.errors import ConfigurationError, Mistake, first_mistake, meant
from insider_web_push.vocabulary import DAILY, REFRESH, account_of_dag

_LOGIN = re.compile(r"//[^/@\s]*:[^/@\s]*@")
"""A user and a password before a host."""
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://")


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())  # walks through folders: 35 ms of CPU


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        hint = meant(name, sorted(_timezones()))
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Istanbul{hint}")
    return name


def _panel_url(url: str) -> str:
    try:
        fields = {name for _, name, _, _ in Formatter().parse(url) if name is not None}
    except ValueError:
        fields = set()
    if fields != {"campaign_id"} or not url.startswith(("https://", "http://")):
        raise ValueError(
            "this is not an address with {campaign_id} where the campaign's id stands, and no other braces"
        )
    return url


class Account(Rules, AlertSettings):
    """
    One account: who it is, the rules of its days (`Rules`), and who is told when they fail (`AlertSettings`).

    Attributes:
        name: Part of the names of its DAGs, pools and assets; `default` is left out of them.
        conn_id: Airflow connection of type `insider_web_push`.
        timezone: IANA name; the account's days begin and end at midnight there.
        schedule: When the daily DAG runs: a cron expression in that time zone, once a day, at a time that every day
            has; null runs only what is triggered by hand.
        refresh_schedule: When the refresh runs, in the same form.
        storage: Root of the object layout: a URL, or a path relative to the accounts file.
        pool_slots: How many workers talk to, or wait for, the API at once. The rate is the connection's, not this.
        campaign_days_per_task: How many campaign days a mapped task fetches, one after the other.
        panel_url: Address of a campaign in the vendor's panel, with `{campaign_id}` where its id stands: tasks link to
            it. Null: no link.
        correction_threshold: By what fraction a week's sums must have moved since its last report for a new report.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    conn_id: str = DEFAULT_CONN_ID
    timezone: Annotated[str, AfterValidator(_known_timezone)]
    schedule: Annotated[str, AfterValidator(once_a_day)] | None = "0 5 * * *"
    refresh_schedule: Annotated[str, AfterValidator(once_a_day)] | None = "0 7 * * *"
    storage: Annotated[str, Field(min_length=1)]
    pool_slots: Annotated[int, Field(ge=1, le=128)] = 9
    campaign_days_per_task: Annotated[int, Field(ge=1, le=1000)] = 1
    panel_url: Annotated[str, AfterValidator(_panel_url)] | None = None
    correction_threshold: Annotated[float, Field(ge=0, le=1)] = 0.01

    _neighbours: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _scheduled_every_day(self) -> Self:
        """Refuse a time that some day does not have, since Airflow 3.3.2 loses the day before such a day."""
        for schedule in filter(None, (self.schedule, self.refresh_schedule, self.publish_by_schedule)):
            day = skipped(schedule, self.timezone)
            if day:
                raise ValueError(
                    f"the clocks of {self.timezone} jump over the schedule {schedule!r} on {day}: take a later hour"
                )
        if self.schedule and self.publish_by_schedule and time_of(self.publish_by_schedule) <= time_of(self.schedule):
            raise ValueError(f"publish_by {self.publish_by} is not after {self.schedule!r}, when the day's run starts")
        return self

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Connections of the other accounts in the same storage, where only their partner ids keep them apart."""
        return self._neighbours

    @property
    def rules(self) -> Rules:
        """The account's `Rules` without its other settings, for operators."""
        return Rules(**{name: getattr(self, name) for name in Rules.model_fields})

    def named(self, what: str) -> str:
        """Name something of this account: `what`, or `what__brand` if the account is not called `default`."""
        return what if self.name == "default" else f"{what}__{self.name}"

    @property
    def names(self) -> Names:
        """What is called how for this account, as remedies name it."""
        return Names(account=self.name, conn_id=self.conn_id, daily=self.named(DAILY), refresh=self.named(REFRESH))

    @property
    def pool(self) -> str:
        """The pool of the tasks that talk to the API."""
        return self.named("insider_web_push")

    @property
    def publish_pool(self) -> str:
        """The pool of the tasks that publish, of one slot: an account publishes one day's revision at a time."""
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
        _check_repeated(text, path)
        accounts = _AccountsFile.model_validate(yaml.load(text, Loader=SAFE_LOADER)).accounts  # noqa: S506 — it is safe
    except yaml.YAMLError as error:
        raise ConfigurationError(f"the accounts file {path} cannot be read: {problem_of(error)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the accounts file {path} cannot be read: {error}") from None
    except ValidationError as error:
        first = first_mistake(error)
        line = line_of(text, first.at)
        hint = meant(str(first.at[-1]), Account.model_fields) if first.kind == "extra_forbidden" else ""
        message = f"the accounts file {path}, line {line}: {first.name}{_shown(first)}: {first.said}{hint}"
        raise ConfigurationError(message) from None
    for setting in ("name", "conn_id"):
        values = [getattr(account, setting) for account in accounts]
        twice = next((value for value in values if values.count(value) > 1), None)
        if twice is not None:
            raise ConfigurationError(
                f"the accounts file {path}: two accounts have the same {setting}, {twice!r}: give each its own"
            )
    return _placed(accounts, path)


def configured_accounts(dag_file: str | None = None) -> list[Account]:
    """
    Read the accounts file: `[insider_web_push] accounts_file`, or `include/accounts.yaml` beside the DAGs.

    While a task of one of the package's DAGs starts, a DAG file is given that DAG's account alone, so that a task costs
    the same in an installation of one account and of fifty.

    Args:
        dag_file: `__file__` of a DAG, which may lie in a bundle. Without it the DAGs folder counts, then the bundles.

    Raises:
        ConfigurationError: there is none, or something in it is wrong.
    """
    from airflow.sdk import get_parsing_context  # noqa: PLC0415 — the rest of this file needs no Airflow
    from airflow.sdk.configuration import conf  # noqa: PLC0415 — as above
    from airflow.sdk.exceptions import AirflowConfigException  # noqa: PLC0415 — as above

    configured = conf.get("insider_web_push", "accounts_file", fallback="")
    root = conf.get("dag_processor", "dag_bundle_storage_path", fallback="")
    checkouts = Path(root or Path(gettempdir(), "airflow", "dag_bundles"))  # as Airflow has it
    bundles = None
    if not configured and dag_file is None:
        with suppress(AirflowConfigException):
            bundles = conf.getjson("dag_processor", "dag_bundle_config_list", fallback=[])
    path = configured or accounts_file_of(
        dag_file, dags_folder=Path(conf.get("core", "dags_folder")), checkouts=checkouts, bundles=bundles
    )
    accounts = read_accounts(Path(path))
    for account in accounts:
        refuse_checkout(account.storage, account=account.name, checkouts=checkouts)
    return accounts if dag_file is None else of_dag(accounts, get_parsing_context().dag_id)


def of_dag(accounts: list[Account], dag_id: str | None) -> list[Account]:
    """Give the account that one of the package's DAGs belongs to; all of them for another DAG, or none."""
    name = account_of_dag(dag_id or "")
    return [account for account in accounts if account.name == name] or accounts


def _shown(mistake: Mistake) -> str:
    """Show the value that is wrong, if it can be no secret: not a notifier's, nor what nobody knows what it is."""
    value = mistake.value
    if "notifier" in mistake.at or mistake.kind == "extra_forbidden":
        return ""
    if isinstance(value, str):
        return f" = {_LOGIN.sub('//***@', value)!r}"
    numbers = value if isinstance(value, list) else [value]
    return f" = {value!r}" if all(isinstance(item, int | float | None) for item in numbers) else ""


def _check_repeated(text: str, path: Path) -> None:
    found = repeated(text)
    if found:
        raise ConfigurationError(
            f"the accounts file {path}, line {found.line}: {found.key} is there twice, and the last one would hide "
            "the other. If a new account begins there, write a dash before it"
        )


def _placed(accounts: list[Account], path: Path) -> list[Account]:
    placed = [account.model_copy(update={"storage": _absolute(account.storage, path)}) for account in accounts]
    for account in placed:
        account._neighbours = tuple(  # noqa: SLF001 — a file knows its accounts' neighbours, an account does not
            other.conn_id for other in placed if other is not account and _place(other) == _place(account)
        )
    return placed


def _place(account: Account) -> str:
    """Give an account's storage without the connection that reads it, since two connections may lead to one bucket."""
    return re.sub(r"//[^/@]*@", "//", account.storage).rstrip("/")


def _absolute(storage: str, accounts_file: Path) -> str:
    if _HAS_SCHEME.match(storage):
        return storage
    # Without a scheme, since a file URL would need its blanks encoded, and fsspec does not decode them.
    return str((accounts_file.resolve().parent / Path(storage).expanduser()).resolve())
