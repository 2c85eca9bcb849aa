"""What stands on and beside the buttons of days: what a run does, what it costs, what is asked before it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from insider_web_push.coverage.day_facts import DayFacts
from insider_web_push.days.asks import Ask
from insider_web_push.days.cost import Typical, duration, seconds_needed
from insider_web_push.days.forecast import Forecast
from insider_web_push.days.rules import Rules
from insider_web_push.errors import first_of

_MINUTE_S = 60

SAID = {
    Ask.LOOK: (
        "Look again",
        "Reads the list again, and fetches the campaigns that have moved since they were fetched.",
    ),
    Ask.FETCH_MISSING: (
        "Fetch what is missing",
        "Reads the list again, and fetches the campaigns that were never fetched.",
    ),
    Ask.FETCH_ALL: (
        "Fetch again, moved or not",
        "Reads the list again, and fetches campaigns whether they have moved or not.",
    ),
    Ask.ACCEPT_MISSING: (
        "Accept the missing ones",
        "Looks again, and publishes without the campaigns that are missing: the list's figures stand for them.",
    ),
    Ask.ACCEPT_FALL: ("Accept the fall", "Looks again, and publishes figures that are lower than the published ones."),
    Ask.ACCEPT_QUIET: ("Accept as quiet", "Looks again, and publishes though hardly anything happened."),
    Ask.REBUILD: ("Rebuild", "Makes what is published anew from stored answers."),
}
"""The label of each button, and what its run does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    What the cost of a run depends on, besides the days.

    Attributes:
        rules: The account's.
        timezone: The account's time zone.
        now: The present instant.
        requests: Calls that the connection allows in a window.
        window_s: The window, seconds.
        typical: What a day of the account is like; None if nothing is published yet, or nobody needs to know.
    """

    rules: Rules
    timezone: str
    now: datetime
    requests: int
    window_s: float
    typical: Typical | None = None


def cost_said(found: Forecast, terms: Terms, *, guessed: str = "") -> str:
    """
    Say what a run costs: calls, the least time that they take, and whether it waits for somebody's approval.

    Args:
        guessed: On what condition that is so; empty if it is known.
    """
    fewest, most = found.fewest_calls, found.most_calls
    if not most:
        return "no call"
    least_s, most_s = (seconds_needed(calls, limit=terms.requests, window_s=terms.window_s) for calls in (fewest, most))
    if fewest == most:
        calls, time = f"{most:,} {'call' if most == 1 else 'calls'}", f"at least {duration(most_s)}"
    else:
        calls, time = f"{fewest:,} to {most:,} calls", f"up to {duration(most_s)}"
    said = f"{calls}, {'less than a minute' if most_s < _MINUTE_S else time}"
    if guessed:
        said = f"about {said}, {guessed}"
    above_h = terms.rules.approve_above_h
    if above_h is None or most_s <= above_h * 3600:
        return said
    return f"{said}; the run {'waits' if least_s > above_h * 3600 else 'may wait'} for approval"


def question(ask: Ask, days: Sequence[DayFacts], about: Mapping[date, tuple[str, ...]]) -> str:
    """
    Say what somebody decides by pressing a button.

    Args:
        days: The days of the run.
        about: The campaigns that are decided about, by the days that call for it.
    """
    what = str(days[0].day) if len(days) == 1 else f"{days[0].day} to {days[-1].day}"
    called = [facts for facts in days if facts.day in about]
    said = {facts.day: _named(facts, about[facts.day]) if about[facts.day] else facts.why for facts in called}
    listed = first_of((f"{day}: {why}" if len(days) > 1 else why for day, why in said.items() if why), separator="; ")
    match ask:
        case Ask.ACCEPT_MISSING:
            return f"{what} is published without answers for these, and the list's figures stand for them: {listed}."
        case Ask.ACCEPT_FALL:
            return f"Of {what}, what says less replaces what is published: {listed}."
        case Ask.ACCEPT_QUIET:
            return f"{what} is published as it is: {listed}."
    return f"{what} is made anew from stored answers. What is read differently now replaces what is published."


def _named(facts: DayFacts, campaigns: Iterable[str]) -> str:
    held = facts.manifest.held if facts.manifest else {}
    names = {item.campaign_id: item.name for item in facts.stored.campaigns} if facts.stored else {}
    return first_of(
        key + (f" {names[key]!r}" if names.get(key) else "") + (f" ({held[key]})" if key in held else "")
        for key in campaigns
    )
