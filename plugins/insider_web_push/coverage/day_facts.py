"""What is known of a day, and what is wrong with it: by its manifest, by the index, by what is stored. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from insider_web_push.coverage.grid import State, state_of
from insider_web_push.coverage.index import DayEntry, published_entry
from insider_web_push.days.asks import Ask
from insider_web_push.days.forecast import StoredDay
from insider_web_push.days.remedies import REMEDIES
from insider_web_push.days.rules import Rules
from insider_web_push.days.troubles import Trouble, trouble_named
from insider_web_push.days.verdict import lacks_of, published_problems
from insider_web_push.lake.manifest import Manifest
from insider_web_push.vocabulary import CallOutcome

_UNFETCHED = frozenset({State.MISSING, State.INCOMPLETE, State.TOTALS})


@dataclass(frozen=True, slots=True)
class DayFacts:
    """
    What is known of a day.

    Attributes:
        manifest: What is published of it; None if nothing is.
        noted: What the index says of it: why a look was not published stands nowhere else.
        stored: Its list and the answers to it; None if it was never tried.
    """

    day: date
    manifest: Manifest | None
    noted: DayEntry | None
    stored: StoredDay | None

    @property
    def state(self) -> State:
        """What the day is; its manifest counts where the index says something else."""
        if self.manifest:
            return state_of(published_entry(self.manifest))
        return state_of(self.noted if self.noted and not self.noted.revision else None)

    @property
    def why(self) -> str:
        """Why its newest look was not published, in words; empty if it was."""
        return self.noted.why if self.noted else ""

    @property
    def said(self) -> str:
        """What is to be said of it in a list of days."""
        if self.state is State.MISSING:
            return "no run has looked at it"
        look = f"the newest look was not published: {self.why}" if self.why and self.manifest else self.why
        return "; ".join(filter(None, [look, self.lacks]))

    @property
    def lacks(self) -> str:
        """What its published version lacks, in words; empty if nothing, or if there is none."""
        return lacks_of(self.manifest) if self.manifest else ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The campaigns that were never fetched, by the newest list: a published version may be older."""
        return tuple(item.campaign_id for item in self.stored.lacking) if self.stored else ()

    @property
    def without_answer(self) -> tuple[str, ...]:
        """The campaigns that the API has nothing for, though they are not published like that."""
        published = self.manifest.known if self.manifest else {}
        known = self.stored.known if self.stored else {}
        return tuple(key for key, item in known.items() if item.outcome is CallOutcome.SKIPPED and key not in published)


def causes_of_day(facts: DayFacts, rules: Rules) -> dict[Trouble, tuple[str, ...]]:
    """
    Tell what is wrong with a day, each cause with the campaigns that it is about; none where it is about the day.

    Checks that fail for no more campaigns than the account allows are none.
    """
    found: dict[Trouble, tuple[str, ...]] = {}
    for problem in published_problems(facts.manifest, rules) if facts.manifest else ():
        for trouble, campaigns in problem.causes.items() if problem.is_red else ():
            found[trouble] = (*found.get(trouble, ()), *campaigns)
    if facts.noted and facts.noted.trouble:
        found.setdefault(trouble_named(facts.noted.trouble), ())
    elif facts.state in _UNFETCHED or facts.why:
        found.setdefault(Trouble.MISSING, ())
    if Trouble.MISSING in found:
        found[Trouble.MISSING] = facts.lacking
    if Trouble.HAS_NOTHING in found:
        found[Trouble.HAS_NOTHING] = facts.without_answer
    return found


def wanted(
    ask: Ask, facts: DayFacts, causes: Mapping[Trouble, tuple[str, ...]], rules: Rules
) -> tuple[str, ...] | None:
    """
    Tell of which campaigns a day calls for something.

    Args:
        causes: What is wrong with the day, see `causes_of_day`.

    Returns:
        None where nothing that is wrong with the day calls for it; no campaigns where the day as a whole does.
    """
    calling = [campaigns for trouble, campaigns in causes.items() if ask in REMEDIES[trouble].asks]
    if not calling:
        return None
    if ask is Ask.ACCEPT_MISSING:
        published = facts.manifest.campaigns if facts.manifest else {}
        accepted = {key for key, campaign in published.items() if campaign.accepted_by}.union(rules.accept_missing)
        left = tuple(item for campaigns in calling for item in campaigns if item not in accepted)
        return left or None
    return tuple(item for campaigns in calling for item in campaigns) if all(calling) else ()
