"""The forms that a person fills in to trigger a DAG. What a schema can refuse, the API server refuses."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param

from insider_web_push.vocabulary import CAMPAIGN_ID_PATTERN

_AT_THE_END = r"$(?!\n)"
"""JSON schema is read by Python's `re`, whose `$` is also before a last line break, and by browsers without `\\Z`."""
_CAMPAIGN_ID = CAMPAIGN_ID_PATTERN.removesuffix("$") + _AT_THE_END
_DAY: dict[str, Any] = {"type": ["null", "string"], "format": "date"}
_CAMPAIGNS: dict[str, Any] = {"type": ["null", "array"], "items": {"type": "string", "pattern": _CAMPAIGN_ID}}


def _flag(title: str, description: str, *, section: str | None = None) -> Param:
    return Param(default=False, type=["boolean", "null"], title=title, description=description, section=section)


_WHAT, _ACCEPT, _COST = "What is done with them", "What may be missing", "What it may cost"
"""Sections, which the dialog shows folded: what stands in none of them is open."""

MAX_CALLS: dict[str, Any] = {
    "max_calls": Param(
        None,
        type=["integer", "null"],
        minimum=1,
        title="Most calls",
        description=(
            "The run stops before it fetches if it needs more calls than this, its lists included. Empty: no bound, "
            "but above the account's approve_above_h (2 hours of budget) it waits for approval."
        ),
        section=_COST,
    )
}

REFRESH: dict[str, Any] = {
    "first_day": Param(
        None,
        **_DAY,
        title="First day",
        description="Leave both days empty for what the schedule would do now: the days that are due for a look.",
    ),
    "last_day": Param(
        None,
        **_DAY,
        title="Last day",
        description="Inclusive. Empty: yesterday. Each day's list costs a call for every 20 campaigns.",
    ),
    "campaigns": Param(
        None,
        **_CAMPAIGNS,
        title="Campaigns",
        description="Ids, one a line: only these are fetched. Empty: all. The lists are read all the same.",
    ),
    "dry_run": _flag(
        "Dry run",
        "Reads the lists and says what the rest would cost; fetches and publishes nothing.",
    ),
    "mode": Param(
        "changed",
        enum=["changed", "missing", "all"],
        values_display={
            "changed": "changed: what moved since it was fetched",
            "missing": "missing: what was never fetched",
            "all": "all: everything, moved or not",
        },
        title="Mode",
        description="A call for each campaign day that this chooses. For 100 active campaigns, all is 100 calls a day.",
        section=_WHAT,
    ),
    "depth": Param(
        "full",
        enum=["full", "totals"],
        values_display={
            "full": "full: the lists, and the details of each campaign",
            "totals": "totals: the lists alone",
        },
        title="Depth",
        description=(
            "totals takes 20 campaigns a call, for years of history: sent, delivered, clicks, conversions and revenue, "
            "no devices or reasons. Days that have details keep them."
        ),
        section=_WHAT,
    ),
    "rebuild": _flag(
        "Rebuild only",
        "Makes the days anew from stored answers, without a call: after a better parser, or lost files.",
        section=_WHAT,
    ),
    "accept_missing": Param(
        None,
        **_CAMPAIGNS,
        title="Accept missing",
        description="Ids of campaigns that these days may go without: the list's figures stand for them.",
        section=_ACCEPT,
    ),
    "accept_fall": _flag(
        "Accept a fall",
        (
            "Publishes campaigns and days that are held because they say less than what is published: counters fell by "
            "more than 20 %, or figures are gone. Verify names each; with campaigns given, only those are accepted."
        ),
        section=_ACCEPT,
    ),
    "accept_quiet": _flag(
        "Accept a quiet day",
        "Publishes days that are held because hardly anything happened on them, unlike on those before.",
        section=_ACCEPT,
    ),
    **MAX_CALLS,
}

DAY: dict[str, Any] = {
    "day": Param(
        None,
        **_DAY,
        title="Day",
        description="A published day. An event brings its own; whoever triggers the DAG fills it in.",
    )
}

WEEK: dict[str, Any] = {
    "week": Param(
        None,
        type=["null", "string"],
        pattern="^[0-9]{4}-(W[0-9]{2}|[0-9]{2}-[0-9]{2})" + _AT_THE_END,
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
        description="Ids, one a line: only these are removed. To remove the days as wholes, leave it empty.",
    ),
    "whole_days": Param(
        default=False,
        type="boolean",
        title="Whole days",
        description="Removes the days as wholes, with every campaign. Needed where no campaigns are named.",
    ),
    "dry_run": Param(
        default=False,
        type="boolean",
        title="Dry run",
        description="Says in the log what would go; removes and changes nothing.",
    ),
    "confirm": Param(
        type="string",
        title="Confirm",
        description="The account's partner id. What is purged cannot be brought back, and is not fetched again.",
    ),
}
