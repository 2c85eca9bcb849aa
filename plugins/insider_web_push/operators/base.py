"""What all operators have: an account's connection, storage and time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowRescheduleException

from insider_web_push.connection import DEFAULT_CONN_ID
from insider_web_push.days import day_of_run
from insider_web_push.errors import BudgetWait
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.models import parse_sweep_page
from insider_web_push.responses import json_object
from insider_web_push.retry_policy import InsiderRetryPolicy
from insider_web_push.snapshots import SweepSnapshot
from insider_web_push.storage import Storage
from insider_web_push.sweep import Sweep, sweep_of

if TYPE_CHECKING:
    from airflow.sdk import Context


class Discovered(TypedDict):
    """
    What discover hands on: where the sweep lies, and what it cost.

    Attributes:
        sweep: Key of the sweep's object, relative to the storage.
        calls: Requests that were sent.
    """

    day: str
    sweep: str
    campaigns: int
    calls: int


class Published(TypedDict):
    """What publish hands on, where it has something to announce: the day, its revision, the manifest's key."""

    day: str
    revision: int
    manifest: str


class InsiderOperator(BaseOperator):
    """
    Works for one account.

    Args:
        conn_id: Airflow connection of type `insider_web_push`.
        storage: Root of the object layout, for example `s3://aws_default@lake/insider`.
        timezone: The account's time zone, an IANA name: its days begin and end there.
    """

    template_fields: Sequence[str] = ("storage",)
    ui_color = "#f4f0ff"

    def __init__(self, *, conn_id: str = DEFAULT_CONN_ID, storage: str, timezone: str, **kwargs: Any) -> None:
        kwargs.setdefault("retry_policy", InsiderRetryPolicy())
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.storage = storage
        self.timezone = timezone

    @cached_property
    def hook(self) -> InsiderWebPushHook:
        """The account's API."""
        return InsiderWebPushHook(self.conn_id)

    @cached_property
    def store(self) -> Storage:
        """The account's objects."""
        return Storage(self.storage, self.hook.settings.partner_id)

    def day_of(self, context: Context) -> date:
        """Tell the run's day, in the account's time zone."""
        dag_run = context["dag_run"]
        return day_of_run(
            data_interval_start=dag_run.data_interval_start, run_after=dag_run.run_after, timezone=self.timezone
        )

    def read_sweep(self, key: str) -> tuple[SweepSnapshot, Sweep]:
        """Read a stored sweep, and what its pages say."""
        stored = self.store.read_sweep(key)
        return stored, sweep_of(parse_sweep_page(json_object(page.body)) for page in stored.pages)

    @staticmethod
    @contextmanager
    def giving_back_the_worker() -> Iterator[None]:
        """Let a long wait for the budget free the worker and its pool slot, without spending a retry."""
        try:
            yield
        except BudgetWait as wait:
            resume_at = datetime.now(UTC) + timedelta(seconds=wait.retry_after_s or 0)
            raise AirflowRescheduleException(resume_at) from wait  # type: ignore[no-untyped-call]  # Airflow's is not annotated
