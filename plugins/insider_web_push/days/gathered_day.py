"""What is stored of one day, put together: what plan chooses from, publish builds from, and verify checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from insider_web_push.answers.account_totals import read_account_totals
from insider_web_push.answers.day_list import ListedCampaign, ListPage
from insider_web_push.answers.list_readings import day_list_of
from insider_web_push.dates import age_of, start_of_age
from insider_web_push.days.completeness import Standing, standing_of
from insider_web_push.days.handover import DayWork, DiscoveredDay
from insider_web_push.days.listed_day import day_checks_of, is_cut, readings_in
from insider_web_push.days.looks import Cause, Depth, Look, Mode, to_fetch
from insider_web_push.days.quiet_days import why_quiet
from insider_web_push.days.rules import Rules
from insider_web_push.errors import DamagedObject
from insider_web_push.lake.keys import read_raw_key
from insider_web_push.lake.manifest import Manifest, ManifestHead, PublishedCampaign
from insider_web_push.lake.raw import Known, StoredList
from insider_web_push.lake.tombstones import Tombstone
from insider_web_push.vocabulary import CallOutcome, DayStatus, DetailStatus

if TYPE_CHECKING:
    from insider_web_push.lake.storage import Storage

T = TypeVar("T")
BY_SETTINGS = "settings"
_ANSWERED = frozenset({DetailStatus.FETCHED, DetailStatus.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredDay:
    """
    What is stored of one day, and how a run looks at it.

    Attributes:
        before: The published version; None if there is none.
        sweep: Key of the newest sweep.
        pages: The pages of that sweep's newest reading.
        swept: The campaigns of that sweep by id, but for purged ones.
        unlisted: Campaigns that were published and are no longer listed, as they were last known.
        known: Newest usable snapshot by campaign id, but for purged ones.
        look: How the run looks at the day.
        tombstone: What was purged of the day; None if nothing was.
        accepted: Who lets the day go without a campaign, by its id.
        wants_totals: Whether the list's figures are all that is wanted. Never of a day that has details: it would lose
            them.
        account_totals: The account's counters by top-metrics, as far as they are stored and can be read.
        day_checks: What is wrong with the day as a whole, a sentence each, by the name of a `DayCheck`.
        troubles: Why this run could not fetch a campaign, by its id.
        is_rebuild: Whether everything is made anew from what is stored.
        quiet: That the day is held since hardly anything happened on it, in words; empty if it is not.
    """

    day: date
    rules: Rules
    timezone: str
    before: Manifest | None
    sweep: str
    swept_at: datetime
    pages: list[ListPage]
    swept: Mapping[str, ListedCampaign]
    unlisted: Mapping[str, ListedCampaign]
    known: Mapping[str, Known]
    look: Look
    tombstone: Tombstone | None
    accepted: Mapping[str, str]
    wants_totals: bool = False
    account_totals: Mapping[str, int] = field(default_factory=dict)
    day_checks: Mapping[str, list[str]] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    is_rebuild: bool = False
    quiet: str = ""

    @property
    def age(self) -> int:
        """The day's age at the sweep, in days."""
        return age_of(self.day, self.swept_at, self.timezone)

    @property
    def published(self) -> dict[str, PublishedCampaign]:
        """The campaigns of the published version, but for purged ones: those must not stay in the day."""
        return _left(self.before.campaigns, self.tombstone) if self.before else {}

    @property
    def expected(self) -> Mapping[str, ListedCampaign]:
        """The campaigns that must be there: also those that were published as missing, and left the list since."""
        never_fetched = {key: swept for key, swept in self.unlisted.items() if key not in self.known}
        return {**self.swept, **never_fetched}

    @property
    def why_missing(self) -> dict[str, str]:
        """Why campaigns are missing, by their ids: as this run found out, or else as an earlier one did."""
        noted = {
            key: campaign.reason
            for key, campaign in self.published.items()
            if campaign.status is DetailStatus.MISSING and campaign.reason
        }
        return noted | dict(self.troubles)

    def keeping(self, campaigns: Collection[str]) -> GatheredDay:
        """Give the day as if the newest answer of some campaigns were the one that is published."""
        published = self.before.known if self.before else {}
        return replace(self, known=dict(self.known) | {key: published[key] for key in campaigns})

    def to_fetch(self, *, audit: str | None = None) -> list[tuple[ListedCampaign, Cause]]:
        """
        Choose the campaigns that need a call. Those that the day may go without are not among them.

        A campaign that left the list is fetched only by a look that fetches everything; the day does not wait for it.
        """
        if self.wants_totals:
            return []
        wanted = [swept for key, swept in self.expected.items() if self._may_be_fetched(key)]
        unlisted = [swept for key, swept in self.unlisted.items() if key in self.known and key not in self.accepted]
        return to_fetch(wanted, self.known, self.look, audit=audit) + [
            (swept, cause)
            for swept, cause in to_fetch(unlisted, self.known, self.look)
            if cause in {Cause.CLOSING, Cause.ASKED, Cause.HELD, Cause.LESS}
        ]

    def _may_be_fetched(self, campaign_id: str) -> bool:
        """Whether nobody accepted that it is missing; the settings' word does not hold where it was there, or asked."""
        by = self.accepted.get(campaign_id)
        if by == BY_SETTINGS:
            return self.look.mode is not Mode.CHANGED or campaign_id in self.known
        return by is None

    def acceptances(self, standing: Standing) -> dict[str, str]:
        """Give what the manifest must keep of who lets the day go without whom, until it is fetched after all."""
        lacks = {swept.campaign_id for swept in standing.accepted}
        lacks |= {key for key, known in self.known.items() if known.outcome is CallOutcome.SKIPPED}
        return {key: by for key, by in self.accepted.items() if key in lacks or self._was_accepted(key)}

    def _was_accepted(self, campaign_id: str) -> bool:
        was = self.before.campaigns.get(campaign_id) if self.before else None
        known = self.known.get(campaign_id)
        return bool(was and was.accepted_by) and (known.key if known else None) == (was.snapshot if was else None)

    def standing(self, *, now: datetime) -> Standing:
        """Judge the day."""
        hours = self.rules.partial_after_h
        waited_s = (now - start_of_age(self.day, 1, self.timezone)).total_seconds()
        standing = standing_of(
            self.expected,
            self.known,
            self.look,
            accepted=self.accepted,
            has_complete_version=self.before is not None and self.before.is_complete,
            may_be_partial=hours is not None and waited_s >= hours * 3600,
            answered={key for key, campaign in self.published.items() if campaign.status in _ANSWERED},
            wants_totals=self.wants_totals,
        )
        if self.quiet:
            return replace(standing, status=None, missing=(), skipped=(), quiet=self.quiet)
        return replace(standing, why=self.why_missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRun:
    """
    What a run knows and accepts of a day, besides what is stored.

    Attributes:
        accept: Who lets this run's days go without a campaign, by its id.
        troubles: Why this run could not fetch a campaign of this day, by its id.
        accept_quiet: Whether this run publishes days on which hardly anything happened.
        answers: Keys of the answers that this run has stored, by campaign id: the store may list them later.
    """

    accept: Mapping[str, str] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    accept_quiet: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)


def gather(
    store: Storage, work: DiscoveredDay, *, rules: Rules, timezone: str, run: OfRun = OfRun()
) -> GatheredDay | None:
    """
    Read what is stored of a day; None if there is no sweep to hold it against, or the whole day was purged.

    Raises:
        DamagedObject: a stored object is damaged or gone; names it.
    """
    day = date.fromisoformat(work["day"])
    tombstone, before = store.read_tombstone(day), store.read_manifest(day)
    if work["sweep"] is None or (tombstone and tombstone.is_whole_day):
        return None
    sweep, stored = _newest_list(store, day, work["sweep"], before)
    readings = readings_in(stored)
    listed = day_list_of(readings)
    account_totals = read_account_totals(stored.top_metrics.body) if stored.top_metrics else {}
    # A rebuild reads what the published version is made of, and nothing newer.
    expected = {} if work["rebuild"] else _left(run.answers, tombstone)
    if work["rebuild"] and before:
        known = before.known
    else:
        known = store.known(day, before, stored=expected, numbers=rules.number_format)
    age = age_of(day, stored.swept_at, timezone)
    swept = {item.campaign_id: item for item in listed.campaigns}
    return GatheredDay(
        day=day,
        rules=rules,
        timezone=timezone,
        before=before,
        sweep=sweep,
        swept_at=stored.swept_at,
        pages=list(readings[-1].pages),
        swept=_left(swept, tombstone),
        unlisted=_left(_unlisted(before, swept), tombstone),
        known={key: _held(item, swept.get(key)) for key, item in _left(known, tombstone).items()},
        look=_look(work, stored.swept_at, before, closing_age=rules.closed_at(age), timezone=timezone),
        tombstone=tombstone,
        wants_totals=_wants_totals(work, before),
        account_totals=account_totals,
        day_checks=day_checks_of(listed, account_totals, rules, is_cut=is_cut(stored, tombstone)),
        accepted=_accepted(work, before) | dict.fromkeys(rules.accept_missing, BY_SETTINGS) | dict(run.accept),
        troubles=dict(run.troubles) | _unseen(expected, known),
        is_rebuild=work["rebuild"],
        quiet="" if run.accept_quiet or rules.accept_quiet else why_quiet(store, day, swept.values(), before, known),
    )


def _newest_list(store: Storage, day: date, own: str, before: Manifest | None) -> tuple[str, StoredList]:
    """Read the list that a day is held against: a run that is cleared may be older than what another has published."""
    sweep = max(own, before.sweep if before else "")
    try:
        return sweep, store.read_list(sweep)
    except FileNotFoundError:
        message = f"the stored list {sweep} of {day} is gone: fetch the day again, with mode all"
        raise DamagedObject(message) from None


def _look(
    work: DiscoveredDay, swept_at: datetime, before: ManifestHead | None, *, closing_age: int | None, timezone: str
) -> Look:
    own = read_raw_key(work["sweep"] or "")
    closed_at = None
    if work["closing"] and closing_age:
        closed_at = start_of_age(date.fromisoformat(work["day"]), closing_age, timezone)
    return Look(
        mode=Mode.MISSING if work["rebuild"] else Mode(work["mode"]),
        since=own.at if own else swept_at,
        only=frozenset(work["only"]),
        closed_at=closed_at,
        held=frozenset(before.held if before else ()),
    )


def _wants_totals(work: DayWork, before: ManifestHead | None) -> bool:
    # A rebuild makes again what there was.
    if before is not None and before.status is not DayStatus.TOTALS:
        return False
    return Depth(work["depth"]) is Depth.TOTALS or (before is not None and work["rebuild"])


def _accepted(work: DiscoveredDay, before: Manifest | None) -> dict[str, str]:
    """Give what was accepted before; a run that asks for everything, or for what is missing, asks for it again."""
    asks = not work["rebuild"] and Mode(work["mode"]) is not Mode.CHANGED
    return {
        key: campaign.accepted_by
        for key, campaign in (before.campaigns.items() if before else ())
        if campaign.accepted_by and not (asks and (not work["only"] or key in work["only"]))
    }


def _unlisted(before: Manifest | None, swept: Mapping[str, ListedCampaign]) -> dict[str, ListedCampaign]:
    return {
        key: ListedCampaign.as_it_was(key, campaign.name or "", campaign.type, campaign.baseline)
        for key, campaign in (before.campaigns.items() if before else ())
        if key not in swept and campaign.baseline
    }


def _held(known: Known, listed: ListedCampaign | None) -> Known:
    """Give what is known without what only `why_quiet` asks; of equal totals one is held, a day has very many."""
    is_as_listed = listed is not None and known.baseline == listed.totals
    return replace(known, baseline=listed.totals if listed and is_as_listed else known.baseline, said=None)


def _unseen(expected: Mapping[str, str], known: Mapping[str, Known]) -> dict[str, str]:
    return {
        campaign_id: f"its answer was stored as {key}, and the storage does not show it"
        for campaign_id, key in expected.items()
        if campaign_id not in known or known[campaign_id].key < key
    }


def _left(found: Mapping[str, T], tombstone: Tombstone | None) -> dict[str, T]:
    return {key: value for key, value in found.items() if not (tombstone and tombstone.covers(key))}
