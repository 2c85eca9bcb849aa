"""
What a person can ask the refresh to do about days, and the run configuration that asks for it. Pure.

`remedies` says which cause calls for what; `dags.forms` is the form that the configuration fills in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any

from insider_web_push.days.looks import Mode


class Ask(StrEnum):
    """
    Something that the refresh can be asked for.

    look: the list again, and what moved. fetch_missing: what was never fetched. fetch_all: every campaign, moved or
    not. accept_missing: the day goes without campaigns, and the list's figures stand for them. accept_fall: what says
    less than what is published replaces it. accept_quiet: a day on which hardly anything happened is published.
    rebuild: the day is made anew from stored answers.
    """

    LOOK = "look"
    FETCH_MISSING = "fetch_missing"
    FETCH_ALL = "fetch_all"
    ACCEPT_MISSING = "accept_missing"
    ACCEPT_FALL = "accept_fall"
    ACCEPT_QUIET = "accept_quiet"
    REBUILD = "rebuild"

    @property
    def mode(self) -> Mode:
        """
        Which campaigns its run fetches.

        Whoever accepts something looks at the day as usual: other modes ask again for what was accepted before.
        """
        return _MODES.get(self, Mode.CHANGED)

    @property
    def changes_what_is_published(self) -> bool:
        """Whether somebody decides by it what readers get, so that it is not started without a question."""
        return self in _DECISIONS


_MODES = {Ask.FETCH_MISSING: Mode.MISSING, Ask.FETCH_ALL: Mode.ALL}
_DECISIONS = frozenset({Ask.ACCEPT_MISSING, Ask.ACCEPT_FALL, Ask.ACCEPT_QUIET, Ask.REBUILD})
_OF_CAMPAIGNS = frozenset({Ask.FETCH_ALL, Ask.ACCEPT_FALL})
"""What may be asked for some of the campaigns alone; a fall is then accepted of them and of no other."""


def conf_of(ask: Ask, first: date, last: date, campaigns: Collection[str] = ()) -> dict[str, Any]:
    """
    Give the refresh's run configuration.

    Args:
        ask: What it does about the days.
        first: The first day.
        last: The last day, inclusive.
        campaigns: What it is about, where it can be about some campaigns; empty is the days as wholes.

    Raises:
        ValueError: nobody can go without campaigns that are not named.
    """
    ids = sorted(set(campaigns))
    conf: dict[str, Any] = {"first_day": first.isoformat(), "last_day": last.isoformat()}
    match ask:
        case Ask.REBUILD:
            return conf | {"rebuild": True}
        case Ask.ACCEPT_MISSING if not ids:
            message = f"{ask} needs campaigns: name those that the days may go without"
            raise ValueError(message)
        case Ask.ACCEPT_MISSING:
            return conf | {"accept_missing": ids}
        case Ask.ACCEPT_FALL | Ask.ACCEPT_QUIET:
            conf[str(ask)] = True
        case _:
            conf["mode"] = str(ask.mode)
    return conf | ({"campaigns": ids} if ids and ask in _OF_CAMPAIGNS else {})
