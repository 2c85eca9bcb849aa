"""Whether a day is all there, and what may be published of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from insider_web_push.answers.day_list import ListedCampaign
from insider_web_push.days.looks import Look, missing
from insider_web_push.days.rules import MOST_SKIPPED
from insider_web_push.errors import first_of
from insider_web_push.lake.raw import Known
from insider_web_push.vocabulary import CallOutcome, DayStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    What a day lacks, and what may therefore be published.

    Attributes:
        status: What it may be published as; None keeps the version that it has.
        missing: Campaigns that are not there, and that nobody accepted.
        accepted: Campaigns that are not there, and that somebody accepted.
        skipped: Campaigns that the API has nothing for, more than a day may have; empty if they are few.
        expected: Number of campaigns of the day.
        why: Why campaigns are missing, by their ids, as far as it is known.
        quiet: That hardly anything happened on the day though it did on those before, in words; empty otherwise.
    """

    status: DayStatus | None
    missing: tuple[ListedCampaign, ...] = ()
    accepted: tuple[ListedCampaign, ...] = ()
    skipped: tuple[str, ...] = ()
    expected: int
    why: Mapping[str, str] = field(default_factory=dict)
    quiet: str = ""

    @property
    def lacks(self) -> str:
        """Say what is missing, with names; empty if nothing is."""
        if self.quiet:
            return self.quiet
        if self.skipped:
            return (
                f"the API has nothing for {len(self.skipped)} of {self.expected} campaigns "
                f"({first_of(self.skipped)}), more than {MOST_SKIPPED:.0%}"
            )
        if not self.missing:
            return ""
        named = first_of(map(self._named, self.missing))
        campaigns = "campaign" if len(self.missing) == 1 else "campaigns"
        return f"{len(self.missing)} {campaigns} ({named}) of {self.expected} missing"

    def _named(self, swept: ListedCampaign) -> str:
        why = self.why.get(swept.campaign_id)
        return f"{swept.campaign_id} {swept.name!r}" + (f" ({why})" if why else "")


def standing_of(
    swept: Mapping[str, ListedCampaign],
    known: Mapping[str, Known],
    look: Look,
    *,
    accepted: Collection[str],
    has_complete_version: bool,
    may_be_partial: bool,
    answered: Collection[str] = frozenset(),
    wants_totals: bool = False,
) -> Standing:
    """
    Judge a day.

    Args:
        swept: The listed campaigns, by id.
        known: Newest usable snapshot by campaign id, also of campaigns that are no longer listed.
        look: How the run looks at the day.
        accepted: Campaigns that the day may go without.
        has_complete_version: Whether it is published as complete: then nothing less replaces it.
        may_be_partial: Whether `partial_after_h` is over, so that it may be published without what is missing.
        answered: Campaigns that are published with what the API answered: where it has nothing for one of them any
            more, that one is held by itself, and where it had nothing before, that is no news.
        wants_totals: Whether the list's figures are all that the run wants of it.
    """
    expected = len(swept.keys() | known.keys())
    if wants_totals:
        return Standing(status=DayStatus.TOTALS, expected=expected)
    absent = missing(swept.values(), known, look)
    lacking = tuple(item for item in absent if item.campaign_id not in accepted)
    skipped = tuple(
        sorted(
            key
            for key, item in known.items()
            if item.outcome is CallOutcome.SKIPPED and key not in accepted and key not in answered
        )
    )
    too_many = skipped if len(skipped) > MOST_SKIPPED * expected else ()
    status: DayStatus | None = DayStatus.COMPLETE
    if too_many:
        status = None
    elif lacking:
        status = DayStatus.PARTIAL if may_be_partial and not has_complete_version else None
    return Standing(
        status=status,
        missing=lacking,
        accepted=tuple(item for item in absent if item.campaign_id in accepted),
        skipped=too_many,
        expected=expected,
    )
