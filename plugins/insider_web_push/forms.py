"""The forms that a person fills in to trigger a DAG. What a schema can refuse, the API server refuses."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param

_DAY: dict[str, Any] = {"type": ["null", "string"], "format": "date"}
_CAMPAIGNS: dict[str, Any] = {"type": ["null", "array"], "items": {"type": "string", "pattern": "^[0-9]{1,20}$"}}

MAX_CALLS: dict[str, Any] = {
    "max_calls": Param(
        None,
        type=["integer", "null"],
        minimum=1,
        title="Most calls",
        description="The run stops before it fetches if it needs more calls than this. Empty: no bound.",
    )
}

REFRESH: dict[str, Any] = {
    "first_day": Param(
        None, **_DAY, title="First day", description="Empty, with the last day: the days that are due for a look."
    ),
    "last_day": Param(None, **_DAY, title="Last day", description="Inclusive. Empty: yesterday."),
    "campaigns": Param(
        None,
        **_CAMPAIGNS,
        title="Campaigns",
        description="Ids, one a line: only these are fetched. Empty: all. The lists are read all the same.",
    ),
    "mode": Param(
        "changed",
        enum=["changed", "missing", "all"],
        title="Mode",
        description=(
            "changed: what moved since it was fetched. missing: what was never fetched. all: everything, a call each."
        ),
    ),
    "rebuild": Param(
        default=False,
        type="boolean",
        title="Rebuild only",
        description="Makes the days anew from stored answers, without a call: after a better parser, or lost files.",
    ),
    "accept_missing": Param(
        None,
        **_CAMPAIGNS,
        title="Accept missing",
        description="Ids of campaigns that these days may go without: the list's figures stand for them.",
    ),
    "accept_fall": Param(
        default=False,
        type="boolean",
        title="Accept a fall",
        description="Publishes days that are held for review because their counters fell by more than 20 %.",
    ),
    "dry_run": Param(
        default=False,
        type="boolean",
        title="Dry run",
        description="Reads the lists and says what the rest would cost; fetches and publishes nothing.",
    ),
}

WEEK: dict[str, Any] = {
    "week": Param(
        None,
        type=["null", "string"],
        pattern="^[0-9]{4}-(W[0-9]{2}|[0-9]{2}-[0-9]{2})$",
        title="Week",
        description="Reported in any case: any day of it, 2026-11-22, or its name, 2026-W47.",
    )
}

PURGE: dict[str, Any] = {
    "first_day": Param(type="string", format="date", title="First day"),
    "last_day": Param(type="string", format="date", title="Last day", description="Inclusive."),
    "campaigns": Param(
        None,
        **_CAMPAIGNS,
        title="Campaigns",
        description="Ids, one a line: only these are removed. Empty: the days as a whole.",
    ),
    "confirm": Param(
        type="string",
        title="Confirm",
        description="The account's partner id. What is purged cannot be brought back, and is not fetched again.",
    ),
}
