"""iceberg: writes the month of the run's day into the tables of an Iceberg catalog, or all days."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException

from insider_web_push.accounts.file import Account
from insider_web_push.dags.installed import require_installation
from insider_web_push.dates import parse_day
from insider_web_push.errors import no_connection
from insider_web_push.iceberg.settings import IcebergSettings
from insider_web_push.operators.base import InsiderOperator
from insider_web_push.reader import DayReader
from insider_web_push.vocabulary import OUR_DAGS

if TYPE_CHECKING:
    from airflow.sdk import Context
    from pyiceberg.catalog import Catalog

ICEBERG = f"{OUR_DAGS}iceberg"
"""Id of the DAG; `Account.named` adds the account's name."""

FORM: dict[str, Any] = {
    "day": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Day",
        description=(
            "A published day, of whose month is written what the tables do not have as it is; an event brings its own. "
            "Empty: all months."
        ),
    )
}

_LAST_RESORT = timedelta(hours=8)
"""Years of days, at some seconds a month and table."""


class IcebergOperator(InsiderOperator):
    """
    Write to Iceberg what it lacks of the month of the run's partition, or of the form's `day`; without one, of all.

    Args:
        iceberg_conn_id: Airflow connection of type `iceberg`.
        namespace: Where the tables are in the catalog.

    Raises:
        AirflowSkipException: everything stands there already.
        IncompleteDay: the day is not published, or not complete.
    """

    def __init__(self, *, iceberg_conn_id: str, namespace: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.iceberg_conn_id = iceberg_conn_id
        self.namespace = namespace

    def execute(self, context: Context) -> list[str]:
        """Write what is stale; gives what that was, in words."""
        # The extra `iceberg`, and half a second that only this task has to spend.
        from insider_web_push.iceberg.catalog import IcebergTables  # noqa: PLC0415 — as said
        from insider_web_push.iceberg.following import Following  # noqa: PLC0415 — as said

        asked = self.form(context, {"day"}).get("day") or getattr(context["dag_run"], "partition_key", None)
        day = parse_day(str(asked)) if asked else None
        following = Following(
            store=self.store,
            reader=DayReader(self.storage, self.store.partner_id),
            tables=IcebergTables(self._catalog(), self.namespace),
            now=lambda: datetime.now(UTC),
        )
        done = following.follow(day)
        if not done:
            raise AirflowSkipException(f"the tables have {day or 'every published day'} as it is")
        return done

    def _catalog(self) -> Catalog:
        from airflow.providers.apache.iceberg.hooks.iceberg import IcebergHook  # noqa: PLC0415 — the extra `iceberg`

        try:
            return IcebergHook(self.iceberg_conn_id).catalog
        except AirflowNotFoundException:
            raise no_connection(
                self.iceberg_conn_id,
                "add it in Admin > Connections with the type Iceberg, or name another by [insider_web_push] "
                "iceberg_conn_id",
                environ=os.environ,
                what=", the Iceberg catalog,",
            ) from None


def iceberg_task(account: Account, settings: IcebergSettings) -> None:
    """Make the task that writes an account's days into Iceberg, in the present DAG."""
    require_installation()
    IcebergOperator(
        task_id="iceberg",
        execution_timeout=_LAST_RESORT,
        conn_id=account.conn_id,
        storage=account.storage,
        timezone=account.timezone,
        neighbours=account.neighbours,
        iceberg_conn_id=settings.conn_id,
        namespace=settings.namespace,
    )
