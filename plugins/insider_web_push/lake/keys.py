"""
Where every object of an account lies: the names are made here, and read here. Pure.

    raw/campaign_metrics/partner_id=P/day=D/campaign_id=C/<fetched_at>.json.gz   immutable
    raw/overall_metrics/partner_id=P/day=D/<swept_at>.json.gz                    immutable
    revisions/partner_id=P/day=D/rev=N/<table>-<hash>.parquet                    immutable
    revisions/partner_id=P/day=D/rev=N/details-<hash>.json.gz                    immutable: what it says of campaigns
    manifests/partner_id=P/day=D.json                                            the commit, one PUT
    manifests/partner_id=P/.lock                                                 on file systems: one commits at a time
    tombstones/partner_id=P/day=D.json                                           what was purged
    tombstones/partner_id=P/.lock                                                the same, for those who purge
    tables/<table>/partner_id=P/day=D/part-0.parquet                             a copy for plain SQL
    tables/campaign_day_change/partner_id=P/day=D/rev-00002.parquet              one file a revision
    tables/campaign/partner_id=P/part-N.parquet                                  the campaigns from an id on
    reports/weekly/partner_id=P/week=2026-W47/…                                  what people read, made from the days
    state/partner_id=P/unknown_fields.json                                       undocumented fields seen so far
    state/partner_id=P/coverage.json                                             the days in short, for the page
    state/partner_id=P/account_check.json                                        what the last check of the API found
    state/partner_id=P/backlog.json                                              due days that refreshes left over

All are relative to the storage's root.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from insider_web_push.tables.schemas import CAMPAIGNS, CHANGES
from insider_web_push.vocabulary import CallOutcome

_INSTANT = "%Y%m%dT%H%M%S.%fZ"
"""Sorts by time, and has no colon, which some stores and tools cannot have in a name."""
_MOMENT = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}", re.ASCII)
_STEP = timedelta(microseconds=1)
"""The least that two names can be apart."""
_RAW_SUFFIX = ".json.gz"
_NO_NAMES = frozenset({"", ".", ".."})


class Keys:
    """
    The names of one account's objects.

    Args:
        partner_id: The account.
    """

    def __init__(self, partner_id: str) -> None:
        account = f"partner_id={partner_id}"
        self._account = account
        self.write_check = f"_write_check/{account}"
        self.days_with_lists = f"raw/overall_metrics/{account}"
        self.days_with_answers = f"raw/campaign_metrics/{account}"
        self.manifests = f"manifests/{account}"
        self.tombstones = f"tombstones/{account}"
        self.campaigns = self.table_of_account(CAMPAIGNS.name)
        self.unknown_fields = f"state/{account}/unknown_fields.json"
        self.coverage = f"state/{account}/coverage.json"
        self.account_check = f"state/{account}/account_check.json"
        self.backlog = f"state/{account}/backlog.json"

    def is_own(self, key: str, kind: str = "", *, day: date | None = None, campaign_id: str | None = None) -> bool:
        """
        Whether a name is one of this account's: names also stand in stored data, where anything may have been written.

        Args:
            kind: The first folder that it has to be in, `raw`; empty is any.
            day: The day that it has to be of; None is any, as for the campaign.
        """
        parts = key.split("/")
        owner = next((part for part in parts[:3] if part.startswith("partner_id=")), "")
        if owner != self._account or kind not in {"", parts[0]}:
            return False
        if not key.isprintable() or "\\" in key or not _NO_NAMES.isdisjoint(parts):
            return False
        wanted = {"day": day and str(day), "campaign_id": campaign_id}
        asked = {name: value for name, value in wanted.items() if value is not None}
        return not asked or asked.items() <= said_in(key).items()

    def answers(self, day: date, campaign_id: str | None = None) -> str:
        """Name the folder of a day's answers, or of those about one campaign."""
        of_day = f"{self.days_with_answers}/day={day}"
        return of_day if campaign_id is None else f"{of_day}/campaign_id={campaign_id}"

    def answer(self, day: date, campaign_id: str, fetched_at: datetime, outcome: CallOutcome) -> str:
        """Name one answer: `…/20261123T010203.000000Z.json.gz`, with the outcome before the ending if not fetched."""
        return f"{self.answers(day, campaign_id)}/{_file_name(fetched_at, outcome)}"

    def lists(self, day: date) -> str:
        """Name the folder of a day's lists."""
        return f"{self.days_with_lists}/day={day}"

    def list(self, day: date, swept_at: datetime, outcome: CallOutcome) -> str:
        """Name one list, as `answer` does."""
        return f"{self.lists(day)}/{_file_name(swept_at, outcome)}"

    def revisions(self, day: date) -> str:
        """Name the folder of a day's revisions."""
        return f"revisions/{self._account}/day={day}"

    def revision_file(self, day: date, revision: int, table: str, digest: str) -> str:
        """Name a revision's file by its content's hash: two who publish at once never write over each other's."""
        return f"{self.revisions(day)}/rev={revision}/{table}-{digest[:12]}.parquet"

    def details(self, day: date, revision: int, digest: str) -> str:
        """Name a manifest's details, as a revision's file: one revision has several, where looks note something."""
        return f"{self.revisions(day)}/rev={revision}/details-{digest[:12]}.json.gz"

    def manifest(self, day: date) -> str:
        """Name a day's manifest."""
        return f"{self.manifests}/day={day}.json"

    def tombstone(self, day: date) -> str:
        """Name a day's tombstone."""
        return f"{self.tombstones}/day={day}.json"

    def table_of_account(self, table: str) -> str:
        """Name the folder of a table's copies."""
        return f"tables/{table}/{self._account}"

    def table_folder(self, table: str, day: date) -> str:
        """Name the folder of a day's copies of a table."""
        return f"{self.table_of_account(table)}/day={day}"

    def table(self, table: str, day: date) -> str:
        """Name a day's copy of a table."""
        return f"{self.table_folder(table, day)}/part-0.parquet"

    def changes(self, day: date, revision: int) -> str:
        """Name the copy of what a revision changed."""
        return f"{self.table_folder(CHANGES.name, day)}/rev-{revision:05}.parquet"

    def campaign_file(self, begin: int) -> str:
        """Name the file of the account's campaigns that begins with an id."""
        return f"{self.campaigns}/part-{begin}.parquet"

    def report(self, week: str) -> str:
        """Name the folder of a week's report, of `2026-W47`."""
        return f"reports/weekly/{self._account}/week={week}"


class NamedKey(NamedTuple):
    """A name that stands in a manifest, and what it has to be the name of."""

    key: str
    kind: str
    day: date
    campaign_id: str | None = None


class RawKey(NamedTuple):
    """
    What the name of a raw object says.

    Attributes:
        at: When the answer was there, or when the list was begun to be read; UTC.
        campaign_id: The campaign of an answer; None for a list.
    """

    at: datetime
    outcome: CallOutcome
    campaign_id: str | None


def instant_after(at: datetime) -> datetime:
    """Give the first instant that a name can tell from this one: what is named by it counts as later."""
    return at + _STEP


def read_raw_key(key: str) -> RawKey | None:
    """
    Read the name of an answer or of a list.

    Returns:
        None if it is neither (a half-written file, say).
    """
    folder, _, name = key.rpartition("/")
    stem = name.removesuffix(_RAW_SUFFIX)
    moment, _, mark = stem.partition("Z")
    if stem == name or not _MOMENT.fullmatch(moment):
        return None
    try:
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        outcome = CallOutcome(mark.lstrip(".") or CallOutcome.FETCHED)
    except ValueError:
        return None
    _, of_campaign, campaign_id = folder.rpartition("campaign_id=")
    return RawKey(at, outcome, campaign_id if of_campaign else None)


def said_in(key: str) -> dict[str, str]:
    """Read what a key says of its object: the account, and the day and the campaign where it has them."""
    parts = [part.removesuffix(".json").partition("=") for part in key.split("/")]
    return {name: value for name, _, value in parts if name in {"partner_id", "day", "campaign_id"}}


def newest_by_day(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Give the newest of some answers' names by day, YYYY-MM-DD, and campaign id; what is no answer's is left out."""
    newest: dict[str, dict[str, str]] = {}
    for key in sorted(keys):
        named = read_raw_key(key)
        if named and named.campaign_id:
            newest.setdefault(key.partition("/day=")[2].partition("/")[0], {})[named.campaign_id] = key
    return newest


def is_usable_list(key: str) -> bool:
    """Whether a list was kept to be used; a rejected one is kept only for people to look at."""
    named = read_raw_key(key)
    return named is not None and named.outcome is CallOutcome.FETCHED


def revision_in(key: str) -> int:
    """Read the revision that a file's name says."""
    return int(key.partition("/rev=")[2].partition("/")[0])


def days_in(names: Iterable[str]) -> list[date]:
    """Read names like `day=2026-11-22` and `day=2026-11-22.json`; whatever else lies there is not ours."""
    days = []
    for name in names:
        kind, _, text = name.removesuffix(".json").partition("=")
        try:
            if kind == "day":
                days.append(date.fromisoformat(text))
        except ValueError:
            continue
    return sorted(days)


def _file_name(moment: datetime, outcome: CallOutcome) -> str:
    mark = "" if outcome is CallOutcome.FETCHED else f".{outcome}"
    return f"{moment.astimezone(UTC).strftime(_INSTANT)}{mark}{_RAW_SUFFIX}"
