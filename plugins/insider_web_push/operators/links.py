"""Links on the tasks: to what is stored of a campaign day, to the day, and to the campaign in the vendor's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from airflow.sdk import BaseOperatorLink

from insider_web_push.accounts.file import configured_accounts
from insider_web_push.coverage.addresses import page_path
from insider_web_push.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey


def _page(conn_id: str, *parts: str) -> str:
    """Give a page's address; empty where the accounts file does not have the connection: a DAG of somebody's own."""
    try:
        name = next((account.name for account in configured_accounts() if account.conn_id == conn_id), None)
    except ConfigurationError:
        return ""
    return page_path(name, *parts) if name else ""


@attrs.define()
class StoredAnswerLink(BaseOperatorLink):
    """To the answer as it is stored."""

    name = "Stored answer"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address."""
        task: Any = operator
        return _page(task.conn_id, str(task.day), str(task.campaign_id))


@attrs.define()
class DayLink(BaseOperatorLink):
    """To the published day, made from its manifest."""

    name = "Published day"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address; of several days, that of the coverage page."""
        task: Any = operator
        swept = getattr(task, "swept", None)
        days = [task.day] if hasattr(task, "day") else [work["day"] for work in swept or ()]
        return _page(task.conn_id, days[0]) if len(days) == 1 else _page(task.conn_id)


@attrs.define()
class PanelLink(BaseOperatorLink):
    """To the campaign in the vendor's panel, where the account says its address."""

    name = "Campaign in the panel"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address."""
        task: Any = operator
        return task.panel_url.format(campaign_id=task.campaign_id) if task.panel_url else ""


CAMPAIGN_LINKS = (StoredAnswerLink(), DayLink(), PanelLink())
DAY_LINKS = (DayLink(),)
