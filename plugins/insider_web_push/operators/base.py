"""What all operators have: an account's connection, storage, time zone and rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowRescheduleException

from insider_web_push.api.connection import DEFAULT_CONN_ID
from insider_web_push.days.cost import calls_within
from insider_web_push.days.form import refuse_unknown
from insider_web_push.days.gathered_day import GatheredDay, OfRun, gather
from insider_web_push.days.handover import DiscoveredDay, FetchTrouble
from insider_web_push.days.rules import Rules
from insider_web_push.errors import BudgetWait, ConfigurationError
from insider_web_push.hook import InsiderWebPushHook
from insider_web_push.lake.keys import newest_by_day
from insider_web_push.lake.manifest import EventOwed
from insider_web_push.lake.storage import Storage
from insider_web_push.operators.retry_policy import InsiderRetryPolicy

if TYPE_CHECKING:
    from airflow.sdk import Context

TROUBLES = "troubles"
"""XCom key of a list of `handover.FetchTrouble`: why a fetch left campaign days missing."""


class InsiderOperator(BaseOperator):
    """
    A task of one account.

    Args:
        conn_id: Airflow connection of type `insider_web_push`.
        storage: Root of the object layout, for example `s3://aws_default@lake/insider`.
        timezone: The account's time zone, an IANA name: its days begin and end there.
        rules: When days are looked at again, and what may be published; the defaults if left out.
        neighbours: Connections of other accounts that lie in the same storage.
    """

    template_fields: Sequence[str] = ("storage",)
    ui_color = "#f4f0ff"

    def __init__(
        self,
        *,
        conn_id: str = DEFAULT_CONN_ID,
        storage: str,
        timezone: str,
        rules: Rules | None = None,
        neighbours: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("retry_policy", InsiderRetryPolicy())
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.storage = storage
        self.timezone = timezone
        self.rules = rules or Rules()
        self.neighbours = list(neighbours)

    @cached_property
    def hook(self) -> InsiderWebPushHook:
        """The account's API."""
        return InsiderWebPushHook(self.conn_id)

    @cached_property
    def store(self) -> Storage:
        """
        The account's objects.

        Raises:
            ConfigurationError: another account has the same objects.
        """
        partner_id = self.hook.settings.partner_id
        for conn_id in self.neighbours:
            if _partner_id(conn_id) == partner_id:
                message = (
                    f"connections {self.conn_id!r} and {conn_id!r} have the same partner id, {partner_id!r}, and their "
                    f"accounts the same storage, {self.storage}: they would overwrite each other. Correct a partner id "
                    "in Admin > Connections, or give one account another storage in the accounts file"
                )
                raise ConfigurationError(message)
        return Storage(self.storage, partner_id)

    @property
    def most_calls(self) -> int | None:
        """Calls that a run may spend on days that can wait: `approve_above_h` of the budget; None if it sets none."""
        hours = self.rules.approve_above_h
        if hours is None:
            return None
        limit = self.hook.settings.limit
        return calls_within(hours, limit=limit.requests, window_s=limit.window_s)

    def form(self, context: Context, obeyed: Collection[str]) -> Mapping[str, Any]:
        """
        Give what the run's form says, if everything in it means something.

        Args:
            obeyed: The fields that this task and those after it read. What the DAG or the task declares is known as
                well: it is for somebody else.

        Raises:
            InvalidRequest: there is a key that nobody would read.
        """
        given: Mapping[str, Any] = context.get("params", {})
        declared = set(self.params)
        if self.has_dag():  # type: ignore[no-untyped-call]  # Airflow's is not annotated
            declared |= set(self.dag.params)
        refuse_unknown(given, declared | set(obeyed))
        return given

    def gather(
        self,
        context: Context,
        work: DiscoveredDay,
        troubles: Iterable[FetchTrouble] = (),
        *,
        stored: Mapping[str, Mapping[str, str]] | None = None,
    ) -> GatheredDay | None:
        """
        Read what is stored of a day, with what this run's form accepts.

        Args:
            troubles: Why this run could not fetch campaigns, also of other days: see `troubles_of`.
            stored: What its fetches have stored, also of other days: see `stored_by`.
        """
        form = context["params"]
        return gather(
            self.store,
            work,
            rules=self.rules,
            timezone=self.timezone,
            run=OfRun(
                accept=dict.fromkeys(form.get("accept_missing") or (), context["run_id"]),
                troubles={item["campaign_id"]: item["why"] for item in troubles if item["day"] == work["day"]},
                accept_quiet=bool(form.get("accept_quiet")),
                answers=(stored or {}).get(work["day"], {}),
            ),
        )

    @staticmethod
    @contextmanager
    def giving_back_the_worker() -> Iterator[None]:
        """Let a long wait for the budget free the worker and its pool slot, without spending a retry."""
        try:
            yield
        except BudgetWait as wait:
            resume_at = datetime.now(UTC) + timedelta(seconds=wait.retry_after_s or 0)
            raise AirflowRescheduleException(resume_at) from wait  # type: ignore[no-untyped-call]  # Airflow's is not annotated


def troubles_of(context: Context, *, fetch: str = "fetch") -> list[FetchTrouble]:
    """
    Read why this run's fetches left campaigns missing.

    Args:
        fetch: Id of the task that fetches, which may be mapped: each of its instances pushes a list, or none.
    """
    pushed = context["ti"].xcom_pull(task_ids=[fetch], key=TROUBLES) or []
    return [trouble for troubles in pushed if troubles for trouble in troubles]


def stored_by(context: Context, *, fetch: str = "fetch") -> dict[str, dict[str, str]]:
    """
    Read which answers this run's fetches have stored: their keys by day and campaign id.

    Args:
        fetch: As in `troubles_of`.
    """
    results = context["ti"].xcom_pull(task_ids=[fetch]) or []
    return newest_by_day(key for keys in results if isinstance(keys, list) for key in keys)


def _partner_id(conn_id: str) -> str | None:
    try:
        return InsiderWebPushHook(conn_id).settings.partner_id
    except ConfigurationError:  # its own tasks say so; without a connection they write nothing
        return None


def this_task(context: Context) -> EventOwed:
    """Name the present task as one that owes events."""
    ti = context["ti"]
    return EventOwed(dag_id=ti.dag_id, run_id=ti.run_id, task_id=ti.task_id)
