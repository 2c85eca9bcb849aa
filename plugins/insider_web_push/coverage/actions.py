"""Chooses the buttons of days: what their causes call for, and what can always be done. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from insider_web_push.coverage.action_words import SAID, Terms, cost_said, question
from insider_web_push.coverage.day_facts import DayFacts, causes_of_day, wanted
from insider_web_push.coverage.grid import State
from insider_web_push.days.asks import Ask, conf_of
from insider_web_push.days.forecast import forecast, forecast_unknown
from insider_web_push.days.remedies import REMEDIES
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble

_ALWAYS = (Ask.LOOK, Ask.FETCH_MISSING, Ask.REBUILD)
_FOR_CALLING_DAYS = frozenset({Ask.ACCEPT_MISSING, Ask.ACCEPT_FALL, Ask.ACCEPT_QUIET})


@dataclass(frozen=True, slots=True)
class Action:
    """
    One button.

    Attributes:
        label: What stands on it.
        says: What the run does.
        cost: Its calls and time, in words.
        question: What is to be decided before it is sent; empty if nothing is.
        conf: The run configuration, as JSON.
        fits: Whether something that is wrong with the days calls for it.
    """

    ask: Ask
    label: str
    says: str
    cost: str
    question: str
    conf: str
    fits: bool


def actions_of(days: Sequence[DayFacts], terms: Terms) -> list[Action]:
    """
    Offer what can be done about days: first what something that is wrong calls for, then what can always be done.

    Args:
        days: Consecutive days that are over, in order. Purged ones are left alone, as the refresh does.
    """
    left = [facts for facts in days if facts.state is not State.PURGED]
    if not left:
        return []
    causes = {facts.day: causes_of_day(facts, terms.rules) for facts in left}
    about = {ask: _about(ask, left, causes, terms.rules) for ask in Ask}
    present = {trouble for of_day in causes.values() for trouble in of_day}
    # What hits every campaign comes first.
    fitting = dict.fromkeys(ask for trouble in Trouble if trouble in present for ask in REMEDIES[trouble].asks)
    called = [ask for ask in fitting if about[ask]]
    offered = [*called, *(ask for ask in _ALWAYS if ask not in called)]
    return [
        _action(ask, days[0].day, days[-1].day, left, about[ask], terms, fits=ask in called)
        for ask in offered
        if _is_of_use(ask, left)
    ]


def _about(
    ask: Ask, days: Sequence[DayFacts], causes: Mapping[date, Mapping[Trouble, tuple[str, ...]]], rules: Rules
) -> dict[date, tuple[str, ...]]:
    """Name the days that call for something, each with the campaigns that it is about."""
    found = ((facts.day, wanted(ask, facts, causes[facts.day], rules)) for facts in days)
    return {day: campaigns for day, campaigns in found if campaigns is not None}


def _is_of_use(ask: Ask, days: Sequence[DayFacts]) -> bool:
    match ask:
        case Ask.LOOK:
            return any(facts.stored for facts in days)
        case Ask.FETCH_MISSING:
            return any(facts.stored is None or facts.lacking for facts in days)
        case Ask.REBUILD:
            return any(facts.manifest for facts in days)
    return True


def _action(
    ask: Ask,
    first: date,
    last: date,
    days: Sequence[DayFacts],
    about: Mapping[date, tuple[str, ...]],
    terms: Terms,
    *,
    fits: bool,
) -> Action:
    campaigns = _campaigns(about)
    if ask in _FOR_CALLING_DAYS:
        # Of a day that does not call for it, nothing may be accepted.
        first, last = min(about), max(about)
        days = [facts for facts in days if first <= facts.day <= last]
    label, says = SAID[ask]
    return Action(
        ask=ask,
        label=label,
        says=says,
        cost=_cost(ask, days, campaigns, terms),
        question=question(ask, days, about) if ask.changes_what_is_published else "",
        conf=json.dumps(conf_of(ask, first, last, campaigns)),
        fits=fits,
    )


def _campaigns(about: Mapping[date, tuple[str, ...]]) -> tuple[str, ...]:
    """Put the campaigns of days together; none where one of the days wants it as a whole."""
    return tuple(dict.fromkeys(item for some in about.values() for item in some)) if all(about.values()) else ()


def _cost(ask: Ask, days: Sequence[DayFacts], campaigns: Sequence[str], terms: Terms) -> str:
    stored = [facts.stored for facts in days if facts.stored]
    found = forecast(ask, stored, campaigns=campaigns, rules=terms.rules, timezone=terms.timezone, now=terms.now)
    unknown = len(days) - len(stored)
    if not unknown or ask is Ask.REBUILD:
        return cost_said(found, terms)
    if terms.typical is None:
        return "nobody can tell how many calls: nothing is published yet that it could be told from"
    found += forecast_unknown(ask, unknown, terms.typical)
    days_are = "day that was never tried is" if unknown == 1 else "days that were never tried are"
    return cost_said(found, terms, guessed=f"if the {days_are} {terms.typical.source}")
