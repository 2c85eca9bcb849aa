"""
What a person has filled in, held against what the DAG asks for. Pure.

Airflow checks the values of the fields that a DAG has, and lets every other key of a run's configuration pass: a
misspelled `campaign` would leave a purge without campaigns, and `dryrun` a refresh that spends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from insider_web_push.dates import parse_day
from insider_web_push.days.days_to_look_at import days_asked
from insider_web_push.errors import InvalidRequest, first_of, meant
from insider_web_push.vocabulary import is_campaign_id

_SHOWN = 80
"""Characters of a key or a value that a message shows: whoever triggers a run may write anything."""
OF_A_DAY = frozenset({"max_calls", "dry_run", "accept_missing", "accept_fall", "accept_quiet"})
"""Fields that the tasks from discover to verify obey, in whatever DAG they are."""
OF_A_RANGE = OF_A_DAY | {"first_day", "last_day", "campaigns", "mode", "depth", "rebuild"}
"""Those that choose obeys besides."""
OF_A_PURGE = frozenset({"first_day", "last_day", "campaigns", "whole_days", "dry_run", "confirm"})


def refuse_unknown(given: Iterable[str], known: Collection[str]) -> None:
    """
    Refuse keys that nobody would read, before anything is done.

    Args:
        given: The keys of the run's configuration, with the fields that the DAG has in any case.
        known: Those that mean something.

    Raises:
        InvalidRequest: names the first such key, and what was probably meant.
    """
    for key in given:
        if key not in known:
            fields = f"its fields are {', '.join(sorted(known))}" if known else "it has no fields"
            hint = meant(key[:_SHOWN], sorted(known)) or "."
            raise InvalidRequest(f"the form has no field {_shown(key)}{hint} Nothing was done; {fields}")


@dataclass(frozen=True, slots=True)
class PurgeAsked:
    """
    What a purge is to remove.

    Attributes:
        campaigns: The campaigns; empty is the days as wholes.
        is_dry: Whether it only says what would go.
    """

    days: list[date]
    campaigns: list[str]
    is_dry: bool


def purge_asked(form: Mapping[str, Any], *, partner_id: str, today: date) -> PurgeAsked:
    """
    Read the form of a purge; nothing of it is taken for granted.

    Args:
        today: The present day in the account's time zone.

    Raises:
        InvalidRequest: it cannot be right, or does not say in so many words what is to go.
    """
    if form.get("confirm") != partner_id:
        said = _shown(form.get("confirm"))
        raise InvalidRequest(f"confirm is {said}: to remove data for good, write the partner id, {partner_id!r}")
    first, last = (parse_day(str(form.get(name)), name=name) for name in ("first_day", "last_day"))
    campaigns, is_whole = form.get("campaigns") or [], form.get("whole_days") is True
    wrong = [campaign for campaign in campaigns if not isinstance(campaign, str) or not is_campaign_id(campaign)]
    if wrong or not isinstance(campaigns, list):
        message = (
            f"campaigns has {first_of(map(_shown, wrong or [campaigns]), most=3)}: write campaigns as texts of digits, "
            'for example ["40006"]. Nothing was removed'
        )
        raise InvalidRequest(message)
    if not (campaigns or is_whole):
        message = (
            f"{first} to {last}: name the campaigns to remove, or set whole_days to true to remove the days as wholes. "
            "Nothing was removed"
        )
        raise InvalidRequest(message)
    if campaigns and is_whole:
        message = (
            "campaigns are named, and whole_days is true: leave out one of them, since whole days are more than some "
            "campaigns of them. Nothing was removed"
        )
        raise InvalidRequest(message)
    return PurgeAsked(list(days_asked(first, last, today=today)), campaigns, is_dry=bool(form.get("dry_run")))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
