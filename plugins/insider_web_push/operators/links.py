"""Links on the tasks: to what is stored of a campaign day, to the day, and to the campaign in the vendor's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from airflow.sdk import BaseOperatorLink

from insider_web_push.accounts.file import configured_accounts
from insider_web_push.coverage.addresses import page_path
from insider_web_push.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk.types import TaskInstanceKey


def _page(conn_id: str, *parts: str) -> str:
    """Give a page's address; it is empty if the accounts file lacks the connection, as for a DAG of somebody's own."""
    try:
        name = next((account.name for account in configured_accounts() if account.conn_id == conn_id), None)
    except ConfigurationError:
        return ""
    return page_path(name, *parts) if name else ""


@attrs.define()
class StoredAnswerLink(BaseOperatorLink):
    """Leads to the answer as it is stored."""

    name = "Stored answer"

    def get_link(self, operator: Any, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address."""
        return _page(operator.conn_id, str(operator.day), str(operator.campaign_id))


@attrs.define()
class DayLink(BaseOperatorLink):
    """Leads to the page of the published day."""

    name = "Published day"

    def get_link(self, operator: Any, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address; a task of several days leads to the coverage page."""
        swept = getattr(operator, "swept", None)
        days = [operator.day] if hasattr(operator, "day") else [work["day"] for work in swept or ()]
        return _page(operator.conn_id, days[0]) if len(days) == 1 else _page(operator.conn_id)


@attrs.define()
class PanelLink(BaseOperatorLink):
    """Leads to the campaign in the vendor's panel, where the account says its address."""

    name = "Campaign in the panel"

    def get_link(self, operator: Any, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 — Airflow's signature
        """Give the address."""
        return operator.panel_url.format(campaign_id=operator.campaign_id) if operator.panel_url else ""


STORED_LINKS: tuple[BaseOperatorLink, ...] = (StoredAnswerLink(),)
"""The page of an answer leads on to its day. Each link is one more request to Airflow's API server at a task's end."""
CAMPAIGN_LINKS: tuple[BaseOperatorLink, ...] = (*STORED_LINKS, PanelLink())
DAY_LINKS = (DayLink(),)
